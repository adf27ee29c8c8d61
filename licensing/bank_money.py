"""Money that came by bank transfer: placed with its order, booked as the buyer's, and settled when it is enough.

What comes in is booked at once (bank against suspense, by order); the sale takes it from there. So what is too much,
double or late stays visible as the buyer's until a person sends it back.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import audit
from archive.db import Model, db, lock_row
from archive.errors import Invalid, NotFound, Refused
from archive.triggers import append_only
from licensing import anomalies, bank_entries, creditor_references, ledger, payments
from licensing.bank_entries import BankEntry, EntryStatus
from licensing.bank_matching import Waiting
from licensing.gateways.gateway import TRANSFER
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.orders import Order, OrderStatus
from licensing.payments import OPEN, Payment, PaymentStatus

# Banks on the way may keep a little of a transfer from abroad; more than this is not their costs.
WAIVED_AT_MOST_BP = 1_000
LATE = (OrderStatus.EXPIRED, OrderStatus.CANCELLED)


class TransferWaiver(Model):
    """What of a transfer is missing and was let go, as banks on the way kept it."""

    __table_args__ = (CheckConstraint("amount_minor > 0", "is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)


event.listen(TransferWaiver.__table__, "after_create", append_only("transfer_waiver"))


def place_known(entries: Iterable[BankEntry], moment: datetime) -> int:
    """Place those that came in and name one of our references; say how many."""
    placed = 0
    for entry in entries:
        payment = _named(entry) if entry.is_credit else None
        if payment is not None and payment.currency == entry.currency:
            place(entry, payment.order, "by its reference", moment, None, payment)
            placed += 1
        elif entry.is_credit:
            anomalies.file("transfer_unplaced", f"bank-{entry.id}", moment, amount=entry.amount.show("en"))
    return placed


def place(
    entry: BankEntry,
    order: Order,
    why: str,
    moment: datetime,
    account_id: int | None,
    payment: Payment | None = None,
) -> None:
    """Say that a transfer is for an order, book it, and let the payment be looked at. Raise Invalid or Refused.

    Without a `payment` it counts for the last transfer that the order waited for.
    """
    if entry.currency != order.currency:
        raise Invalid("The order is in another currency than the transfer. Set the transfer aside.")
    bank_entries.move(entry, EntryStatus.PLACED, why, moment, account_id, order)
    payment = payment or latest_transfer(order)
    entry.payment_id = payment.id if payment else None
    db.session.flush()
    postings = [
        Posting(AccountKind.BANK, entry.amount),
        Posting(AccountKind.SUSPENSE, -entry.amount, order.number),
    ]
    ledger.post("transfer", order.number, f"bank:{entry.id}", postings, moment)
    _tell(order, payment, moment)
    if payment is not None:
        payments.queue_sync(payment)
    anomalies.settle("transfer_unplaced", f"bank-{entry.id}", "it has its order", moment)
    if account_id is not None:
        audit.record("transfer.placed", "bank_entry", str(entry.id), account_id, order=order.number)


def set_aside(entry: BankEntry, why: str, moment: datetime, account_id: int) -> None:
    """Say that a transfer has nothing to do with an order: nothing is booked. Raise Invalid without a reason."""
    if not why.strip():
        raise Invalid("Say what the money is for: it is kept with the transfer.")
    bank_entries.move(entry, EntryStatus.ASIDE, why, moment, account_id, None)
    anomalies.settle("transfer_unplaced", f"bank-{entry.id}", why, moment)
    audit.record("transfer.set_aside", "bank_entry", str(entry.id), account_id, why=why)


def waive(payment: Payment, why: str, moment: datetime, account_id: int) -> Money:
    """Take a transfer as paid although a little is missing, booked as the bank's costs; return how much.

    Raise Invalid without a reason, Refused when nothing or too much is missing.
    """
    if not why.strip():
        raise Invalid("Say why less is enough: it is kept with the payment.")
    lock_row(payment)
    short = missing(payment)
    if payment.status is PaymentStatus.SUCCEEDED or not short or not bank_entries.received(payment):
        raise Refused("There is nothing missing that could be let go.")
    if short > payment.order.gross.percent_of(WAIVED_AT_MOST_BP):
        raise Refused("More is missing than banks keep. Ask the buyer for the rest.")
    db.session.add(
        TransferWaiver(
            payment_id=payment.id,
            amount_minor=short.minor,
            currency=short.currency,
            why=why,
            at=moment,
            account_id=account_id,
        )
    )
    number = payment.order.number
    postings = [
        Posting(AccountKind.FEES_EXPENSE, short, "bank"),
        Posting(AccountKind.SUSPENSE, -short, number),
    ]
    ledger.post("transfer_costs", number, f"waived:{payment.id}", postings, moment)
    audit.record("transfer.waived", "order", number, account_id, minor=short.minor, why=why)
    anomalies.settle("transfer_short", number, why, moment)
    payments.queue_sync(payment)
    return short


def missing(payment: Payment) -> Money:
    """Say how much of a transfer has not come yet; zero when it is enough."""
    asked = Money(payment.amount_minor, payment.currency)
    let_go = db.session.scalar(
        select(TransferWaiver.amount_minor).where(TransferWaiver.payment_id == payment.id)
    )
    left = asked - bank_entries.received(payment) - Money(let_go or 0, payment.currency)
    return max(left, Money(0, payment.currency))


def kept_for(order: Order) -> Money:
    """Say how much of the buyer's money we have that pays for nothing (yet)."""
    return -ledger.balance(AccountKind.SUSPENSE, order.currency, order.number)


