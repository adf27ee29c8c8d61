"""Lists and expansions as Stripe's own client reads them."""

import time
from collections.abc import Iterator
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


def test_a_list_is_paged_newest_first(shop: Shop) -> None:
    made = [shop.open_session().id for _ in range(5)]

    first = shop.client.v1.checkout.sessions.list({"limit": 2})
    rest = shop.client.v1.checkout.sessions.list({"limit": 3, "starting_after": first.data[-1].id})

    assert [session.id for session in first.data] == made[:2:-1]
    assert [session.id for session in rest.data] == made[2::-1]
    assert (first.has_more, rest.has_more) == (True, False)


def test_a_list_is_paged_backwards_too(shop: Shop) -> None:
    made = [shop.open_session().id for _ in range(4)]

    page = shop.client.v1.checkout.sessions.list({"limit": 2, "ending_before": made[0]})

    assert [session.id for session in page.data] == [made[2], made[1]]
    assert page.has_more


def test_the_client_walks_through_all_pages_by_itself(shop: Shop) -> None:
    for _ in range(3):
        shop.paid_session("card")

    events = shop.client.v1.events.list({"limit": 5}).auto_paging_iter()

    assert len([event.id for event in events]) == 12


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_one_to_a_hundred_entries(shop: Shop, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.client.v1.events.list({"limit": limit})

    assert refusal.value.param == "limit"


def test_a_cursor_that_nobody_knows_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.client.v1.events.list({"starting_after": "evt_none"})

    assert refusal.value.param == "starting_after"


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"type": "charge.succeeded"}, 1),
        ({"type": "payment_intent.*"}, 2),
        ({"types": ["charge.succeeded", "checkout.session.completed"]}, 2),
        ({"type": "refund.created"}, 0),
    ],
)
def test_events_are_found_by_type(shop: Shop, params: Any, expected: int) -> None:
    shop.paid_session("card")

    assert len(shop.client.v1.events.list(params).data) == expected


def test_type_and_types_together_are_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="not both"):
        shop.client.v1.events.list({"type": "charge.succeeded", "types": ["refund.created"]})


def test_events_are_found_by_time(shop: Shop) -> None:
    shop.paid_session("card")
    shop.clock.advance(hours=1)
    shop.paid_session("card")
    turn = int(time.time()) + 1800

    later = shop.client.v1.events.list({"created": {"gte": turn}, "type": "charge.succeeded"})
    earlier = shop.client.v1.events.list({"created": {"lt": turn}, "type": "charge.succeeded"})

    assert (len(later.data), len(earlier.data)) == (1, 1)
    assert later.data[0].id != earlier.data[0].id


def test_sessions_are_found_by_state(shop: Shop) -> None:
    paid, _open = shop.paid_session(), shop.open_session()

    assert [session.id for session in shop.client.v1.checkout.sessions.list({"status": "complete"}).data] == [
        paid.id
    ]


def test_the_balance_of_a_day_is_listed_by_type(shop: Shop) -> None:
    shop.paid_session("card")
    shop.paid_session("ideal")

    cards = shop.client.v1.balance_transactions.list(
        {"type": "charge", "created": {"gte": int(time.time()) - 60}}
    )

    assert [entry.fee for entry in cards.data] == [353]


def test_the_lines_of_a_session_are_listed_in_their_order(shop: Shop) -> None:
    lines = [
        {
            "quantity": n,
            "price_data": {"currency": "eur", "unit_amount": 100, "product_data": {"name": f"line {n}"}},
        }
        for n in (1, 2, 3)
    ]
    session = shop.open_session(line_items=lines)

    listed = shop.client.v1.checkout.sessions.line_items.list(session.id, {"limit": 2})
    rest = shop.client.v1.checkout.sessions.line_items.list(
        session.id, {"starting_after": listed.data[-1].id}
    )

    assert [(line.description, line.amount_total) for line in listed.data] == [
        ("line 1", 100),
        ("line 2", 200),
    ]
    assert listed.has_more
    assert [line.description for line in rest.data] == ["line 3"]


def test_each_object_is_found_by_its_id(shop: Shop) -> None:
    intent = shop.paid_session("card").payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert isinstance(intent.latest_charge, stripe.Charge)
    api = shop.client.v1
    [entry] = api.balance_transactions.list().data
    [event] = api.events.list({"limit": 1}).data

    assert api.payment_intents.retrieve(intent.id).latest_charge == intent.latest_charge.id
    assert api.charges.retrieve(intent.latest_charge.id).balance_transaction == entry.id
    assert api.balance_transactions.retrieve(entry.id).source == intent.latest_charge.id
    assert api.events.retrieve(event.id).type == event.type


def test_an_expansion_is_followed_to_the_balance(shop: Shop) -> None:
    session = shop.paid_session("card")

    bare = shop.client.v1.checkout.sessions.retrieve(session.id)
    with_lines = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})

    assert isinstance(bare.payment_intent, str)
    assert with_lines.line_items is not None
    assert with_lines.line_items.data[0].description == "Licence NR-0412"


def test_an_expansion_reaches_into_a_list(shop: Shop) -> None:
    shop.paid_session("card")

    [session] = shop.client.v1.checkout.sessions.list({"expand": ["data.payment_intent"]}).data

    assert isinstance(session.payment_intent, stripe.PaymentIntent)


@pytest.mark.parametrize("path", ["amount_total", "payment_intent.amount", "nonsense", "a.b.c.d.e"])
def test_what_cannot_be_expanded_is_refused(shop: Shop, path: str) -> None:
    session = shop.paid_session("card")

    with pytest.raises(stripe.InvalidRequestError, match="expand"):
        shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": [path]})
