"""Cuts a date as written into its parts: days, months, years, and the words and signs between them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from catalogue.dates import vocabulary
from catalogue.dates.notes import DateError, Note
from catalogue.dates.vocabulary import Frame, Joint, Mark, Part


@dataclass(frozen=True)
class Fragment:
    """What one token says about a day: any of year (EDTF digits), month or season, and day."""

    year: str | None = None
    month: int | None = None
    day: int | None = None
    is_named: bool = False  # a month by its name: days may follow it, as in English
    note: Note | None = None


@dataclass(frozen=True)
class Now:
    """The open end of what still goes on."""


Token = Fragment | Now | Mark | Joint | Frame | Part

# The first that fits is taken, so the order matters: longer before shorter.
_KINDS = {
    "year_month_day": r"[0-9]{4}(?P<s1>[-/.])[0-9]{1,2}(?P=s1)[0-9]{1,2}"
    r"(?:t[0-9:.]+z?| [0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?)?(?![0-9])",
    "year_month": r"[0-9]{4}-(?:0[0-9]|1[0-2])(?![0-9])",
    "years": r"[0-9]{4} ?[-/] ?'?[0-9]{2}(?![0-9])(?! ?[a-z.])",
    "day_month_year": r"[0-9]{1,2} ?\. ?[0-9]{1,2}(?: ?\. ?| )[0-9]{4}(?![0-9])"
    r"|[0-9]{1,2} ?(?P<s2>[-/]) ?[0-9]{1,2} ?(?P=s2) ?[0-9]{4}(?![0-9])",
    "short_date": r"[0-9]{1,2}(?P<s3>[-/.])[0-9]{1,2}(?P=s3)'?[0-9]{2}(?![0-9.])",
    "month_year": r"[0-9]{1,2}[./-][0-9]{4}(?![0-9])",
    "day_month": r"[0-9]{1,2}\. ?[0-9]{1,2}(?![0-9])(?!\.? ?[0-9])\.?",
    "century": r"[0-9]{1,2}(?:e|ste|de|st|nd|rd|th) (?:eeuw|century)",
    "digits_missing": r"[0-9]{3}[-x?](?![0-9])|[0-9]{2}(?:--|xx|\?\?)(?![0-9])",
    "decade": r"[0-9]{3}0'?s|jaren [0-9]{3}0(?![0-9])",
    "year": r"[0-9]{4}(?![0-9])",
    "short_decade": r"'?[2-9]0'?s(?![a-z])",
    "short_year": r"'[0-9]{2}(?![0-9])",
    "day": r"[0-9]{1,2}(?![0-9])(?:(?:ste|de|e|st|nd|rd|th)(?![a-z]))?\.?",
    "word": r"\+/-|[a-z]+|[-+&/,?±~]",
    "space": r"[ .]+",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))
# A two-digit year below this may be of either century.
_LAST_CENTURY_ONLY = 30


def tokenise(text: str) -> list[Token]:
    """Cut a folded text into tokens. Raise DateError at the first thing that is not in the closed list."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found:
            raise DateError(Note.NOT_UNDERSTOOD)
        tokens += _read(found, text)
        position = found.end()
    return tokens


def _read(found: re.Match[str], text: str) -> list[Token]:
    kind, token = str(found.lastgroup), found[0]
    if kind in _READERS:
        return _READERS[kind](token)
    if kind == "word":
        return _word(token, in_decades="jaren" in text)
    if kind == "space":
        return []
    number = _numbers(token)[-1]
    if kind != "short_date" and number in range(20, 100, 10) and _is_decade(text, found.end()):
        return [Fragment(year=f"19{number // 10}X")]
    if kind == "day" and number <= 31:
        return [Fragment(day=number)]
    # Other two-digit years are refused, but with the year that was probably meant.
    full = re.sub(r"'?([0-9]{2})\D*$", r"19\1", token)
    is_obvious = number >= _LAST_CENTURY_ONLY
    raise DateError(
        Note.TWO_DIGIT_YEAR,
        instead=text[: found.start()] + full + text[found.end() :] if is_obvious else None,
    )


