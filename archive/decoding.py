"""Decode what came in, in a process of its own: a bad file can end that process and nothing else.

The process has limits on memory and time, and an empty environment: no key of ours is in its reach. Whatever
becomes of it, the caller gets a result or an Invalid that says what to do.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.config import Settings
from archive.errors import Invalid
from archive.media_kinds import Family

CHILD = Path(__file__).with_name("decoding_child.py")
TASKS = {Family.PICTURE: "picture_tasks", Family.SOUND: "sound_tasks"}
LARGEST_COPY = 2 << 30  # bytes
POLL = 0.02  # seconds
TELL_EVERY = 20.0
WALL = 2  # seconds by the clock for each second of the processor: other work goes on beside it
# Threads of a library reserve memory they may never use; with one thread the limit is about the picture.
ENVIRON = {"OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}

Result = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """What one file may cost."""

    memory: int  # bytes
    seconds: int  # of the processor
    max_pixels: int


def limits_of(settings: Settings) -> Limits:
    """Read the limits from the settings."""
    return Limits(
        settings.decoding_memory_mb << 20, settings.decoding_seconds, settings.max_megapixels * 1_000_000
    )


def run(
    family: Family,
    task: str,
    path: Path,
    limits: Limits,
    *,
    folder: Path | None = None,
    still_busy: Callable[[], None] = lambda: None,
    **order: Any,
) -> Result:
    """Let a process do a task with a file, writing into `folder`; raise Invalid for a file that will not do.

    `still_busy` is called now and then while it works, so that a long job can keep its lease.
    """
    order |= {
        "tasks": TASKS[family],
        "task": task,
        "path": str(path),
        "folder": str(folder or path.parent),
        "memory": limits.memory,
        "seconds": limits.seconds,
        "max_pixels": limits.max_pixels,
        "largest_file": LARGEST_COPY,
    }
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaints:
        with _started(order, said, complaints) as process:
            in_time = _wait(process, limits.seconds * WALL, still_busy)
        said.seek(0)
        return _answer(said.read(), limits, in_time=in_time)


@contextmanager
def _started(order: dict[str, Any], said: Any, complaints: Any) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-I", str(CHILD)], stdin=subprocess.PIPE, stdout=said, stderr=complaints, env=ENVIRON
    )
    try:
        if process.stdin is not None:
            with process.stdin as orders:
                orders.write(json.dumps(order).encode() + b"\n")
        yield process
    finally:
        process.kill()  # by its own id; nothing happens when it has ended
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", seconds: float, still_busy: Callable[[], None]) -> bool:
    begun = told = time.monotonic()
    while process.poll() is None:
        moment = time.monotonic()
        if moment - begun > seconds:
            return False
        if moment - told > TELL_EVERY:
            still_busy()
            told = moment
        time.sleep(POLL)
    return True


def _answer(said: bytes, limits: Limits, *, in_time: bool) -> Result:
    try:
        answer: dict[str, Any] = json.loads(said) if in_time else {}
    except ValueError:
        answer = {}
    if "result" in answer:
        result: Result = answer["result"]
        return result
    if "refused" in answer:
        raise Invalid(answer["refused"], **answer["details"])
    if "too_much" in answer:
        raise Invalid(
            "To open this file takes more than %(limit)s MB of memory. Send it in a smaller size, or ask the"
            " administrator to allow more.",
            limit=limits.memory >> 20,
        )
    # Killed by a limit, or ended in the middle of a decoder: both are the file's doing.
    raise Invalid(
        "This file could not be opened: its decoder stopped, or took longer than %(limit)s seconds. Export it"
        " again and send that.",
        limit=limits.seconds,
    )


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder for what a task writes; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nachtregister-") as folder:
        yield Path(folder)
