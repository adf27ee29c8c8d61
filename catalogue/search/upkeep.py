"""Keeping the index in step with the database. All writing to the index begins here, in jobs and commands.

What stands in the way for a while (another writer, a full disk) brings a job back later; nothing is forgotten
until the index holds it.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import func, select

from archive import clock, config, jobs
from archive.db import db
from archive.jobs import Payload
from archive.transactions import transaction
from catalogue import outbox, shared_changes
from catalogue.entries import Entry, Status
from catalogue.search import collecting, dependants, finding, folders, index
from catalogue.search.document import Document
from catalogue.search.folders import LockTimeoutError
from catalogue.search.index import BusyIndexError, DamagedIndexError, Progress
from catalogue.shared_changes import Shared, Waiting

log = logging.getLogger(__name__)

CHANGES_AT_ONCE = 1_000
TRY_AGAIN = timedelta(seconds=5)  # when another process writes the index
AFTER_TROUBLE = timedelta(minutes=1)  # when a disk is full or may not be written
TURN_TIMEOUT = 10.0  # seconds
LONGEST_SECONDS = 5.0  # that the job keeps others from their turn; then it stands in line again
SECONDS_BETWEEN_LINES = 10.0

TURNS = "search-upkeep.lock"


def update(payload: Payload) -> None:
    """Job: take the changes that wait into the index, and forget each when the index holds it."""
    job_id: int = payload["job_id"]
    with _coming_back(outbox.JOB, {}):
        try:
            _take_in_all(job_id)
        except DamagedIndexError as error:
            log.error("search index unusable (%s): making it anew", error)
            make_anew(_noting(lambda: _keep_lease(job_id)))
            _take_in_all(job_id)


def rebuild(payload: Payload) -> None:
    """Job: make the index anew, unless it has changed since `version` of it was found unusable."""
    version: str = payload["version"]
    job_id: int = payload["job_id"]
    with _coming_back(finding.REBUILD_JOB, {"version": version}):
        if index.current().version() == version:
            make_anew(_noting(lambda: _keep_lease(job_id)))


def make_anew(progress: Progress) -> None:
    """Make the index anew from the database; changes made meanwhile wait in the outbox."""
    index.current().rebuild(collecting.every_batch(), progress)


def size() -> int:
    """Count the entries that the index should hold."""
    published = select(func.count()).select_from(Entry).where(Entry.status == Status.PUBLISHED)
    return db.session.scalar(published) or 0


def take_in(entry_ids: Collection[int]) -> None:
    """Put the documents of entries as they are now into the index, a batch at a time, and take hidden ones out."""
    ordered = sorted(entry_ids)
    for start in range(0, len(ordered), collecting.BATCH):
        with turn():
            index.current().apply(*_read(ordered[start : start + collecting.BATCH]))


@contextmanager
def turn() -> Iterator[None]:
    """Keep others from reading entries, and then writing what has since been overtaken; raise BusyIndexError."""
    try:
        with folders.locked(config.current().data_dir / TURNS, TURN_TIMEOUT):
            yield
    except LockTimeoutError as error:
        raise BusyIndexError("another process is bringing the search index up to date") from error


def _take_in_all(job_id: int) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    is_more = True
    while is_more:
        # Each gets its turn: a rename of thousands never holds up a save.
        of_entries, of_shared = _take_in_changes(), _take_in_shared_changes()
        is_more = of_entries or of_shared
        _keep_lease(job_id)
        if is_more and time.monotonic() > until:
            with transaction():
                outbox.call_job()
            return


def _take_in_changes() -> bool:
    """Take a batch of changed entries in; say whether there was one. What depends on them follows at once if few."""
    changes = outbox.next_batch(CHANGES_AT_ONCE)
    change_ids, entry_ids = [change.id for change in changes], {change.entry_id for change in changes}
    if not changes:
        return False
    holders = dependants.holders(entry_ids)
    following = dependants.of_holders(holders) - entry_ids if holders else set()
    if len(following) <= collecting.BATCH:
        take_in(entry_ids | following)
        holders = set()
    else:
        take_in(entry_ids)
    with transaction():
        outbox.remove(change_ids)
        shared_changes.add(Shared.ENTRY, holders)
    return True


def _take_in_shared_changes() -> bool:
    """Take a batch of entries in that carry something changed; say whether there was one."""
    found: set[int] = set()
    finished, begun = [], []
    for change in shared_changes.next_batch(CHANGES_AT_ONCE):
        entry_ids = dependants.following(change, collecting.BATCH)
        found |= set(entry_ids)
        if len(entry_ids) < collecting.BATCH:
            finished.append(change)
        else:
            begun.append((change, entry_ids[-1]))
        if len(found) >= collecting.BATCH:
            break
    if not finished and not begun:
        return False
    take_in(found)
    _note_reached(finished, begun)
    return True


def _note_reached(finished: list[Waiting], begun: list[tuple[Waiting, int]]) -> None:
    with transaction():
        for change in finished:
            shared_changes.finish(change)
        for change, reached in begun:
            shared_changes.go_on(change, reached)


def _read(entry_ids: Collection[int]) -> tuple[list[Document], list[str]]:
    """Make the documents of entries, and list the pids of those that are hidden."""
    documents = collecting.documents(entry_ids)
    hidden = select(Entry.pid).where(Entry.id.in_(entry_ids), Entry.status != Status.PUBLISHED)
    removed = list(db.session.scalars(hidden))
    db.session.rollback()
    return documents, removed


@contextmanager
def _coming_back(name: str, payload: Payload) -> Iterator[None]:
    """Do a job again later when something is in the way that passes."""
    try:
        yield
    except BusyIndexError:
        _later(name, payload, TRY_AGAIN)
    except OSError as error:
        log.error(
            "search index cannot be written (%s): make room on its disk or let this account write there; "
            "tried again in %d seconds",
            error,
            AFTER_TROUBLE.total_seconds(),
            extra={"job": name},
        )
        _later(name, payload, AFTER_TROUBLE)


def _later(name: str, payload: Payload, delay: timedelta) -> None:
    db.session.rollback()
    with transaction():
        jobs.enqueue(name, payload, key=name, delay=delay)


def _noting(keep_lease: Callable[[], None]) -> Progress:
    """Keep a job ours while it makes the index anew, and say in the log now and then how far it is."""
    total, said_at = size(), clock.now()
    db.session.rollback()
    log.info("making the search index anew: %d entries", total)

    def note(done: int) -> None:
        nonlocal said_at
        keep_lease()
        if (clock.now() - said_at).total_seconds() >= SECONDS_BETWEEN_LINES or done == total:
            said_at = clock.now()
            log.info("making the search index anew: %d of %d entries", done, total)

    return note


def _keep_lease(job_id: int) -> None:
    with transaction():
        jobs.extend_lease(job_id)
