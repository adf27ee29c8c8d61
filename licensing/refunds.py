"""Refunds: money that goes back to a buyer, asked for here or made in the provider's own pages.

A refund is a row before the provider hears of it, and its key at the provider is made of that row, so two equal parts
are two refunds and one that is tried again is one. Sending is a job: see `refund_sending`.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, event, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit, jobs
from archive.db import Model, db, enum_column
from archive.errors import Invalid, NotFound, Refused
from archive.triggers import append_only
from licensing import disputes, ledger, refund_parts, refund_triggers
from licensing.invoices import Invoice
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.orders import LineKind, Order, OrderLine
from licensing.payments import Payment, PaymentStatus

SEND_JOB = "refunds.send"


class RefundStatus(str, Enum):
    """Where a refund stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    SENT = "sent"  # the provider has been asked, or is being asked
    PENDING = "pending"  # it has left our balance
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # it came back to our balance, or never left it
    CANCELLED = "cancelled"


class Origin(str, Enum):
    """Who made it."""

    HERE = "here"
    PROVIDER = "provider"  # staff, in the provider's own pages


class Source(str, Enum):
    """What the money is taken from."""

    SALE = "sale"  # what was sold is taken back: income, VAT, shares of others
    SURPLUS = "surplus"  # came in twice or too late, and has been the buyer's all along
    PROMISED = "promised"  # was taken from something else before and waits in refund clearing


_S = RefundStatus
MOVES: dict[RefundStatus, frozenset[RefundStatus]] = {
    _S.REQUESTED: frozenset({_S.APPROVED, _S.CANCELLED}),
    _S.APPROVED: frozenset({_S.SENT, _S.CANCELLED}),
    _S.SENT: frozenset({_S.PENDING, _S.SUCCEEDED, _S.FAILED, _S.CANCELLED}),
    _S.PENDING: frozenset({_S.SUCCEEDED, _S.FAILED, _S.CANCELLED}),
    # A bank may send money back after it had taken it (https://docs.stripe.com/refunds#failed-refunds).
    _S.SUCCEEDED: frozenset({_S.FAILED}),
    _S.FAILED: frozenset(),
    _S.CANCELLED: frozenset(),
}
ON_ITS_WAY = (_S.REQUESTED, _S.APPROVED, _S.SENT, _S.PENDING)
OVER = (RefundStatus.FAILED, RefundStatus.CANCELLED)  # nothing went back


class Refund(Model):
    """One sum that goes back on one payment."""

    __table_args__ = (CheckConstraint("amount_minor > 0", "is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    payment_minor: Mapped[int]  # of the whole payment: its refunds together never exceed it
    order_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("order_line.id"), index=True
    )  # given back for this line alone
    amount_minor: Mapped[int]  # with VAT; the provider's figure once there is one
    currency: Mapped[str]
    source: Mapped[Source] = mapped_column(enum_column(Source))
    reason: Mapped[str]  # kept with the order, and on the credit note
    status: Mapped[RefundStatus] = mapped_column(enum_column(RefundStatus))
    origin: Mapped[Origin] = mapped_column(enum_column(Origin))
    form_key: Mapped[str | None] = mapped_column(unique=True)  # of whoever asked: asked twice, it is one
    provider_ref: Mapped[str | None] = mapped_column(unique=True)
    credit_note_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), unique=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # None: no staff
    created_at: Mapped[datetime]

    payment: Mapped[Payment] = relationship()
    line: Mapped[OrderLine | None] = relationship()
    credit_note: Mapped[Invoice | None] = relationship()

    @property
    def amount(self) -> Money:
        """What goes back, with VAT."""
        return Money(self.amount_minor, self.currency)

    @property
    def reference(self) -> str:
        """What we call it to the provider, and its key there: of its row, never of its amount."""
        return f"refund-{self.payment.reference}-{self.id}"


class RefundEvent(Model):
    """One move of a refund."""

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"), index=True)
    before: Mapped[RefundStatus | None] = mapped_column(enum_column(RefundStatus, "refundstatus_before"))
    after: Mapped[RefundStatus] = mapped_column(enum_column(RefundStatus))
    at: Mapped[datetime]
    why: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # None: the site


event.listen(Refund.__table__, "after_create", refund_triggers.on_create)
event.listen(RefundEvent.__table__, "after_create", append_only("refund_event"))


def ask(
    payment: Payment,
    amount: Money,
    reason: str,
    *,
    key: str,
    moment: datetime,
    source: Source = Source.SALE,
    line: OrderLine | None = None,
    account_id: int | None = None,
) -> Refund:
    """Ask for money of a payment to go back, once per `key`; nothing moves before somebody approves.

    `amount` is with VAT, `line` names the one line that it is given back for. Raise Invalid without a reason, Refused
    for more than is left of the payment or of the sale.
    """
    known = find_by_key(key)
    if known is not None:
        return known
    if not reason.strip():
        raise Invalid("Say why: it is kept with the order, and printed on the credit note.")
    take_in_hand(payment)
    _require_at_most(min(left_of(payment), left_of_source(payment.order, source, line)), amount)
    refund = Refund(
        payment_id=payment.id,
        order_line_id=line.id if line else None,
        amount_minor=amount.minor,
        currency=amount.currency,
        source=source,
        reason=reason.strip(),
        origin=Origin.HERE,
        form_key=key,
        asked_by_id=account_id,
    )
    return add(refund, RefundStatus.REQUESTED, moment, reason.strip(), account_id)


def approve(refund: Refund, moment: datetime, account_id: int | None = None) -> None:
    """Let a refund be sent; a job does it, or staff at their bank. None as account: a rule of the site allows it."""
    take_in_hand(refund.payment)
    if move(refund, RefundStatus.APPROVED, moment, "approved", account_id):
        queue_send(refund)


