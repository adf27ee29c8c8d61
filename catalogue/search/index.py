"""The seam of search: what any engine must do, in our words. It answers with pids and counts, not data.

The index is disposable: the database is the truth, and only the job runner and commands write the index.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from flask import current_app

from catalogue.search.document import Document
from catalogue.search.query import SearchQuery

# The rungs of the ladder from narrow to wide; NONE when nothing at all was found.
EXACT, PREFIX, FUZZY, ANY, NONE, DEGRADED = "exact", "prefix", "fuzzy", "any", "none", "degraded"

TOP_VALUES = 15  # of a filter, of those that a page of results offers

Progress = Callable[[int], None]


class DamagedIndexError(Exception):
    """There is no index, or it cannot be read. The cure is to make it anew."""


class BusyIndexError(Exception):
    """Somebody else is writing the index and did not finish in time; try again later."""


@dataclass(frozen=True)
class Found:
    """Why an entry answers where its card does not show it: pieces of a text, the ones looked for marked."""

    kind: str  # name, number or text
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class SearchResult:
    """One page of an answer, with what all pages together hold."""

    pids: tuple[str, ...] = ()  # of the entries of the page asked for, in order
    total: int = 0
    # The most frequent values first, at most TOP_VALUES, and those that are chosen, with their exact counts.
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)  # how many values of a filter have any entry
    years: Mapping[int, float] = field(default_factory=dict)  # an entry of n years counts 1/n in each
    undated: int = 0
    certain: int | None = None  # with a range of years: how many lie in it for sure; they come first
    rung: str = EXACT  # how far the question had to be widened
    understood: tuple[str, ...] = ()  # parts read as a request, such as played("ben webster", "tenor")
    ignored: tuple[str, ...] = ()  # signs and fields that could not be read and were taken as plain words
    highlights: Mapping[str, Found] = field(default_factory=dict)
    did_you_mean: str | None = None
    words: tuple[
        tuple[str, int], ...
    ] = ()  # on a wider rung: each word asked for and how many entries have it
    without: tuple[tuple[str, int], ...] = ()  # on a wider rung: questions less a word, with their answers
    unfiltered: Mapping[str, int] = field(
        default_factory=dict
    )  # when nothing passes: answers without a filter


@dataclass(frozen=True)
class Companion:
    """Somebody who was there with a person: on how many occasions, and in which years (None: no dates)."""

    pid: str
    occasions: int
    first_year: int | None
    last_year: int | None


class SearchIndex(Protocol):
    """What an engine must be able to do."""

    def search(self, query: SearchQuery, today: date) -> SearchResult:
        """Answer a question with what is public today; raise DamagedIndexError."""

    def first(self, query: SearchQuery, today: date, most: int) -> tuple[str, ...]:
        """Return the pids of the first entries that answer as it was asked, without widening or counting anything.

        For lists that are wanted between two letters typed. Raise DamagedIndexError.
        """

    def values(self, query: SearchQuery, name: str, today: date) -> tuple[tuple[str, int], ...]:
        """Count all values of one filter among the answers, most frequent first; raise DamagedIndexError."""

    def companions(self, person: str, today: date) -> tuple[Companion, ...]:
        """List who was there with a person, by pid, most occasions first; raise DamagedIndexError."""

    def apply(self, documents: Collection[Document], removed: Collection[str]) -> None:
        """Put documents in the place of older ones and take others out, by pid; on disk on return.

        Raise DamagedIndexError, BusyIndexError.
        """

    def rebuild(self, batches: Iterable[Collection[Document]], progress: Progress) -> None:
        """Make the index anew beside the old one, tell how many are done, and swap; raise BusyIndexError."""

    def digests(self) -> dict[str, str]:
        """Return the digest of each document by pid; raise DamagedIndexError."""

    def verify(self) -> None:
        """Read everything that is kept; raise DamagedIndexError where it is not what was written."""

    def version(self) -> str:
        """Return a name that changes with every change of the index; "" if there is none."""

    def close(self) -> None:
        """Let go of all files."""


def current() -> SearchIndex:
    """Return the index of the running site."""
    index: SearchIndex = current_app.extensions["search_index"]
    return index
