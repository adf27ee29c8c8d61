"""The vault: where files lie. `Storage` is a seam; disk is the default and an object store the way out of
one machine.

A key is a relative path that we make ourselves, never one that came in. A file is complete and on the
platters before its key is known to anybody.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from flask import Flask, current_app

CHUNK = 1 << 20
INCOMING = ".incoming-"  # begins the name of what is being written


@dataclass(frozen=True)
class Stored:
    """What was put away: its key, size in bytes and sha256 in hexadecimal."""

    key: str
    size: int
    sha256: str


class Storage(Protocol):
    """Six methods that a place for files must have."""

    def put(self, source: BinaryIO, suffix: str) -> Stored:
        """Keep the rest of `source` under a key made of its checksum; the same bytes get the same key."""

    def open(self, key: str) -> BinaryIO:
        """Open a file for reading, seekable; raise FileNotFoundError."""

    def size(self, key: str) -> int:
        """Return its size in bytes; raise FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Remove a file; nothing happens when it is gone already."""

    def keys(self) -> Iterator[str]:
        """List all keys."""

    def sweep(self, before: datetime) -> int:
        """Remove what was begun before a moment and never finished; return how many."""


class DiskStorage:
    """Files in a folder, as ab/cd/<sha256><suffix>."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, source: BinaryIO, suffix: str) -> Stored:
        """Write to a temporary name, sync, rename, sync the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=INCOMING, delete=False) as file:
            try:
                digest, size = _copy(source, file)
                key = f"{digest[:2]}/{digest[2:4]}/{digest}{suffix}"
                self._settle(Path(file.name), self._folder / key)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        return Stored(key, size, digest)

    def open(self, key: str) -> BinaryIO:
        """Open the file with this key."""
        return self._path(key).open("rb")

    def size(self, key: str) -> int:
        """Ask the file system."""
        return self._path(key).stat().st_size

    def delete(self, key: str) -> None:
        """Unlink the file."""
        self._path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        """Walk the folder."""
        for path in self._folder.glob("??/??/*"):
            yield path.relative_to(self._folder).as_posix()

    def sweep(self, before: datetime) -> int:
        """Unlink the temporary files of writers that died."""
        left = [
            path for path in self._folder.glob(f"{INCOMING}*") if path.stat().st_mtime < before.timestamp()
        ]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _path(self, key: str) -> Path:
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise FileNotFoundError(key)
        return path

    def _settle(self, temporary: Path, final: Path) -> None:
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary.chmod(0o644)
        temporary.replace(final)
        for folder in (final.parent, final.parent.parent, self._folder):
            _sync(folder)


def init_app(app: Flask, url: str) -> None:
    """Choose the storage by its address."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise ValueError(f"STORAGE_URL must begin with file://, not {parts.scheme}://")
    app.extensions["storage"] = DiskStorage(Path(url2pathname(parts.path)))


def vault() -> Storage:
    """Return the storage of the running site."""
    storage: Storage = current_app.extensions["storage"]
    return storage


def _copy(source: BinaryIO, target: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size


def _sync(folder: Path) -> None:
    # A rename is on disk only when its folder is (fsync(2)).
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
