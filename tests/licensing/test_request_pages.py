"""Asking as buyers do: from the ticket or from a project, once, with what was typed kept; then the page of it."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from archive import clock, job_runner
from archive.db import db
from catalogue import entries
from catalogue.entries import Entry, Status
from catalogue.merges import MergeKind
from catalogue.merging import joining
from licensing import conversation, projects, reuse_requests
from licensing.conversation import Message, Voice
from licensing.projects import Part, Project
from licensing.reuse_requests import RequestStatus, ReuseRequest
from tests.licensing import asking
from tests.licensing.test_project_pages import add, count, post, text_of, the_project, token_of

NOOR = {
    "title": "Slotscène",
    "production_type": "documentary",
    "territory": "europe",
    "term": "5_years",
    "user_class": "editorial",
    "end_user": "Omroep Zee",
    "note": "Onder de aftiteling.\nOok op festivals?",
    "name": "Noor Adriaanse",
    "email": "noor@studio.example",
    "organisation": "Studio Lek",
    "country": "NL",
    "licensee": "",
}
HOSTILE = "<script>alert(1)</script>\u202e{{ 7*7 }}'\";--\x00"


@pytest.fixture
def pid(app: Flask) -> str:
    """A photograph of which nobody knows who made it, so that it must be asked for."""
    asking.prices()
    added = asking.picture().pid
    db.session.commit()
    return added


def filled(client: FlaskClient, address: str, **changes: str) -> dict[str, str]:
    page = client.get(address).get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|form_key)"[^>]*value="([^"]+)"', page))
    return hidden | NOOR | changes


def ask(client: FlaskClient, address: str, **changes: str) -> str:
    """Send the form; return the address of the request's page."""
    answer = client.post(address, data=filled(client, address, **changes))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def the_request() -> ReuseRequest:
    db.session.rollback()
    return db.session.scalars(select(ReuseRequest)).one()


def mails(app: Flask) -> list[str]:
    job_runner.run_due()
    db.session.rollback()
    files = sorted((Path(app.config["SETTINGS"].data_dir) / "mail").glob("*.eml"))
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    bodies = [message.get_body(("plain",)) for message in found]
    return [
        f"{message['To']}\n{body.get_content()}" for message, body in zip(found, bodies, strict=True) if body
    ]


def test_the_ticket_that_says_ask_leads_to_the_form_and_its_answers_travel_along(
    app: Flask, client: FlaskClient, pid: str
) -> None:
    page = client.get(f"/nl/entries/{pid}?use=book&territory=world&term=perpetual").get_data(as_text=True)
    assert f'formaction="/nl/entries/{pid}/request"' in page

    form = client.get(f"/nl/entries/{pid}/request?use=book&territory=world&term=perpetual&size=full")

    chosen = re.findall(r'<option value="([^"]+)" selected>', form.get_data(as_text=True))
    assert {"book", "world", "perpetual"} <= set(chosen)


def test_a_request_is_sent_and_its_page_says_how_it_stands(app: Flask, client: FlaskClient, pid: str) -> None:
    page = ask(client, f"/nl/entries/{pid}/request?use=book&size=full")

    request = the_request()
    assert request.status is RequestStatus.SUBMITTED
    assert request.licensee == "Studio Lek"
    assert request.choice["size"] == "full"
    assert request.choice["use"] == "documentary"
    assert [item.entry.pid for item in request.project.items] == [pid]
    shown = text_of(client, page)
    for said in ("Slotscène", "Publiek in de regen", "Omroep Zee", "Ook op festivals?", request.number):
        assert said in shown
    (mail,) = mails(app)
    assert mail.startswith("noor@studio.example")
    assert page in mail


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "x" * 201),
        ("production_type", "heist"),
        ("territory", "moon"),
        ("term", ""),
        ("user_class", "royalty"),
        ("deadline", "1999-12-31"),
        ("deadline", "gisteren"),
        ("note", "x" * 2001),
        ("name", "\x00 \u202e"),
        ("email", "noor@"),
        ("email", "noor@studio..example"),
        ("email", "noor@studio.example, jo@studio.example"),
        ("country", "XX"),
        ("licensee", "x" * 201),
        ("form_key", "short"),
    ],
)
def test_an_error_keeps_what_was_typed_and_sends_nothing(
    client: FlaskClient, pid: str, field: str, value: str
) -> None:
    address = f"/nl/entries/{pid}/request"

    answer = client.post(address, data=filled(client, address, **{field: value}))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Omroep Zee" in page
    if field != "form_key":
        assert f'href="#{field}"' in page
    assert count(ReuseRequest) == count(Project) == 0


