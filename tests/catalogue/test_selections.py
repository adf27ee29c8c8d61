"""Selections: kept without an account, brought along when signing in, arranged, shared, and taken along as files."""

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from archive import clock
from archive.db import db
from archive.transactions import transaction
from catalogue import contact_keeping, entries, selections
from catalogue.entries import Entry, Status
from catalogue.merges import MergeKind
from catalogue.merging import joining
from catalogue.selections import Owner, Selection, SelectionItem
from tests import counting
from tests.catalogue import specimens, visitors
from tests.catalogue.visitors import post, words

ONE = "/en/selections/1"


@pytest.fixture
def three(app: Flask) -> list[Entry]:
    """Three public recordings."""
    made = [
        specimens.recording(title, shelfmark=title) for title in ("Blauw uur", "Poging drie", "Halte kade")
    ]
    db.session.commit()
    return made


def keep(browser: FlaskClient, *kept: Entry) -> None:
    for entry in kept:
        answer = post(browser, "/en/selections/collect", pid=entry.pid)
        assert (answer.status_code, answer.location) == (303, f"/en/entries/{entry.pid}#keep")


def titles(page: TestResponse) -> list[str]:
    return re.findall(
        r"<h2>(?:<a[^>]*>)?([^<]+)", page.get_data(as_text=True).split('class="kept ')[-1].split("</ol>")[0]
    )


def merge(kept: Entry, merged: Entry) -> None:
    order = joining.Order(kept.id, merged.id, {}, kept.version, merged.version)
    joining.merge(MergeKind.ENTRY, order, None)


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SelectionItem)) or 0


def item_ids() -> list[int]:
    db.session.rollback()
    found = db.session.scalars(select(SelectionItem.id).order_by(SelectionItem.position)).all()
    db.session.rollback()
    return list(found)


def test_a_visitor_keeps_a_piece_without_an_account(client: FlaskClient, three: list[Entry]) -> None:
    keep(client, three[0])

    page = client.get("/en/selections", follow_redirects=True)

    assert "Blauw uur" in words(page)
    assert "in this browser only" in words(page)
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "This is in your selection" in words(client.get(f"/en/entries/{three[0].pid}"))


def test_another_browser_sees_nothing_of_it(app: Flask, client: FlaskClient, three: list[Entry]) -> None:
    keep(client, three[0])
    other = app.test_client()

    assert other.get(ONE).status_code == 404
    assert "Nothing kept yet" in words(other.get("/en/selections"))
    assert post(other, ONE, title="mine").status_code == 404
    assert other.get(f"{ONE}/file.csv").status_code == 404


def test_only_the_hash_of_the_key_is_stored(client: FlaskClient, three: list[Entry]) -> None:
    keep(client, three[0])
    cookie = client.get_cookie("collector")
    db.session.rollback()

    stored = db.session.scalars(select(Selection)).one().visitor_hash

    assert cookie
    assert cookie.http_only
    assert stored == selections.hash_of(cookie.value) != cookie.value


def test_keeping_twice_is_keeping_once_and_can_be_undone(client: FlaskClient, three: list[Entry]) -> None:
    keep(client, three[0], three[0])
    assert count() == 1

    post(client, "/en/selections/drop", pid=three[0].pid)

    assert count() == 0


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.DRAFT])
def test_what_is_not_public_cannot_be_kept(client: FlaskClient, three: list[Entry], status: Status) -> None:
    with transaction():
        db.session.execute(update(Entry).where(Entry.id == three[0].id).values(status=status))

    assert post(client, "/en/selections/collect", pid=three[0].pid).status_code in (404, 410)
    assert post(client, "/en/selections/collect", pid="nonsense").status_code == 404


def test_signing_in_brings_along_what_was_kept(app: Flask, client: FlaskClient, three: list[Entry]) -> None:
    keep(client, three[0], three[1])

    visitors.sign_in_by_mail(client)

    page = client.get("/en/selections", follow_redirects=True)
    assert titles(page) == ["Blauw uur", "Poging drie"]
    assert "in this browser only" not in words(page)
    assert client.get_cookie("collector") is None
    phone = app.test_client()
    visitors.sign_in_by_mail(phone)
    assert titles(phone.get("/en/selections", follow_redirects=True)) == ["Blauw uur", "Poging drie"]


