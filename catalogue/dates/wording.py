"""Says a date in words, in Dutch and in English, with its doubts: "circa 1956", "tussen 1959 en 1961"."""

from dataclasses import dataclass, replace

from catalogue.dates import edtf, limits, thirds
from catalogue.dates.edtf import SPRING, WINTER, Choice, Expression, Point, Span
from catalogue.dates.readings import DateReading
from catalogue.dates.vocabulary import Part


@dataclass(frozen=True)
class _Words:
    """The words of one language; templates take the words for a date."""

    months: tuple[str, ...]
    seasons: tuple[str, ...]
    decades: dict[str, str]
    other_decade: str
    century: str
    parts: dict[Part, str]
    circa: str
    probably: str
    between: str
    before: str
    since: str
    conjunction: str
    alternative: str


def _words(row: str) -> tuple[str, ...]:
    return tuple(row.split())


_NL = _Words(
    months=_words("januari februari maart april mei juni juli augustus september oktober november december"),
    seasons=("voorjaar", "zomer", "najaar", "winter"),
    decades={
        f"19{number}X": f"jaren {name}"
        for number, name in enumerate(
            _words("tien twintig dertig veertig vijftig zestig zeventig tachtig negentig"), start=1
        )
    },
    other_decade="jaren {0}0",
    century="{0}e eeuw",
    parts={Part.EARLY: "begin {0}", Part.MIDDLE: "midden {0}", Part.LATE: "eind {0}"},
    circa="circa",
    probably="waarschijnlijk",
    between="tussen {0} en {1}",
    before="vóór {0}",
    since="vanaf {0}",
    conjunction="en",
    alternative="of",
)
_EN = _Words(
    months=_words("January February March April May June July August September October November December"),
    seasons=("spring", "summer", "autumn", "winter"),
    decades={},
    other_decade="{0}0s",
    century="{0}{1} century",
    parts={Part.EARLY: "early {0}", Part.MIDDLE: "mid-{0}", Part.LATE: "late {0}"},
    circa="circa",
    probably="probably",
    between="between {0} and {1}",
    before="before {0}",
    since="from {0}",
    conjunction="and",
    alternative="or",
)
_LANGUAGES = {"nl": _NL, "en": _EN}


def show(date: str | DateReading, lang: str) -> str:
    """Say an EDTF text or a reading in Dutch ("nl") or English words; what is not understood, as written."""
    text = date if isinstance(date, str) else date.edtf or ""
    expression = edtf.parse(text)
    if expression is None:
        return date if isinstance(date, str) else date.text
    return _say(expression, _LANGUAGES.get(lang, _EN))


def _say(expression: Expression, words: _Words) -> str:
    if isinstance(expression, Point):
        return _say_row([expression], [], words)
    if isinstance(expression, Span):
        return _say_span(expression, words)
    if len(expression.members) == 1 and isinstance(member := expression.members[0], Span):
        return _say_between(member, words) if expression.is_one_of else _say_span(member, words)
    return _say_choice(expression, words)


def _say_span(span: Span, words: _Words) -> str:
    if span.start and span.end:
        return _say_row([span.start, span.end], ["–"], words)
    limit, template = (span.start, words.since) if span.start else (span.end, words.before)
    if limit is None:
        return ""
    if template == words.before:
        limit = limits.after(limit)
    said = template.format(_say_row([replace(limit, is_uncertain=False)], [], words))
    return f"{words.probably} {said}" if limit.is_uncertain else said


def _say_between(span: Span, words: _Words) -> str:
    if third := thirds.recognise(span):
        whole, part = third
        return words.parts[part].format(_say(whole, words))
    if not span.start or not span.end:
        return _say_span(span, words)
    start, end = _shortened([span.start, span.end], words)
    return words.between.format(_marked(span.start, start, words), _marked(span.end, end, words))


def _say_choice(choice: Choice, words: _Words) -> str:
    last = f" {words.alternative if choice.is_one_of else words.conjunction} "
    joints = [", "] * (len(choice.members) - 2) + [last]
    if any(isinstance(member, Span) and _stands_alone(member) for member in choice.members):
        said = [
            _say_between(member, words) if isinstance(member, Span) else _say(member, words)
            for member in choice.members
        ]
        return "".join(text + joint for text, joint in zip(said, [*joints, ""], strict=True))
    row, signs = list[Point](), list[str]()
    for member, joint in zip(choice.members, [*joints, ""], strict=True):
        ends = edtf.points(member)
        row += ends
        signs += ["–"] * (len(ends) - 1) + [joint]
    return _say_row(row, signs[:-1], words)


def _stands_alone(span: Span) -> bool:
    return thirds.recognise(span) is not None or not span.start or not span.end


def _say_row(row: list[Point], signs: list[str], words: _Words) -> str:
    """Say dates one after another with the signs between them; a doubt that all share is said once."""
    if len({(point.is_approximate, point.is_uncertain) for point in row}) > 1:
        return _with_signs([_marked(point, _say_point(point, words), words) for point in row], signs)
    return _marked(row[0], _with_signs(_shortened(row, words), signs), words)


def _with_signs(texts: list[str], signs: list[str]) -> str:
    said = texts[0]
    for before, sign, text in zip(texts, signs, texts[1:], strict=False):
        said += (f" {sign} " if sign == "–" and _needs_room(before, text) else sign) + text
    return said


def _needs_room(before: str, after: str) -> bool:
    # 25–26 mei 1979, maart–april 1950, but 25 juni – 18 augustus 1959 and 1958 – maart 1960.
    return " " in before or (len(before) > 2 and before[-1].isdigit() and " " in after)


def _shortened(row: list[Point], words: _Words) -> list[str]:
    """Say dates without the month and year that the next one repeats."""
    return [
        _say_point(point, words, following) for point, following in zip(row, [*row[1:], None], strict=True)
    ]


def _say_point(point: Point, words: _Words, following: Point | None = None) -> str:
    if point.month is None:
        return _say_year(point.year, words)
    if point.month == WINTER:
        return f"{words.seasons[-1]} {point.year}–{int(point.year) + 1:04}"
    same_year = following is not None and following.year == point.year and following.month is not None
    same_month = (
        same_year and following is not None and following.month == point.month and following.day is not None
    )
    names = words.seasons[point.month - SPRING] if point.month >= SPRING else words.months[point.month - 1]
    said = [str(point.day)] if point.day else []
    if not (same_month and said):
        said.append(names)
    if not same_year:
        said.append(point.year)
    return " ".join(said)


def _say_year(year: str, words: _Words) -> str:
    if year.endswith("XX"):
        number = int(year[:2]) + 1
        return words.century.format(number, _ordinal_ending(number))
    if year.endswith("X"):
        return words.decades.get(year) or words.other_decade.format(year[:3])
    return year


def _ordinal_ending(number: int) -> str:
    return "th" if 10 < number % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _marked(point: Point, text: str, words: _Words) -> str:
    doubts = [words.probably] * point.is_uncertain + [words.circa] * point.is_approximate
    return " ".join([*doubts, text])
