"""What one changed record costs: until it is on disk and the same process finds it."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from tests.benchmarks import catalogues, contestants, machine, records, results, searching
from tests.benchmarks.contestants import WITH_SERVER, Contestant
from tests.benchmarks.questions import Question
from tests.benchmarks.records import Record
from tests.benchmarks.work import Work
from tests.benchmarks.worker import EngineError, Worker

STEP = 97  # records from one that is changed to the next


def run(work: Work, size: int, names: Sequence[str], changes: int) -> dict[str, Any]:
    """Change records one by one and back again; print and return what each engine took."""
    here = machine.describe()
    print(here, flush=True)
    changed = list(islice(records.read(work.catalogue(size)), 0, changes * STEP, STEP))
    engines: dict[str, Any] = {}
    with contestants.ready(work, size, names) as found:
        skipped = dict(found.skipped)
        for contestant in found.contestants:
            try:
                engines[contestant.name] = _measure(work, size, contestant, changed)
            except EngineError as error:
                skipped[contestant.name] = str(error)
    show(size, engines, skipped)
    return {**searching.heading("update", size, here), "engines": engines, "skipped": skipped}


def show(size: int, engines: dict[str, Any], skipped: dict[str, str]) -> None:
    """Print what was found."""
    for name, facts in engines.items():
        print(
            f"{name:14} one change among {catalogues.name(size)}: {facts['p50']:.1f} ms, p95 {facts['p95']:.1f} ms;"
            f" a common word {facts['search_before']:.2f} ms before, {facts['search_after']:.2f} ms after"
        )
    for name, reason in skipped.items():
        print(f"without {name}: {reason}")


def _measure(work: Work, size: int, contestant: Contestant, changed: Sequence[Record]) -> dict[str, Any]:
    with _copied(work, size, contestant.name) as folder:
        worker = Worker(contestant.name, folder)
        try:
            worker.open()
            before = _common_word(worker)
            taken = [worker.update(record) for record in _there_and_back(changed)]
            return {
                "version": worker.loaded.version,
                "p50": results.percentile(taken, 0.5),
                "p95": results.percentile(taken, 0.95),
                "changes": len(taken),
                "search_before": before,
                "search_after": _common_word(worker),
            }
        finally:
            worker.close()


def _there_and_back(changed: Sequence[Record]) -> Iterator[Record]:
    for record in changed:
        yield replace(record, texts=record.texts | {"title": f"{record.texts['title']} revised"})
    yield from changed


def _common_word(worker: Worker) -> float:
    asked = Question(kind="common", words=("jazz", "concert"))
    return min(worker.ask(asked).ms for _ in range(5))


@contextmanager
def _copied(work: Work, size: int, name: str) -> Iterator[Path]:
    """Lend a copy of an index; a server's table is changed where it is, and changed back."""
    folder = work.index(size, name)
    if name == WITH_SERVER:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="update-", dir=work.root) as lent:
        copy = Path(lent) / folder.name
        shutil.copytree(folder, copy)
        yield copy