def test_two_browsers_become_one_selection_without_doubles(
    app: Flask, client: FlaskClient, three: list[Entry]
) -> None:
    keep(client, three[0], three[1])
    visitors.sign_in_by_mail(client)
    phone = app.test_client()
    keep(phone, three[1], three[2])

    visitors.sign_in_by_mail(phone)

    page = phone.get("/en/selections", follow_redirects=True)
    assert titles(page) == ["Blauw uur", "Poging drie", "Halte kade"]


def test_after_signing_out_nothing_is_left_in_the_browser(client: FlaskClient, three: list[Entry]) -> None:
    keep(client, three[0])
    visitors.sign_in_by_mail(client)

    post(client, "/en/sign-out", form_on="/en/account")

    assert client.get_cookie("collected") is None
    assert "Nothing kept yet" in words(client.get("/en/selections"))


def test_notes_and_order_are_kept_and_no_note_is_lost_by_moving(
    client: FlaskClient, three: list[Entry]
) -> None:
    keep(client, *three)
    first, second, third = item_ids()
    notes = {f"note-{first}": "for the introduction", f"note-{third}": "the best take"}

    moved = post(client, ONE, title="Trumpets", note="For the book.", up=str(third), **notes)

    page = client.get(ONE)
    assert moved.location.endswith(f"#item-{third}")
    assert titles(page) == ["Blauw uur", "Halte kade", "Poging drie"]
    assert "Trumpets" in words(page)
    assert "the best take" in page.get_data(as_text=True)
    post(client, ONE, title="Trumpets", note="", down=str(first), take_out=str(second))
    assert titles(client.get(ONE)) == ["Halte kade", "Blauw uur"]


def test_a_shared_selection_is_read_by_its_link_until_that_is_ended(
    app: Flask, client: FlaskClient, three: list[Entry]
) -> None:
    visitors.sign_in_by_mail(client)
    keep(client, three[0])
    (item,) = item_ids()
    post(client, ONE, title="Trumpets", note="Read these.", **{f"note-{item}": "my note"})
    post(client, f"{ONE}/share", form_on="/en/account", to="begin")
    found = re.search(
        r"http://localhost(/en/selections/shared/[^\"<]+)", client.get(ONE).get_data(as_text=True)
    )
    assert found
    stranger = app.test_client()

    shared = stranger.get(found[1])

    assert shared.status_code == 200
    assert all(text in words(shared) for text in ("Trumpets", "Read these.", "Blauw uur", "my note"))
    assert '<form class="kept-form' not in shared.get_data(as_text=True)
    assert "coba@example.org" not in shared.get_data(as_text=True)
    assert shared.headers["X-Robots-Tag"] == "noindex"
    assert stranger.get(f"{found[1]}/file.bib").status_code == 200
    post(client, f"{ONE}/share", form_on="/en/account", to="end")
    assert stranger.get(found[1]).status_code == 404
    post(client, f"{ONE}/share", form_on="/en/account", to="begin")
    assert stranger.get(found[1]).status_code == 404, "a link that was ended stays ended"


@pytest.mark.parametrize("token", ["x", "ImFiYyI.xyz", "None", "null", "%E2%80%A6"])
def test_a_made_up_link_leads_nowhere(client: FlaskClient, three: list[Entry], token: str) -> None:
    keep(client, three[0])

    assert client.get(f"/en/selections/shared/{token}").status_code == 404


def test_without_an_account_a_selection_is_not_shared(client: FlaskClient, three: list[Entry]) -> None:
    keep(client, three[0])

    assert "/sign-in/mail" in post(client, f"{ONE}/share", to="begin").location


