"""Bank transfer, the second gateway: the buyer is told where to pay, and the bank's statements say what came.

There is nothing to call: the first source is what was read in from the bank.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from archive.db import db
from licensing import bank_entries, bank_money, creditor_references
from licensing.gateways.gateway import Checkout, CheckoutRequest, Outcome, PaymentReport
from licensing.money import Money
from licensing.payments import Payment

# Money sent on the last day is on the statement a few days later: banks close at weekends.
GRACE = timedelta(days=4)


class TransferGateway:
    """The payment seam, spoken as payment instructions and bank statements."""

    lasts = timedelta(days=14)

    def __init__(self, *, is_live: bool, clock: Callable[[], datetime]) -> None:
        self.is_live = is_live
        self._clock = clock

    def start_checkout(self, request: CheckoutRequest) -> Checkout:
        """Give the payment its reference (ISO 11649); the order's own page tells how to pay."""
        return Checkout(session_id=_free_reference(request.order_number), url=request.cancel_url)

    def read(self, session_id: str) -> PaymentReport:
        """Say how a transfer stands by what came in for its reference."""
        payment = db.session.scalars(select(Payment).where(Payment.session_id == session_id)).one()
        return self._report(payment, self._clock() > payment.expires_at + GRACE)

    def expire(self, session_id: str) -> PaymentReport:
        """Wait no longer for a transfer, unless a part of it is here."""
        payment = db.session.scalars(select(Payment).where(Payment.session_id == session_id)).one()
        return self._report(payment, is_over=True)

    def _report(self, payment: Payment, is_over: bool) -> PaymentReport:
        return PaymentReport(
            outcome=_outcome(payment, is_over=is_over),
            reference=payment.reference,
            amount=Money(payment.amount_minor, payment.currency),
            is_live=self.is_live,
            session_id=payment.session_id or "",
            intent_id=payment.session_id,
            charge_id=None,
            method="bank_transfer",
            fee=None,
            country=None,
        )


def _outcome(payment: Payment, *, is_over: bool) -> Outcome:
    if not bank_money.missing(payment):
        return Outcome.PAID
    return Outcome.EXPIRED if is_over and not bank_entries.received(payment) else Outcome.OPEN


def _free_reference(order_number: str) -> str:
    """Make the reference of an order; one that was waited for before and given up keeps its own."""
    attempt = 1
    while True:
        reference = creditor_references.make(order_number + (f"N{attempt}" if attempt > 1 else ""))
        if db.session.scalar(select(Payment.id).where(Payment.session_id == reference)) is None:
            return reference
        attempt += 1
