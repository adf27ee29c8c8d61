"""Disputes: a bank takes a payment back until it is decided whose the money is.

Money is booked for each balance transaction of the provider, never for a state: what was taken lies in DISPUTE_RESERVE
until it comes back or is lost. What follows for what was sold stands in `dispute_handling`.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, event, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.errors import Gone
from archive.triggers import append_only
from licensing import anomalies, ledger
from licensing.dividing import Holder
from licensing.gateways.books import DisputeReport, DisputeStanding, Movement
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.payments import Payment
from licensing.royalty_accounts import Accrual, AccrualPart, RoyaltyMovement


class DisputeStatus(str, Enum):
    """Where a dispute stands; a warning is a bank's question before money is taken."""

    WARNING = "warning"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"  # also a warning that came to nothing
    LOST = "lost"


OPEN = (DisputeStatus.WARNING, DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW)
MOVES: dict[DisputeStatus, frozenset[DisputeStatus]] = {
    DisputeStatus.WARNING: frozenset(set(DisputeStatus) - {DisputeStatus.WARNING}),
    DisputeStatus.NEEDS_RESPONSE: frozenset(
        {DisputeStatus.UNDER_REVIEW, DisputeStatus.WON, DisputeStatus.LOST}
    ),
    DisputeStatus.UNDER_REVIEW: frozenset({DisputeStatus.WON, DisputeStatus.LOST}),
    DisputeStatus.WON: frozenset(),
    DisputeStatus.LOST: frozenset(),
}
STANDS = {standing: DisputeStatus(standing.value) for standing in DisputeStanding}
# The debtor's bank returns a direct debit without asking: there is nothing to answer (SEPA Core rulebook, 4.3.4).
FINAL_METHODS = frozenset({"sepa_debit"})


