"""The queue of requests as staff read it: tabs with their counts, and one page of a tab.

What is closed is only counted, over an index, unless it is asked for; pages are turned by key, not by number.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, literal, or_, select
from sqlalchemy.orm import joinedload

from archive.db import db
from archive.errors import NotFound
from licensing import reuse_requests
from licensing.projects import Project
from licensing.reuse_requests import RequestStatus, ReuseRequest

PAGE = 40
HERE = ZoneInfo("Europe/Amsterdam")  # a day at the desk is a day in the archive's town
MAX_WORDS = 10


class Tab(str, Enum):
    """A part of the queue."""

    NEW = "new"
    BUYER = "buyer"
    CLEARING = "clearing"
    TO_QUOTE = "to_quote"
    QUOTED = "quoted"
    DONE = "done"
    MINE = "mine"
    OVERDUE = "overdue"
    ALL = "all"


class Order(str, Enum):
    """By what a tab is sorted."""

    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"


BY_STATUS: dict[Tab, frozenset[RequestStatus]] = {
    Tab.NEW: frozenset({RequestStatus.SUBMITTED, RequestStatus.TRIAGE}),
    Tab.BUYER: frozenset({RequestStatus.NEEDS_INFO}),
    Tab.CLEARING: frozenset({RequestStatus.CLEARING}),
    Tab.TO_QUOTE: frozenset({RequestStatus.QUOTABLE, RequestStatus.EXPIRED}),
    Tab.QUOTED: frozenset({RequestStatus.QUOTED, RequestStatus.ACCEPTED}),
    Tab.DONE: frozenset(
        {
            RequestStatus.DECLINED,
            RequestStatus.CLOSED_WON,
            RequestStatus.CLOSED_LOST,
            RequestStatus.WITHDRAWN,
            RequestStatus.REJECTED,
        }
    ),
}
OPEN = frozenset(status for tab, statuses in BY_STATUS.items() if tab is not Tab.DONE for status in statuses)
OURS = OPEN - BY_STATUS[Tab.BUYER] - BY_STATUS[Tab.QUOTED]  # the archive is the one who is waited for
SEEN = OPEN | BY_STATUS[Tab.DONE]  # not what a buyer is still writing
# Far after every due date: what has none comes last, on every database.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    """What somebody wants to see. `after` and `before` are keys of rows, as `Page` gives them."""

    tab: Tab = Tab.NEW
    words: str = ""
    order: Order = Order.DUE
    assignee: str = ""  # the id of an account, "nobody", or empty: everybody's
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a tab; a key is empty where there is nothing more on that side."""

    requests: list[ReuseRequest]
    before: str
    after: str


def read(question: Question, account_id: int, moment: datetime) -> Page:
    """Read one page with the projects; draft requests are their buyers' own and not shown."""
    conditions = _wanted(question, account_id, moment)
    backwards = bool(question.before)
    cursor = _cursor(question.before or question.after)
    found = _slice(conditions, question.order, cursor, backwards=backwards)
    more = len(found) > PAGE
    shown = found[:PAGE]
    if backwards:
        shown.reverse()
    first = _key(shown[0], question.order) if shown and (cursor if not backwards else more) else ""
    last = _key(shown[-1], question.order) if shown and (more or backwards) else ""
    return Page(shown, first, last)


def get(number: str) -> ReuseRequest:
    """Get a request that was sent, by its number; raise NotFound, also for one that its buyer is still writing."""
    found = reuse_requests.get_by_number(number)
    if found.status is RequestStatus.DRAFT:
        raise NotFound("There is no request with this number.")
    return found


def numbered(numbers: Collection[str]) -> list[ReuseRequest]:
    """Return the requests with these numbers that were sent."""
    sent = select(ReuseRequest).where(ReuseRequest.number.in_(numbers), ReuseRequest.status.in_(SEEN))
    return list(db.session.scalars(sent.order_by(ReuseRequest.id)))


def counts(account_id: int, moment: datetime) -> dict[Tab, int]:
    """Count each tab but `ALL`."""
    mine = func.sum(case((ReuseRequest.assigned_to == account_id, 1), else_=0))
    late = func.sum(case((_is_late(moment), 1), else_=0))
    opened = (
        select(ReuseRequest.status, func.count(), mine, late)
        .where(ReuseRequest.status.in_(OPEN))
        .group_by(ReuseRequest.status)
    )
    rows = db.session.execute(opened).all()
    done = select(func.count()).where(ReuseRequest.status.in_(BY_STATUS[Tab.DONE]))
    found = dict.fromkeys(BY_STATUS, 0)
    for status, number, _mine, _late in rows:
        found[_tab_of(status)] += number
    found[Tab.DONE] = db.session.scalar(done) or 0
    found[Tab.MINE] = sum(row[2] for row in rows)
    found[Tab.OVERDUE] = sum(row[3] for row in rows)
    return found


