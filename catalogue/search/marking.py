"""Why an entry answers where its card does not show it: a name variant, another title, a number, a passage.

Pure: texts in, pieces of text out, those looked for marked.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from catalogue import folding
from catalogue.search import analysis
from catalogue.search.index import Found
from catalogue.search.wanting import IsWanted

PASSAGE = 160  # characters
BEFORE = 50  # of them before the first word found

Pieces = tuple[tuple[str, bool], ...]

_RUN = re.compile(r"[\w'’./&-]+")


def find(texts: dict[str, Any], words: Iterable[str], is_wanted: IsWanted) -> Found | None:
    """Return why an entry with these texts answers; None if what the card shows says it already."""
    seen = {word for text in texts["seen"] for word in _words(text)}
    if all(word in seen for word in words):
        return None

    def is_missing(word: str) -> bool:
        return word not in seen and is_wanted(word)

    return next(_explanations(texts, is_missing), None)


def _explanations(texts: dict[str, Any], is_missing: IsWanted) -> Iterator[Found]:
    for kind in ("name", "title", "number"):
        for text in texts[kind]:
            pieces = mark(text, is_missing)
            if _has_mark(pieces) or (kind == "number" and is_missing(analysis.mark(text))):
                yield Found(kind, pieces if _has_mark(pieces) else ((text, True),))
    for text in texts["text"]:
        # Most texts have none of the words, which is quicker to see than to cut them up.
        if any(is_missing(word) for run in text.split() for word in _words(run)):
            yield Found("text", _passage(mark(text, is_missing)))


def mark(text: str, is_wanted: IsWanted) -> Pieces:
    """Cut a text into pieces, the words looked for apart and marked."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for run in _RUN.finditer(text):
        if any(is_wanted(word) for word in _words(run[0])):
            pieces += [(text[end : run.start()], False), (run[0], True)]
            end = run.end()
    pieces.append((text[end:], False))
    return tuple(piece for piece in pieces if piece[0])


@lru_cache(maxsize=50_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(folding.words(text))


def _has_mark(pieces: Sequence[tuple[str, bool]]) -> bool:
    return any(is_marked for _, is_marked in pieces)


def _passage(pieces: Pieces) -> Pieces:
    """Cut the part round the first mark out of a long text, at spaces."""
    before = pieces[0][0] if not pieces[0][1] else ""
    rest = list(pieces[1:] if before else pieces)
    if len(before) > BEFORE:
        before = f"… {before[-BEFORE:].split(' ', 1)[-1]}"
    passage: list[tuple[str, bool]] = [(before, False)] if before else []
    room = PASSAGE - len(before)
    for text, is_marked in rest:
        if room < len(text):
            return (*passage, (f"{text[:room].rsplit(' ', 1)[0]} …", is_marked))
        passage.append((text, is_marked))
        room -= len(text)
    return tuple(passage)
