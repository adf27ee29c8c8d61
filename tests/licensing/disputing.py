"""Payments that came in, and what the provider says of disputes about them, without a provider."""

from archive.db import db
from licensing import dispute_handling
from licensing.disputes import Dispute
from licensing.gateways.books import DisputeReport, DisputeStanding, Movement
from licensing.money import Money
from licensing.orders import Order
from licensing.payments import Payment, PaymentStatus
from tests.licensing import sales

NOW = sales.NOW
CURRENCY = "EUR"


def told(payment: Payment, standing: DisputeStanding, minor: int = 0) -> Dispute | None:
    """Let the provider say how a dispute of a payment, or of so many cents of it, stands."""
    amount = Money(minor or payment.amount_minor, CURRENCY)
    taken = Movement(f"txn_{payment.id}", -amount, Money(2000, CURRENCY))
    back = Movement(f"txn_{payment.id}_back", amount, Money(0, CURRENCY))
    movements = {DisputeStanding.WON: (taken, back), DisputeStanding.WARNING: ()}.get(standing, (taken,))
    report = DisputeReport(
        f"dp_{payment.id}",
        payment.reference,
        payment.intent_id,
        None,
        amount,
        "fraudulent",
        standing,
        None,
        is_live=False,
        movements=movements,
    )
    return dispute_handling.apply(payment, report, NOW)


def payment_of(order: Order) -> Payment:
    """Write down that the money of an order came in."""
    payment = Payment(
        reference=f"pay_{order.number}",
        order=order,
        provider="stripe",
        amount_minor=order.gross_minor,
        currency=order.currency,
        status=PaymentStatus.SUCCEEDED,
        idempotency_key=f"checkout-{order.number}",
        created_at=NOW,
        expires_at=NOW,
        intent_id=f"pi_{order.number}_1",
    )
    db.session.add(payment)
    db.session.flush()
    return payment
