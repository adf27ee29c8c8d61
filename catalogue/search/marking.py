"""Why an entry answers where its card does not show it: a name variant, another title, a number, a passage.

Pure: texts in, pieces of text out, those looked for marked.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Any

from catalogue import folding
from catalogue.search import analysis
from catalogue.search.document import Document
from catalogue.search.index import Found
from catalogue.search.wanting import Wanted

PASSAGE = 160  # characters
BEFORE = 50  # of them before the first word found

KINDS = ("name", "title", "number")  # of texts that are looked at before passages

Pieces = tuple[tuple[str, bool], ...]

_RUN = re.compile(r"[\w'’./&-]+")


class Shown(dict[str, Any]):
    """The texts of an entry by kind, as `texts` gave them; what is worked out from them is kept too."""

    @cached_property
    def seen(self) -> frozenset[str]:
        """The words that a card shows."""
        return frozenset(self["words"].split())

    @cached_property
    def folded(self) -> list[tuple[str, str]]:
        """Each passage with itself folded, letter for letter."""
        return [(text, _folded(text)) for text in self["text"]]


def texts(document: Document) -> dict[str, Any]:
    """Return what an answer is explained with: what a card shows, and by kind what it does not.

    `words` are those that a card shows, `others` those of the names, titles and numbers that it does not.
    """
    seen = [*document.titles[:1], *dict.fromkeys(one.shown for one in document.bearers)]
    unseen = {
        "name": list(dict.fromkeys(name.text for name in document.names if name.text != name.shown)),
        "title": list(document.titles[1:]),
        "number": list(document.marks),
    }
    words = dict.fromkeys(word for text in seen for word in folding.words(text))
    others = dict.fromkeys(word for kind in KINDS for text in unseen[kind] for word in folding.words(text))
    others |= dict.fromkeys(map(analysis.mark, unseen["number"]))
    return {
        "seen": seen,
        **unseen,
        "text": list(document.prose),
        "words": " ".join(words),
        "others": " ".join(word for word in others if word not in words),
    }


def find(texts: Shown, words: Iterable[str], wanted: Wanted) -> Found | None:
    """Return why an entry with these texts answers; None if what the card shows says it already."""
    seen = texts.seen
    if all(word in seen for word in words):
        return None
    return next(_explanations(texts, wanted, seen), None)


def _explanations(texts: Shown, wanted: Wanted, seen: Collection[str]) -> Iterator[Found]:
    if wanted.candidates(texts["others"]):
        yield from _named(texts, wanted, seen)
    for text, folded in texts.folded:
        # Told by how they begin: quicker than looking at every word.
        runs = _unseen(wanted.candidates(folded), wanted, seen)
        if runs:
            start, end = _passage(text, runs[0].start())
            yield Found("text", _cut(text, (run for run in runs if run.end() <= end), start, end))


def _named(texts: Shown, wanted: Wanted, seen: Collection[str]) -> Iterator[Found]:
    for kind in KINDS:
        for text in texts[kind]:
            if any(word not in seen for run in text.split() for word in wanted.among(run)):
                yield Found(kind, mark(text, wanted, seen))
            elif kind == "number" and wanted(whole := analysis.mark(text)) and whole not in seen:
                yield Found(kind, ((text, True),))


def _unseen(runs: Iterable[re.Match[str]], wanted: Wanted, seen: Collection[str]) -> list[re.Match[str]]:
    """Return the runs of letters with a word looked for that is not seen yet."""
    return [run for run in runs if any(word not in seen for word in wanted.among(run[0]))]


def _folded(text: str) -> str:
    """Fold a text where that leaves each letter in its place; some fold to two, and spaces to one."""
    for changed in (folding.fold(text), text.lower()):
        if len(changed) == len(text):
            return changed
    return text


def mark(text: str, wanted: Wanted, seen: Collection[str] = ()) -> Pieces:
    """Cut a text into pieces, the words looked for apart and marked, those seen already left out."""
    return _cut(text, _unseen(_RUN.finditer(text), wanted, seen), 0, len(text))


def _cut(text: str, runs: Iterable[re.Match[str]], start: int, end: int) -> Pieces:
    """Cut a part of a text into pieces, some runs of it marked; dots stand for what is left out."""
    pieces: list[tuple[str, bool]] = []
    at, before = start, "… " if start else ""
    for run in runs:
        pieces += [(before + text[at : run.start()], False), (text[run.start() : run.end()], True)]
        at, before = run.end(), ""
    pieces.append((before + text[at:end] + (" …" if end < len(text) else ""), False))
    return tuple(piece for piece in pieces if piece[0])


def _passage(text: str, at: int) -> tuple[int, int]:
    """Return where the part round a place of a long text begins and ends, at spaces."""
    start = 0 if at <= BEFORE else text.find(" ", at - BEFORE, at) + 1 or at
    if len(text) - start <= PASSAGE:
        return start, len(text)
    end = max(text.rfind(" ", start, start + PASSAGE), text.find(" ", at))
    return start, end if end > at else len(text)
