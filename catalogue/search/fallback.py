"""Answers straight from the database while there is no usable index.

Fewer ways to ask and slower, but nothing hidden is shown and nothing shown is hidden.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from archive.db import db
from catalogue import appearances
from catalogue.entries import Entry
from catalogue.search import document, fallback_pairs, fallback_words
from catalogue.search.fallback_pairs import BY_FILTER, Condition
from catalogue.search.index import DEGRADED, SearchResult
from catalogue.search.query import PAGE_SIZE, UNDATED, SearchQuery

Counts = tuple[tuple[str, int], ...]


def search(query: SearchQuery, today: date) -> SearchResult:
    """Answer a question in two queries; the last rung of all, and it says so."""
    asked = select(Entry.pid).where(*_conditions(query, today))
    total = db.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    page = asked.order_by(*_order(query.sort)).offset((query.page - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return SearchResult(pids=tuple(db.session.scalars(page)), total=total, rung=DEGRADED)


def values(query: SearchQuery, name: str, today: date) -> Counts:
    """Count the values of one filter among the answers, most frequent first, as the index does."""
    among = _conditions(query.without_filter(name), today)
    if name == "decade":
        return _decades(among)
    if name == "collection":
        return _collections(among, today)
    pairs = BY_FILTER[name]().subquery()
    number = func.count(pairs.c.entry_id.distinct())
    counted = select(pairs.c.value, number).join(Entry, Entry.id == pairs.c.entry_id).where(*among)
    rows = db.session.execute(counted.group_by(pairs.c.value)).all()
    return _most_first({getattr(value, "value", value): count for value, count in rows})


def _conditions(query: SearchQuery, today: date) -> list[Condition]:
    conditions = [appearances.is_public(today), *fallback_words.conditions(query.q)]
    conditions += [_has(name, chosen) for name, chosen in query.filters]
    if query.has_years:
        conditions.append(fallback_words.in_years(query.from_year, query.to_year))
    return conditions


def _has(name: str, values: Sequence[str]) -> Condition:
    if name == "collection":
        return or_(*(_lies_in(pid) for pid in values))
    if name == "decade":
        return or_(*(_is_of(decade) for decade in values))
    return fallback_pairs.has_value(name, values)


def _lies_in(pid: str) -> Condition:
    down = select(Entry.id).where(Entry.pid == pid).cte(recursive=True)
    child = aliased(Entry)
    down = down.union(select(child.id).join(down, child.parent_id == down.c.id))
    return and_(Entry.id.in_(select(down.c.id)), Entry.pid != pid)


def _is_of(decade: str) -> Condition:
    if decade == UNDATED:
        return and_(Entry.date_lo.is_(None), Entry.date_hi.is_(None))
    return fallback_words.in_years(int(decade), int(decade) + 9)


def _decades(among: Sequence[Condition]) -> Counts:
    dated = select(Entry.date_lo, Entry.date_hi, func.count()).where(*among)
    counts: dict[str, int] = {}
    for lo, hi, count in db.session.execute(dated.group_by(Entry.date_lo, Entry.date_hi)):
        for decade in document.decades(lo, hi):
            counts[decade] = counts.get(decade, 0) + count
    return _most_first(counts)


def _collections(among: Sequence[Condition], today: date) -> Counts:
    up = select(Entry.id.label("entry_id"), Entry.parent_id.label("above")).where(*among).cte(recursive=True)
    parent = aliased(Entry)
    up = up.union(select(up.c.entry_id, parent.parent_id).join(parent, parent.id == up.c.above))
    counted = select(Entry.pid, func.count()).join(up, up.c.above == Entry.id)
    rows = db.session.execute(counted.where(appearances.is_public(today)).group_by(Entry.pid)).all()
    return _most_first({row[0]: row[1] for row in rows})


def _most_first(counts: dict[str, int]) -> Counts:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _order(sort: str) -> list[Any]:
    day = func.coalesce(Entry.date_lo, Entry.date_hi)
    keys: dict[str, list[Any]] = {
        "oldest": [day.is_(None), day],
        "newest": [day.is_(None), day.desc()],
        "price": [Entry.price_from_minor.is_(None), Entry.price_from_minor],
    }
    return [*keys.get(sort, []), Entry.first_public_at.desc(), Entry.pid]
