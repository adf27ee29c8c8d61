"""Files on their way in: by pieces, again after a break; accepted, known, refused, set aside; nothing left behind."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from archive import audit, clock, job_runner, storage
from archive.assets import Asset, AssetRole
from archive.db import db
from archive.errors import Invalid, NotFound, Refused, Unavailable
from catalogue import arrivals, masters, taking_in
from catalogue.arrivals import Arrival, ArrivalState
from catalogue.entries import Entry
from tests.catalogue.sent_files import account, photograph, picture, recording, send, tone

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def marit(app: Flask) -> int:
    return account()


@pytest.fixture
def entry(marit: int) -> Entry:
    return photograph()


def test_a_file_that_is_taken_becomes_a_master_with_its_copies(entry: Entry, marit: int) -> None:
    content = picture("TIFF", (2000, 1000))

    arrival = send(entry, marit, "Blauw uur.tif", content)

    assert arrival.state is ArrivalState.ACCEPTED
    master, *_ = masters.of(entry.id)
    assert (master.filename, master.media_type, master.width, master.size) == (
        "Blauw uur.tif",
        "image/tiff",
        2000,
        len(content),
    )
    with storage.vault().open(master.storage_key) as file:
        assert file.read() == content
    copies = masters.copies_of(master.id)[master.id]
    assert {role: (copy.width, copy.height) for role, copy in copies.items()} == {
        AssetRole.PREVIEW: (1600, 800),
        AssetRole.THUMBNAIL: (640, 320),
    }
    assert not arrivals.path_of(arrival).exists()


def test_a_sound_gets_a_fragment_in_two_encodings_and_a_copy_to_hear(marit: int) -> None:
    entry = recording()

    arrival = send(entry, marit, "laat uur.wav", tone(40))

    assert arrival.state is ArrivalState.ACCEPTED
    master, *_ = masters.of(entry.id)
    assert (master.duration_ms, master.sample_rate, master.bit_depth, master.channels) == (
        40_000,
        8_000,
        16,
        1,
    )
    assert master.peaks is not None
    assert len(master.peaks) == 200
    copies = masters.copies_of(master.id)[master.id]
    assert set(copies) == {AssetRole.FRAGMENT, AssetRole.FRAGMENT_OPUS, AssetRole.ACCESS}
    assert copies[AssetRole.FRAGMENT].duration_ms == 30_000
    assert copies[AssetRole.FRAGMENT].start_ms == 0


def test_what_is_no_picture_and_no_sound_is_refused_and_not_kept(entry: Entry, marit: int) -> None:
    arrival = send(entry, marit, "drawing.jpg", SVG)

    assert arrival.state is ArrivalState.REFUSED
    assert "SVG" in in_english(arrival)
    assert not arrivals.path_of(arrival).exists()
    assert masters.of(entry.id) == []


def test_what_cannot_be_opened_is_set_aside_with_the_reason(entry: Entry, marit: int) -> None:
    arrival = send(entry, marit, "half.png", picture("PNG", (900, 900))[:-40])

    assert arrival.state is ArrivalState.QUARANTINED
    assert "damaged" in in_english(arrival)
    assert arrivals.path_of(arrival).exists()
    assert arrivals.quarantined() == [arrival]


def test_what_was_set_aside_can_be_tried_again_and_deleted(entry: Entry, marit: int) -> None:
    arrival = send(entry, marit, "half.png", picture("PNG", (900, 900))[:-40])

    arrivals.wait(arrival, clock.now())
    db.session.commit()
    job_runner.run_due()
    db.session.rollback()
    assert arrival.state is ArrivalState.QUARANTINED

    path = arrivals.path_of(arrival)
    arrivals.remove(arrival, marit)
    db.session.commit()
    assert not path.exists()
    assert arrivals.quarantined() == []
    assert audit.first_broken() is None


def test_a_file_that_another_entry_has_is_recognised_and_may_be_used_here_too(
    entry: Entry, marit: int
) -> None:
    other, content = photograph("Tegen de avond"), picture()
    send(other, marit, "first.jpg", content)

    arrival = send(entry, marit, "second.jpg", content)

    assert arrival.state is ArrivalState.DUPLICATE
    assert masters.of(entry.id) == []
    known = masters.of(other.id)[0]
    assert arrival.asset_id == known.id
    taking_in.use_here(arrival, marit)
    db.session.commit()
    assert [master.id for master in masters.of(entry.id)] == [known.id]
    assert masters.entries_with(known.id) == sorted([entry.id, other.id])
    assert len(list(db.session.scalars(select(Asset).where(Asset.role == AssetRole.MASTER)))) == 1


def test_a_file_that_was_taken_off_comes_back_as_it_was(entry: Entry, marit: int) -> None:
    send(entry, marit, "first.jpg", content := picture())
    master = masters.of(entry.id)[0]
    masters.take_off(entry.id, master)
    db.session.commit()
    assert masters.of(entry.id) == []

    arrival = send(entry, marit, "again.jpg", content)

    assert arrival.state is ArrivalState.ACCEPTED
    assert masters.of(entry.id) == [master]


def test_a_file_sent_in_pieces_goes_on_where_it_stopped(entry: Entry, marit: int) -> None:
    content, moment = picture("PNG", (700, 700)), clock.now()
    arrival = arrivals.announce(entry, marit, "a/b\\c.png", len(content), moment)
    assert arrival.filename == "c.png"
    assert arrivals.append(arrival, 0, content[:100], moment) == 100
    db.session.commit()

    again = arrivals.announce(entry, marit, "c.png", len(content), moment)

    assert again is arrival
    assert arrivals.received(again) == 100
    with pytest.raises(Refused) as refusal:
        arrivals.append(again, 0, content[:100], moment)
    assert refusal.value.details["received"] == 100
    with pytest.raises(Refused):
        arrivals.append(again, 100, content[100:] + b"more", moment)
    arrivals.append(again, 100, content[100:], moment)
    db.session.commit()
    with pytest.raises(Refused):
        arrivals.append(again, len(content), b"", moment)
    job_runner.run_due()
    db.session.rollback()
    assert arrival.state is ArrivalState.ACCEPTED


def test_an_empty_or_too_large_file_is_not_begun(
    entry: Entry, marit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Invalid, match="empty"):
        arrivals.announce(entry, marit, "x.jpg", 0, clock.now())
    with pytest.raises(Invalid, match="larger than 2048 MB"):
        arrivals.announce(entry, marit, "x.jpg", (2048 << 20) + 1, clock.now())
    monkeypatch.setattr(arrivals, "SPARE", 1 << 60)
    with pytest.raises(Unavailable):
        arrivals.announce(entry, marit, "x.jpg", 10, clock.now())
    with pytest.raises(NotFound):
        arrivals.find("nothing")


def test_taking_in_twice_changes_nothing(entry: Entry, marit: int) -> None:
    arrival = send(entry, marit, "x.jpg", picture())
    before = [asset.id for asset in db.session.scalars(select(Asset))]

    taking_in.take_in({"arrival_id": arrival.id, "job_id": 0})

    assert [asset.id for asset in db.session.scalars(select(Asset))] == before


def test_a_file_whose_bytes_were_lost_is_asked_for_again(entry: Entry, marit: int) -> None:
    arrival = arrivals.receive(entry, marit, "x.jpg", io.BytesIO(picture()), clock.now())
    arrivals.path_of(arrival).unlink()
    db.session.commit()
    job_runner.run_due()
    db.session.rollback()

    assert arrival.state is ArrivalState.REFUSED
    assert "Send it again" in in_english(arrival)


def test_what_was_begun_and_left_is_swept(entry: Entry, marit: int, site_settings: object) -> None:
    moment = clock.now()
    begun = arrivals.announce(entry, marit, "begun.jpg", 100, moment)
    arrivals.append(begun, 0, b"x", moment)
    begun.updated_at = moment - arrivals.KEPT_BEGUN - timedelta(hours=1)
    fresh = arrivals.announce(entry, marit, "fresh.jpg", 100, moment)
    arrivals.append(fresh, 0, b"x", moment)
    db.session.commit()
    set_aside = send(entry, marit, "half.png", picture("PNG", (900, 900))[:-40])
    set_aside.updated_at = moment - timedelta(days=400)
    nobodys = arrivals.folder() / "nobody"
    nobodys.write_bytes(b"x")
    unfinished = Path(storage.vault()._folder) / ".incoming-abc"  # type: ignore[attr-defined]
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_bytes(b"x")
    for path in (nobodys, unfinished):
        age(path, days=2)
    db.session.commit()

    taking_in.sweep({})

    assert {arrival.filename for arrival in db.session.scalars(select(Arrival))} == {"fresh.jpg", "half.png"}
    assert {path.name for path in arrivals.folder().iterdir()} == {fresh.token, set_aside.token}
    assert not unfinished.exists()


def in_english(arrival: Arrival) -> str:
    return str(Invalid(arrival.reason or "", **(arrival.details or {})))


def age(path: Path, days: int) -> None:
    then = (clock.now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))
