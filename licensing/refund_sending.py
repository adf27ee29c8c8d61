"""Sending refunds, and reading them again: whatever tells us of a refund only asks for all refunds of its payment to be
read, and each is brought to where the provider's object says it is.

A refund that was made in the provider's own pages gets a row here, with the provider's amount. Doing any of it twice
changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from archive import clock, jobs
from archive.db import db
from archive.errors import Invalid, Refused
from archive.transactions import transaction
from licensing import anomalies, ledger, payments, refund_effects, refund_parts, refunds
from licensing.gateways.gateway import (
    RefundOutcome,
    RefundRefused,
    RefundReport,
    RefundRequest,
    gateway,
)
from licensing.orders import Order
from licensing.payments import Payment, PaymentStatus
from licensing.refunds import Origin, Refund, RefundStatus, Source

SYNC_JOB = "refunds.sync"
FOLLOW_JOB = "refunds.follow"
FOLLOW_EVERY = timedelta(minutes=30)

_AFTER = {
    RefundOutcome.PENDING: RefundStatus.PENDING,
    RefundOutcome.SUCCEEDED: RefundStatus.SUCCEEDED,
    RefundOutcome.FAILED: RefundStatus.FAILED,
    RefundOutcome.CANCELLED: RefundStatus.CANCELLED,
}
BOOKED_ASIDE = ("late_payment", "double_payment")


def send(payload: dict[str, Any]) -> None:
    """Job: ask the provider to give an approved refund back; run again, it is the same refund."""
    with transaction():
        refund = db.session.get_one(Refund, payload["refund_id"], with_for_update=True)
        if refund.payment.is_by_hand:
            return
        refunds.move(refund, RefundStatus.SENT, clock.now(), "handed to the provider")
        if refund.status is not RefundStatus.SENT or refund.provider_ref is not None:
            return
        payment_id, request = refund.payment_id, _request(refund)
    try:
        report = gateway().refund(request)
    except RefundRefused as refusal:
        _refused(payload["refund_id"], payment_id, request.intent_id, str(refusal))
        return
    with transaction():
        apply(payment_id, [report], clock.now())


def record(refund: Refund, bank_reference: str, moment: datetime, account_id: int | None) -> None:
    """Note that staff sent an approved refund from the archive's bank account. Raise Invalid, Refused."""
    if not bank_reference.strip():
        raise Invalid("Write down the bank's reference of the transfer: it is how the statement is matched.")
    refunds.take_in_hand(refund.payment)
    if not refund.payment.is_by_hand or not refunds.move(
        refund, RefundStatus.SENT, moment, "sent from the bank account", account_id
    ):
        raise Refused("This refund is not waiting to be sent from the bank account.")
    refund.provider_ref = f"bank:{bank_reference.strip()}:{refund.id}"
    refunds.move(refund, RefundStatus.SUCCEEDED, moment, bank_reference.strip(), account_id)
    refund_effects.leave(refund, moment)
    refund_effects.arrive(refund, moment)


def try_again(failed: Refund, moment: datetime, account_id: int | None) -> Refund:
    """Send money that came back to the buyer once more, once; what was taken back for it is not taken again."""
    source = Source.PROMISED if refund_parts.has_any(failed.id) else failed.source
    again = refunds.ask(
        failed.payment,
        failed.amount,
        failed.reason,
        key=f"again:{failed.id}",
        moment=moment,
        source=source,
        line=failed.line,
        account_id=account_id,
    )
    refunds.approve(again, moment, account_id)
    return again


def queue_sync(payment: Payment) -> None:
    """Ask for all refunds of a payment to be read again soon."""
    jobs.enqueue(SYNC_JOB, {"payment_id": payment.id}, key=f"{SYNC_JOB}:{payment.id}")


def sync(payload: dict[str, Any]) -> None:
    """Job: read the refunds of one payment and apply what they say; the payment itself first, if need be."""
    intent_id = _intent_of(payload["payment_id"])
    if intent_id is None:
        payments.sync(payload)
        intent_id = _intent_of(payload["payment_id"])
    if intent_id is None:
        return
    reports = gateway().refunds_of(intent_id)
    with transaction():
        apply(payload["payment_id"], reports, clock.now())


def follow(_payload: dict[str, Any]) -> None:
    """Job: send again what was not sent, and read again what is on its way."""
    with transaction():
        waiting = (RefundStatus.APPROVED, RefundStatus.SENT, RefundStatus.PENDING)
        for refund in db.session.scalars(select(Refund).where(Refund.status.in_(waiting))):
            if refund.payment.is_by_hand:
                continue
            if refund.provider_ref is None:
                refunds.queue_send(refund)
            else:
                queue_sync(refund.payment)


