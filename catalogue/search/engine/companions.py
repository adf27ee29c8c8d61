"""Who was there with whom: counted over the occasions of a person, straight from the columns."""

from datetime import date

import numpy as np

from catalogue.search.engine import hits, spans
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.index import Companion

PLAYER, OCCASION = "player", "occasion"
UNKNOWN = 32_767  # a year that is not known; more than any


def of(snapshot: Snapshot, person: str, today: date) -> tuple[Companion, ...]:
    """List who was there with a person, most occasions first."""
    meetings = [
        _meetings(snapshot, one.segment, person, seen.mask)
        for one, seen in zip(snapshot.segments, snapshot.visible(today), strict=True)
    ]
    table = np.concatenate(meetings) if meetings else np.empty((0, 4), np.int64)
    table = table[table[:, 0] != snapshot.facets[PLAYER].number(person)]
    found = [_companion(snapshot, rows) for rows in _by_first(table)]
    return tuple(sorted(found, key=lambda one: (-one.occasions, one.pid)))


def _meetings(snapshot: Snapshot, segment: Segment, person: str, visible: Array | None) -> Array:
    """Return a row for everybody in each document of a person: who, occasion, first and last year."""
    column = segment.columns[PLAYER]
    number = column.values.find(person.encode())
    if number < 0:
        return np.empty((0, 4), np.int64)
    docs = hits.seen(column.docs_of(number), visible)
    codes, counts = column.codes(docs)
    lo, hi = (
        part.take(segment.span.take(docs)).astype(np.int64) for part in (segment.span_lo, segment.span_hi)
    )
    is_dated = lo <= hi
    earliest, latest = spans.known(lo, hi)
    first, last = np.where(is_dated, earliest, UNKNOWN), np.where(is_dated, latest, 0)
    each = [_numbered(snapshot, segment, OCCASION, docs), first, last]
    people = _global(snapshot, segment, PLAYER, codes)
    table = np.stack([people, *(np.repeat(values, counts) for values in each)], axis=1).astype(np.int64)
    return table[table[:, 1] >= 0]  # what was made on no occasion brings nobody together


def _numbered(snapshot: Snapshot, segment: Segment, name: str, docs: Array) -> Array:
    column = segment.columns[name]
    codes, counts = column.codes(docs)
    numbers = np.full(len(docs), -1, np.int64)
    numbers[counts > 0] = _global(snapshot, segment, name, codes)
    return numbers


def _global(snapshot: Snapshot, segment: Segment, name: str, codes: Array) -> Array:
    numbers = snapshot.facets[name].numbers[segment.name]
    return codes.astype(np.int64) if numbers is None else numbers.take(codes)


def _by_first(table: Array) -> list[Array]:
    if not len(table):
        return []
    table = table[np.argsort(table[:, 0], kind="stable")]
    return np.split(table, np.flatnonzero(np.diff(table[:, 0])) + 1)


def _companion(snapshot: Snapshot, rows: Array) -> Companion:
    first, last = int(rows[:, 2].min()), int(rows[:, 3].max())
    return Companion(
        pid=snapshot.facets[PLAYER].value(int(rows[0, 0])),
        occasions=len(np.unique(rows[:, 1])),
        first_year=None if first == UNKNOWN else first,
        last_year=last or None,
    )
