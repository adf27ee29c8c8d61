"""Performances on the site: announced, described for machines, and their tickets sold to whoever may see them."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive import clock
from archive.db import db
from catalogue import entries
from licensing import box_offices, orders, reservations, seasons, tickets
from licensing.box_offices import FreeReason
from licensing.money import Money
from licensing.orders import Order
from licensing.tickets import Ticket
from tests.catalogue import staff
from tests.licensing import stage
from tests.licensing.stage import STREAM

FORM = {
    "name": "Noor Adriaanse",
    "email": "noor@example.org",
    "country": "NL",
    "pays": "12,50",
    "consent": "1",
}


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be before the performance, whatever the day of the test."""
    monkeypatch.setattr(clock, "now", lambda: stage.NOW)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(f"/nl{address}")
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def fill_in(client: FlaskClient, address: str, **changes: Any) -> Any:
    hidden = dict(re.findall(r'name="(csrf_token|form_key)"[^>]*value="([^"]+)"', page(client, address)))
    filled = hidden | FORM | changes
    return client.post(
        f"/nl{address}", data={name: value for name, value in filled.items() if value is not None}
    )


def orders_placed() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Order)).all())


def committed(**changes: Any) -> str:
    entry = stage.performance(**changes)
    db.session.commit()
    return entry.pid


@pytest.mark.usefixtures("soon")
def test_a_performance_has_its_page_with_tickets_and_never_the_stream(client: FlaskClient) -> None:
    pid = committed(quota=3)

    shown = page(client, f"/entries/{pid}")

    assert f"/nl/performances/{pid}/ticket" in shown
    assert "7,50" in shown
    assert STREAM not in shown + page(client, "/performances") + page(client, f"/performances/{pid}/ticket")
    assert STREAM not in client.get(f"/api/v1/entries/{pid}").get_data(as_text=True)


@pytest.mark.usefixtures("soon")
def test_search_engines_read_an_event_and_its_broadcast(client: FlaskClient) -> None:
    shown = page(client, f"/entries/{committed()}")

    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)
    broadcast = json.loads(found)
    event = broadcast["broadcastOfEvent"]

    assert (broadcast["@type"], broadcast["isLiveBroadcast"]) == ("BroadcastEvent", True)
    assert (event["@type"], event["startDate"]) == ("MusicEvent", "2026-12-12T20:30:00+01:00")
    assert (event["offers"]["price"], event["offers"]["priceCurrency"]) == ("7.50", "EUR")


@pytest.mark.usefixtures("soon")
def test_the_list_shows_what_comes_before_what_is_over(client: FlaskClient) -> None:
    month = timedelta(days=30)
    past = {name: moment - month for name, moment in stage.LIVE.items()}
    committed(title="Voorbije avond", **past)
    committed(title="Nachtconcert Terwindt")

    shown = page(client, "/performances")

    assert shown.index("Nachtconcert Terwindt") < shown.index("Voorbije avond")


@pytest.mark.usefixtures("soon")
def test_data_of_a_performance_says_when_it_can_be_seen(client: FlaskClient) -> None:
    data = client.get(f"/api/v1/entries/{committed()}").get_json()

    assert data["kind"] == "performance"
    assert data["performance"]["starts_at"] == "2026-12-12T19:30:00+00:00"
    assert data["date"]["edtf"] == "2026-12-12"


FAULTY: list[tuple[dict[str, Any], str]] = [
    ({"pays": "7,49"}, "pays"),
    ({"pays": "0"}, "pays"),
    ({"pays": "-12"}, "pays"),
    ({"pays": "12,505"}, "pays"),
    ({"pays": "veel"}, "pays"),
    ({"pays": "1e9"}, "pays"),
    ({"pays": "9" * 19}, "pays"),
    ({"name": ""}, "name"),
    ({"email": "noor"}, "email"),
    ({"country": "XX"}, "country"),
    ({"consent": None}, "consent"),
]


@pytest.mark.usefixtures("soon")
def test_what_is_typed_wrong_is_said_at_its_field_and_kept(client: FlaskClient) -> None:
    address = f"/performances/{committed(quota=1)}/ticket"

    for changes, field in FAULTY:
        answer = fill_in(client, address, **changes)
        shown = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in shown
        assert (changes.get("email") or FORM["email"]) in shown
    assert orders_placed() == 0


