"""Periods of statements are read as people write them, and follow the days of the archive's town."""

from datetime import UTC, date, datetime

import pytest

from licensing import periods
from licensing.periods import NotAPeriod, Period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026k2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2026-02-03/2026-02-09", date(2026, 2, 3), date(2026, 2, 9)),
    ],
)
def test_a_period_is_read(text: str, first: date, last: date) -> None:
    assert periods.read(text) == Period(first, last)


@pytest.mark.parametrize("text", ["2026-Q4", "2026", "2026-02-03/2026-02-09"])
def test_a_period_is_written_as_it_is_read(text: str) -> None:
    assert periods.read(text).name == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-Q5",
        "2026-02-09/2026-02-03",
        "2026-02-30/2026-03-01",
        "0000",
        "2020-01-01/2026-01-01",
        "x/y",
        "99999",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(NotAPeriod):
        periods.read(text)


def test_a_period_ends_at_midnight_here_in_summer_and_in_winter() -> None:
    assert periods.read("2026-Q2").end == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert periods.read("2026-Q4").end == datetime(2026, 12, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(("day", "name"), [(date(2026, 11, 22), "2026-Q3"), (date(2026, 1, 1), "2025-Q4")])
def test_the_last_quarter_is_the_one_that_is_over(day: date, name: str) -> None:
    assert periods.last_quarter(day).name == name
