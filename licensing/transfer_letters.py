"""What we write to those who pay by transfer: how to pay, reminders before the last day, and what is missing."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import audit, clock, mail
from archive.db import Model, db
from archive.errors import Refused
from archive.transactions import transaction
from archive.triggers import append_only
from licensing import bank_entries, bank_money, orders, payments, transfers
from licensing.gateways.gateway import TRANSFER
from licensing.orders import Order
from licensing.payments import OPEN, Payment

JOB = "transfers.remind"
EVERY = timedelta(hours=6)
DAYS_BEFORE = (2, 7)  # the last day to pay
PAUSE = timedelta(hours=1)  # between two letters that ask for a rest: a button pressed twice writes once


class TransferLetter(Model):
    """One letter about a transfer, so that each is written once."""

    __table_args__ = (UniqueConstraint("payment_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    kind: Mapped[str]  # instructions, 7, 2 (days before the last), or rest with its moment
    at: Mapped[datetime]


event.listen(TransferLetter.__table__, "after_create", append_only("transfer_letter"))


def write_instructions(order: Order, moment: datetime) -> None:
    """Mail how to pay the transfer that an order waits for, once; nothing when it waits for none."""
    payment = payments.latest_of(order)
    if transfers.instructions(payment) is None or payment is None:
        return
    if not _has_written(payment, "instructions"):
        _write(payment, "instructions", "transfer_asked", moment)


def ask_for_rest(payment: Payment, moment: datetime, account_id: int) -> None:
    """Mail what is missing of a transfer. Raise Refused when nothing is, or when it has just been asked."""
    if not bank_entries.received(payment) or not bank_money.missing(payment):
        raise Refused("Nothing is missing of this transfer.")
    recent = select(TransferLetter.id).where(
        TransferLetter.payment_id == payment.id,
        TransferLetter.kind.startswith("rest"),
        TransferLetter.at > moment - PAUSE,
    )
    if db.session.scalar(recent) is not None:
        raise Refused("The buyer was asked for the rest less than an hour ago.")
    _write(payment, f"rest {moment.isoformat()}", "transfer_short", moment)
    audit.record("transfer.rest_asked", "order", payment.order.number, account_id)


def remind(_payload: dict[str, Any]) -> None:
    """Job: remind of the transfers whose last day comes near, each once for each of DAYS_BEFORE."""
    moment = clock.now()
    query = select(Payment.id).where(
        Payment.provider == TRANSFER,
        Payment.status.in_(OPEN),
        Payment.expires_at.between(moment, moment + timedelta(days=max(DAYS_BEFORE))),
    )
    for payment_id in db.session.scalars(query.order_by(Payment.id)).all():
        with transaction():
            _remind(db.session.get_one(Payment, payment_id), moment)


def _remind(payment: Payment, moment: datetime) -> None:
    # Of two that are due, only the later one is sent: nobody wants two letters on one day.
    due = next(days for days in DAYS_BEFORE if payment.expires_at <= moment + timedelta(days=days))
    if any(_has_written(payment, str(days)) for days in DAYS_BEFORE if days <= due):
        return
    if bank_money.missing(payment):
        _write(payment, str(due), "transfer_reminded", moment)


def _has_written(payment: Payment, kind: str) -> bool:
    query = select(TransferLetter.id).where(
        TransferLetter.payment_id == payment.id, TransferLetter.kind == kind
    )
    return db.session.scalar(query) is not None


def _write(payment: Payment, kind: str, message: str, moment: datetime) -> None:
    told = transfers.told(payment)
    if told is None:
        raise Refused("The site has no bank account to pay to. Set SELLER_IBAN.")
    order = payment.order
    db.session.add(TransferLetter(payment_id=payment.id, kind=kind, at=moment))
    mail.send(
        message,
        order.buyer_email,
        order.lang,
        name=order.buyer_name,
        number=order.number,
        lines=[{"title": line.title, "summary": line.summary} for line in order.lines],
        transfer={
            "name": told.name,
            "iban": told.iban,
            "reference": told.reference,
            "missing": told.missing.show(order.lang),
            "received": told.received.show(order.lang),
            "until": told.until,
        },
        token=orders.link_token(order),
    )
    db.session.flush()
