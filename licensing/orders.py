"""Orders: what a buyer wants to pay for. The price is a snapshot with its trace; the state is moved by one
function that writes down why.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.errors import NotFound, Refused
from archive.triggers import append_only
from catalogue.entries import Entry
from licensing import never_paid
from licensing.money import Money
from licensing.tax_shares import Tax, TaxShare, per_rate
from licensing.totals import Totals

Key = TypeVar("Key")

TERMS_VERSION = "2026-1"  # of the terms of licence that a buyer agrees to


class OrderStatus(str, Enum):
    """Where an order stands."""

    OPEN = "open"
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


# Late money revives an expired or cancelled order: what we sell here never runs out, and the buyer has paid.
MOVES: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.OPEN: frozenset({OrderStatus.AWAITING_PAYMENT, OrderStatus.CANCELLED}),
    OrderStatus.AWAITING_PAYMENT: frozenset({OrderStatus.PAID, OrderStatus.EXPIRED, OrderStatus.CANCELLED}),
    OrderStatus.EXPIRED: frozenset({OrderStatus.AWAITING_PAYMENT, OrderStatus.PAID}),
    OrderStatus.CANCELLED: frozenset({OrderStatus.PAID}),
    OrderStatus.PAID: frozenset(),
}


class LineKind(str, Enum):
    """What is sold: never a "licence" to a right we do not hold."""

    ACCESS_FEE = "access_fee"
    LICENCE_FEE = "licence_fee"
    CLEARANCE_FEE = "clearance_fee"
    RESEARCH_FEE = "research_fee"
    TECHNICAL_FEE = "technical_fee"
    LISTEN = "listen"
    DOWNLOAD = "download"
    PASS = "pass"  # noqa: S105 - hearing or seeing many things for a while
    TICKET = "ticket"  # for one performance
    TIP = "tip"
    TOP_UP = "top_up"


# Sold for an agreement, on paper; anything else is used here at once.
BY_AGREEMENT = frozenset(
    {
        LineKind.ACCESS_FEE,
        LineKind.LICENCE_FEE,
        LineKind.CLEARANCE_FEE,
        LineKind.RESEARCH_FEE,
        LineKind.TECHNICAL_FEE,
    }
)
# What may be done with a piece, and not the work of finding, asking or copying it.
RIGHTS_SOLD = frozenset({LineKind.ACCESS_FEE, LineKind.LICENCE_FEE})


class Order(Totals, Model):
    """One order. Its page is reached by a signed link only: who reads this table cannot make one."""

    __tablename__ = "sales_order"
    __table_args__ = (
        CheckConstraint("net_minor + vat_minor = gross_minor", "totals_add_up"),
        CheckConstraint("gross_minor > 0", "costs_something"),
        Index(None, "status", "placed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    form_key: Mapped[str] = mapped_column(
        unique=True
    )  # of the form that placed it: sent twice, it is one order
    buyer_name: Mapped[str]
    buyer_email: Mapped[str]
    organisation: Mapped[str | None]
    country: Mapped[str]  # ISO 3166-1 alpha-2, as the buyer says
    street: Mapped[str | None]  # with the number; the address is asked for on the invoice alone
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    vat_number: Mapped[str | None]  # as VIES writes it; what is known of it: `vat_numbers`
    project: Mapped[str]  # title of the production the use is for
    lang: Mapped[str]
    status: Mapped[OrderStatus] = mapped_column(enum_column(OrderStatus))
    terms_version: Mapped[str]
    consent: Mapped[dict[str, Any]]  # text and moment: delivery at once, right of withdrawal lost
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]

    lines: Mapped[list["OrderLine"]] = relationship(back_populates="order", order_by="OrderLine.id")

    @property
    def taxed(self) -> list[TaxShare]:
        """The VAT in it, once per rate."""
        return per_rate([(line.tax, line.net, line.vat) for line in self.lines])

    def net_by(self, key: Callable[["OrderLine"], Key]) -> dict[Key, Money]:
        """Add up the price without VAT by something that a line has."""
        sums: dict[Key, Money] = {}
        for line in self.lines:
            sums[key(line)] = sums.get(key(line), Money(0, self.currency)) + line.net
        return sums

    @property
    def rights_sold(self) -> list[int]:
        """The entries, by id, of whose rights it sells something."""
        return _rights_sold(self.lines)

    @property
    def is_by_agreement(self) -> bool:
        """Whether anything in it is sold for an agreement."""
        return any(line.kind in BY_AGREEMENT for line in self.lines)


class OrderLine(Model):
    """One thing sold, as it was described and priced when it was ordered."""

    __table_args__ = (
        CheckConstraint("net_minor > 0", "costs_something"),
        CheckConstraint("vat_minor IS NULL OR vat_minor >= 0", "vat_is_not_negative"),
        CheckConstraint("entry_id IS NOT NULL OR kind IN ('pass', 'tip', 'top_up')", "is_about_an_entry"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("entry.id"), index=True
    )  # None: not about one entry
    kind: Mapped[LineKind] = mapped_column(enum_column(LineKind))
    title: Mapped[str]  # of the entry, then
    item: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # in_ms and out_ms, or crop; None: the whole
    choice: Mapped[dict[str, Any]]  # the answers on the ticket, by question
    user_class: Mapped[str]  # the class of buyer that the price is for; empty: not asked
    is_exclusive: Mapped[bool]
    layers_excluded: Mapped[list[str]]  # codes of layers that were asked for and are left out
    summary: Mapped[str]  # the choice in words, in the order's language
    net_minor: Mapped[int]
    vat_minor: Mapped[int | None]  # None: VAT comes on top, once per rate over the order
    vat_code: Mapped[str]  # UN/ECE 5305
    vat_bp: Mapped[int]
    vat_country: Mapped[str]
    trace: Mapped[list[Any]]  # how the price came about, step by step
    rate_card: Mapped[str]  # version of the rate card

    order: Mapped[Order] = relationship(back_populates="lines")
    entry: Mapped[Entry | None] = relationship()

    @property
    def piece(self) -> Entry:
        """The entry it is about; raise ValueError when it is about none."""
        if self.entry is None:
            raise ValueError(f"a {self.kind.value} is not about one entry")
        return self.entry

    @property
    def net(self) -> Money:
        """The price without VAT."""
        return Money(self.net_minor, self.order.currency)

    @property
    def vat(self) -> Money | None:
        """The VAT in the price that was shown; None where it comes on top."""
        return None if self.vat_minor is None else Money(self.vat_minor, self.order.currency)

    @property
    def tax(self) -> Tax:
        """The rate that it is taxed at."""
        return Tax(self.vat_country, self.vat_code, self.vat_bp)


class OrderEvent(Model):
    """One move of an order."""

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    before: Mapped[OrderStatus | None] = mapped_column(enum_column(OrderStatus, "orderstatus_before"))
    after: Mapped[OrderStatus] = mapped_column(enum_column(OrderStatus))
    at: Mapped[datetime]
    why: Mapped[str]


event.listen(OrderEvent.__table__, "after_create", append_only("order_event"))


@dataclass(frozen=True)
class Buyer:
    """Who orders, as the form says."""

    name: str
    email: str
    organisation: str | None
    country: str
    project: str
    lang: str
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    vat_number: str | None = None


@dataclass(frozen=True)
class PricedLine:
    """What is ordered and what it costs; `vat` is what the line bears by itself."""

    entry_id: int | None
    title: str
    kind: LineKind
    choice: dict[str, Any]
    summary: str
    net: Money
    vat: Money
    vat_code: str
    vat_bp: int
    vat_country: str
    trace: list[Any]
    rate_card: str
    item: dict[str, Any] | None = None
    user_class: str = ""
    is_exclusive: bool = False
    layers_excluded: tuple[str, ...] = ()

    @property
    def tax(self) -> Tax:
        """The rate that it is taxed at."""
        return Tax(self.vat_country, self.vat_code, self.vat_bp)

    @property
    def own_vat(self) -> Money | None:
        """The VAT in the price that was shown; None where it comes on top: see `place`."""
        return None if self.kind in BY_AGREEMENT else self.vat


def new_form_key() -> str:
    """Make the key of an order form: 128 bits."""
    return secrets.token_urlsafe(16)


def place(
    buyer: Buyer,
    lines: Sequence[PricedLine],
    *,
    form_key: str,
    consent: dict[str, Any],
    terms: str,
    moment: datetime,
) -> Order:
    """Place an order of one line or more, in one currency; a form sent again finds the order it placed.

    What is sold for an agreement is priced without VAT, which is worked out once per rate over the lines (EN 16931,
    BR-CO-17). What is used at once has a price with VAT in it (`taxes.included_in`), which is charged to the cent.
    """
    known = find_by_form_key(form_key)
    if known is not None:
        return known
    never_paid.refuse(_rights_sold(lines))
    nothing = Money(0, lines[0].net.currency)
    net = sum((line.net for line in lines), nothing)
    vat = sum((share.vat for share in per_rate(_taxed(lines))), nothing)
    order = Order(
        number=f"pending-{form_key}",
        form_key=form_key,
        buyer_name=buyer.name,
        buyer_email=buyer.email,
        organisation=buyer.organisation,
        country=buyer.country,
        street=buyer.street,
        postcode=buyer.postcode,
        city=buyer.city,
        vat_number=buyer.vat_number,
        project=buyer.project,
        lang=buyer.lang,
        status=OrderStatus.OPEN,
        currency=net.currency,
        net_minor=net.minor,
        vat_minor=vat.minor,
        gross_minor=(net + vat).minor,
        terms_version=terms,
        consent=consent,
        placed_at=moment,
    )
    order.lines.extend(_line(line) for line in lines)
    try:
        with db.session.begin_nested():
            db.session.add(order)
    except IntegrityError:  # the same form came at this very moment, and the other one was first
        return db.session.scalars(select(Order).where(Order.form_key == form_key)).one()
    order.number = f"B{moment:%Y}-{order.id:05d}"
    db.session.add(OrderEvent(order_id=order.id, before=None, after=order.status, at=moment, why="placed"))
    db.session.flush()
    return order


def move(order: Order, to: OrderStatus, moment: datetime, why: str) -> None:
    """Move an order; nothing happens when it is there already. Raise Refused for a move that is not
    allowed.
    """
    if order.status is to:
        return
    if to not in MOVES[order.status]:
        raise Refused(
            "Order %(number)s cannot go from %(before)s to %(after)s.",
            number=order.number,
            before=order.status.value,
            after=to.value,
        )
    db.session.add(OrderEvent(order_id=order.id, before=order.status, after=to, at=moment, why=why))
    order.status = to
    if to is OrderStatus.PAID:
        order.paid_at = moment
    db.session.flush()


def link_token(order: Order) -> str:
    """Make the signed part of the order's link; always the same."""
    return _signer().dumps(order.form_key)


