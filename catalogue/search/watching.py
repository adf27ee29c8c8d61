"""Minding the index while nobody asks: what the calendar changes, what was left lying, whether it can be used."""

import logging
from datetime import date, timedelta

from sqlalchemy import Select, select

from archive import clock
from archive.db import db
from archive.jobs import Job, JobState, Payload
from archive.transactions import transaction
from catalogue import outbox, shared_changes
from catalogue.entries import Entry, Status
from catalogue.search import finding, index
from catalogue.search.index import DamagedIndexError
from catalogue.search.query import SearchQuery

log = logging.getLogger(__name__)

JOB = "search.watch"
EVERY = timedelta(minutes=10)


def watch(_payload: Payload) -> None:
    """Job: queue what became public by the calendar, and call the jobs that are missing."""
    today, since = clock.now().date(), _last_watched()
    db.session.rollback()
    with transaction():
        ended = outbox.add_all(embargo_ended(since, today))
        if outbox.count() or shared_changes.count():
            outbox.call_job()
    if ended:
        log.info("embargo ended: %d entries are put into the search index with what depends on them", ended)
    _see_whether_usable(today)


def is_usable() -> bool:
    """Say whether the index answers, so that pages need not ask the database."""
    return _fault(clock.now().date()) is None


def embargo_ended(since: date | None, today: date) -> Select[tuple[int]]:
    """Select the ids of entries whose embargo has ended by `today` and had not on the day `since` (None: ever).

    The index knows the day of each entry itself. But what lies in a collection or was made at a session names it
    only once it is public.
    """
    query = select(Entry.id).where(Entry.status == Status.PUBLISHED, Entry.embargo_until <= today)
    return query if since is None else query.where(Entry.embargo_until > since)


def _last_watched() -> date | None:
    """Return a day on which we certainly looked; None when nobody remembers."""
    done = select(Job.run_at).where(Job.name == JOB, Job.state == JobState.DONE)
    last = db.session.scalar(done.order_by(Job.run_at.desc()).limit(1))
    return None if last is None else last.date()


def _see_whether_usable(today: date) -> None:
    version = index.current().version()
    fault = _fault(today)
    if fault is not None:
        log.error("search index unusable (%s): it will be made anew", fault)
        with transaction():
            finding.queue_rebuild(version)


def _fault(today: date) -> Exception | None:
    try:
        index.current().search(SearchQuery(), today)
    except (DamagedIndexError, OSError) as error:
        return error
    return None
