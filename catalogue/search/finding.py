"""The one way in which pages and the API ask: the index if it works, else the database; then it is mended."""

import logging
from datetime import date

from archive import jobs, transactions
from catalogue.search import fallback, index
from catalogue.search.index import DamagedIndexError, SearchResult
from catalogue.search.query import SearchQuery

log = logging.getLogger(__name__)

REBUILD_JOB = "search.rebuild"


def find(query: SearchQuery, today: date) -> SearchResult:
    """Answer a question of the public. Within a request."""
    engine = index.current()
    try:
        return engine.search(query, today)
    except DamagedIndexError as error:
        version = engine.version()
        log.exception("search index unusable", extra={"index_version": version, "reason": str(error)})
        transactions.after_commit(lambda: queue_rebuild(version))
        return fallback.search(query, today)


def queue_rebuild(version: str) -> None:
    """Ask for the index to be made anew, once, unless that has been done since this version was seen."""
    jobs.enqueue(REBUILD_JOB, {"version": version}, key=REBUILD_JOB)