def test_hostile_text_is_shown_as_text_everywhere(app: Flask, client: FlaskClient, pid: str) -> None:
    fields = dict.fromkeys(("title", "note", "name", "organisation", "licensee", "end_user"), HOSTILE)

    page = ask(client, f"/nl/entries/{pid}/request", **fields)
    post(client, f"{page}/messages", page, body=HOSTILE)

    shown = client.get(page).get_data(as_text=True)
    assert "<script>alert(1)" not in shown
    assert shown.count("&lt;script&gt;alert(1)") >= 5
    assert "49" not in the_request().requester_name
    assert "\x00" not in the_request().requester_name
    assert "\u202e" not in shown
    assert len(mails(app)) == 1


def test_a_form_sent_many_times_at_once_is_one_request(app: Flask, client: FlaskClient, pid: str) -> None:
    address = f"/nl/entries/{pid}/request"
    form = filled(client, address)
    session = client.get_cookie("session")
    assert session is not None
    db.session.rollback()

    def send(_number: int) -> tuple[int, str]:
        browser = app.test_client()
        browser.set_cookie("session", session.value)
        answer = browser.post(address, data=form)
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(lambda number: Context().run(send, number), range(6)))

    assert len(answers) == 1
    assert answers.pop()[0] == 303
    assert (count(ReuseRequest), count(Project)) == (1, 1)
    assert len(mails(app)) == 1


def test_a_project_is_asked_for_as_it_is_and_stays_free_to_change(
    app: Flask, client: FlaskClient, pid: str
) -> None:
    recording = asking.recording().pid
    db.session.commit()
    address = [add(client, each) for each in (pid, recording)].pop()
    item = the_project().items[1].id
    post(client, f"{address}/items/{item}", start="0:10", end="0:40", note="Begin", position="1")
    key = the_project().key

    page = ask(client, f"{address}/request", title="Nachtboot")
    post(client, f"{address}/items", address, take_out=str(item))

    request = the_request()
    assert request.project.title == "Nachtboot"
    assert [(each.entry.pid, each.part, each.note) for each in request.project.items] == [
        (recording, Part(10_000, 40_000), "Begin"),
        (pid, projects.WHOLE, None),
    ]
    assert request.project.key != key
    assert "0:10" in text_of(client, page)
    assert page in text_of(client, address)
    assert "Nachtboot" not in text_of(client, "/nl/projects")


def test_an_empty_project_cannot_be_asked_for(client: FlaskClient, pid: str) -> None:
    address = add(client, pid)
    form = filled(client, f"{address}/request")
    post(client, f"{address}/items", address, take_out=str(the_project().items[0].id))

    assert client.post(f"{address}/request", data=form).status_code == 409
    assert 'name="email"' not in client.get(f"{address}/request").get_data(as_text=True)
    assert count(ReuseRequest) == 0


def withdraw_entry(pid: str) -> None:
    db.session.rollback()
    entries.move(entries.get(pid), Status.WITHDRAWN, None, "Op verzoek van de erven")
    db.session.commit()


def test_what_was_withdrawn_meanwhile_is_said_and_not_asked_for(client: FlaskClient, pid: str) -> None:
    other = asking.picture("Ander publiek").pid
    db.session.commit()
    address = [add(client, each) for each in (pid, other)].pop()
    withdraw_entry(other)

    assert "notice--warn" in client.get(f"{address}/request").get_data(as_text=True)
    ask(client, f"{address}/request")

    assert [item.entry.pid for item in the_request().project.items] == [pid]


def test_an_entry_withdrawn_while_the_form_was_filled_in_is_gone(client: FlaskClient, pid: str) -> None:
    address = f"/nl/entries/{pid}/request"
    form = filled(client, address)
    withdraw_entry(pid)

    assert client.post(address, data=form).status_code == 410
    assert count(ReuseRequest) == 0


def test_an_entry_merged_while_the_form_was_filled_in_is_asked_for_as_what_it_became(
    client: FlaskClient, pid: str
) -> None:
    address = f"/nl/entries/{pid}/request"
    form = filled(client, address)
    db.session.rollback()
    kept, gone = asking.picture("Gebleven"), entries.get(pid)
    joining.merge(MergeKind.ENTRY, joining.Order(kept.id, gone.id, {}, kept.version, gone.version), None)
    kept_pid = kept.pid
    db.session.commit()

    assert client.get(address).status_code == 301
    assert client.post(address, data=form).status_code == 303
    assert [item.entry.pid for item in the_request().project.items] == [kept_pid]


def test_an_entry_withdrawn_after_the_request_is_said_on_its_page(client: FlaskClient, pid: str) -> None:
    page = ask(client, f"/nl/entries/{pid}/request")
    withdraw_entry(pid)

    assert "Op verzoek van de erven" in text_of(client, page)


