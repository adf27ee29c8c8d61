"""Staff change many entries on the desk: choose them, say what is done, see each before and after, do it, undo it."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive import clock, job_runner
from archive.accounts import Role as StaffRole
from archive.db import db
from archive.transactions import transaction
from catalogue import agents, batches, entries, places
from catalogue.agents import AgentKind
from catalogue.batches import Batch, BatchState
from catalogue.entries import Entry, EntryKind, Status
from catalogue.places import PlaceKind
from catalogue.views import bulk
from tests import counting
from tests.catalogue import staff

TYPED = ("set_text", "add_who", "new_place", "new_collection")
NEW = "/en/desk/batches/new"


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client)


def some(count: int, title: str = "Foto", *, publish: bool = False) -> list[str]:
    with transaction():
        made = [entries.add(EntryKind.IMAGE, f"{title} {at}", clock.now()) for at in range(count)]
        for entry in made:
            entries.save(entry, None)
            if publish:
                entries.move(entry, Status.PUBLISHED, None)
        return [entry.pid for entry in made]


def text(answer: TestResponse) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True)))


def post(browser: FlaskClient, chosen: dict[str, object], **form: str) -> TestResponse:
    query = {name: value for name, value in chosen.items() if value}
    token = staff.token_in(browser.get(NEW, query_string={"entry": some(1, "Los")[0]}).get_data(as_text=True))
    return browser.post(NEW, data={"csrf_token": token, **query, **form})


def press(browser: FlaskClient, address: str, step: str, **form: str) -> TestResponse:
    token = staff.token_in(browser.get(address).get_data(as_text=True))
    return browser.post(f"{address}/{step}", data={"csrf_token": token, **form})


def work() -> None:
    db.session.rollback()  # what was read before hides what has been asked for since
    job_runner.run_due()


def titles() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Entry.title).where(Entry.title.like("%Foto%"))))


def test_ticked_entries_are_shown_changed_and_undone(marit: FlaskClient) -> None:
    pids = some(3)

    answer = post(
        marit,
        {"entry": pids[:2]},
        action="replace",
        replace_field="title",
        replace_find="Foto",
        replace_with="De Foto",
    )
    address = answer.headers["Location"]
    preview = text(marit.get(address))
    assert answer.status_code == 303
    assert "Title: “Foto” becomes “De Foto”" in preview
    assert "<del>Foto 0</del>" in preview
    assert "<ins>De Foto 0</ins>" in preview
    assert "2 entries change as shown here." in preview
    assert titles() == ["Foto 0", "Foto 1", "Foto 2"]

    assert press(marit, address, "apply").status_code == 303
    work()
    assert titles() == ["De Foto 0", "De Foto 1", "Foto 2"]
    assert "2 entries were changed." in text(marit.get(address))

    assert press(marit, address, "undo").status_code == 303
    work()
    assert titles() == ["Foto 0", "Foto 1", "Foto 2"]
    assert "2 entries say again what they said." in text(marit.get(address))
    assert "Title: “Foto” becomes “De Foto”" in text(marit.get("/en/desk/batches"))


def test_all_that_match_on_the_desk_are_taken(marit: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    some(4)
    some(2, "Affiche")
    monkeypatch.setattr(bulk, "SMALL", 3)  # more are looked at by a job

    desk = text(marit.get("/en/desk?status=draft&q=foto"))
    assert "Change all 4 that match" in desk
    answer = post(
        marit, {"all": "list", "status": "draft", "q": "foto"}, action="access", new_access="closed"
    )
    assert "Being prepared" in text(marit.get(answer.headers["Location"]))
    work()

    page = text(marit.get(answer.headers["Location"]))
    assert "Change 4 entries" in page
    assert "Affiche" not in page


def test_all_answers_to_a_search_are_taken(marit: FlaskClient) -> None:
    some(30, publish=True)
    some(2, "Affiche", publish=True)
    work()

    found = text(marit.get("/en/search?q=foto"))
    assert "Change these 30 entries together" in found
    answer = post(
        marit, {"all": "search", "q": "foto"}, action="set", set_field="credit_line", set_text="Nel"
    )
    work()

    page = text(marit.get(answer.headers["Location"]))
    assert "Change 30 entries" in page
    assert "Page 1 of" not in page


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, "Choose what is to be done."),
        ({"action": "explode"}, "Choose what is to be done."),
        ({"action": "set", "set_field": "pid", "set_text": "x"}, "Choose a field."),
        ({"action": "set", "set_field": "title", "set_text": " "}, "Write the new text."),
        ({"action": "set", "set_field": "shelfmark", "set_text": "x" * 301}, "This field has at most 300"),
        ({"action": "clear", "clear_field": "title"}, "Every entry has a title."),
        ({"action": "replace", "replace_field": "title"}, "Write the text to look for."),
        ({"action": "add_term", "add_term": "9" * 40}, "Choose one of the list."),
        ({"action": "add_credit", "add_who": "Niemand", "add_role": "prf"}, "is not in the catalogue"),
        ({"action": "add_credit", "add_who": "Nel", "add_role": "prf"}, "There are several of this name."),
        ({"action": "remove_credit", "remove_who": ""}, "Write a name or number."),
        ({"action": "place", "new_place": "Bimhuis"}, "There are several of this name."),
        ({"action": "collection", "new_collection": "Foto 0"}, "is not in the catalogue"),
        ({"action": "date"}, "Write a date"),
        ({"action": "access", "new_access": "everything"}, "Choose one of the list."),
        ({"action": "status", "new_status": "withdrawn"}, "Say why the entries are withdrawn"),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(
    marit: FlaskClient, form: dict[str, str], message: str
) -> None:
    pids = some(1)
    with transaction():
        for city in ("Amsterdam", "Gent"):
            agents.add(AgentKind.PERSON, "Nel")
            places.ensure(PlaceKind.VENUE, "Bimhuis", places.ensure(PlaceKind.CITY, city))

    answer = post(marit, {"entry": pids}, **form)

    page = text(answer)
    assert answer.status_code == 422
    assert message in page
    typed = [value for name, value in form.items() if name in TYPED and value.strip()]
    assert all(f'value="{value}"' in page for value in typed)
    assert db.session.scalar(select(Batch)) is None


def test_a_place_is_known_by_its_city(marit: FlaskClient) -> None:
    pids = some(1)
    with transaction():
        for city in ("Amsterdam", "Gent"):
            places.ensure(PlaceKind.VENUE, "Bimhuis", places.ensure(PlaceKind.CITY, city))

    answer = post(marit, {"entry": pids}, action="place", new_place="Bimhuis, Gent")

    assert "<ins>Bimhuis</ins>" in text(marit.get(answer.headers["Location"]))


def test_nothing_chosen_is_said(marit: FlaskClient) -> None:
    assert "Nothing is chosen" in text(marit.get(NEW))
    assert "Nothing is chosen" in text(marit.get(f"{NEW}?entry=x&entry=%C3%A9&all="))
    assert post(marit, {"entry": ["nothing"]}, action="date", no_date="1").status_code == 409


def test_what_cannot_be_changed_is_listed_with_the_reason(marit: FlaskClient) -> None:
    pids = some(2, publish=True)
    answer = post(marit, {"entry": pids}, action="status", new_status="draft")

    page = text(marit.get(answer.headers["Location"]))
    assert "This step cannot be taken from where the entry stands." in page
    assert "No entry would change." in page


def test_undoing_a_publication_asks_why(marit: FlaskClient) -> None:
    pids = some(2)
    address = post(marit, {"entry": pids}, action="status", new_status="published").headers["Location"]
    press(marit, address, "apply")
    work()

    assert press(marit, address, "undo").status_code == 422
    assert press(marit, address, "undo", reason="Te vroeg").status_code == 303
    work()
    assert entries.get(pids[0]).withdrawn_reason == "Te vroeg"


def test_a_batch_that_is_left_cannot_be_done_any_more(marit: FlaskClient) -> None:
    pids = some(1)
    address = post(marit, {"entry": pids}, action="date", new_date="1961").headers["Location"]
    token = staff.token_in(marit.get(address).get_data(as_text=True))

    assert press(marit, address, "drop").status_code == 303
    assert marit.post(f"{address}/apply", data={"csrf_token": token}).status_code == 409
    assert db.session.scalars(select(Batch)).one().state is BatchState.DROPPED
    assert marit.get("/en/desk/batches/999").status_code == 404


def test_licensing_changes_nothing_together(client: FlaskClient) -> None:
    browser = staff.sign_in(client, StaffRole.LICENSING, "Lou")
    some(1)

    assert "Change what is ticked" not in text(browser.get("/en/desk?status=draft"))
    for address in ("/en/desk/batches", NEW, "/en/desk/batches/1"):
        assert browser.get(address).status_code == 403


def test_a_page_of_fifty_asks_the_database_little(marit: FlaskClient) -> None:
    pids = some(60)
    address = post(marit, {"entry": pids}, action="date", new_date="1961").headers["Location"]
    marit.get(address)

    with counting.statements() as seen:
        page = text(marit.get(address))

    assert page.count("<article") == 50
    assert "Page 1 of 2" in page
    assert len(seen) <= 10
    assert batches.get(1).state is BatchState.READY
