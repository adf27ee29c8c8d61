"""The part of EDTF that the catalogue stores: levels 0 and 1, and the sets of level 2.

EDTF is the Library of Congress's specification of 4 February 2019, part of ISO 8601-2.
Sets say what no interval can: `[1959,1960]` one of the two, `{1959-10-18,1959-10-20}` both days. Left out are
years beyond four digits, times of day, and seasons other than the four plain ones.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

SPRING, SUMMER, AUTUMN, WINTER = 21, 22, 23, 24


@dataclass(frozen=True)
class Point:
    """A day, month, season, year, decade or century, with what the source says about its own certainty."""

    year: str  # four characters: 1958, 196X for a decade, 19XX for a century
    month: int | None = None  # 1 to 12, or a season from 21 to 24
    day: int | None = None
    is_approximate: bool = False  # ~ circa
    is_uncertain: bool = False  # ? probably


@dataclass(frozen=True)
class Span:
    """All time from one point to another; None is an open end."""

    start: Point | None
    end: Point | None


@dataclass(frozen=True)
class Choice:
    """Several points or spans: one of them (a doubt) or all of them (an enumeration)."""

    members: tuple[Point | Span, ...]
    is_one_of: bool


Expression = Point | Span | Choice

_POINT = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX)(?:T[0-9:]{5,8}(?:Z|[+-][0-9:]{2,5})?)?)?)?"
    r"(?P<mark>[?~%]?)"
)


def parse(text: str) -> Expression | None:
    """Read EDTF exactly as the standard writes it; None for anything else, impossible days included."""
    if text[:1] + text[-1:] in ("[]", "{}"):
        return _parse_choice(text)
    if "/" in text:
        return _parse_span(text, "/")
    return _parse_point(text)


def write(expression: Expression) -> str:
    """Write an expression as EDTF."""
    if isinstance(expression, Choice):
        inner = ",".join(_write_member(member) for member in expression.members)
        return f"[{inner}]" if expression.is_one_of else f"{{{inner}}}"
    if isinstance(expression, Span):
        return f"{_write_end(expression.start)}/{_write_end(expression.end)}"
    return _write_point(expression)


def points(expression: Expression) -> list[Point]:
    """List the points named in an expression, in the order of writing."""
    if isinstance(expression, Choice):
        return [point for member in expression.members for point in points(member)]
    if isinstance(expression, Span):
        return [point for point in (expression.start, expression.end) if point]
    return [expression]


def unmarked(point: Point) -> Point:
    """Give the same point without its doubts."""
    return replace(point, is_approximate=False, is_uncertain=False)


def is_possible(point: Point) -> bool:
    """Say whether the calendar has this point."""
    if point.month is None:
        return point.day is None and point.year != "0000"
    if not point.year.isdigit() or point.year == "0000":
        return False
    if point.day is None:
        return 1 <= point.month <= 12 or SPRING <= point.month <= WINTER
    try:
        date(int(point.year), point.month, point.day)
    except ValueError:
        return False
    return True


def _parse_point(text: str) -> Point | None:
    if not (found := _POINT.fullmatch(text)):
        return None
    month, day, mark = found["month"], found["day"], found["mark"]
    if month == "XX" and day not in (None, "XX"):
        return None
    point = Point(
        found["year"],
        _number(month),
        _number(day),
        is_approximate=mark in ("~", "%"),
        is_uncertain=mark in ("?", "%"),
    )
    return point if is_possible(point) else None


def _number(digits: str | None) -> int | None:
    # An unspecified month or day reaches as far as leaving it out.
    return int(digits) if digits and digits != "XX" else None


def _parse_span(text: str, separator: str) -> Span | None:
    ends = text.split(separator)
    if len(ends) != 2 or {*ends} <= {"", ".."}:
        return None
    start, end = (None if end in ("", "..") else _parse_point(end) for end in ends)
    if (start is None) != (ends[0] in ("", "..")) or (end is None) != (ends[1] in ("", "..")):
        return None
    return Span(start, end)


def _parse_choice(text: str) -> Expression | None:
    members: list[Point | Span] = []
    for part in text[1:-1].split(","):
        member = _parse_span(part.strip(), "..") if ".." in part else _parse_point(part.strip())
        if member is None:
            return None
        members.append(member)
    if len(members) == 1 and isinstance(members[0], Point):
        return members[0]
    return Choice(tuple(members), is_one_of=text[0] == "[")


def _write_member(member: Point | Span) -> str:
    if isinstance(member, Point):
        return _write_point(member)
    return "..".join(_write_point(end) if end else "" for end in (member.start, member.end))


def _write_end(point: Point | None) -> str:
    return _write_point(point) if point else ".."


def _write_point(point: Point) -> str:
    numbers = "".join(f"-{number:02}" for number in (point.month, point.day) if number is not None)
    mark = {(True, False): "~", (False, True): "?", (True, True): "%"}.get(
        (point.is_approximate, point.is_uncertain), ""
    )
    return f"{point.year}{numbers}{mark}"
