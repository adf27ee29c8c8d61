"""Kill -9 in the middle of writing the index, round after round, while readers ask it all the time.

    python -m tests.journeys.kill_index --rounds 100

A writer changes groups of entries, lets jobs take them in, merges and makes the index anew, until it dies: at a call
that puts a file in its place (or on disk, or away), or at any moment. After each round the jobs that wait are done and
the index must say what the database says. In each answer a reader gets, a group must be whole and in one state,
never in an earlier one than the answer before. All processes are forked off one that has opened nothing.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

import wsgi
from archive import config, job_runner, jobs
from archive.db import db
from archive.transactions import transaction
from catalogue import entries
from catalogue.entries import Entry
from catalogue.search import checking, finding, folders, upkeep
from catalogue.search.query import SearchQuery
from tests.catalogue import specimens

GROUPS = ("aardbei", "bosuil", "citroen", "dolfijn")
SIZE = 8  # entries of a group: all on one page, and in the index by one commit
STATES, FIRST_YEAR = 50, 1500  # the state of a group is the decade its entries are dated in
READERS = 2
PAUSE = 0.002  # seconds between two questions, so that the writer gets to write
MOST_CALLS = 24  # a targeted kill comes at one of so many calls
LONGEST = 0.6  # seconds until an untargeted one
TODAY = date(2026, 11, 22)
MOMENT = datetime(2026, 11, 22, tzinfo=UTC)

_fork = multiprocessing.get_context("fork")


@dataclass
class Tally:
    """What happened in all rounds."""

    kills: Counter[str]
    answers: int = 0
    seconds: float = 0.0
    most_files: int = 0
    files_left: tuple[str, ...] = ()

    def __str__(self) -> str:
        points = ", ".join(f"{point} {count}" for point, count in self.kills.most_common())
        return (
            f"{self.kills.total()} rounds ({points}), {self.seconds / max(1, self.kills.total()):.2f} s each; "
            f"{self.answers} answers, all right; at most {self.most_files} files, "
            f"in the end {len(self.files_left)}: {', '.join(self.files_left)}"
        )


class Place:
    """A site of its own, and what the processes tell each other: small files in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app = wsgi.create_app(config.read({"DATA_DIR": str(folder), "BASE_URL": "http://localhost"}))
        self.index = folder / "search"
        self.stop = folder / "stop"

    def do(self, work: Callable[["Place"], Any]) -> Any:
        """Do something in a process of its own; return what it gives back."""
        told = self.folder / "told.json"
        process = _fork.Process(target=_tell, args=(self, work, told))
        process.start()
        process.join()
        if process.exitcode:
            raise AssertionError(f"{work} failed, the lines above say why")
        return json.loads(told.read_text())

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.index)) for path in self.index.rglob("*") if path.is_file())


