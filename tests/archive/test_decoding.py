"""Decoding in a process of its own: it gets its limits and nothing of ours, and whatever it does, we get an answer."""

import io
import os
import resource
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from archive import decoding
from archive.decoding import Limits
from archive.errors import Invalid
from archive.media_kinds import Family
from tests.catalogue.sent_files import picture, tone

LIMITS = Limits(memory=1 << 30, seconds=20, max_pixels=200_000_000)
MANY = 100_000_000  # points
POPEN = subprocess.Popen


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo"
    path.write_bytes(picture())
    return path


def test_a_task_answers_with_its_result(photo: Path) -> None:
    found = decoding.run(Family.PICTURE, "read", photo, LIMITS)

    assert found == {"media_type": "image/jpeg", "suffix": ".jpg", "width": 900, "height": 600}


def test_a_refusal_comes_through_as_it_was_said(photo: Path) -> None:
    few = Limits(LIMITS.memory, LIMITS.seconds, max_pixels=1_000_000 // 2)

    with pytest.raises(Invalid, match="too many points"):
        decoding.run(Family.PICTURE, "read", photo, few)


def test_too_little_memory_is_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "large"
    Image.new("RGB", (9_000, 9_000)).save(path, "PNG")

    with pytest.raises(Invalid, match="more than 200 MB of memory"):
        decoding.run(Family.PICTURE, "read", path, Limits(200 << 20, 20, 200_000_000))


def test_too_much_time_is_a_refusal_and_the_process_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(*args: Any, **options: Any) -> "subprocess.Popen[bytes]":
        started.append(POPEN(*args, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    path = tmp_path / "sound"
    path.write_bytes(tone(3_000))
    begun = time.monotonic()

    with pytest.raises(Invalid, match="longer than 1 seconds"):
        decoding.run(Family.SOUND, "copy", path, Limits(1 << 30, 1, 1), folder=tmp_path)

    assert time.monotonic() - begun < 30
    [process] = started
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_a_process_that_dies_in_the_middle_is_a_refusal(
    photo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dying = tmp_path / "dying.py"
    dying.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    monkeypatch.setattr(decoding, "CHILD", dying)

    with pytest.raises(Invalid, match="decoder stopped"):
        decoding.run(Family.PICTURE, "read", photo, LIMITS)


def test_a_process_that_talks_nonsense_is_a_refusal(
    photo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    babbling = tmp_path / "babbling.py"
    babbling.write_text("print('{')\n")
    monkeypatch.setattr(decoding, "CHILD", babbling)

    with pytest.raises(Invalid):
        decoding.run(Family.PICTURE, "read", photo, LIMITS)


def test_the_process_knows_no_secret_of_ours(
    photo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    telling = tmp_path / "telling.py"
    telling.write_text("import json, os\nprint(json.dumps({'result': dict(os.environ)}))\n")
    monkeypatch.setattr(decoding, "CHILD", telling)
    monkeypatch.setenv("SECRET_KEY", "secret")

    assert set(decoding.run(Family.PICTURE, "read", photo, LIMITS)) <= {
        "OPENBLAS_NUM_THREADS",
        "LC_ALL",
        "LC_CTYPE",
    }


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate"])
def test_a_thumbnail_of_a_hundred_million_points_takes_little(
    tmp_path: Path, compression: str | None
) -> None:
    path = tmp_path / "large.tif"
    block = np.random.default_rng(1).integers(0, 255, (500, 500, 3), dtype=np.uint8)
    writer = io.BytesIO()
    Image.fromarray(np.tile(block, (20, 20, 1))).save(writer, "TIFF", compression=compression)
    path.write_bytes(writer.getvalue())
    copies = {"thumbnail.jpg": {"longest": 640}}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    # As little memory as is promised: the process has no more, so it cannot have used more.
    made = decoding.run(
        Family.PICTURE,
        "copy",
        path,
        Limits(700 << 20, 20, MANY),
        folder=tmp_path,
        copies=copies,
        credit="",
        rights="",
    )

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert made == {"thumbnail.jpg": {"width": 640, "height": 640}}
    assert (
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 6
    )  # 1 to 2 seconds on a quiet machine
