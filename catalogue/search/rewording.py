"""A question as typed, written again with better words or one word less; its signs stay where they are. Pure."""

import re
from collections.abc import Mapping, Sequence

from catalogue import folding
from catalogue.search import signs
from catalogue.search.signs import Kind, Piece

_RUN = re.compile(r"[^\W_]+(?:['’/.&-][^\W_]+)*")
_EMPTY_BRACKETS = re.compile(r"-?\(\s*\)")


def with_words(q: str, better: Mapping[str, str]) -> str:
    """Write a question again with other words in the place of some folded ones."""
    return _rewritten(q, [_replaced(piece, better) for piece in signs.read(q)])


def without_word(q: str, word: str) -> str:
    """Write a question again less a folded word, and less the operator that joined it; perhaps nothing is left.

    Only plain words are taken out: one in quotes, in a field or refused stays, and so does the question.
    """
    pieces = signs.read(q)
    texts = [_less(piece, word) for piece in pieces]
    for place, piece in enumerate(pieces):
        before = pieces[place - 1].kind if place else None
        if before is Kind.NOT:
            texts[place] = piece.text
        elif piece.text and not texts[place]:
            _drop_operator(pieces, texts, place)
    if all(text == piece.text for text, piece in zip(texts, pieces, strict=True)):
        return q
    return _tidy(_rewritten(q, texts))


def _rewritten(q: str, texts: Sequence[str]) -> str:
    written, end = "", 0
    for piece, text in zip(signs.read(q), texts, strict=True):
        written += q[end : piece.start] + text
        end = piece.end
    return written + q[end:]


def _replaced(piece: Piece, better: Mapping[str, str]) -> str:
    if piece.kind not in (Kind.WORD, Kind.WORDS, Kind.PHRASE):
        return piece.text
    return _RUN.sub(lambda run: better.get(_word(run[0]), run[0]), piece.text)


def _less(piece: Piece, word: str) -> str:
    if piece.kind is not Kind.WORD or piece.field or piece.is_unwanted:
        return piece.text
    text = _RUN.sub(lambda run: "" if _word(run[0]) == word else run[0], piece.text)
    return text if _RUN.search(text) or text == piece.text else ""


def _drop_operator(pieces: Sequence[Piece], texts: list[str], place: int) -> None:
    for beside in (place - 1, place + 1):
        if 0 <= beside < len(pieces) and pieces[beside].kind in (Kind.OR, Kind.AND):
            texts[beside] = ""
            return


def _tidy(q: str) -> str:
    while (shorter := _EMPTY_BRACKETS.sub(" ", q)) != q:
        q = shorter
    return " ".join(q.split())


def _word(run: str) -> str:
    readings = folding.readings(run)
    return readings[0][0][0] if len(readings) == 1 and len(readings[0][0]) == 1 else ""
