"""Clearing and quoting from beside the conversation: what is settled goes on, what is not is held."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.accounts import Role
from archive.db import db
from catalogue.entries import Entry
from licensing import clearances, parties, projects, rights
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.parties import Party, PartyKind
from licensing.reuse_requests import RequestStatus, ReuseRequest
from tests.catalogue import staff
from tests.licensing import asking

QUEUE = "/en/desk/requests"


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client, Role.LICENSING)


def piece(holder: Party | None = None) -> Entry:
    """Add a recording that is ours, but for its performance when somebody else holds that."""
    entry = asking.entry()
    for layer in (Layer.COMPOSITION, Layer.MASTER):
        rights.record(entry, layer, Basis.OWNED, ClaimStatus.CONFIRMED, asking.NOON)
    basis, status = (
        (Basis.REPRESENTED, ClaimStatus.DISPUTED) if holder else (Basis.OWNED, ClaimStatus.CONFIRMED)
    )
    rights.record(entry, Layer.PERFORMANCE, basis, status, asking.NOON, party=holder)
    return entry


def looked_at(entry: Entry) -> ReuseRequest:
    project = asking.project()
    projects.add(project, entry.id)
    return asking.request(RequestStatus.TRIAGE, of=project)


def step(browser: FlaskClient, request: ReuseRequest, to: str) -> int:
    number = request.number
    db.session.rollback()
    page = browser.get(f"{QUEUE}/{number}").get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|seen)" value="([^"]*)"', page))
    form = hidden | {"do": "move", "step": to}
    answer = browser.post(f"{QUEUE}/{number}/change", data=form)
    db.session.rollback()
    return answer.status_code


def test_clearing_opens_what_must_be_asked(marit: FlaskClient) -> None:
    request = looked_at(piece(parties.add(PartyKind.ESTATE, "Erven Vos")))

    assert step(marit, request, "clearing") == 303

    assert {found.holder for found in clearances.of_request(request.id)} >= {"Erven Vos"}
    assert "Erven Vos" in marit.get(f"{QUEUE}/{request.number}").get_data(as_text=True)


def test_a_request_that_needs_nobody_is_ready_to_quote_at_once(marit: FlaskClient) -> None:
    request = looked_at(piece())

    assert step(marit, request, "clearing") == 303

    assert request.status is RequestStatus.QUOTABLE


def test_what_is_not_settled_is_not_called_ready_to_quote(marit: FlaskClient) -> None:
    request = looked_at(piece(parties.add(PartyKind.ESTATE, "Erven Vos")))
    step(marit, request, "clearing")

    assert step(marit, request, "quotable") == 409

    assert request.status is RequestStatus.CLEARING
