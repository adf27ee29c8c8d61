"""Royalty statements: what a party earned in a period, what it was paid, and what is still owed; frozen when closed.

A line names the movement or the payout it shows, and each is shown once: what is booked late comes in the next period.
"""

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive import audit
from archive.db import Model, db, enum_column, lock_row
from archive.errors import NotFound, Refused
from archive.triggers import append_only
from licensing import statement_triggers
from licensing.claims import Layer
from licensing.money import Money
from licensing.parties import Party, Payout
from licensing.statement_periods import StatementPeriod


class StatementStatus(str, Enum):
    """Where a statement stands."""

    OPEN = "open"  # being put together
    CLOSED = "closed"  # frozen; somebody must look
    APPROVED = "approved"  # sent to the party
    PAID_OUT = "paid_out"
    CARRIED_FORWARD = "carried_forward"  # below the minimum, without a way to pay, or taken over by the next


MOVES: dict[StatementStatus, frozenset[StatementStatus]] = {
    StatementStatus.OPEN: frozenset({StatementStatus.CLOSED}),
    StatementStatus.CLOSED: frozenset({StatementStatus.APPROVED}),
    StatementStatus.APPROVED: frozenset({StatementStatus.PAID_OUT, StatementStatus.CARRIED_FORWARD}),
    StatementStatus.PAID_OUT: frozenset(),
    StatementStatus.CARRIED_FORWARD: frozenset(),
}


class Shown(str, Enum):
    """What a line shows: one of the things that happen to a fee, or a payment."""

    BOOKED = "booked"
    FEE_KNOWN = "fee_known"
    TAKEN_BACK = "taken_back"
    RELEASED = "released"
    PAID = "paid"


