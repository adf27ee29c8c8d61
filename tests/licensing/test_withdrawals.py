"""A consumer undoes a contract within fourteen days, in two steps, with an acknowledgement that says when."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from archive import clock, mail
from archive.db import db
from archive.errors import Refused
from archive.jobs import Job
from licensing import licences, orders, refunds, withdrawal_rules, withdrawals
from licensing.delivery import Delivery
from licensing.licences import LicenceStatus
from licensing.orders import LineKind
from licensing.payments import Payment
from licensing.refunds import RefundStatus
from licensing.withdrawal_rules import Bought
from licensing.withdrawals import Withdrawal
from tests.licensing import refunding, sales
from tests.licensing.refunding import euro, hear, said

TODAY = date(2026, 11, 22)
CONSUMER = replace(sales.NOOR, organisation=None)


def bought(*, ready: bool = False, consumer: bool = True) -> Payment:
    """Sell one licence to a consumer; unless it is `ready`, its file cannot be fetched yet."""
    line = sales.line_for(sales.entry_for_sale(), 10000)
    order = sales.placed([line], CONSUMER if consumer else sales.NOOR, clock.now())
    payment = refunding.pay(order, clock.now())
    if not ready:
        db.session.execute(delete(Delivery))
    db.session.commit()
    return payment


@pytest.mark.parametrize(
    ("concluded", "last"),
    [(date(2026, 11, 16), date(2026, 11, 30)), (date(2026, 11, 14), date(2026, 11, 30))],
)
def test_the_right_lasts_fourteen_days_and_over_a_weekend(concluded: date, last: date) -> None:
    assert withdrawal_rules.last_day(concluded) == last


@pytest.mark.parametrize(
    ("kind", "begun", "consumer", "day", "is_open"),
    [
        ("licence_fee", False, True, 0, True),
        ("licence_fee", True, True, 0, False),
        ("licence_fee", False, False, 0, False),
        ("licence_fee", False, True, 17, False),
        ("ticket", False, True, 0, False),
        ("tip", False, True, 0, False),
        ("download", False, True, 0, True),
        ("pass", True, True, 0, False),
    ],
)
def test_who_may_withdraw_from_what(kind: str, begun: bool, consumer: bool, day: int, is_open: bool) -> None:
    lines = withdrawal_rules.open_lines(
        [Bought(1, kind, begun)], TODAY, TODAY + timedelta(days=day), is_consumer=consumer
    )

    assert lines == ([1] if is_open else [])


def test_a_withdrawal_ends_the_licence_and_sends_all_money_back(app: Flask) -> None:
    payment = bought()

    withdrawals.declare(payment.order, "Noor", "noor@studio.example", clock.now())
    (refund,) = refunds.of_payment(payment.id)
    hear(payment, said(refund))

    assert (refund.status, refund.amount) == (RefundStatus.SUCCEEDED, euro(12100))
    assert [found.status for found in licences.of_order(payment.order_id)] == [LicenceStatus.REVOKED]
    assert refund.credit_note is not None


def test_declared_twice_it_is_one(app: Flask) -> None:
    payment = bought()

    first, second = (
        withdrawals.declare(payment.order, "Noor", "noor@studio.example", clock.now()) for _ in range(2)
    )

    assert first is second
    assert len(refunds.of_payment(payment.id)) == 1


@pytest.mark.parametrize("sold", [{"ready": True}, {"consumer": False}])
def test_what_was_supplied_or_bought_by_a_business_stays_bought(app: Flask, sold: dict[str, bool]) -> None:
    payment = bought(**sold)

    with pytest.raises(Refused):
        withdrawals.declare(payment.order, "Noor", "noor@studio.example", clock.now())


def test_only_what_was_not_supplied_goes_back(app: Flask) -> None:
    entry = sales.entry_for_sale()
    work = sales.line_for(entry, 5000, kind=LineKind.RESEARCH_FEE)
    order = sales.placed([sales.line_for(entry, 10000), work], CONSUMER, clock.now())
    payment = refunding.pay(order, clock.now())

    withdrawals.declare(order, "Noor", "noor@studio.example", clock.now())

    assert [refund.amount for refund in refunds.of_payment(payment.id)] == [euro(6050)]


def test_the_order_s_page_has_the_button_and_the_acknowledgement_says_when(
    app: Flask, client: FlaskClient
) -> None:
    order = bought().order
    token, number = orders.link_token(order), order.number
    db.session.rollback()
    assert "Withdraw from the contract here" in client.get(f"/en/orders/{token}").text

    page = client.get(f"/en/orders/{token}/withdraw").text
    hidden = dict(re.findall(r'name="(csrf_token)" value="([^"]+)"', page))
    typed = {**hidden, "name": "Noor Adriaanse", "email": "noor@elsewhere.example"}
    answer = client.post(f"/en/orders/{token}/withdraw", data=typed)

    assert "€121.00" in page
    assert answer.status_code == 303
    after = client.get(answer.headers["Location"]).text
    assert "noor@elsewhere.example" in after
    assert "Withdraw from the contract here" not in client.get(f"/en/orders/{token}").text
    letter = db.session.scalars(select(Job).where(Job.name == mail.JOB)).all()[-1].payload
    made = db.session.scalars(select(Withdrawal)).one()
    assert letter["to"] == "noor@elsewhere.example"
    assert number in letter["text"]
    assert f"{made.declared_at.astimezone(clock.HERE):%H:%M}" in letter["text"]


@pytest.mark.parametrize("typed", [{"name": " "}, {"email": "nobody"}, {"email": ""}])
def test_a_statement_without_name_or_address_is_asked_again(
    app: Flask, client: FlaskClient, typed: dict[str, str]
) -> None:
    token = orders.link_token(bought().order)
    db.session.rollback()
    page = client.get(f"/en/orders/{token}/withdraw").text
    hidden = dict(re.findall(r'name="(csrf_token)" value="([^"]+)"', page))

    answer = client.post(
        f"/en/orders/{token}/withdraw", data={**hidden, "name": "Noor", "email": "noor@x.example", **typed}
    )

    assert answer.status_code == 422
    assert db.session.scalars(select(Withdrawal)).all() == []


def test_what_was_declared_cannot_be_changed(app: Flask) -> None:
    payment = bought()
    withdrawals.declare(payment.order, "Noor", "noor@studio.example", clock.now())
    db.session.commit()

    with pytest.raises((IntegrityError, OperationalError), match="append-only"):
        db.session.execute(update(Withdrawal).values(name="Iemand anders"))
    db.session.rollback()


def test_the_buyer_sees_what_goes_back_and_is_offered_no_file_of_a_licence_that_ended(
    app: Flask, client: FlaskClient
) -> None:
    payment = bought()
    page = f"/en/orders/{orders.link_token(payment.order)}"
    assert "Money back" not in client.get(page).text

    withdrawals.declare(payment.order, "Noor", "noor@studio.example", clock.now())
    db.session.commit()
    sent = client.get(page).text
    (refund,) = refunds.of_payment(payment.id)
    hear(payment, said(refund))
    db.session.commit()
    arrived = client.get(page).text

    assert "It is being sent, the way you paid." in sent
    assert "It has been paid back, the way you paid." in arrived
    assert "€121.00" in arrived
    for each in (sent, arrived):
        assert "This licence is no longer in force." in each
        assert "Here is your licence" not in each
        assert "prepares the file" not in each