class Dispute(Model):
    """One dispute of a payment."""

    __table_args__ = (CheckConstraint("amount_minor > 0", "is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    provider_ref: Mapped[str] = mapped_column(unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]  # the provider's word: fraudulent, product_not_received ...
    status: Mapped[DisputeStatus] = mapped_column(enum_column(DisputeStatus), index=True)
    due_by: Mapped[datetime | None]  # until when evidence is taken
    opened_at: Mapped[datetime]
    synced_at: Mapped[datetime]

    payment: Mapped[Payment] = relationship()

    @property
    def amount(self) -> Money:
        """What is disputed."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.status in OPEN

    @property
    def is_final(self) -> bool:
        """Whether there is nobody to answer."""
        return self.payment.method in FINAL_METHODS


class DisputeEvent(Model):
    """One move of a dispute."""

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"), index=True)
    before: Mapped[DisputeStatus | None] = mapped_column(enum_column(DisputeStatus, "disputestatus_before"))
    after: Mapped[DisputeStatus] = mapped_column(enum_column(DisputeStatus))
    at: Mapped[datetime]
    why: Mapped[str]


class DisputeMovement(Model):
    """Money that a dispute took (negative) or gave back, as one balance transaction of the provider."""

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"), index=True)
    provider_ref: Mapped[str] = mapped_column(unique=True)
    amount_minor: Mapped[int]
    fee_minor: Mapped[int]  # kept besides; negative when a fee is given back
    at: Mapped[datetime]


class DisputeHold(Model):
    """A licence that a dispute suspended: the event of it, so that nobody else's suspension is lifted."""

    __table_args__ = (UniqueConstraint("licence_event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"), index=True)
    licence_event_id: Mapped[int] = mapped_column(ForeignKey("licence_event.id"))


for _table in (DisputeEvent, DisputeMovement, DisputeHold):
    event.listen(_table.__table__, "after_create", append_only(_table.__tablename__))


def find(provider_ref: str) -> Dispute | None:
    """Find a dispute by the provider's name of it."""
    return db.session.scalar(select(Dispute).where(Dispute.provider_ref == provider_ref))


def of_order(order_id: int) -> list[Dispute]:
    """Return the disputes of all payments of an order, oldest first."""
    query = select(Dispute).join(Payment).where(Payment.order_id == order_id).order_by(Dispute.id)
    return list(db.session.scalars(query))


def is_order_frozen(order_id: int) -> bool:
    """Say whether a dispute of an order is open or lost: then nothing of it is given."""
    query = select(Dispute.id).join(Payment).where(Payment.order_id == order_id)
    return db.session.scalar(query.where(Dispute.status != DisputeStatus.WON).limit(1)) is not None


def require_undisputed(order_id: int) -> None:
    """Raise Gone when a bank holds the money of an order: nothing of it is given meanwhile."""
    if is_order_frozen(order_id):
        raise Gone("The bank holds the payment of this back. As soon as that is settled, it opens again.")


def taken_of(payment: Payment) -> Money:
    """Say what disputes have taken of a payment and not given back, fees left out."""
    query = select(func.coalesce(func.sum(DisputeMovement.amount_minor), 0)).join(Dispute)
    return Money(
        -int(db.session.scalar(query.where(Dispute.payment_id == payment.id)) or 0), payment.currency
    )


def held_for(dispute: Dispute) -> Money:
    """Say what one dispute has taken and not given back, fees left out."""
    query = select(func.coalesce(func.sum(DisputeMovement.amount_minor), 0))
    taken = db.session.scalar(query.where(DisputeMovement.dispute_id == dispute.id))
    return Money(-int(taken or 0), dispute.currency)


def frozen_royalties(currency: str) -> dict[int, Money]:
    """Add up by party what is owed of orders whose payment is disputed: it is not paid out till that is decided."""
    is_disputed = (
        select(Dispute.id)
        .join(Payment)
        .where(Payment.order_id == Accrual.order_id, Dispute.status.in_(OPEN))
        .exists()
    )
    query = (
        select(RoyaltyMovement.party_id, func.sum(RoyaltyMovement.amount_minor))
        .join(AccrualPart, AccrualPart.id == RoyaltyMovement.part_id)
        .join(Accrual, Accrual.id == AccrualPart.accrual_id)
        .where(AccrualPart.holder == Holder.PARTY, RoyaltyMovement.currency == currency, is_disputed)
        .group_by(RoyaltyMovement.party_id)
    )
    return {party_id: Money(int(minor), currency) for party_id, minor in db.session.execute(query)}


def open_for(payment: Payment, report: DisputeReport, moment: datetime) -> Dispute:
    """Write a dispute of a payment down."""
    dispute = Dispute(
        payment=payment,
        provider_ref=report.provider_ref,
        amount_minor=report.amount.minor,
        currency=report.amount.currency,
        reason=report.reason,
        status=STANDS[report.standing],
        due_by=report.due_by,
        opened_at=moment,
        synced_at=moment,
    )
    db.session.add(dispute)
    db.session.flush()
    _write(dispute, None, moment)
    return dispute


def move(dispute: Dispute, to: DisputeStatus, moment: datetime) -> None:
    """Move a dispute forward; a person is told when a lost one is won after all."""
    if dispute.status is to:
        return
    if to not in MOVES[dispute.status]:
        if dispute.status is DisputeStatus.LOST and to is DisputeStatus.WON:
            anomalies.file("dispute_turned", dispute.provider_ref, moment, payment=dispute.payment.reference)
        return
    anomalies.settle(_task(dispute.status), dispute.provider_ref, f"went on to {to.value}", moment)
    before, dispute.status = dispute.status, to
    _write(dispute, before, moment)


def _write(dispute: Dispute, before: DisputeStatus | None, moment: datetime) -> None:
    """Write a state down and tell a person: every step of a dispute is looked at."""
    why = f"the provider says {dispute.status.value}"
    db.session.add(
        DisputeEvent(dispute_id=dispute.id, before=before, after=dispute.status, at=moment, why=why)
    )
    db.session.flush()
    anomalies.file(
        _task(dispute.status),
        dispute.provider_ref,
        moment,
        payment=dispute.payment.reference,
        order=dispute.payment.order.number,
        amount_minor=dispute.amount_minor,
        currency=dispute.currency,
        final=dispute.is_final,
    )


def book(dispute: Dispute, movement: Movement, moment: datetime) -> None:
    """Book one balance transaction, once: what it took or gave back, and the fee."""
    known = select(DisputeMovement.id).where(DisputeMovement.provider_ref == movement.provider_ref)
    if db.session.scalar(known) is not None:
        return
    amount, fee = movement.amount, movement.fee
    db.session.add(
        DisputeMovement(
            dispute_id=dispute.id,
            provider_ref=movement.provider_ref,
            amount_minor=amount.minor,
            fee_minor=fee.minor,
            at=moment,
        )
    )
    postings = [
        Posting(AccountKind.STRIPE_CLEARING, amount - fee),
        Posting(AccountKind.DISPUTE_RESERVE, -amount, dispute.payment.reference),
        Posting(AccountKind.FEES_EXPENSE, fee, "disputes"),
    ]
    kind = "dispute_taken" if amount.minor < 0 else "dispute_given_back"
    ledger.post(kind, dispute.payment.reference, f"dispute:{movement.provider_ref}", postings, moment)


def _task(status: DisputeStatus) -> str:
    """Name the kind of anomaly that a state of a dispute is."""
    return f"dispute_{status.value}"
