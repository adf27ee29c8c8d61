"""Payments: begun with the intent on disk before the provider is called, finished by reading the provider's
object again.

Whatever tells us that something happened (signed event, the buyer's return, the clock) only queues `sync`.
`sync` compares reference, amount, currency and mode, and moves along a lattice: a report that would move a
payment backwards changes nothing.
"""

import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, event, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import clock, jobs
from archive.db import Model, db, enum_column, lock_row
from archive.errors import NotFound, Refused
from archive.transactions import commit_intent, transaction
from archive.triggers import append_only
from licensing import accruals, anomalies, fulfilment, location_decisions, location_evidence, orders
from licensing.gateways.gateway import STRIPE, TRANSFER, CheckoutRequest, Outcome, PaymentReport, gateway_of
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.orders import Order, OrderStatus

SYNC_JOB = "payments.sync"
CLOSE_JOB = "payments.close"
RECONCILE_JOB = "payments.reconcile"
RECONCILE_EVERY = timedelta(minutes=5)
STALE_AFTER = timedelta(minutes=5)


class PaymentStatus(str, Enum):
    """Where a payment stands."""

    CREATED = "created"
    SESSION_OPEN = "session_open"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"
    REVIEW = "review"  # the provider's object differs from ours; a person must look


OPEN = (PaymentStatus.CREATED, PaymentStatus.SESSION_OPEN, PaymentStatus.PROCESSING)

MOVES: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    PaymentStatus.CREATED: frozenset(set(PaymentStatus) - {PaymentStatus.CREATED}),
    PaymentStatus.SESSION_OPEN: frozenset(
        set(PaymentStatus) - {PaymentStatus.CREATED, PaymentStatus.SESSION_OPEN}
    ),
    PaymentStatus.PROCESSING: frozenset(
        {PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.REVIEW}
    ),
    PaymentStatus.FAILED: frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.REVIEW}),
    PaymentStatus.EXPIRED: frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.REVIEW}),
    PaymentStatus.REVIEW: frozenset(),
    PaymentStatus.SUCCEEDED: frozenset(),
}

_AFTER = {
    Outcome.OPEN: PaymentStatus.SESSION_OPEN,
    Outcome.PROCESSING: PaymentStatus.PROCESSING,
    Outcome.PAID: PaymentStatus.SUCCEEDED,
    Outcome.FAILED: PaymentStatus.FAILED,
    Outcome.EXPIRED: PaymentStatus.EXPIRED,
}

# A transfer was booked when it came in, as the buyer's money, in part or in too much: see `bank_money`.
_WHERE_MONEY_LIES = {STRIPE: AccountKind.STRIPE_CLEARING, TRANSFER: AccountKind.SUSPENSE}

_IS_OPEN = text("status IN ('created', 'session_open', 'processing')")


class Payment(Model):
    """One attempt to pay an order; at most one is open at a time."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "is_positive"),
        Index("uq_payment_open", "order_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)  # what we call it to the provider
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    provider: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    status: Mapped[PaymentStatus] = mapped_column(enum_column(PaymentStatus))
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    session_id: Mapped[str | None] = mapped_column(unique=True)
    session_url: Mapped[str | None]
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str | None] = mapped_column(unique=True)
    method: Mapped[str | None]
    fee_minor: Mapped[int | None]  # arrives with the provider's balance transaction, maybe later
    synced_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()

    @property
    def is_by_hand(self) -> bool:
        """Whether people move its money at their bank, so that nothing can be sent back by a call."""
        return self.provider != "stripe"


class PaymentEvent(Model):
    """One move of a payment."""

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    before: Mapped[PaymentStatus | None] = mapped_column(enum_column(PaymentStatus, "paymentstatus_before"))
    after: Mapped[PaymentStatus] = mapped_column(enum_column(PaymentStatus))
    at: Mapped[datetime]
    why: Mapped[str]


event.listen(PaymentEvent.__table__, "after_create", append_only("payment_event"))


def begin(order: Order, moment: datetime, *, return_url: str, cancel_url: str, provider: str = STRIPE) -> str:
    """Return the address where the order can be paid; a second click gets the same page.

    Another way of paying that is open is closed first; where money is on its way there, or has come, the buyer gets
    `cancel_url`. Commits the intent before a provider is called. Raise GatewayUnavailable; the order and its payment
    are kept then.
    """
    payment = _locked(order)
    if payment is not None and payment.provider != provider and _give_up(payment, moment):
        payment = _locked(order)  # nobody held it while the other provider was asked
    if order.status is OrderStatus.PAID or (payment is not None and payment.provider != provider):
        return cancel_url
    payment = payment or _create(order, provider, moment)
    if payment.session_url:
        return _page_of(payment, moment)
    payment_id, request = payment.id, _request(payment, order, return_url, cancel_url)
    commit_intent()
    checkout = gateway_of(provider).start_checkout(request)
    stored = db.session.get_one(Payment, payment_id, with_for_update=True)
    stored.session_id, stored.session_url = checkout.session_id, checkout.url
    if stored.status not in OPEN:
        # Given up in another tab while the provider was answering: nobody may pay on this page.
        _close_later(stored)
        return cancel_url
    _move(stored, PaymentStatus.SESSION_OPEN, moment, "payment page opened")
    return checkout.url


def queue_sync(payment: Payment) -> None:
    """Ask for the provider's object to be read again soon."""
    jobs.enqueue(SYNC_JOB, {"payment_id": payment.id}, key=f"{SYNC_JOB}:{payment.id}")


