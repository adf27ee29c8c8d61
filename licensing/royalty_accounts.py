"""Royalty accounts: the parts of each fee of a licence or a use, what happened to it, and the lines that this made on
the account of a party or of the reserve.

Rows are only ever added. Whatever happens later (the provider's fee becomes known, money goes back, a holder is found)
is an event; `royalty_booking` writes what it changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, event, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.triggers import append_only
from catalogue.entries import Entry
from licensing.claims import Basis, Layer
from licensing.dividing import Holder
from licensing.grants import Grant
from licensing.licences import Licence
from licensing.money import Money
from licensing.parties import Party
from licensing.royalty_rules import Fees


class AccrualKind(str, Enum):
    """What happened to a fee."""

    BOOKED = "booked"
    FEE_KNOWN = "fee_known"  # the provider said what it kept
    TAKEN_BACK = "taken_back"  # refund, revocation, charge-back
    RELEASED = "released"  # a holder was found for what was reserved


class Accrual(Model):
    """The fee of one licence or of one use, to be divided; what a statement says of the sale is kept here."""

    __table_args__ = (
        CheckConstraint("net_minor > 0 AND vat_minor >= 0", "is_positive"),
        CheckConstraint("(licence_id IS NULL) != (grant_id IS NULL)", "is_for_one_thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_id: Mapped[int | None] = mapped_column(ForeignKey("licence.id"), unique=True)
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("use_grant.id"), unique=True)
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales_order.id"), index=True
    )  # None: paid from credit
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    title: Mapped[str]  # of the entry, then
    use: Mapped[str]  # code of `vocabulary.SOLD_USES`
    territory: Mapped[str]  # code of `vocabulary.TERRITORIES`; of a use empty: it is where the buyer is
    country: Mapped[str]  # of the buyer, ISO 3166
    currency: Mapped[str]
    net_minor: Mapped[int]
    vat_minor: Mapped[int]
    rules_version: Mapped[str]
    on: Mapped[date]  # whose claims and terms count
    booked_at: Mapped[datetime]

    licence: Mapped[Licence | None] = relationship()
    grant: Mapped[Grant | None] = relationship()
    entry: Mapped[Entry] = relationship()

    @property
    def number(self) -> str:
        """Its name on a statement: the number of the licence; a use has none, for it would lead to a person."""
        return self.licence.number if self.licence else ""

    @property
    def order_line_id(self) -> int | None:
        """The line of the order that it was sold by."""
        if self.licence:
            return self.licence.order_line_id
        return self.grant.order_line_id if self.grant else None

    @property
    def net(self) -> Money:
        """The fee without VAT."""
        return Money(self.net_minor, self.currency)


class AccrualPart(Model):
    """One part of a fee, as the claims of that day divide it. A part of a part is what was released of a reserve."""

    __table_args__ = (
        CheckConstraint("base_minor >= 0 AND vat_minor >= 0", "is_not_negative"),
        CheckConstraint("holder != 'party' OR party_id IS NOT NULL", "party_is_named"),
        CheckConstraint("(parent_id IS NULL) = (of_parent_bp IS NULL)", "released_part_says_how_much"),
        UniqueConstraint("parent_id", "party_id"),  # released to a party once
        Index(None, "holder", "layer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    accrual_id: Mapped[int] = mapped_column(ForeignKey("accrual.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("accrual_part.id"), index=True)
    of_parent_bp: Mapped[int | None]
    layer: Mapped[Layer | None] = mapped_column(enum_column(Layer))  # None: no layer took part
    holder: Mapped[Holder] = mapped_column(enum_column(Holder))
    party_id: Mapped[int | None] = mapped_column(
        ForeignKey("party.id"), index=True
    )  # of a reserve: who claims it
    claim_number: Mapped[int | None]  # of the rights claim, as it was then
    basis: Mapped[Basis] = mapped_column(enum_column(Basis))
    share_bp: Mapped[int]  # of the layer
    commission_bp: Mapped[int]
    fees: Mapped[Fees] = mapped_column(enum_column(Fees))
    base_minor: Mapped[int]  # of the fee without VAT, before commission and the provider's fee
    vat_minor: Mapped[int]
    made_at: Mapped[datetime]

    accrual: Mapped[Accrual] = relationship()
    party: Mapped[Party | None] = relationship()


class AccrualEvent(Model):
    """Something that happened to a fee: how much went back, what the provider kept, who did it and why."""

    __table_args__ = (CheckConstraint("net_back_minor >= 0 AND fees_minor >= 0", "is_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    accrual_id: Mapped[int] = mapped_column(ForeignKey("accrual.id"), index=True)
    kind: Mapped[AccrualKind] = mapped_column(enum_column(AccrualKind))
    net_back_minor: Mapped[int]
    fees_minor: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)
    why: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime]


class RoyaltyMovement(Model):
    """What an event changed on one part: a line of the account of a party, or of the reserve (no party)."""

    __table_args__ = (UniqueConstraint("event_id", "part_id"), Index(None, "party_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("accrual_event.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("accrual_part.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    kind: Mapped[AccrualKind] = mapped_column(enum_column(AccrualKind))
    currency: Mapped[str]
    units: Mapped[int]
    base_minor: Mapped[int]
    vat_minor: Mapped[int]
    fees_minor: Mapped[int]
    amount_minor: Mapped[int]  # owed more (positive) or less
    at: Mapped[datetime]

    part: Mapped[AccrualPart] = relationship()


for _table in (Accrual, AccrualPart, AccrualEvent, RoyaltyMovement):
    event.listen(_table.__table__, "after_create", append_only(_table.__tablename__))


@dataclass(frozen=True)
class Sums:
    """What stands booked on a part, in minor units."""

    units: int = 0
    base: int = 0
    vat: int = 0
    fees: int = 0
    amount: int = 0


def parts_of(accrual_id: int) -> list[AccrualPart]:
    """Return the parts of a fee in the order in which they were made."""
    query = select(AccrualPart).where(AccrualPart.accrual_id == accrual_id).order_by(AccrualPart.id)
    return list(db.session.scalars(query.options(joinedload(AccrualPart.party))))


def events_of(accrual_id: int) -> list[AccrualEvent]:
    """Return what happened to a fee, oldest first."""
    query = select(AccrualEvent).where(AccrualEvent.accrual_id == accrual_id).order_by(AccrualEvent.id)
    return list(db.session.scalars(query))


def booked(part_ids: Iterable[int]) -> dict[int, Sums]:
    """Add up what stands booked on each of these parts."""
    columns = (
        func.sum(column)
        for column in (
            RoyaltyMovement.units,
            RoyaltyMovement.base_minor,
            RoyaltyMovement.vat_minor,
            RoyaltyMovement.fees_minor,
            RoyaltyMovement.amount_minor,
        )
    )
    rows = db.session.execute(
        select(RoyaltyMovement.part_id, *columns)
        .where(RoyaltyMovement.part_id.in_(part_ids))
        .group_by(RoyaltyMovement.part_id)
    )
    return {part_id: Sums(*(int(value) for value in values)) for part_id, *values in rows}


def so_far(accrual_id: int) -> tuple[int, int]:
    """Return what of a fee went back, and what the provider kept, in minor units."""
    columns = (
        func.coalesce(func.sum(AccrualEvent.net_back_minor), 0),
        func.coalesce(func.sum(AccrualEvent.fees_minor), 0),
    )
    net_back, fees = db.session.execute(select(*columns).where(AccrualEvent.accrual_id == accrual_id)).one()
    return int(net_back), int(fees)
