"""Only genuine, fresh events of our own mode change anything, and only by making us look."""

import json
import time

import pytest
from sqlalchemy import func, select

from archive.db import db
from licensing import anomalies
from licensing.ledger import LedgerTransaction
from licensing.orders import OrderStatus
from licensing.provider_events import ProviderEvent
from tests.licensing.shop import SECRET, Shop, signature


def assert_nothing_happened(open_shop: Shop) -> None:
    open_shop.work()
    assert open_shop.the_order().status is OrderStatus.AWAITING_PAYMENT
    assert db.session.scalar(select(func.count()).select_from(ProviderEvent)) == 0
    assert db.session.scalar(select(func.count()).select_from(LedgerTransaction)) == 0


@pytest.fixture
def paid_event(open_shop: Shop) -> bytes:
    open_shop.pay(open_shop.order())
    return json.dumps(open_shop.event("checkout.session.completed")).encode()


def test_an_event_signed_with_another_secret_is_refused(open_shop: Shop, paid_event: bytes) -> None:
    assert open_shop.deliver(paid_event, secret="whsec_forged") == 400
    assert_nothing_happened(open_shop)


def test_either_of_two_secrets_will_do_while_they_are_rotated(open_shop: Shop, paid_event: bytes) -> None:
    assert open_shop.deliver(paid_event, secret="whsec_retired") == 200


@pytest.mark.parametrize("age", [-86_400, 3_600, 301])
def test_an_event_that_is_old_or_from_the_future_is_refused(
    open_shop: Shop, paid_event: bytes, age: int
) -> None:
    event = json.loads(paid_event)
    event["created"] = int(time.time()) - age
    body = json.dumps(event).encode()

    assert open_shop.deliver(body, at=int(time.time()) - age) == 400
    assert_nothing_happened(open_shop)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        "v1=00",
        "t=" + "9" * 400 + ",v1=00",
        "t=-1,v1=00",
        "t=1,v1=é",
        "t=1;v1=2",
        "t=NaN,v1=00",
    ],
)
def test_a_header_that_is_no_signature_is_refused(open_shop: Shop, paid_event: bytes, header: str) -> None:
    body = paid_event
    answer = open_shop.browser.post(
        "/webhooks/stripe", data=body, headers={"Stripe-Signature": header.encode().decode("latin-1")}
    )

    assert answer.status_code == 400
    assert_nothing_happened(open_shop)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"id": "evt_1"}',
        b'{"id": 7, "type": "x", "created": 1, "livemode": false, "data": {"object": {}}}',
        b'{"type": "checkout.session.completed", "created": 1, "livemode": false, "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "x", "created": "soon", "livemode": false, "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "x", "created": 1e400, "livemode": false, "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "x", "created": 1, "livemode": false, "data": {"object": []}}',
        b'{"id": "evt_1", "type": "x", "created": 1, "livemode": true, "data": {"object": {}}}',
    ],
)
def test_a_signed_body_that_is_no_event_of_ours_is_refused(open_shop: Shop, body: bytes) -> None:
    open_shop.order()

    assert open_shop.deliver(body) == 400
    assert_nothing_happened(open_shop)


def test_the_signature_is_over_the_raw_bytes(open_shop: Shop, paid_event: bytes) -> None:
    reformatted = json.dumps(json.loads(paid_event), indent=1).encode()

    assert open_shop.post_event(reformatted, signature(paid_event, SECRET)) == 400


def test_an_unknown_kind_of_event_is_stored_and_answered_well(open_shop: Shop, paid_event: bytes) -> None:
    event = json.loads(paid_event) | {"id": "evt_new", "type": "price.created"}

    assert open_shop.deliver(event) == 200
    db.session.rollback()
    assert db.session.get(ProviderEvent, "evt_new") is not None


def test_a_payment_nobody_here_asked_for_is_shown_to_a_person(open_shop: Shop, paid_event: bytes) -> None:
    event = json.loads(paid_event) | {"id": "evt_stray"}
    event["data"]["object"] |= {"metadata": {"payment": "pay_of_another_shop"}, "client_reference_id": None}

    assert open_shop.deliver(event) == 200
    db.session.rollback()
    assert [found.kind for found in anomalies.open_ones()] == ["unknown_payment"]


def test_another_site_cannot_post_for_a_signed_in_person(open_shop: Shop) -> None:
    form = open_shop.fill_in()

    foreign = open_shop.browser.post(
        open_shop.order_address(), data=form, headers={"Origin": "https://elsewhere.example"}
    )
    without_token = open_shop.browser.post(open_shop.order_address(), data=form | {"csrf_token": ""})

    assert (foreign.status_code, without_token.status_code) == (403, 400)
