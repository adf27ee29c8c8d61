"""A collection seen as a reader would look things up in it: who bears a title, a name, a number. The measure of what
is right; it shares with the engines only the folding of letters."""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from catalogue.search.document import Bearer, Document, Part
from tests.relevance import spelling
from tests.relevance.corpora import Corpus

DRAWN_FROM = 800  # documents; to draw from more takes longer and says no more

Pids = frozenset[str]
Key = TypeVar("Key")


@dataclass(frozen=True, repr=False)
class Shelves:
    """The public documents of a collection, looked up one way or another."""

    documents: tuple[Document, ...]
    people: frozenset[str]
    is_dutch: bool  # the language of the titles; else English

    @cached_property
    def drawn(self) -> tuple[Document, ...]:
        """The documents from which questions are drawn: by a fixed seed some of them, if there are many."""
        number = min(DRAWN_FROM, len(self.documents))
        return tuple(random.Random(DRAWN_FROM).sample(self.documents, number))

    def entitled(self, title: str) -> Pids:
        """Who bears this title, as the first or another."""
        return self._titles.get(spelling.folded(title), frozenset())

    def partly_entitled(self, part: str) -> Pids:
        """Who bears these words side by side in a title."""
        return self._parts_of_titles.get(" ".join(spelling.plain_words(part)), frozenset())

    def named(self, name: str) -> Pids:
        """Who bears a name, whole or as a part of another name or of a title."""
        asked = " ".join(spelling.plain_words(name))
        return self._parts_of_names.get(asked, frozenset()) | self._parts_of_titles.get(asked, frozenset())

    def playing(self, name: str, instrument: str) -> Pids:
        """Where somebody of this name is said to play an instrument, named by any of its labels."""
        return self._players.get(
            (" ".join(spelling.plain_words(name)), spelling.folded(instrument)), frozenset()
        )

    def about(self, term: str) -> Pids:
        """What has a term, an instrument or a type of this name."""
        return self._subjects.get(spelling.folded(term), frozenset())

    def numbered(self, mark: str) -> Pids:
        """Who bears this shelfmark or identifier, whatever the case, spaces and signs."""
        return self._numbers[spelling.number(mark)]

    def with_words(self, *asked: Iterable[str]) -> Pids:
        """What has at least one word of each group, in any text."""
        return frozenset(
            pid for pid, words in self.words.items() if all(words.intersection(group) for group in asked)
        )

    def persons(self, one: Document) -> list[Bearer]:
        """The people named in a document."""
        return [
            bearer for bearer in one.bearers if bearer.part is not Part.LABEL and bearer.shown in self.people
        ]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word in any text."""
        return frozenset(word for words in self.words.values() for word in words)

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """The words in the texts of each document."""
        return {
            one.pid: frozenset(w for text in spelling.texts(one) for w in spelling.words(text))
            for one in self.documents
        }

    @cached_property
    def _titles(self) -> dict[str, Pids]:
        return _gathered((spelling.folded(text), one.pid) for one in self.documents for text in one.titles)

    @cached_property
    def _parts_of_titles(self) -> dict[str, Pids]:
        return _gathered(
            (run, one.pid) for one in self.documents for text in one.titles for run in spelling.runs(text)
        )

    @cached_property
    def _parts_of_names(self) -> dict[str, Pids]:
        return _gathered(
            (run, one.pid)
            for one in self.documents
            for bearer in one.bearers
            for name in bearer.names
            for run in spelling.runs(name)
        )

    @cached_property
    def _players(self) -> dict[tuple[str, str], Pids]:
        return _gathered(
            ((run, spelling.folded(instrument)), one.pid)
            for one in self.documents
            for bearer in one.bearers
            for instrument in bearer.instruments
            for name in bearer.names
            for run in spelling.runs(name)
        )

    @cached_property
    def _subjects(self) -> dict[str, Pids]:
        return _gathered((spelling.folded(text), one.pid) for one in self.documents for text in one.subjects)

    @cached_property
    def _numbers(self) -> dict[str, Pids]:
        return _gathered((spelling.number(text), one.pid) for one in self.documents for text in one.marks)


def of(corpus: Corpus) -> Shelves:
    """Look at what is public in a collection."""
    return Shelves(corpus.documents, corpus.people, is_dutch=corpus.name == "demo")


def _gathered(pairs: Iterable[tuple[Key, str]]) -> dict[Key, Pids]:
    gathered: defaultdict[Key, set[str]] = defaultdict(set)
    for key, pid in pairs:
        gathered[key].add(pid)
    return {key: frozenset(pids) for key, pids in gathered.items()}
