"""The index in a folder, kept by Whoosh: one writer, and readers that notice changes without a restart."""

import re
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex, LockError

from catalogue.search import answering, folders, whoosh_reader, whoosh_schema
from catalogue.search.document import Document
from catalogue.search.folders import IndexFolders, LockTimeoutError
from catalogue.search.index import BusyIndexError, DamagedIndexError, Progress, SearchResult
from catalogue.search.query import SearchQuery
from catalogue.search.whoosh_reader import Snapshot, WholeFiles
from catalogue.search.whoosh_schema import Record

LOCK_TIMEOUT = 10.0  # seconds
MEMORY_MB = 128  # of the writer that makes an index anew

_TOC = re.compile(r"_MAIN_([0-9]+)\.toc")


class WhooshIndex:
    """A `SearchIndex` on Whoosh-Reloaded."""

    def __init__(self, root: Path) -> None:
        self._folders = IndexFolders(root, whoosh_schema.FORMAT)
        self._refreshing = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._version = ""
        self._known: dict[str, list[Record]] = {}

    def search(self, query: SearchQuery, today: date) -> SearchResult:
        """Answer from the newest state."""
        return answering.answer(self._current(), query, today)

    def digests(self) -> dict[str, str]:
        """Read the digests of all documents."""
        return answering.digests(self._current())

    def apply(self, documents: Collection[Document], removed: Collection[str]) -> None:
        """Write in one commit."""
        with self._writing():
            folder = self._folders.current()
            if folder is None:
                raise DamagedIndexError("there is no index")
            with whoosh_reader.naming_damage():
                _write(folder, documents, removed)
            folders.sync(folder)
            self._folders.remove_old(time.time())

    def rebuild(self, batches: Iterable[Collection[Document]], progress: Progress) -> None:
        """Fill a new folder and swap."""
        with self._writing():
            folder = self._folders.add()
            index = FileIndex.create(WholeFiles(folder), whoosh_schema.schema())
            with _committing(index.writer(timeout=LOCK_TIMEOUT, limitmb=MEMORY_MB)) as writer:
                _fill(writer, batches, progress)
            self._folders.swap(folder)
            self._folders.remove_old(time.time())

    def version(self) -> str:
        """Name the folder and the generation in it."""
        folder = self._folders.current()
        if folder is None:
            return ""
        return f"{folder.name}/{_generation(folder)}"

    def close(self) -> None:
        """Forget what is in memory."""
        with self._refreshing:
            self._snapshot, self._version = None, ""

    def _current(self) -> Snapshot:
        snapshot, version = self._snapshot, self.version()
        if snapshot is not None and version == self._version:
            return snapshot
        # Only one thread opens the new state; the others go on with the old one meanwhile.
        if self._refreshing.acquire(blocking=snapshot is None):
            try:
                return self._refresh()
            finally:
                self._refreshing.release()
        return snapshot or self._current()

    def _refresh(self) -> Snapshot:
        version = self.version()
        if self._snapshot is not None and version == self._version:
            return self._snapshot
        folder = self._folders.current()
        if folder is None:
            raise DamagedIndexError("there is no index")
        fresh = Snapshot(folder, self._known)
        self._snapshot, self._version = fresh, version
        return fresh

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._folders.writing(LOCK_TIMEOUT):
                yield
        except (LockTimeoutError, LockError) as error:
            raise BusyIndexError("another process is writing the search index") from error


def _write(folder: Path, documents: Collection[Document], removed: Collection[str]) -> None:
    index = FileIndex(WholeFiles(folder), schema=whoosh_schema.schema())
    with _committing(index.writer(timeout=LOCK_TIMEOUT)) as writer:
        for pid in removed:
            writer.delete_by_term("pid", pid)
        for document in documents:
            writer.update_document(**whoosh_schema.values(document))


def _fill(writer: Any, batches: Iterable[Collection[Document]], progress: Progress) -> None:
    done = 0
    for documents in batches:
        for document in documents:
            writer.add_document(**whoosh_schema.values(document))
        done += len(documents)
        progress(done)


@contextmanager
def _committing(writer: Any) -> Iterator[Any]:
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def _generation(folder: Path) -> int:
    """Return the number of the newest commit in a folder; -1 if there is none."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return -1
    return max((int(found[1]) for name in names if (found := _TOC.fullmatch(name))), default=-1)