def find(reference: str) -> Payment | None:
    """Find a payment by what we called it to the provider."""
    return db.session.scalar(select(Payment).where(Payment.reference == reference))


def find_by_intent(intent_id: str | None) -> Payment | None:
    """Find a payment by the provider's intent, or by its charge."""
    if intent_id is None:
        return None
    return db.session.scalar(
        select(Payment).where((Payment.intent_id == intent_id) | (Payment.charge_id == intent_id))
    )


def get(number: int) -> Payment:
    """Get a payment; raise NotFound."""
    payment = db.session.get(Payment, number)
    if payment is None:
        raise NotFound("There is no such payment.")
    return payment


def latest_of(order: Order) -> Payment | None:
    """Return the last attempt to pay an order."""
    return db.session.scalar(
        select(Payment).where(Payment.order_id == order.id).order_by(Payment.id.desc()).limit(1)
    )


def succeeded_of(order: Order) -> list[Payment]:
    """Return the payments of an order that brought money, oldest first."""
    query = select(Payment).where(Payment.order_id == order.id, Payment.status == PaymentStatus.SUCCEEDED)
    return list(db.session.scalars(query.order_by(Payment.id)))


def sync(payload: dict[str, Any]) -> None:
    """Job: read the provider's object of one payment and apply what it says."""
    payment = db.session.get_one(Payment, payload["payment_id"])
    session_id, provider = payment.session_id, payment.provider
    db.session.rollback()
    if session_id is None:
        return
    report = gateway_of(provider).read(session_id)
    with transaction():
        apply(payload["payment_id"], report, clock.now())


def close(payload: dict[str, Any]) -> None:
    """Job: close the page of a payment that nobody should make any more, and apply what became of it."""
    payment = db.session.get_one(Payment, payload["payment_id"])
    session_id, provider = payment.session_id, payment.provider
    db.session.rollback()
    if session_id is None:
        return
    report = gateway_of(provider).expire(session_id)
    with transaction():
        apply(payload["payment_id"], report, clock.now())


def reconcile(_payload: dict[str, Any]) -> None:
    """Job: queue every open payment that has not been read for a while; expire what never reached the
    provider.
    """
    moment = clock.now()
    with transaction():
        for payment in db.session.scalars(select(Payment).where(Payment.status.in_(OPEN))):
            if payment.session_id is None:
                _expire_unsent(payment, moment)
            elif payment.synced_at is None or payment.synced_at < moment - STALE_AFTER:
                queue_sync(payment)


def apply(payment_id: int, report: PaymentReport, moment: datetime) -> None:
    """Bring a payment and its order to where the provider's object says they are. Doing it again changes
    nothing.
    """
    payment = db.session.get_one(Payment, payment_id, with_for_update=True)
    payment.synced_at = moment
    difference = _difference(payment, report)
    if difference and report.outcome in (Outcome.PAID, Outcome.PROCESSING):
        _move(payment, PaymentStatus.REVIEW, moment, difference)
        anomalies.file(
            "payment_differs", payment.reference, moment, order=payment.order.number, what=difference
        )
        return
    _note_provider_ids(payment, report)
    moved = _move(payment, _AFTER[report.outcome], moment, f"the provider says {report.outcome.value}")
    if payment.status is PaymentStatus.SUCCEEDED:
        if moved:
            fulfilment.complete(payment.order, _receipt(payment), moment)
            location_evidence.note_payment(payment.order, report.country, payment.reference, moment)
            location_decisions.look(payment.order, moment)
            _close_others(payment)
        fulfilment.book_fee(_receipt(payment), moment)
        fees = Money(payment.fee_minor or 0, payment.currency)
        accruals.share_fees(payment.order, fees, f"fees:{payment.order.number}", moment)
    elif moved and payment.status is PaymentStatus.EXPIRED:
        _expire_order(payment.order, moment)