def test_what_was_withdrawn_or_merged_since_is_shown_as_such(client: FlaskClient, three: list[Entry]) -> None:
    keep(client, *three)
    withdrawn, kept, merged = (db.session.get_one(Entry, entry.id) for entry in three)
    with transaction():
        entries.move(withdrawn, Status.WITHDRAWN, None, "At the request of the heirs")
        merge(kept, merged)

    page = words(client.get(ONE))

    assert "Blauw uur Withdrawn At the request of the heirs" in page
    assert "You kept “Halte kade”" in page
    assert page.count("Poging drie") >= 2
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{ONE}/file.csv").get_data(as_text=True).lstrip("\ufeff")))
    )
    assert [row["state"] for row in rows] == ["withdrawn", "public", "merged with another entry"]
    assert client.get(f"{ONE}/file.json").json[0]["title"] == "Poging drie"
    assert len(client.get(f"{ONE}/file.json").json) == 1


def test_what_was_merged_into_an_entry_counts_as_the_entry(client: FlaskClient, three: list[Entry]) -> None:
    first, second, third = (db.session.get_one(Entry, entry.id) for entry in three)
    keep(client, third)
    with transaction():
        merge(second, third)
    with transaction():
        merge(first, second)
    page = f"/en/entries/{three[0].pid}"

    assert "This is in your selection" in words(client.get(page))
    keep(client, three[0])
    assert count() == 1

    post(client, "/en/selections/drop", pid=three[0].pid)

    assert count() == 0
    assert "Keep in your selection" in words(client.get(page))


def test_what_lies_under_embargo_now_does_not_tell_its_title(client: FlaskClient, three: list[Entry]) -> None:
    keep(client, three[0])
    with transaction():
        db.session.get_one(Entry, three[0].id).embargo_until = clock.now().date() + timedelta(days=9)

    page = client.get(ONE).get_data(as_text=True)

    assert "not public at the moment" in page
    assert "Blauw uur" not in page + client.get(f"{ONE}/file.csv").get_data(as_text=True)


def test_a_table_is_no_place_for_formulas(client: FlaskClient, three: list[Entry]) -> None:
    keep(client, three[0])
    (item,) = item_ids()
    post(client, ONE, title="", note="", **{f"note-{item}": "=HYPERLINK(1)"})

    assert "'=HYPERLINK(1)" in client.get(f"{ONE}/file.csv").get_data(as_text=True)


def test_what_a_browser_kept_is_forgotten_after_ninety_days(client: FlaskClient, three: list[Entry]) -> None:
    keep(client, three[0])
    with transaction():
        old = clock.now() - selections.KEPT_WITHOUT_ACCOUNT - timedelta(hours=1)
        db.session.execute(update(Selection).values(changed_at=old))

    contact_keeping.run({"job_id": 0})

    assert count() == 0


def test_a_full_selection_says_so(
    three: list[Entry], monkeypatch: pytest.MonkeyPatch, client: FlaskClient
) -> None:
    monkeypatch.setattr(selections, "MAX_ITEMS", 1)
    keep(client, three[0])

    answer = post(client, "/en/selections/collect", pid=three[1].pid)

    assert answer.status_code == 409
    assert "Begin a new one" in words(answer)


def test_a_long_selection_takes_no_more_questions_than_a_short_one(app: Flask, client: FlaskClient) -> None:
    made = [specimens.recording(f"Take {number}") for number in range(30)]
    mine = selections.add(Owner(visitor_key="k"), "", clock.now())
    for entry in made:
        selections.collect(mine, entry, clock.now())
    number = mine.id
    db.session.commit()
    client.set_cookie("collector", "k")

    with counting.statements() as seen:
        page = client.get(f"/en/selections/{number}")

    assert len(titles(page)) == 30
    assert len(seen) <= 10


def test_who_keeps_nothing_costs_the_page_of_an_entry_nothing(
    client: FlaskClient, three: list[Entry]
) -> None:
    with counting.statements() as seen:
        client.get(f"/en/entries/{three[0].pid}")

    assert not [statement for statement in seen if "selection" in statement]
