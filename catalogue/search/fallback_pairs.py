"""Which entry has which value of a filter, asked of the database: for answers while there is no usable index.

The line-up, the place and the label of a session are those of what was made there, as in search documents.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, or_, select, union_all
from sqlalchemy.orm import aliased

from catalogue.agents import Agent
from catalogue.credits import Credit
from catalogue.entries import LICENSABLE, Entry
from catalogue.pictures import Image
from catalogue.places import Place, PlaceKind
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import LineUp, Recording
from catalogue.terms import Term

Condition = ColumnElement[bool]
Pairs = (
    CompoundSelect[Any] | Select[Any]
)  # the id of an entry and a value, under the names entry_id and value

_PLAYER = (Credit.agent_id == Agent.id,)
_INSTRUMENT = (Credit.instrument_id == Term.id,)


def credited(value: Any, *conditions: Condition) -> Pairs:
    """Pair entries with something of their credits, their own or their session's."""
    own = select(Credit.entry_id.label("entry_id"), value.label("value")).where(*conditions)
    of_session = (
        select(Recording.entry_id.label("entry_id"), value.label("value"))
        .join(Credit, Credit.entry_id == Recording.session_id)
        .where(Recording.lineup == LineUp.SESSION, *conditions)
    )
    return union_all(own, of_session)


def issued(value: Any, *conditions: Condition) -> Pairs:
    """Pair sessions, and what was made there, with something of their record company or broadcaster."""
    is_theirs = or_(RecordingSession.label_id == Agent.id, RecordingSession.broadcaster_id == Agent.id)
    return union_all(
        *(
            select(entry_id.label("entry_id"), value.label("value")).where(*on, is_theirs, *conditions)
            for entry_id, on in _of_sessions()
        )
    )


def held_at(value: Any, *conditions: Condition) -> Pairs:
    """Pair entries with something of the venue or the city they are of."""
    city = aliased(Place)
    within = (
        select(Place.id.label("inner"), Place.id.label("outer")),
        select(Place.id, city.id).join(city, and_(city.id == Place.parent_id, city.kind == PlaceKind.CITY)),
    )
    nested = union_all(*within).subquery()
    at = aliased(Entry)
    own = select(Entry.id.label("entry_id"), value.label("value")).where(Entry.place_id == nested.c.inner)
    of_session = [
        select(entry_id.label("entry_id"), value.label("value"))
        .join(Entry, Entry.id == entry_id)
        .join(at, and_(at.id == session_id, Entry.place_id.is_(None)))
        .where(at.place_id == nested.c.inner)
        for entry_id, session_id in _MADE
    ]
    return union_all(*(pair.where(Place.id == nested.c.outer, *conditions) for pair in (own, *of_session)))


_MADE = ((Recording.entry_id, Recording.session_id), (Image.entry_id, Image.session_id))


def _of_sessions() -> list[tuple[Any, Sequence[Condition]]]:
    made = [(entry_id, (session_id == RecordingSession.entry_id,)) for entry_id, session_id in _MADE]
    return [(RecordingSession.entry_id, ()), *made]


BY_FILTER: Mapping[str, Callable[[], Pairs]] = {
    "kind": lambda: select(Entry.id.label("entry_id"), Entry.kind.label("value")),
    "reuse": lambda: select(Entry.id.label("entry_id"), Entry.reuse.label("value")).where(
        Entry.kind.in_(LICENSABLE)
    ),
    "place": lambda: held_at(Place.pid),
    "instrument": lambda: credited(Term.code, *_INSTRUMENT),
    "person": lambda: credited(Agent.pid, *_PLAYER),
    "with": lambda: credited(Agent.pid, *_PLAYER),
    "leader": lambda: credited(Agent.pid, *_PLAYER, Credit.leader.is_(True)),
    "plays": lambda: credited(Agent.pid + "/" + Term.code, *_PLAYER, *_INSTRUMENT),
    "label": lambda: issued(Agent.pid),
}


def any_of(pairs: Pairs) -> Condition:
    """Say of an entry that it is in one of the pairs."""
    return Entry.id.in_(select(pairs.subquery().c.entry_id))


def has_value(name: str, values: Sequence[str]) -> Condition:
    """Say of an entry that it has one of the values of a filter."""
    found = BY_FILTER[name]().subquery()
    return Entry.id.in_(select(found.c.entry_id).where(found.c.value.in_(values)))
