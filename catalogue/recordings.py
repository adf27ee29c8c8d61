"""Recordings: one take each, made at a session, with its line-up and what happens in it."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from catalogue.entries import Entry


class TakeStatus(str, Enum):
    """What became of a take."""

    ISSUED = "issued"
    UNISSUED = "unissued"
    ALTERNATE = "alternate"
    REJECTED = "rejected"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


class LineUp(str, Enum):
    """Whose credits are the line-up: the session's, or a complete list on the recording itself. Never a
    difference.
    """

    SESSION = "session"
    OWN = "own"


class Recording(Model):
    """What a recording adds to its entry."""

    __table_args__ = (CheckConstraint("duration_ms IS NULL OR duration_ms > 0", "lasts"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)  # in the session
    work_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    title_as_given: Mapped[str | None]  # as on label or tape box, where it differs
    take: Mapped[str | None]
    matrix_no: Mapped[str | None]
    take_status: Mapped[TakeStatus] = mapped_column(enum_column(TakeStatus), default=TakeStatus.UNKNOWN)
    duration_ms: Mapped[int | None]
    lineup: Mapped[LineUp] = mapped_column(enum_column(LineUp), default=LineUp.SESSION)

    entry: Mapped[Entry] = relationship(foreign_keys=[entry_id])
    session: Mapped[Entry | None] = relationship(foreign_keys=[session_id])


class Segment(Model):
    """A stretch of a recording with a name: theme, solo, applause. Gives the course on its page."""

    __table_args__ = (
        CheckConstraint("0 <= start_ms AND (end_ms IS NULL OR start_ms <= end_ms)", "runs_forward"),
        UniqueConstraint("recording_id", "start_ms", "label_nl", "who"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    start_ms: Mapped[int]
    end_ms: Mapped[int | None]
    label_nl: Mapped[str]
    label_en: Mapped[str]
    who: Mapped[str]  # name of the soloist or the group, as it should be shown; empty if it says nothing


def segments(recording_id: int) -> list[Segment]:
    """Return the course of a recording."""
    query = select(Segment).where(Segment.recording_id == recording_id)
    return list(db.session.scalars(query.order_by(Segment.start_ms, Segment.id)))


def replace_segments(recording_id: int, rows: Iterable[dict[str, Any]]) -> None:
    """Put a new course in place of the old one; a row holds start_ms, end_ms, label_nl, label_en and who."""
    db.session.execute(delete(Segment).where(Segment.recording_id == recording_id))
    listed = [{"recording_id": recording_id, **row} for row in rows]
    if listed:
        db.session.execute(insert(Segment), listed)