def apply(payment_id: int, reports: list[RefundReport], moment: datetime) -> None:
    """Bring the refunds of a payment to where the provider's objects say they are."""
    payment = db.session.get_one(Payment, payment_id, with_for_update=True)
    for report in reports:
        _bring(payment, report, moment)


def _intent_of(payment_id: int) -> str | None:
    intent_id = db.session.get_one(Payment, payment_id).intent_id
    db.session.rollback()
    return intent_id


def _bring(payment: Payment, report: RefundReport, moment: datetime) -> None:
    refund = _find(payment, report) or _adopt(payment, report, moment)
    if refund is None:
        return
    if refund.provider_ref is None:
        refund.provider_ref = report.provider_ref
        db.session.flush()
    why = f"the provider says {report.outcome.value}{f': {report.why_failed}' if report.why_failed else ''}"
    if not refunds.move(refund, _AFTER[report.outcome], moment, why):
        return
    if refund.status in refunds.OVER:
        refund_effects.come_back(refund, moment)
        return
    refund_effects.leave(refund, moment)
    if refund.status is RefundStatus.SUCCEEDED:
        refund_effects.arrive(refund, moment)


def _find(payment: Payment, report: RefundReport) -> Refund | None:
    """Find our row of a report: by the provider's name for it, or by ours while it does not know the other."""
    known = refunds.of_payment(payment.id)
    by_ref = [refund for refund in known if refund.provider_ref == report.provider_ref]
    by_name = [
        refund for refund in known if refund.provider_ref is None and refund.reference == report.reference
    ]
    return next(iter(by_ref + by_name), None)


def _adopt(payment: Payment, report: RefundReport, moment: datetime) -> Refund | None:
    """Give a refund that was made in the provider's pages a row; None when it never happened anyway."""
    if report.outcome in (RefundOutcome.FAILED, RefundOutcome.CANCELLED):
        return None
    anomalies.file("refunded_at_provider", report.provider_ref, moment, order=payment.order.number)
    if payment.status is not PaymentStatus.SUCCEEDED:
        return None  # what came in is not booked, so what went out is not either: both wait for a person
    _make_room(payment, report, moment)
    refund = Refund(
        payment_id=payment.id,
        amount_minor=report.amount.minor,
        currency=report.amount.currency,
        source=_source(payment, report),
        reason="refunded at the payment provider",
        origin=Origin.PROVIDER,
        provider_ref=report.provider_ref,
    )
    return refunds.add(refund, RefundStatus.SENT, moment, refund.reason, None)


def _make_room(payment: Payment, report: RefundReport, moment: datetime) -> None:
    """Let go of what was asked for here and not sent, when somebody has given the money back elsewhere."""
    for refund in refunds.of_payment(payment.id):
        if refunds.left_of(payment) < report.amount:
            refunds.move(
                refund, RefundStatus.CANCELLED, moment, "the money was given back at the provider instead"
            )


def _source(payment: Payment, report: RefundReport) -> Source:
    if is_surplus(payment):
        return Source.SURPLUS
    if report.amount > refunds.left_of_sale(payment.order):
        return (
            Source.PROMISED
        )  # credit, or more than is left of the sale: what it is taken from is for a person to say
    return Source.SALE


def is_surplus(payment: Payment) -> bool:
    """Say whether the money of a payment was kept aside when it came in."""
    booked = ledger.find(f"payment:{payment.intent_id}")
    return booked is not None and booked.kind in BOOKED_ASIDE


def sale_of(order: Order) -> Payment | None:
    """Find the payment that an order was sold for, and not one that was kept aside."""
    query = select(Payment).where(Payment.order_id == order.id, Payment.status == PaymentStatus.SUCCEEDED)
    found = db.session.scalars(query.order_by(Payment.id))
    return next((payment for payment in found if not is_surplus(payment)), None)


def _refused(refund_id: int, payment_id: int, intent_id: str, why: str) -> None:
    reports = gateway().refunds_of(intent_id)
    with transaction():
        apply(payment_id, reports, clock.now())
        refund = db.session.get_one(Refund, refund_id)
        if refund.provider_ref is None and refunds.move(refund, RefundStatus.FAILED, clock.now(), why):
            refund_effects.come_back(refund, clock.now())


def _request(refund: Refund) -> RefundRequest:
    payment = refund.payment
    return RefundRequest(
        reference=refund.reference,
        payment=payment.reference,
        intent_id=payment.intent_id or "",
        idempotency_key=refund.reference,
        amount=refund.amount,
        created_at=refund.created_at,
    )
