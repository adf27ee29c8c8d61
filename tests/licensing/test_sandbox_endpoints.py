"""More than one webhook endpoint: each with its own secret is sent each event, and one that fails delays no other."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from licensing.sandbox.endpoints import Endpoint
from tests.licensing import sandbox_shop
from tests.licensing.sandbox_shop import SECRET, Delivery, Shop, eventually

OTHER_SECRET = "whsec_of_the_other_endpoint"


@pytest.fixture
def refusals() -> list[int]:
    """Statuses that the second endpoint answers before it takes anything."""
    return []


@pytest.fixture
def others(refusals: list[int]) -> Iterator[tuple[str, list[Delivery]]]:
    """The second endpoint: its address, and what came in there."""
    received: list[Delivery] = []
    with sandbox_shop.listening(received, refusals) as address:
        yield f"{address}/other", received


@pytest.fixture
def shop(tmp_path: Path, others: tuple[str, list[Delivery]]) -> Iterator[Shop]:
    with sandbox_shop.opened(tmp_path, also=[Endpoint(others[0], OTHER_SECRET)]) as shop:
        yield shop


def ids(received: list[Delivery]) -> list[str]:
    return sorted(delivery.event["id"] for delivery in received)


def test_each_endpoint_is_sent_every_event_once_signed_with_its_own_secret(
    shop: Shop, others: tuple[str, list[Delivery]]
) -> None:
    _address, received = others

    shop.paid_session("card")

    eventually(lambda: len(shop.received) == len(received) == 4)
    time.sleep(0.1)
    assert ids(shop.received) == ids(received)
    assert len(set(ids(received))) == 4
    for delivery, secret in ((shop.received[0], SECRET), (received[0], OTHER_SECRET)):
        stripe.WebhookSignature.verify_header(delivery.body.decode(), delivery.signature, secret, 300)
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.WebhookSignature.verify_header(delivery.body.decode(), delivery.signature, secret[:-1])


def test_an_endpoint_that_fails_is_tried_again_and_delays_no_other(
    shop: Shop, others: tuple[str, list[Delivery]], refusals: list[int]
) -> None:
    refusals += [500, 500]

    shop.client.v1.checkout.sessions.expire(shop.open_session().id)

    eventually(lambda: all(delivery["delivered"] for delivery in shop.state()["deliveries"]))
    assert [(each["endpoint"], each["attempts"]) for each in shop.state()["deliveries"]] == [(0, 1), (1, 3)]
    assert len(ids(others[1])) == 3


def test_an_event_says_how_many_endpoints_have_not_taken_it(shop: Shop, refusals: list[int]) -> None:
    refusals += [500] * 1_000

    shop.client.v1.checkout.sessions.expire(shop.open_session().id)

    eventually(lambda: [each["delivered"] for each in shop.state()["deliveries"]] == [True, False])
    assert [event.pending_webhooks for event in shop.client.v1.events.list().data] == [1]


def test_a_folder_of_when_there_was_one_endpoint_can_still_be_used(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "sandbox.sqlite3") as old:
        old.execute(
            "CREATE TABLE deliveries (seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, due_at REAL"
            " NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, delivered_at REAL, last_answer TEXT)"
        )
    old.close()

    with sandbox_shop.opened(tmp_path) as shop:
        shop.client.v1.checkout.sessions.expire(shop.open_session().id)
        shop.await_webhook("checkout.session.expired")
