"""What a run found, as it is printed and as it is kept for the report."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tests.benchmarks.contestants import Contestant
from tests.benchmarks.measuring import Timings
from tests.benchmarks.questions import KINDS

NAME_WIDTH, COLUMN_WIDTH = 14, 15

Facts = dict[str, Any]


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value that a share of the values lies below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def of_engine(contestant: Contestant, timings: Timings, size: int, is_checked: bool) -> Facts:
    """Gather all that was found of an engine; `wrong` is None where nothing was checked."""
    return {
        "version": contestant.worker.loaded.version,
        "build": {
            "seconds": contestant.built.seconds,
            "documents_per_second": size / contestant.built.seconds,
            "peak_mb": contestant.built.peak_mb,
            "mb": contestant.built.bytes / 1e6,
        },
        "open_ms": contestant.opened.ms,
        "memory": {
            "empty": asdict(contestant.worker.loaded.memory),
            "open": asdict(contestant.opened.memory),
            "after": asdict(contestant.worker.memory()),
        },
        "latency": {kind: _latency(timings, kind) for kind in timings.best},
        "errors": timings.errors,
        "wrong": timings.wrong if is_checked else None,
    }


def _latency(timings: Timings, kind: str) -> Facts:
    return {
        "p50": percentile(timings.best[kind], 0.5),
        "p95": percentile(timings.best[kind], 0.95),
        "first_p50": percentile(timings.first[kind], 0.5),
        "first_p95": percentile(timings.first[kind], 0.95),
        "cpu_p50": percentile(timings.cpu[kind], 0.5),
        "questions": len(timings.best[kind]),
    }


def show(engines: Mapping[str, Facts]) -> None:
    """Print tables of an outcome."""
    for title, value in (
        ("p50, ms, best of repeats", "p50"),
        ("p95, ms, best of repeats", "p95"),
        ("p50 of the first time, ms", "first_p50"),
        ("p50 of processor time, ms (without servers)", "cpu_p50"),
    ):
        _print_table(title, value, engines)
    _print_facts(engines)
    for name, facts in engines.items():
        for kind, error in facts["errors"].items():
            print(f"error of {name} at {kind}: {error}")
        wrong: Sequence[str] | None = facts["wrong"]
        if wrong is not None:
            print(
                f"check of {name}: {'; '.join(wrong[:8]) + f' ({len(wrong)} in all)' if wrong else 'all right'}"
            )


def _print_table(title: str, value: str, engines: Mapping[str, Facts]) -> None:
    print(f"\n{title}\n{'':{NAME_WIDTH}}" + "".join(f"{name:>{COLUMN_WIDTH}}" for name in engines))
    for kind in KINDS:
        found = [facts["latency"].get(kind) for facts in engines.values()]
        if any(found):
            cells = (f"{latency[value]:.2f}" if latency else "–" for latency in found)
            print(f"{kind:{NAME_WIDTH}}" + "".join(f"{cell:>{COLUMN_WIDTH}}" for cell in cells))


def _print_facts(engines: Mapping[str, Facts]) -> None:
    rows: dict[str, Callable[[Facts], str]] = {
        "docs/s": lambda facts: f"{facts['build']['documents_per_second']:,.0f}",
        "build, MB": lambda facts: f"{facts['build']['peak_mb']:,.0f}",
        "index, MB": lambda facts: f"{facts['build']['mb']:,.1f}",
        "open, ms": lambda facts: f"{facts['open_ms']:.1f}",
        "own empty, MB": lambda facts: f"{facts['memory']['empty']['anonymous']:.1f}",
        "own open, MB": lambda facts: f"{facts['memory']['open']['anonymous']:.1f}",
        "own after, MB": lambda facts: f"{facts['memory']['after']['anonymous']:.1f}",
        "all after, MB": lambda facts: f"{facts['memory']['after']['rss']:.1f}",
    }
    print()
    for title, cell in rows.items():
        print(
            f"{title:{NAME_WIDTH}}" + "".join(f"{cell(facts):>{COLUMN_WIDTH}}" for facts in engines.values())
        )
