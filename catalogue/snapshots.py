"""All that an entry says, as plain values: its own columns, and the rows of every table that is part of an entry.

A new table that is part of entries is named in PARTS and nowhere else: history, comparison, restoring and batches
follow. Tables are named and not imported, because the subtypes stand above the entries that are kept here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Table, inspect, select

from archive.db import Model, db

if TYPE_CHECKING:
    from catalogue.entries import Entry

Row = dict[str, Any]
Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A table whose rows belong to entries: its name in snapshots, and the kinds of entries that have it."""

    name: str
    table_name: str
    kinds: tuple[str, ...] = ()  # none: all of them
    owner: str = "entry_id"  # the column that names the entry

    @property
    def table(self) -> Table:
        """The table itself."""
        return Model.metadata.tables[self.table_name]

    @property
    def columns(self) -> list[Column[Any]]:
        """What its rows say: not whose they are, nor a number that only the database knows."""
        return [column for column in self.table.columns if column.name not in ("id", self.owner)]

    @property
    def is_single(self) -> bool:
        """Whether an entry has one row of it at most."""
        return [column.name for column in self.table.primary_key] == [self.owner]


PARTS = (
    Part("session", "recording_session", ("session",)),
    Part("recording", "recording", ("recording",)),
    Part("image", "image", ("image",)),
    Part("work", "work", ("work",)),
    Part("release", "release", ("release",)),
    Part("performance", "performance", ("performance",)),
    Part("tracks", "track", ("release",), owner="release_id"),
    Part("credits", "credit"),
    Part("identifiers", "identifier"),
    Part("terms", "entry_term"),
    Part("sources", "entry_source"),
    Part("segments", "segment", ("recording",), owner="recording_id"),
    Part("holdings", "holding"),
    Part("relations", "relation", owner="from_id"),
)

# Columns of an entry that are no description: they tell entries and versions apart.
BESIDE = frozenset(
    {
        "id",
        "pid",
        "kind",
        "is_demo",
        "version",
        "created_at",
        "updated_at",
        "first_public_at",
        "public_at",
    }
)


def of(entries: Sequence["Entry"]) -> dict[int, Snapshot]:
    """Return what some entries say now, by their ids, in one query for each part."""
    found = {entry.id: _columns(entry) for entry in entries}
    for part in PARTS:
        ids = [entry.id for entry in entries if has(entry.kind.value, part)]
        for entry_id, rows in rows_of(part, ids).items():
            found[entry_id][part.name] = [row for _number, row in rows]
    return found


def has(kind: str, part: Part) -> bool:
    """Say whether entries of a kind have a part."""
    return not part.kinds or kind in part.kinds


def rows_of(part: Part, entry_ids: Sequence[int]) -> dict[int, list[tuple[Any, Row]]]:
    """Return the rows of a part by entry, in an order that depends on nothing but what they say.

    Each comes with the value that tells it from the other rows of the table (None where the entry has only one).
    """
    found: dict[int, list[tuple[Any, Row]]] = {entry_id: [] for entry_id in entry_ids}
    if not entry_ids:
        return found
    table, columns = part.table, part.columns
    number = table.c.get("id")
    owner = table.c[part.owner]
    query = select(owner, *([number] if number is not None else []), *columns).where(owner.in_(entry_ids))
    for entry_id, *values in db.session.execute(query):
        row_id = values.pop(0) if number is not None else None
        said = {column.name: plain(value) for column, value in zip(columns, values, strict=True)}
        found[entry_id].append((row_id, said))
    for rows in found.values():
        rows.sort(key=lambda row: (row[1].get("position") or 0, canonical(row[1])))
    return found


def canonical(row: Row) -> str:
    """Write a row in one way only, to compare and to sort by."""
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def plain(value: Any) -> Any:
    """Turn a value of a column into one that JSON can hold."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _columns(entry: "Entry") -> Snapshot:
    return {column.key: plain(getattr(entry, column.key)) for column in inspect(type(entry)).columns}
