"""One order at the desk: what staff see, and giving money back by its form."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from archive.accounts import Role
from archive.audit import AuditEntry
from archive.db import db
from licensing import refunds
from licensing.payments import Payment
from licensing.refunds import Refund, RefundStatus
from tests.catalogue import staff
from tests.licensing import refunding
from tests.licensing.refunding import euro, given_back, hear, made_there, one_licence
from tests.licensing.sales import NOW


@pytest.fixture
def payment(app: Flask) -> Payment:
    found = one_licence()
    db.session.commit()
    return found


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client, Role.LICENSING)


def address(payment: Payment) -> str:
    db.session.rollback()
    return f"/en/desk/orders/{payment.order.number}"


def form_of(browser: FlaskClient, at: str) -> dict[str, str]:
    page = browser.get(at).text
    return dict(re.findall(r'name="(csrf_token|form_key|on)" value="([^"]+)"', page))


def give_back(browser: FlaskClient, payment: Payment, **typed: str) -> TestResponse:
    at = address(payment)
    return browser.post(f"{at}/refunds", data={"reason": "Te veel berekend", **form_of(browser, at), **typed})


def the_refund() -> Refund:
    db.session.rollback()
    return db.session.scalars(select(Refund)).one()


def test_the_page_shows_lines_payments_refunds_documents_and_what_happened(
    marit: FlaskClient, payment: Payment
) -> None:
    given_back(payment, 1210)
    db.session.commit()

    page = marit.get(address(payment)).text

    for shown in ("Blauw uur", payment.reference, "€12.10", "€121.00", "C2026-00001", "Te veel berekend"):
        assert shown in page


def test_staff_give_a_part_back_and_it_is_written_down(marit: FlaskClient, payment: Payment) -> None:
    answer = give_back(marit, payment, amount="12,10")

    assert answer.status_code == 303
    refund = the_refund()
    assert (refund.status, refund.amount) == (RefundStatus.APPROVED, euro(1210))
    audited = select(func.count()).select_from(AuditEntry).where(AuditEntry.action.like("refund.%"))
    assert db.session.scalar(audited) == 2


# Lesson 42
def test_one_form_sent_twice_is_one_refund(marit: FlaskClient, payment: Payment) -> None:
    at = address(payment)
    typed = {**form_of(marit, at), "amount": "12.10", "reason": "Te veel berekend"}

    answers = [marit.post(f"{at}/refunds", data=typed).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert the_refund().amount == euro(1210)


def test_left_empty_all_goes_back(marit: FlaskClient, payment: Payment) -> None:
    give_back(marit, payment, amount="")

    assert the_refund().amount == euro(12100)


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"amount": "121.01"}, 409),
        ({"amount": "0"}, 409),
        ({"amount": "-5"}, 409),
        ({"amount": "1e9"}, 422),
        ({"amount": "twelve"}, 422),
        ({"reason": " "}, 422),
        ({"reason": "x" * 301}, 422),
        ({"on": "999:sale"}, 422),
        ({"on": "\x00"}, 422),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    marit: FlaskClient, payment: Payment, typed: dict[str, str], status: int
) -> None:
    answer = give_back(marit, payment, **{"amount": "3.21", **typed})

    assert answer.status_code == status
    assert db.session.scalar(select(func.count()).select_from(Refund)) == 0
    assert 'role="alert"' in answer.text


def test_a_refund_that_waits_is_approved_or_given_up(marit: FlaskClient, payment: Payment) -> None:
    waiting = refunds.ask(payment, euro(100), "Gevraagd door de koper", key="buyer", moment=NOW)
    number = waiting.id
    db.session.commit()
    at = address(payment)

    marit.post(f"{at}/refunds/{number}", data={**form_of(marit, at), "do": "give_up"})

    assert the_refund().status is RefundStatus.CANCELLED
    assert (
        marit.post(f"{at}/refunds/{number}", data={**form_of(marit, at), "do": "give_up"}).status_code == 409
    )


def test_what_came_by_bank_is_noted_as_sent_by_hand(marit: FlaskClient, payment: Payment) -> None:
    payment.provider = "transfer"
    db.session.commit()
    give_back(marit, payment, amount="12.10")
    refund, at = the_refund(), address(payment)

    answer = marit.post(
        f"{at}/refunds/{refund.id}", data={**form_of(marit, at), "do": "sent", "reference": "2026-0417"}
    )

    assert answer.status_code == 303
    assert the_refund().status is RefundStatus.SUCCEEDED


def test_a_second_payment_can_be_sent_back_out_of_what_is_too_much(
    marit: FlaskClient, payment: Payment
) -> None:
    refunding.pay(payment.order)
    db.session.commit()

    page = marit.get(address(payment)).text

    assert "Overpaid" in page
    assert "what was paid too much" in page


def test_only_licensing_may_see_and_do_it(app: Flask, client: FlaskClient, payment: Payment) -> None:
    browser = staff.sign_in(client, Role.CATALOGUER)
    at = address(payment)

    assert browser.get(at).status_code == 403
    assert browser.post(f"{at}/refunds").status_code in (400, 403)


def test_an_order_that_is_not_there_is_not_found(marit: FlaskClient) -> None:
    assert marit.get("/en/desk/orders/B2026-99999").status_code == 404


def test_a_refund_made_at_the_provider_says_so(marit: FlaskClient, payment: Payment) -> None:
    hear(payment, made_there("re_x", 1210))
    db.session.commit()

    assert "made at the payment provider" in marit.get(address(payment)).text
