"""The comparison itself: all engines, all kinds of questions, one size of catalogue."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from tests.benchmarks import catalogues, contestants, machine, measuring, questions, results
from tests.benchmarks.contestants import Field
from tests.benchmarks.oracle import Oracle
from tests.benchmarks.work import Work

PATHS = ("--work", "--json")  # options that name files


@dataclass(frozen=True)
class Options:
    """What to compare, and how thoroughly."""

    size: int
    engines: Sequence[str]
    anew: Sequence[str] = ()  # engines whose index is built even if it is there
    kinds: Sequence[str] = ()  # all, if none is named
    per_kind: int = 15
    repeat: int = 3
    is_checked: bool = False


def run(work: Work, options: Options) -> dict[str, Any]:
    """Compare, print tables and return all that was found."""
    here = machine.describe()
    print(here, flush=True)
    oracle = Oracle(work.catalogue(options.size)) if options.is_checked else None
    work.catalogue(options.size)
    with contestants.ready(work, options.size, options.engines, options.anew) as found:
        for name, reason in found.skipped.items():
            print(f"without {name}: {reason}", flush=True)
        if not found.contestants:
            raise click.ClickException("no engine is left to compare")
        engines = _engines(found, options, _questions(work, options), oracle)
    results.show(engines)
    return {
        **heading("search", options.size, here),
        "per_kind": options.per_kind,
        "repeat": options.repeat,
        "engines": engines,
        "skipped": found.skipped,
    }


def heading(benchmark: str, size: int, here: machine.Machine) -> dict[str, Any]:
    """Return what any result begins with: what was run, when and where."""
    return {
        "benchmark": benchmark,
        "size": size,
        "size_name": catalogues.name(size),
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": here.facts(),
        "command": " ".join(["python -m tests.benchmarks", *_told(sys.argv[1:])]),
    }


def _told(arguments: Sequence[str]) -> list[str]:
    # Where somebody keeps files is nobody else's business.
    pairs = zip(["", *arguments], arguments, strict=False)
    return [argument for before, argument in pairs if not {before, argument} & set(PATHS)]


def _questions(work: Work, options: Options) -> list[questions.Question]:
    made = questions.make(work.catalogues, options.size, options.per_kind)
    return [question for question in made if not options.kinds or question.kind in options.kinds]


def _engines(
    found: Field, options: Options, asked: list[questions.Question], oracle: Oracle | None
) -> dict[str, Any]:
    timings = measuring.measure(found.contestants, asked, options.repeat, oracle)
    return {
        one.name: results.of_engine(one, timings[one.name], options.size, options.is_checked)
        for one in found.contestants
    }
