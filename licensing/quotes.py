"""Quotes: what the archive offers in answer to a request, in versions. A draft may be changed; what was sent is frozen,
in code and by triggers in the database (`quote_triggers`), and a change makes another version.
"""

import hashlib
import json
import secrets
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    event,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column, lock_row
from archive.errors import NotFound, Refused
from archive.triggers import append_only
from catalogue.entries import Entry
from licensing import quote_triggers
from licensing.money import Money
from licensing.orders import LineKind, Order
from licensing.reuse_requests import ReuseRequest
from licensing.totals import Totals


class QuoteStatus(str, Enum):
    """Where a quote stands."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


MOVES: dict[QuoteStatus, frozenset[QuoteStatus]] = {
    QuoteStatus.DRAFT: frozenset({QuoteStatus.SENT}),
    QuoteStatus.SENT: frozenset(
        {QuoteStatus.ACCEPTED, QuoteStatus.DECLINED, QuoteStatus.EXPIRED, QuoteStatus.SUPERSEDED}
    ),
    QuoteStatus.ACCEPTED: frozenset(),
    QuoteStatus.DECLINED: frozenset(),
    QuoteStatus.EXPIRED: frozenset(),
    QuoteStatus.SUPERSEDED: frozenset(),
}
_IS_DRAFT = text("status = 'draft'")
_IS_SENT = text("status = 'sent'")


class Quote(Totals, Model):
    """One version of the offer to a request. Its page is reached by a signed link: who reads this table cannot make
    one.
    """

    __table_args__ = (
        UniqueConstraint("request_id", "version"),
        Index(
            "uq_quote_draft", "request_id", unique=True, sqlite_where=_IS_DRAFT, postgresql_where=_IS_DRAFT
        ),
        Index("uq_quote_sent", "request_id", unique=True, sqlite_where=_IS_SENT, postgresql_where=_IS_SENT),
        Index(None, "status", "valid_until"),
        CheckConstraint("net_minor + vat_minor = gross_minor", "totals_add_up"),
        CheckConstraint(
            "status = 'draft' OR (sent_at IS NOT NULL AND valid_until IS NOT NULL AND gross_minor > 0)",
            "sent_with_an_end",
        ),
        CheckConstraint("(status = 'accepted') = (order_id IS NOT NULL)", "accepted_is_an_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # of its link, and of the order it becomes
    number: Mapped[str] = mapped_column(unique=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("reuse_request.id"), index=True)
    version: Mapped[int]
    status: Mapped[QuoteStatus] = mapped_column(enum_column(QuoteStatus))
    lang: Mapped[str]
    card_version: Mapped[str]
    valid_days: Mapped[int]  # from the day it is sent
    valid_until: Mapped[date | None]  # the last day on which it can be accepted; None: not sent yet
    terms_version: Mapped[str]
    message: Mapped[str | None]  # to the buyer, above the lines
    left_out: Mapped[list[Any]]  # entries that cannot be licensed for this: title and reason
    drafted_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]  # that it ends soon
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]  # why it was declined, in the buyer's words
    accepted_by: Mapped[str | None]
    accepted_evidence: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # what was agreed to, when, by which link, and the hash of what the page showed
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"), unique=True)

    request: Mapped[ReuseRequest] = relationship()
    order: Mapped[Order | None] = relationship()
    lines: Mapped[list["QuoteLine"]] = relationship(
        back_populates="quote", order_by="QuoteLine.position, QuoteLine.id", cascade="all, delete-orphan"
    )


class QuoteLine(Model):
    """One thing offered, with how its price came about."""

    __table_args__ = (
        CheckConstraint("list_minor IS NULL OR list_minor > 0", "list_price_is_positive"),
        CheckConstraint("net_minor IS NULL OR net_minor > 0", "costs_something"),
        CheckConstraint(
            "discount_reason IS NOT NULL OR list_minor IS NULL OR net_minor = list_minor",
            "discount_has_a_reason",
        ),
        Index(None, "quote_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), index=True)
    position: Mapped[int]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    item: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # in_ms and out_ms, or crop; None: the whole
    kind: Mapped[LineKind] = mapped_column(enum_column(LineKind))
    title: Mapped[str]  # of the entry, then
    description: Mapped[str]  # in the quote's language
    choice: Mapped[dict[str, Any]]
    user_class: Mapped[str]
    list_minor: Mapped[int | None]  # by the rate card; None: not on it
    net_minor: Mapped[int | None]  # without VAT; None in a draft: staff must fill it in
    discount_reason: Mapped[str | None]
    vat_code: Mapped[str]
    vat_bp: Mapped[int]
    vat_country: Mapped[str]
    trace: Mapped[list[Any]]
    rate_card: Mapped[str]
    layers_excluded: Mapped[list[str]]  # codes of what is left out
    withheld: Mapped[list[Any]]  # layer code and whom to ask, of all that the licence does not cover

    quote: Mapped[Quote] = relationship(back_populates="lines")
    entry: Mapped[Entry] = relationship()

    @property
    def net(self) -> Money | None:
        """The price without VAT; None where staff must still fill it in."""
        return None if self.net_minor is None else Money(self.net_minor, self.quote.currency)


class QuoteEvent(Model):
    """One move of a quote."""

    id: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), index=True)
    before: Mapped[QuoteStatus | None] = mapped_column(enum_column(QuoteStatus, "quotestatus_before"))
    after: Mapped[QuoteStatus] = mapped_column(enum_column(QuoteStatus))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id"), index=True
    )  # None: buyer or clock
    why: Mapped[str]


class CounterOffer(Model):
    """What a buyer offers instead; staff answer it with another version."""

    __table_args__ = (CheckConstraint("offered_minor > 0", "offers_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), unique=True)  # one for each version
    offered_minor: Mapped[int]  # without VAT, in the quote's currency
    words: Mapped[str]
    at: Mapped[datetime]

    quote: Mapped[Quote] = relationship()


for _table in (Quote, QuoteLine):
    event.listen(_table.__table__, "after_create", quote_triggers.on_create)
for _name, _history in (("quote_event", QuoteEvent), ("counter_offer", CounterOffer)):
    event.listen(_history.__table__, "after_create", append_only(_name))


def new_key() -> str:
    """Make the key of a quote: 128 bits."""
    return secrets.token_urlsafe(16)


def move(quote: Quote, to: QuoteStatus, moment: datetime, by: int | None, why: str) -> None:
    """Move a quote; `by` is an account, None the buyer or the clock. Raise Refused for a move that is not allowed,
    also to where it is already: a quote is answered once.
    """
    if to not in MOVES[quote.status]:
        raise Refused(
            "Quote %(number)s is %(before)s, so it cannot become %(after)s.",
            number=quote.number,
            before=quote.status.value,
            after=to.value,
        )
    before, quote.status = quote.status, to
    db.session.flush()
    note(quote, before, moment, by, why)


def note(quote: Quote, before: QuoteStatus | None, moment: datetime, by: int | None, why: str) -> None:
    """Write down that a quote came to be what it is."""
    db.session.add(
        QuoteEvent(quote_id=quote.id, before=before, after=quote.status, at=moment, account_id=by, why=why)
    )
    db.session.flush()


def lock(quote: Quote) -> None:
    """Read a quote anew and hold it: of two who answer at once the second sees what the first did."""
    db.session.flush()
    lock_row(quote)


def stamp(quote: Quote) -> str:
    """Write in one word what a version says; a form carries it, so that a later change is noticed."""
    lines = [(line.id, line.net_minor, line.description, line.discount_reason) for line in quote.lines]
    said = [quote.status.value, quote.message, quote.valid_days, lines]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def check_unchanged(quote: Quote, seen: str) -> None:
    """Hold a quote; raise Refused when it says something else than the page on which somebody acts."""
    lock(quote)
    db.session.expire(quote, ["lines"])
    if stamp(quote) != seen:
        raise Refused("Somebody else has changed this quote in the meantime. Look at it once more.")


def get(quote_id: int) -> Quote:
    """Get a quote, for the desk; raise NotFound."""
    found = db.session.get(Quote, quote_id)
    if found is None:
        raise NotFound("There is no such quote.")
    return found


def link_token(quote: Quote) -> str:
    """Make the signed part of the quote's link; always the same."""
    return _signer().dumps(quote.key)


