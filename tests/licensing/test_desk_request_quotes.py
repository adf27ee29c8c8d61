"""Clearances and the quote from beside the conversation, and two staff at the same quote."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.accounts import Role
from archive.db import db
from licensing import clearances, quotes
from licensing.clearances import ClearanceStatus
from licensing.quotes import QuoteStatus
from licensing.reuse_requests import RequestStatus, ReuseRequest
from tests.catalogue import staff
from tests.licensing import negotiating

QUEUE = "/en/desk/requests"


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    negotiating.prices()
    return staff.sign_in(client, Role.LICENSING)


def page_of(browser: FlaskClient, request: ReuseRequest) -> str:
    number = request.number
    db.session.rollback()
    return browser.get(f"{QUEUE}/{number}").get_data(as_text=True)


def press(browser: FlaskClient, page: str, address: str, **said: str) -> int:
    """Press the button of the form whose address ends so, as the page shows it."""
    form = re.search(rf'<form[^>]*action="([^"]*{address})"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form, address
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[2]))
    answer = browser.post(form[1], data=hidden | said)
    db.session.rollback()
    return answer.status_code


def test_a_rights_holder_is_asked_from_beside_the_conversation(marit: FlaskClient) -> None:
    request = negotiating.request(negotiating.piece(negotiating.heirs()))
    page = page_of(marit, request)
    assert press(marit, page, "/change", do="move", step="clearing") == 303

    page = page_of(marit, request)
    assert "Erven Vos" in page
    assert press(marit, page, "/ask") == 303

    (asked,) = clearances.of_request(request.id)
    assert asked.status is ClearanceStatus.ASKED
    assert "Performers of “Blauw uur”, Erven Vos: asked" in page_of(marit, request)


def test_a_request_that_needs_nobody_is_ready_to_quote_at_once(marit: FlaskClient) -> None:
    request = negotiating.request(negotiating.piece())

    assert press(marit, page_of(marit, request), "/change", do="move", step="clearing") == 303

    assert request.status is RequestStatus.QUOTABLE


def test_what_is_not_settled_is_not_called_ready_to_quote(marit: FlaskClient) -> None:
    request = negotiating.request(negotiating.piece(negotiating.heirs()))
    press(marit, page_of(marit, request), "/change", do="move", step="clearing")

    assert press(marit, page_of(marit, request), "/change", do="move", step="quotable") == 409

    assert request.status is RequestStatus.CLEARING


def test_a_quote_is_drafted_and_sent_from_beside_the_conversation(marit: FlaskClient) -> None:
    request = negotiating.request(negotiating.piece())

    assert press(marit, page_of(marit, request), "/quote") == 303
    page = page_of(marit, request)
    draft = quotes.find_draft(request.id)
    assert draft is not None
    assert draft.net.show("en") in page
    assert press(marit, page, "/send") == 303

    assert (draft.status, request.status) == (QuoteStatus.SENT, RequestStatus.QUOTED)
    assert draft.net.show("en", whole=True) in page_of(marit, request)  # among the figures


def test_a_quote_that_somebody_else_has_changed_is_not_sent(marit: FlaskClient) -> None:
    request = negotiating.request(negotiating.piece())
    press(marit, page_of(marit, request), "/quote")
    old = page_of(marit, request)
    draft = quotes.find_draft(request.id)
    assert draft is not None
    daan = staff.sign_in(marit.application.test_client(), Role.LICENSING, "Daan")
    theirs = daan.get(f"/en/desk/quotes/{draft.id}").get_data(as_text=True)
    db.session.rollback()
    change = f"/lines/{draft.lines[0].id}"
    db.session.rollback()
    assert press(daan, theirs, change, amount="100", reason="oude klant") == 303

    assert press(marit, old, "/send") == 409
    assert press(daan, theirs, change, amount="200", reason="toch niet") == 409  # nor over one's own change

    assert draft.status is QuoteStatus.DRAFT
    assert draft.net_minor == 10000
