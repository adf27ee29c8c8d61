"""One key, one answer: replayed, refused when misused, forgotten after a day."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import stripe

from tests.licensing import sandbox_shop
from tests.licensing.sandbox_shop import Shop, eventually, headers_of


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with sandbox_shop.opened(tmp_path) as shop:
        yield shop


def test_the_same_key_gives_the_same_answer_and_makes_nothing_new(shop: Shop) -> None:
    first = shop.open_session(key="sess-17-1")
    second = shop.open_session(key="sess-17-1")

    assert second.to_dict() == first.to_dict()
    assert shop.state()["objects"] == {"checkout.session": 1}
    assert "idempotent-replayed" not in headers_of(first)
    assert headers_of(second)["idempotent-replayed"] == "true"
    assert headers_of(second)["original-request"] == headers_of(first)["request-id"]


def test_the_answer_stays_the_same_after_the_object_has_changed(shop: Shop) -> None:
    session = shop.open_session(key="sess-17-1")
    shop.pay(session)

    assert shop.open_session(key="sess-17-1").status == "open"


def test_different_keys_make_different_sessions(shop: Shop) -> None:
    assert shop.open_session(key="sess-17-1").id != shop.open_session(key="sess-17-2").id


def test_a_key_with_other_parameters_is_refused(shop: Shop) -> None:
    shop.open_session(key="sess-17-1")

    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refusal:
        shop.open_session(key="sess-17-1", cents=5_000)

    assert refusal.value.http_status == 400


def test_a_key_on_another_endpoint_is_refused(shop: Shop) -> None:
    session = shop.open_session(key="key-17")

    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        shop.client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "key-17"})


def test_a_refusal_after_the_work_began_is_kept_too(shop: Shop) -> None:
    session = shop.open_session()
    shop.client.v1.checkout.sessions.expire(session.id)

    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            shop.client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "again"})

    assert refusal.value.headers is not None
    assert refusal.value.headers["idempotent-replayed"] == "true"


def test_a_request_of_the_wrong_shape_leaves_its_key_unused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.open_session(key="sess-17-1", mode="pay")

    assert shop.open_session(key="sess-17-1").status == "open"


def test_a_key_in_use_by_a_running_call_is_refused(shop: Shop) -> None:
    shop.script(fault="slow", fault_calls=1, fault_seconds=0.4)
    opened: list[str] = []
    slow = threading.Thread(target=lambda: opened.append(shop.open_session(key="sess-17-1").id))
    slow.start()
    eventually(lambda: shop.state()["keys_in_use"] == ["sess-17-1"])

    with sandbox_shop.client_of(shop.sandbox.base_url) as client:
        other_page = replace(shop, client=client)
        with pytest.raises(stripe.APIError) as refusal:
            other_page.open_session(key="sess-17-1")
    slow.join()

    assert refusal.value.http_status == 409
    assert "idempotency_key_in_use" in str(refusal.value.json_body)
    assert shop.open_session(key="sess-17-1").id == opened[0]


def test_a_key_is_forgotten_after_a_day(shop: Shop) -> None:
    first = shop.open_session(key="sess-17-1")

    shop.clock.advance(hours=23, minutes=59)
    assert shop.open_session(key="sess-17-1").id == first.id
    shop.clock.advance(minutes=2)
    assert shop.open_session(key="sess-17-1").id != first.id


def test_a_key_longer_than_stripe_takes_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="255"):
        shop.open_session(key="k" * 256)
