"""What the rows of the queue say beside a request: its first piece with a picture, who has it, how late it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from archive.accounts import Account
from archive.db import db
from catalogue import entry_files
from catalogue.entries import Entry
from catalogue.entry_files import Files
from licensing import request_queue, wording
from licensing.money import Money
from licensing.projects import ProjectItem
from licensing.quotes import Quote
from licensing.reuse_requests import ReuseRequest
from licensing.vocabulary import OPTIONS


@dataclass(frozen=True)
class Row:
    """One row. `entry` is the first of `pieces`, None when there is none left."""

    request: ReuseRequest
    entry: Entry | None
    files: Files
    pieces: int
    use: str
    price: Money | None  # of the newest quote, without VAT
    assignee: str
    waits: timedelta
    is_late: bool

    @property
    def who(self) -> str:
        """Who asks."""
        return self.request.organisation or self.request.requester_name


def of(requests: Sequence[ReuseRequest], moment: datetime) -> list[Row]:
    """Return the rows of some requests in their order, in six queries."""
    first, pieces = _first_items({request.project_id for request in requests})
    files = entry_files.of(*{item.entry_id for item in first.values()})
    names = names_of({request.assigned_to for request in requests if request.assigned_to})
    prices = _prices([request.id for request in requests])
    rows = []
    for request in requests:
        item = first.get(request.project_id)
        rows.append(
            Row(
                request=request,
                entry=item.entry if item else None,
                files=files[item.entry_id] if item else Files(),
                pieces=pieces.get(request.project_id, 0),
                use=use_of(request),
                price=prices.get(request.id),
                assignee=names.get(request.assigned_to or 0, ""),
                waits=moment - (request.submitted_at or moment),
                is_late=request_queue.is_late(request, moment),
            )
        )
    return rows


def names_of(account_ids: Collection[int]) -> dict[int, str]:
    """Return the names of some accounts by their ids."""
    query = select(Account.id, Account.name).where(Account.id.in_(account_ids))
    return dict(db.session.execute(query).tuples().all())


def use_of(request: ReuseRequest) -> str:
    """Write a request's answers in one line; an answer that is no longer known is left out."""
    known = {code: answer for code, answer in request.choice.items() if answer in OPTIONS.get(code, ())}
    return wording.capital(wording.in_one_line(known))


def _prices(request_ids: Collection[int]) -> dict[int, Money]:
    query = (
        select(Quote.request_id, Quote.net_minor, Quote.currency)
        .where(Quote.request_id.in_(request_ids), Quote.net_minor > 0)
        .order_by(Quote.version)
    )
    return {request_id: Money(minor, currency) for request_id, minor, currency in db.session.execute(query)}


def _first_items(project_ids: Collection[int]) -> tuple[dict[int, ProjectItem], dict[int, int]]:
    counted = (
        select(ProjectItem.project_id, func.count(), func.min(ProjectItem.position))
        .where(ProjectItem.project_id.in_(project_ids))
        .group_by(ProjectItem.project_id)
    )
    found = db.session.execute(counted).all()
    wanted = {project_id: position for project_id, _count, position in found}
    items = db.session.scalars(
        select(ProjectItem)
        .options(joinedload(ProjectItem.entry))
        .where(ProjectItem.project_id.in_(project_ids), ProjectItem.position.in_(set(wanted.values())))
        .order_by(ProjectItem.id.desc())
    )
    first = {item.project_id: item for item in items if item.position == wanted[item.project_id]}
    return first, {project_id: count for project_id, count, _position in found}
