"""What answers a question in one state of the index, segment by segment, before and behind the filters."""

from dataclasses import dataclass
from functools import cached_property

from catalogue.search.engine import filtering, hits
from catalogue.search.engine.filtering import YEARS, Filter
from catalogue.search.engine.hits import Hits
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.snapshot import Snapshot, Visible
from catalogue.search.ladder import Attempt
from catalogue.search.query import SearchQuery

# The second person that `with` asks for is looked up among the same values as the first.
_COLUMNS = {"with": "person"}


def column_of(name: str) -> str:
    """Name the column that a filter looks at."""
    return _COLUMNS.get(name, name)


@dataclass(frozen=True)
class Part:
    """What answers a question in one segment, before any filter."""

    segment: Segment
    visible: Visible
    found: Hits
    near: Array | None = None  # marks those that only a near spelling brought, among all documents

    @property
    def count(self) -> int:
        """How many answer."""
        return self.visible.number_of(self.found.docs)


@dataclass(frozen=True)
class Answers:
    """What answers a question in all segments, and how it was read."""

    snapshot: Snapshot
    query: SearchQuery
    parts: list[Part]
    attempt: Attempt
    ignored: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many answer, before any filter."""
        return sum(part.count for part in self.parts)

    @property
    def has_near(self) -> bool:
        """Whether a near spelling brought some of them."""
        return any(part.near is not None for part in self.parts)

    @cached_property
    def filters(self) -> list[Filter]:
        """The filters that are on."""
        on = [Filter(name, column_of(name), values) for name, values in self.query.filters]
        if self.query.has_years:
            on.append(Filter(YEARS, YEARS, (), self.query.from_year, self.query.to_year))
        return on

    def passing(self, part: Part, but: str | None = None) -> Hits:
        """Return the answers in a segment that pass all filters, but for one perhaps."""
        filters = [one for one in self.filters if one.name != but]
        found = filtering.through(self.snapshot, part.segment, part.found, filters)
        # What answers to no words has not been looked at yet.
        return hits.through(found, part.visible.mask) if part.found.docs is None and filters else found

    def total(self, but: str | None = None) -> int:
        """Count the answers that pass all filters, but for one perhaps."""
        return sum(part.visible.number_of(self.passing(part, but).docs) for part in self.parts)
