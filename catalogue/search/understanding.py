"""Plain questions read as what they probably mean: somebody on an instrument, two people together, years. Pure.

Such a reading comes before the plain one where it is answered; nobody is held to it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile, islice, product, takewhile
from typing import TypeGuard

from catalogue import folding
from catalogue.search import items, stop_words
from catalogue.search.question import Group, Node, Played, Scope, Words, Years
from catalogue.search.signs import Kind, Piece

MAX_PIECES = 24  # of a question; a story is not taken apart
MAX_PLAYED = 6  # ways to understand who plays what
MAX_NAME = 4  # words
MAX_INSTRUMENT = 3
MAX_YEARS = 4  # pieces, as in "tussen 1955 en 1960"
FIRST_YEAR, LAST_YEAR = 1890, 2049  # other numbers are numbers

_PLAYING = frozenset(["on", "op", "plays", "speelt"])
_TOGETHER = frozenset(["with", "met"])
_RANGE = re.compile(r"(?:(?:between|tussen) (\d{4}) (?:and|en)|(\d{4}) (?:to|tot|t/m)) (\d{4})", re.ASCII)
_DUTCH = "twintig dertig veertig vijftig zestig zeventig tachtig negentig"
_ENGLISH = "twenties thirties forties fifties sixties seventies eighties nineties"
_DECADES = {
    form: Years(1900 + n, 1909 + n)
    for n, dutch, english in zip(range(20, 100, 10), _DUTCH.split(), _ENGLISH.split(), strict=True)
    for form in (english, f"jaren {dutch}", f"jaren {n}", f"jaren '{n}", f"{n}s", f"'{n}s", f"19{n}'s")
}
_FIRST_WORDS = frozenset(["between", "tussen", *(form.split()[0] for form in _DECADES)])
_DIGITS = frozenset("0123456789'")

Row = list[Piece | Node]


def narrower(pieces: Sequence[Piece]) -> Iterator[tuple[str, Row]]:
    """Give narrower questions, most specific first, each with how it was understood.

    A question is the pieces typed, with something more particular in the place of some.
    """
    if len(pieces) > MAX_PIECES or not all(
        piece.kind in (Kind.WORD, Kind.PHRASE, Kind.WORDS, Kind.STRAY) for piece in pieces
    ):
        return
    row, when = _with_years(list(pieces))
    for what, understood in (*islice(_played(row), MAX_PLAYED), *_together(row)):
        yield " · ".join(filter(None, (what, when))), understood
    if when:
        yield when, row


def _with_years(pieces: list[Piece]) -> tuple[Row, str]:
    """Put years in the place of the words that name them; the words count as well, as a title may have them."""
    found = list(_years(pieces))
    if len(found) != 1:
        return list(pieces), ""
    start, end, years = found[0]
    words = tuple(node for piece in pieces[start:end] if (node := items.node(piece)))
    either = Group((years, *words) if len(words) == 1 else (years, Group(words)), is_any=True)
    return [*pieces[:start], either, *pieces[end:]], _written(years)


def _years(pieces: list[Piece]) -> Iterator[tuple[int, int, Years]]:
    texts = [folding.fold(piece.text).strip(",.;:!?") if piece.is_bare else "" for piece in pieces]
    start = 0
    while start < len(texts):
        # Most words are the beginning of no year: that is seen at a glance.
        most = MAX_YEARS if texts[start] in _FIRST_WORDS or texts[start][:1] in _DIGITS else 0
        for end in range(min(start + most, len(texts)), start, -1):
            if years := _read_years(" ".join(texts[start:end])):
                yield start, end, years
                start = end - 1
                break
        start += 1


def _read_years(text: str) -> Years | None:
    years = _DECADES.get(text) or items.years(_RANGE.sub(_with_hyphen, text))
    if years is None or years.first is None or years.last is None:
        return None
    return years if years.first >= FIRST_YEAR and years.last <= LAST_YEAR else None


def _with_hyphen(match: re.Match[str]) -> str:
    return f"{match[1] or match[2]}-{match[3]}"


def _written(years: Years) -> str:
    return str(years.first) if years.first == years.last else f"{years.first}–{years.last}"


def _played(row: Row) -> Iterator[tuple[str, Row]]:
    """Read "ben webster on tenor", with more or fewer of the words round it."""
    places = [place for place, piece in enumerate(row) if _is_one_of(piece, _PLAYING)]
    for place in reversed(places):
        start, instruments = _instruments(row, place + 1)
        for name, instrument in product(_names(row[:place]), instruments):
            played = Played(_words(name, Scope.PERSON), _words(instrument, Scope.INSTRUMENT))
            rest = [*row[: place - len(name)], played, *row[start + len(instrument) :]]
            yield f"{_text(name)} · {_text(instrument)}", rest


def _names(before: Row) -> list[list[Piece]]:
    """Give the words at the end of a row that may name somebody: as many as possible, two, or one."""
    if before and _is_phrase(before[-1]):
        return [[before[-1]]]
    run = _words_first(before[: -MAX_NAME - 1 : -1])[::-1]
    found = [list(dropwhile(_is_little, run[-size:])) for size in (MAX_NAME, 2, 1)]
    return [name for place, name in enumerate(found) if name and name not in found[:place]]


def _instruments(row: Row, start: int) -> tuple[int, list[list[Piece]]]:
    """Give where an instrument may be named, and its words: as many as possible, or one."""
    start += sum(1 for _ in takewhile(_is_little, row[start:]))
    run = _words_first(row[start : start + MAX_INSTRUMENT])
    run = list(takewhile(lambda piece: not _is_little(piece), run))
    return start, [run, run[:1]] if len(run) > 1 else [run] if run else []


def _together(row: Row) -> Iterator[tuple[str, Row]]:
    """Read "chet baker met ben webster" where there is nothing else, or only years."""
    pieces = [piece for piece in row if isinstance(piece, Piece)]
    places = [place for place, piece in enumerate(pieces) if _is_one_of(piece, _TOGETHER)]
    if len(places) != 1 or not all(map(_is_word, pieces)):
        return
    one, other = pieces[: places[0]], pieces[places[0] + 1 :]
    if 1 <= len(one) <= MAX_NAME and 1 <= len(other) <= MAX_NAME:
        years = [node for node in row if not isinstance(node, Piece)]
        yield (
            f"{_text(one)} + {_text(other)}",
            [_words(one, Scope.PERSON), _words(other, Scope.PERSON), *years],
        )


def _words_first(row: Row) -> list[Piece]:
    words: list[Piece] = []
    for piece in row:
        if not _is_word(piece):
            break
        words.append(piece)
    return words


def _is_phrase(piece: Piece | Node) -> TypeGuard[Piece]:
    is_plain = isinstance(piece, Piece) and not piece.field and not piece.is_unwanted
    return (
        is_plain
        and isinstance(piece, Piece)
        and piece.kind is Kind.PHRASE
        and bool(folding.readings(piece.text))
    )


def _is_word(piece: Piece | Node) -> TypeGuard[Piece]:
    return isinstance(piece, Piece) and piece.is_bare and bool(folding.readings(piece.text))


def _is_little(piece: Piece | Node) -> bool:
    return _is_word(piece) and all(map(stop_words.is_stop_word, folding.readings(piece.text)))


def _is_one_of(piece: Piece | Node, words: frozenset[str]) -> bool:
    return isinstance(piece, Piece) and piece.is_bare and folding.fold(piece.text) in words


def _words(pieces: Sequence[Piece], scope: Scope) -> Words:
    return Words(tuple(folding.readings(_text(pieces))), scope)


def _text(pieces: Sequence[Piece]) -> str:
    return " ".join(piece.text.strip(",.;:!?") for piece in pieces)