@pytest.mark.usefixtures("soon")
def test_who_may_not_see_it_and_who_comes_too_late_are_told_so(client: FlaskClient) -> None:
    pid = committed(quota=1, regions=["NL"])
    address = f"/performances/{pid}/ticket"

    assert fill_in(client, address, country="DE").status_code == 409
    stage.bought(entries.get(pid))
    db.session.commit()

    answer = fill_in(client, address)
    assert answer.status_code == 409
    assert orders_placed() == 1


@pytest.mark.usefixtures("soon")
def test_a_free_ticket_is_given_at_once_and_a_form_sent_twice_gives_one(client: FlaskClient) -> None:
    pid = committed(floor_minor=0, free_reason=FreeReason.EDUCATION, quota=5)
    address = f"/performances/{pid}/ticket"
    hidden = dict(re.findall(r'name="(csrf_token|form_key)"[^>]*value="([^"]+)"', page(client, address)))

    answers = [client.post(f"/nl{address}", data=hidden | FORM) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert "Noor Adriaanse" in client.get(answers[0].headers["Location"]).get_data(as_text=True)
    db.session.rollback()
    assert len(db.session.scalars(select(Ticket)).all()) == 1


@pytest.mark.usefixtures("soon")
def test_the_form_of_a_pass_names_what_it_opens(client: FlaskClient) -> None:
    season = seasons.ensure("winter-2026", "Winterserie", Money(1500, "EUR"))
    for number in (1, 2):
        stage.performance(f"Avond {number}", season=season)
    db.session.commit()

    shown = page(client, "/performances/series/winter-2026")

    assert "Avond 1" in shown
    assert "Avond 2" in shown
    assert fill_in(client, "/performances/series/winter-2026", pays="14,99").status_code == 422


def test_a_ticket_page_shows_the_stream_on_one_device_and_in_its_window(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = stage.NOW
    monkeypatch.setattr(clock, "now", lambda: moment)
    (ticket,) = tickets.of_order(stage.bought(stage.performance()).id)
    address = f"/tickets/{tickets.link_token(ticket)}"
    db.session.commit()
    assert STREAM not in page(client, address)
    assert press(client, address) == 409

    moment = stage.STARTS
    assert STREAM not in page(client, address)
    assert press(client, address) == 303
    assert STREAM in page(client, address)

    other = app.test_client()
    assert STREAM not in page(other, address)
    assert press(other, address) == 303
    assert STREAM in page(other, address)
    assert STREAM not in page(client, address)

    moment = stage.LIVE["viewing_until"]
    assert STREAM not in page(other, address)


def press(client: FlaskClient, address: str) -> int:
    token = staff.token_in(client.get("/nl/sign-in").get_data(as_text=True))
    return client.post(f"/nl{address}/open", data={"csrf_token": token}).status_code


@pytest.mark.usefixtures("soon")
def test_the_page_of_an_order_leads_to_its_tickets_and_says_when_there_is_none(client: FlaskClient) -> None:
    entry = stage.performance(quota=1)
    late = stage.ordered(entry, buyer=stage.viewer(2))
    reservations.release(reservations.of_order(late.id)[0], stage.NOW, "not paid in time")
    paid = stage.bought(entry)
    stage.sales.pay(late, stage.NOW)
    (ticket,) = tickets.of_order(paid.id)
    db.session.commit()

    assert tickets.link_token(ticket) in page(client, f"/orders/{orders.link_token(paid)}")
    assert "laatste plaats" in page(client, f"/orders/{orders.link_token(late)}") or "last place" in page(
        client, f"/orders/{orders.link_token(late)}"
    )
    assert box_offices.get(entry.id).is_full


def test_no_input_breaks_the_pages(client: FlaskClient) -> None:
    pid = committed()

    for address in (
        "/tickets/x",
        "/deals/x",
        "/performances/series/x",
        "/performances/x/ticket",
        "/desk/performances",
    ):
        assert client.get(f"/nl{address}").status_code in (302, 303, 401, 403, 404)
    assert client.post(f"/nl/performances/{pid}/ticket", data={"pays": "\x00"}).status_code in (400, 422)
