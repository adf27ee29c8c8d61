"""Reads a date as written into EDTF and days to search between, and keeps the text whatever comes of it."""

from dataclasses import dataclass, replace

from catalogue import folding
from catalogue.dates import edtf, grammar, limits, vocabulary
from catalogue.dates.edtf import Choice, Expression, Point, Span
from catalogue.dates.notes import DateError, Note

# Longer texts are descriptions; the longest date in the collections we know has 27 characters.
_LONGEST = 200


@dataclass(frozen=True)
class DateReading:
    """A date as written with what was understood of it; edtf, lo and hi are None if nothing was."""

    text: str
    edtf: str | None = None
    lo: int | None = None  # first day as yyyymmdd; None is open
    hi: int | None = None  # last day as yyyymmdd; None is open
    certain: bool = False  # no "probably", no choice between several
    approximate: bool = False
    note: Note | None = None
    suggestion: str | None = None  # EDTF that may have been meant


def read(text: str) -> DateReading:
    """Read a date written in Dutch, English or EDTF. Never raises: the note says what was not understood."""
    try:
        expression, note = _understand(text.strip())
        _refuse_backwards(expression)
    except DateError as refused:
        return DateReading(text, note=refused.note, suggestion=_suggestion(refused))
    return _reading(text, expression, note)


def _understand(text: str) -> tuple[Expression, Note | None]:
    if len(text) > _LONGEST:
        raise DateError(Note.NOT_UNDERSTOOD)
    if not text:
        raise DateError(Note.EMPTY)
    if folding.fold(text).strip("()[]. ") in vocabulary.UNDATED:
        raise DateError(Note.UNDATED)
    if expression := edtf.parse(text):
        return expression, Note.SEASON if _may_be_years(expression) else None
    return grammar.translate(text)


def _may_be_years(expression: Expression) -> bool:
    """Say whether 1919-21, spring in EDTF, may be two years to its writer."""
    if not isinstance(expression, Point) or not expression.month or expression.month < edtf.SPRING:
        return False
    return int(expression.year[2:]) < expression.month


def _refuse_backwards(expression: Expression) -> None:
    for member in expression.members if isinstance(expression, Choice) else (expression,):
        if isinstance(member, Span) and limits.is_backwards(member):
            raise DateError(
                Note.BACKWARDS, suggestion=edtf.write(_turned(member)) if member is expression else None
            )


def _turned(span: Span) -> Span:
    """Put the ends of a span in order; "December - January 1946" begins the year before."""
    if not span.start or not span.end or not span.start.month or not span.end.month:
        return Span(span.end, span.start)
    if span.start.year == span.end.year and span.start.month > span.end.month:
        return replace(span, start=replace(span.start, year=limits.before(Point(span.start.year)).year))
    return Span(span.end, span.start)


def _reading(text: str, expression: Expression, note: Note | None) -> DateReading:
    lo, hi = limits.between(expression)
    points = edtf.points(expression)
    is_choice = isinstance(expression, Choice) and expression.is_one_of
    return DateReading(
        text,
        edtf.write(expression),
        lo,
        hi,
        certain=not is_choice and not any(point.is_uncertain for point in points),
        approximate=any(point.is_approximate for point in points),
        note=note,
        suggestion=_alternative(expression, note),
    )


def _alternative(expression: Expression, note: Note | None) -> str | None:
    """Give the other meaning of 1919-21 or 1900s as EDTF."""
    if not isinstance(expression, Point):
        return None
    century = expression.year[:2]
    if note is Note.SEASON:
        return f"{expression.year}/{century}{expression.month}"
    return f"{century}XX" if note is Note.DECADE else None


def _suggestion(refused: DateError) -> str | None:
    """Give the suggestion of a refusal if it is a date itself."""
    if refused.suggestion:
        return refused.suggestion if edtf.parse(refused.suggestion) else None
    if not refused.instead:
        return None
    try:
        expression, _ = grammar.translate(refused.instead)
        _refuse_backwards(expression)
    except DateError:
        return None
    return edtf.write(expression)
