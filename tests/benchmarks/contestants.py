"""Engines made ready for a run: index built if it is not there, then opened in a fresh process."""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.benchmarks import postgres_cluster
from tests.benchmarks.engines.engine import CannotRunError
from tests.benchmarks.work import Work
from tests.benchmarks.worker import Built, EngineError, Opened, Worker

WITH_SERVER = "postgresql"


@dataclass(frozen=True)
class Contestant:
    """An engine that is ready to answer."""

    name: str
    worker: Worker
    built: Built
    opened: Opened


@dataclass(frozen=True)
class Field:
    """All that take part, and why the others do not."""

    contestants: list[Contestant] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)


@contextmanager
def ready(work: Work, size: int, names: Sequence[str], anew: Collection[str] = ()) -> Iterator[Field]:
    """Make engines ready one after the other, and end them all; `anew` are built even if they have an index."""
    os.environ |= {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}  # for the processes of the engines
    found = Field()
    with ExitStack() as stack:
        if WITH_SERVER in names:
            _start_server(work, stack, found)
        for name in names:
            if name in found.skipped:
                continue
            try:
                contestant = _ready(work, size, name, name in anew)
            except EngineError as error:
                found.skipped[name] = str(error)
                continue
            stack.callback(contestant.worker.close)
            found.contestants.append(contestant)
        yield found


def _start_server(work: Work, stack: ExitStack, found: Field) -> None:
    try:
        stack.enter_context(postgres_cluster.running(work.cluster))
    except CannotRunError as error:
        found.skipped[WITH_SERVER] = str(error)


def _ready(work: Work, size: int, name: str, anew: bool) -> Contestant:
    built = None if anew else work.built(size, name)
    if built is not None:
        try:
            return _opened(work, size, name, built)
        except EngineError as error:
            print(f"{name} cannot use its index of an earlier day: {error}", flush=True)
    return _opened(work, size, name, _build(work, size, name))


def _opened(work: Work, size: int, name: str, built: Built) -> Contestant:
    # A fresh process, so that its memory is that of a reader.
    worker = Worker(name, work.index(size, name))
    try:
        return Contestant(name, worker, built, worker.open())
    except EngineError:
        worker.close()
        raise


def _build(work: Work, size: int, name: str) -> Built:
    catalogue = work.catalogue(size)
    worker = Worker(name, work.index(size, name))
    try:
        work.note_built(size, name, None)
        built = worker.build(catalogue)
        work.note_built(size, name, built)
    finally:
        worker.close()
    print(
        f"built {name}: {built.seconds:.1f} s, {size / built.seconds:,.0f} docs/s, peak {built.peak_mb:.0f} MB",
        flush=True,
    )
    return built