class RoyaltyStatement(Model):
    """What a party earned in a period, in one currency. Amounts in minor units; owed to the party is positive."""

    __table_args__ = (
        UniqueConstraint("period_id", "party_id", "currency"),
        CheckConstraint(
            "opening_minor + earned_minor + taken_back_minor - paid_minor = closing_minor", "adds_up"
        ),
        CheckConstraint("paid_minor >= 0", "paid_is_not_negative"),
        Index(None, "party_id", "currency"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("statement_period.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    currency: Mapped[str]
    status: Mapped[StatementStatus] = mapped_column(enum_column(StatementStatus))
    payee: Mapped[dict[str, Any]]  # name, country, numbers for tax: as they were
    lang: Mapped[str]
    minimum_minor: Mapped[int]
    method: Mapped[Payout] = mapped_column(enum_column(Payout))
    account_shown: Mapped[str]  # masked
    self_billing: Mapped[bool]
    opening_minor: Mapped[int]
    earned_minor: Mapped[int]  # licences given, and reserves released
    taken_back_minor: Mapped[int]  # refunds, reversals, shared fees; not positive
    paid_minor: Mapped[int]
    closing_minor: Mapped[int]
    withheld_minor: Mapped[int]  # claimed by this party and disputed by others, so kept in the reserve
    unlocated_minor: Mapped[int]  # all that the archive keeps in reserve: the total only
    object_until: Mapped[date]
    sha256: Mapped[str]  # of all numbers and lines
    closed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    period: Mapped[StatementPeriod] = relationship()
    party: Mapped[Party] = relationship()
    lines: Mapped[list["StatementLine"]] = relationship(order_by="StatementLine.id")

    @property
    def closing(self) -> Money:
        """What was owed at the end."""
        return Money(self.closing_minor, self.currency)

    @property
    def earned(self) -> Money:
        """What the period added, less what was taken back."""
        return Money(self.earned_minor + self.taken_back_minor, self.currency)


class StatementLine(Model):
    """One movement or payout, as the statement shows it for good."""

    __table_args__ = (CheckConstraint("(movement_id IS NULL) != (payout_id IS NULL)", "shows_one_thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("royalty_statement.id"), index=True)
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("royalty_movement.id"), unique=True)
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payout.id"), unique=True)
    shown: Mapped[Shown] = mapped_column(enum_column(Shown))
    on: Mapped[date]
    reference: Mapped[str]  # number of the licence, or the bank's reference
    pid: Mapped[str]  # of the entry; empty for a payment
    title: Mapped[str]
    layer: Mapped[Layer | None] = mapped_column(enum_column(Layer))
    use: Mapped[str]
    territory: Mapped[str]
    country: Mapped[str]
    units: Mapped[int]
    gross_minor: Mapped[int]  # price with VAT, of this layer and share
    vat_minor: Mapped[int]
    fees_minor: Mapped[int]  # of the payment provider, borne by the party
    net_minor: Mapped[int]
    share_bp: Mapped[int]  # of the layer
    commission_bp: Mapped[int]
    amount_minor: Mapped[int]


class StatementEvent(Model):
    """One move of a statement."""

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("royalty_statement.id"), index=True)
    before: Mapped[StatementStatus | None] = mapped_column(
        enum_column(StatementStatus, "statementstatus_before")
    )
    after: Mapped[StatementStatus] = mapped_column(enum_column(StatementStatus))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    why: Mapped[str]


event.listen(RoyaltyStatement.__table__, "after_create", statement_triggers.freeze_statement)
event.listen(StatementLine.__table__, "after_create", statement_triggers.freeze_line)
event.listen(StatementEvent.__table__, "after_create", append_only("statement_event"))


def move(
    statement: RoyaltyStatement, to: StatementStatus, why: str, moment: datetime, account_id: int | None
) -> None:
    """Move a statement; nothing happens when it is there already. Raise Refused for a move that is not allowed."""
    if statement.status is to:
        return
    if to not in MOVES[statement.status]:
        raise Refused(
            "Statement %(number)s is %(before)s, so it cannot become %(after)s.",
            number=statement.number,
            before=statement.status.value,
            after=to.value,
        )
    before, statement.status = statement.status, to
    note(statement, before, why, moment, account_id)
    if account_id is not None:
        audit.record(f"statement.{to.value}", "statement", statement.number, account_id, why=why)


def note(
    statement: RoyaltyStatement,
    before: StatementStatus | None,
    why: str,
    moment: datetime,
    account_id: int | None,
) -> None:
    """Write down how a statement came to its state."""
    moved = StatementEvent(
        statement_id=statement.id,
        before=before,
        after=statement.status,
        at=moment,
        account_id=account_id,
        why=why,
    )
    db.session.add(moved)
    db.session.flush()


def get(number: str) -> RoyaltyStatement:
    """Get a statement by its number; raise NotFound."""
    found = db.session.scalar(
        select(RoyaltyStatement)
        .where(RoyaltyStatement.number == number)
        .options(joinedload(RoyaltyStatement.period), joinedload(RoyaltyStatement.party))
    )
    if found is None:
        raise NotFound("There is no statement with this number.")
    return found


def get_for_change(number: str) -> RoyaltyStatement:
    """Get a statement and keep others from changing it meanwhile; raise NotFound."""
    statement = get(number)
    lock_row(statement)
    return statement


def latest_of(party_id: int, currency: str) -> RoyaltyStatement | None:
    """Find the newest statement of a party."""
    return db.session.scalar(
        select(RoyaltyStatement)
        .where(RoyaltyStatement.party_id == party_id, RoyaltyStatement.currency == currency)
        .order_by(RoyaltyStatement.id.desc())
        .limit(1)
    )


def of_party(party_id: int) -> list[RoyaltyStatement]:
    """Return the statements of a party, newest first."""
    return list(
        db.session.scalars(
            select(RoyaltyStatement)
            .where(RoyaltyStatement.party_id == party_id)
            .options(joinedload(RoyaltyStatement.period))
            .order_by(RoyaltyStatement.id.desc())
        )
    )


def in_period(period_id: int) -> list[RoyaltyStatement]:
    """Return the statements of a period by name of the party."""
    return list(
        db.session.scalars(
            select(RoyaltyStatement)
            .join(Party, Party.id == RoyaltyStatement.party_id)
            .where(RoyaltyStatement.period_id == period_id)
            .options(joinedload(RoyaltyStatement.party))
            .order_by(Party.name, RoyaltyStatement.id)
        )
    )


def events_of(statement_id: int) -> list[StatementEvent]:
    """Return the moves of a statement, oldest first."""
    query = select(StatementEvent).where(StatementEvent.statement_id == statement_id)
    return list(db.session.scalars(query.order_by(StatementEvent.id)))


def get_of_party(party: Party, number: str) -> RoyaltyStatement:
    """Get a statement that a party may see: its own, and approved; raise NotFound."""
    statement = get(number)
    if statement.party_id != party.id or not is_public(statement):
        raise NotFound("There is no statement with this number.")
    return statement


def is_public(statement: RoyaltyStatement) -> bool:
    """Say whether the party may see it: once staff has approved it."""
    return statement.status not in (StatementStatus.OPEN, StatementStatus.CLOSED)
