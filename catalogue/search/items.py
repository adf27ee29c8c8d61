"""What one piece of a question asks: words anywhere, words in a field, or years. Pure."""

import re

from catalogue import folding
from catalogue.folding import Reading
from catalogue.search import analysis, signs
from catalogue.search.question import Group, Node, Scope, Words, Years
from catalogue.search.signs import Kind, Piece

MAX_WORDS = 64  # of one piece
MIN_BEGINNING = 2  # letters before a star, so that a* does not mean everything

_YEAR = r"(?:1[5-9]|20)\d\d"
_YEARS = re.compile(rf"(?P<first>{_YEAR})?\s*(?:\.\.+|[-–—])\s*(?P<last>{_YEAR}|(?<=\d.)\d\d)?", re.ASCII)
_DECADE = re.compile(r"((?:1[5-9]|20)\d)0[’']?s", re.ASCII | re.IGNORECASE)
_OR = re.compile(r"(?:^|\s)OR(?=\s|$)|\|")


def node(piece: Piece) -> Node | None:
    """Give what a word, a phrase or the words of a field ask; None if there is nothing to read there."""
    if piece.kind is not Kind.WORDS:
        return _read(piece, piece.text)
    nodes = [found for text in _OR.split(piece.text) if (found := _read(piece, text)) is not None]
    return Group(tuple(nodes), is_any=True) if len(nodes) > 1 else next(iter(nodes), None)


def years(text: str) -> Years | None:
    """Read 1955, 1955..1965, 1955-1965, 1955-65, ..1960, 1950.. or 1950s; None if it is something else."""
    plain = text.strip(' "')
    if decade := _DECADE.fullmatch(plain):
        return Years(int(f"{decade[1]}0"), int(f"{decade[1]}9"))
    if re.fullmatch(_YEAR, plain, re.ASCII):
        return Years(int(plain), int(plain))
    found = _YEARS.fullmatch(plain)
    return _range(found["first"], found["last"]) if found else None


def last_word(readings: tuple[Reading, ...]) -> str:
    """Give the last word of some readings, in the way it was written."""
    return readings[-1][0][-1]


def _range(first: str | None, last: str | None) -> Years | None:
    if first is None or last is None:
        return Years(int(first) if first else None, int(last) if last else None) if first or last else None
    if len(last) == 2:
        return Years(int(first), int(first[:2] + last)) if first[2:] < last else None
    return Years(*sorted([int(first), int(last)]))


def _read(piece: Piece, text: str) -> Node | None:
    if piece.field == signs.YEAR:
        return years(text)
    scope = Scope(piece.field)
    if piece.kind is not Kind.WORDS:
        return _words(text, scope, piece.kind is Kind.PHRASE)
    runs = text.split()
    wanted = _words(" ".join(run for run in runs if not run.startswith("-")), scope)
    unwanted = [_words(run, scope) for run in runs if run.startswith("-")]
    refused = tuple(found for found in unwanted if found)
    return Group((wanted,) if wanted else (), refused) if refused else wanted


def _words(text: str, scope: Scope, is_phrase: bool = False) -> Words | None:
    if scope is Scope.ID:
        mark = analysis.mark(text)
        readings: tuple[Reading, ...] = (((mark,),),) if mark else ()
    else:
        readings = tuple(folding.readings(text)[:MAX_WORDS])
    if not readings:
        return None
    if is_phrase:
        # In one name the order of the words says nothing: "Webster, Ben".
        has_order = scope in (Scope.ANYWHERE, Scope.TITLE)
        return Words(readings, scope, is_phrase=has_order and sum(map(_width, readings)) > 1)
    begins = text.endswith("*") and len(last_word(readings)) >= MIN_BEGINNING
    return Words(readings, scope, is_beginning=begins)


def _width(reading: Reading) -> int:
    return max(map(len, reading))