def _is_decade(text: str, end: int) -> bool:
    """Say whether 60 is a decade, as in "jaren 50 en 60"; before the name of a month it is a day."""
    following = re.match("[ .]*([a-z]+)", text[end:])
    return "jaren" in text and not (following and following[1] in vocabulary.MONTHS)


def _word(token: str, in_decades: bool) -> list[Token]:
    if token in vocabulary.FILLERS:
        return []
    if token in vocabulary.NOW:
        return [Now()]
    if token in vocabulary.MONTHS:
        return [Fragment(month=vocabulary.MONTHS[token], is_named=True)]
    if token in vocabulary.DECADES and (in_decades or token.endswith("ies")):
        return [Fragment(year=vocabulary.DECADES[token])]
    for words in (vocabulary.MARKS, vocabulary.JOINTS, vocabulary.FRAMES, vocabulary.PARTS):
        if token in words:
            return [words[token]]
    raise DateError(Note.NOT_UNDERSTOOD)


def _numbers(token: str) -> list[int]:
    return [int(digits) for digits in re.findall("[0-9]+", token)]


def _year_month_day(token: str) -> list[Token]:
    year, month, day = _numbers(token)[:3]
    if month > 12:
        raise DateError(Note.NO_SUCH_DAY, suggestion=f"{year:04}-{day:02}-{month:02}")
    return [_fragment(year, month, day)]


def _day_month_year(token: str) -> list[Token]:
    first, second, year = _numbers(token)
    if first > 12 and second > 12:
        raise DateError(Note.NO_SUCH_DAY, suggestion=f"{year:04}")
    if second > 12:
        return [_fragment(year, first, second, Note.MONTH_FIRST)]
    # With dots and hyphens the day is first all over Europe; with slashes it may be American.
    is_open = "/" in token and 0 < first <= 12 and first != second
    return [_fragment(year, second, first, Note.DAY_FIRST if is_open else None)]


def _years(token: str) -> list[Token]:
    first, last = token[:4], token[-2:]
    if last > first[2:]:
        return [Fragment(year=first), Joint.TO, Fragment(year=first[:2] + last)]
    if "/" in token and "00" < last <= "12":
        return [_fragment(int(first), int(last))]
    raise DateError(Note.NOT_UNDERSTOOD)


def _fragment(year: int, month: int, day: int = 0, note: Note | None = None) -> Fragment:
    # Databases write 1979-00-00 for a year of which they know no more.
    return Fragment(f"{year:04}", month or None, day or None, note=note)


def _month_year(token: str) -> list[Token]:
    month, year = _numbers(token)
    return [_fragment(year, month)]


def _day_month(token: str) -> list[Token]:
    day, month = _numbers(token)
    return [Fragment(month=month, day=day)]


def _century(token: str) -> list[Token]:
    number = _numbers(token)[0]
    if not number:
        raise DateError(Note.NOT_UNDERSTOOD)
    return [Fragment(year=f"{number - 1:02}XX")]


def _decade(token: str) -> list[Token]:
    digits = re.sub("[^0-9]", "", token)
    is_open = digits.endswith("00") and token.endswith("s")
    return [Fragment(year=digits[:3] + "X", note=Note.DECADE if is_open else None)]


_READERS: dict[str, Callable[[str], list[Token]]] = {
    "year_month_day": _year_month_day,
    "year_month": lambda token: [_fragment(int(token[:4]), int(token[5:]))],
    "years": _years,
    "day_month_year": _day_month_year,
    "month_year": _month_year,
    "day_month": _day_month,
    "century": _century,
    "digits_missing": lambda token: [Fragment(year=re.sub("[^0-9]", "", token).ljust(4, "X"))],
    "decade": _decade,
    "year": lambda token: [Fragment(year=token)],
    "short_decade": lambda token: [Fragment(year=f"19{_numbers(token)[0] // 10}X")],
}
