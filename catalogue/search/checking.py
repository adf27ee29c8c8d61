"""Comparing the index with the database, entry by entry, and mending what differs."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from archive.db import db
from catalogue.entries import Entry, Status
from catalogue.search import collecting, index, upkeep


@dataclass(frozen=True)
class Differences:
    """What was found: entries compared, and those the index lacked, had otherwise, or should not have had."""

    compared: int
    missing: int
    outdated: int
    surplus: int

    @property
    def count(self) -> int:
        """How many entries were wrong."""
        return self.missing + self.outdated + self.surplus


def check(*, mends: bool = True) -> Differences:
    """Compare the index with the database and, unless told otherwise, mend it; changes that wait count as wrong.

    Raise DamagedIndexError, BusyIndexError.
    """
    index.current().verify()
    known = index.current().digests()
    compared, missing, outdated = 0, 0, 0
    for batch in collecting.every_batch():
        compared += len(batch)
        suspects = {document.pid for document in batch if known.get(document.pid) != document.digest}
        if suspects:
            lacking, differing = _look_again(suspects, mends=mends)
            missing, outdated = missing + lacking, outdated + differing
    return Differences(compared, missing, outdated, _surplus(mends=mends))


def _look_again(pids: Collection[str], *, mends: bool) -> tuple[int, int]:
    """Compare some entries while nobody else writes, for they may have changed since the digests were read."""
    with upkeep.turn():
        entry_ids = db.session.scalars(select(Entry.id).where(Entry.pid.in_(pids))).all()
        documents, known = collecting.documents(entry_ids), index.current().digests()
        db.session.rollback()
        wrong = [document for document in documents if known.get(document.pid) != document.digest]
        if wrong and mends:
            index.current().apply(wrong, ())
    missing = sum(document.pid not in known for document in wrong)
    return missing, len(wrong) - missing


def _surplus(*, mends: bool) -> int:
    with upkeep.turn():
        published = set(db.session.scalars(select(Entry.pid).where(Entry.status == Status.PUBLISHED)))
        db.session.rollback()
        surplus = index.current().digests().keys() - published
        if surplus and mends:
            index.current().apply((), surplus)
    return len(surplus)
