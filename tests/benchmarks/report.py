"""docs/performance.md and its plot, from the results that runs have kept: no number in them is typed.

`python -m tests.benchmarks.report var/bench/results/*.json` writes both.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from tests.benchmarks import plot
from tests.benchmarks.engines import known
from tests.benchmarks.report_tables import KINDS, facts_table, http_table, latency_table, update_table

PLOTTED = ("100k", "1m")
MONEY = "\n## Money\n"

INTRODUCTION = """# Performance

How fast the search is beside others, on a made-up catalogue of jazz records that is the same on every machine.
Written by `python -m tests.benchmarks.report`; every number comes from the runs named at the end.

A *page* is the total, twenty records with all their texts, what was found marked, and six facets with the exact
counts of their fifteen most frequent values. Each engine has a process of its own; each question is put to all in
turn, the order turned round, and the best of the repeats counts. Times are milliseconds inside that process; for
PostgreSQL they include the way to the server. p50 and p95 are over the questions of a kind.
"""

DIFFERENCES = """## What is not the same everywhere

- Ours goes the whole way of the site: what is typed is parsed and, when nothing answers, widened step by step; a
  filter does not narrow its own counts; an index page holds 24 entries, of which 20 are shown. It marks what was found
  only where title and names do not show it. Texts are those that the index keeps; the site
  shows what its database holds. Suggestions are those
  of titles, two questions to the index; did you mean is a whole answer with its correction.
- Our fuzzy search begins when a word and its beginning find nothing; words of eight letters may have two slips.
- FTS5 has no fuzzy search and no correction, tantivy's binding no correction, PostgreSQL no fuzzy search.
- tantivy's fuzzy search does not hold on to the first letter, so it finds a few more.
- PostgreSQL's ranking is not BM25, and its phrases may run from one text into the next. Its memory is that of the
  client and its server process, less what the server's processes share.
- Datasette neither orders by relevance nor marks what was found.
"""

Result = dict[str, Any]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--to", "folder", type=click.Path(path_type=Path), default=Path("docs"), show_default=True)
def report(paths: tuple[Path, ...], folder: Path) -> None:
    """Write the report from results, older ones first: of an engine the newest counts."""
    results = sorted((json.loads(path.read_text()) for path in paths), key=lambda result: result["when"])
    written = folder / "performance.md"
    written.write_text(document(results) + of_money(written), encoding="utf-8")
    (folder / "performance.svg").write_text(picture(results), encoding="utf-8")
    print(f"wrote {folder / 'performance.md'} and {folder / 'performance.svg'}")


def of_money(path: Path) -> str:
    """Return what stands in the report about money, which other benchmarks print; nothing before there is a report."""
    _, heading, told = path.read_text(encoding="utf-8").partition(MONEY) if path.exists() else ("", "", "")
    return heading + told


def document(results: Sequence[Result]) -> str:
    """Write the whole document."""
    parts = [INTRODUCTION, "![Median times of pages by kind of question](performance.svg)\n"]
    for name, engines in _by_size(results, "search").items():
        parts += [f"## {name} records\n", latency_table(engines), facts_table(engines)]
    for name, engines in _by_size(results, "update").items():
        parts += [f"## One changed record among {name}\n", update_table(engines)]
    for name, engines in _by_size(results, "http").items():
        parts += [f"## Pages over HTTP, {name} records\n", http_table(engines)]
    return "\n".join([*parts, DIFFERENCES, *_where(results)])


def picture(results: Sequence[Result]) -> str:
    """Draw the times of the larger sizes, or of whatever there is."""
    sizes = _by_size(results, "search")
    shown = {name: sizes[name] for name in PLOTTED if name in sizes} or sizes
    panels = {
        f"{name} records": {
            engine: {kind: latency["p50"] for kind, latency in facts["latency"].items()}
            for engine, facts in engines.items()
        }
        for name, engines in shown.items()
    }
    return plot.draw(panels, KINDS)


def _by_size(results: Sequence[Result], benchmark: str) -> dict[str, dict[str, Any]]:
    """Join the results of a benchmark: by size, then by engine in their usual order."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    names: dict[int, str] = {}
    for result in results:
        if result["benchmark"] == benchmark:
            found[result["size"]] |= result["engines"]
            names[result["size"]] = result["size_name"]
    return {names[size]: _ordered(found[size]) for size in sorted(found)}


def _ordered(engines: Mapping[str, Any]) -> dict[str, Any]:
    order = list(known.CLASSES)
    usual = sorted(engines, key=lambda name: order.index(name) if name in order else len(order))
    return {name: engines[name] for name in usual}


def _where(results: Sequence[Result]) -> Iterator[str]:
    yield "## Where, when and how\n"
    yield "`make bench` runs it all, `make bench SIZE=1m` with a million records. These were run:\n"
    for result in results:
        machine = result["machine"]
        yield (
            f"- {result['when']}: `{result['command']}`, on {machine['processor']}, {machine['cores']} cores,"
            f" {machine['memory_gb']:.0f} GB, {machine['system']}, Python {machine['python']}, numpy {machine['numpy']}"
            f" (load {machine['load']:.2f} at the start)."
        )
    versions = {facts["version"] for result in results for facts in result["engines"].values()}
    yield f"\nVersions: {', '.join(sorted(versions))}.\n"


if __name__ == "__main__":
    report(prog_name="python -m tests.benchmarks.report")
