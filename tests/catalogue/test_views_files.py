"""The files of an entry on the desk, as a browser sends and sees them, with and without script."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from archive import job_runner
from archive.accounts import Role
from archive.assets import AssetRole
from archive.db import db
from catalogue import arrivals, masters
from catalogue.entries import Entry
from catalogue.entry_files import EntryFile
from tests.catalogue.sent_files import Desk, account, photograph, picture, recording, send, tone
from tests.counting import statements


@pytest.fixture
def marit(app: Flask) -> int:
    return account()


@pytest.fixture
def desk(marit: int, client: FlaskClient) -> Desk:
    return Desk(client)


@pytest.fixture
def entry(marit: int) -> Entry:
    return photograph()


def page_of(entry: Entry) -> str:
    return f"/en/desk/entries/{entry.pid}/files"


def sent_by_form(desk: Desk, entry: Entry, **files: bytes) -> int:
    page = page_of(entry)
    # Written out: the test client would keep so large a form in a file that nobody closes.
    parts = [b'Content-Disposition: form-data; name="csrf_token"\r\n\r\n' + desk.token(page).encode()]
    parts += [
        f'Content-Disposition: form-data; name="file"; filename="{name.replace("_", ".")}"\r\n\r\n'.encode()
        + content
        for name, content in files.items()
    ]
    body = b"".join(b"--xxx\r\n" + part + b"\r\n" for part in parts) + b"--xxx--\r\n"
    return desk.client.post(page, data=body, content_type="multipart/form-data; boundary=xxx").status_code


def test_files_are_sent_by_a_plain_form(desk: Desk, entry: Entry) -> None:
    large = picture("TIFF", (1200, 1200))
    assert len(large) > 4_000_000

    assert sent_by_form(desk, entry, one_jpg=picture(), two_tif=large) == 303

    assert 'http-equiv="refresh"' in desk.client.get(page_of(entry)).get_data(as_text=True)
    job_runner.run_due()
    page = desk.client.get(page_of(entry)).get_data(as_text=True)
    assert "one.jpg" in page
    assert "two.tif" in page
    assert "All copies are made" in page
    assert 'http-equiv="refresh"' not in page


def test_a_form_without_files_is_told_so(desk: Desk, entry: Entry) -> None:
    assert desk.post(page_of(entry), page_of(entry)).status_code == 422
    assert sent_by_form(desk, entry, empty_jpg=b"") == 422


def test_other_forms_stay_small(desk: Desk, entry: Entry) -> None:
    page = f"/en/desk/entries/{entry.pid}"
    answer = desk.client.post(page, data={"title": "x" * 3_000_000})

    assert answer.status_code in (400, 413)


def test_script_sends_pieces_and_goes_on_after_a_break(desk: Desk, entry: Entry) -> None:
    content = picture("PNG", (800, 800))
    headers = {"X-CSRFToken": desk.token(page_of(entry)), "Accept": "application/json"}
    announced = {"filename": "foto.png", "size": len(content)}
    address = f"/en/desk/entries/{entry.pid}/arrivals"
    begun = desk.client.post(address, json=announced, headers=headers)
    assert begun.status_code == 201
    assert begun.json is not None
    assert begun.json["received"] == 0

    url = begun.json["url"]
    assert desk.client.post(f"{url}?offset=0", data=content[:500], headers=headers).json == {
        "received": 500,
        "complete": False,
    }
    missed = desk.client.post(f"{url}?offset=0", data=content[:500], headers=headers)
    assert missed.status_code == 409
    assert missed.json is not None
    assert missed.json["received"] == 500
    again = desk.client.post(address, json=announced, headers=headers)
    assert again.json is not None
    assert (again.json["url"], again.json["received"]) == (url, 500)
    rest = desk.client.post(f"{url}?offset=500", data=content[500:], headers=headers)
    assert rest.json == {"received": len(content), "complete": True}

    job_runner.run_due()
    assert "foto.png" in desk.client.get(page_of(entry)).get_data(as_text=True)
    db.session.rollback()
    assert len(masters.of(entry.id)) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"size": "9"}',
        b'{"size": true}',
        b'{"size": 0}',
        json.dumps({"size": 10**15}).encode(),
    ],
)
def test_what_is_announced_wrongly_is_refused_with_a_sentence(desk: Desk, entry: Entry, body: bytes) -> None:
    headers = {"X-CSRFToken": desk.token(page_of(entry)), "Content-Type": "application/json"}

    answer = desk.client.post(f"/en/desk/entries/{entry.pid}/arrivals", data=body, headers=headers)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]


def test_a_piece_is_of_its_sender_only_and_not_too_large(
    desk: Desk, entry: Entry, marit: int, app: Flask
) -> None:
    account(email="joris@example.org")
    headers = {"X-CSRFToken": desk.token(page_of(entry))}
    begun = desk.client.post(
        f"/en/desk/entries/{entry.pid}/arrivals",
        json={"filename": "x.jpg", "size": 5_000_000},
        headers=headers,
    ).json
    assert begun is not None
    too_much = desk.client.post(f"{begun['url']}?offset=0", data=bytes(arrivals.PIECE + 1), headers=headers)
    assert too_much.status_code == 413

    other = Desk(app.test_client(), "joris@example.org")
    answer = other.client.post(
        f"{begun['url']}?offset=0", data=b"x", headers={"X-CSRFToken": other.token(page_of(entry))}
    )
    assert answer.status_code == 404


def test_the_public_and_other_staff_may_not_send(app: Flask, entry: Entry, client: FlaskClient) -> None:
    assert client.get(page_of(entry)).status_code == 303
    account(Role.LICENSING, "lies@example.org")
    lies = Desk(client, "lies@example.org")

    assert lies.client.get(page_of(entry)).status_code == 403
    assert lies.client.get("/en/desk/vault").status_code == 200


def test_the_fragment_is_cut_where_staff_say(desk: Desk, marit: int) -> None:
    entry = recording()
    send(entry, marit, "laat.wav", tone(20))
    master = masters.of(entry.id)[0]
    page = page_of(entry)

    answer = desk.post(f"{page}/{master.id}/clip", page, start="0:05,5", length="6", marked="1")
    assert answer.status_code == 303
    db.session.rollback()
    job_runner.run_due()
    db.session.rollback()

    copies = masters.copies_of(master.id)[master.id]
    fragment = copies[AssetRole.FRAGMENT]
    assert (fragment.start_ms, fragment.duration_ms, fragment.is_marked) == (5_500, 6_000, True)
    assert copies[AssetRole.FRAGMENT_OPUS].start_ms == 5_500
    shown = desk.client.get(page).get_data(as_text=True)
    assert 'value="0:05.5"' in shown
    for role in ("fragment", "fragment_opus", "access", "master"):
        with desk.client.get(f"{page}/{master.id}/{role}") as answer:
            assert answer.status_code == 200


def test_a_faulty_fragment_comes_back_with_what_was_typed(desk: Desk, marit: int) -> None:
    entry = recording()
    send(entry, marit, "laat.wav", tone(20))
    master = masters.of(entry.id)[0]

    for start, length, wrong in (
        ("", "5", "start"),
        ("1:99", "5", "start"),
        ("25", "5", "start"),
        ("-1", "5", "start"),
        ("1:00:00:00", "5", "start"),
        ("1", "", "length"),
        ("1", "121", "length"),
        ("1", "0", "length"),
    ):
        answer = desk.post(f"{page_of(entry)}/{master.id}/clip", page_of(entry), start=start, length=length)
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert f'id="{wrong}-{master.id}-error"' in page
        assert f'name="start" value="{start}"' in page


def test_a_file_is_taken_off_and_put_away(desk: Desk, entry: Entry, marit: int) -> None:
    send(entry, marit, "x.jpg", picture())
    master, page = masters.of(entry.id)[0], page_of(entry)
    refused = send(entry, marit, "x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    token = refused.token

    assert desk.post(f"{page}/{master.id}/take-off", page).status_code == 303
    assert desk.post(f"/en/desk/arrivals/{token}/decide", page, do="remove").status_code == 303
    assert desk.post(f"/en/desk/arrivals/{token}/decide", page, do="remove").status_code == 404
    assert desk.post(f"{page}/{master.id}/take-off", page).status_code == 404

    db.session.rollback()
    assert masters.of(entry.id) == []


def test_copies_that_are_missing_are_made_when_asked_for(desk: Desk, entry: Entry, marit: int) -> None:
    send(entry, marit, "x.jpg", picture())
    master, page = masters.of(entry.id)[0], page_of(entry)
    thumbnail = masters.copies_of(master.id)[master.id][AssetRole.THUMBNAIL]
    db.session.execute(delete(EntryFile).where(EntryFile.asset_id == thumbnail.id))
    db.session.delete(thumbnail)
    db.session.commit()
    shown = desk.client.get(page).get_data(as_text=True)
    assert "Missing: thumbnail" in shown
    assert 'http-equiv="refresh"' not in shown

    db.session.rollback()
    assert desk.post(f"{page}/{master.id}/copies", page).status_code == 303
    assert "Being made: thumbnail" in desk.client.get(page).get_data(as_text=True)
    db.session.rollback()
    job_runner.run_due()

    assert "All copies are made" in desk.client.get(page).get_data(as_text=True)


def test_what_cannot_be_done_is_refused(desk: Desk, entry: Entry, marit: int) -> None:
    token = send(entry, marit, "x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>").token

    for what in ("", "again", "sing"):
        answer = desk.post(f"/en/desk/arrivals/{token}/decide", page_of(entry), do=what)
        assert answer.status_code == 422


def test_the_vault_shows_what_was_set_aside(desk: Desk, entry: Entry, marit: int) -> None:
    token = send(entry, marit, "half.png", picture("PNG", (900, 900))[:-40]).token

    page = desk.client.get("/en/desk/vault").get_data(as_text=True)
    assert "half.png" in page
    assert "This picture is damaged" in page
    answer = desk.post(f"/en/desk/arrivals/{token}/decide", "/en/desk/vault", do="remove", back="vault")
    assert answer.headers["Location"].endswith("/en/desk/vault")
    assert "half.png" not in desk.client.get("/en/desk/vault").get_data(as_text=True)


def test_the_page_asks_few_questions_however_many_files(desk: Desk, entry: Entry, marit: int) -> None:
    for colour in ("red", "green", "blue"):
        send(entry, marit, f"{colour}.jpg", picture(colour=colour))
        send(photograph(colour), marit, f"{colour}2.jpg", picture(colour=f"dark{colour}"))
        send(entry, marit, f"{colour}3.jpg", picture(colour=f"dark{colour}"))
    desk.client.get(page_of(entry))

    with statements() as seen:
        assert desk.client.get(page_of(entry)).status_code == 200

    assert len(seen) <= 8, seen
