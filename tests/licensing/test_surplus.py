"""Money that nothing was sold for goes back, and its buyer is told."""

from flask import Flask
from sqlalchemy import select

from archive import jobs, mail
from archive.db import db
from archive.jobs import Job
from licensing import anomalies, fulfilment, orders, refunds, rights, settlements, surplus
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.ledger import AccountKind
from licensing.orders import OrderStatus
from licensing.payments import Payment
from licensing.refunds import Refund, RefundStatus, Source
from tests.licensing import refunding, sales
from tests.licensing.refunding import balance, euro, hear, said
from tests.licensing.sales import NOW


def letters() -> list[jobs.Payload]:
    found = db.session.scalars(select(Job).where(Job.name == mail.JOB).order_by(Job.id))
    return [job.payload for job in found]


def send_back(payment: Payment) -> Refund:
    """Do what the job does, and let the provider say that it has arrived."""
    reference, payment_id = payment.reference, payment.id
    db.session.commit()
    surplus.send_back({"reference": reference})
    surplus.send_back({"reference": reference})
    (refund,) = refunds.of_payment(payment_id)
    hear(refund.payment, said(refund))
    return refund


# Lesson 28
def test_the_second_payment_of_an_order_is_recorded_sent_back_and_told(app: Flask) -> None:
    payment = refunding.one_licence()
    second = refunding.pay(payment.order)
    overpaid = settlements.of_order(payment.order).overpaid

    refund = send_back(second)

    assert overpaid == euro(12100)
    assert (refund.source, refund.status, refund.amount) == (
        Source.SURPLUS,
        RefundStatus.SUCCEEDED,
        euro(12100),
    )
    assert settlements.of_order(refund.payment.order).overpaid == euro(0)
    assert balance(AccountKind.SUSPENSE) == balance(AccountKind.REFUND_CLEARING) == 0
    assert balance(AccountKind.REVENUE) == -10000  # the sale stands
    assert refund.credit_note is None
    assert anomalies.open_ones() == []
    assert "te laat" in letters()[-1]["text"] or "too late" in letters()[-1]["text"]


# Lesson 28
def test_money_for_what_may_no_longer_be_sold_goes_back_and_the_order_ends(app: Flask) -> None:
    entry = sales.entry_for_sale()
    order = sales.placed([sales.line_for(entry, 10000)])
    orders.move(order, OrderStatus.AWAITING_PAYMENT, NOW, "payment begun")
    rights.record(entry, Layer.LYRICS, Basis.OUT_OF_COMMERCE, ClaimStatus.CONFIRMED, NOW)
    payment = refunding.pay(order)

    refund = send_back(payment)

    found = settlements.of_order(refund.payment.order)
    assert refund.payment.order.status is OrderStatus.CANCELLED
    assert (found.received, found.refunded, found.due, found.overpaid) == (
        euro(12100),
        euro(12100),
        euro(0),
        euro(0),
    )
    assert balance(AccountKind.SUSPENSE) == balance(AccountKind.STRIPE_CLEARING) == 0


def test_a_payment_that_bought_something_is_never_sent_back_by_itself(app: Flask) -> None:
    payment = refunding.one_licence()
    reference, payment_id = payment.reference, payment.id
    db.session.commit()

    surplus.send_back({"reference": reference})

    assert refunds.of_payment(payment_id) == []


def test_what_is_kept_aside_queues_its_way_back(app: Flask) -> None:
    payment = refunding.one_licence()
    second = refunding.pay(payment.order)

    queued = db.session.scalars(select(Job).where(Job.name == fulfilment.SEND_BACK_JOB)).one()

    assert queued.payload == {"reference": second.reference}
