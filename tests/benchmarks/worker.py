"""One engine in a process of its own, which does one thing at a time and takes the time itself."""

import multiprocessing
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.benchmarks import memory
from tests.benchmarks.engines import known
from tests.benchmarks.engines.engine import CannotRunError, Counts, Engine, Reading
from tests.benchmarks.memory import Memory
from tests.benchmarks.questions import WORD_KINDS, Question
from tests.benchmarks.records import Record

STOP_SECONDS = 5


class EngineError(Exception):
    """An engine could not do what it was told; the message says why."""


@dataclass(frozen=True)
class Loaded:
    """An engine before it has an index."""

    version: str
    kinds: frozenset[str]
    reading: Reading
    memory: Memory


@dataclass(frozen=True)
class Built:
    """How an index was filled."""

    seconds: float
    peak_mb: float
    bytes: int


@dataclass(frozen=True)
class Opened:
    """How an index was opened for reading."""

    ms: float
    memory: Memory


@dataclass(frozen=True)
class Answered:
    """What a question took, and what of the answer can be checked."""

    ms: float
    cpu_ms: float
    total: int = 0
    ids: Sequence[str] = ()
    facets: dict[str, Counts] = field(default_factory=dict)
    marked: int = 0  # hits with something marked
    words: Sequence[str] = ()


class Worker:
    """The near end of the process of an engine."""

    def __init__(self, name: str, folder: Path) -> None:
        """Start the process; raise EngineError if the engine cannot run here."""
        context = multiprocessing.get_context("spawn")
        self._connection, far_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(far_end, name, folder))
        self._process.start()
        far_end.close()
        try:
            self.loaded: Loaded = self._receive()
        except EngineError:
            self.close()
            raise

    def build(self, catalogue: Path) -> Built:
        """Fill the index anew; raise EngineError."""
        built: Built = self._call("build", catalogue)
        return built

    def open(self) -> Opened:
        """Open the index; raise EngineError."""
        opened: Opened = self._call("open")
        return opened

    def ask(self, question: Question) -> Answered:
        """Put a question; raise EngineError."""
        answered: Answered = self._call("ask", question)
        return answered

    def update(self, record: Record) -> float:
        """Replace a record and return the milliseconds; raise EngineError."""
        ms: float = self._call("update", record)
        return ms

    def memory(self) -> Memory:
        """Return what the engine takes now."""
        found: Memory = self._call("memory")
        return found

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join(STOP_SECONDS)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()

    def _call(self, act: str, *arguments: Any) -> Any:
        try:
            self._connection.send((act, arguments))
        except OSError as error:
            raise EngineError("its process has ended") from error
        return self._receive()

    def _receive(self) -> Any:
        try:
            answer = self._connection.recv()
        except EOFError:
            raise EngineError("its process has ended") from None
        if isinstance(answer, EngineError):
            raise answer
        return answer


def _serve(connection: Connection, name: str, folder: Path) -> None:
    try:
        engine = known.find(name)(folder)
        connection.send(Loaded(engine.version(), engine.kinds, engine.reading, memory.of([os.getpid()])))
    except CannotRunError as error:
        connection.send(EngineError(str(error)))
        return
    try:
        _obey(connection, engine)
    except EOFError:
        return


def _obey(connection: Connection, engine: Engine) -> None:
    acts: dict[str, Callable[..., Any]] = {
        "build": _build,
        "open": _open,
        "ask": _ask,
        "update": _update,
        "memory": lambda engine: memory.of(engine.processes()),
    }
    while True:
        act, arguments = connection.recv()
        try:
            connection.send(acts[act](engine, *arguments))
        except Exception as error:  # whatever an engine raises: the others go on
            connection.send(EngineError(f"{type(error).__name__}: {error}"))


def _build(engine: Engine, catalogue: Path) -> Built:
    shutil.rmtree(engine.folder, ignore_errors=True)
    start = time.perf_counter()
    engine.build(catalogue)
    return Built(time.perf_counter() - start, memory.peak_mb(), engine.size())


def _open(engine: Engine) -> Opened:
    start = time.perf_counter()
    engine.open()
    return Opened(_ms_since(start), memory.of(engine.processes()))


def _ask(engine: Engine, question: Question) -> Answered:
    start, cpu = time.perf_counter(), time.process_time()
    if question.kind in WORD_KINDS:
        words = engine.words(question)
        return Answered(_ms_since(start), (time.process_time() - cpu) * 1000, words=words)
    page = engine.search(question)
    ms, cpu_ms = _ms_since(start), (time.process_time() - cpu) * 1000
    marked = sum(any("<b>" in (text or "") for text in hit.marked) for hit in page.hits)
    return Answered(ms, cpu_ms, page.total, page.ids, page.facets, marked)


def _update(engine: Engine, record: Record) -> float:
    start = time.perf_counter()
    engine.update(record)
    return _ms_since(start)


def _ms_since(start: float) -> float:
    return (time.perf_counter() - start) * 1000
