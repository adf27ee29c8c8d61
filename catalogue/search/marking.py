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
            if any(word not in seen for run in text.split() for word in wanted.among(run)):
                yield Found(kind, mark(text, wanted, seen))
            elif kind == "number" and wanted(whole := analysis.mark(text)) and whole not in seen:
                yield Found(kind, ((text, True),))
    for text in texts["text"]:
        at = _first(text, wanted, seen)
        if at >= 0:
            yield Found("text", _cut(passage := _passage(text, at), _wanted_runs(passage, wanted, seen)))


def _first(text: str, wanted: Wanted, seen: set[str]) -> int:
    """Return the place of the first word looked for and not seen yet; -1 if there is none."""
    return next((run.start() for run in _wanted_runs(text, wanted, seen)), -1)


def _wanted_runs(text: str, wanted: Wanted, seen: set[str]) -> Iterator[re.Match[str]]:
    """Yield the words looked for and not seen yet, told by how they begin: quicker than looking at every word."""
    low = folding.fold(text)
    if len(low) != len(text):  # some letters fold to two, and spaces to one
        low = text.lower() if len(text.lower()) == len(text) else text
    return (run for run in wanted.candidates(low) if any(word not in seen for word in wanted.among(run[0])))


def mark(text: str, wanted: Wanted, seen: Collection[str] = ()) -> Pieces:
    """Cut a text into pieces, the words looked for apart and marked, those seen already left out."""
    runs = _RUN.finditer(text)
    return _cut(text, (run for run in runs if any(word not in seen for word in wanted.among(run[0]))))


def _cut(text: str, runs: Iterable[re.Match[str]]) -> Pieces:
    pieces: list[tuple[str, bool]] = []
    end = 0
    for run in runs:
        pieces += [(text[end : run.start()], False), (text[run.start() : run.end()], True)]
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
