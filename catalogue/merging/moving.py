"""The rows that lead to what was merged: counted, moved to the one that stays, and put back.

Rows go by statement, thousands at a time; whoever calls tells the index (catalogue.shared_changes).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, delete, func, insert, or_, select, update

from archive.db import db
from catalogue.merges import LinkFate, Merge, MergeKind, MergeLink
from catalogue.merging import stored
from catalogue.merging.links import LINKS, Link
from catalogue.merging.stored import Row

BATCH = 200  # rows of one statement


def counts(kind: MergeKind, thing_id: int) -> dict[str, int]:
    """Count the rows that lead to a thing, by table and column; those without any are left out."""
    return counted({link.name: link.column for link in LINKS[kind]}, thing_id)


def counted(columns: Mapping[str, Column[Any]], thing_id: int) -> dict[str, int]:
    """Count in one query the rows whose columns say a number; those without any are left out."""
    if not columns:
        return {}
    counts = [
        select(func.count()).select_from(column.table).where(column == thing_id).scalar_subquery()
        for column in columns.values()
    ]
    found = db.session.execute(select(*counts)).one()
    return {name: count for name, count in zip(columns, found, strict=True) if count}


def move(merge: Merge, printed: str | None) -> None:
    """Let all that led to the one that goes lead to the one that stays, and keep what each row was.

    `printed` is the name under which credits without one were printed.
    """
    for link in LINKS[merge.kind]:
        _move(merge, link, printed)


def put_back(merge: Merge, kept: Iterable[MergeLink], link: Link, printed: str | None) -> list[Row]:
    """Put rows of one link back that are as the merge left them; return those that are not."""
    rows = [(one.fate, stored.typed(link.table, one.row)) for one in kept]
    present = _Present(merge, link)
    left, going_back = [], []
    for row in (row for fate, row in rows if fate is LinkFate.MOVED):
        found = present.take(_as_moved(row, link, printed))
        if found is None:
            left.append(row)
        else:
            going_back.append((found, row))
    _let_go(merge, link, going_back)
    for batch in _batches([row for fate, row in rows if fate is LinkFate.ADDED]):
        db.session.execute(delete(link.table).where(_are_rows(link, batch)))
    coming_back = []
    for row in (row for fate, row in rows if fate is LinkFate.DROPPED):
        if present.has_same(row) or (link.elsewhere and row[link.elsewhere] == merge.kept_id):
            coming_back.append(row)
        else:
            left.append(row)
    _insert(link, coming_back)
    return left


class _Present:
    """What leads to the one that stays, at the moment of undoing."""

    def __init__(self, merge: Merge, link: Link) -> None:
        self._link = link
        self._kept_id = merge.kept_id
        self._by_content: dict[str, list[Row]] = defaultdict(list)
        self._same: set[str] = set()
        for row in _rows(link, merge.kept_id):
            self._by_content[self._known_by(row)].append(row)
            self._same.add(_key(row, link.same))

    def take(self, row: Row) -> Row | None:
        """Find a row as it was moved; each only once."""
        found = self._by_content[self._known_by(row | {self._link.column_name: self._kept_id})]
        return found.pop() if found else None

    def has_same(self, row: Row) -> bool:
        """Say whether a row is still there that was the same as one that was dropped."""
        return _key(row, self._link.same) in self._same

    def _known_by(self, row: Row) -> str:
        names = self._link.content or tuple(column.name for column in self._link.table.primary_key)
        return _key(row, names)


def _move(merge: Merge, link: Link, printed: str | None) -> None:
    going = _rows(link, merge.merged_id)
    staying = _rows(link, merge.kept_id) if going and (link.same or link.is_single or link.numbered) else []
    if not going or (link.is_single and staying):
        return
    have = {_key(row, link.same): row for row in staying} if link.same else {}
    if link.is_shared:
        new = [row | {link.column_name: merge.kept_id} for row in going if _key(row, link.same) not in have]
        _keep(merge, link, [(LinkFate.ADDED, row) for row in new])
        _insert(link, new)
        return
    fates = []
    for row in going:
        twin = have.get(_key(row, link.same)) if link.same else None
        if link.elsewhere and row[link.elsewhere] == merge.kept_id:
            fates.append((LinkFate.DROPPED, row))
        elif twin is None:
            fates.append((LinkFate.MOVED, row))
        elif _says_more(row, twin, link):
            fates += [(LinkFate.DROPPED, twin), (LinkFate.MOVED, row)]
            have[_key(row, link.same)] = row
        else:
            fates.append((LinkFate.DROPPED, row))
    _keep(merge, link, fates)
    dropped = [row for fate, row in fates if fate is LinkFate.DROPPED]
    for batch in _batches(dropped):
        db.session.execute(delete(link.table).where(_are_rows(link, batch)))
    db.session.execute(
        update(link.table)
        .where(link.column == merge.merged_id)
        .values(_moved_values(merge, link, staying, printed))
    )


def _moved_values(merge: Merge, link: Link, staying: Iterable[Row], printed: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {link.column_name: merge.kept_id}
    if _prints_names(link) and printed:
        values["credited_as"] = func.coalesce(link.table.c.credited_as, printed)
    if link.forgets:
        values[link.forgets] = 0
    if link.numbered:
        last = max((row[link.numbered] for row in staying), default=-1)
        values[link.numbered] = link.table.c[link.numbered] + last + 1
    return values


def _as_moved(row: Row, link: Link, printed: str | None) -> Row:
    if _prints_names(link) and printed and row["credited_as"] is None:
        return row | {"credited_as": printed}
    return row


def _let_go(merge: Merge, link: Link, rows: Iterable[tuple[Row, Row]]) -> None:
    """Give rows back to the one that went, those that change alike in one statement; each with what it was before."""
    names = [link.column_name, *(name for name in (link.numbered, link.forgets) if name)]
    if _prints_names(link):
        names.append("credited_as")
    alike: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
    for found, before in rows:
        alike[_key(before, names)].append((found, before))
    for pairs in alike.values():
        values = {name: pairs[0][1][name] for name in names} | {link.column_name: merge.merged_id}
        for batch in _batches([found for found, _ in pairs]):
            db.session.execute(update(link.table).where(_are_rows(link, batch)).values(values))


def _insert(link: Link, rows: Sequence[Row]) -> None:
    # Their numbers may have been given to other rows since: SQLite uses the highest one again.
    number = {"id"} if "id" in link.table.c else set()
    if rows:
        values = [{name: value for name, value in row.items() if name not in number} for row in rows]
        db.session.execute(insert(link.table), values)


def _says_more(row: Row, other: Row, link: Link) -> bool:
    return [bool(row[name]) for name in link.better] > [bool(other[name]) for name in link.better]


def _prints_names(link: Link) -> bool:
    return link.name == "credit.agent_id"


def _rows(link: Link, thing_id: int) -> list[Row]:
    found = db.session.execute(select(link.table).where(link.column == thing_id))
    return [dict(row) for row in found.mappings()]


def _are_rows(link: Link, rows: Sequence[Row]) -> ColumnElement[bool]:
    keys = list(link.table.primary_key)
    if len(keys) == 1:
        return keys[0].in_([row[keys[0].name] for row in rows])
    return or_(*(and_(*(column == row[column.name] for column in keys)) for row in rows))


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _keep(merge: Merge, link: Link, fates: Iterable[tuple[LinkFate, Row]]) -> None:
    rows = [
        {"merge_id": merge.id, "link": link.name, "fate": fate, "row": stored.plain(row)}
        for fate, row in fates
    ]
    if rows:
        db.session.execute(insert(MergeLink), rows)


def _key(row: Row, names: Iterable[str]) -> str:
    said = {name: row.get(name) for name in names}
    if "agent_id" in said and said["agent_id"] is None:
        said["credited_as"] = row.get("credited_as")  # an unknown player is known by what was printed
    return json.dumps(stored.plain(said), sort_keys=True)