def test_500_items_are_asked_for_at_once(app: Flask, client: FlaskClient, pid: str) -> None:
    address = add(client, pid)
    project, entry_id = the_project(), db.session.scalars(select(Entry.id).where(Entry.pid == pid)).one()
    for number in range(2, projects.MAX_ITEMS + 1):
        crop = {"x": number / 1000, "y": 0.0, "width": 0.1, "height": 0.1}
        db.session.add(
            projects.ProjectItem(project_id=project.id, entry_id=entry_id, crop=crop, position=number)
        )
    db.session.commit()

    page = ask(client, f"{address}/request")

    assert projects.size(the_request().project) == projects.MAX_ITEMS
    assert text_of(client, page).count('class="kept__item') == projects.MAX_ITEMS


def test_buyer_and_archive_talk_on_the_page(app: Flask, client: FlaskClient, pid: str) -> None:
    page = ask(client, f"/nl/entries/{pid}/request")
    request = the_request()
    reuse_requests.move(request, RequestStatus.NEEDS_INFO, clock.now(), None, "for how long")
    conversation.say(request, Voice.STAFF, "Voor hoe lang?", clock.now(), author_name="Eva")
    conversation.say(request, Voice.NOTE, "Betaalt altijd laat", clock.now(), author_name="Eva")
    db.session.commit()
    assert "Voor hoe lang?" in text_of(client, page)
    assert "Betaalt altijd laat" not in text_of(client, page)

    status, location = post(client, f"{page}/messages", page, body="Vijf jaar.")

    assert (status, location) == (303, f"{page}#conversation")
    assert the_request().status is RequestStatus.SUBMITTED
    last = conversation.of(the_request())[-1]
    assert (last.voice, last.author_name, last.body) == (Voice.BUYER, "Noor Adriaanse", "Vijf jaar.")
    assert all("Betaalt altijd laat" not in mail for mail in mails(app))


@pytest.mark.parametrize("body", ["", "  ", "x" * 20_001])
def test_a_message_that_cannot_be_kept_comes_back(client: FlaskClient, pid: str, body: str) -> None:
    page = ask(client, f"/nl/entries/{pid}/request")

    status, said = post(client, f"{page}/messages", page, body=body)

    assert status == 422
    assert body.strip() in said
    assert count(Message) == 0


def test_a_request_is_withdrawn_once_and_by_whoever_has_its_link(client: FlaskClient, pid: str) -> None:
    page = ask(client, f"/nl/entries/{pid}/request")

    assert post(client, f"{page}/withdraw", page)[0] == 303
    assert the_request().status is RequestStatus.WITHDRAWN
    assert "/withdraw" not in text_of(client, page)
    assert post(client, f"{page}/withdraw", page)[0] == 303
    assert client.post(f"{page}x/withdraw", data={"csrf_token": token_of(client, page)}).status_code == 404


def test_what_is_settled_cannot_be_withdrawn(client: FlaskClient, pid: str) -> None:
    made = asking.request(RequestStatus.CLOSED_WON)
    page = f"/nl/requests/{reuse_requests.link_token(made)}"
    db.session.rollback()

    assert post(client, f"{page}/withdraw", page)[0] == 409


def test_the_page_gives_the_reason_of_a_rejection_and_no_other(client: FlaskClient, pid: str) -> None:
    page = ask(client, f"/nl/entries/{pid}/request")
    reuse_requests.move(the_request(), RequestStatus.TRIAGE, clock.now(), None, "looks like a student")
    db.session.commit()
    assert "looks like a student" not in text_of(client, page)

    reuse_requests.move(
        the_request(), RequestStatus.REJECTED, clock.now(), None, "De erven staan het niet toe."
    )
    db.session.commit()

    assert "De erven staan het niet toe." in text_of(client, page)


@pytest.mark.parametrize("status", list(asking.WAYS))
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_state_has_words_on_the_page(
    client: FlaskClient, app: Flask, status: RequestStatus, lang: str
) -> None:
    made = asking.request(status)
    address = f"/{lang}/requests/{reuse_requests.link_token(made)}"
    db.session.rollback()

    answer = client.get(address)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert status.value not in re.findall(r"<h1>(.*?)</h1>", answer.get_data(as_text=True))


def test_too_many_requests_from_one_address_are_stopped(
    client: FlaskClient, pid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("licensing.views.requesting.FOR_ADDRESS", 2)
    address = f"/nl/entries/{pid}/request"

    statuses = [client.post(address, data=filled(client, address)).status_code for _ in range(3)]

    assert statuses == [303, 303, 429]
    assert db.session.scalar(select(func.count()).select_from(ReuseRequest)) == 2
