"""How Whoosh holds our segments: its generation file names them and their deletions, its lock keeps writers apart.

Whoosh asks a *codec* how a segment lies on disk (whoosh.codec.base). Ours is one file of arrays for each segment.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whoosh import fields
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC, clean_files

from catalogue.search import folders

INDEX = "MAIN"
EXTENSION = ".seg"


class ArraySegment(base.Segment):  # type: ignore[misc]  # Whoosh has no types
    """What Whoosh's generation file says of a segment: its name, its size and its deleted documents."""

    def __init__(self, size: int = 0) -> None:
        super().__init__(INDEX)
        self.size = size
        self.deleted: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """The name, by which Whoosh also tells its files."""
        return f"{self.indexname}_{self.segid}"

    def path(self, folder: Path) -> Path:
        """Return where its arrays are."""
        return folder / f"{self.name}{EXTENSION}"

    def doc_count_all(self) -> int:
        """Return how many documents it has, deleted ones included."""
        return self.size

    def deleted_count(self) -> int:
        """Return how many of them have been deleted."""
        return len(self.deleted)

    def without(self, docs: Sequence[int]) -> "ArraySegment":
        """Return the segment in its next state, some more documents deleted."""
        following = ArraySegment(self.size)
        following.segid = self.segid
        following.deleted = self.deleted | frozenset(docs)
        return following


def generation(folder: Path) -> int:
    """Return the number of the newest state; -1 if there is none."""
    try:
        number: int = TOC._latest_generation([path.name for path in folder.iterdir()], INDEX)
    except OSError:
        return -1
    return number


def read(folder: Path) -> list[ArraySegment]:
    """Return the segments of the newest state, the oldest first."""
    segments: list[ArraySegment] = TOC.read(_storage(folder), INDEX).segments
    return segments


def publish(folder: Path, segments: Sequence[ArraySegment]) -> None:
    """Write the next state; once it is on disk it counts, and files that no state needs any more are removed."""
    number = generation(folder) + 1
    TOC(_schema(), list(segments), number).write(_storage(folder), INDEX)
    folders.sync_path(folder / TOC._filename(INDEX, number))
    folders.sync_path(folder)
    clean_files(_storage(folder), INDEX, number, segments)


def remove_stray(folder: Path, now: float, age: float) -> None:
    """Remove what a killed writer left half-written, once it is so many seconds old."""
    for path in (*folder.glob("*.new"), *folder.glob("*.toc.*")):
        if now - path.stat().st_mtime > age:
            path.unlink(missing_ok=True)


class _Folder(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder whose files are read whole: Whoosh leaves one open when it cannot be read to its end."""

    def open_file(self, name: str, **_options: Any) -> Any:
        return BufferFile((Path(self.folder) / name).read_bytes(), name=name)


def _storage(folder: Path) -> Any:
    return _Folder(str(folder), supports_mmap=False)


def _schema() -> Any:
    """Return what Whoosh is told of the fields."""
    return fields.Schema(
        pid=fields.ID(unique=True, stored=True), text=fields.TEXT(stored=True), mark=fields.ID
    )
