"""Named arrays in one file, which all processes read through the page cache.

A table at the end says where each array lies and what its checksum is; the beginning of the file says where the
table is. Files never change once they have their name, so a reader keeps one open for as long as it likes.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[Any]

MAGIC = b"NRARRAY1"
ALIGNMENT = 64  # bytes, so that no number lies across two lines of the processor's cache
# A mapped file that somebody cuts short ends the process that reads it (SIGBUS). Small ones are read whole, which
# nothing can hurt; large ones are mapped, and their size is looked at before each use.
MAPPED_FROM = 32 << 20

_PREFIX = struct.Struct("<8sQQI")  # magic, place of the table, its length, its checksum


class DamagedFileError(Exception):
    """A file is not what was written."""


@dataclass(frozen=True)
class Pack:
    """The arrays of one file, by name, and what else its writer noted."""

    path: Path
    arrays: Mapping[str, Array]
    notes: Mapping[str, Any]
    size: int  # bytes
    mapped: mmap.mmap | None

    def is_whole(self) -> bool:
        """Whether a mapped file still has all its bytes; a removed one keeps them for those who hold it."""
        if self.mapped is None:
            return True
        try:
            return self.path.stat().st_size == self.size
        except FileNotFoundError:
            return True

    def let_go(self) -> None:
        """Give the memory back that reading a mapped file took; it can be read again."""
        if self.mapped is not None:
            self.mapped.madvise(mmap.MADV_DONTNEED)


class Room:
    """The place of one array in a file that is being written; filled from its beginning to its end."""

    def __init__(self, descriptor: int, at: int, dtype: np.dtype[Any], count: int) -> None:
        self._descriptor, self._next = descriptor, at
        self.at, self.dtype, self.count = at, dtype, count
        self.checksum, self.filled = 0, 0

    def append(self, values: ArrayLike) -> None:
        """Write the next values of the array."""
        array = np.ascontiguousarray(values, dtype=self.dtype)
        content = array.data.cast("B") if array.nbytes else memoryview(b"")
        self.checksum = zlib.crc32(content, self.checksum)
        self.filled += len(array)
        while content:
            written = os.pwrite(self._descriptor, content, self._next)
            self._next += written
            content = content[written:]


class Writer:
    """A new file of arrays. It has its name, and is on disk, once `finish` returns."""

    def __init__(self, path: Path) -> None:
        self._path, self._beside = path, path.with_name(f"{path.name}.new")
        self._file = self._beside.open("wb")
        self._rooms: dict[str, Room] = {}
        self._end = _aligned(_PREFIX.size)

    def reserve(self, name: str, dtype: DTypeLike, count: int) -> Room:
        """Keep room for an array of `count` values."""
        kind = np.dtype(dtype)
        self._rooms[name] = Room(self._file.fileno(), self._end, kind, count)
        self._end = _aligned(self._end + kind.itemsize * count)
        return self._rooms[name]

    def add(self, name: str, array: Array) -> None:
        """Write a whole array."""
        self.reserve(name, array.dtype, len(array)).append(array)

    def finish(self, notes: Mapping[str, Any]) -> None:
        """Write the table, put the file on disk and give it its name."""
        table = json.dumps({"arrays": self._table(), "notes": notes}).encode()
        with self._file as file:
            file.seek(self._end)
            file.write(table)
            file.seek(0)
            file.write(_PREFIX.pack(MAGIC, self._end, len(table), zlib.crc32(table)))
            file.flush()
            os.fsync(file.fileno())
        self._beside.replace(self._path)

    def abandon(self) -> None:
        """Remove what was written."""
        self._file.close()
        self._beside.unlink(missing_ok=True)

    def _table(self) -> dict[str, Any]:
        short = [name for name, room in self._rooms.items() if room.filled != room.count]
        if short:
            raise ValueError(f"not filled: {short}")
        return {
            name: {"type": room.dtype.str, "count": room.count, "at": room.at, "checksum": room.checksum}
            for name, room in self._rooms.items()
        }


def read(path: Path) -> Pack:
    """Open a file; raise DamagedFileError for one that is cut short or overwritten."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size >= MAPPED_FROM else None
        content: Any = mapped if mapped is not None else file.read()
    found = _table_of(content, path)
    arrays = {
        name: np.frombuffer(content, np.dtype(place["type"]), place["count"], place["at"])
        if place["count"]
        else np.empty(0, np.dtype(place["type"]))
        for name, place in found["arrays"].items()
    }
    if mapped is None:
        _compare(path, arrays, found["arrays"])
    return Pack(path, arrays, found["notes"], size, mapped)


def verify(pack: Pack) -> None:
    """Read every byte again; raise DamagedFileError where it is not what was written."""
    content: Any = pack.mapped if pack.mapped is not None else pack.path.read_bytes()
    _compare(pack.path, pack.arrays, _table_of(content, pack.path)["arrays"])
    pack.let_go()


def _aligned(place: int) -> int:
    return -(-place // ALIGNMENT) * ALIGNMENT


def _table_of(content: Any, path: Path) -> dict[str, Any]:
    if len(content) < _PREFIX.size:
        raise DamagedFileError(f"{path.name} is cut short")
    magic, at, length, checksum = _PREFIX.unpack(content[: _PREFIX.size])
    table = bytes(content[at : at + length])
    if magic != MAGIC or len(content) != at + length or zlib.crc32(table) != checksum:
        raise DamagedFileError(f"{path.name} is not as it was written")
    found: dict[str, Any] = json.loads(table)
    return found


def _compare(path: Path, arrays: Mapping[str, Array], places: Mapping[str, Any]) -> None:
    for name, array in arrays.items():
        content = array.data.cast("B") if array.nbytes else memoryview(b"")
        if zlib.crc32(content) != places[name]["checksum"]:
            raise DamagedFileError(f"{path.name} holds other numbers for {name} than were written")
