"""The outbox of the index: which entries have changed, written in the transaction of the change, emptied by
the job runner.
"""

from sqlalchemy import ForeignKey, delete, select
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
    db.session.add(IndexChange(entry_id=entry_id))
    jobs.enqueue(JOB, {}, key=JOB)


def next_batch(limit: int) -> list[IndexChange]:
    """Return the oldest changes."""
    return list(db.session.scalars(select(IndexChange).order_by(IndexChange.id).limit(limit)))


def remove(changes: list[int]) -> None:
    """Forget changes, by their ids, once the index holds them."""
    db.session.execute(delete(IndexChange).where(IndexChange.id.in_(changes)))