def give_up(refund: Refund, why: str, moment: datetime, account_id: int | None) -> None:
    """Let go of a refund that the provider has not been asked for. Raise Refused afterwards."""
    take_in_hand(refund.payment)
    if not move(refund, RefundStatus.CANCELLED, moment, why, account_id):
        raise Refused("This refund has been sent to the payment provider; it cannot be taken back any more.")


def add(refund: Refund, status: RefundStatus, moment: datetime, why: str, account_id: int | None) -> Refund:
    """Store a new refund with its first event."""
    refund.status, refund.created_at = status, moment
    payment = db.session.get_one(Payment, refund.payment_id)
    refund.payment_minor = payment.amount_minor
    db.session.add(refund)
    db.session.flush()
    _write(refund, None, moment, why, account_id)
    return refund


def move(refund: Refund, to: RefundStatus, moment: datetime, why: str, account_id: int | None = None) -> bool:
    """Move a refund forwards and write it down; say whether it moved."""
    if to not in MOVES[refund.status]:
        return False
    before, refund.status = refund.status, to
    db.session.flush()
    _write(refund, before, moment, why, account_id)
    return True


def queue_send(refund: Refund) -> None:
    """Ask for an approved refund to be sent soon; what came by bank transfer is sent by people."""
    if refund.payment.is_by_hand:
        return
    jobs.enqueue(SEND_JOB, {"refund_id": refund.id}, key=f"{SEND_JOB}:{refund.id}")


def take_in_hand(payment: Payment) -> None:
    """Let no other refund of this payment begin or end until the transaction does."""
    db.session.execute(select(Payment.id).where(Payment.id == payment.id).with_for_update())


def left_of(payment: Payment) -> Money:
    """Say how much of a payment has neither gone back, nor is about to, nor was taken by a bank in a dispute."""
    if payment.status is not PaymentStatus.SUCCEEDED:
        return Money(0, payment.currency)
    gone = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.payment_id == payment.id, Refund.status.not_in(OVER)
    )
    left = Money(payment.amount_minor - int(db.session.scalar(gone) or 0), payment.currency)
    return max(Money(0, payment.currency), left - disputes.taken_of(payment))


def left_of_source(order: Order, source: Source, line: OrderLine | None = None) -> Money:
    """Say how much of an order can still go back out of what was sold, what is too much, or what was promised."""
    if source is Source.SALE:
        return left_of_sale(order, line)
    account = AccountKind.SUSPENSE if source is Source.SURPLUS else AccountKind.REFUND_CLEARING
    owed = -ledger.balance(account, order.currency, order.number)
    for refund in of_order(order.id):
        if source is Source.PROMISED and refund.status is RefundStatus.PENDING:
            # Left our balance by way of refund clearing, which is made good when it arrives.
            owed += refund.amount if refund.source is not Source.PROMISED else Money(0, order.currency)
        elif refund.source is source and refund.status in ON_ITS_WAY:
            owed -= refund.amount
    return max(Money(0, order.currency), owed)


def left_of_sale(order: Order, line: OrderLine | None = None) -> Money:
    """Say how much of what an order or one line of it cost has neither gone back nor is about to.

    Nothing for credit: the wallet gives it up first (Source.PROMISED), or it could be spent as well.
    """
    if any(each.kind is LineKind.TOP_UP for each in order.lines):
        return Money(0, order.currency)
    nothing = Money(0, order.currency)
    coming = [
        refund
        for refund in of_order(order.id)
        if refund.source is Source.SALE and refund.status in ON_ITS_WAY
    ]
    total = refund_parts.gross_left(order) - sum((each.amount for each in coming), nothing)
    if line is not None:
        own = sum((each.gross for each in refund_parts.left_of(order) if each.line == line.id), nothing)
        own -= sum((each.amount for each in coming if each.order_line_id == line.id), nothing)
        total = min(own, total)
    return max(nothing, total)


def of_payment(payment_id: int) -> list[Refund]:
    """Return the refunds of a payment, oldest first."""
    return list(db.session.scalars(select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.id)))


def of_order(order_id: int) -> list[Refund]:
    """Return the refunds of all payments of an order, oldest first."""
    query = select(Refund).join(Payment, Payment.id == Refund.payment_id).where(Payment.order_id == order_id)
    return list(db.session.scalars(query.order_by(Refund.id)))


def find_by_key(key: str) -> Refund | None:
    """Find the refund that was asked for under a key."""
    return db.session.scalar(select(Refund).where(Refund.form_key == key))


def get_by_reference(reference: str) -> Refund:
    """Get a refund by what we called it to the provider; raise NotFound."""
    return get(int(reference.rpartition("-")[2]))


def get(refund_id: int) -> Refund:
    """Get a refund; raise NotFound."""
    found = db.session.get(Refund, refund_id)
    if found is None:
        raise NotFound("There is no such refund.")
    return found


def _require_at_most(left: Money, amount: Money) -> None:
    if amount.currency != left.currency or not 0 < amount.minor <= left.minor:
        raise Refused(
            "Of this, %(left)s can still go back. Fill in an amount up to that.", left=left.show("en")
        )


def _write(
    refund: Refund, before: RefundStatus | None, moment: datetime, why: str, account_id: int | None
) -> None:
    db.session.add(
        RefundEvent(
            refund_id=refund.id,
            before=before,
            after=refund.status,
            at=moment,
            why=why,
            account_id=account_id,
        )
    )
    db.session.flush()
    if account_id is not None:
        audit.record(
            f"refund.{refund.status.value}",
            "order",
            refund.payment.order.number,
            account_id,
            refund=refund.id,
            amount_minor=refund.amount_minor,
            why=why,
        )
