"""Columns of an index in memory, one value or several for each document: for filters, counts and orders.

They are made once for each state of the index. Counts are exact, and a filter does not count against itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalogue.search.document import year_span

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

FIRST_DAY, LAST_DAY = 0, 99_999_999
FIRST_YEAR, LAST_YEAR = 1500, 2100  # of the histogram


@dataclass(frozen=True)
class Facet:
    """The values of one filter: pairs of a document's row and the code of a value it has."""

    values: tuple[str, ...]
    codes: dict[str, int]
    pair_rows: Rows
    pair_codes: Rows
    size: int  # rows

    def having(self, values: Sequence[str]) -> Mask:
        """Mark the rows that have at least one of the values."""
        wanted = [self.codes[value] for value in values if value in self.codes]
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[self.pair_rows[np.isin(self.pair_codes, wanted)]] = True
        return mask

    def count(self, among: Mask) -> tuple[tuple[str, int], ...]:
        """Count the rows of each value among the marked ones, most frequent first."""
        counts = np.bincount(self.pair_codes[among[self.pair_rows]], minlength=len(self.values))
        order = np.argsort(-counts, kind="stable")
        return tuple((self.values[code], int(counts[code])) for code in order if counts[code])


def facet(values_of_rows: Sequence[Sequence[str]]) -> Facet:
    """Make the column of a filter; a row may have any number of different values."""
    values = tuple(sorted({value for values in values_of_rows for value in values}))
    codes = {value: code for code, value in enumerate(values)}
    pairs = [(row, codes[value]) for row, values in enumerate(values_of_rows) for value in set(values)]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Facet(values, codes, table[:, 0], table[:, 1], len(values_of_rows))


@dataclass(frozen=True)
class Dates:
    """The earliest and latest day (yyyymmdd) that each row may be of; FIRST_DAY and LAST_DAY where open."""

    lo: Rows
    hi: Rows
    is_dated: Mask
    first_year: Rows
    last_year: Rows

    def overlap(self, from_year: int | None, to_year: int | None) -> Mask:
        """Mark the dated rows that may lie in a range of years, open at a side that is None."""
        first = FIRST_DAY if from_year is None else from_year * 10_000
        last = LAST_DAY if to_year is None else to_year * 10_000 + 9_999
        return self.is_dated & (self.lo <= last) & (self.hi >= first)

    def years(self, among: Mask) -> dict[int, float]:
        """Count the marked rows by year; one that spans n years counts 1/n in each."""
        marked = among & self.is_dated
        first = np.clip(self.first_year[marked], FIRST_YEAR, LAST_YEAR) - FIRST_YEAR
        last = np.clip(self.last_year[marked], FIRST_YEAR, LAST_YEAR) - FIRST_YEAR
        share = 1 / (last - first + 1)
        steps = np.zeros(LAST_YEAR - FIRST_YEAR + 2)
        np.add.at(steps, first, share)
        np.add.at(steps, last + 1, -share)
        counts = np.cumsum(steps)
        return {FIRST_YEAR + int(year): float(counts[year]) for year in np.flatnonzero(counts > 1e-6)}


def dates(bounds: Iterable[tuple[int | None, int | None]]) -> Dates:
    """Make the columns of dates from pairs of bounds."""
    pairs = list(bounds)
    spans = [year_span(lo, hi) or (0, 0) for lo, hi in pairs]
    return Dates(
        lo=np.array([FIRST_DAY if lo is None else lo for lo, _ in pairs], dtype=np.int64),
        hi=np.array([LAST_DAY if hi is None else hi for _, hi in pairs], dtype=np.int64),
        is_dated=np.array([lo is not None or hi is not None for lo, hi in pairs], dtype=np.bool_),
        first_year=np.array([first for first, _ in spans], dtype=np.int64),
        last_year=np.array([last for _, last in spans], dtype=np.int64),
    )
