"""Dates as ranges of years: which may lie within the years asked for, which do for sure, how many there are a year."""

from collections.abc import Iterable

import numpy as np

from catalogue.search.engine.inverting import OPEN_YEAR
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment

MAX_DECADES = 12  # of an entry dated within more, only the first ones are offered

Counts = dict[tuple[int, int], int]  # documents by first and last year, as kept


def within(segment: Segment, first: int | None, last: int | None) -> tuple[Array, Array]:
    """Mark the ranges of a segment that may lie within some years, and those that do for sure."""
    lo, hi = segment.span_lo, segment.span_hi
    earliest, latest = 0 if first is None else first, OPEN_YEAR if last is None else last
    may = (lo <= latest) & (hi >= earliest) & (lo <= hi)
    return may, may & (lo >= earliest) & (hi <= latest)


def in_decades(segment: Segment, chosen: Iterable[str], undated: str) -> Array:
    """Mark the ranges that touch one of some decades, or that are no date where that is asked for."""
    lo, hi = segment.span_lo.astype(np.int64), segment.span_hi.astype(np.int64)
    first = np.where(lo == 0, hi, lo) // 10
    last = np.minimum(np.where(hi == OPEN_YEAR, lo, hi) // 10, first + MAX_DECADES - 1)
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


def known(pair: tuple[int, int]) -> tuple[int, int] | None:
    """Return the first and last year that are known, the known one for an open side; None without a date."""
    lo, hi = pair
    if lo > hi:
        return None
    return (lo or hi), (hi if hi != OPEN_YEAR else lo)


def years(total: Counts) -> dict[int, float]:
    """Count by year; what may be of n years counts 1/n in each."""
    found: dict[int, float] = {}
    for pair, count in total.items():
        first, last = known(pair) or (1, 0)
        for year in range(first, last + 1):
            found[year] = found.get(year, 0.0) + count / (last - first + 1)
    return dict(sorted(found.items()))


def decades(total: Counts, undated: str) -> tuple[tuple[str, int], ...]:
    """Count by decade, in each that an entry may be of; most frequent first."""
    found: dict[str, int] = {}
    for pair, count in total.items():
        span = known(pair)
        starts = range(span[0] // 10 * 10, span[1] + 1, 10)[:MAX_DECADES] if span else range(0)
        for name in [str(start) for start in starts] or [undated]:
            found[name] = found.get(name, 0) + count
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
