"""What people look for, listen to and ask for, and do not buy: where work on rights or description would pay."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, union

from archive.db import db
from catalogue.entries import Entry
from catalogue.interest import Interest, Sort
from licensing import income
from licensing.grants import Grant, GrantStatus
from licensing.missed import MissedUse
from licensing.orders import Order, OrderLine
from licensing.periods import Period
from licensing.projects import ProjectItem
from licensing.reuse_requests import ReuseRequest

SHOWN = 50
SEEN_ENOUGH = 3  # a question that was asked less often may be about the person who asked it


@dataclass(frozen=True)
class Wanted:
    """An entry that nothing was sold of, and how often it was heard and asked for."""

    entry: Entry
    heard: int  # times its fragment began to play
    refused: int  # times a price was asked that could not be given
    requested: int  # requests that name it


def questions(period: Period, sort: Sort) -> list[tuple[str, int]]:
    """List what was searched for most, with how often; rare questions are left out."""
    times = func.sum(Interest.times)
    query = (
        select(Interest.subject, times)
        .where(Interest.sort == sort, Interest.day.between(period.first_day, period.last_day))
        .group_by(Interest.subject)
        .having(times >= SEEN_ENOUGH)
        .order_by(times.desc(), Interest.subject)
        .limit(SHOWN)
    )
    return [(subject, int(count)) for subject, count in db.session.execute(query)]


def unsold(period: Period) -> list[Wanted]:
    """List the entries that were heard or asked for in a period without any sale, those asked for most first."""
    days = period.first_day, period.last_day
    heard, refused, requested = _heard(days), _refused(days), _requested(period)
    ids = {*heard, *refused, *requested} - _sold(period)

    def weight(entry_id: int) -> tuple[int, int, int]:
        return requested.get(entry_id, 0), refused.get(entry_id, 0), heard.get(entry_id, 0)

    most = sorted(sorted(ids), key=weight, reverse=True)[:SHOWN]
    known = {entry.id: entry for entry in db.session.scalars(select(Entry).where(Entry.id.in_(most)))}
    return [
        Wanted(known[entry_id], *(counts.get(entry_id, 0) for counts in (heard, refused, requested)))
        for entry_id in most
    ]


def _heard(days: tuple[date, date]) -> dict[int, int]:
    query = (
        select(Entry.id, func.sum(Interest.times))
        .join(Interest, Interest.subject == Entry.pid)
        .where(Interest.sort == Sort.HEARD, Interest.day.between(*days))
        .group_by(Entry.id)
    )
    return _counts(db.session.execute(query).tuples())


def _refused(days: tuple[date, date]) -> dict[int, int]:
    query = select(MissedUse.entry_id, func.sum(MissedUse.times)).where(MissedUse.day.between(*days))
    return _counts(db.session.execute(query.group_by(MissedUse.entry_id)).tuples())


def _requested(period: Period) -> dict[int, int]:
    query = (
        select(ProjectItem.entry_id, func.count(ReuseRequest.id.distinct()))
        .join(ReuseRequest, ReuseRequest.project_id == ProjectItem.project_id)
        .where(
            ReuseRequest.submitted_at >= income.start_of(period.first_day),
            ReuseRequest.submitted_at < period.end,
        )
        .group_by(ProjectItem.entry_id)
    )
    return _counts(db.session.execute(query).tuples())


def _sold(period: Period) -> set[int]:
    start = income.start_of(period.first_day)
    by_order = (
        select(OrderLine.entry_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.paid_at >= start, Order.paid_at < period.end)
    )
    from_credit = select(Grant.entry_id).where(
        Grant.net_minor > 0,
        Grant.status != GrantStatus.REVERSED,
        Grant.starts_at >= start,
        Grant.starts_at < period.end,
    )
    return {entry_id for entry_id in db.session.scalars(union(by_order, from_credit)) if entry_id is not None}


def _counts(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    return {entry_id: int(count) for entry_id, count in rows}