def run(rounds: int, seed: int, folder: Path) -> Tally:
    """Kill the writer so many times; raise AssertionError when anything is wrong."""
    place, chance, tally = Place(folder), random.Random(seed), Tally(Counter())
    place.do(prepare)
    readers = [_fork.Process(target=read, args=(place, number)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    began = time.monotonic()
    try:
        for number in range(rounds):
            tally.kills[kill_a_writer(place, chance)] += 1
            wrong = place.do(settle)
            assert wrong == "", f"round {number}, seed {seed}: {wrong}"
            assert all(reader.is_alive() for reader in readers), (
                f"round {number}, seed {seed}: a reader gave up"
            )
            tally.most_files = max(tally.most_files, len(place.files()))
    finally:
        tally.seconds = time.monotonic() - began
        place.stop.touch()
        for reader in readers:
            reader.join()
    assert [reader.exitcode for reader in readers] == [0] * READERS
    tally.answers = sum(int((folder / f"reader-{number}").read_text()) for number in range(READERS))
    place.do(tidy)
    tally.files_left = tuple(place.files())
    return tally


def kill_a_writer(place: Place, chance: random.Random) -> str:
    """Let a writer work until it dies; say where it did."""
    at_call = chance.randrange(MOST_CALLS) if chance.random() < 0.7 else None
    point = place.folder / "killed-at"
    point.write_text("any moment")
    writer = _fork.Process(target=write, args=(place, chance.random(), at_call, point))
    writer.start()
    if at_call is None:
        writer.join(chance.uniform(0.02, LONGEST))
        writer.kill()
    writer.join()
    assert writer.exitcode == -signal.SIGKILL, "the writer ended by itself"
    return point.read_text()


def write(place: Place, seed: float, at_call: int | None, point: Path) -> None:
    """Write until killed, at the n-th call that settles a file if that is said."""
    chance = random.Random(seed)
    if at_call is not None:
        _die_at(at_call, chance.random() < 0.5, point)
    with place.app.app_context():
        jobs.take_back()
        for _turn in itertools.count():
            if chance.random() < 0.2:
                upkeep.make_anew(lambda _done: None)
            else:
                _go_on_to_the_next_state(chance.choice(GROUPS))
                job_runner.run_due()


def read(place: Place, number: int) -> None:
    """Ask until told to stop; end with 1 when an answer is wrong."""
    seen: dict[str, int] = {}
    answers = 0
    with place.app.app_context():
        for group in itertools.cycle(GROUPS):
            if place.stop.exists():
                break
            fault = _look(group, seen)
            if fault:
                print(f"reader {number}: {group}: {fault}", file=sys.stderr, flush=True)
                sys.exit(1)
            answers += 1
            time.sleep(PAUSE)
    (place.folder / f"reader-{number}").write_text(str(answers))


def _look(group: str, seen: dict[str, int]) -> str:
    """Say what is wrong with an answer; nothing is the empty text."""
    result = finding.find(SearchQuery(q=group), TODAY)
    decades = dict(result.facets.get("decade", ()))
    if (result.rung, result.total, len(set(result.pids))) != ("exact", SIZE, SIZE):
        return f"not whole: {result.rung}, {result.total}, {len(set(result.pids))}"
    if list(decades.values()) != [SIZE]:
        return f"in two states at once: {decades}"
    state = (int(next(iter(decades))) - FIRST_YEAR) // 10
    steps = (state - seen.get(group, state)) % STATES
    seen[group] = state
    return f"back by {STATES - steps}" if steps > STATES // 2 else ""


def prepare(place: Place) -> int:
    """Make the tables, the entries and their index."""
    db.create_all()
    with transaction():
        for group in GROUPS:
            for number in range(SIZE):
                entry = specimens.recording(f"{group} {number}")
                entries.set_date(entry, str(FIRST_YEAR))
    upkeep.make_anew(lambda _done: None)
    return job_runner.run_due()


def settle(_place: Place) -> str:
    """Do what the killed writer left to do, and look whether all is well; say what is not."""
    jobs.take_back()
    job_runner.run_due()
    found = checking.check()
    waiting = jobs.waiting()
    return "" if not found.count and not waiting else f"{found}, {waiting} jobs waiting"


def tidy(_place: Place) -> str:
    """Write once more, as if the time were over in which readers may still open what no longer counts."""
    folders.GRACE = 0
    _go_on_to_the_next_state(GROUPS[0])
    job_runner.run_due()
    return ""


def _go_on_to_the_next_state(group: str) -> None:
    with transaction():
        found = db.session.scalars(select(Entry).where(Entry.title.startswith(group))).all()
        state = ((found[0].date_lo or 0) // 10_000 - FIRST_YEAR) // 10
        for entry in found:
            entries.set_date(entry, str(FIRST_YEAR + (state + 1) % STATES * 10))
            entries.save(entry, None)


def _die_at(count: int, is_before: bool, point: Path) -> None:
    """Let this process kill itself at its n-th call of a function that settles files."""
    left = itertools.count(count, -1)

    def deadly(name: str, call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        is_last = next(left) == 0
        if is_last and is_before:
            _die(point, f"before {name}")
        try:
            return call(*arguments, **options)
        finally:
            if is_last:
                _die(point, f"after {name}")

    for name in ("fsync", "replace", "rename", "unlink", "remove"):
        setattr(os, name, partial(deadly, name, getattr(os, name)))


def _die(point: Path, where: str) -> None:
    descriptor = os.open(point, os.O_WRONLY | os.O_TRUNC)
    os.write(descriptor, where.encode())
    os.kill(os.getpid(), signal.SIGKILL)


def _tell(place: Place, work: Callable[[Place], Any], told: Path) -> None:
    try:
        with place.app.app_context():
            given = work(place)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    told.write_text(json.dumps(given))


def main() -> None:
    """Run the rounds asked for and say what came of it."""
    parser = argparse.ArgumentParser(description="Kill the writer of the index, again and again.")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill-index-") as folder:
        print(run(options.rounds, options.seed, Path(folder)))


if __name__ == "__main__":
    main()
