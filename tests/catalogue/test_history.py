"""Staff see who saved an entry when and why, what differs between any two versions, and restore one of them."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive import clock
from archive.accounts import Role as StaffRole
from archive.db import db
from catalogue import agents, comparison, credits, entries, identifiers, places, revisions, snapshots
from catalogue.agents import AgentKind
from catalogue.comparison import FieldDifference, ListDifference
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind
from catalogue.places import PlaceKind
from catalogue.recording_sessions import RecordingSession, SessionType
from tests import counting
from tests.catalogue import staff


@pytest.fixture
def entry(app: Flask) -> Entry:
    """A session of four versions."""
    made = entries.add(EntryKind.SESSION, "Blauw uur", clock.now())
    db.session.add(RecordingSession(entry_id=made.id, session_type=SessionType.CONCERT))
    joop, coba = (agents.add(AgentKind.PERSON, name) for name in ("Joop Terwindt", "Coba van Rhijn"))
    credits.replace(made.id, [Credit(agent_id=joop.id, role=Role.PERFORMER, leader=True)])
    entries.save(made, None, "made")
    made.title = "Blauw uur (nacht)"
    entries.set_date(made, "14 maart 1958")
    entries.save(made, None, "title from the box")
    made.place_id = places.ensure(PlaceKind.VENUE, "Bimhuis").id
    credits.replace(made.id, [Credit(agent_id=coba.id, role=Role.PERFORMER, leader=True)])
    db.session.get_one(RecordingSession, made.id).session_type = SessionType.BROADCAST
    identifiers.add_to_entry(made.id, "matrix", "XY 12")
    entries.save(made, None, "as in the ledger")
    made.description_en = "A long night at the harbour, told by those who were there and remember all of it."
    entries.save(made, None)
    db.session.commit()
    return made


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client)


def page_of(browser: FlaskClient, entry: Entry, asked: str = "") -> str:
    answer = browser.get(f"/en/desk/entries/{entry.pid}/history{asked}")
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def test_differences_are_told_field_by_field(app: Flask, entry: Entry) -> None:
    first, third = (revisions.get(entry.id, number).snapshot for number in (1, 3))

    found = comparison.compare(first, third)

    fields = [
        (each.table.name, each.column, each.before, each.after)
        for each in found
        if isinstance(each, FieldDifference)
    ]
    assert fields == [
        ("entry", "title", "Blauw uur", "Blauw uur (nacht)"),
        ("entry", "date_text", None, "14 maart 1958"),
        ("entry", "date_edtf", None, "1958-03-14"),
        ("entry", "place_id", None, entry.place_id),
        ("recording_session", "session_type", "concert", "broadcast"),
    ]
    lists = [
        (each.part.name, len(each.gone), len(each.new)) for each in found if isinstance(each, ListDifference)
    ]
    assert lists == [("credits", 1, 1), ("identifiers", 0, 1)]


def test_a_list_in_another_order_is_no_other_list(app: Flask, entry: Entry) -> None:
    said = snapshots.of([entry])[entry.id]
    second = said["credits"][0] | {"role": "cmp", "position": 1}
    before = {"credits": [said["credits"][0], second]}
    after = {"credits": [second | {"position": 0}, said["credits"][0] | {"position": 1}]}

    (change,) = comparison.compare(before, after)

    assert isinstance(change, ListDifference)
    assert (change.gone, change.new) == ((), ())


def test_what_an_older_snapshot_did_not_keep_is_no_difference(app: Flask, entry: Entry) -> None:
    now = revisions.get(entry.id, 1).snapshot
    old = {name: value for name, value in now.items() if name not in ("identifiers", "session", "extent")}
    old["credits"] = [{name: row[name] for name in ("agent_id", "role", "leader")} for row in now["credits"]]

    assert comparison.compare(old, now) == []


def test_the_page_compares_the_last_two_versions_and_any_other(marit: FlaskClient, entry: Entry) -> None:
    latest = page_of(marit, entry)
    asked = page_of(marit, entry, "?from=3&to=1")

    assert "From version 3 to 4" in latest
    assert "<ins>A long night at the harbour" in latest
    assert "From version 1 to 3" in asked
    assert "<del>Joop Terwindt, Performer, leader</del>" in asked
    assert "<ins>Coba van Rhijn, Performer, leader</ins>" in asked
    assert "<ins>Bimhuis</ins>" in asked
    assert "<del>Concert</del>" in asked
    assert "title from the box" in asked


def test_words_of_a_long_text_are_compared(marit: FlaskClient, entry: Entry) -> None:
    entry.description_en = str(entry.description_en).replace("harbour", "quay")
    entries.save(entry, None)
    db.session.commit()

    assert "A long night at the <del>harbour</del><ins>quay</ins>, told by" in page_of(marit, entry)


def test_a_version_is_restored_as_a_new_one(marit: FlaskClient, entry: Entry) -> None:
    page = page_of(marit, entry, "?from=1&to=4")

    answer = marit.post(f"/en/desk/entries/{entry.pid}/restore", data=form_on(page), follow_redirects=True)

    assert "Version 1 is back, as a new version." in answer.get_data(as_text=True)
    db.session.rollback()
    assert (entry.version, entry.title, entry.place_id) == (5, "Blauw uur", None)
    assert credits.of(entry.id)[entry.id][0].agent.name == "Joop Terwindt"  # type: ignore[union-attr]
    last = revisions.versions(entry.id)[0]
    assert (last.by, last.comment) == ("Marit", "Back to version 1")


def test_nothing_is_restored_when_somebody_saved_in_between(marit: FlaskClient, entry: Entry) -> None:
    form = form_on(page_of(marit, entry, "?from=1&to=4"))
    entry.title = "Van iemand anders"
    entries.save(entry, None)
    db.session.commit()

    answer = marit.post(f"/en/desk/entries/{entry.pid}/restore", data=form)

    assert answer.status_code == 409
    assert "Nothing was restored." in answer.get_data(as_text=True)
    db.session.rollback()
    assert (entry.version, entry.title) == (5, "Van iemand anders")


@pytest.mark.parametrize(
    "asked", ["?from=9&to=x", "?from=&to=", "?from=2&to=2", "?from=٣&to=1", "?restored=a"]
)
def test_odd_versions_show_the_last_two(marit: FlaskClient, entry: Entry, asked: str) -> None:
    assert "From version 3 to 4" in page_of(marit, entry, asked)


@pytest.mark.parametrize(("version", "status"), [("99", 404), ("", 404), ("-1", 404)])
def test_a_version_that_never_was_is_not_found(
    marit: FlaskClient, entry: Entry, version: str, status: int
) -> None:
    form = form_on(page_of(marit, entry)) | {"version": version}

    assert marit.post(f"/en/desk/entries/{entry.pid}/restore", data=form).status_code == status


def test_licensing_reads_the_history_and_restores_nothing(client: FlaskClient, entry: Entry) -> None:
    browser = staff.sign_in(client, StaffRole.LICENSING, "Lou")
    page = page_of(browser, entry)

    assert "Restore version" not in page
    form = {"csrf_token": staff.token_in(page), "version": "1", "seen_version": "4"}
    assert browser.post(f"/en/desk/entries/{entry.pid}/restore", data=form).status_code == 403


def test_a_page_asks_the_database_little(marit: FlaskClient, entry: Entry) -> None:
    page_of(marit, entry)

    with counting.statements() as seen:
        page_of(marit, entry, "?from=1&to=4")

    assert len(seen) <= 9


def form_on(page: str) -> dict[str, str]:
    form = re.search(r'<form class="restore".*?</form>', page, re.DOTALL)
    assert form
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
