"""Setting an entry back to what a snapshot says. What the snapshot does not speak of stays as it is: snapshots of
before its parts were kept, what licensing decides, and how far the entry is on its way to the public.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Table, delete, insert, inspect, null, select
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.orm import object_mapper

from archive.db import UtcDateTime, db
from catalogue import entries, hierarchy, snapshots
from catalogue.entries import Entry
from catalogue.snapshots import Part, Row, Snapshot

# Of the entry's own columns, those that are no description: its name in the world, its place in time and on the way
# to the public (`entries.move`), and what licensing sets.
NOT_DESCRIBED = snapshots.BESIDE | {
    "status",
    "withdrawn_reason",
    "merged_into_id",
    "reuse",
    "rights_uri",
    "price_from_minor",
}
MERGED_INTO = "merged_into_id"  # the column of an authority that has become another one
LONGEST_WAY = 20  # mergers followed; more is a circle


def restore(entry: Entry, snapshot: Snapshot, account_id: int | None, comment: str) -> list[str]:
    """Set an entry back to a snapshot as a new version; return the names of what could not be put back, because
    it refers to something that is gone.
    """
    lost = put_back(entry, snapshot)
    _forget_parts()
    entries.save(entry, account_id, comment)
    return lost


def put_back(entry: Entry, snapshot: Snapshot) -> list[str]:
    """Let an entry and its parts say what a snapshot says, without saving; return what `restore` does.

    Objects of parts that are in hand do not know of it.
    """
    lost = _put_back_columns(entry, snapshot)
    for part in snapshots.PARTS:
        if part.name in snapshot and snapshots.has(entry.kind.value, part):
            lost += _put_back_rows(entry.id, part, snapshot[part.name])
    return lost


def _put_back_columns(entry: Entry, snapshot: Snapshot) -> list[str]:
    lost = []
    for column in inspect(Entry).columns:
        name = column.key
        if name in NOT_DESCRIBED or name not in snapshot:
            continue
        if snapshot[name] == snapshots.plain(getattr(entry, name)):
            continue
        value, is_found = _value(column, snapshot[name])
        if is_found and not (name == "parent_id" and _lies_within(value, entry.id)):
            setattr(entry, name, value)
        else:
            lost.append(name)
    return lost


def _lies_within(parent_id: int | None, entry_id: int) -> bool:
    if parent_id is None or parent_id == entry_id:
        return parent_id is not None
    return entry_id in [entry.id for entry in hierarchy.above([parent_id])[parent_id]]


def _put_back_rows(entry_id: int, part: Part, said: list[Row]) -> list[str]:
    """Put the rows of a part in place of those there are. A row that says the same already is left alone."""
    unclaimed = snapshots.rows_of(part, [entry_id])[entry_id]
    put: list[Row] = []
    rest: list[Row] = []
    for row in _completed(part, said, unclaimed):
        (put if _claim(row, unclaimed) else rest).append(row)
    missing, lost = [], []
    for row in rest:
        typed, is_found = _typed(part, row)
        if not is_found:
            lost.append(part.name)
        if typed is None or _is_said(part, typed, row, put, entry_id):
            continue
        put.append(_plain(typed))
        if not _claim(_plain(typed), unclaimed):
            missing.append(typed | {part.owner: entry_id})
    if missing or unclaimed:
        _write(part, entry_id, unclaimed, missing)
    return lost


def _is_said(part: Part, typed: Row, row: Row, put: Sequence[Row], entry_id: int) -> bool:
    """Say whether a row has become the same as another, or refers to the entry itself, because two were merged."""
    plain = _plain(typed)
    to_entries = [
        column.name
        for column in part.columns
        if any(key.column.table.name == Entry.__tablename__ for key in column.foreign_keys)
    ]
    return plain != row and (plain in put or any(plain.get(name) == entry_id for name in to_entries))


def _completed(part: Part, said: list[Row], present: Sequence[tuple[Any, Row]]) -> list[Row]:
    """Fill in what an older snapshot did not keep of a row, from the row that says the same for the rest."""
    names = {column.name for column in part.columns}
    unclaimed, rows = list(present), []
    for at, before in enumerate(said):
        row = {name: value for name, value in before.items() if name in names}
        left_out = names - set(row)
        if left_out:
            given = set(row) - {"position"}
            same = next(
                (each for each in unclaimed if all(each[1][name] == row[name] for name in given)), None
            )
            if same is not None:
                unclaimed.remove(same)
                row = {**same[1], **row}
            if "position" in left_out:
                row["position"] = at
        rows.append(row)
    return rows


def _claim(row: Row, unclaimed: list[tuple[Any, Row]]) -> bool:
    found = next((each for each in unclaimed if each[1] == row), None)
    if found is not None:
        unclaimed.remove(found)
    return found is not None


def _typed(part: Part, row: Row) -> tuple[Row | None, bool]:
    """Turn plain values into those of the columns. Where one refers to what is gone, the row is left out; the only
    row of an entry leaves out the value.
    """
    typed: Row = {}
    is_whole = True
    for name, plain in row.items():
        typed[name], is_found = _value(part.table.c[name], plain)
        is_whole = is_whole and is_found
    return (typed if is_whole or part.is_single else None), is_whole


def _plain(row: Row) -> Row:
    return {name: snapshots.plain(value) for name, value in row.items()}


def _value(column: Column[Any], plain: Any) -> tuple[Any, bool]:
    """Return the value a column takes, and whether what it refers to is there."""
    if plain is None:
        return None, True
    for key in column.foreign_keys:
        found = _present(key.column.table, plain)
        return found, found is not None
    if isinstance(column.type, SqlEnum) and column.type.enum_class is not None:
        return column.type.enum_class(plain), True
    if isinstance(column.type, Date):
        return date.fromisoformat(plain), True
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(plain), True
    return plain, True


def _present(table: Table, number: int) -> int | None:
    """Find what a reference leads to now: what became one with another thing is that thing."""
    merged_into = table.c.get(MERGED_INTO, null())
    for _step in range(LONGEST_WAY):
        found = db.session.execute(select(table.c.id, merged_into).where(table.c.id == number)).first()
        if found is None or found[1] is None:
            return found[0] if found else None
        number = found[1]
    return None


def _write(part: Part, entry_id: int, surplus: Sequence[tuple[Any, Row]], missing: Sequence[Row]) -> None:
    table = part.table
    for number, row in surplus:
        known = {"id": number, part.owner: entry_id, **row}
        key = [column == known[column.name] for column in table.primary_key]
        db.session.execute(delete(table).where(*key))
    for row in missing:
        db.session.execute(insert(table).values(row))


def _forget_parts() -> None:
    tables = {part.table for part in snapshots.PARTS}
    for thing in list(db.session):
        if object_mapper(thing).local_table in tables:
            db.session.expire(thing)
