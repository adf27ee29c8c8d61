"""Lessons of other systems about payments that belong to no single noun of ours, and input that no provider sends."""

import json
import re
import time
from datetime import date
from pathlib import Path

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from archive import clock
from archive.db import db
from licensing import invoices, ledger, money, orders, payments
from licensing.ledger import AccountKind, Posting
from licensing.money import Money, UnknownCurrency
from licensing.orders import OrderStatus
from licensing.payments import Payment, PaymentStatus
from tests.licensing.shop import Shop

ROOT = Path(__file__).parents[2]
LESSONS = ROOT / "docs" / "payment-lessons.md"
MEGABYTE = 1024 * 1024


@pytest.fixture
def open_shop(open_shop: Shop) -> Shop:
    open_shop.script(settle_seconds=0)
    return open_shop


def at_provider(open_shop: Shop, path: str, method: str = "GET") -> dict[str, object]:
    address = f"{open_shop.sandbox.base_url}/v1/{path}"
    answer = requests.request(method, address, headers={"Authorization": "Bearer sk_test_x"}, timeout=60)
    answer.raise_for_status()
    return dict(answer.json())


def hear_all(open_shop: Shop) -> None:
    for told in open_shop.events():
        assert open_shop.deliver(told) == 200
    db.session.rollback()  # what this test has read is old by now
    open_shop.work()


def letters(open_shop: Shop) -> list[str]:
    folder = open_shop.app.config["SETTINGS"].data_dir / "mail"
    return [path.read_text(errors="replace") for path in folder.glob("*.eml")]


# Lesson 3: what failed at the provider frees the order for another try.
def test_an_order_whose_debit_bounced_can_be_paid_in_another_way(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order(), "sepa_debit_fails")
    hear_all(open_shop)
    assert open_shop.the_payment().status is PaymentStatus.FAILED

    page = payments.begin(
        open_shop.the_order(), clock.now(), return_url="http://localhost/r", cancel_url="http://localhost/c"
    )
    db.session.commit()
    open_shop.pay(page, "card")
    hear_all(open_shop)

    assert open_shop.the_order().status is OrderStatus.PAID


# Lesson 3
def test_a_card_that_is_declined_ten_times_changes_nothing_and_another_one_pays(open_shop: Shop) -> None:
    page = open_shop.order()

    for _ in range(10):
        assert open_shop.pay(page, "fail").startswith("/pay/")
    hear_all(open_shop)
    assert open_shop.the_order().status is OrderStatus.AWAITING_PAYMENT
    open_shop.pay(page, "card")
    hear_all(open_shop)

    assert open_shop.the_order().status is OrderStatus.PAID
    assert open_shop.the_payment().status is PaymentStatus.SUCCEEDED


# Lesson 9: three days, each kept by itself, and none of them ever changed.
@pytest.mark.parametrize("day", ["issue_date", "service_date"])
def test_an_invoice_keeps_its_days_whatever_day_it_was_paid(open_shop: Shop, day: str) -> None:
    open_shop.pay(open_shop.order())
    hear_all(open_shop)
    order = open_shop.the_order()
    invoice = invoices.of_order(order.id)
    assert invoice is not None
    assert order.paid_at is not None

    setattr(invoice, day, date(1999, 1, 1))
    with pytest.raises(IntegrityError, match="append-only"):
        db.session.flush()
    db.session.rollback()


# Lesson 12: at most one open payment of an order, by constraint.
def test_a_second_open_payment_of_an_order_is_refused_by_the_database(open_shop: Shop) -> None:
    open_shop.order()
    first = open_shop.the_payment()
    columns = ("order_id", "provider", "amount_minor", "currency", "status", "created_at", "expires_at")
    second = {name: getattr(first, name) for name in columns}

    db.session.add(Payment(**second, reference="pay_second", idempotency_key="checkout-second"))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


# Lesson 18: an event of a payment that is done does not do it again.
def test_all_events_three_times_over_sell_once(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order())

    for _ in range(3):
        hear_all(open_shop)
    before = ledger.trial_balance(clock.now())
    hear_all(open_shop)

    assert ledger.trial_balance(clock.now()) == before
    assert len(db.session.scalars(select(Payment)).all()) == 1


# Lesson 27: a page that ran out was left, not refused: no mail says that a payment failed.
def test_a_payment_page_that_runs_out_sends_no_mail(open_shop: Shop) -> None:
    open_shop.order()
    open_shop.work()
    before = len(letters(open_shop))

    at_provider(open_shop, f"checkout/sessions/{open_shop.the_payment().session_id}/expire", "POST")
    hear_all(open_shop)

    assert open_shop.the_payment().status is PaymentStatus.EXPIRED
    assert open_shop.the_order().status is OrderStatus.EXPIRED
    assert len(letters(open_shop)) == before


# Lesson 27
def test_a_page_that_ran_out_beside_one_that_was_paid_changes_nothing(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order())
    hear_all(open_shop)
    stale = open_shop.event("checkout.session.completed") | {"type": "checkout.session.expired"}

    assert open_shop.deliver(stale | {"id": "evt_stale"}) == 200
    open_shop.work()

    assert open_shop.the_order().status is OrderStatus.PAID


# Lesson 29: a page that is complete cannot be expired any more; what it says then is that it was paid.
def test_expiring_a_page_that_was_paid_is_refused_and_reading_it_pays_the_order(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order())
    payment = open_shop.the_payment()

    with pytest.raises(requests.HTTPError):
        at_provider(open_shop, f"checkout/sessions/{payment.session_id}/expire", "POST")
    payments.sync({"payment_id": payment.id})
    db.session.rollback()

    assert open_shop.the_order().status is OrderStatus.PAID


