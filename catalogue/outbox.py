"""The outbox of the index: which entries have changed, written in the transaction of the change, emptied by
the job runner.
"""

from collections.abc import Collection

from sqlalchemy import ForeignKey, Select, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import jobs
from archive.db import Model, db

JOB = "search.update"


class IndexChange(Model):
    """An entry whose search document is to be made anew."""

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)


def add(entry_id: int) -> None:
    """Queue an entry; the job that empties the outbox is queued once, however many wait."""
    add_several([entry_id])


def add_several(entry_ids: Collection[int]) -> None:
    """Queue some entries in one statement."""
    if entry_ids:
        db.session.execute(insert(IndexChange), [{"entry_id": entry_id} for entry_id in entry_ids])
        call_job()


def add_all(entry_ids: Select[tuple[int]]) -> int:
    """Queue all entries that a query finds; return their number."""
    before = count()
    db.session.execute(insert(IndexChange).from_select(["entry_id"], entry_ids))
    added = count() - before
    if added:
        call_job()
    return added


def call_job() -> None:
    """Ask for the job that takes changes into the index; once, however many wait."""
    jobs.enqueue(JOB, {}, key=JOB)


def count() -> int:
    """Count the changes that wait."""
    return db.session.scalar(select(func.count()).select_from(IndexChange)) or 0


def next_batch(limit: int) -> list[IndexChange]:
    """Return the oldest changes."""
    return list(db.session.scalars(select(IndexChange).order_by(IndexChange.id).limit(limit)))


def remove(changes: list[int]) -> None:
    """Forget changes, by their ids, once the index holds them."""
    db.session.execute(delete(IndexChange).where(IndexChange.id.in_(changes)))
