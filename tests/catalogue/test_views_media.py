"""Files for everybody: sleeves, pictures, fragments; ranges, conditional requests, and what is not handed out."""

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive import storage
from archive.db import db
from catalogue import entries
from catalogue.entries import Access, Entry, Status
from tests.catalogue import specimens

SOUND = b"ID3" + bytes(range(256)) * 8


@pytest.fixture(scope="module")
def visitor(shared_site: Flask) -> FlaskClient:
    """Somebody who looks and listens."""
    return shared_site.test_client()


@pytest.fixture(scope="module")
def sound_pid(shared_site: Flask) -> str:
    entry = specimens.recording("Blauw uur")
    specimens.sound(entry, SOUND)
    db.session.commit()
    return entry.pid


@pytest.fixture(scope="module")
def picture_pid(shared_site: Flask) -> str:
    entry = specimens.picture()
    specimens.photo(entry)
    db.session.commit()
    return entry.pid


@pytest.fixture
def take(app: Flask) -> Entry:
    entry = specimens.recording("Blauw uur")
    specimens.sound(entry, SOUND)
    db.session.commit()
    return entry


@pytest.fixture
def shot(app: Flask) -> Entry:
    entry = specimens.picture()
    specimens.photo(entry)
    db.session.commit()
    return entry


def test_a_fragment_comes_whole_with_its_checksum_as_tag(visitor: FlaskClient, sound_pid: str):
    response = visitor.get(f"/media/{sound_pid}/fragment.mp3")

    assert response.data == SOUND
    assert response.mimetype == "audio/mpeg"
    assert response.headers["ETag"] == f'"{hashlib.sha256(SOUND).hexdigest()}"'
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.content_length == len(SOUND)
    assert response.cache_control.max_age == 86_400


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-99", 206, 0, 99),
        ("bytes=100-", 206, 100, len(SOUND) - 1),
        ("bytes=-10", 206, len(SOUND) - 10, len(SOUND) - 1),
        ("bytes=0-999999", 206, 0, len(SOUND) - 1),
    ],
)
def test_a_part_of_a_fragment_can_be_asked_for(
    visitor: FlaskClient, sound_pid: str, asked: str, status: int, first: int, last: int
):
    response = visitor.get(f"/media/{sound_pid}/fragment.mp3", headers={"Range": asked})

    assert response.status_code == status
    assert response.data == SOUND[first : last + 1]
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{len(SOUND)}"


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=9-1", "bytes=abc", "lines=1-2", "bytes=--1"])
def test_an_impossible_range_is_refused_or_answered_whole(visitor: FlaskClient, sound_pid: str, asked: str):
    response = visitor.get(f"/media/{sound_pid}/fragment.mp3", headers={"Range": asked})

    assert response.status_code == 416 or response.data == SOUND


def test_a_file_that_somebody_has_already_is_not_sent_again(
    visitor: FlaskClient, sound_pid: str, picture_pid: str
):
    for address in (
        f"/media/{sound_pid}/fragment.mp3",
        f"/media/{sound_pid}/sleeve.svg",
        f"/media/{picture_pid}/preview.jpg",
    ):
        tag = visitor.get(address).headers["ETag"]
        again = visitor.get(address, headers={"If-None-Match": tag})

        assert (again.status_code, again.data) == (304, b"")


def test_only_the_headers_may_be_asked_for(visitor: FlaskClient, sound_pid: str):
    response = visitor.head(f"/media/{sound_pid}/fragment.mp3")

    assert (response.status_code, response.content_length, response.data) == (200, len(SOUND), b"")


def test_pictures_come_in_two_sizes_and_masters_not_at_all(visitor: FlaskClient, picture_pid: str):
    assert visitor.get(f"/media/{picture_pid}/thumbnail.jpg").data == b"thumbnail"
    assert visitor.get(f"/media/{picture_pid}/preview.jpg").data == b"preview"
    assert visitor.get(f"/media/{picture_pid}/master.jpg").status_code == 404


def test_a_sleeve_is_drawn_for_every_public_entry_always_the_same(
    visitor: FlaskClient, sound_pid: str, picture_pid: str
):
    for pid in (sound_pid, picture_pid):
        first, second = (visitor.get(f"/media/{pid}/sleeve.svg") for _ in range(2))

        assert first.mimetype == "image/svg+xml"
        assert first.data.startswith(b"<svg")
        assert first.data == second.data


@pytest.mark.parametrize("access", [Access.ON_SITE, Access.CLOSED])
def test_what_may_be_heard_at_the_archive_only_is_not_sent(
    client: FlaskClient, take: Entry, shot: Entry, access: Access
):
    take.access = shot.access = access
    db.session.commit()

    assert client.get(f"/media/{take.pid}/fragment.mp3").status_code == 404
    assert client.get(f"/media/{shot.pid}/preview.jpg").status_code == 404
    assert client.get(f"/media/{take.pid}/sleeve.svg").status_code == 200


@pytest.mark.parametrize(("status", "expected"), [(Status.REVIEW, 404), (Status.WITHDRAWN, 410)])
def test_files_of_entries_that_are_not_public_are_not_sent(
    client: FlaskClient, take: Entry, status: Status, expected: int
):
    take.status = status
    db.session.commit()

    for name in ("fragment.mp3", "sleeve.svg", "thumbnail.jpg"):
        assert client.get(f"/media/{take.pid}/{name}").status_code == expected


def test_a_file_that_is_missing_from_the_vault_is_not_found(client: FlaskClient, app: Flask, take: Entry):
    for key in list(storage.vault().keys()):
        storage.vault().delete(key)

    assert client.get(f"/media/{take.pid}/fragment.mp3").status_code == 404
    assert entries.find(take.pid) is not None