def latest_transfer(order: Order) -> Payment | None:
    """Find the transfer that an order last waited for."""
    query = select(Payment).where(Payment.order_id == order.id, Payment.provider == TRANSFER)
    return db.session.scalar(query.order_by(Payment.id.desc()).limit(1))


def get_order(number: str) -> Order:
    """Get an order by what staff type; raise NotFound."""
    order = db.session.scalar(select(Order).where(Order.number == number.strip().upper()))
    if order is None:
        raise NotFound("There is no order with this number. It looks like B2026-00012.")
    return order


def short_ones() -> list[tuple[Payment, Money, Money]]:
    """List the transfers of which a part has come, with what came and what is missing."""
    came = select(BankEntry.payment_id).where(BankEntry.payment_id.is_not(None))
    query = select(Payment).where(Payment.id.in_(came), Payment.status != PaymentStatus.SUCCEEDED)
    found = db.session.scalars(query.order_by(Payment.id))
    return [(one, bank_entries.received(one), left) for one in found if (left := missing(one))]


def with_too_much() -> list[tuple[Order, Money]]:
    """List the orders for which more came than they cost, or for which money came in vain, with how much is left."""
    came = select(BankEntry.order_id).where(BankEntry.order_id.is_not(None))
    done = (OrderStatus.PAID, *LATE)
    found = db.session.scalars(
        select(Order).where(Order.id.in_(came), Order.status.in_(done)).order_by(Order.id)
    )
    return [(order, kept) for order in found if (kept := kept_for(order)).minor > 0]


def open_transfers() -> list[Payment]:
    """List the transfers that we wait for, the oldest first."""
    query = select(Payment).where(Payment.provider == TRANSFER, Payment.status.in_(OPEN))
    return list(db.session.scalars(query.order_by(Payment.id)))


def waiting_orders() -> list[Waiting]:
    """List the orders that a transfer may be for: not paid, whether a transfer was announced or not."""
    states = (OrderStatus.OPEN, OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED)
    found = db.session.scalars(
        select(Order).where(Order.status.in_(states)).order_by(Order.id.desc()).limit(500)
    )
    short = {payment.order_id: left for payment, _received, left in short_ones()}
    return [
        Waiting(
            order.number,
            short.get(order.id, order.gross),
            tuple(filter(None, (order.organisation, order.buyer_name))),
        )
        for order in found
    ]


def _named(entry: BankEntry) -> Payment | None:
    """Find the payment whose reference a payer gave, structured or in words."""
    written = creditor_references.find_in(f"{entry.reference}\n{entry.text}\n{entry.end_to_end}")
    query = select(Payment).where(Payment.session_id.in_(written), Payment.provider == TRANSFER)
    found = db.session.scalars(query).all()
    return found[0] if len(found) == 1 else None


def _tell(order: Order, payment: Payment | None, moment: datetime) -> None:
    """Put what does not fit into the inbox, and take out what fits now."""
    if order.status is OrderStatus.PAID:
        anomalies.file("transfer_over", order.number, moment, kept=kept_for(order).show("en"))
        return
    short = missing(payment) if payment else order.gross
    if short:
        anomalies.file("transfer_short", order.number, moment, missing=short.show("en"))
        return
    anomalies.settle("transfer_short", order.number, "the rest has come", moment)
    if kept_for(order) > order.gross:
        anomalies.file("transfer_over", order.number, moment, kept=(kept_for(order) - order.gross).show("en"))
