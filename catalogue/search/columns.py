"""All columns of one state of the index, and the orders in which its documents can be put."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue.search import analysis, facets
from catalogue.search.facets import Dates, Facet, Mask, Rows
from catalogue.search.query import SearchQuery
from catalogue.search.whoosh_schema import Record

Scores = NDArray[np.float32]

FACETS = ("kind", "reuse", "place", "instrument", "person", "decade", "collection")
# The second person that `with` asks for is looked up among the same values as the first.
_COLUMN = {name: name for name in FACETS} | {"with": "person"}
_NO_PRICE = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Columns:
    """What is kept in memory of every document, deleted ones included; `live` marks the others."""

    pids: tuple[str, ...]
    digests: tuple[str, ...]
    live: Mask
    facets: dict[str, Facet]
    dates: Dates
    price: Rows
    embargo: Rows
    added: Rows
    by_pid: Rows  # place of each row in the order of pids, so that equals always come in the same order
    norms: dict[str, Scores]

    def public(self, today: date) -> Mask:
        """Mark what everybody may see today."""
        return self.live & (self.embargo <= today.year * 10_000 + today.month * 100 + today.day)

    def filters(self, query: SearchQuery) -> dict[str, Mask]:
        """Mark, for each filter that is on, what it lets through; the range of years goes by "years"."""
        masks = {name: self.facets[_COLUMN[name]].having(values) for name, values in query.filters}
        if query.has_years:
            masks["years"] = self.dates.overlap(query.from_year, query.to_year)
        return masks

    def ordered(self, rows: Rows, sort: str, scores: Scores) -> Rows:
        """Put rows in the order asked for; equals newest in the register first, then by pid."""
        keys: dict[str, NDArray[Any]] = {
            "relevance": -scores[rows],
            "added": np.zeros(len(rows)),
            "oldest": np.where(self.dates.is_dated, self._day, facets.LAST_DAY)[rows],
            "newest": -np.where(self.dates.is_dated, self._day, -1)[rows],
            "price": self.price[rows],
        }
        return rows[np.lexsort((self.by_pid[rows], -self.added[rows], keys[sort]))]

    @property
    def _day(self) -> Rows:
        return np.where(self.dates.lo > facets.FIRST_DAY, self.dates.lo, self.dates.hi)


def build(records: Sequence[Record], live: Mask) -> Columns:
    """Make the columns from the records of all documents."""
    pids = tuple(record.pid for record in records)
    by_pid = np.empty(len(pids), dtype=np.int64)
    by_pid[np.argsort(np.array(pids, dtype=np.str_), kind="stable")] = np.arange(len(pids))
    return Columns(
        pids=pids,
        digests=tuple(record.digest for record in records),
        live=live,
        facets={name: facets.facet([record.facets[name] for record in records]) for name in FACETS},
        dates=facets.dates((record.lo, record.hi) for record in records),
        price=_numbers(_NO_PRICE if record.price is None else record.price for record in records),
        embargo=_numbers(record.embargo for record in records),
        added=_numbers(record.added for record in records),
        by_pid=by_pid,
        norms=_norms(records),
    )


def _numbers(values: Iterable[int]) -> Rows:
    return np.fromiter(values, dtype=np.int64)


def _norms(records: Sequence[Record]) -> dict[str, Scores]:
    """Work out by how much each field of each document is divided for its length (BM25F)."""
    lengths = np.array([record.lengths for record in records], dtype=np.float32)
    lengths = lengths.reshape(-1, len(analysis.LENGTH_SHARES))
    norms = {}
    for place, (name, share) in enumerate(analysis.LENGTH_SHARES.items()):
        column = lengths[:, place]
        filled = column[column > 0]
        average = float(filled.mean()) if len(filled) else 1.0
        norms[name] = (1 - share + share * column / average).astype(np.float32)
    return norms