def get_by_token(token: str) -> Quote:
    """Get the quote behind a link; raise NotFound. A draft is nobody's but the archive's."""
    try:
        key = _signer().loads(token)
    except BadSignature:
        key = None
    found = db.session.scalar(select(Quote).where(Quote.key == key))
    if found is None or found.status is QuoteStatus.DRAFT:
        raise NotFound("There is no quote behind this link. Copy the whole link from the mail.")
    return found


def of_request(request_id: int) -> list[Quote]:
    """Return the versions of the offer to a request, the newest first."""
    query = select(Quote).where(Quote.request_id == request_id).order_by(Quote.version.desc())
    return list(db.session.scalars(query))


def find_by_order(order_id: int) -> Quote | None:
    """Find the quote that an order came of."""
    return db.session.scalar(select(Quote).where(Quote.order_id == order_id))


def find_draft(request_id: int) -> Quote | None:
    """Find the version that staff are writing."""
    return db.session.scalar(
        select(Quote).where(Quote.request_id == request_id, Quote.status == QuoteStatus.DRAFT)
    )


def find_sent(request_id: int) -> Quote | None:
    """Find the version that waits for the buyer's answer."""
    return db.session.scalar(
        select(Quote).where(Quote.request_id == request_id, Quote.status == QuoteStatus.SENT)
    )


def next_version(request_id: int) -> int:
    """Give the number of the next version."""
    newest = db.session.scalar(select(func.max(Quote.version)).where(Quote.request_id == request_id))
    return (newest or 0) + 1


def counter_of(quote_id: int) -> CounterOffer | None:
    """Find what the buyer offered instead of a version."""
    return db.session.scalar(select(CounterOffer).where(CounterOffer.quote_id == quote_id))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="quote")
