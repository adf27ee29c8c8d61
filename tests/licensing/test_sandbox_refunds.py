"""Refunds: limits, partial and repeated ones, what cards and banks do differently."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.licensing import sandbox_shop
from tests.licensing.sandbox_shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with sandbox_shop.opened(tmp_path) as shop:
        yield shop


def intent_of(session: stripe.checkout.Session) -> stripe.PaymentIntent:
    assert isinstance(session.payment_intent, stripe.PaymentIntent)
    return session.payment_intent


def refund(shop: Shop, session: stripe.checkout.Session, key: str = "", **params: Any) -> stripe.Refund:
    whole: Any = {"payment_intent": intent_of(session).id} | params
    return shop.client.v1.refunds.create(whole, {"idempotency_key": key} if key else {})


def charge_of(shop: Shop, session: stripe.checkout.Session) -> stripe.Charge:
    charge = intent_of(shop.reread(session)).latest_charge
    assert isinstance(charge, stripe.Charge)
    return charge


def test_a_refund_without_an_amount_gives_back_everything(shop: Shop) -> None:
    session = shop.paid_session("card", cents=500)

    made = refund(shop, session, reason="requested_by_customer", metadata={"refund": "3"})

    charge = charge_of(shop, session)
    assert (made.amount, made.status, made.charge, made.reason) == (
        500,
        "succeeded",
        charge.id,
        "requested_by_customer",
    )
    assert (charge.amount_refunded, charge.refunded) == (500, True)


def test_two_equal_parts_with_their_own_keys_are_two_refunds(shop: Shop) -> None:
    session = shop.paid_session("card", cents=500)

    refund(shop, session, amount=200, key="refund-1")
    refund(shop, session, amount=200, key="refund-2")

    charge = charge_of(shop, session)
    assert (charge.amount_refunded, charge.refunded) == (400, False)


def test_one_refund_sent_twice_with_its_key_happens_once(shop: Shop) -> None:
    session = shop.paid_session("card", cents=500)

    first = refund(shop, session, amount=200, key="refund-1")
    second = refund(shop, session, amount=200, key="refund-1")

    assert first.id == second.id
    assert charge_of(shop, session).amount_refunded == 200


def test_more_than_was_paid_is_refused(shop: Shop) -> None:
    session = shop.paid_session("card", cents=500)

    with pytest.raises(
        stripe.InvalidRequestError, match=r"€5.01.*greater than unrefunded amount.*€5.00"
    ) as refusal:
        refund(shop, session, amount=501)

    assert refusal.value.param == "amount"


def test_more_than_is_left_is_refused(shop: Shop) -> None:
    session = shop.paid_session("card", cents=500)
    refund(shop, session, amount=300)

    with pytest.raises(stripe.InvalidRequestError, match=r"€2.00"):
        refund(shop, session, amount=300)

    assert charge_of(shop, session).amount_refunded == 300


def test_refunds_at_the_same_moment_never_exceed_what_was_paid(shop: Shop) -> None:
    session = shop.paid_session("card", cents=500)

    def attempt(_number: int) -> bool:
        with sandbox_shop.client_of(shop.sandbox.base_url) as client:
            try:
                refund(replace(shop, client=client), session, amount=200)
            except stripe.InvalidRequestError:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(attempt, range(6)))

    assert sum(made) == 2
    assert charge_of(shop, session).amount_refunded == 400


def test_a_charge_that_was_refunded_whole_is_refused_with_its_code(shop: Shop) -> None:
    session = shop.paid_session("card", cents=500)
    refund(shop, session)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        refund(shop, session)

    assert refusal.value.code == "charge_already_refunded"


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_cannot_be_refunded(shop: Shop, amount: int) -> None:
    session = shop.paid_session("card")

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        refund(shop, session, amount=amount)

    assert refusal.value.param == "amount"


def test_what_was_not_paid_cannot_be_refunded(shop: Shop) -> None:
    session = shop.open_session()
    shop.pay(session, "fail")

    with pytest.raises(stripe.InvalidRequestError, match="successful"):
        refund(shop, shop.reread(session))


@pytest.mark.parametrize("params", [{}, {"payment_intent": "pi_1", "charge": "ch_1"}])
def test_a_refund_names_either_an_intent_or_a_charge(shop: Shop, params: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent or charge"):
        shop.client.v1.refunds.create(params)


def test_what_the_sandbox_does_not_play_is_refused(shop: Shop) -> None:
    session = shop.paid_session("card")

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        refund(shop, session, reverse_transfer=True)

    assert refusal.value.code == "sandbox_unsupported"


def test_a_refund_takes_the_amount_off_the_balance_and_keeps_the_fee(shop: Shop) -> None:
    session = shop.paid_session("card", cents=10_000)
    refund(shop, session, amount=4_000)

    entries = shop.client.v1.balance_transactions.list().data

    assert [(entry.type, entry.amount, entry.fee, entry.net) for entry in entries] == [
        ("refund", -4_000, 0, -4_000),
        ("charge", 10_000, 175, 9_825),
    ]


def test_a_refund_tells_of_itself_and_of_the_total_so_far(shop: Shop) -> None:
    session = shop.paid_session("card", cents=500)
    refund(shop, session, amount=200)
    refund(shop, session, amount=100)

    shop.await_webhook("refund.created", count=2)
    totals = [
        delivery.event["data"]["object"]["amount_refunded"]
        for delivery in shop.received
        if delivery.event["type"] == "charge.refunded"
    ]
    assert totals == [200, 300]


def test_a_bank_refund_is_pending_until_the_bank_confirms(shop: Shop) -> None:
    shop.script(settle_seconds=3600)
    session = shop.paid_session("ideal")

    made = refund(shop, session)
    shop.clock.advance(seconds=3601)

    assert (made.status, made.pending_reason) == ("pending", "processing")
    assert shop.await_webhook("refund.updated").event["data"]["object"]["status"] == "succeeded"
    assert shop.client.v1.refunds.retrieve(made.id).status == "succeeded"


def test_refunds_are_listed_by_intent(shop: Shop) -> None:
    one, other = shop.paid_session("card"), shop.paid_session("card")
    refund(shop, one, amount=100)
    wanted = refund(shop, other, amount=200)

    listed = shop.client.v1.refunds.list({"payment_intent": intent_of(other).id})

    assert [item.id for item in listed.data] == [wanted.id]


def test_a_charge_shows_its_refunds_on_request(shop: Shop) -> None:
    session = shop.paid_session("card")
    made = refund(shop, session, amount=100)

    charge = shop.client.v1.charges.retrieve(charge_of(shop, session).id, {"expand": ["refunds"]})

    assert charge.refunds is not None
    assert [item.id for item in charge.refunds.data] == [made.id]