# Lesson 30: there is no intent before somebody pays; our name for the payment is in both.
def test_our_reference_is_in_the_session_and_later_in_the_intent_and_the_charge(open_shop: Shop) -> None:
    page = open_shop.order()
    payment = open_shop.the_payment()
    session = at_provider(open_shop, f"checkout/sessions/{payment.session_id}")
    assert (session["payment_intent"], session["metadata"]) == (None, {"payment": payment.reference})

    open_shop.pay(page)

    session = at_provider(open_shop, f"checkout/sessions/{payment.session_id}")
    intent = at_provider(open_shop, f"payment_intents/{session['payment_intent']}")
    charge = at_provider(open_shop, f"charges/{intent['latest_charge']}")
    assert intent["metadata"] == charge["metadata"] == {"payment": payment.reference}


# Lesson 41: the provider fills in its own placeholder only where it stands as it is written.
def test_the_return_address_keeps_the_braces_of_the_placeholder(open_shop: Shop) -> None:
    page = open_shop.order()

    session = at_provider(open_shop, f"checkout/sessions/{open_shop.the_payment().session_id}")
    back = open_shop.pay(page)

    assert str(session["success_url"]).endswith("?session={CHECKOUT_SESSION_ID}")
    assert back.endswith(f"?session={session['id']}")


# Lesson 37
def test_the_return_of_a_cheap_order_does_not_pay_an_expensive_one(open_shop: Shop) -> None:
    cheap_back = open_shop.pay(open_shop.order())
    paid = cheap_back.rpartition("?")[2]
    hear_all(open_shop)
    open_shop.order(email="somebody@else.example")
    db.session.rollback()
    dear = db.session.scalars(select(orders.Order).order_by(orders.Order.id.desc())).first()
    assert dear is not None

    open_shop.browser.get(f"/nl/orders/{orders.link_token(dear)}/return?{paid}")
    open_shop.work()

    db.session.refresh(dear)
    assert dear.status is OrderStatus.AWAITING_PAYMENT


def test_an_event_of_five_megabytes_is_refused_and_not_kept(open_shop: Shop) -> None:
    open_shop.order()
    body = json.dumps({"id": "evt_big", "type": "x", "filler": "x" * 5 * MEGABYTE}).encode()

    assert open_shop.deliver(body) in (400, 413)


def test_a_signature_dated_tomorrow_is_refused(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order())
    tomorrow = int(time.time()) + 86_400
    told = open_shop.event("checkout.session.completed") | {"created": tomorrow}

    assert open_shop.deliver(told, at=tomorrow) == 400


@pytest.mark.parametrize("minor", [0, -1])
def test_a_payment_of_nothing_or_less_is_refused_by_the_database(open_shop: Shop, minor: int) -> None:
    open_shop.order()
    payment = open_shop.the_payment()

    payment.amount_minor = minor
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_currency_that_is_not_ours_is_no_money_at_all() -> None:
    with pytest.raises(UnknownCurrency):
        Money(100, "XBT")


@pytest.mark.parametrize("whole", range(-3, 4))
def test_half_a_cent_goes_away_from_zero_and_its_mirror_image_too(whole: int) -> None:
    half = Money(2 * whole + 1, "EUR").percent_of(5_000)

    assert half.minor == whole + 1 if whole >= 0 else half.minor == whole
    assert Money(-(2 * whole + 1), "EUR").percent_of(5_000) == -half


def test_postings_in_two_currencies_must_each_sum_to_zero(open_shop: Shop) -> None:
    mixed = [
        Posting(AccountKind.BANK, Money(100, "EUR")),
        Posting(AccountKind.SUSPENSE, Money(-100, "USD"), "x"),
    ]

    with pytest.raises(ledger.Unbalanced):
        ledger.post("mixed", "x", "mixed:1", mixed, clock.now())


def test_an_order_that_is_paid_cannot_be_paid_again(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order())
    hear_all(open_shop)

    back = "http://localhost/order"
    assert (
        payments.begin(open_shop.the_order(), clock.now(), return_url="http://localhost/", cancel_url=back)
        == back
    )
    assert open_shop.the_payment().status is PaymentStatus.SUCCEEDED


def rows() -> list[tuple[int, list[str]]]:
    """The table of the document: the number of a lesson, and the tests that hold it."""
    found = re.findall(r"^\| (\d+) \|.*\| (.+?) \|$", LESSONS.read_text(encoding="utf-8"), re.MULTILINE)
    return [(int(number), re.findall(r"`(tests/[\w/.]+::\w+)`", tests)) for number, tests in found]


def test_each_of_the_42_lessons_names_a_test() -> None:
    assert [number for number, tests in rows() if tests] == list(range(1, 43))


def named() -> list[str]:
    """Return all tests that the page names: of the lessons, and of the paths in a browser."""
    return sorted(set(re.findall(r"`(tests/[\w/.]+::\w+)`", LESSONS.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("name", named())
def test_each_test_that_the_page_names_exists(name: str) -> None:
    file, _, test = name.partition("::")

    assert re.search(rf"^def {test}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_currency_has_a_minor_unit_of_its_own() -> None:
    assert {money.EXPONENTS[currency] for currency in ("EUR", "JPY", "KWD")} == {0, 2, 3}
