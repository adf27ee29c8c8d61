"""Datasette over the database of SQLite FTS5, set up as well as it can be: no guessing of facets, no time limits,
an index on each facet, the file opened as one that never changes.

What it does not do: order by relevance, and mark what was found.
"""

import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.questions import Question
from tests.benchmarks.records import FACETS, KEYS, PAGE_SIZE, TOP_VALUES

LIMIT_MS = "60000"
SETTINGS = {
    "suggest_facets": "off",
    "default_facet_size": str(TOP_VALUES),
    "sql_time_limit_ms": LIMIT_MS,
    "facet_time_limit_ms": LIMIT_MS,
}


def ensure_database(source: Path, target: Path) -> None:
    """Copy a database of the FTS5 engine and give it what Datasette needs, unless that was done."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    shutil.copyfile(source, unfinished)
    connection = sqlite3.connect(unfinished)
    connection.executescript(
        "PRAGMA journal_mode = off; DROP TABLE facet; DROP TABLE value; DROP TABLE vocabulary;"
    )
    for name in (*KEYS, "day"):
        connection.execute(f"CREATE INDEX record_{name} ON record ({name})")
    connection.execute("ANALYZE")
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    unfinished.replace(target)


def command(database: Path, port: int) -> list[str]:
    """Return how it is started."""
    settings = [part for name, value in SETTINGS.items() for part in ("--setting", name, value)]
    return [
        sys.executable,
        "-m",
        "datasette",
        "serve",
        "-i",
        str(database),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        *settings,
    ]


def address(question: Question) -> str:
    """Write a question as the address of its page."""
    given: list[tuple[str, str | int]] = [("_facet", name) for name in FACETS]
    given += [("_size", PAGE_SIZE), ("_facet_size", TOP_VALUES), ("_shape", "objects"), *question.filters]
    text = _text(question)
    if text:
        given += [("_search", text), ("_searchmode", "raw"), ("_fts_table", "words"), ("_fts_pk", "number")]
    if question.days:
        given += [("day__gte", question.days[0]), ("day__lte", question.days[1])]
    if question.newest_first:
        given.append(("_sort_desc", "day"))
    return f"/catalogue/record.json?{urlencode(given)}"


def total(answer: dict[str, Any]) -> int | None:
    """Return how many records answer; None if that, or a facet, is missing."""
    found: int | None = answer.get("filtered_table_rows_count")
    return found if set(answer.get("facet_results", ())) >= set(FACETS) else None


def _text(question: Question) -> str:
    if question.phrase:
        return f'"{" ".join(question.phrase)}"'
    return (" OR " if question.any_of else " ").join(question.words or question.any_of)
