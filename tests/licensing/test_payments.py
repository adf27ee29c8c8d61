"""A payment is what the provider's object says when it is read again, whatever told us to look."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from archive import clock
from archive.db import db
from licensing import anomalies, ledger, orders, payments
from licensing.delivery import Delivery
from licensing.gateways.gateway import Outcome, PaymentReport
from licensing.ledger import AccountKind, LedgerTransaction
from licensing.licences import Licence
from licensing.money import Money
from licensing.orders import Order, OrderStatus
from licensing.payments import Payment, PaymentStatus
from tests.licensing.shop import Shop


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def assert_sold_once(open_shop: Shop) -> None:
    order = open_shop.the_order()
    assert order.status is OrderStatus.PAID
    assert (count(Licence), count(Delivery)) == (1, 1)
    assert ledger.unbalanced_transactions() == []
    assert ledger.balance(AccountKind.REVENUE, "EUR") == Money(-18050, "EUR")
    assert ledger.balance(AccountKind.VAT_PAYABLE, "EUR", "NL:2100") == Money(-3791, "EUR")
    fee = ledger.balance(AccountKind.FEES_EXPENSE, "EUR")
    assert ledger.balance(AccountKind.STRIPE_CLEARING, "EUR") == Money(21841, "EUR") - fee
    assert fee.minor > 0


def test_a_paid_order_gives_a_licence_a_delivery_and_balanced_books(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order())

    assert open_shop.deliver(open_shop.event("checkout.session.completed")) == 200
    open_shop.work()

    assert_sold_once(open_shop)


def test_the_intent_is_on_disk_before_the_provider_is_called(open_shop: Shop) -> None:
    open_shop.script(fault="drop", fault_calls=9, fault_path="/v1/checkout")

    answer = open_shop.browser.post(open_shop.order_address(), data=open_shop.fill_in())

    assert answer.status_code == 503
    assert open_shop.the_payment().status is PaymentStatus.CREATED
    assert open_shop.the_order().status is OrderStatus.AWAITING_PAYMENT


def test_a_lost_answer_is_asked_for_again_and_gives_the_same_payment_page(open_shop: Shop) -> None:
    form = open_shop.fill_in()
    open_shop.script(fault="drop_after_commit", fault_calls=9, fault_path="/v1/checkout")
    assert open_shop.browser.post(open_shop.order_address(), data=form).status_code == 503

    open_shop.script()
    answer = open_shop.browser.post(open_shop.order_address(), data=form)

    assert answer.status_code == 303
    sessions = [event for event in open_shop.events() if event["type"] == "payment_intent.created"]
    assert (count(Order), count(Payment)) == (1, 1)
    assert len(sessions) <= 1
    open_shop.pay(answer.headers["Location"])
    open_shop.deliver(open_shop.event("checkout.session.completed"))
    open_shop.work()
    assert_sold_once(open_shop)


def test_a_form_sent_twice_is_one_order_with_one_payment_page(open_shop: Shop) -> None:
    form = open_shop.fill_in()

    pages = [
        open_shop.browser.post(open_shop.order_address(), data=form).headers["Location"] for _ in range(2)
    ]

    assert pages[0] == pages[1]
    assert (count(Order), count(Payment)) == (1, 1)


def test_an_event_delivered_twice_sells_once(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order())
    event = open_shop.event("checkout.session.completed")

    for _ in range(3):
        assert open_shop.deliver(event) == 200
        open_shop.work()

    assert_sold_once(open_shop)


def test_all_events_in_reverse_order_end_in_the_same_state(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order())

    for event in reversed(open_shop.events()):
        assert open_shop.deliver(event) == 200
        open_shop.work()

    assert_sold_once(open_shop)


def test_the_buyers_return_alone_is_enough(open_shop: Shop) -> None:
    back = open_shop.pay(open_shop.order())

    open_shop.browser.get(back)
    open_shop.work()

    assert_sold_once(open_shop)


def test_the_event_before_the_return_and_the_return_after_it_sell_once(open_shop: Shop) -> None:
    back = open_shop.pay(open_shop.order())
    open_shop.deliver(open_shop.event("checkout.session.completed"))
    open_shop.work()

    page = open_shop.browser.get(back, follow_redirects=True)
    open_shop.work()

    assert page.status_code == 200
    assert_sold_once(open_shop)


def test_the_return_address_proves_nothing(open_shop: Shop) -> None:
    open_shop.order()
    token = shop_token(open_shop)

    open_shop.browser.get(f"/nl/orders/{token}/return?session=cs_test_of_somebody_who_paid")
    open_shop.work()

    assert open_shop.the_order().status is OrderStatus.AWAITING_PAYMENT
    assert count(Licence) == 0


def test_neither_event_nor_return_the_clock_finds_the_money(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order())

    payments.reconcile({})
    open_shop.work()

    assert_sold_once(open_shop)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Money(21840, "EUR")},
        {"amount": Money(21841, "USD")},
        {"reference": "pay_of_somebody_else"},
        {"is_live": True},
    ],
)
def test_a_payment_that_differs_from_the_order_goes_to_a_person(
    open_shop: Shop, change: dict[str, Any]
) -> None:
    open_shop.order()
    payment = open_shop.the_payment()
    said = report(payment, Outcome.PAID)

    payments.apply(payment.id, replace(said, **change), clock.now())
    db.session.commit()

    assert open_shop.the_payment().status is PaymentStatus.REVIEW
    assert open_shop.the_order().status is OrderStatus.AWAITING_PAYMENT
    assert [found.kind for found in anomalies.open_ones()] == ["payment_differs"]
    assert (count(Licence), count(LedgerTransaction)) == (0, 0)


def test_completed_but_unpaid_is_waiting(open_shop: Shop) -> None:
    open_shop.script(settle_seconds=3600)
    open_shop.pay(open_shop.order(), "sepa_debit")

    open_shop.deliver(open_shop.event("checkout.session.completed"))
    open_shop.work()

    assert open_shop.the_payment().status is PaymentStatus.PROCESSING
    assert count(Licence) == 0


def test_a_report_never_moves_a_payment_backwards(open_shop: Shop) -> None:
    open_shop.order()
    payment = open_shop.the_payment()
    for outcome in (Outcome.PAID, Outcome.OPEN, Outcome.PROCESSING, Outcome.EXPIRED, Outcome.FAILED):
        payments.apply(payment.id, report(payment, outcome), clock.now())
        db.session.commit()

    assert open_shop.the_payment().status is PaymentStatus.SUCCEEDED
    assert_sold_once(open_shop)


def test_money_that_comes_after_the_order_expired_is_kept_and_serves_the_buyer(open_shop: Shop) -> None:
    open_shop.order()
    payment = open_shop.the_payment()
    payments.apply(payment.id, report(payment, Outcome.EXPIRED), clock.now())
    db.session.commit()
    assert open_shop.the_order().status is OrderStatus.EXPIRED

    payments.apply(payment.id, report(payment, Outcome.PAID), clock.now())
    db.session.commit()

    assert_sold_once(open_shop)


def test_an_order_that_expired_can_be_paid_anew(open_shop: Shop) -> None:
    open_shop.order()
    payment = open_shop.the_payment()
    payments.apply(payment.id, report(payment, Outcome.EXPIRED), clock.now())
    db.session.commit()

    url = payments.begin(
        open_shop.the_order(), clock.now(), return_url="http://localhost/r", cancel_url="http://localhost/c"
    )
    db.session.commit()
    open_shop.pay(url)
    payments.reconcile({})
    open_shop.work()

    assert count(Payment) == 2
    assert_sold_once(open_shop)


def test_a_second_payment_of_a_paid_order_is_the_buyers_money(open_shop: Shop) -> None:
    open_shop.order()
    first = open_shop.the_payment()
    payments.apply(first.id, report(first, Outcome.EXPIRED), clock.now())
    db.session.commit()
    payments.begin(
        open_shop.the_order(), clock.now(), return_url="http://localhost/r", cancel_url="http://localhost/c"
    )
    db.session.commit()
    second = db.session.scalars(select(Payment).order_by(Payment.id.desc())).first()
    assert second is not None

    for payment in (second, first):
        payments.apply(payment.id, report(payment, Outcome.PAID), clock.now())
        db.session.commit()

    assert count(Licence) == 1
    assert ledger.balance(AccountKind.SUSPENSE, "EUR") == Money(-21841, "EUR")
    assert [found.kind for found in anomalies.open_ones()] == ["paid_twice"]
    assert ledger.unbalanced_transactions() == []


def report(payment: Payment, outcome: Outcome) -> PaymentReport:
    return PaymentReport(
        outcome=outcome,
        reference=payment.reference,
        amount=Money(payment.amount_minor, payment.currency),
        is_live=False,
        session_id=payment.session_id or "cs_none",
        intent_id=f"pi_{payment.id}",
        charge_id=f"ch_{payment.id}",
        method="ideal",
        fee=Money(29, "EUR"),
    )


def shop_token(open_shop: Shop) -> str:
    return orders.link_token(open_shop.the_order())
