"""Who played with whom, straight from the database while there is no usable index: slower, and as right."""

from collections import defaultdict
from datetime import date

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import aliased

from archive.db import db
from catalogue import appearances
from catalogue.agents import Agent
from catalogue.credits import Credit
from catalogue.entries import Entry, EntryKind
from catalogue.recordings import LineUp, Recording
from catalogue.search.document import year_span
from catalogue.search.index import Companion
from catalogue.terms import Term

_OCCASIONS = (EntryKind.SESSION, EntryKind.RECORDING)

Years = tuple[int, int] | None


def companions(agent_id: int, today: date) -> tuple[Companion, ...]:
    """List who was there with an agent, as the index does: most occasions first."""
    takes = {entry_id: (occasion, years) for entry_id, occasion, years in _takes(agent_id, today)}
    present = defaultdict(list)
    for entry_id, pid in _others(agent_id, today):
        present[pid].append(takes[entry_id])
    found = [_companion(pid, together) for pid, together in present.items()]
    return tuple(sorted(found, key=lambda one: (-one.occasions, one.pid)))


def kinds(agent_id: int, today: date) -> dict[EntryKind, int]:
    """Count the public entries that an agent has part in, by kind."""
    query = (
        select(Entry.kind, func.count())
        .where(appearances.has_part(agent_id), appearances.is_public(today))
        .group_by(Entry.kind)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def years(agent_id: int, today: date) -> Years:
    """Return the first and the last year an agent was there in."""
    spans = [span for _entry, _occasion, span in _takes(agent_id, today) if span]
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def instruments(agent_id: int, today: date) -> tuple[tuple[str, int], ...]:
    """Count the public entries by the code of the instrument that an agent plays, most first."""
    own = select(Entry.id, Credit.instrument_id).join(Credit, Credit.entry_id == Entry.id)
    of_session = (
        select(Entry.id, Credit.instrument_id)
        .join(Recording, Recording.entry_id == Entry.id)
        .join(Credit, Credit.entry_id == Recording.session_id)
        .where(Recording.lineup == LineUp.SESSION)
    )
    is_theirs = (Credit.agent_id == agent_id, appearances.is_public(today))
    played = union_all(own.where(*is_theirs), of_session.where(*is_theirs)).subquery()
    number = func.count(played.c.id.distinct())
    query = (
        select(Term.code, number)
        .join(played, played.c.instrument_id == Term.id)
        .group_by(Term.code)
        .order_by(number.desc(), Term.code)
    )
    return tuple((code, count) for code, count in db.session.execute(query))


def _takes(agent_id: int, today: date) -> list[tuple[int, int, Years]]:
    """List the entries an agent was there for: each with its occasion and its years."""
    at = aliased(Entry)
    query = (
        select(
            Entry.id,
            func.coalesce(Recording.session_id, Entry.id),
            Entry.date_lo,
            Entry.date_hi,
            at.date_lo,
            at.date_hi,
        )
        .outerjoin(Recording, Recording.entry_id == Entry.id)
        .outerjoin(at, at.id == Recording.session_id)
        .where(Entry.kind.in_(_OCCASIONS), appearances.was_there(agent_id), appearances.is_public(today))
    )
    return [
        (entry_id, occasion, year_span(lo, hi) or year_span(at_lo, at_hi))
        for entry_id, occasion, lo, hi, at_lo, at_hi in db.session.execute(query)
    ]


def _others(agent_id: int, today: date) -> set[tuple[int, str]]:
    """List who else was there: entry and pid."""
    theirs = select(Entry.id).where(
        Entry.kind.in_(_OCCASIONS), appearances.was_there(agent_id), appearances.is_public(today)
    )
    is_other = (Credit.agent_id != agent_id, Credit.role.in_(appearances.PRESENT))
    own = (
        select(Credit.entry_id, Agent.pid)
        .join(Agent, Agent.id == Credit.agent_id)
        .where(Credit.entry_id.in_(theirs), *is_other)
    )
    of_session = (
        select(Recording.entry_id, Agent.pid)
        .join(Credit, Credit.entry_id == Recording.session_id)
        .join(Agent, Agent.id == Credit.agent_id)
        .where(Recording.entry_id.in_(theirs), Recording.lineup == LineUp.SESSION, *is_other)
    )
    return {(entry_id, pid) for entry_id, pid in db.session.execute(union_all(own, of_session))}


def _companion(pid: str, together: list[tuple[int, Years]]) -> Companion:
    spans = [span for _occasion, span in together if span]
    return Companion(
        pid,
        occasions=len({occasion for occasion, _span in together}),
        first_year=min((first for first, _last in spans), default=None),
        last_year=max((last for _first, last in spans), default=None),
    )
