"""Answers straight from the database while there is no usable index.

Fewer ways to ask and no counts by filter, but nothing hidden is shown and nothing shown is hidden.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from archive.db import db
from catalogue import folding
from catalogue.agents import Agent, AgentName
from catalogue.credits import Credit
from catalogue.entries import LICENSABLE, Entry, EntryKind, Reuse, Status
from catalogue.places import Place
from catalogue.recordings import LineUp, Recording
from catalogue.search.document import FIRST_DAY, LAST_DAY
from catalogue.search.index import DEGRADED, SearchResult
from catalogue.search.query import PAGE_SIZE, UNDATED, SearchQuery
from catalogue.terms import Term

Condition = ColumnElement[bool]

MAX_WORDS = 10


def search(query: SearchQuery, today: date) -> SearchResult:
    """Answer a question in two queries; the last rung of all, and it says so."""
    asked = select(Entry.pid).where(*_conditions(query, today))
    total = db.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    page = asked.order_by(*_order(query.sort)).offset((query.page - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return SearchResult(pids=tuple(db.session.scalars(page)), total=total, rung=DEGRADED)


def _conditions(query: SearchQuery, today: date) -> list[Condition]:
    conditions: list[Condition] = [
        Entry.status == Status.PUBLISHED,
        or_(Entry.embargo_until.is_(None), Entry.embargo_until <= today),
    ]
    conditions += [_has_word(word) for word in query.q.split()[:MAX_WORDS] if folding.words(word)]
    conditions += [or_(*(_FILTERS[name](value) for value in values)) for name, values in query.filters]
    if query.has_years:
        conditions.append(_in_years(query.from_year, query.to_year))
    return conditions


def _has_word(word: str) -> Condition:
    plain = word.strip("\"-*'")
    named = or_(
        Agent.name.icontains(plain, autoescape=True),
        Agent.id.in_(select(AgentName.agent_id).where(AgentName.name.icontains(plain, autoescape=True))),
    )
    return or_(
        Entry.title.icontains(plain, autoescape=True),
        Entry.shelfmark.icontains(plain, autoescape=True),
        _credited(select(Credit.id).join(Agent, Agent.id == Credit.agent_id).where(named)),
    )


def _credited(credit: Select[Any]) -> Condition:
    """Say that an entry has such a credit, of its own or from its session."""
    of_session = (
        select(Recording.session_id)
        .where(Recording.entry_id == Entry.id, Recording.lineup == LineUp.SESSION)
        .correlate(Entry)
    )
    own, shared = credit.where(Credit.entry_id == Entry.id), credit.where(Credit.entry_id.in_(of_session))
    return or_(exists(own.correlate(Entry)), exists(shared.correlate(Entry)))


def _person(pid: str) -> Condition:
    return _credited(select(Credit.id).join(Agent, Agent.id == Credit.agent_id).where(Agent.pid == pid))


def _instrument(code: str) -> Condition:
    return _credited(select(Credit.id).join(Term, Term.id == Credit.instrument_id).where(Term.code == code))


def _place(pid: str) -> Condition:
    city = aliased(Place)
    places = (
        select(Place.id)
        .outerjoin(city, city.id == Place.parent_id)
        .where(or_(Place.pid == pid, city.pid == pid))
    )
    return Entry.place_id.in_(places)


def _collection(pid: str) -> Condition:
    down = select(Entry.id).where(Entry.pid == pid).cte("down", recursive=True)
    child = aliased(Entry)
    down = down.union(select(child.id).join(down, child.parent_id == down.c.id))
    return and_(Entry.id.in_(select(down.c.id)), Entry.pid != pid)


def _decade(value: str) -> Condition:
    if value == UNDATED:
        return and_(Entry.date_lo.is_(None), Entry.date_hi.is_(None))
    return _in_years(int(value), int(value) + 9)


def _in_years(from_year: int | None, to_year: int | None) -> Condition:
    first = FIRST_DAY if from_year is None else from_year * 10_000
    last = LAST_DAY if to_year is None else to_year * 10_000 + 9_999
    return and_(
        or_(Entry.date_lo.is_not(None), Entry.date_hi.is_not(None)),
        func.coalesce(Entry.date_lo, FIRST_DAY) <= last,
        func.coalesce(Entry.date_hi, LAST_DAY) >= first,
    )


_FILTERS = {
    "kind": lambda value: Entry.kind == EntryKind(value),
    "reuse": lambda value: and_(Entry.reuse == Reuse(value), Entry.kind.in_(LICENSABLE)),
    "place": _place,
    "instrument": _instrument,
    "person": _person,
    "with": _person,
    "decade": _decade,
    "collection": _collection,
}


def _order(sort: str) -> list[Any]:
    day = func.coalesce(Entry.date_lo, Entry.date_hi)
    keys: dict[str, list[Any]] = {
        "oldest": [day.is_(None), day],
        "newest": [day.is_(None), day.desc()],
        "price": [Entry.price_from_minor.is_(None), Entry.price_from_minor],
    }
    return [*keys.get(sort, []), Entry.first_public_at.desc(), Entry.pid]
