"""Compounds for OpenSearch: which words of the prose are made of two others, and a question's compounds read as halves.

What a collection's words are made of is known when all are known: a rebuild first notes its documents in a file.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import TracebackType

from catalogue.search import opensearch_mapping, opensearch_words
from catalogue.search.compounds import MIN_PART, Compounds
from catalogue.search.document import Document
from catalogue.search.opensearch_mapping import STEMMED_FIELDS, cut
from catalogue.search.opensearch_words import Json, constant
from catalogue.search.question import Group, Node, Scope, Words

Counts = Callable[[Mapping[str, Json]], dict[str, int]]
Table = dict[str, tuple[str, ...]]

_WORD_FIELDS = (opensearch_mapping.ALL_NAMED, "prose")


class Notes:
    """Documents noted in a file that is gone afterwards, and the words that they hold."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="ascii")  # noqa: SIM115  # closed with the notes
        self._prose: Counter[str] = Counter()
        self._names: set[str] = set()

    def __enter__(self) -> "Notes":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, document: Document) -> None:
        """Note a document."""
        prose = set(opensearch_mapping.prose_words(document))
        self._prose.update(prose)
        self._names.update(set(opensearch_mapping.name_words(document)) - prose)
        json.dump([document.pid, opensearch_mapping.source(document), sorted(prose)], self._file)
        self._file.write("\n")

    def table(self) -> Table:
        """Return the words that are made of others, each with its halves."""
        names = ((word, 1, False) for word in self._names - self._prose.keys())
        known = Compounds([*((word, count, True) for word, count in self._prose.items()), *names])
        return {word: halves for word in self._prose if (halves := known.split(word))}

    def documents(self, table: Table) -> Iterator[tuple[str, Json]]:
        """Give the documents as the index takes them in, with the halves of their compounds."""
        self._file.seek(0)
        for line in self._file:
            pid, source, prose = json.loads(line)
            yield pid, source | halves(prose, table)


def halves(words: Iterable[str], table: Mapping[str, Iterable[str]]) -> Json:
    """Return the field with the stems of the halves of some words."""
    found = (half for word in words for half in table.get(word, ()))
    return {opensearch_mapping.HALVES: list(opensearch_mapping.stem_marks(found))}


def halved(group: Group, counts: Counts) -> Group:
    """Return a question with both halves as another way to write each compound that no document has."""
    asked = {word for node in group.wanted for word in _long_words(node)}
    known = counts({word: opensearch_words.anywhere(cut(word), False, False) for word in sorted(asked)})
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(word for word in asked if not known[word]):
        cuts = range(MIN_PART, len(word) - MIN_PART + 1)
        parts = sorted({part for at in cuts for part in (word[:at], word[at:])})
        having = counts({part: _has(part) for part in parts})
        in_prose = counts({part: _has_in_prose(part) for part in parts if having[part]})
        table = Compounds((part, having[part], in_prose[part] > 0) for part in in_prose)
        found[word] = table.split(word)[:2]
    return _rewritten(group, found) if any(found.values()) else group


def _long_words(node: Node) -> Iterator[str]:
    if isinstance(node, Group):
        for part in node.wanted:
            yield from _long_words(part)
    elif (
        isinstance(node, Words)
        and not node.is_phrase
        and not node.is_beginning
        and node.scope is Scope.ANYWHERE
    ):
        for reading in node.readings:
            word = reading[0][0]
            if len(reading) == 1 and len(reading[0]) == 1 and len(word) >= 2 * MIN_PART and word.isalpha():
                yield word


def _has(word: str) -> Json:
    fields: list[Json] = [{"term": {field: word}} for field in _WORD_FIELDS]
    return {"bool": {"should": fields, "minimum_should_match": 1}}


def _has_in_prose(word: str) -> Json:
    fields: list[Json] = [{"term": {field: word}} for field in STEMMED_FIELDS]
    return constant({"bool": {"should": fields, "minimum_should_match": 1}}, 1)


def _rewritten(group: Group, found: Mapping[str, tuple[str, ...]]) -> Group:
    return replace(group, wanted=tuple(_with_halves(node, found) for node in group.wanted))


def _with_halves(node: Node, found: Mapping[str, tuple[str, ...]]) -> Node:
    if isinstance(node, Group):
        return _rewritten(node, found)
    if not isinstance(node, Words) or node.is_phrase or node.is_beginning or node.scope is not Scope.ANYWHERE:
        return node
    readings = tuple(
        (*reading, found[reading[0][0]]) if len(reading) == 1 and found.get(reading[0][0]) else reading
        for reading in node.readings
    )
    return replace(node, readings=readings)
