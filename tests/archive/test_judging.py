"""What becomes of a file before the vault: accepted, refused, or set aside; nobody's name for it is believed."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import judging
from archive.decoding import Limits
from archive.judging import Outcome
from tests.catalogue.sent_files import picture, tone

LIMITS = Limits(memory=1 << 30, seconds=20, max_pixels=200_000_000)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def judge(folder: Path, name: str, content: bytes) -> judging.Judged:
    path = folder / "sent"
    path.write_bytes(content)
    return judging.judge(path, name, LIMITS)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("drawing.svg", SVG, "SVG"),
        ("drawing.jpg", SVG, "SVG"),
        ("photo.jpg", picture("PNG"), "ends in .jpg, but this file is PNG"),
        ("photo.html", picture("JPEG"), "ends in .html, but this file is JPEG"),
        ("photo.jpg", b"<!doctype html><script>1</script>", "HTML"),
        ("photo.gif", b"GIF89a" + bytes(40), "GIF"),
        ("photo.jpg", picture() + b"<script>alert(1)</script>", "also holds HTML"),
        ("photo.jpg", picture() + b"PK\x05\x06" + bytes(18), "also holds ZIP"),
        ("photo.png", picture("PNG") + b"<?php system('id');", "also holds HTML"),
        ("photo.jpg", b"\x7fELF" + bytes(90), "Linux program"),
        ("letter.pdf", b"%PDF-1.7\n", "PDF"),
        ("words.txt", b"a letter", "text"),
    ],
)
def test_what_is_no_picture_or_not_that_alone_is_refused(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    judged = judge(tmp_path, name, content)

    assert judged.outcome is Outcome.REFUSED
    assert said in str(judged.refusal)


@pytest.mark.parametrize(
    "name", ["photo.jpg", "PHOTO.JPEG", "photo", "photo.001", "photo.jpg.", "", "een foto.jfif"]
)
def test_a_name_that_says_nothing_else_does_not_matter(tmp_path: Path, name: str) -> None:
    judged = judge(tmp_path, name, picture())

    assert judged.outcome is Outcome.ACCEPTED
    assert judged.facts == {"width": 900, "height": 600}


def test_the_facts_of_a_sound_are_measured(tmp_path: Path) -> None:
    facts = judge(tmp_path, "tone.wav", tone(2)).facts

    assert len(facts.pop("peaks")) == 200
    assert facts == {"duration_ms": 2000, "sample_rate": 8000, "bit_depth": 16, "channels": 1}


@settings(max_examples=200)
@given(content=st.binary(max_size=300), name=st.text(max_size=12))
def test_random_bytes_are_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    assert judge(tmp_path_factory.getbasetemp(), name, content).outcome is not Outcome.ACCEPTED


# The outcome of each odd file, and a word of its reason. What is not named here is accepted.
PICTURES = {
    "broken.png": ("quarantined", "not a picture"),
    "decompression_bomb.gif": ("refused", "GIF"),
    "decompression_bomb.ico": ("refused", "ICO"),
    "truncated_image.png": ("quarantined", "damaged"),
    "truncated_jpeg.jpg": ("quarantined", "damaged"),
}
SOUNDS = {
    "faulty_01-wrong_max_blocksize.flac": ("quarantined", "damaged"),
    "faulty_11-incorrect_metadata_block_length.flac": ("quarantined", "no sound"),
    "chinese_id3.mp3": ("quarantined", "damaged"),
    "empty_file.mp3": ("refused", "empty"),
    "id3v1-latin1.mp3": ("refused", "unknown"),
    "incomplete.mp3": ("refused", "unknown"),
    "utf16be.mp3": ("quarantined", "damaged"),
}


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("folder", "count", "odd"),
    [("images_odd", 27, PICTURES), ("audio", 27, SOUNDS), ("photographs/images", 6, {})],
)
def test_every_real_file_ends_as_it_should(
    real_data: Path, folder: str, count: int, odd: dict[str, tuple[str, str]]
) -> None:
    paths = sorted(
        path for path in (real_data / folder).rglob("*") if path.is_file() and path.suffix != ".txt"
    )

    found = {path.name: judging.judge(path, path.name, LIMITS) for path in paths}

    assert len(found) == count
    wanted = {path.name: odd.get(path.name, ("accepted", "")) for path in paths}
    assert {name: judged.outcome.value for name, judged in found.items()} == {
        name: outcome for name, (outcome, _word) in wanted.items()
    }
    for name, (_outcome, word) in wanted.items():
        assert word in str(found[name].refusal or "")


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["decompression_bomb.gif", "decompression_bomb.ico"])
def test_a_decompression_bomb_costs_next_to_nothing(real_data: Path, name: str) -> None:
    before, begun = resident(), time.process_time()

    assert judging.judge(real_data / "images_odd" / name, name, LIMITS).outcome is Outcome.REFUSED

    assert time.process_time() - begun < 0.2
    assert resident() - before < 5 << 20


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