def _give_up(payment: Payment, moment: datetime) -> bool:
    """Close an attempt, as the buyer wants to pay in another way; say whether nothing can come of it any more."""
    payment_id, session_id, provider = payment.id, payment.session_id, payment.provider
    report = None
    if session_id is not None:
        commit_intent()
        report = gateway_of(provider).expire(session_id)
    stored = db.session.get_one(Payment, payment_id, with_for_update=True)
    if report is None or report.outcome is Outcome.EXPIRED:
        _move(stored, PaymentStatus.EXPIRED, moment, "the buyer chose another way of paying")
    else:
        apply(payment_id, report, moment)
    return stored.status not in (*OPEN, PaymentStatus.SUCCEEDED, PaymentStatus.REVIEW)


def _close_others(paid: Payment) -> None:
    query = select(Payment).where(Payment.order_id == paid.order_id, Payment.status.in_(OPEN))
    for payment in db.session.scalars(query):
        _close_later(payment)


def _close_later(payment: Payment) -> None:
    jobs.enqueue(CLOSE_JOB, {"payment_id": payment.id}, key=f"{CLOSE_JOB}:{payment.id}")


def _page_of(payment: Payment, moment: datetime) -> str:
    if payment.status is PaymentStatus.PROCESSING:
        raise Refused("Your bank is still handling the payment of this order; you need not pay again.")
    if moment >= payment.expires_at or payment.session_url is None:
        raise Refused("The payment page has just closed. Try again in five minutes.")
    return payment.session_url


def _locked(order: Order) -> Payment | None:
    """Keep other clicks waiting until this one commits, and find what the click before it has begun."""
    lock_row(order)
    return db.session.scalar(select(Payment).where(Payment.order_id == order.id, Payment.status.in_(OPEN)))


def _create(order: Order, provider: str, moment: datetime) -> Payment:
    reference = f"pay_{secrets.token_hex(12)}"
    payment = Payment(
        reference=reference,
        order=order,
        provider=provider,
        amount_minor=order.gross_minor,
        currency=order.currency,
        status=PaymentStatus.CREATED,
        idempotency_key=f"checkout-{reference}",
        created_at=moment,
        expires_at=moment + gateway_of(provider).lasts,
    )
    db.session.add(payment)
    db.session.flush()
    db.session.add(
        PaymentEvent(
            payment_id=payment.id, before=None, after=payment.status, at=moment, why="order to be paid"
        )
    )
    orders.move(order, OrderStatus.AWAITING_PAYMENT, moment, "payment begun")
    return payment


def _request(payment: Payment, order: Order, return_url: str, cancel_url: str) -> CheckoutRequest:
    first, *others = order.lines
    more = f" + {len(others)}" if others else ""
    return CheckoutRequest(
        reference=payment.reference,
        order_number=order.number,
        idempotency_key=payment.idempotency_key,
        amount=order.gross,
        description=f"{first.title}: {first.summary}{more} ({order.number})",
        email=order.buyer_email,
        lang=order.lang,
        success_url=return_url,
        cancel_url=cancel_url,
        expires_at=payment.expires_at,
        created_at=payment.created_at,
    )


def _move(payment: Payment, to: PaymentStatus, moment: datetime, why: str) -> bool:
    """Move a payment forwards and write it down; say whether it moved."""
    if to not in MOVES[payment.status]:
        return False
    db.session.add(PaymentEvent(payment_id=payment.id, before=payment.status, after=to, at=moment, why=why))
    payment.status = to
    db.session.flush()
    return True


def _difference(payment: Payment, report: PaymentReport) -> str | None:
    """Say in what the provider's object differs from what we asked, or None."""
    if report.reference != payment.reference:
        return f"reference is {report.reference}"
    if report.amount.currency != payment.currency:
        return f"currency is {report.amount.currency}, not {payment.currency}"
    if report.amount.minor != payment.amount_minor:
        return f"amount is {report.amount.minor}, not {payment.amount_minor}"
    if report.is_live != gateway_of(payment.provider).is_live:
        return "a test payment on a live site, or the reverse"
    return None


def _note_provider_ids(payment: Payment, report: PaymentReport) -> None:
    payment.intent_id = report.intent_id or payment.intent_id
    payment.charge_id = report.charge_id or payment.charge_id
    payment.method = report.method or payment.method
    payment.fee_minor = report.fee.minor if report.fee else payment.fee_minor


def _receipt(payment: Payment) -> fulfilment.Receipt:
    return fulfilment.Receipt(
        reference=payment.reference,
        intent_id=payment.intent_id or payment.reference,
        charge_id=payment.charge_id,
        fee_minor=payment.fee_minor,
        currency=payment.currency,
        cash=_WHERE_MONEY_LIES[payment.provider],
    )


def _expire_unsent(payment: Payment, moment: datetime) -> None:
    if moment < payment.expires_at:
        return
    _move(payment, PaymentStatus.EXPIRED, moment, "never reached the provider")
    _expire_order(payment.order, moment)


def _expire_order(order: Order, moment: datetime) -> None:
    if order.status is OrderStatus.AWAITING_PAYMENT:
        orders.move(order, OrderStatus.EXPIRED, moment, "not paid in time")
