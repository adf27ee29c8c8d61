"""The one way in which pages and the API ask: the index if it works, else the database; then it is mended."""

import logging
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from archive import jobs, transactions
from catalogue.search import fallback, index
from catalogue.search.index import DamagedIndexError, SearchIndex, SearchResult
from catalogue.search.query import SearchQuery

log = logging.getLogger(__name__)

REBUILD_JOB = "search.rebuild"

Answer = TypeVar("Answer")


def find(query: SearchQuery, today: date) -> SearchResult:
    """Answer a question of the public. Within a request."""
    return ask(lambda engine: engine.search(query, today), lambda: fallback.search(query, today))


def first(query: SearchQuery, today: date, most: int) -> tuple[str, ...]:
    """Return the pids of the first answers to exactly what was asked; none without an index. Within a request."""
    return ask(lambda engine: engine.first(query, today, most), tuple)


def values(query: SearchQuery, name: str, today: date) -> tuple[tuple[str, int], ...]:
    """Count all values of one filter among the answers, most frequent first. Within a request."""
    return ask(lambda engine: engine.values(query, name, today), lambda: fallback.values(query, name, today))


def ask(question: Callable[[SearchIndex], Answer], otherwise: Callable[[], Answer]) -> Answer:
    """Ask the index anything; where it cannot be used, answer by `otherwise` and have it made anew.

    Within a request.
    """
    engine = index.current()
    try:
        return question(engine)
    except (DamagedIndexError, OSError):
        version = engine.version()
    try:
        return question(engine)  # it may have been opened while a writer put other files in place
    except (DamagedIndexError, OSError) as error:
        log.error(
            "search index unusable (%s): answering from the database until the job %s has made it anew; "
            "if this goes on, see whether the job runner runs and the disk has room",
            error,
            REBUILD_JOB,
        )
        transactions.after_commit(lambda: queue_rebuild(version))
        return otherwise()


def queue_rebuild(version: str) -> None:
    """Ask for the index to be made anew, once, unless that has been done since this version was seen."""
    jobs.enqueue(REBUILD_JOB, {"version": version}, key=REBUILD_JOB)
