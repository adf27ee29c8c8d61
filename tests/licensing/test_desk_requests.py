"""The queue of requests as staff use it through HTTP: looking, doing one or many, writing, undoing, being refused."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.accounts import Role
from archive.db import db
from archive.jobs import Job
from licensing import conversation, desk_actions, parties, projects, request_pieces, rights
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.conversation import Voice
from licensing.parties import PartyKind
from licensing.projects import Part
from licensing.reuse_requests import RequestStatus, ReuseRequest
from tests import counting
from tests.catalogue import staff
from tests.licensing import asking

QUEUE = "/en/desk/requests"
MANY = 30


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of Marit, who works on licences and has signed in."""
    return staff.sign_in(client, Role.LICENSING)


@pytest.fixture
def new(app: Flask) -> ReuseRequest:
    project = asking.project()
    projects.add(project, asking.entry().id)
    return asking.request(of=project)


def opened(browser: FlaskClient, request: ReuseRequest) -> dict[str, str]:
    """Open a request; give its number and what its forms carry."""
    number = request.number
    db.session.rollback()
    page = browser.get(f"{QUEUE}/{number}").get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|seen|heard)" value="([^"]*)"', page))
    return hidden | {"number": number}


def post(browser: FlaskClient, form: dict[str, str], view: str, **said: str) -> TestResponse:
    answer = browser.post(f"{QUEUE}/{form['number']}/{view}", data=form | said)
    db.session.rollback()
    return answer


def tick(browser: FlaskClient, *requests: ReuseRequest, **said: str) -> TestResponse:
    """Do something with all of these, as their page shows them."""
    values = [f"{request.number} {desk_actions.stamp(request)}" for request in requests]
    form = opened(browser, requests[0])
    answer = browser.post(f"{QUEUE}/together", data={**form, **said, "request": values})
    db.session.rollback()
    return answer


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("role", [Role.CATALOGUER, Role.RESEARCHER, Role.BUYER])
def test_buyers_data_are_for_those_who_work_on_licences(
    app: Flask, client: FlaskClient, new: ReuseRequest, role: Role
) -> None:
    number = new.number
    staff.sign_in(client, role)

    assert client.get(QUEUE).status_code == 403
    assert client.get(f"{QUEUE}/{number}").status_code == 403
    token = staff.token_in(text(client.get("/en/desk"))) if role is Role.CATALOGUER else ""
    for address in (f"{number}/note", f"{number}/change", "together", "undo/1"):
        assert client.post(f"{QUEUE}/{address}", data={"csrf_token": token}).status_code in (400, 403)


def test_the_queue_shows_who_asks_for_what(marit: FlaskClient, new: ReuseRequest) -> None:
    page = text(marit.get(QUEUE))

    for words in (
        new.number,
        "Studio Lek",
        "Slotscène",
        "Documentary, Europe, 5 years",
        "1 piece",
        "noor@studio.example",
    ):
        assert words in page
    assert "1 request waits for us" in page
    assert marit.get(f"{QUEUE}/V2026-99999").status_code == 404


def test_a_whole_number_leads_to_its_request(marit: FlaskClient, new: ReuseRequest) -> None:
    number = new.number

    answer = marit.get(f"{QUEUE}?q={number.lower()}&tab=done")

    assert answer.headers["Location"].endswith(f"/desk/requests/{number}")


@pytest.mark.parametrize(
    "query",
    ["tab=nonsense", "after=x", "before=-1", "q=%27%22%25", "who=²", "order=7", "did=1", "did=²", "left=x"],
)
def test_no_address_breaks_the_queue(marit: FlaskClient, new: ReuseRequest, query: str) -> None:
    assert marit.get(f"{QUEUE}?{query}").status_code == 200


def test_the_rights_are_checked_layer_by_layer_for_the_use_that_is_asked(
    app: Flask, marit: FlaskClient
) -> None:
    project, entry = asking.project(), asking.entry()
    projects.add(project, entry.id, Part(in_ms=12_000, out_ms=60_000))
    holder = parties.add(PartyKind.PERSON, "Lies Hogendoorn")
    for layer, basis, party in (
        (Layer.MASTER, Basis.OWNED, None),
        (Layer.PERFORMANCE, Basis.REPRESENTED, holder),
        (Layer.COMPOSITION, Basis.UNKNOWN, None),
    ):
        status = ClaimStatus.DISPUTED if party else ClaimStatus.CONFIRMED
        rights.record(entry, layer, basis, status, asking.NOON, party=party)
    number = asking.request(of=project).number

    page = text(marit.get(f"{QUEUE}/{number}"))

    for words in (
        "from 0:12 to 1:00",
        "Not cleared yet",
        "Recording (master): The archive holds this right.",
        "Performers: More than one party",
        "Composition: We do not know yet who holds this right.",
    ):
        assert words in page


def test_a_long_project_is_checked_in_part_unless_all_is_asked_for(app: Flask, marit: FlaskClient) -> None:
    project = asking.project()
    for number in range(request_pieces.SHOWN + 2):
        projects.add(project, asking.entry(f"Stuk {number}").id)
    number = asking.request(of=project).number

    with counting.statements() as few:
        page = text(marit.get(f"{QUEUE}/{number}"))
    with counting.statements() as many:
        everything = text(marit.get(f"{QUEUE}/{number}?pieces=all"))

    assert page.count('class="piece"') == request_pieces.SHOWN
    assert everything.count('class="piece"') == request_pieces.SHOWN + 2
    assert len(many) == len(few)


def test_a_request_is_assigned_and_that_is_undone(marit: FlaskClient, new: ReuseRequest) -> None:
    answer = post(marit, opened(marit, new), "change", do="mine")

    assert answer.status_code == 303
    assert new.assigned_to is not None
    page = text(marit.get(answer.headers["Location"]))
    undo = re.search(r'action="([^"]*/undo/\d+[^"]*)"', page)
    assert undo
    assert "Assigned to Marit" in page

    form = {"csrf_token": staff.token_in(page)}
    assert marit.post(undo[1], data=form).status_code == 303
    db.session.rollback()
    assert new.assigned_to is None
    assert marit.post(undo[1], data=form).status_code == 409


def test_a_due_date_is_the_end_of_its_day(marit: FlaskClient, new: ReuseRequest) -> None:
    form = opened(marit, new)

    assert post(marit, form, "change", do="due", due="2026-11-30").status_code == 303
    assert new.due_at is not None
    assert new.due_at.isoformat() == "2026-11-30T23:00:00+00:00"
    assert 'value="2026-11-30"' in text(marit.get(f"{QUEUE}/{form['number']}"))
    for day in ("soon", "2026-02-31", "9999-12-31"):
        assert post(marit, opened(marit, new), "change", do="due", due=day).status_code == 422


def test_many_are_moved_at_once_and_those_that_cannot_are_named(
    marit: FlaskClient, new: ReuseRequest
) -> None:
    other, done = asking.request(), asking.request(RequestStatus.WITHDRAWN)

    answer = tick(marit, new, other, done, do="triage")

    assert answer.status_code == 303
    assert {new.status, other.status} == {RequestStatus.TRIAGE}
    page = text(marit.get(answer.headers["Location"]))
    assert "2 requests" in page
    assert f"Left as they were: {done.number}" in page


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"do": "nonsense"}, 422),
        ({"do": "move", "step": "nonsense"}, 422),
        ({"do": "move", "step": "accepted"}, 422),
        ({"do": "move", "step": "quotable"}, 409),
        ({"do": "decline", "why": " "}, 422),
        ({"do": "assign", "to": "4096"}, 422),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    marit: FlaskClient, new: ReuseRequest, said: dict[str, str], status: int
) -> None:
    assert tick(marit, new, **said).status_code == status
    assert (new.status, new.assigned_to) == (RequestStatus.SUBMITTED, None)


