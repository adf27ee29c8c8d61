"""Webhooks and calls that go wrong by script, and the sender's own manners."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import stripe

from licensing.sandbox import endpoints, server, webhooks
from licensing.sandbox.endpoints import Endpoint
from tests.licensing import sandbox_shop
from tests.licensing.sandbox_shop import SECRET, Shop, eventually, headers_of


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with sandbox_shop.opened(tmp_path) as shop:
        yield shop


def all_delivered(shop: Shop) -> bool:
    return all(delivery["delivered"] for delivery in shop.state()["deliveries"])


def test_each_event_is_sent_once(shop: Shop) -> None:
    shop.paid_session("card")
    eventually(lambda: len(shop.received) == 4 and all_delivered(shop))
    time.sleep(0.1)

    assert len({delivery.event["id"] for delivery in shop.received}) == len(shop.received) == 4


def test_a_webhook_is_sent_again_until_the_shop_takes_it(shop: Shop) -> None:
    shop.refusals += [500, 503, 302]

    shop.client.v1.checkout.sessions.expire(shop.open_session().id)

    eventually(lambda: all_delivered(shop))
    [delivery] = shop.state()["deliveries"]
    assert (delivery["attempts"], delivery["last_answer"]) == (4, "200")
    assert len({received.event["id"] for received in shop.received}) == 1


def test_an_event_says_whether_it_is_still_to_be_delivered(shop: Shop) -> None:
    shop.script(drop=True, only_types=["charge.succeeded"])
    shop.paid_session("card")
    eventually(lambda: all_delivered(shop))

    lost = shop.client.v1.events.list({"delivery_success": False}).data

    assert [(event.type, event.pending_webhooks) for event in lost] == [("charge.succeeded", 1)]


def test_script_duplicate_sends_an_event_more_than_once(shop: Shop) -> None:
    shop.script(duplicate=2, only_types=["checkout.session.completed"])

    shop.paid_session("card")

    shop.await_webhook("checkout.session.completed", count=3)
    ids = [delivery.event["id"] for delivery in shop.received if "session" in delivery.event["type"]]
    assert len(ids) == 3
    assert len(set(ids)) == 1


def test_script_delay_sends_later(shop: Shop) -> None:
    shop.script(delay_seconds=0.3)

    began = time.monotonic()
    shop.paid_session("card")
    shop.await_webhook("checkout.session.completed")

    assert time.monotonic() - began >= 0.3


def test_script_drop_never_sends_but_lists(shop: Shop) -> None:
    shop.script(drop=True)

    shop.paid_session("card")
    time.sleep(0.1)

    assert shop.received == []
    assert len(shop.client.v1.events.list().data) == 4


def test_script_reorder_sends_the_newest_first(shop: Shop) -> None:
    shop.script(reorder=True)

    shop.paid_session("card")

    eventually(lambda: len(shop.received) == 4)
    assert shop.types()[0] == "checkout.session.completed"
    assert shop.types()[-1] == "payment_intent.created"


def test_script_forge_signature_fails_verification(shop: Shop) -> None:
    shop.script(forge_signature=True)
    shop.paid_session("card")
    delivery = shop.await_webhook("checkout.session.completed")

    with pytest.raises(stripe.SignatureVerificationError, match="No signatures found"):
        stripe.Webhook.construct_event(delivery.body, delivery.signature, SECRET)


def test_script_old_timestamp_is_signed_well_but_too_old(shop: Shop) -> None:
    shop.script(old_timestamp=True)
    shop.paid_session("card")
    delivery = shop.await_webhook("checkout.session.completed")

    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.Webhook.construct_event(delivery.body, delivery.signature, SECRET)
    stripe.Webhook.construct_event(delivery.body, delivery.signature, SECRET, tolerance=7200)


def test_script_livemode_claims_real_money_under_a_good_signature(shop: Shop) -> None:
    shop.script(livemode=True)
    shop.paid_session("card")
    delivery = shop.await_webhook("checkout.session.completed")

    assert stripe.Webhook.construct_event(delivery.body, delivery.signature, SECRET).livemode is True


def test_script_missing_id_is_signed_well(shop: Shop) -> None:
    shop.script(missing_id=True)
    shop.paid_session("card")
    delivery = shop.await_webhook("checkout.session.completed")

    assert "id" not in stripe.Webhook.construct_event(delivery.body, delivery.signature, SECRET).to_dict()


def test_a_refused_forgery_comes_again_unforged_once_the_script_is_over(shop: Shop) -> None:
    shop.script(forge_signature=True)
    shop.refusals += [400] * 100
    shop.client.v1.checkout.sessions.expire(shop.open_session().id)
    eventually(lambda: len(shop.received) > 0)

    shop.script()
    shop.refusals.clear()
    eventually(lambda: all_delivered(shop))

    last = shop.received[-1]
    assert (
        stripe.Webhook.construct_event(last.body, last.signature, SECRET).type == "checkout.session.expired"
    )


@pytest.mark.parametrize(("fault", "error"), [("429", stripe.RateLimitError), ("500", stripe.APIError)])
def test_script_fault_answers_the_next_calls_with_an_error(
    shop: Shop, fault: str, error: type[Exception]
) -> None:
    shop.script(fault=fault, fault_calls=2)

    for _ in range(2):
        with pytest.raises(error):
            shop.open_session(key="sess-17-1")

    assert shop.open_session(key="sess-17-1").status == "open"
    assert shop.state()["objects"] == {"checkout.session": 1}


def test_script_fault_stored_500_is_replayed_under_its_key(shop: Shop) -> None:
    shop.script(fault="stored_500", fault_calls=1)

    for _ in range(2):
        with pytest.raises(stripe.APIError):
            shop.open_session(key="sess-17-1")

    assert shop.state()["objects"] == {}
    assert shop.open_session(key="sess-17-2").status == "open"


def test_script_fault_drop_closes_the_connection_before_the_work(shop: Shop) -> None:
    shop.script(fault="drop", fault_calls=1)

    with pytest.raises(stripe.APIConnectionError):
        shop.open_session(key="sess-17-1")

    assert shop.state()["objects"] == {}


def test_script_fault_drop_after_commit_closes_the_connection_after_the_work(shop: Shop) -> None:
    shop.script(fault="drop_after_commit", fault_calls=1)

    with pytest.raises(stripe.APIConnectionError):
        shop.open_session(key="sess-17-1")
    made = shop.state()["objects"]
    session = shop.open_session(key="sess-17-1")

    assert made == shop.state()["objects"] == {"checkout.session": 1}
    assert headers_of(session)["idempotent-replayed"] == "true"


def test_the_client_repeats_a_dropped_call_by_itself_and_makes_one_session(shop: Shop) -> None:
    shop.script(fault="drop_after_commit", fault_calls=1)

    with sandbox_shop.client_of(shop.sandbox.base_url, retries=1) as client:
        replace(shop, client=client).open_session()

    assert shop.state()["objects"] == {"checkout.session": 1}


def test_a_fault_can_be_meant_for_one_path(shop: Shop) -> None:
    shop.script(fault="500", fault_calls=9, fault_path="/v1/refunds")

    assert shop.open_session().status == "open"
    with pytest.raises(stripe.APIError):
        shop.client.v1.refunds.list()


def test_a_fault_cannot_be_forced_upon_the_control_addresses(shop: Shop) -> None:
    shop.script(fault="500", fault_calls=9, fault_path="/")

    assert shop.script().status_code == 200


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ({"duplicat": 1}, "duplicat is unknown"),
        ({"drop": 1}, "drop must be like false"),
        ({"delay_seconds": "soon"}, "delay_seconds must be like 0.0"),
        ({"delay_seconds": -1}, "delay_seconds must be like 0.0"),
        ({"only_types": "charge.succeeded"}, "only_types must be like []"),
        ({"fault": "418"}, "fault must be one of"),
    ],
)
def test_a_script_that_cannot_be_is_refused(shop: Shop, script: dict[str, Any], complaint: str) -> None:
    answer = shop.script(**script)

    assert answer.status_code == 400
    assert complaint in answer.json()["error"]


def test_a_script_replaces_the_last_one(shop: Shop) -> None:
    shop.script(drop=True)
    shop.script(reorder=True)

    script = shop.state()["script"]
    assert (script["drop"], script["reorder"]) == (False, True)


def test_a_form_of_another_site_cannot_write_the_script(shop: Shop) -> None:
    answer = shop.http.post(
        f"{shop.sandbox.base_url}/_sandbox/behaviour",
        data=json.dumps({"drop": True}),
        headers={"Content-Type": "text/plain"},
    )

    assert answer.status_code == 415
    assert shop.state()["script"]["drop"] is False


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/hook", "http://localhost:8000/hook", "http://[::1]:8000/hook"]
)
def test_this_machine_may_be_sent_webhooks(url: str) -> None:
    assert endpoints.loopback(url).port == 8000


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.4/hook",
        "http://example.org/hook",
        "https://127.0.0.1/hook",
        "http://127.0.0.1.example.org/",
        "http://localhost@example.org/",
        "ftp://127.0.0.1/",
        "/hook",
    ],
)
def test_no_other_machine_is_sent_webhooks(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        endpoints.loopback(url)
    with pytest.raises(ValueError, match="this machine only"):
        server.create_app(tmp_path, [Endpoint("http://127.0.0.1:9/", SECRET), Endpoint(url, SECRET)])


def test_the_signature_is_the_one_of_stripes_library() -> None:
    theirs = stripe.WebhookSignature.generate_signature_header('{"id": "evt_1"}', SECRET, 1_800_000_000)

    assert webhooks.signature(SECRET, '{"id": "evt_1"}', 1_800_000_000) == theirs
