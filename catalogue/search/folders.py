"""Where an index lies: a folder for each time it was made anew, and one small file that says which counts.

The file is replaced in one step, so that a reader finds the old index or the new one, never half of one.
"""

import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

POINTER = "current"
LOCK = "write.lock"
FRESH = 2_000_000_000  # nanoseconds within which a change may hide behind another
UNFINISHED = "unfinished"  # lies in a folder until it counts
GRACE = 15 * 60  # seconds that a folder which no longer counts is left to those who are still opening it


class LockTimeoutError(Exception):
    """Another process writes the index."""


class IndexFolders:
    """The folders of one index under a common one. Only who is `writing` may change anything."""

    def __init__(self, root: Path, index_format: int) -> None:
        self._root = root
        self._prefix = f"{index_format}-"
        self._last: Path | None = None  # the folder that counted when it was last asked
        self._name = re.compile(rf"{index_format}-[0-9a-f]{{12}}")

    def current(self) -> Path | None:
        """Return the folder that counts; None if there is none of our format."""
        try:
            name = (self._root / POINTER).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        if not self._name.fullmatch(name):
            return None
        folder = self._root / name
        self._last = folder if folder.is_dir() else None
        return self._last

    def trace(self) -> tuple[int, ...] | None:
        """Return numbers that stay as long as nothing is written; None if something was a moment ago.

        Two looks are quicker than reading names. Clocks of file systems are coarse, so what is fresh is not told.
        """
        folder = self._last
        try:
            pointer, state = (self._root / POINTER).stat(), folder.stat() if folder else None
        except OSError:
            return None
        if state is None or time.time_ns() - max(pointer.st_mtime_ns, state.st_mtime_ns) < FRESH:
            return None
        return pointer.st_ino, pointer.st_mtime_ns, state.st_ino, state.st_mtime_ns

    def add(self) -> Path:
        """Make an empty folder that does not count yet, and clear away what others began and never finished."""
        self._remove_unfinished()
        folder = self._root / f"{self._prefix}{secrets.token_hex(6)}"
        folder.mkdir(parents=True)
        (folder / UNFINISHED).touch()
        return folder

    def swap(self, folder: Path) -> None:
        """Let `folder` count from now on; its files and the change itself are on disk on return."""
        before = self.current()
        (folder / UNFINISHED).unlink(missing_ok=True)
        sync(folder)
        if before is not None:
            os.utime(before)  # its grace begins now, however long ago it was last written
        beside = self._root / f"{POINTER}.{secrets.token_hex(4)}"
        with beside.open("w", encoding="ascii") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._root / POINTER)
        sync_path(self._root)

    def remove_old(self, now: float) -> None:
        """Remove what does not count: at once what was never finished, after GRACE what once counted."""
        current = self.current()
        if current is None:
            return
        self._remove_unfinished()
        for path in self._root.iterdir():
            if path not in (current, self._root / POINTER, self._root / LOCK) and _age(path, now) >= GRACE:
                _remove(path)

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Keep other writers out, also in other processes; raise LockTimeoutError after `timeout` seconds.

        A folder that could not be filled is removed, so that a full disk gets its room back at once.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        with locked(self._root / LOCK, timeout):
            try:
                yield
            except BaseException:
                self._remove_unfinished()
                raise

    def _remove_unfinished(self) -> None:
        # We hold the lock, so whoever began this is dead.
        for path in [*self._root.glob(f"{POINTER}.*"), *self._root.glob(f"*/{UNFINISHED}")]:
            _remove(path.parent if path.name == UNFINISHED else path)


@contextmanager
def locked(path: Path, timeout: float) -> Iterator[None]:
    """Hold a lock that all processes of this machine respect; raise LockTimeoutError after `timeout` seconds."""
    with path.open("wb") as file:
        _acquire(file, time.monotonic() + timeout)
        yield  # closing the file gives the lock back, as does the end of the process


def sync(folder: Path) -> None:
    """Put the files of a folder on disk; Whoosh leaves that to the operating system."""
    for path in folder.iterdir():
        sync_path(path)
    sync_path(folder)


def _age(path: Path, now: float) -> float:
    """Return the seconds since something was last done to a file or folder; 0 when it is gone already."""
    try:
        return now - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sync_path(path: Path) -> None:
    """Put a file, or the names in a folder, on disk."""
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