def test_nothing_ticked_is_said(marit: FlaskClient, new: ReuseRequest) -> None:
    form = opened(marit, new)

    answer = marit.post(f"{QUEUE}/together", data=form | {"do": "mine"})

    assert answer.status_code == 422
    assert "Tick a request first." in text(answer)


def test_a_decline_is_told_later_so_that_it_can_be_undone(marit: FlaskClient, new: ReuseRequest) -> None:
    assert post(marit, opened(marit, new), "change", do="decline", why="Niet van ons.").status_code == 303

    assert new.status is RequestStatus.REJECTED
    letter = db.session.scalars(select(Job).where(Job.name == "requests.tell_decline")).one()
    assert letter.run_at - letter.created_at > desk_actions.UNDO_FOR
    assert conversation.for_buyer(new) == []


def test_the_second_of_two_sees_what_the_first_did(marit: FlaskClient, new: ReuseRequest) -> None:
    daan = staff.sign_in(marit.application.test_client(), Role.LICENSING, "Daan")
    old = opened(marit, new)
    assert post(daan, opened(daan, new), "change", do="move", step="triage").status_code == 303

    answer = post(marit, old, "change", do="decline", why="Niet van ons.")

    assert answer.status_code == 409
    assert "changed by somebody else" in text(answer)
    assert "Daan: Looked at" in text(answer)
    assert "Niet van ons." in text(answer)  # what was typed is kept
    assert new.status is RequestStatus.TRIAGE


