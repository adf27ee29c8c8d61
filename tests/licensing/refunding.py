"""Paid orders with their payments, and what a provider says of refunds, without a provider."""

from datetime import datetime, timedelta

from archive.db import db
from licensing import fulfilment, ledger, orders, refund_sending, refunds
from licensing.fulfilment import Receipt
from licensing.gateways.gateway import RefundOutcome, RefundReport
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.orders import Order, OrderStatus, PricedLine
from licensing.payments import Payment, PaymentStatus
from licensing.refunds import Refund
from tests.licensing import sales
from tests.licensing.sales import NOW


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def paid(lines: list[PricedLine], moment: datetime = NOW) -> Payment:
    """Place an order of these lines, and let its money come in by a payment."""
    return pay(sales.placed(lines, moment=moment), moment)


def one_licence(minor: int = 10000, moment: datetime = NOW) -> Payment:
    """Sell one licence; with 21 % VAT it is 121.00 euro."""
    return paid([sales.line_for(sales.entry_for_sale(), minor)], moment)


def pay(order: Order, moment: datetime = NOW) -> Payment:
    """Let the money of an order come in, once more if it came before."""
    if order.status is OrderStatus.OPEN:
        orders.move(order, OrderStatus.AWAITING_PAYMENT, moment, "payment begun")
    nth = len(of_order(order)) + 1
    payment = Payment(
        reference=f"pay_{order.number}_{nth}",
        order=order,
        provider="stripe",
        amount_minor=order.gross_minor,
        currency=order.currency,
        status=PaymentStatus.SUCCEEDED,
        idempotency_key=f"checkout-{order.number}-{nth}",
        created_at=moment,
        expires_at=moment + timedelta(hours=2),
        intent_id=f"pi_{order.number}_{nth}",
    )
    db.session.add(payment)
    db.session.flush()
    receipt = Receipt(payment.reference, f"pi_{order.number}_{nth}", None, None, order.currency)
    fulfilment.complete(order, receipt, moment)
    return payment


def of_order(order: Order) -> list[Payment]:
    return list(db.session.query(Payment).filter_by(order_id=order.id))


def ask(payment: Payment, minor: int, key: str = "form-1", **more: object) -> Refund:
    """Ask for money to go back, and approve it."""
    refund = refunds.ask(payment, euro(minor), "Te veel berekend", key=key, moment=NOW, **more)  # type: ignore[arg-type]
    refunds.approve(refund, NOW)
    return refund


def said(refund: Refund, outcome: RefundOutcome = RefundOutcome.SUCCEEDED) -> RefundReport:
    """What the provider says of a refund that was made here."""
    return RefundReport(f"re_{refund.id}", refund.reference, refund.amount, outcome, "")


def made_there(name: str, minor: int, outcome: RefundOutcome = RefundOutcome.SUCCEEDED) -> RefundReport:
    """What the provider says of a refund that was made in its own pages."""
    return RefundReport(name, None, euro(minor), outcome, "")


def hear(payment: Payment, *reports: RefundReport, moment: datetime = NOW) -> None:
    """Let the provider say something of the refunds of a payment."""
    for refund in refunds.of_payment(payment.id):
        refunds.move(refund, refunds.RefundStatus.SENT, moment, "handed to the provider")
    refund_sending.apply(payment.id, list(reports), moment)


def given_back(payment: Payment, minor: int, key: str = "form-1", **more: object) -> Refund:
    """Give money back, from the question to its arrival."""
    refund = ask(payment, minor, key, **more)
    hear(payment, said(refund))
    return refund


def balance(kind: AccountKind, owner: str | None = None) -> int:
    return ledger.balance(kind, "EUR", owner).minor
