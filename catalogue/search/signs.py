"""A question as typed, cut into words, phrases and the signs between them. Pure.

Takes time in proportion to the question's length, whatever it holds; what each sign is worth is for `parsing`.
"""

import re
from dataclasses import dataclass
from enum import Enum

MAX_LETTERS = 2_000
YEAR = "year"

# What may stand before a colon, in any case, and the name of what it asks; most are values of question.Scope.
FIELDS = {
    "person": "person",
    "persoon": "person",
    "leader": "leader",
    "leider": "leader",
    "instrument": "instrument",
    "place": "place",
    "plaats": "place",
    "label": "label",
    "broadcaster": "label",
    "omroep": "label",
    "title": "title",
    "titel": "title",
    "id": "id",
    "nr": "id",
    "shelfmark": "id",
    "signatuur": "id",
    "year": YEAR,
    "jaar": YEAR,
}

_QUOTES = str.maketrans("“”„‟«»″＂", '""""""""')
# A quotation mark right after a letter or digit opens nothing: a 12" record. The words of a field stand
# after its colon, one or several in quotes or brackets. `[^()"]` ends a search at the next sign of its kind,
# so that a thousand open brackets are not each looked through to the end.
_PIECE = re.compile(
    rf"""
    (?P<minus>-(?=[^\s-]))?
    (?:(?P<field>{"|".join(sorted(FIELDS, reverse=True))}):\s*(?=[^\s)|]))?
    (?:(?<!\w)"(?P<phrase>[^"]*)"
     |(?(field)\((?P<words>[^()]*)\)|(?P<open>\())
     |(?P<close>\))
     |(?P<bar>\|)
     |(?P<word>[^\s"()|]+)
    )
    |(?P<stray>(?<!\w)")
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PREFIX = re.compile(r"[^\W\d_]+:(?=\S)")


class Kind(Enum):
    """What a piece of a question is."""

    WORD = "word"
    PHRASE = "phrase"
    WORDS = "words"  # in brackets after a field
    OPEN = "("
    CLOSE = ")"
    OR = "OR"
    AND = "AND"
    NOT = "NOT"
    STRAY = "stray"  # a sign without its partner


_KINDS = {
    "word": Kind.WORD,
    "phrase": Kind.PHRASE,
    "words": Kind.WORDS,
    "open": Kind.OPEN,
    "close": Kind.CLOSE,
    "bar": Kind.OR,
    "stray": Kind.STRAY,
}


@dataclass(frozen=True)
class Piece:
    """A piece of a question: what it says, and where in the text that is."""

    kind: Kind
    text: str
    start: int
    is_unwanted: bool = False
    field: str = ""  # a value of FIELDS
    prefix: str = ""  # the field as typed, with its colon, even where there is none of that name

    @property
    def end(self) -> int:
        """Where the text of the piece ends."""
        return self.start + len(self.text)

    @property
    def is_bare(self) -> bool:
        """Whether this is a word without any sign."""
        return self.kind is Kind.WORD and not (self.field or self.is_unwanted or self.text.endswith("*"))


def read(q: str) -> list[Piece]:
    """Cut a question into its pieces, in order."""
    typed = q[:MAX_LETTERS].translate(_QUOTES)
    # Somebody who shouts means the words: NOT NOW, with nothing to tell it from a sign.
    shouts = typed == typed.upper()
    return [_piece(match, shouts) for match in _PIECE.finditer(typed)]


def _piece(match: re.Match[str], shouts: bool) -> Piece:
    group = match.lastgroup or "stray"
    text, start = match[group], match.start(group)
    if group == "word" and not match["minus"] and not match["field"] and _is_operator(text, shouts):
        return Piece(Kind(text), text, start)
    field = match["field"] or ""
    prefix = f"{field}:" if field else _prefix(match) if group == "word" else ""
    return Piece(_KINDS[group], text, start, bool(match["minus"]), FIELDS.get(field.lower(), ""), prefix)


def _is_operator(text: str, shouts: bool) -> bool:
    return text in ("OR", "AND") or (text == "NOT" and not shouts)


def _prefix(match: re.Match[str]) -> str:
    found = _PREFIX.match(match.string, match.start("word"))
    return found[0] if found and found.end() <= match.end() else ""
