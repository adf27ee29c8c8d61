"""What a use of one entry costs where it is not the list's price: another amount, pay what you want, or nothing.

Rows are only ever added; the newest of an entry and kind counts. Nothing costs nothing without a reason.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path

from sqlalchemy import CheckConstraint, ForeignKey, Index, event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import audit
from archive.config import current
from archive.db import Model, db, enum_column
from archive.errors import Invalid
from archive.triggers import append_only
from catalogue.entries import Entry
from licensing import small_prices
from licensing.money import Money
from licensing.small_prices import GrantKind, Prices

MOST_MINOR = 10_000  # above this somebody has mistyped


class PriceMode(str, Enum):
    """How a price is made."""

    LISTED = "listed"  # by the list, as for any other entry
    FIXED = "fixed"
    OPEN = "open"  # pay what you want, from a floor
    FREE = "free"


class FreeReason(str, Enum):
    """Why something costs nothing."""

    PASS = "pass"  # noqa: S105 - a day pass covers it
    PROMOTION = "promotion"
    HOLDER_WISH = "holder_wish"  # those who hold the rights want no money for it
    FUNDED = "funded"  # somebody else pays


class UsePrice(Model):
    """What staff set for one kind of use of an entry."""

    __table_args__ = (
        CheckConstraint("(mode = 'free') = (reason IS NOT NULL)", "free_has_a_reason"),
        CheckConstraint("(mode IN ('free', 'listed')) = (amount_minor = 0)", "free_is_nothing"),
        CheckConstraint("amount_minor >= 0", "is_not_negative"),
        Index(None, "entry_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    kind: Mapped[GrantKind] = mapped_column(enum_column(GrantKind))
    mode: Mapped[PriceMode] = mapped_column(enum_column(PriceMode))
    amount_minor: Mapped[int]  # the price, or the floor; with VAT; 0: free, or as the list says
    currency: Mapped[str]
    reason: Mapped[FreeReason | None] = mapped_column(enum_column(FreeReason))
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)


event.listen(UsePrice.__table__, "after_create", append_only("use_price"))


@dataclass(frozen=True)
class Price:
    """What a use costs, with VAT: an amount, or the least where one pays what one wants."""

    amount: Money
    mode: PriceMode
    reason: FreeReason | None
    version: str  # of the list

    def agreed(self, offered: Money | None) -> Money:
        """Give what is charged for what somebody offers; raise Invalid below the floor."""
        if self.mode is not PriceMode.OPEN or offered is None:
            return self.amount
        if offered.currency != self.amount.currency or not self.amount <= offered <= self.most:
            raise Invalid(
                "Choose an amount from %(least)s to %(most)s.",
                least=self.amount.show("en"),
                most=self.most.show("en"),
            )
        return offered

    @property
    def most(self) -> Money:
        """The largest amount that is taken."""
        return Money(MOST_MINOR, self.amount.currency)


def listed(on: date) -> Prices:
    """Give the archive's list of a day."""
    file = current().small_prices
    return small_prices.on(on, Path(file) if file else small_prices.SHIPPED)


def listens(balance: Money, on: date) -> int:
    """Say how many listens credit is good for on a day."""
    price = listed(on).price[GrantKind.LISTEN]
    return balance.minor // price.minor if price.currency == balance.currency else 0


def of(entry_id: int | None, kind: GrantKind, on: date) -> Price:
    """Say what a use costs on a day; of no entry: of all."""
    prices = listed(on)
    own = find(entry_id, kind) if entry_id is not None else None
    if own is None or own.mode is PriceMode.LISTED:
        return Price(prices.price[kind], PriceMode.LISTED, None, prices.version)
    return Price(Money(own.amount_minor, own.currency), own.mode, own.reason, prices.version)


def find(entry_id: int, kind: GrantKind) -> UsePrice | None:
    """Find what was set last for a kind of use of an entry."""
    query = select(UsePrice).where(UsePrice.entry_id == entry_id, UsePrice.kind == kind)
    return db.session.scalar(query.order_by(UsePrice.id.desc()).limit(1))


def history(entry_id: int) -> list[UsePrice]:
    """Return all that was set for an entry, newest first."""
    query = select(UsePrice).where(UsePrice.entry_id == entry_id).order_by(UsePrice.id.desc())
    return list(db.session.scalars(query))


def set_price(
    entry: Entry,
    kind: GrantKind,
    mode: PriceMode,
    amount: Money,
    reason: FreeReason | None,
    moment: datetime,
    account_id: int | None,
) -> UsePrice:
    """Let a use of an entry cost this from now on; raise Invalid for what cannot be."""
    _require_sense(kind, mode, amount, reason)
    row = UsePrice(
        entry_id=entry.id,
        kind=kind,
        mode=mode,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason,
        set_at=moment,
        set_by_id=account_id,
    )
    db.session.add(row)
    db.session.flush()
    said = {"use": kind.value, "mode": mode.value, "amount_minor": amount.minor}
    audit.record("use_price.set", "entry", entry.pid, account_id, **said, reason=reason and reason.value)
    return row


def _require_sense(kind: GrantKind, mode: PriceMode, amount: Money, reason: FreeReason | None) -> None:
    if mode is PriceMode.FREE and kind is not GrantKind.LISTEN:
        raise Invalid(
            "Only hearing can be free here. A copy that is free is given by opening the files to all."
        )
    if mode is PriceMode.FREE and reason in (None, FreeReason.PASS):
        raise Invalid("Say why it costs nothing: choose a reason.")
    if mode is not PriceMode.FREE and reason is not None:
        raise Invalid("A reason belongs to what costs nothing. Leave it empty, or choose “free”.")
    if mode in (PriceMode.FREE, PriceMode.LISTED):
        if amount:
            raise Invalid("Leave the amount empty: with this choice it is not used.")
    elif not 0 < amount.minor <= MOST_MINOR:
        raise Invalid("The amount lies between € 0.01 and € 100.")