def test_an_answer_goes_to_the_buyer_and_a_note_does_not(marit: FlaskClient, new: ReuseRequest) -> None:
    assert post(marit, opened(marit, new), "note", note="Bellen met de erven.").status_code == 303
    assert (
        post(marit, opened(marit, new), "answer", message="Wij zoeken het uit.", do="answer").status_code
        == 303
    )

    assert [message.body for message in conversation.for_buyer(new)] == ["Wij zoeken het uit."]
    assert [message.voice for message in conversation.of(new)] == [Voice.NOTE, Voice.STAFF]
    mails = [job.payload for job in db.session.scalars(select(Job).where(Job.name == "mail.deliver"))]
    assert [mail["to"] for mail in mails if "Wij zoeken het uit." in mail["text"]] == ["noor@studio.example"]
    assert not [mail for mail in mails if "erven" in mail["text"]]
    assert 'class="note"' in text(marit.get(f"{QUEUE}/{new.number}"))


def test_asking_waits_for_the_buyer(marit: FlaskClient, new: ReuseRequest) -> None:
    answer = post(marit, opened(marit, new), "answer", message="Hoe lang duurt de scène?", do="ask")

    assert answer.status_code == 303
    assert new.status is RequestStatus.NEEDS_INFO


def test_nobody_answers_over_a_message_they_have_not_read(marit: FlaskClient, new: ReuseRequest) -> None:
    form = opened(marit, new)
    conversation.say(new, Voice.BUYER, "Laat maar.", asking.NOON + timedelta(minutes=1))
    db.session.commit()

    answer = post(marit, form, "answer", message="Het kan!", do="answer")

    assert answer.status_code == 409
    for words in ("Het kan!", "Laat maar.", "Something was written in the meantime"):
        assert words in text(answer)
    assert len(conversation.for_buyer(new)) == 1


@pytest.mark.parametrize(("view", "field"), [("note", "note"), ("answer", "message")])
def test_nothing_written_is_nothing_kept(
    marit: FlaskClient, new: ReuseRequest, view: str, field: str
) -> None:
    assert post(marit, opened(marit, new), view, **{field: " \n"}).status_code == 422
    assert conversation.of(new) == []


def test_what_people_write_is_text_and_not_markup(marit: FlaskClient, new: ReuseRequest) -> None:
    post(marit, opened(marit, new), "note", note="<script>alert(1)</script>")

    assert "<script>alert" not in text(marit.get(f"{QUEUE}/{new.number}"))


def test_a_longer_queue_asks_the_database_no_more(marit: FlaskClient, new: ReuseRequest) -> None:
    marit.get(QUEUE)
    with counting.statements() as few:
        marit.get(QUEUE)
    for _ in range(MANY):
        project = asking.project()
        projects.add(project, asking.entry().id)
        asking.request(of=project)
    db.session.rollback()

    with counting.statements() as many:
        page = text(marit.get(QUEUE))

    assert page.count('class="qrow"') == MANY + 1
    assert len(many) == len(few)
