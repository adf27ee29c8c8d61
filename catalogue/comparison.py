"""What differs between two snapshots of an entry: field by field, and for lists the lines that went and came."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

from archive.db import Model
from catalogue import snapshots
from catalogue.snapshots import Part, Row, Snapshot

# Not compared: what tells entries and versions apart, and what is worked out from the date.
LEFT_OUT = snapshots.BESIDE | {"date_lo", "date_hi"}


@dataclass(frozen=True)
class FieldDifference:
    """A value that became another one; `table` and `column` say what it is a value of."""

    table: Table
    column: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ListDifference:
    """The lines of a list that went, and those that came; neither when the order alone is another."""

    part: Part
    gone: tuple[Row, ...]
    new: tuple[Row, ...]


Difference = FieldDifference | ListDifference


def compare(before: Snapshot, after: Snapshot) -> list[Difference]:
    """List what differs in all that both snapshots speak of, in the order in which an entry is described."""
    entry = Model.metadata.tables["entry"]
    found: list[Difference] = list(_fields(entry, list(entry.columns), before, after))
    for part in snapshots.PARTS:
        if part.name not in before or part.name not in after:
            continue
        first, second = before[part.name], after[part.name]
        if part.is_single:
            found += _fields(part.table, part.columns, _only(first), _only(second))
        elif (change := _list(part, first, second)) is not None:
            found.append(change)
    return found


def _only(rows: list[Row]) -> Row:
    return rows[0] if rows else {}


def _fields(table: Table, columns: list[Column[Any]], before: Row, after: Row) -> Iterator[FieldDifference]:
    for column in columns:
        name = column.name
        if name in LEFT_OUT or (name not in before and name not in after):
            continue
        if name in before and name in after and before[name] == after[name]:
            continue
        if table.name == "entry" and (name not in before or name not in after):
            continue  # an older snapshot does not speak of it
        yield FieldDifference(table, name, before.get(name), after.get(name))


def _list(part: Part, before: list[Row], after: list[Row]) -> ListDifference | None:
    names = _in_both(before, after)
    first, second = ([_said(row, names) for row in rows] for rows in (before, after))
    if first == second:
        return None
    gone = _without(first, second)
    new = _without(second, first)
    return ListDifference(part, tuple(gone), tuple(new))


def _in_both(before: list[Row], after: list[Row]) -> frozenset[str]:
    """Name the columns that both lists speak of; the place in the list shows by itself."""
    named = [frozenset(rows[0]) for rows in (before, after) if rows]
    return (frozenset.intersection(*named) if named else frozenset()) - {"position"}


def _said(row: Row, names: frozenset[str]) -> Row:
    return {name: value for name, value in row.items() if name in names}


def _without(rows: list[Row], others: list[Row]) -> list[Row]:
    known = Counter(snapshots.canonical(other) for other in others)
    left = []
    for row in rows:
        written = snapshots.canonical(row)
        if known[written]:
            known[written] -= 1
        else:
            left.append(row)
    return left
