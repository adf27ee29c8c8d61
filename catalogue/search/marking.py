"""Why an entry answers where its card does not show it: a name variant, another title, a number, a passage.

Pure: texts in, pieces of text out, those looked for marked.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any

from catalogue import folding
from catalogue.search import analysis
from catalogue.search.index import Found
from catalogue.search.wanting import Wanted

PASSAGE = 160  # characters
BEFORE = 50  # of them before the first word found

Pieces = tuple[tuple[str, bool], ...]

_RUN = re.compile(r"[\w'’./&-]+")


def find(texts: dict[str, Any], words: Iterable[str], wanted: Wanted) -> Found | None:
    """Return why an entry with these texts answers; None if what the card shows says it already."""
    seen = {word for text in texts["seen"] for word in _words(text)}
    if all(word in seen for word in words):
        return None
    return next(_explanations(texts, wanted, seen), None)


def _explanations(texts: dict[str, Any], wanted: Wanted, seen: set[str]) -> Iterator[Found]:
    for kind in ("name", "title", "number"):
        for text in texts[kind]:
            if _has_more(text, wanted, seen):
                yield Found(kind, mark(text, wanted, seen))
            elif kind == "number" and wanted(whole := analysis.mark(text)) and whole not in seen:
                yield Found(kind, ((text, True),))
    for text in texts["text"]:
        at = _first(text, wanted, seen)
        if at >= 0:
            yield Found("text", mark(_passage(text, at), wanted, seen))


def _has_more(text: str, wanted: Wanted, seen: set[str]) -> bool:
    return _first(text, wanted, seen) >= 0


def _first(text: str, wanted: Wanted, seen: set[str]) -> int:
    """Return the place of the first word looked for and not seen yet; -1 if there is none."""
    low = folding.fold(text)
    if len(low) != len(text):  # some letters fold to two, and spaces to one
        low = text.lower() if len(text.lower()) == len(text) else text
    runs = (run for run in wanted.candidates(low) if any(word not in seen for word in wanted.among(run[0])))
    return next((run.start() for run in runs), -1)


def mark(text: str, wanted: Wanted, seen: Collection[str] = ()) -> Pieces:
    """Cut a text into pieces, the words looked for apart and marked, those seen already left out."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for run in _RUN.finditer(text):
        if any(word not in seen for word in wanted.among(run[0])):
            pieces += [(text[end : run.start()], False), (run[0], True)]
            end = run.end()
    pieces.append((text[end:], False))
    return tuple(piece for piece in pieces if piece[0])


@lru_cache(maxsize=50_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(folding.words(text))


def _passage(text: str, at: int) -> str:
    """Cut the part round a place out of a long text, at spaces."""
    start = at if at <= BEFORE else text.find(" ", at - BEFORE, at) + 1 or at
    start = 0 if at <= BEFORE else start
    end = len(text)
    if end - start > PASSAGE:
        end = max(text.rfind(" ", start, start + PASSAGE), text.find(" ", at) if at >= 0 else 0)
        end = end if end > at else len(text)
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"
