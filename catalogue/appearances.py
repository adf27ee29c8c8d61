"""Appearances: the public entries somebody is credited on, by their own credits or by the line-up of their session.

Asked of the database, which is the truth: whether somebody has a page at all, and what two people did together.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, or_, select, union_all

from archive.db import db
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, Status
from catalogue.pictures import Image
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import LineUp, Recording
from catalogue.releases import Release

# Whoever did this was there, so that others played with them.
PRESENT = (Role.PERFORMER, Role.CONDUCTOR, Role.INTERVIEWEE, Role.INTERVIEWER)


def is_shown(agent_id: int, today: date) -> bool:
    """Say whether an agent has part in anything that everybody may see; only then may anybody know of it."""
    shown = select(Entry.id).where(has_part(agent_id), is_public(today)).limit(1)
    return db.session.scalar(shown) is not None


def has_part(agent_id: int) -> ColumnElement[bool]:
    """Say of an entry that an agent has any part in it: credited, or its label or broadcaster."""
    return or_(Entry.id.in_(_credited(agent_id, tuple(Role))), Entry.id.in_(_issued(agent_id)))


def was_there(agent_id: int) -> ColumnElement[bool]:
    """Say of an entry that an agent was present when it was made; not for some tracks of a release only."""
    return Entry.id.in_(_credited(agent_id, PRESENT, Credit.tracks_text.is_(None)))


def is_public(today: date) -> ColumnElement[bool]:
    """Say of an entry what `entries.is_public` says."""
    is_open = or_(Entry.embargo_until.is_(None), Entry.embargo_until <= today)
    return and_(Entry.status == Status.PUBLISHED, is_open)


def _credited(agent_id: int, roles: Collection[Role], *more: ColumnElement[bool]) -> CompoundSelect[Any]:
    theirs = (Credit.agent_id == agent_id, Credit.role.in_(roles), *more)
    own = select(Credit.entry_id).where(*theirs)
    of_session = (
        select(Recording.entry_id)
        .join(Credit, Credit.entry_id == Recording.session_id)
        .where(Recording.lineup == LineUp.SESSION, *theirs)
    )
    return union_all(own, of_session)


def _issued(agent_id: int) -> CompoundSelect[Any]:
    theirs = or_(RecordingSession.label_id == agent_id, RecordingSession.broadcaster_id == agent_id)
    sessions = select(RecordingSession.entry_id).where(theirs)
    return union_all(
        sessions,
        select(Recording.entry_id).where(Recording.session_id.in_(sessions)),
        select(Image.entry_id).where(Image.session_id.in_(sessions)),
        select(Release.entry_id).where(Release.label_id == agent_id),
    )
