"""Pieces: entries with all that pages and cards show of them. Any number of them takes three queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from archive.db import db
from catalogue import credits, entry_files
from catalogue.agents import Agent
from catalogue.credits import Credit, Role
from catalogue.entries import Access, Entry, Status
from catalogue.entry_files import Files
from catalogue.pictures import Image
from catalogue.places import Place
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import LineUp, Recording

AUDIBLE = frozenset({Access.OPEN, Access.PREVIEW})


class Row(NamedTuple):
    """What one query tells of a piece."""

    entry: Entry
    recording: Recording | None
    image: Image | None
    session: RecordingSession | None
    session_entry: Entry | None


@dataclass(frozen=True)
class Piece:
    """One entry; its session is itself or the one it was made at. Credits include the session's line-up."""

    entry: Entry
    recording: Recording | None
    image: Image | None
    session: RecordingSession | None
    session_entry: Entry | None
    credits: tuple[Credit, ...]
    files: Files

    @property
    def dated(self) -> Entry:
        """The entry that says when it was: its session's if it does not say so itself."""
        if self.entry.date_text or self.entry.date_edtf or self.session_entry is None:
            return self.entry
        return self.session_entry

    @property
    def place(self) -> Place | None:
        """Where it was."""
        return self.entry.place or (self.session_entry.place if self.session_entry else None)

    @property
    def may_be_heard(self) -> bool:
        """Whether everybody gets to hear or see its preview."""
        return self.entry.access in AUDIBLE

    def agents(self, *roles: Role, leaders_only: bool = False) -> list[Agent]:
        """List who has one of some roles, each once."""
        found = (
            credit.agent
            for credit in self.credits
            if credit.role in roles and credit.agent and (credit.leader or not leaders_only)
        )
        return list(dict.fromkeys(found))


def is_public(entry: Any, today: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Say in SQL what `entries.is_public` says, of the table of entries or an alias of it."""
    is_open = or_(entry.embargo_until.is_(None), entry.embargo_until <= today)
    return and_(entry.status == Status.PUBLISHED, is_open)


def with_pids(pids: Sequence[str]) -> list[Piece]:
    """Read the pieces with these pids, in this order."""
    found = {piece.entry.pid: piece for piece in find(Entry.pid.in_(pids))} if pids else {}
    return [found[pid] for pid in pids if pid in found]


def find(
    *conditions: ColumnElement[bool], order: Iterable[Any] = (), limit: int | None = None
) -> list[Piece]:
    """Read the pieces whose entries meet all conditions."""
    return complete(rows(*conditions, order=order, limit=limit))


def rows(*conditions: ColumnElement[bool], order: Iterable[Any] = (), limit: int | None = None) -> list[Row]:
    """Read pieces without credits and files, in one query; `complete` adds those for several such lists at once."""
    query = _EVERYTHING.where(*conditions).order_by(*order).limit(limit)
    return [Row(*row) for row in db.session.execute(query)]


def complete(found: Sequence[Row]) -> list[Piece]:
    """Add credits and files, in two queries for all."""
    ids = [row.entry.id for row in found]
    if not ids:
        return []
    lineups = credits.of(*ids, *(row.session_entry.id for row in found if row.session_entry is not None))
    files = entry_files.of(*ids)
    return [Piece(*row, _credits(row.entry, row.recording, lineups), files[row.entry.id]) for row in found]


def _everything() -> Select[Any]:
    session_entry = aliased(Entry)
    made_at = func.coalesce(Recording.session_id, Image.session_id, Entry.id)
    return (
        select(Entry, Recording, Image, RecordingSession, session_entry)
        .outerjoin(Recording, Recording.entry_id == Entry.id)
        .outerjoin(Image, Image.entry_id == Entry.id)
        .outerjoin(RecordingSession, RecordingSession.entry_id == made_at)
        .outerjoin(session_entry, session_entry.id == RecordingSession.entry_id)
        .options(
            joinedload(Entry.place).joinedload(Place.parent),
            joinedload(session_entry.place).joinedload(Place.parent),
            joinedload(RecordingSession.broadcaster),
            joinedload(RecordingSession.label),
        )
    )


# Every page asks this, and building it takes longer than running it.
_EVERYTHING = _everything()


def _credits(
    entry: Entry, recording: Recording | None, lineups: dict[int, list[Credit]]
) -> tuple[Credit, ...]:
    own = lineups[entry.id]
    if recording is None or recording.session_id is None or recording.lineup is LineUp.OWN:
        return tuple(own)
    return (*lineups.get(recording.session_id, ()), *own)
