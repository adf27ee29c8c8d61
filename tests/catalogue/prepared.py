"""An engine that answers what a test has prepared: how pages tell of an answer does not depend on how it was found."""

# ruff: noqa: ARG002  # the seam says which arguments there are

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from catalogue.search.index import DamagedIndexError, SearchResult
from catalogue.search.query import SearchQuery

Counts = tuple[tuple[str, int], ...]


@dataclass
class Prepared:
    """A `SearchIndex` for reading, with the same answer to every question; damaged if it has none."""

    result: SearchResult | None = None
    counts: Mapping[str, Counts] = field(default_factory=dict)
    asked: list[SearchQuery] = field(default_factory=list)

    def search(self, query: SearchQuery, today: date) -> SearchResult:
        """Give the answer."""
        self.asked.append(query)
        if self.result is None:
            raise DamagedIndexError("there is no index")
        return self.result

    def values(self, query: SearchQuery, name: str, today: date) -> Counts:
        """Give the counts of a filter."""
        self.asked.append(query)
        if self.result is None:
            raise DamagedIndexError("there is no index")
        return self.counts[name]

    def version(self) -> str:
        """There is none."""
        return ""
