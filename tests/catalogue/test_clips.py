"""Times as staff write them on the form of a fragment."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from catalogue import clips
from catalogue.clips import Clip


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("0", 0),
        ("72", 72_000),
        ("1:12", 72_000),
        (" 1:12,5 ", 72_500),
        ("1:02:03.25", 3_723_250),
        ("0:05", 5_000),
        ("", None),
        ("1:60", None),
        ("-1", None),
        ("1:2:3:4", None),
        ("²", None),
        ("een", None),
    ],
)
def test_a_time_is_read_or_not(text: str, milliseconds: int | None) -> None:
    assert clips.milliseconds(text) == milliseconds


@given(st.integers(0, 35_999_999))
def test_what_is_written_is_read_again(time: int) -> None:
    assert clips.milliseconds(clips.written(time)) == time


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = clips.milliseconds(text)

    assert found is None or found >= 0


def test_a_fragment_ends_with_its_sound(app: Flask) -> None:
    assert clips.read({"start": "0:08", "length": "30", "marked": "1"}, 10_000) == (
        Clip(8_000, 2_000, True),
        {},
    )
    assert clips.read({"start": "0", "length": "0.4"}, 400) == (Clip(0, 400, False), {})
