"""From EDTF to the first and last day that it may mean, as numbers (19580314) that sort and compare.

How far "circa" reaches is our own choice: the usual library makes an uncertain day two years long, and
invents ten years where an end is not known.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from catalogue.dates import edtf
from catalogue.dates.edtf import Expression, Point, Span

# Circa a day: a day more on both sides; circa a month or season: a month; circa a year or decade: two years.
_PADDING_DAYS = timedelta(days=1)
_PADDING_MONTHS = 1
_PADDING_YEARS = 2
# Circa a decade has fourteen years; what is longer belongs to no decade.
_LONGEST_IN_A_DECADE = 14

Bounds = tuple[int | None, int | None]


def bounds(text: str) -> Bounds:
    """Give first and last day of an EDTF text as yyyymmdd; None where it is open, or where it is not EDTF."""
    expression = edtf.parse(text)
    return between(expression) if expression else (None, None)


def between(expression: Expression) -> Bounds:
    """Give first and last day of an expression as yyyymmdd, None where it is open."""
    if isinstance(expression, Point):
        first, last = _days(expression)
        return _as_number(first), _as_number(last)
    if isinstance(expression, Span):
        return (
            between(expression.start)[0] if expression.start else None,
            between(expression.end)[1] if expression.end else None,
        )
    parts = [between(member) for member in expression.members]
    return _outermost(min, [part[0] for part in parts]), _outermost(max, [part[1] for part in parts])


def decade(lo: int | None, hi: int | None) -> int | None:
    """Give the decade (1960) that holds the middle of a range; None when the range is open or too long."""
    if lo is None or hi is None or hi // 10000 - lo // 10000 >= _LONGEST_IN_A_DECADE:
        return None
    months = [day // 10000 * 12 + day // 100 % 100 - 1 for day in (lo, hi)]
    return sum(months) // 24 // 10 * 10


def is_backwards(span: Span) -> bool:
    """Say whether a span ends before it begins."""
    if not span.start or not span.end:
        return False
    return _days(edtf.unmarked(span.start))[0] > _days(edtf.unmarked(span.end))[1]


def before(point: Point) -> Point:
    """Give the day, month, season, year or decade just before a point."""
    return _neighbour(point, -1)


def after(point: Point) -> Point:
    """Give the day, month, season, year or decade just after a point."""
    return _neighbour(point, 1)


def month_length(year: int, month: int) -> int:
    """Count the days of a month."""
    return monthrange(year, month)[1]


def _days(point: Point) -> tuple[date, date]:
    if point.day and point.month:
        day = date(int(point.year), point.month, point.day)
        return (_shift(day, -1), _shift(day, 1)) if point.is_approximate else (day, day)
    first, last = _months(point)
    padding = _PADDING_MONTHS if point.month else 12 * _PADDING_YEARS
    if point.is_approximate:
        first, last = first - padding, last + padding
    return _first_day(first), _last_day(last)


def _months(point: Point) -> tuple[int, int]:
    """Give first and last month of a point, counted from the year 0."""
    if point.month is None:
        return int(point.year.replace("X", "0")) * 12, int(point.year.replace("X", "9")) * 12 + 11
    if point.month >= edtf.SPRING:  # March to May and so on; winter goes on until February of the next year
        start = int(point.year) * 12 + 2 + 3 * (point.month - edtf.SPRING)
        return start, start + 2
    month = int(point.year) * 12 + point.month - 1
    return month, month


def _first_day(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1) if months >= 12 else date.min


def _last_day(months: int) -> date:
    year, month = months // 12, months % 12 + 1
    return date(year, month, month_length(year, month)) if year <= date.max.year else date.max


def _shift(day: date, days: int) -> date:
    try:
        return day + days * _PADDING_DAYS
    except OverflowError:
        return day


def _as_number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def _outermost(choose: Callable[[list[int]], int], days: list[int | None]) -> int | None:
    known = [day for day in days if day is not None]
    return choose(known) if len(known) == len(days) else None


def _neighbour(point: Point, step: int) -> Point:
    neighbour = _moved(edtf.unmarked(point), step)
    if not edtf.is_possible(neighbour):  # the calendar ends here
        return point
    return replace(neighbour, is_approximate=point.is_approximate, is_uncertain=point.is_uncertain)


def _moved(point: Point, step: int) -> Point:
    if point.day and point.month:
        day = _shift(date(int(point.year), point.month, point.day), step)
        return Point(f"{day.year:04}", day.month, day.day)
    if point.month is None:
        known = point.year.rstrip("X")
        return Point(f"{int(known) + step:0{len(known)}}".ljust(4, "X"))
    start, length = (edtf.SPRING, 4) if point.month >= edtf.SPRING else (1, 12)
    year, place = divmod(int(point.year) * length + point.month - start + step, length)
    return Point(f"{year:04}", start + place)
