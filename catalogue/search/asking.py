"""Asking the index for what is no page of results, and something else where it cannot be used; then it is mended."""

import logging
from collections.abc import Callable
from typing import TypeVar

from archive import transactions
from catalogue.search import finding, index
from catalogue.search.index import DamagedIndexError, SearchIndex

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


def ask(question: Callable[[SearchIndex], Answer], otherwise: Callable[[], Answer]) -> Answer:
    """Ask the index of the running site, within a request; without a usable index answer by `otherwise`."""
    engine = index.current()
    try:
        return question(engine)
    except DamagedIndexError as error:
        version = engine.version()
        log.exception("search index unusable", extra={"index_version": version, "reason": str(error)})
        transactions.after_commit(lambda: finding.queue_rebuild(version))
        return otherwise()
