"""Performances: shown live or later through a stream, within a window of time. What a place costs, and where the
stream is to be found, is licensing's matter: see `licensing.box_offices`.
"""

from collections.abc import Collection
from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import clock
from archive.db import Model, db
from archive.errors import Invalid
from catalogue import entries
from catalogue.entries import Entry


class Standing(str, Enum):
    """Where a moment lies to the window in which a performance can be seen."""

    COMING = "coming"
    OPEN = "open"
    OVER = "over"


class Performance(Model):
    """What a performance adds to its entry."""

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", "lasts"),
        CheckConstraint("opens_at < viewing_until", "can_be_seen"),
        CheckConstraint("ends_at <= viewing_until", "is_seen_whole"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    opens_at: Mapped[
        datetime
    ]  # from when holders of a ticket get the stream; after the end: only to be seen later
    viewing_until: Mapped[datetime] = mapped_column(index=True)  # the end itself: only live

    entry: Mapped[Entry] = relationship()

    @property
    def is_live(self) -> bool:
        """Whether it can be seen as it is played."""
        return self.opens_at < self.ends_at

    @property
    def is_seen_later(self) -> bool:
        """Whether it can be seen after it was played."""
        return self.viewing_until > self.ends_at

    def standing(self, moment: datetime) -> Standing:
        """Say whether it can be seen at a moment; the first moment of the window belongs to it, the last does not."""
        if moment < self.opens_at:
            return Standing.COMING
        return Standing.OPEN if moment < self.viewing_until else Standing.OVER


def set_times(
    entry: Entry, starts_at: datetime, ends_at: datetime, opens_at: datetime, viewing_until: datetime
) -> Performance:
    """Set when a performance is played and seen, and its day in the archive's town; raise Invalid.

    Call `entries.save` when the entry is complete.
    """
    _require_order(starts_at, ends_at, opens_at, viewing_until)
    performance = find(entry.id) or Performance(entry_id=entry.id)
    performance.starts_at, performance.ends_at = starts_at, ends_at
    performance.opens_at, performance.viewing_until = opens_at, viewing_until
    entries.set_date(entry, starts_at.astimezone(clock.HERE).date().isoformat())
    db.session.add(performance)
    db.session.flush()
    return performance


def find(entry_id: int) -> Performance | None:
    """Find what a performance adds to its entry."""
    return db.session.get(Performance, entry_id)


def of(entry_ids: Collection[int]) -> dict[int, Performance]:
    """Return what some performances add to their entries, by entry, in one query."""
    if not entry_ids:
        return {}
    query = select(Performance).where(Performance.entry_id.in_(entry_ids))
    return {performance.entry_id: performance for performance in db.session.scalars(query)}


def _require_order(
    starts_at: datetime, ends_at: datetime, opens_at: datetime, viewing_until: datetime
) -> None:
    if ends_at <= starts_at:
        raise Invalid("A performance ends after it starts. Check the two times.", field="ends_at")
    if viewing_until < ends_at:
        raise Invalid(
            "Viewing ends with the performance or later. Check when it ends.",
            field="viewing_until",
        )
    if viewing_until <= opens_at:
        raise Invalid("Viewing ends after the stream opens. Check the two times.", field="opens_at")
