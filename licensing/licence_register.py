"""The register of licences as staff read it: what is in force, what ends soon, what was held or ended."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from archive.db import db
from catalogue.entries import Entry
from licensing import licences, request_rows
from licensing.licences import MOVES, Licence, LicenceStatus, Standing
from licensing.orders import Order, OrderLine

PAGE = 40
SOON = timedelta(days=60)  # enough for a buyer to decide on a renewal
MAX_WORDS = 10


class Tab(str, Enum):
    """A part of the register."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    ALL = "all"


class Decision(str, Enum):
    """What staff decide about a licence."""

    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"


DECIDE = {
    Decision.SUSPEND: (licences.suspend, LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED),
    Decision.RESUME: (licences.resume, LicenceStatus.SUSPENDED, LicenceStatus.ACTIVE),
    Decision.REVOKE: (licences.revoke, None, LicenceStatus.REVOKED),
}


@dataclass(frozen=True)
class Row:
    """One licence in the list, with what it is worth today."""

    licence: Licence
    standing: Standing
    ends_soon: bool


@dataclass(frozen=True)
class Page:
    """One page, the newest first; a key is empty where there is nothing more on that side."""

    rows: list[Row]
    before: str
    after: str


@dataclass(frozen=True)
class Move:
    """One move of a licence, and who made it; empty for the site."""

    at: datetime
    after: LicenceStatus
    who: str
    why: str


@dataclass(frozen=True)
class Sheet:
    """One licence with its history, and what may be decided about it."""

    row: Row
    moves: list[Move]
    predecessor: Licence | None
    successor: Licence | None
    decisions: list[Decision]


def read(tab: Tab, words: str, today: date, *, after: str = "", before: str = "") -> Page:
    """Read a page of a tab; `words` must all be in number, code, title, buyer or production."""
    key, backwards = _number(before or after), bool(before)
    query = (
        select(Licence)
        .join(Licence.line)
        .join(OrderLine.order)
        .join(Licence.entry)
        .options(contains_eager(Licence.line).contains_eager(OrderLine.order), contains_eager(Licence.entry))
        .where(*_in_tab(tab, today), *(_holds(word) for word in words.lower().split()[:MAX_WORDS]))
    )
    if key is not None:
        query = query.where(Licence.id > key if backwards else Licence.id < key)
    way = Licence.id.asc() if backwards else Licence.id.desc()
    found = list(db.session.scalars(query.order_by(way).limit(PAGE + 1)))
    more, shown = len(found) > PAGE, found[:PAGE]
    if backwards:
        shown.reverse()
    has_newer = more if backwards else key is not None
    has_older = backwards or more
    return Page(
        [row(licence, today) for licence in shown],
        str(shown[0].id) if shown and has_newer else "",
        str(shown[-1].id) if shown and has_older else "",
    )


def counts(today: date) -> dict[Tab, int]:
    """Count each tab, in one query."""
    sums = [
        func.coalesce(func.sum(case((conditions[0], 1), else_=0)), 0)
        for tab in Tab
        if (conditions := _in_tab(tab, today))
    ]
    *found, total = db.session.execute(select(*sums, func.count()).select_from(Licence)).one()
    return dict(zip([tab for tab in Tab if tab is not Tab.ALL], found, strict=True)) | {Tab.ALL: total}


def row(licence: Licence, today: date) -> Row:
    """Say what a licence is worth on a day."""
    standing = licences.standing(licence, today)
    ends_soon = licence.ends_on is not None and licence.ends_on <= today + SOON
    return Row(licence, standing, standing is Standing.VALID and ends_soon)


def sheet(licence: Licence, today: date) -> Sheet:
    """Read a licence with its history."""
    events = licences.events_of(licence.id)
    names = request_rows.names_of({event.account_id for event in events if event.account_id})
    return Sheet(
        row=row(licence, today),
        moves=[
            Move(event.at, event.after, names.get(event.account_id or 0, ""), event.why)
            for event in reversed(events)
        ],
        predecessor=db.session.get(Licence, licence.supersedes_id) if licence.supersedes_id else None,
        successor=licences.successor_of(licence.id),
        decisions=_decisions(licence),
    )


def get(number: str) -> Licence:
    """Get a licence by its number, with entry and order; raise NotFound."""
    query = select(Licence).options(
        joinedload(Licence.entry), joinedload(Licence.line).joinedload(OrderLine.order)
    )
    found = licences.get_by_number(number)
    return db.session.scalars(query.where(Licence.id == found.id)).one()


def _decisions(licence: Licence) -> list[Decision]:
    return [
        decision
        for decision, (_decide, before, after) in DECIDE.items()
        if after in MOVES[licence.status] and before in (None, licence.status)
    ]


def _in_tab(tab: Tab, today: date) -> list[ColumnElement[bool]]:
    active = Licence.status == LicenceStatus.ACTIVE
    valid = active & (Licence.starts_on <= today) & (Licence.ends_on.is_(None) | (Licence.ends_on >= today))
    conditions: dict[Tab, ColumnElement[bool]] = {
        Tab.VALID: valid,
        Tab.EXPIRING: valid & (Licence.ends_on <= today + SOON),
        Tab.EXPIRED: active & (Licence.ends_on < today),
        Tab.SUSPENDED: Licence.status == LicenceStatus.SUSPENDED,
        Tab.REVOKED: Licence.status == LicenceStatus.REVOKED,
    }
    return [conditions[tab]] if tab in conditions else []


def _holds(word: str) -> ColumnElement[bool]:
    fields = (
        Licence.number,
        Licence.code,
        Entry.title,
        Order.number,
        Order.buyer_name,
        Order.organisation,
        Order.project,
    )
    return or_(*(func.lower(field).contains(word, autoescape=True) for field in fields))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
