"""What is delivered is what was licensed: an excerpt with its margin, a crop, a size, and never the master instead."""

import io
import wave
from collections.abc import Iterator

import numpy as np
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from archive import assets, audio, images, job_runner, storage
from archive.assets import AssetRole
from archive.db import db
from archive.errors import Invalid, Unavailable
from catalogue import entries, entry_files
from catalogue.entries import Entry, EntryKind, Status
from licensing import delivery, excerpts, licences
from licensing.anomalies import Anomaly
from licensing.delivery import Delivery
from licensing.excerpts import MARGIN_MS
from licensing.vocabulary import SIZES
from tests.licensing import sales, shop
from tests.licensing.sales import NOW, line_for

RATE = 8000


def ramp(seconds: int, *, width: int = 2) -> bytes:
    """A sound whose samples tell where they were: the number of the tenth of a second."""
    samples = np.repeat(np.arange(seconds * 10, dtype=np.int32), RATE // 10) * 100
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(width)
        sound.setframerate(RATE)
        shifted = samples << (8 * (width - 2))
        sound.writeframes(b"".join(int(one).to_bytes(width, "little", signed=True) for one in shifted))
    return file.getvalue()


def tenths(content: bytes) -> list[int]:
    """Read which tenths of a second a sound of `ramp` has, in order."""
    width = (audio.read(content).bit_depth or 0) // 8
    at = content.index(b"data") + 8
    raw = content[at : at + int.from_bytes(content[at - 4 : at], "little")]
    numbers = (int.from_bytes(raw[n : n + width], "little", signed=True) for n in range(0, len(raw), width))
    return list(dict.fromkeys((number >> (8 * (width - 2))) // 100 for number in numbers))


@pytest.mark.parametrize("width", [2, 3])
def test_an_excerpt_is_cut_to_the_sample_in_the_depth_of_the_master(width: int) -> None:
    out = io.BytesIO()

    length = audio.excerpt(ramp(10, width=width), out, 2000, 4500)

    assert length == 2500
    assert tenths(out.getvalue()) == list(range(20, 45))
    facts = audio.read(out.getvalue())
    assert (facts.bit_depth, facts.sample_rate, facts.duration_ms) == (8 * width, RATE, 2500)


def test_an_excerpt_ends_with_the_sound() -> None:
    out = io.BytesIO()

    assert audio.excerpt(ramp(3), out, 2000, 9000) == 1000
    with pytest.raises(Invalid):
        audio.excerpt(ramp(3), io.BytesIO(), 4000, 9000)


@pytest.mark.parametrize(
    ("item", "choice", "part"),
    [
        (None, {"duration": "30s"}, None),
        (None, {"size": "full"}, None),
        ({"in_ms": 5000, "out_ms": 9000}, {"duration": "30s"}, {"start_ms": 3000, "end_ms": 11000}),
        ({"in_ms": 500, "out_ms": 900}, {}, {"start_ms": 0, "end_ms": 2900}),
        (None, {"size": "small"}, {"crop": None, "longest": 1000}),
        ({"crop": {"x": 0.0}}, {"size": "full"}, {"crop": {"x": 0.0}, "longest": None}),
    ],
)
def test_what_is_cut_follows_from_what_was_sold(item, choice: dict[str, str], part) -> None:
    assert excerpts.to_cut(item, choice) == part


def test_every_size_on_the_ticket_has_its_pixels() -> None:
    assert set(SIZES) - {"full"} == set(excerpts.LONGEST_SIDE)


def test_a_crop_is_cut_from_the_picture_as_it_is_seen() -> None:
    picture = Image.new("RGB", (400, 200), "white")
    picture.paste((255, 0, 0), (200, 0, 400, 100))
    file = io.BytesIO()
    picture.save(file, "PNG")

    made = images.licensed(file.getvalue(), {"x": 0.5, "y": 0.0, "width": 0.5, "height": 0.5}, 100)

    assert (made.width, made.height) == (100, 50)
    with Image.open(io.BytesIO(made.content)) as seen:
        assert all(seen.getpixel(at)[0] > 240 and seen.getpixel(at)[1] < 20 for at in ((3, 3), (96, 46)))


@pytest.fixture
def recording(app: Flask) -> Entry:
    """A recording of ten seconds for sale."""
    return shop.recording_for_sale(ramp(10))


@pytest.fixture
def picture(app: Flask) -> Iterator[Entry]:
    """A picture of 3000 by 1500 pixels for sale."""
    entry = entries.add(EntryKind.IMAGE, "Kade bij avond", NOW)
    file = io.BytesIO()
    Image.effect_noise((3000, 1500), 50).convert("RGB").save(file, "PNG")
    master = assets.keep(
        file.getvalue(),
        role=AssetRole.MASTER,
        filename="kade.png",
        media_type="image/png",
        suffix=".png",
        moment=NOW,
    )
    entry_files.attach(entry.id, master)
    entries.move(entry, Status.PUBLISHED, None)
    return entry


def delivered(entry: Entry, item, choice: dict[str, str]) -> tuple[Delivery, bytes]:
    """Sell a part, let the jobs run, and fetch the file."""
    order = sales.paid([line_for(entry, item=item, choice=choice)])
    licence_id = licences.of_order(order.id)[0].id
    db.session.commit()
    job_runner.run_due()
    db.session.rollback()
    ready = delivery.of_licence(licence_id)
    assert ready is not None
    with storage.vault().open(delivery.file_of(ready).storage_key) as file:
        return ready, file.read()


def test_an_excerpt_is_delivered_with_its_margin_and_its_rights(recording: Entry) -> None:
    ready, content = delivered(recording, {"in_ms": 4000, "out_ms": 6000}, shop.CHOICE)

    margin = MARGIN_MS // 100
    assert tenths(content) == list(range(40 - margin, 60 + margin))
    assert ready.licence.number.encode() in content
    file = delivery.file_of(ready)
    assert (file.name, file.media_type) == (f"NR-0412 {ready.licence.number}.wav", "audio/wav")


def test_a_picture_is_delivered_in_the_size_and_the_crop_that_were_licensed(picture: Entry) -> None:
    choice = {"use": "book", "territory": "world", "term": "perpetual", "size": "small"}

    ready, content = delivered(picture, {"crop": {"x": 0, "y": 0, "width": 0.5, "height": 1}}, choice)

    with Image.open(io.BytesIO(content)) as seen:
        assert seen.format == "JPEG"
        assert seen.size == (1000, 1000)
    assert ready.licence.number.encode() in content
    assert delivery.file_of(ready).name.endswith(".jpg")


def test_the_master_does_not_stand_in_for_a_part_that_is_being_made(recording: Entry) -> None:
    order = sales.paid([line_for(recording, item={"in_ms": 4000, "out_ms": 6000})])
    ready = delivery.of_licence(licences.of_order(order.id)[0].id)
    assert ready is not None

    with pytest.raises(Unavailable):
        delivery.redeem(delivery.link_token(ready), NOW, is_continued=False)

    assert ready.used == 0


def test_a_part_that_cannot_be_made_is_for_staff_and_not_the_master(recording: Entry) -> None:
    order = sales.paid([line_for(recording, item={"in_ms": 60_000, "out_ms": 70_000})])
    ready = delivery.of_licence(licences.of_order(order.id)[0].id)
    assert ready is not None
    db.session.commit()
    job_runner.run_due()
    db.session.rollback()

    assert not delivery.is_ready(ready)
    (filed,) = db.session.scalars(select(Anomaly)).all()
    assert filed.kind == "nothing_to_deliver"
    assert filed.reference == ready.licence.number


def test_a_whole_recording_is_delivered_as_the_master_with_its_rights(recording: Entry) -> None:
    ready, content = delivered(recording, None, shop.CHOICE)

    assert tenths(content) == list(range(100))
    assert delivery.file_of(ready).name == "NR-0412.wav"
