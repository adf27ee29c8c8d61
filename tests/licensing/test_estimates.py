"""Prices for programs: many uses at once, from the same function as the page, and problems named item by item."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from archive.db import db
from archive.errors import Invalid
from catalogue import entries
from catalogue.entries import Entry, EntryKind
from licensing import estimates, offers, rates
from licensing.choices import Choice
from licensing.claims import Basis, Layer
from tests.licensing.shop import CHOICE, Shop
from tests.licensing.test_offers import claim, published, ticket

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def card(app: Flask) -> None:
    g.lang = "en"
    rates.activate(rates.load(rates.CARD_OF_2026))


def cleared(title: str = "Blauw uur") -> Entry:
    entry = published(title=title)
    for layer in (Layer.COMPOSITION, Layer.PERFORMANCE, Layer.MASTER):
        claim(entry, layer, Basis.OWNED)
    return entry


def out_of_commerce() -> Entry:
    entry = published(title="Verboden uur")
    claim(entry, Layer.MASTER, Basis.OUT_OF_COMMERCE, notified_on=date(2025, 1, 15))
    return entry


def ask(client: FlaskClient, *items: Any) -> Any:
    return client.post("/api/v1/quotes?lang=en", json={"items": list(items)})


def test_several_items_are_priced_with_their_sum_and_the_vat_once_per_rate(client: FlaskClient) -> None:
    first, second = cleared(), cleared("Groen uur")
    db.session.commit()

    answer = ask(
        client,
        {"pid": first.pid, "choice": {"use": "documentary"}},
        {"pid": second.pid, "choice": {"use": "podcast", "territory": "world", "duration": "2min"}},
    )

    assert answer.status_code == 200, answer.get_data(as_text=True)
    said = answer.get_json()
    assert [line["net_minor"] for line in said["lines"]] == [18050, 2880]
    assert (said["net_minor"], said["vat_minor"], said["total_minor"]) == (20930, 4395, 25325)
    assert (said["currency"], said["is_complete"]) == ("EUR", True)
    assert said["lines"][1]["summary"] == "Podcast, world, 5 years, up to 2 minutes"


def test_what_has_no_price_keeps_its_reasons_and_adds_nothing(client: FlaskClient) -> None:
    sold, refused = cleared(), out_of_commerce()
    db.session.commit()

    said = ask(
        client, {"pid": sold.pid}, {"pid": refused.pid}, {"pid": sold.pid, "choice": {"use": "advertising"}}
    ).get_json()

    assert [line["state"] for line in said["lines"]] == ["priced", "refused", "on_request"]
    assert "Out of commerce" in said["lines"][1]["reasons"][0]["text"]
    assert "no fixed price" in said["lines"][2]["reasons"][-1]["text"]
    assert (said["net_minor"], said["is_complete"]) == (18050, False)


def test_when_nothing_has_a_price_there_is_no_sum_and_not_a_sum_of_nothing(client: FlaskClient) -> None:
    refused = out_of_commerce()
    db.session.commit()

    said = ask(client, {"pid": refused.pid}).get_json()

    assert (said["net_minor"], said["vat_minor"], said["total_minor"], said["vat"]) == (None, None, None, [])


def test_a_package_and_the_points_of_an_excerpt_are_taken(client: FlaskClient) -> None:
    entry = cleared()
    db.session.commit()

    said = ask(
        client,
        {"pid": entry.pid, "choice": {"package": "film"}},
        {"pid": entry.pid, "in_ms": 10_000, "out_ms": 70_000},
    ).get_json()

    assert said["lines"][0]["net_minor"] == 14000
    assert said["lines"][0]["trace"][-1]["code"] == "package"
    assert said["lines"][1]["choice"]["duration"] == "2min"


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("a text", "as an object"),
        ({}, "“pid” must be"),
        ({"pid": 7}, "“pid” must be"),
        ({"pid": "nr-nothing"}, "“pid” must be"),
        ({"pid": "PID", "use": "book"}, "“use” is not known"),
        ({"pid": "PID", "choice": "book"}, "must be an object"),
        ({"pid": "PID", "choice": {"mood": "blue"}}, "“mood” is not a question"),
        ({"pid": "PID", "choice": {"use": 3}}, "must be a text"),
        ({"pid": "PID", "choice": {"territory": "moon"}}, "We do not know “moon”"),
        ({"pid": "PID", "choice": {"package": "opera"}}, "no package “opera”"),
        ({"pid": "PID", "in_ms": 5}, "whole milliseconds"),
        ({"pid": "PID", "in_ms": 5, "out_ms": 5}, "whole milliseconds"),
        ({"pid": "PID", "in_ms": True, "out_ms": 5}, "whole milliseconds"),
    ],
)
def test_an_item_that_cannot_be_read_is_named_with_its_place(
    client: FlaskClient, item: Any, says: str
) -> None:
    entry = cleared()
    db.session.commit()
    if isinstance(item, dict) and item.get("pid") == "PID":
        item = item | {"pid": entry.pid}

    answer = ask(client, {"pid": entry.pid}, item)

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    (problem,) = answer.get_json()["problems"]
    assert problem["item"] == 1
    assert says in problem["detail"]


@pytest.mark.parametrize("body", [None, [], {}, {"items": []}, {"items": "all"}, {"items": [1] * 501}])
def test_a_body_without_items_or_with_too_many_is_refused(client: FlaskClient, body: Any) -> None:
    answer = client.post("/api/v1/quotes", json=body)

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_what_is_not_json_is_refused(client: FlaskClient) -> None:
    assert client.post("/api/v1/quotes", data=b"items=1").status_code == 422
    assert client.post("/api/v1/quotes", data=b"\xff{", content_type="application/json").status_code == 422


def test_what_is_not_public_is_not_told_from_what_is_not_there(client: FlaskClient) -> None:
    draft = entries.add(EntryKind.RECORDING, "Proefband", NOW)
    db.session.commit()

    answer = ask(client, {"pid": draft.pid})

    assert f"no public entry {draft.pid}" in answer.get_json()["problems"][0]["detail"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["items", "pid", "choice", "in_ms", "out_ms", "use", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(anything)
def test_whatever_is_sent_is_read_or_refused(body: object) -> None:
    try:
        estimates.read(body)
    except Invalid as refused:
        assert refused.sentence()  # noqa: PT017 - either outcome is right


def test_twenty_four_prices_take_no_more_queries_than_one(app: Flask) -> None:
    several = [cleared(f"Piece {number}") for number in range(24)]
    db.session.commit()
    offers.offer_for(several[0], Choice(()), NOW.date())  # a card in force is read once in a process
    said: list[str] = []
    engine = db.engine

    def count(*args: Any) -> None:
        said.append(args[2])

    event.listen(engine, "before_cursor_execute", count)
    counts = []
    for asked in (several[:1], several):
        [entry.kind for entry in asked]
        said.clear()
        offers.offers_for([(entry, Choice(())) for entry in asked], NOW.date())
        counts.append(len(said))
    event.remove(engine, "before_cursor_execute", count)

    assert counts[0] == counts[1] <= 5


@pytest.mark.parametrize(
    "choice",
    [CHOICE, CHOICE | {"user_class": "academic", "placement": "prominent"}, {"package": "film"}],
    ids=["calculator", "circumstances", "package"],
)
def test_page_interface_estimate_and_order_form_say_the_same_to_the_cent(
    open_shop: Shop, choice: dict[str, str]
) -> None:
    entry = open_shop.entry
    html = ticket(open_shop.app, entry, lang="nl", **choice)
    priced = open_shop.browser.get(
        f"/api/v1/entries/{entry.pid}/price", query_string={**choice, "lang": "nl"}
    ).get_json()
    estimate = open_shop.browser.post(
        "/api/v1/quotes", json={"items": [{"pid": entry.pid, "choice": choice}]}
    ).get_json()
    form = open_shop.browser.get(f"/nl/entries/{entry.pid}/order", query_string=choice).get_data(as_text=True)

    assert estimate["total_minor"] == priced["total_minor"] == estimate["lines"][0]["total_minor"]
    assert estimate["lines"][0]["trace"] == priced["trace"]
    for shown in (priced["ticket"]["net"], priced["ticket"]["vat"], priced["ticket"]["total"]):
        assert shown in html
        assert shown in form
    assert f'value="{priced["total_minor"]}"' in form
