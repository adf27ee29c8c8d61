"""Where an index lies: a folder for each time it was made anew, and one small file that says which counts.

The file is replaced in one step, so that a reader finds the old index or the new one, never half of one.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

POINTER = "current"
LOCK = "write.lock"
GRACE = 15 * 60  # seconds that an old folder is left to those who are still opening it


class LockTimeoutError(Exception):
    """Another process writes the index."""


class IndexFolders:
    """The folders of one index under a common one."""

    def __init__(self, root: Path, index_format: int) -> None:
        self._root = root
        self._prefix = f"{index_format}-"

    def current(self) -> Path | None:
        """Return the folder that counts; None if there is none of our format."""
        try:
            name = (self._root / POINTER).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        folder = self._root / name
        is_ours = name.startswith(self._prefix) and "/" not in name
        return folder if is_ours and folder.is_dir() else None

    def add(self) -> Path:
        """Make an empty folder that does not count yet."""
        folder = self._root / f"{self._prefix}{secrets.token_hex(6)}"
        folder.mkdir(parents=True)
        return folder

    def swap(self, folder: Path) -> None:
        """Let `folder` count from now on; its files and the change itself are on disk on return."""
        sync(folder)
        beside = self._root / f"{POINTER}.{secrets.token_hex(4)}"
        with beside.open("w", encoding="ascii") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._root / POINTER)
        _sync_path(self._root)

    def remove_old(self, now: float) -> None:
        """Remove what does not count and is not new: old folders, and what a killed rebuild left."""
        current = self.current()
        for path in self._root.iterdir() if current else ():
            if (
                path in (current, self._root / POINTER, self._root / LOCK)
                or now - path.stat().st_mtime < GRACE
            ):
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Keep other writers out, also in other processes; raise LockTimeoutError after `timeout` seconds."""
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / LOCK).open("wb") as file:
            _acquire(file, time.monotonic() + timeout)
            yield  # closing the file gives the lock back, as does the end of the process


def sync(folder: Path) -> None:
    """Put the files of a folder on disk; Whoosh leaves that to the operating system."""
    for path in folder.iterdir():
        _sync_path(path)
    _sync_path(folder)


def _sync_path(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _acquire(file: BinaryIO, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LockTimeoutError("another process writes the index") from None
            time.sleep(0.05)
        else:
            return
