"""Which documents repeat something of what has changed: all entries that carry an agent, a place or a term, what was
made at a session, the recordings of a work, what lies in a collection.
"""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Select, or_, select, union

from archive.db import db
from catalogue import hierarchy
from catalogue.credits import Credit
from catalogue.entries import Entry
from catalogue.pictures import Image
from catalogue.places import Place
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import Recording
from catalogue.releases import Release
from catalogue.shared_changes import Shared, Waiting
from catalogue.terms import EntryTerm

EntryIds = Select[Any] | CompoundSelect[Any]


def following(change: Waiting, limit: int) -> list[int]:
    """Return the ids of the next entries that carry what has changed, in their order, at most `limit`."""
    carrying = _CARRYING[change.kind](change.shared_id)
    query = select(Entry.id).where(Entry.id > change.reached, Entry.id.in_(carrying))
    return list(db.session.scalars(query.order_by(Entry.id).limit(limit)))


def holders(entry_ids: Collection[int]) -> set[int]:
    """Return those of some entries on which others depend that are not among them."""
    found = union(
        select(Recording.session_id).where(
            Recording.session_id.in_(entry_ids), Recording.entry_id.not_in(entry_ids)
        ),
        select(Recording.work_id).where(
            Recording.work_id.in_(entry_ids), Recording.entry_id.not_in(entry_ids)
        ),
        select(Image.session_id).where(Image.session_id.in_(entry_ids), Image.entry_id.not_in(entry_ids)),
        select(Entry.parent_id).where(Entry.parent_id.in_(entry_ids), Entry.id.not_in(entry_ids)),
    )
    return {entry_id for entry_id in db.session.scalars(found) if entry_id is not None}


def of_holders(entry_ids: Collection[int]) -> set[int]:
    """Return the ids of all entries that depend on some, all the way down."""
    takes = select(Recording.entry_id).where(
        or_(Recording.session_id.in_(entry_ids), Recording.work_id.in_(entry_ids))
    )
    pictures = select(Image.entry_id).where(Image.session_id.in_(entry_ids))
    return {*db.session.scalars(union(takes, pictures)), *hierarchy.below(entry_ids)}


def _of_agent(agent_id: int) -> EntryIds:
    credited = select(Credit.entry_id).where(Credit.agent_id == agent_id)
    organised = select(RecordingSession.entry_id).where(
        or_(RecordingSession.broadcaster_id == agent_id, RecordingSession.label_id == agent_id)
    )
    released = select(Release.entry_id).where(Release.label_id == agent_id)
    return _with_what_was_made_there(union(credited, organised, released).cte("carrying"))


def _of_place(place_id: int) -> EntryIds:
    inside = select(Place.id).where(Place.id == place_id).cte("inside", recursive=True)
    inside = inside.union(select(Place.id).join(inside, Place.parent_id == inside.c.id))
    there = select(Entry.id).where(Entry.place_id.in_(select(inside.c.id)))
    return _with_what_was_made_there(there.cte("carrying"))


def _of_term(term_id: int) -> EntryIds:
    played = select(Credit.entry_id).where(Credit.instrument_id == term_id)
    about = select(EntryTerm.entry_id).where(EntryTerm.term_id == term_id)
    released = select(Release.entry_id).where(Release.format_id == term_id)
    return _with_what_was_made_there(union(played, about, released).cte("carrying"))


def _of_entry(entry_id: int) -> EntryIds:
    down = select(Entry.id).where(Entry.id == entry_id).cte("down", recursive=True)
    down = down.union(select(Entry.id).join(down, Entry.parent_id == down.c.id))
    at = select(Entry.id).where(Entry.id == entry_id).cte("carrying")
    return union(select(down.c.id), *_made(at))


_CARRYING: dict[Shared, Callable[[int], EntryIds]] = {
    Shared.AGENT: _of_agent,
    Shared.PLACE: _of_place,
    Shared.TERM: _of_term,
    Shared.ENTRY: _of_entry,
}


def _with_what_was_made_there(carrying: CTE) -> EntryIds:
    """Add the takes and pictures of sessions, found by their session's place and people too, and takes of works."""
    return union(select(carrying.c[0]), *_made(carrying))


def _made(carrying: CTE) -> tuple[Select[Any], ...]:
    session_ids = work_ids = select(carrying.c[0])
    return (
        select(Recording.entry_id).where(Recording.session_id.in_(session_ids)),
        select(Recording.entry_id).where(Recording.work_id.in_(work_ids)),
        select(Image.entry_id).where(Image.session_id.in_(session_ids)),
    )
