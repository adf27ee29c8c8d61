"""The tables of the report, in Markdown."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

KINDS = {
    "rare": "rare word",
    "common": "common word",
    "and": "all of two or three words",
    "or": "any of two or three",
    "phrase": "phrase",
    "field": "name of a person",
    "prefix": "beginning of a word",
    "fuzzy": "misspelt word",
    "browse": "filters alone",
    "filtered": "word, filters, dates",
    "sortdate": "by date",
    "deep": "a page far behind",
    "matchall": "everything",
    "suggest": "suggestions",
    "didyoumean": "did you mean",
}
NONE = "–"

Engines = Mapping[str, Any]
Cell = Callable[[Any], str]


def latency_table(engines: Engines) -> str:
    """Return p50 and p95 of each kind."""
    rows = {title: [_latency(facts, kind) for facts in engines.values()] for kind, title in KINDS.items()}
    shown = {title: cells for title, cells in rows.items() if set(cells) != {NONE}}
    return _table("p50 / p95, ms", engines, shown)


def facts_table(engines: Engines) -> str:
    """Return what building, opening and memory cost."""
    cells: dict[str, Cell] = {
        "documents a second, building": lambda facts: f"{facts['build']['documents_per_second']:,.0f}",
        "memory while building, MB": lambda facts: f"{facts['build']['peak_mb']:,.0f}",
        "index on disk, MB": lambda facts: f"{facts['build']['mb']:,.0f}",
        "opening, ms": lambda facts: f"{facts['open_ms']:,.1f}",
        "own memory of a reader once open, MB": lambda facts: f"{_grown(facts, 'open'):,.0f}",
        "own memory after all questions, MB": lambda facts: f"{_grown(facts, 'after'):,.0f}",
    }
    if any(facts["wrong"] is not None for facts in engines.values()):
        cells["answers that are not those of the oracle"] = lambda facts: str(len(facts["wrong"] or ()))
    return _table("index", engines, _rows(cells, engines))


def update_table(engines: Engines) -> str:
    """Return what a change costs."""
    cells: dict[str, Cell] = {
        "until it is found, p50, ms": lambda facts: f"{facts['p50']:,.1f}",
        "p95, ms": lambda facts: f"{facts['p95']:,.1f}",
        "two words before the changes, ms": lambda facts: f"{facts['search_before']:,.2f}",
        "and after them": lambda facts: f"{facts['search_after']:,.2f}",
    }
    return _table("one change", engines, _rows(cells, engines))


def http_table(engines: Engines) -> str:
    """Return times and throughput over HTTP."""
    titles = {"all": "all kinds"} | KINDS
    kinds = [kind for kind in titles if all(kind in facts["latency"] for facts in engines.values())]
    rows = {titles[kind]: [_latency(facts, kind) for facts in engines.values()] for kind in kinds}
    rows["pages a second"] = [f"{facts['pages_per_second']:,.0f}" for facts in engines.values()]
    rows["incomplete or different"] = [
        str(len(facts["faults"])) if facts["faults"] else NONE for facts in engines.values()
    ]
    return _table("p50 / p95, ms", engines, rows)


def _latency(facts: Any, kind: str) -> str:
    found = facts["latency"].get(kind)
    return f"{_ms(found['p50'])} / {_ms(found['p95'])}" if found else NONE


def _ms(value: float) -> str:
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _grown(facts: Any, when: str) -> float:
    # What the process had before it opened anything is Python and its packages.
    grown: float = facts["memory"][when]["anonymous"] - facts["memory"]["empty"]["anonymous"]
    return max(0.0, grown)


def _rows(cells: Mapping[str, Cell], engines: Engines) -> dict[str, list[str]]:
    return {title: [cell(facts) for facts in engines.values()] for title, cell in cells.items()}


def _table(corner: str, columns: Iterable[str], rows: Mapping[str, list[str]]) -> str:
    names = list(columns)
    lines = [
        [corner, *names],
        ["---", *("--:" for _ in names)],
        *([title, *cells] for title, cells in rows.items()),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
