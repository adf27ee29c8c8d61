"""What two things say, field by field, and taking over what staff choose of it. A field is one column or a few that
go together: a date as written and as understood.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select, update

from archive.db import Model, db
from catalogue import folding, snapshots
from catalogue.agents import Agent
from catalogue.entries import Entry
from catalogue.merges import MergeKind
from catalogue.merging import stored
from catalogue.places import Place

Thing = Agent | Place | Entry
Values = dict[str, Any]  # of the columns of one field, as JSON holds them

KEPT, MERGED = "kept", "merged"  # whose value is chosen
KINDS: dict[MergeKind, type[Agent] | type[Place] | type[Entry]] = {
    MergeKind.AGENT: Agent,
    MergeKind.PLACE: Place,
    MergeKind.ENTRY: Entry,
}


@dataclass(frozen=True)
class Field:
    """Columns of a table that are chosen together; the first of them says whether there is anything."""

    table_name: str
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in forms and in what is kept of a merge."""
        return f"{self.table_name}.{self.columns[0]}"

    @property
    def table(self) -> Table:
        """The table it stands in."""
        return Model.metadata.tables[self.table_name]


_OWN: dict[MergeKind, tuple[tuple[str, ...], ...]] = {
    MergeKind.AGENT: (
        ("name", "sort_name"),
        ("disambiguation",),
        ("born_edtf",),
        ("died_edtf",),
        ("bio_nl",),
        ("bio_en",),
        ("living_private",),
    ),
    MergeKind.PLACE: (("name",), ("kind",), ("parent_id",), ("address",), ("lat", "lon")),
    MergeKind.ENTRY: (
        ("title", "title_lang"),
        ("date_text", "date_edtf", "date_lo", "date_hi"),
        ("place_id",),
        ("description_nl",),
        ("description_en",),
        ("language",),
        ("parent_id",),
        ("level",),
        ("shelfmark",),
        ("extent",),
        ("credit_line",),
        ("access",),
        ("embargo_until",),
    ),
}


def of(thing: Thing) -> list[Field]:
    """List the fields of a thing, those of its kind included."""
    kind = kind_of(thing)
    table_name = KINDS[kind].__tablename__
    fields = [Field(table_name, columns) for columns in _OWN[kind]]
    if isinstance(thing, Entry):
        fields += [
            Field(part.table_name, (column.name,))
            for part in snapshots.PARTS
            if part.is_single and snapshots.has(thing.kind.value, part)
            for column in part.columns
        ]
    return fields


def kind_of(thing: Thing) -> MergeKind:
    """Return the kind of a thing."""
    return next(kind for kind, table in KINDS.items() if isinstance(thing, table))


def read(thing: Thing, fields: list[Field]) -> dict[str, Values]:
    """Return what a thing says in some fields, by their names; in one query for each table."""
    rows = {name: _row(Model.metadata.tables[name], thing.id) for name in {f.table_name for f in fields}}
    return {
        field.name: {name: rows[field.table_name].get(name) for name in field.columns} for field in fields
    }


def say(values: Values) -> Any:
    """Return what a field says first; None when it says nothing."""
    first = next(iter(values.values()))
    return None if first is False or first in ("", [], {}) else first


def take(kept: Thing, merged: Thing, choices: Mapping[str, str]) -> dict[str, dict[str, Values]]:
    """Give the one that stays what was chosen of the other; return what changed, before and after.

    Where nothing was chosen it keeps what it says, and takes what it does not say itself.
    """
    fields = of(kept)
    own, others = read(kept, fields), read(merged, fields)
    changed = {}
    for field in fields:
        mine, theirs = own[field.name], others[field.name]
        default = MERGED if say(mine) is None else KEPT
        if choices.get(field.name, default) == MERGED and mine != theirs:
            write(kept, field, theirs)
            changed[field.name] = {"before": mine, "after": theirs}
    return changed


def give_back(kept: Thing, changed: Mapping[str, Mapping[str, Values]]) -> list[str]:
    """Let the one that stays say again what it did; return the fields that have been changed since."""
    fields = {field.name: field for field in of(kept)}
    now = read(kept, list(fields.values()))
    left = []
    for name, values in changed.items():
        if name in fields and now[name] == values["after"]:
            write(kept, fields[name], values["before"])
        else:
            left.append(name)
    return left


def write(thing: Thing, field: Field, values: Values) -> None:
    """Let a thing say something else in a field."""
    typed = stored.typed(field.table, values)
    if field.table_name == type(thing).__tablename__:
        for name, value in typed.items():
            setattr(thing, name, value)
        if isinstance(thing, Agent):
            thing.name_key = folding.name_key(thing.name)
        db.session.flush()
    else:
        db.session.execute(update(field.table).where(field.table.c.entry_id == thing.id).values(typed))


def _row(table: Table, thing_id: int) -> stored.Row:
    key = next(iter(table.primary_key))
    found = db.session.execute(select(table).where(key == thing_id)).mappings().first()
    return stored.plain(dict(found)) if found else {}
