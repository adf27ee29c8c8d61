"""Bars that count by year."""

import re

from hypothesis import given
from hypothesis import strategies as st

from catalogue import histograms

COLUMN = re.compile(r"M([\d.]+) 60v-([\d.]+)h([\d.]+)v[\d.]+z")


@given(st.lists(st.integers(0, 100_000), max_size=120), st.integers(0, 120), st.integers(0, 120))
def test_each_count_is_one_column_inside_or_outside_the_chosen_years(
    counts: list[int], first: int, last: int
) -> None:
    drawn = histograms.draw(counts, range(first, last))

    inside, outside = COLUMN.findall(drawn.inside), COLUMN.findall(drawn.outside)

    assert len(inside) == len(range(first, min(last, len(counts))))
    assert len(inside) + len(outside) == len(counts)
    assert all(float(height) <= 60 for _, height, _ in inside + outside)


def test_the_highest_column_fills_the_box_and_one_piece_among_many_still_shows() -> None:
    heights = [
        float(height) for _, height, _ in COLUMN.findall(histograms.draw([1, 0, 5000], range(0)).outside)
    ]

    assert heights == [1, 0, 60]


@given(st.text(max_size=20), st.floats(0, 1))
def test_a_torn_bar_reaches_its_share_of_the_box(seed: str, share: float) -> None:
    heights = [int(y) for y in re.findall(r"\d+ (\d+)", histograms.torn_bar(seed, share))]

    assert max(heights) == 200
    assert abs(min(heights) - (200 - 200 * share)) <= 4
    assert histograms.torn_bar(seed, share) == histograms.torn_bar(seed, share)
