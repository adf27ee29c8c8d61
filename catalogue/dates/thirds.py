"""Early, mid and late: the thirds of a century, decade, year or month.

They are written as a choice whose inner edges are doubtful, `[1960..1963?]` for the early sixties, so that
the words can be given back and nobody takes the edge for a fact.
"""

from dataclasses import replace

from catalogue.dates import limits
from catalogue.dates.edtf import SPRING, Point, Span
from catalogue.dates.vocabulary import Part


def third(whole: Point, part: Part) -> Span | None:
    """Give one third of a century, decade, year or month; None for what has no thirds."""
    units = _units(whole)
    if not units:
        return None
    # The first takes the odd one over: 1960 to 1963, 1964 to 1966, 1967 to 1969.
    size, more = divmod(len(units), 3)
    edges = [0, size + (more > 0), 2 * size + min(more, 2), len(units)]
    start, end = units[edges[part.value]], units[edges[part.value + 1] - 1]
    return Span(
        replace(start, is_uncertain=part is not Part.EARLY), replace(end, is_uncertain=part is not Part.LATE)
    )


def recognise(span: Span) -> tuple[Point, Part] | None:
    """Find the whole and the part that a span is a third of."""
    if not span.start or not span.end:
        return None
    year, month, day = span.start.year, span.start.month, span.start.day
    if day:
        wholes = [Point(year, month)]
    elif month:
        wholes = [Point(year)]
    else:
        wholes = [Point(year[:3] + "X"), Point(year[:2] + "XX")]
    return next(
        ((whole, part) for whole in wholes for part in Part if third(whole, part) == span),
        None,
    )


def _units(whole: Point) -> list[Point]:
    if whole.day or (whole.month and whole.month >= SPRING):
        return []
    if whole.month:
        length = limits.month_length(int(whole.year), whole.month)
        return [Point(whole.year, whole.month, day) for day in range(1, length + 1)]
    known = whole.year.rstrip("X")
    missing = 4 - len(known)
    if not missing:
        return [Point(whole.year, month) for month in range(1, 13)]
    return [Point(f"{known}{number:0{missing}}") for number in range(10**missing)]
