"""The benchmarks' command line: `python -m tests.benchmarks search --size 100k` and so on."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tests.benchmarks import catalogues, contestants, paging, questions, searching, updating
from tests.benchmarks.engines import known
from tests.benchmarks.work import Work

DEFAULT_WORK = Path("var/bench")


class Size(click.ParamType[int]):
    """A number of records such as 10k or 1m."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a size."""
        try:
            return value if isinstance(value, int) else catalogues.size_named(value)
        except ValueError:
            self.fail(f"{value} is no size; write 10k, 100k or 1m", param, ctx)


class Names(click.ParamType[tuple[str, ...]]):
    """Names between commas, of those that are known."""

    name = "names"

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = allowed

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Read names."""
        names = tuple(value.split(",")) if isinstance(value, str) else tuple(value)
        unknown = [name for name in names if name not in self._allowed]
        if unknown:
            self.fail(f"{', '.join(unknown)} is not among {', '.join(self._allowed)}", param, ctx)
        return names


ENGINES = Names(tuple(known.CLASSES))


def shared(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that each benchmark has."""
    for option in (
        click.option(
            "--size", type=Size(), default="100k", show_default=True, help="Records: 10k, 100k, 1m."
        ),
        click.option("--work", type=click.Path(path_type=Path), default=DEFAULT_WORK, show_default=True),
        click.option(
            "--json",
            "path",
            type=click.Path(path_type=Path),
            help="Where the result goes; else into the work folder.",
        ),
    ):
        command = option(command)
    return command


@click.group()
def benchmarks() -> None:
    """Compare our search with others on a made-up catalogue."""
    # Whoever is told to stop ends what it has started.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: sys.exit("stopped"))


@benchmarks.command()
@shared
@click.option(
    "--engines", type=ENGINES, default=(), help="Names between commas; all that make sense if none."
)
@click.option("--anew", type=ENGINES, default=(), help="Engines whose index is built anew.")
@click.option("--kinds", type=Names(questions.KINDS), default=(), help="Kinds of questions; all if none.")
@click.option("--per-kind", type=click.IntRange(1, 100), default=15, show_default=True)
@click.option("--repeat", type=click.IntRange(1, 100), default=3, show_default=True)
@click.option("--check", is_flag=True, help="Compare totals and counts with the truth; for 10k.")
def search(
    size: int,
    work: Path,
    path: Path | None,
    engines: tuple[str, ...],
    anew: tuple[str, ...],
    kinds: tuple[str, ...],
    per_kind: int,
    repeat: int,
    check: bool,
) -> None:
    """Time pages of results, side by side."""
    names = engines or known.names_for(size)
    options = searching.Options(size, names, anew, kinds, per_kind, repeat, check)
    folder = Work(work.resolve())
    result = searching.run(folder, options)
    print(f"\nkept in {folder.keep(f'search-{catalogues.name(size)}', result, path)}")


@benchmarks.command()
@shared
@click.option(
    "--engines", type=ENGINES, default=(), help="Names between commas; all that make sense if none."
)
@click.option(
    "--changes", type=click.IntRange(1, 1000), default=10, show_default=True, help="Each is made and undone."
)
def update(size: int, work: Path, path: Path | None, engines: tuple[str, ...], changes: int) -> None:
    """Time a change of one record, on copies of the indexes."""
    folder = Work(work.resolve())
    result = updating.run(folder, size, engines or known.names_for(size), changes)
    print(f"\nkept in {folder.keep(f'update-{catalogues.name(size)}', result, path)}")


@benchmarks.command()
@shared
@click.option("--per-kind", type=click.IntRange(1, 100), default=8, show_default=True)
@click.option("--repeat", type=click.IntRange(1, 100), default=3, show_default=True)
@click.option("--clients", type=click.IntRange(1, 32), default=4, show_default=True)
@click.option(
    "--seconds", type=click.FloatRange(0.5, 120), default=8.0, show_default=True, help="Of load on each."
)
def http(
    size: int, work: Path, path: Path | None, per_kind: int, repeat: int, clients: int, seconds: float
) -> None:
    """Time pages over HTTP: our search behind Flask beside Datasette."""
    folder = Work(work.resolve())
    result = paging.run(folder, paging.Options(size, per_kind, repeat, clients, seconds))
    print(f"\nkept in {folder.keep(f'http-{catalogues.name(size)}', result, path)}")


@benchmarks.command()
@shared
@click.option(
    "--engines", type=ENGINES, default=(), help="Names between commas; all that make sense if none."
)
def prepare(size: int, work: Path, path: Path | None, engines: tuple[str, ...]) -> None:
    """Build indexes that are not there yet, one at a time, and ask nothing."""
    folder = Work(work.resolve())
    folder.catalogue(size)
    with contestants.ready(folder, size, engines or known.names_for(size)) as found:
        for contestant in found.contestants:
            print(f"{contestant.name}: opened in {contestant.opened.ms:.0f} ms")
        for name, reason in found.skipped.items():
            print(f"without {name}: {reason}")


if __name__ == "__main__":
    benchmarks(prog_name="python -m tests.benchmarks")
