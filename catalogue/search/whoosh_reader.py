"""One state of a Whoosh index, opened for reading. Words are decoded once into arrays and kept.

Files are read whole when they are opened: what happens to them later cannot hurt a reader.
"""

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import FileIndex, LockError
from whoosh.reading import TermNotFound

from catalogue.search import columns
from catalogue.search.facets import Mask, Rows
from catalogue.search.index import DamagedIndexError
from catalogue.search.whoosh_schema import Record, schema

MAX_KEPT = 20_000  # decoded words
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

Postings = tuple[Rows, NDArray[np.float32]]  # rows, and how often each has the word
Positions = dict[int, frozenset[int]]
Value = TypeVar("Value")

_NOTHING: Postings = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))


class WholeFiles(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder whose files are read whole: a mapped file that is cut short would end the process (SIGBUS)."""

    supports_mmap = False

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False)

    def open_file(self, name: str, **_options: Any) -> Any:
        """Read a file into memory."""
        return BufferFile((Path(self.folder) / name).read_bytes(), name=name)


class Snapshot:
    """What one generation of the index holds. Whoosh's readers are for one thread, so threads take turns."""

    def __init__(self, folder: Path, known: dict[str, list[Record]]) -> None:
        """Open the newest generation; `known` keeps the records of segments from one state to the next."""
        self._turn = threading.Lock()
        self._postings: dict[tuple[str, str], Postings] = {}
        self._positions: dict[tuple[str, str], Positions] = {}
        self._words: dict[tuple[str, str], list[str]] = {}
        with naming_damage():
            self._reader = FileIndex(WholeFiles(folder), schema=schema()).reader()
            self.columns = columns.build(*_records(self._reader, known))
        self.size = len(self.columns.pids)

    def postings(self, field: str, word: str) -> Postings:
        """Return the rows that have a word in a field, ascending, and how often."""
        key = (field, word)
        found = self._postings.get(key)
        if found is None:
            with self._taking_turns():
                found = self._read_postings(field, word)
            _keep(self._postings, key, found)
        return found

    def positions(self, field: str, word: str) -> Positions:
        """Return the places of a word in a field of each row that has it."""
        key = (field, word)
        found = self._positions.get(key)
        if found is None:
            with self._taking_turns():
                found = self._read_positions(field, word)
            _keep(self._positions, key, found)
        return found

    def beginning(self, field: str, prefix: str) -> list[str]:
        """List the words of a field that begin so."""
        key = (field, prefix)
        found = self._words.get(key)
        if found is None:
            with self._taking_turns():
                found = [word.decode() for word in self._reader.expand_prefix(field, prefix)]
            _keep(self._words, key, found)
        return found

    def texts(self, row: int) -> dict[str, Any]:
        """Return the texts of a document, to show why it answers."""
        with self._taking_turns():
            texts: dict[str, Any] = self._reader.stored_fields(row)["texts"]
        return texts

    @contextmanager
    def _taking_turns(self) -> Iterator[None]:
        with self._turn, naming_damage():
            yield

    def _read_postings(self, field: str, word: str) -> Postings:
        rows, counts = [], []
        try:
            matcher = self._reader.postings(field, word)
        except TermNotFound:
            return _NOTHING
        while matcher.is_active():
            rows.append(matcher.id())
            counts.append(matcher.weight())
            matcher.next()
        return np.array(rows, dtype=np.int64), np.array(counts, dtype=np.float32)

    def _read_positions(self, field: str, word: str) -> Positions:
        found = {}
        try:
            matcher = self._reader.postings(field, word)
        except TermNotFound:
            return {}
        while matcher.is_active():
            found[matcher.id()] = frozenset(matcher.value_as("positions"))
            matcher.next()
        return found


@contextmanager
def naming_damage() -> Iterator[None]:
    """Raise DamagedIndexError for whatever Whoosh raises inside; a full disk and a lock pass."""
    try:
        yield
    except (LockError, DamagedIndexError):
        raise
    except Exception as error:
        # Damaged files make Whoosh raise nearly anything: EOFError, UnpicklingError, zlib.error, MemoryError.
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            raise
        raise DamagedIndexError(f"the search index cannot be read: {error!r}") from error


def _records(reader: Any, known: dict[str, list[Record]]) -> tuple[list[Record], Mask]:
    """Read the records of all segments, or take them from `known`, and mark the documents not deleted."""
    records: list[Record] = []
    live: list[bool] = []
    used: dict[str, list[Record]] = {}
    for leaf, _base in reader.leaf_readers() if reader.doc_count_all() else ():
        name, rows = leaf.segment().segment_id(), range(leaf.doc_count_all())
        used[name] = known.get(name) or [Record(*leaf.stored_fields(row)["record"]) for row in rows]
        records += used[name]
        live += [not leaf.is_deleted(row) for row in rows]
    known.clear()
    known.update(used)
    return records, np.array(live, dtype=np.bool_)


def _keep(kept: dict[tuple[str, str], Value], key: tuple[str, str], found: Value) -> None:
    if len(kept) >= MAX_KEPT:
        kept.clear()
    kept[key] = found
