"""One state of the index: its segments, which of their documents live, and what is true of all of them together."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from catalogue.search.engine.expanding import Postings
from catalogue.search.engine.facet_values import FacetValues
from catalogue.search.engine.memory import Memory
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import Shape
from catalogue.search.engine.spans import Ranges

MEMORY = 32 << 20  # bytes, of decoded words


@dataclass(frozen=True)
class Visible:
    """The documents of a segment that everybody may see on a day."""

    count: int
    mask: Array | None  # None: all
    hidden: Array  # the others

    def number_of(self, docs: Array | None) -> int:
        """Return how many some documents are; None stands for all that may be seen."""
        return self.count if docs is None else len(docs)


@dataclass(frozen=True)
class Live:
    """A segment in this state: the number of its first document, and which documents have been deleted since."""

    segment: Segment
    base: int
    deleted: Array  # ascending


class Snapshot:
    """Segments that have been opened; for any number of threads."""

    def __init__(self, shape: Shape, opened: Sequence[tuple[Segment, Array]], memory: Memory) -> None:
        self.shape, self.memory = shape, memory
        self.segments: list[Live] = []
        self.size = 0
        for segment, deleted in opened:
            self.segments.append(Live(segment, self.size, deleted))
            self.size += segment.size
        own = [one.segment for one in self.segments]
        self.facets = {name: FacetValues(name, own) for name in shape.names}
        self.ranges = Ranges(own)
        self.counts: dict[object, int] = {}  # of documents that have a word
        self.near_words: dict[str, tuple[tuple[int, int, str], ...]] = {}  # slips, documents, word
        self._visible: tuple[date, list[Visible]] | None = None
        self._lock = threading.Lock()

    def visible(self, today: date) -> list[Visible]:
        """Tell for each segment what may be seen on a day."""
        known = self._visible
        if known is None or known[0] != today:
            with self._lock:
                known = self._visible = (today, [_visible(one, today) for one in self.segments])
        return known[1]

    def find(self, pid: str) -> tuple[Live, int] | None:
        """Return the segment and the document with a pid; None if there is none."""
        for one in self.segments:
            doc = one.segment.doc(pid)
            if doc >= 0 and not (len(one.deleted) and doc in one.deleted):
                return one, doc
        return None

    def digests(self) -> dict[str, str]:
        """Return the digest of each document by pid."""
        found = {}
        for one in self.segments:
            gone = frozenset(one.deleted.tolist())
            for doc, digest in enumerate(one.segment.digests()):
                if doc not in gone:
                    found[one.segment.pid(doc)] = digest
        return found


def new_memory() -> Memory:
    """Return a memory for the words of all states of an index."""
    return Memory(MEMORY, _weight)


def _weight(kept: Postings | Array) -> int:
    return kept.nbytes + 200


def _visible(one: Live, today: date) -> Visible:
    embargo = one.segment.arrays["doc.embargo"]
    hidden = np.flatnonzero(embargo > today.year * 10_000 + today.month * 100 + today.day)
    hidden = np.union1d(hidden, one.deleted).astype(np.int64)
    if not len(hidden):
        return Visible(one.segment.size, None, hidden)
    mask = np.ones(one.segment.size, np.bool_)
    mask[hidden] = False
    return Visible(one.segment.size - len(hidden), mask, hidden)
