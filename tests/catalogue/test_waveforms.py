"""The player's waveform: one bar per peak, and a frame that holds exactly the bars one may hear."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalogue import waveforms

BAR = re.compile(r"M(-?[\d.]+) (-?[\d.]+)h([\d.]+)v([\d.]+)h-([\d.]+)z")


def bars(path: str) -> list[tuple[float, float, float, float]]:
    """Read a path back as bars: left, top, right, bottom."""
    found = BAR.findall(path)
    assert "".join(f"M{x} {y}h{w}v{h}h-{w2}z" for x, y, w, h, w2 in found) == path
    return [(float(x), float(y), float(x) + float(w), float(y) + float(h)) for x, y, w, h, _ in found]


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=300),
    st.floats(1, 10_000),
    st.floats(0, 1),
    st.floats(0.001, 60),
)
def test_bars_and_frame_lie_within_the_view_box(
    peaks: list[float], duration: float, at: float, length: float
) -> None:
    start = at * duration
    assume(start < duration)
    wave = waveforms.draw(peaks, clip_start=start, clip_end=start + length, duration=duration)

    assert len(bars(wave.all_bars)) == len(peaks)
    for left, top, right, bottom in bars(wave.all_bars):
        assert -0.1 <= left <= right <= waveforms.VIEW_WIDTH + 0.2
        assert 0 <= top < bottom <= waveforms.VIEW_HEIGHT + 0.2
    assert wave.frame_x >= 0
    assert wave.frame_width > 0
    assert wave.frame_x + wave.frame_width <= waveforms.VIEW_WIDTH + 0.2


@given(st.integers(1, 300), st.floats(0, 0.99))
def test_the_bars_of_the_fragment_are_those_inside_the_frame(count: int, at: float) -> None:
    wave = waveforms.draw([0.5] * count, clip_start=at * 300, clip_end=at * 300 + 30, duration=300)

    inside = [
        bar for bar in bars(wave.all_bars) if wave.frame_x - 0.2 <= bar[0] < wave.frame_x + wave.frame_width
    ]

    assert bars(wave.clip_bars) == inside


def test_a_fragment_of_thirty_seconds_in_five_minutes_is_a_tenth() -> None:
    wave = waveforms.draw([0.5] * 200, clip_start=60, clip_end=90, duration=300)

    assert (wave.frame_x, wave.frame_width) == (200, 100)
    assert len(bars(wave.clip_bars)) == 20


def test_a_fragment_that_is_the_whole_recording_is_framed_whole() -> None:
    wave = waveforms.draw([0.2, 0.9], clip_start=0, clip_end=30, duration=12)

    assert (wave.frame_x, wave.frame_width) == (0, 1000)
    assert wave.clip_bars == wave.all_bars


@pytest.mark.parametrize(
    ("peaks", "start", "end", "duration"),
    [([], 0, 30, 60), ([0.5], 0, 30, 0), ([0.5], 70, 80, 60), ([0.5], 9, 9, 60)],
)
def test_what_cannot_be_drawn_is_refused(
    peaks: list[float], start: float, end: float, duration: float
) -> None:
    with pytest.raises(ValueError, match="no fragment"):
        waveforms.draw(peaks, clip_start=start, clip_end=end, duration=duration)
