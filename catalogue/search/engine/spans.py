"""Dates as ranges of years: which may lie within the years asked for, which do for sure, how many there are a year."""

from collections.abc import Iterable

import numpy as np

from catalogue.search.document import MAX_DECADES
from catalogue.search.engine.inverting import OPEN_YEAR
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment

LEAST = 1e-6  # of an entry; what is less comes of adding fractions

Counts = dict[tuple[int, int], int]  # documents by first and last year, as kept


def within(segment: Segment, first: int | None, last: int | None) -> tuple[Array, Array]:
    """Mark the ranges of a segment that may lie within some years, and those that do for sure."""
    lo, hi = segment.span_lo, segment.span_hi
    earliest, latest = 0 if first is None else first, OPEN_YEAR if last is None else last
    may = (lo <= latest) & (hi >= earliest) & (lo <= hi)
    return may, may & (lo >= earliest) & (hi <= latest)


def known(lo: Array, hi: Array) -> tuple[Array, Array]:
    """Return the first and last year that are known: of an open side the other one."""
    return np.where(lo == 0, hi, lo), np.where(hi == OPEN_YEAR, lo, hi)


def in_decades(segment: Segment, chosen: Iterable[str], undated: str) -> Array:
    """Mark the ranges that touch one of some decades, or that are no date where that is asked for."""
    lo, hi = segment.span_lo.astype(np.int64), segment.span_hi.astype(np.int64)
    earliest, latest = known(lo, hi)
    first = earliest // 10
    last = np.minimum(latest // 10, first + MAX_DECADES - 1)
    marks = np.zeros(len(lo), np.bool_)
    for name in chosen:
        if name == undated:
            marks |= lo > hi
        else:
            marks |= (lo <= hi) & (first <= int(name) // 10) & (last >= int(name) // 10)
    return marks


def counts(segment: Segment, by_code: Array) -> Counts:
    """Give counts by the code of a range under its years."""
    used = np.flatnonzero(by_code[: len(segment.span_lo)])
    pairs = zip(segment.span_lo[used].tolist(), segment.span_hi[used].tolist(), strict=True)
    return dict(zip(pairs, by_code[used].tolist(), strict=True))


def added(parts: Iterable[Counts]) -> Counts:
    """Add the counts of several segments."""
    total: Counts = {}
    for part in parts:
        for pair, count in part.items():
            total[pair] = total.get(pair, 0) + count
    return total


def years(total: Counts) -> dict[int, float]:
    """Count by year; what may be of n years counts 1/n in each."""
    first, last, numbers = _dated(total)
    if not len(first):
        return {}
    found = _spread(first, last, numbers / (last - first + 1))
    start = int(first.min())
    return {start + int(place): float(found[place]) for place in np.flatnonzero(found > LEAST)}


def decades(total: Counts, undated: str) -> tuple[tuple[str, int], ...]:
    """Count by decade, in each that an entry may be of; most frequent first."""
    first, last, numbers = _dated(total)
    found = {undated: sum(count for (lo, hi), count in total.items() if lo > hi)}
    if len(first):
        begun = first // 10
        counts = _spread(begun, np.minimum(last // 10, begun + MAX_DECADES - 1), numbers)
        start = int(begun.min())
        found |= {f"{start + place}0": round(count) for place, count in enumerate(counts.tolist())}
    return tuple(
        sorted(((name, count) for name, count in found.items() if count), key=lambda one: (-one[1], one[0]))
    )


def _dated(total: Counts) -> tuple[Array, Array, Array]:
    """Return the first and last known year of the dated, and how many there are."""
    table = np.array([(*pair, count) for pair, count in total.items() if pair[0] <= pair[1]], np.int64)
    lo, hi, numbers = table.reshape(-1, 3).T
    return *known(lo, hi), numbers


def _spread(first: Array, last: Array, shares: Array) -> Array:
    """Add a share to each place of a range, for all ranges; from the lowest first place on."""
    start = int(first.min())
    steps = np.zeros(int(last.max()) - start + 2)
    np.add.at(steps, first - start, shares)
    np.add.at(steps, last + 1 - start, -shares)
    return np.cumsum(steps)[:-1]
