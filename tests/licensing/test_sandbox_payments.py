"""The whole way of a payment through the sandbox, as Stripe's own client sees it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from tests.licensing import sandbox_shop
from tests.licensing.sandbox_shop import Shop, eventually, headers_of


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with sandbox_shop.opened(tmp_path) as shop:
        yield shop


def test_a_new_session_is_open_unpaid_and_has_no_intent_yet(shop: Shop) -> None:
    session = shop.open_session(cents=21_841)

    assert session.id.startswith("cs_test_")
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency, session.livemode) == (21_841, "eur", False)
    assert session.url == f"{shop.sandbox.base_url}/pay/{session.id}"


def test_a_paid_session_is_complete_with_intent_charge_and_fee(shop: Shop) -> None:
    session = shop.paid_session("ideal", cents=21_841)

    intent = session.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    entry = charge.balance_transaction
    assert isinstance(entry, stripe.BalanceTransaction)
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received, charge.status) == ("succeeded", 21_841, "succeeded")
    assert (entry.amount, entry.fee, entry.net, entry.type) == (21_841, 29, 21_812, "payment")


def test_our_reference_and_metadata_come_back_on_session_intent_and_charge(shop: Shop) -> None:
    session = shop.paid_session("card")

    intent = session.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert session.client_reference_id == "order-17"
    for described in (session, intent, charge):
        assert described.to_dict()["metadata"] == {"order": "17"}


def test_the_payer_returns_to_the_success_address_with_the_session_filled_in(shop: Shop) -> None:
    session = shop.open_session()

    answer = shop.pay(session)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{shop.site}/orders/17?session={session.id}"


def test_a_placeholder_that_was_url_encoded_is_left_alone(shop: Shop) -> None:
    session = shop.open_session(success_url=f"{shop.site}/?session=%7BCHECKOUT_SESSION_ID%7D")

    assert shop.pay(session).headers["Location"] == f"{shop.site}/?session=%7BCHECKOUT_SESSION_ID%7D"


def test_a_signed_webhook_tells_of_the_payment(shop: Shop) -> None:
    session = shop.paid_session("card")

    delivery = shop.await_webhook("checkout.session.completed")
    event = stripe.Webhook.construct_event(delivery.body, delivery.signature, sandbox_shop.SECRET)

    assert (event.api_version, event.livemode) == (stripe.api_version, False)
    assert abs(event.created - time.time()) < 60
    assert event.data.object["id"] == session.id
    assert event.data.object["payment_status"] == "paid"


def test_the_events_of_a_payment_are_listed_and_sent_in_their_order(shop: Shop) -> None:
    shop.paid_session("card")
    shop.await_webhook("checkout.session.completed")

    listed = [event.type for event in shop.client.v1.events.list().data]

    told = [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert listed[::-1] == told
    assert shop.types() == told


def test_an_event_keeps_the_object_as_it_was_at_that_moment(shop: Shop) -> None:
    shop.paid_session("card")

    [created] = shop.client.v1.events.list({"type": "payment_intent.created"}).data

    assert created.data.object["status"] == "requires_payment_method"


def test_an_event_names_the_request_that_caused_it(shop: Shop) -> None:
    session = shop.open_session()
    expired = shop.client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "expire-17"})

    [event] = shop.client.v1.events.list({"type": "checkout.session.expired"}).data

    assert event.request is not None
    assert event.request.idempotency_key == "expire-17"
    assert event.request.id == headers_of(expired)["request-id"]


def test_paying_twice_changes_nothing(shop: Shop) -> None:
    session = shop.paid_session("ideal")
    before = shop.state()["objects"]

    answer = shop.pay(session, "card")

    assert answer.headers["Location"].endswith(session.id)
    assert shop.state()["objects"] == before


def test_a_declined_payment_leaves_the_session_open_for_another_try(shop: Shop) -> None:
    session = shop.open_session()

    assert shop.pay(session, "fail").headers["Location"] == f"/pay/{session.id}"
    declined = shop.reread(session)
    shop.pay(session, "ideal")
    paid = shop.reread(session)

    assert isinstance(declined.payment_intent, stripe.PaymentIntent)
    assert (declined.status, declined.payment_intent.status) == ("open", "requires_payment_method")
    assert declined.payment_intent.last_payment_error is not None
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    assert (paid.payment_status, paid.payment_intent.id) == ("paid", declined.payment_intent.id)
    assert paid.payment_intent.last_payment_error is None
    shop.await_webhook("payment_intent.payment_failed")


def test_a_direct_debit_completes_the_session_unpaid(shop: Shop) -> None:
    shop.script(settle_seconds=3600)

    session = shop.paid_session("sepa_debit")

    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert isinstance(session.payment_intent, stripe.PaymentIntent)
    assert session.payment_intent.status == "processing"
    assert (
        shop.await_webhook("checkout.session.completed").event["data"]["object"]["payment_status"] == "unpaid"
    )


def test_a_direct_debit_succeeds_when_the_bank_has_taken_its_time(shop: Shop) -> None:
    shop.script(settle_seconds=3600)
    session = shop.paid_session("sepa_debit")

    shop.clock.advance(seconds=3601)

    event = shop.await_webhook("checkout.session.async_payment_succeeded").event
    assert event["data"]["object"]["payment_status"] == "paid"
    assert shop.reread(session).payment_status == "paid"
    assert shop.types()[-3:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]


def test_a_direct_debit_can_bounce_later(shop: Shop) -> None:
    shop.script(settle_seconds=0)

    session = shop.paid_session("sepa_debit_fails")

    shop.await_webhook("checkout.session.async_payment_failed")
    session = shop.reread(session)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert isinstance(session.payment_intent, stripe.PaymentIntent)
    assert session.payment_intent.status == "requires_payment_method"
    assert isinstance(session.payment_intent.latest_charge, stripe.Charge)
    assert session.payment_intent.latest_charge.failure_code == "insufficient_funds"


def test_a_session_expires_by_its_own_clock_when_read(shop: Shop) -> None:
    session = shop.open_session(expires_at=int(time.time()) + 1830)

    shop.clock.advance(minutes=31)

    session = shop.reread(session)
    assert (session.status, session.payment_status, session.url) == ("expired", "unpaid", None)


def test_a_session_expires_in_the_background_and_tells_so(shop: Shop) -> None:
    session = shop.open_session(expires_at=int(time.time()) + 1830)

    shop.clock.advance(minutes=31)

    assert shop.await_webhook("checkout.session.expired").event["data"]["object"]["id"] == session.id


def test_an_expired_session_cannot_be_paid(shop: Shop) -> None:
    session = shop.open_session()
    shop.client.v1.checkout.sessions.expire(session.id)

    answer = shop.pay(session)

    assert answer.headers["Location"] == f"/pay/{session.id}"
    assert shop.reread(session).payment_status == "unpaid"


@pytest.mark.parametrize("ending", ["paid", "expired"])
def test_a_session_that_has_ended_cannot_be_expired(shop: Shop, ending: str) -> None:
    session = shop.paid_session() if ending == "paid" else shop.open_session()
    if ending == "expired":
        shop.client.v1.checkout.sessions.expire(session.id)

    with pytest.raises(stripe.InvalidRequestError, match=r'status in \["open"\] can be expired'):
        shop.client.v1.checkout.sessions.expire(session.id)


def test_expiring_a_session_cancels_the_intent_of_a_declined_try(shop: Shop) -> None:
    session = shop.open_session()
    shop.pay(session, "fail")

    shop.client.v1.checkout.sessions.expire(session.id)

    intent = shop.reread(session).payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.cancellation_reason) == ("canceled", "expired")
    eventually(lambda: "payment_intent.canceled" in shop.types())


def test_the_fee_depends_on_the_method(shop: Shop) -> None:
    fees = {}
    for outcome in ("card", "ideal"):
        intent = shop.paid_session(outcome, cents=10_000).payment_intent
        assert isinstance(intent, stripe.PaymentIntent)
        assert isinstance(intent.latest_charge, stripe.Charge)
        assert isinstance(intent.latest_charge.balance_transaction, stripe.BalanceTransaction)
        fees[outcome] = intent.latest_charge.balance_transaction.fee

    assert fees == {"card": 175, "ideal": 29}
