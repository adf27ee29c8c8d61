"""What changed between two texts, word by word, for people to read. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"

# Comparing takes the product of both lengths at worst; beyond this many words sentences are compared first.
MOST_WORDS = 1_200

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_SENTENCES = re.compile(r"[^\n.]*[\n.]|[^\n.]+")


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is in both, only in the first (gone), or only in the second (new)."""

    state: str
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """Return both texts as one row of pieces: without the new ones the first is left, without the gone the second."""
    start = _common(before, after)
    first, second = before[start:], after[start:]
    end = _common(first[::-1], second[::-1])
    middle_before, middle_after = first[: len(first) - end], second[: len(second) - end]
    pieces = [Piece(SAME, before[:start]), *_middle(middle_before, middle_after)]
    return list(_joined([*pieces, Piece(SAME, first[len(first) - end :])]))


def _common(first: str, second: str) -> int:
    """Count the characters with which both begin, not further than the start of a word."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    while length > 0 and not _is_edge(first, length, second):
        length -= 1
    return length


def _is_edge(first: str, at: int, second: str) -> bool:
    return not (first[at - 1].isalnum() and any(text[at : at + 1].isalnum() for text in (first, second)))


def _middle(before: str, after: str) -> Iterator[Piece]:
    words = _WORDS.findall(before), _WORDS.findall(after)
    if max(map(len, words)) <= MOST_WORDS:
        yield from _pieces(*words)
        return
    sentences = _SENTENCES.findall(before), _SENTENCES.findall(after)
    if max(map(len, sentences)) > MOST_WORDS:
        sentences = [before], [after]
    for what, i1, i2, j1, j2 in SequenceMatcher(None, *sentences, autojunk=False).get_opcodes():
        gone, new = sentences[0][i1:i2], sentences[1][j1:j2]
        if what == "equal" or (gone, new) == sentences:
            yield from _pieces(gone, new)
        else:
            yield from _middle("".join(gone), "".join(new))


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    for what, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece(SAME, "".join(before[i1:i2]))
        else:
            yield Piece(GONE, "".join(before[i1:i2]))
            yield Piece(NEW, "".join(after[j1:j2]))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Leave out what is empty; what is gone comes before what is new, also across the space between two words."""
    gone = new = ""
    waiting = [piece for piece in pieces if piece.text]
    for at, piece in enumerate(waiting):
        is_gap = piece.state == SAME and piece.text.isspace() and (gone or new) and at + 1 < len(waiting)
        if piece.state == GONE or is_gap:
            gone += piece.text
        if piece.state == NEW or is_gap:
            new += piece.text
        if piece.state == SAME and not is_gap:
            yield from _changed(gone, new)
            gone = new = ""
            yield piece
    yield from _changed(gone, new)


def _changed(gone: str, new: str) -> Iterator[Piece]:
    # A space kept at the end of both belongs to neither.
    tail = ""
    while gone and new and gone[-1] == new[-1] and gone[-1].isspace():
        tail, gone, new = gone[-1] + tail, gone[:-1], new[:-1]
    if gone:
        yield Piece(GONE, gone)
    if new:
        yield Piece(NEW, new)
    if tail:
        yield Piece(SAME, tail)
