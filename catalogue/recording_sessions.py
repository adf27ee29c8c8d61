"""Recording sessions: an occasion at a place and a date with people, be it concert, studio date, broadcast,
rehearsal or interview.
"""

from enum import Enum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, enum_column
from catalogue.agents import Agent
from catalogue.entries import Entry


class SessionType(str, Enum):
    """What sort of occasion."""

    CONCERT = "concert"
    STUDIO = "studio"
    BROADCAST = "broadcast"
    REHEARSAL = "rehearsal"
    INTERVIEW = "interview"
    UNKNOWN = "unknown"


class RecordingSession(Model):
    """What a session adds to its entry. Its credits are the line-up of recordings that have none of their
    own.
    """

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    session_type: Mapped[SessionType] = mapped_column(enum_column(SessionType))
    leader_text: Mapped[str | None]  # "Kwintet Joop Terwindt", as announced
    broadcaster_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    programme: Mapped[str | None]  # name of the broadcast programme
    broadcast_edtf: Mapped[str | None]
    label_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)

    entry: Mapped[Entry] = relationship()
    broadcaster: Mapped[Agent | None] = relationship(foreign_keys=[broadcaster_id])
    label: Mapped[Agent | None] = relationship(foreign_keys=[label_id])
