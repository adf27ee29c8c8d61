"""The index in a folder, kept by Whoosh: one writer, and readers that notice changes without a restart."""

import errno
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
from whoosh.index import LockError

from catalogue.search import whoosh_segments, whoosh_writing
from catalogue.search.document import Document
from catalogue.search.engine import answering, companions, packing, snapshot
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import CATALOGUE, FORMAT, Shape
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.folders import IndexFolders, LockTimeoutError
from catalogue.search.index import BusyIndexError, Companion, DamagedIndexError, Progress, SearchResult
from catalogue.search.query import SearchQuery
from catalogue.search.whoosh_segments import ArraySegment

LOCK_TIMEOUT = 10.0  # seconds
STRAY = 3600.0  # seconds after which a file that is still being written never will be
TRIES = 5  # to open a state before a newer one takes its files away
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})


class WhooshIndex:
    """A `SearchIndex` in a folder."""

    def __init__(self, root: Path, shape: Shape = CATALOGUE) -> None:
        self._folders = IndexFolders(root, FORMAT)
        self._shape = shape
        self._refreshing = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._version = ""
        self._trace: tuple[int, ...] | None = None  # of the folder when it was last looked into
        self._opened: dict[Path, Segment] = {}
        self._memory = snapshot.new_memory()

    def search(self, query: SearchQuery, today: date) -> SearchResult:
        """Answer from the newest state."""
        with naming_damage():
            return answering.answer(self._current(), query, today)

    def first(self, query: SearchQuery, today: date, most: int) -> tuple[str, ...]:
        """Return the first answers in the newest state."""
        with naming_damage():
            return answering.first(self._current(), query, today, most)

    def values(self, query: SearchQuery, name: str, today: date) -> tuple[tuple[str, int], ...]:
        """Count all values of a filter in the newest state."""
        with naming_damage():
            return answering.values(self._current(), query, name, today)

    def companions(self, person: str, today: date) -> tuple[Companion, ...]:
        """List who was there with a person, from the newest state."""
        with naming_damage():
            return companions.of(self._current(), person, today)

    def digests(self) -> dict[str, str]:
        """Read the digests of all documents."""
        with naming_damage():
            return self._current().digests()

    def texts(self, pids: Iterable[str]) -> list[dict[str, list[str]]]:
        """Return the texts kept of some documents, leaving out those that are not there."""
        with naming_damage():
            found = map(self._current().find, pids)
            return [one[0].segment.texts(one[1]) for one in found if one]

    def verify(self) -> None:
        """Read every byte of the newest state; raise DamagedIndexError if one is not what was written."""
        with naming_damage():
            for one in self._current().segments:
                packing.verify(one.segment.pack)

    def apply(self, documents: Collection[Document], removed: Collection[str]) -> None:
        """Write in one commit."""
        with self._writing():
            folder = self._folders.current()
            if folder is None:
                raise DamagedIndexError("there is no index")
            with naming_damage():
                entries = whoosh_segments.read(folder)
                self._keep_open(entries, folder)
                opened = [(entry, self._open(entry, folder)) for entry in entries]
                whoosh_writing.apply(folder, self._shape, opened, documents, removed)
                whoosh_segments.remove_stray(folder, time.time(), STRAY)
            self._folders.remove_old(time.time())

    def rebuild(self, batches: Iterable[Collection[Document]], progress: Progress) -> None:
        """Fill a new folder and swap."""
        with self._writing():
            folder = self._folders.add()
            whoosh_writing.fill(folder, self._shape, batches, progress)
            self._folders.swap(folder)
            self._folders.remove_old(time.time())

    def version(self) -> str:
        """Name the folder and the generation in it."""
        folder = self._folders.current()
        return "" if folder is None else f"{folder.name}/{whoosh_segments.generation(folder)}"

    def close(self) -> None:
        """Forget what is in memory."""
        with self._refreshing:
            self._snapshot, self._version, self._opened = None, "", {}
            self._memory = snapshot.new_memory()

    def _current(self) -> Snapshot:
        known, trace = self._snapshot, self._folders.trace()
        is_known = known is not None and trace is not None and trace == self._trace
        if known is not None and (is_known or self.version() == self._version):
            self._trace = trace
            if not all(one.segment.pack.is_whole() for one in known.segments):
                raise DamagedIndexError("a file of the search index was cut short")
            return known
        # Only one thread opens the new state; the others go on with the old one meanwhile.
        if self._refreshing.acquire(blocking=known is None):
            try:
                return self._refresh()
            finally:
                self._refreshing.release()
        return known or self._current()

    def _refresh(self) -> Snapshot:
        for left in reversed(range(TRIES)):
            version, folder = self.version(), self._folders.current()
            if self._snapshot is not None and version == self._version:
                return self._snapshot
            if folder is None:
                raise DamagedIndexError("there is no index")
            try:
                fresh = self._opened_state(folder)
            except FileNotFoundError:
                if not left or self.version() == version:
                    raise
            else:
                self._snapshot, self._version = fresh, version
                return fresh
        raise DamagedIndexError("the index changes faster than it can be opened")

    def _opened_state(self, folder: Path) -> Snapshot:
        entries = whoosh_segments.read(folder)
        opened = [(self._open(entry, folder), np.array(sorted(entry.deleted), np.int64)) for entry in entries]
        self._keep_open(entries, folder)
        return Snapshot(self._shape, opened, self._memory)

    def _keep_open(self, entries: Iterable[ArraySegment], folder: Path) -> None:
        """Let go of segments that are no part of a state any more: one that only writes would keep them all."""
        current = {entry.path(folder) for entry in entries}
        self._opened = {path: segment for path, segment in self._opened.items() if path in current}

    def _open(self, entry: ArraySegment, folder: Path) -> Segment:
        path = entry.path(folder)
        if path not in self._opened:
            self._opened[path] = Segment(path, entry.name, self._shape.names)
        return self._opened[path]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._folders.writing(LOCK_TIMEOUT):
                yield
        except (LockTimeoutError, LockError) as error:
            raise BusyIndexError("another process is writing the search index") from error


@contextmanager
def naming_damage() -> Iterator[None]:
    """Raise DamagedIndexError for whatever damaged files cause; a full or closed disk passes."""
    try:
        yield
    except (LockError, DamagedIndexError):
        raise
    except Exception as error:
        # Damaged files cause nearly anything: EOFError, UnpicklingError, IndexError, zlib.error, MemoryError.
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            raise
        raise DamagedIndexError(f"the search index cannot be read: {error!r}") from error
