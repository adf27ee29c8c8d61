"""The copies of a sound that was sent: a fragment in two encodings for everybody, the whole where it is open."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.db import db
from catalogue import entries
from catalogue.entries import Access, Entry, Status
from tests.catalogue.sent_files import Desk, account, recording, send, tone


@pytest.fixture
def entry(app: Flask) -> Entry:
    marit = account()
    made = recording()
    send(made, marit, "laat.wav", tone(5))
    db.session.rollback()
    entries.move(made, Status.PUBLISHED, None)
    db.session.commit()
    return made


@pytest.mark.parametrize(("name", "begins"), [("fragment.mp3", b"\xff"), ("fragment.opus", b"OggS")])
def test_everybody_hears_the_fragment(entry: Entry, client: FlaskClient, name: str, begins: bytes) -> None:
    answer = client.get(f"/media/{entry.pid}/{name}")

    assert answer.status_code == 200
    assert answer.data.startswith(begins)


def test_the_whole_is_for_staff_unless_it_is_open(entry: Entry, client: FlaskClient) -> None:
    address = f"/media/{entry.pid}/whole.mp3"
    assert client.get(address).status_code == 404

    db.session.rollback()
    entry.access = Access.OPEN
    entries.save(entry, None)
    db.session.commit()
    with client.get(address) as heard:
        assert heard.status_code == 200
        assert heard.headers["Cache-Control"] == "public, max-age=86400"

    db.session.rollback()
    entry.access = Access.CLOSED
    entries.save(entry, None)
    db.session.commit()
    assert client.get(address).status_code == 404
    with Desk(client).client.get(address) as heard:
        assert heard.headers["Cache-Control"] == "private, no-cache"
