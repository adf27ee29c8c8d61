"""What the desk sees of one order: its lines, money, refunds, documents and all that happened to it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from archive.accounts import Account
from archive.db import db
from archive.errors import NotFound
from licensing import (
    invoice_documents,
    invoices,
    licences,
    refund_parts,
    refund_sending,
    refunds,
    settlements,
)
from licensing.invoice_documents import Form, InvoiceFile
from licensing.invoices import Invoice
from licensing.licences import Licence
from licensing.money import Money
from licensing.orders import Order, OrderEvent
from licensing.payments import Payment, PaymentEvent
from licensing.refunds import Refund, RefundEvent, Source
from licensing.settlements import Settlement


@dataclass(frozen=True)
class Returnable:
    """A sum that can go back on one payment, and what it would be taken from."""

    payment: Payment
    source: Source
    left: Money

    @property
    def key(self) -> str:
        """What the form calls it."""
        return f"{self.payment.id}:{self.source.value}"


@dataclass(frozen=True)
class Happening:
    """One thing that happened to an order, its payments or its refunds."""

    at: datetime
    kind: str  # order, payment, refund
    name: str  # of the payment or refund; empty for the order itself
    state: str
    why: str
    who: str


@dataclass(frozen=True)
class Sheet:
    """The page of one order."""

    order: Order
    settlement: Settlement
    payments: list[Payment]
    refunds: list[Refund]
    returnable: list[Returnable]
    taken_back: dict[int, tuple[Money, Money]]
    documents: list[tuple[Invoice, dict[Form, InvoiceFile]]]
    licences: list[Licence]
    happened: list[Happening]


def get_order(number: str) -> Order:
    """Get an order by its number; raise NotFound."""
    found = db.session.scalar(select(Order).where(Order.number == number))
    if found is None:
        raise NotFound("There is no order with this number.")
    return found


def of(order: Order) -> Sheet:
    """Gather the page of an order."""
    paid = list(db.session.scalars(select(Payment).where(Payment.order_id == order.id).order_by(Payment.id)))
    given_back = refunds.of_order(order.id)
    issued = invoices.all_of_order(order.id)
    return Sheet(
        order=order,
        settlement=settlements.of_order(order),
        payments=paid,
        refunds=given_back,
        returnable=returnable(order, paid),
        taken_back=refund_parts.taken_back(order),
        documents=[(invoice, invoice_documents.files_of(invoice.id)) for invoice in issued],
        licences=licences.of_order(order.id),
        happened=_happened(order, paid, given_back),
    )


def returnable(order: Order, paid: list[Payment]) -> list[Returnable]:
    """List what can go back on each payment, by what it is taken from."""
    found = [
        Returnable(payment, source, min(refunds.left_of(payment), refunds.left_of_source(order, source)))
        for payment in paid
        for source in _sources(payment)
    ]
    return [each for each in found if each.left]


def _sources(payment: Payment) -> tuple[Source, ...]:
    if payment.is_by_hand:
        return (Source.SALE,)  # what is too much of a transfer is sent back with the bank's statements
    if refund_sending.is_surplus(payment):
        return (Source.SURPLUS, Source.PROMISED)
    return (Source.SALE, Source.PROMISED)


def _happened(order: Order, paid: list[Payment], given_back: list[Refund]) -> list[Happening]:
    rows = [
        Happening(event.at, "order", "", event.after.value, event.why, "")
        for event in db.session.scalars(select(OrderEvent).where(OrderEvent.order_id == order.id))
    ]
    names = {payment.id: payment.reference for payment in paid}
    for event in db.session.scalars(select(PaymentEvent).where(PaymentEvent.payment_id.in_(names))):
        rows.append(Happening(event.at, "payment", names[event.payment_id], event.after.value, event.why, ""))
    refunded = select(RefundEvent, Account.name).outerjoin(Account, Account.id == RefundEvent.account_id)
    of_these = RefundEvent.refund_id.in_([refund.id for refund in given_back])
    for moved, who in db.session.execute(refunded.where(of_these).order_by(RefundEvent.id)):
        rows.append(
            Happening(moved.at, "refund", str(moved.refund_id), moved.after.value, moved.why, who or "")
        )
    return sorted(rows, key=lambda row: row.at)