def get_by_token(token: str) -> Order:
    """Get the order behind a link; raise NotFound."""
    try:
        form_key = _signer().loads(token)
    except BadSignature:
        form_key = None
    order = find_by_form_key(form_key)
    if order is None:
        raise NotFound("There is no order behind this link. Copy the whole link from the mail.")
    return order


def find_by_form_key(form_key: str | None) -> Order | None:
    """Find the order that a form placed."""
    return db.session.scalar(select(Order).where(Order.form_key == form_key))


def latest(limit: int) -> list[Order]:
    """Return the newest orders, for the desk."""
    return list(db.session.scalars(select(Order).order_by(Order.id.desc()).limit(limit)))


def _rights_sold(lines: Sequence[OrderLine] | Sequence[PricedLine]) -> list[int]:
    return [line.entry_id for line in lines if line.kind in RIGHTS_SOLD and line.entry_id is not None]


def _taxed(lines: Sequence[PricedLine]) -> list[tuple[Tax, Money, Money | None]]:
    return [(line.tax, line.net, line.own_vat) for line in lines]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="order")


def _line(line: PricedLine) -> OrderLine:
    return OrderLine(
        entry_id=line.entry_id,
        kind=line.kind,
        title=line.title,
        item=line.item,
        choice=line.choice,
        user_class=line.user_class,
        is_exclusive=line.is_exclusive,
        layers_excluded=list(line.layers_excluded),
        summary=line.summary,
        net_minor=line.net.minor,
        vat_minor=None if line.own_vat is None else line.own_vat.minor,
        vat_code=line.vat_code,
        vat_bp=line.vat_bp,
        vat_country=line.vat_country,
        trace=line.trace,
        rate_card=line.rate_card,
    )
