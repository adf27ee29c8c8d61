"""Periods of statements, pure: a quarter, a year or any days; in days of the archive's town."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Amsterdam")
_LONGEST = timedelta(days=366)
_QUARTER = re.compile(r"(\d{4})-?[QqKk]([1-4])")
_YEAR = re.compile(r"\d{4}")


class NotAPeriod(ValueError):
    """The text names no period, or its days are not in order, or it is longer than a year."""


@dataclass(frozen=True)
class Period:
    """First and last day, both included."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if not self.first_day <= self.last_day or self.last_day - self.first_day > _LONGEST:
            raise NotAPeriod("a period begins before it ends and lasts a year at most")

    @property
    def name(self) -> str:
        """Write it short: "2026-Q4", "2026", "2026-01-01/2026-01-31"."""
        known = (f"{self.first_day:%Y}", *(f"{self.first_day:%Y}-Q{number}" for number in range(1, 5)))
        return next((text for text in known if read(text) == self), f"{self.first_day}/{self.last_day}")

    @property
    def end(self) -> datetime:
        """The moment at which the day after the last begins."""
        return begin_of(self.last_day + timedelta(days=1))


def read(text: str) -> Period:
    """Read "2026-Q4", "2026" or "2026-01-01/2026-01-31"; raise NotAPeriod."""
    try:
        if found := _QUARTER.fullmatch(text.strip()):
            return quarter(int(found[1]), int(found[2]))
        if _YEAR.fullmatch(text.strip()):
            return Period(date(int(text), 1, 1), date(int(text), 12, 31))
        first, _slash, last = text.strip().partition("/")
        return Period(date.fromisoformat(first), date.fromisoformat(last))
    except (ValueError, OverflowError) as error:
        raise NotAPeriod(f"{text!r} is not a period") from error


def quarter(year: int, number: int) -> Period:
    """Give a quarter of a year, 1 to 4."""
    first = date(year, 3 * number - 2, 1)
    after = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return Period(first, after - timedelta(days=1))


def last_quarter(on: date) -> Period:
    """Give the last quarter that is over on a day."""
    number = (on.month - 1) // 3
    return quarter(on.year, number) if number else quarter(on.year - 1, 4)


def day_of(moment: datetime) -> date:
    """Say which day it is here."""
    return moment.astimezone(HERE).date()


def begin_of(day: date) -> datetime:
    """Give the moment at which a day begins here."""
    return datetime.combine(day, time(), HERE).astimezone(UTC)
