"""Shares of small numbers: the interval is Wilson's, and nothing is said of too few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.proportions import Finding, Share, compare


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Computed by R 4: binom::binom.confint(x, n, methods = "wilson")
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (40, 1000, 0.0295, 0.0540),
    ],
)
def test_the_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    assert Share(part, whole).interval == pytest.approx((low, high), abs=0.0001)


@given(whole=st.integers(0, 10_000), data=st.data())
def test_the_interval_holds_the_share_and_stays_within_nothing_and_all(
    whole: int, data: st.DataObject
) -> None:
    share = Share(data.draw(st.integers(0, whole)), whole)
    low, high = share.interval

    assert 0 <= low <= high <= 1
    assert share.value is None or low - 1e-9 <= share.value <= high + 1e-9


def test_of_nothing_there_is_no_share() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval == (0.0, 1.0)


def test_a_part_larger_than_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="no more than the whole"):
        Share(3, 2)


@pytest.mark.parametrize(
    ("one", "other", "finding"),
    [
        (Share(29, 29), Share(0, 500), Finding.TOO_FEW),
        (Share(5, 100), Share(9, 100), Finding.NO_DIFFERENCE),
        (Share(5, 100), Share(40, 100), Finding.DIFFERENCE),
        (Share(40, 100), Share(5, 100), Finding.DIFFERENCE),
    ],
)
def test_two_shares_are_compared_with_care(one: Share, other: Share, finding: Finding) -> None:
    assert compare(one, other) is finding