def end_of(day: date) -> datetime:
    """Return the moment at which a day is over in the archive's town: what is due on it is late from then on."""
    return datetime.combine(day + timedelta(days=1), time.min, HERE)


def last_day(due_at: datetime) -> date:
    """Return the last day on which something is in time."""
    return (due_at - timedelta(microseconds=1)).astimezone(HERE).date()


def is_late(request: ReuseRequest, moment: datetime) -> bool:
    """Say whether the archive has let the due date of a request pass."""
    return request.status in OURS and request.due_at is not None and request.due_at < moment


def _is_late(moment: datetime) -> ColumnElement[bool]:
    return ReuseRequest.status.in_(OURS) & (ReuseRequest.due_at < moment)


def _tab_of(status: RequestStatus) -> Tab:
    return next(tab for tab, statuses in BY_STATUS.items() if status in statuses)


def _wanted(question: Question, account_id: int, moment: datetime) -> list[ColumnElement[bool]]:
    return [
        *_in_tab(question.tab, account_id, moment),
        *_of_assignee(question.assignee),
        *(_holds(word) for word in question.words.lower().split()[:MAX_WORDS]),
    ]


def _in_tab(tab: Tab, account_id: int, moment: datetime) -> list[ColumnElement[bool]]:
    if tab is Tab.MINE:
        return [ReuseRequest.status.in_(OPEN), ReuseRequest.assigned_to == account_id]
    if tab is Tab.OVERDUE:
        return [_is_late(moment)]
    return [ReuseRequest.status.in_(BY_STATUS.get(tab, SEEN))]


def _of_assignee(assignee: str) -> list[ColumnElement[bool]]:
    if assignee == "nobody":
        return [ReuseRequest.assigned_to.is_(None)]
    if assignee.isascii() and assignee.isdigit() and len(assignee) < 10:
        return [ReuseRequest.assigned_to == int(assignee)]
    return []


def _holds(word: str) -> ColumnElement[bool]:
    fields = (
        ReuseRequest.number,
        ReuseRequest.requester_name,
        ReuseRequest.organisation,
        ReuseRequest.licensee,
    )
    titled = select(Project.id).where(func.lower(Project.title).contains(word, autoescape=True))
    in_fields = (func.lower(field).contains(word, autoescape=True) for field in fields)
    return or_(*in_fields, ReuseRequest.project_id.in_(titled))


def _sorted_by(order: Order) -> tuple[SQLColumnExpression[Any], bool]:
    """Give what an order sorts by, before the id, and whether the largest comes first."""
    if order is Order.DUE:
        return func.coalesce(ReuseRequest.due_at, literal(_NEVER, ReuseRequest.due_at.type)), False
    return ReuseRequest.submitted_at, order is Order.NEWEST


def _slice(
    conditions: Sequence[ColumnElement[bool]],
    order: Order,
    cursor: tuple[datetime, int] | None,
    *,
    backwards: bool,
) -> list[ReuseRequest]:
    column, descends = _sorted_by(order)
    descends = descends is not backwards
    ids = select(ReuseRequest.id).where(*conditions)
    if cursor is not None:
        value, number = cursor
        further = (
            (column < value, ReuseRequest.id < number)
            if descends
            else (column > value, ReuseRequest.id > number)
        )
        ids = ids.where(or_(further[0], and_(column == value, further[1])))
    ways = [part.desc() if descends else part.asc() for part in (column, ReuseRequest.id)]
    found = list(db.session.scalars(ids.order_by(*ways).limit(PAGE + 1)))
    whole = select(ReuseRequest).options(joinedload(ReuseRequest.project)).where(ReuseRequest.id.in_(found))
    return sorted(db.session.scalars(whole), key=lambda request: found.index(request.id))


def _key(request: ReuseRequest, order: Order) -> str:
    value = request.due_at or _NEVER if order is Order.DUE else request.submitted_at or _NEVER
    return f"{(value - _EPOCH) // timedelta(microseconds=1)}-{request.id}"


def _cursor(key: str) -> tuple[datetime, int] | None:
    """Read a key from an address; what is none means the first page."""
    moment, _dash, number = key.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (moment, number)):
        return None
    return _EPOCH + min(timedelta(microseconds=int(moment)), _NEVER - _EPOCH), min(int(number), 10**15)
