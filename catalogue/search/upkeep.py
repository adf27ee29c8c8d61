"""Keeping the index in step with the database. All writing to the index begins here, in jobs and commands."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from archive import jobs
from archive.db import db
from archive.jobs import Payload
from archive.transactions import transaction
from catalogue import outbox
from catalogue.entries import Entry, Status
from catalogue.search import collecting, index
from catalogue.search.document import Document
from catalogue.search.index import BusyIndexError, DamagedIndexError, Progress

CHANGES_AT_ONCE = 1_000
TRY_AGAIN = timedelta(seconds=5)


@dataclass(frozen=True)
class Differences:
    """What a check found and mended: entries the index lacked, had otherwise, or should not have had."""

    missing: int
    outdated: int
    surplus: int

    @property
    def count(self) -> int:
        """How many entries were wrong."""
        return self.missing + self.outdated + self.surplus


def update(payload: Payload) -> None:
    """Job: take the changes waiting in the outbox into the index, and forget each when the index holds it."""
    job_id: int = payload["job_id"]
    try:
        _drain(job_id)
    except BusyIndexError:
        with transaction():
            jobs.enqueue(outbox.JOB, {}, key=outbox.JOB, delay=TRY_AGAIN)
    except DamagedIndexError:
        make_anew(lambda _done: _keep_lease(job_id))
        _drain(job_id)


def rebuild(payload: Payload) -> None:
    """Job: make the index anew, unless it has changed since `version` of it was found unusable."""
    if index.current().version() == payload["version"]:
        job_id: int = payload["job_id"]
        make_anew(lambda _done: _keep_lease(job_id))


def make_anew(progress: Progress) -> None:
    """Make the index anew from the database; changes made meanwhile wait in the outbox."""
    index.current().rebuild(collecting.every_batch(), progress)


def check() -> Differences:
    """Compare the index with the database and mend it. Raise DamagedIndexError, BusyIndexError."""
    known = index.current().digests()
    missing, outdated = 0, 0
    for batch in collecting.every_batch():
        wrong = [document for document in batch if known.get(document.pid) != document.digest]
        missing += sum(document.pid not in known for document in wrong)
        outdated += sum(document.pid in known for document in wrong)
        if wrong:
            index.current().apply(wrong, ())
        for document in batch:
            known.pop(document.pid, None)
    if known:
        index.current().apply((), list(known))
    return Differences(missing, outdated, surplus=len(known))


def _drain(job_id: int) -> None:
    while changes := outbox.next_batch(CHANGES_AT_ONCE):
        change_ids = [change.id for change in changes]
        for documents, removed in _changed({change.entry_id for change in changes}):
            index.current().apply(documents, removed)
            _keep_lease(job_id)
        with transaction():
            outbox.remove(change_ids)


def _changed(entry_ids: Collection[int]) -> Iterator[tuple[list[Document], list[str]]]:
    """Make the new documents of entries and what depends on them, and list what is hidden, in batches."""
    ids = collecting.with_dependants(entry_ids)
    for start in range(0, len(ids), collecting.BATCH):
        batch = ids[start : start + collecting.BATCH]
        documents = collecting.documents(batch)
        hidden = select(Entry.pid).where(Entry.id.in_(batch), Entry.status != Status.PUBLISHED)
        removed = list(db.session.scalars(hidden))
        db.session.rollback()
        yield documents, removed


def _keep_lease(job_id: int) -> None:
    with transaction():
        jobs.extend_lease(job_id)
