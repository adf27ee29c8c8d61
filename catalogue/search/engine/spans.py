"""Dates as ranges of years: which may lie within the years asked for, which do for sure, how many there are a year."""

from collections.abc import Iterable, Sequence

import numpy as np

from catalogue.search.document import MAX_DECADES
from catalogue.search.engine.inverting import OPEN_YEAR
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment

LEAST = 1e-6  # of an entry; what is less comes of adding fractions
NO_RANGES: Array = np.empty(0, np.int64)


class Ranges:
    """The ranges of years of all segments, each different one with one number; counts are by these."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        own = [one.span_lo.astype(np.int64) * (OPEN_YEAR + 1) + one.span_hi for one in segments]
        different = np.unique(np.concatenate([NO_RANGES, *own]))
        # The numbers of each segment's ranges; None where they are the same.
        self.numbers: dict[str, Array | None] = {
            one.name: None if np.array_equal(codes, different) else np.searchsorted(different, codes)
            for one, codes in zip(segments, own, strict=True)
        }
        self._size = len(different)
        lo, hi = different // (OPEN_YEAR + 1), different % (OPEN_YEAR + 1)
        self._dated = np.flatnonzero(lo <= hi)
        first, last = (years.take(self._dated) for years in known(lo, hi))
        self._width = last - first + 1
        self._years = _Axis(first, last)
        begun = first // 10
        self._decades = _Axis(begun, np.minimum(last // 10, begun + MAX_DECADES - 1))

    def __len__(self) -> int:
        return self._size

    def undated(self, counts: Array) -> int:
        """Count what has no date."""
        return int(counts.sum() - counts.take(self._dated).sum())

    def years(self, counts: Array) -> dict[int, float]:
        """Count by year; what may be of n years counts 1/n in each."""
        return self._years.spread(counts.take(self._dated) / self._width)

    def decades(self, counts: Array, undated: str) -> tuple[tuple[str, int], ...]:
        """Count by decade, in each that an entry may be of; most frequent first."""
        spread = self._decades.spread(counts.take(self._dated))
        found = [(f"{decade}0", round(count)) for decade, count in spread.items()]
        found.append((undated, self.undated(counts)))
        return tuple(sorted((one for one in found if one[1]), key=lambda one: (-one[1], one[0])))


class _Axis:
    """Stretches on a line of years or decades, over which shares are spread."""

    def __init__(self, first: Array, last: Array) -> None:
        self._start = int(first.min(initial=OPEN_YEAR))
        self._size = max(0, int(last.max(initial=0)) - self._start) + 2
        self._first, self._behind = first - self._start, last + 1 - self._start

    def spread(self, shares: Array) -> dict[int, float]:
        """Add a share to each place of a stretch, for all stretches; places without any are left out."""
        begun, ended = (
            np.bincount(places, weights=shares, minlength=self._size)
            for places in (self._first, self._behind)
        )
        found = np.cumsum(begun - ended)
        used = np.flatnonzero(found > LEAST)
        return dict(zip((used + self._start).tolist(), found.take(used).tolist(), strict=True))


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
