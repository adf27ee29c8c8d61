"""Which documents of a segment answer a question, and how well."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise, product

import numpy as np

from catalogue.folding import Reading
from catalogue.search import analysis
from catalogue.search.engine import exact, hits, placing, spans
from catalogue.search.engine.expanding import EVERY_BIT, Mode
from catalogue.search.engine.hits import Hits
from catalogue.search.engine.packing import Array
from catalogue.search.engine.scoring import Scorer
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import (
    INSTRUMENT,
    LABEL,
    LABEL_BLOCK,
    LEADER,
    LEADER_BLOCK,
    MAX_WORD,
    PERSON,
    PERSON_BLOCK,
    PLACE,
    TITLE,
)
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.question import Group, Node, Played, Scope, Words, Years

PHRASE_SHARE = 1.5
TOGETHER_SHARE = 0.5  # added for words that stand side by side as they do in the question
MAX_NAME = 4  # words of a name: those that all stand in one name count twice
MAX_TOGETHER = 20_000  # documents of the rarest word, up to which that is looked at
PAIR_SHARE = 0.25  # of two words that stand side by side where any word will do
SURE_BONUS = 1.0  # for a date that lies in the years asked for, and not only may
MAX_PHRASES = 8  # ways to write one phrase
# When any word will do, those that more than this part of all documents have say nothing beside rarer ones.
COMMON = 0.1
MIN_COMMON = 2_000  # documents

_BITS = {
    Scope.ANYWHERE: EVERY_BIT,
    Scope.PERSON: PERSON,
    Scope.LEADER: LEADER,
    Scope.LABEL: LABEL,
    Scope.INSTRUMENT: INSTRUMENT,
    Scope.PLACE: PLACE,
    Scope.TITLE: TITLE,
}
# Where the words of one name stand together.
_BLOCKS = {
    Scope.PERSON: (PERSON_BLOCK, LEADER_BLOCK),
    Scope.LEADER: (LEADER_BLOCK,),
    Scope.LABEL: (LABEL_BLOCK,),
}


@dataclass(frozen=True)
class Matcher:
    """Answers questions from one state of the index; `is_lenient` takes words that are spelt alike too."""

    snapshot: Snapshot
    is_lenient: bool = False

    @cached_property
    def _scorer(self) -> Scorer:
        return Scorer(self.snapshot, self.is_lenient)

    def match(self, segment: Segment, group: Group, q: str) -> Hits:
        """Return what answers; `q` is the question as typed, perhaps an identifier or a whole title."""
        return exact.raised(segment, self._group(segment, group), q)

    def match_any(self, segment: Segment, group: Group, q: str) -> Hits:
        """Return what has any of the last thing asked, which is a choice, and all of the others."""
        *firm, choice = group.wanted
        words = choice.wanted if isinstance(choice, Group) else (choice,)
        telling = self._telling(words)
        loose = [self._node(segment, node) for node in telling]
        loose += [self._pair(segment, *pair) for pair in pairwise(telling)]
        kept = [self._node(segment, node) for node in firm if not _is_optional(node)]
        found = hits.common([hits.any_of(loose, segment.size), *kept], segment.size)
        return exact.raised(segment, self._less(segment, found, group.unwanted), q)

    def _group(self, segment: Segment, group: Group) -> Hits:
        if group.is_any:
            found = hits.any_of([self._node(segment, node) for node in group.wanted], segment.size)
        else:
            found = self._all(segment, group.wanted)
        return self._less(segment, found, group.unwanted)

    def _all(self, segment: Segment, wanted: Sequence[Node]) -> Hits:
        """Join plain words from the rarest to the most frequent, and the rest with what is left."""
        asked = [node for node in wanted if not _is_optional(node)]
        plain = [node for node in asked if _is_plain(node)]
        others = [self._node(segment, node) for node in asked if not _is_plain(node)]
        words = [word for node in plain for word in _words_of(node)]
        if words:
            others.append(self._scorer.every_word(segment, list(dict.fromkeys(words))))
        return self._with_together(segment, hits.common(others, segment.size), wanted)

    def _with_together(self, segment: Segment, found: Hits, wanted: Sequence[Node]) -> Hits:
        """Raise what has all words side by side as they were typed, those included that are not required."""
        words = [word for node in wanted for word in _words_of(node)]
        if len(words) < 2 or not all(map(_is_plain, wanted)) or found.docs is None:
            return found
        if min(self._scorer.count(word) for word in words) > MAX_TOGETHER or not len(found.docs):
            return found
        together = placing.side_by_side(segment, words, None)
        found = hits.raised_by(
            found, self._scorer.scored(segment, together, words, EVERY_BIT, TOGETHER_SHARE)
        )
        if not self.snapshot.shape.near_names or len(words) > MAX_NAME:
            return found
        named = self._in_one_name(segment, Words(tuple(((word,),) for word in words), Scope.PERSON))
        return hits.raised_by(found, named)

    def _less(self, segment: Segment, found: Hits, unwanted: Sequence[Node]) -> Hits:
        for node in unwanted:
            found = hits.without(found, self._node(segment, node), segment.size)
        return found

    def _node(self, segment: Segment, node: Node) -> Hits:
        if isinstance(node, Group):
            return self._group(segment, node)
        if isinstance(node, Years):
            return _years(segment, node)
        if isinstance(node, Played):
            readings = node.person.readings + node.instrument.readings
            return self._in_one_name(segment, Words(readings, Scope.PERSON), PERSON | INSTRUMENT)
        if node.scope is Scope.ID:
            return self._identifier(segment, node)
        if (
            node.is_phrase
            and max(len(way) for reading in node.readings for way in reading) + len(node.readings) > 2
        ):
            return self._phrase(segment, node)
        if node.scope in _BLOCKS and (len(node.readings) > 1 or not _is_simple(node.readings)):
            return self._in_one_name(segment, node)
        return self._everywhere(segment, node)

    def _everywhere(self, segment: Segment, node: Words) -> Hits:
        """Return the documents that have all words, each in one of its ways."""
        last = len(node.readings) - 1
        bits = _BITS[node.scope]
        found = []
        for place, reading in enumerate(node.readings):
            begins = node.is_beginning and place == last
            found.append(self._reading(segment, reading, bits, begins))
        return hits.common(found, segment.size)

    def _reading(self, segment: Segment, reading: Reading, bits: int, begins: bool) -> Hits:
        ways = []
        for way in reading:
            modes = [self._scorer.mode] * (len(way) - 1) + [Mode.BEGINNING if begins else self._scorer.mode]
            words = [self._scorer.word(segment, *pair, bits) for pair in zip(way, modes, strict=True)]
            ways.append(hits.common(words, segment.size))
        return ways[0] if len(ways) == 1 else _best_of(ways, segment.size)

    def _phrase(self, segment: Segment, node: Words) -> Hits:
        # Ways as wide as the widest, by which places are counted: the next word stands right after them.
        widest = [[way for way in ways if len(way) == max(map(len, ways))] for ways in node.readings]
        found = []
        for ways in islice(product(*widest), MAX_PHRASES):
            words = [word[:MAX_WORD] for way in ways for word in way]
            docs = placing.side_by_side(segment, words, _BLOCKS.get(node.scope), node.is_beginning)
            docs = self._having(segment, docs, words, node)
            found.append(self._scorer.scored(segment, docs, words, _BITS[node.scope], PHRASE_SHARE))
        return found[0] if len(found) == 1 else _best_of(found, segment.size)

    def _having(self, segment: Segment, docs: Array, words: Sequence[str], node: Words) -> Array:
        """Leave out the documents that lack a word in the parts asked for."""
        for place, word in enumerate(words if _BITS[node.scope] != EVERY_BIT else ()):
            mode = self._mode_at(node, place == len(words) - 1)
            having = self._scorer.postings(segment, word, mode, _BITS[node.scope])
            docs = docs.take(hits.places_in(docs, having.docs)[0])
        return docs

    def _in_one_name(self, segment: Segment, node: Words, bits: int = PERSON | LABEL) -> Hits:
        last = len(node.readings) - 1
        ways = [
            [
                [
                    [one for one in self._scorer.meanings(segment, word, mode) if one.bits & bits]
                    for word in way
                    for mode in (self._mode_at(node, place == last),)
                ]
                for way in reading
            ]
            for place, reading in enumerate(node.readings)
        ]
        docs = placing.in_one_block(segment, ways, _BLOCKS[node.scope])
        words = [reading[0][0] for reading in node.readings]
        return self._scorer.scored(segment, docs, words, EVERY_BIT, 1.0)

    def _mode_at(self, node: Words, is_last: bool) -> Mode:
        return Mode.BEGINNING if node.is_beginning and is_last else self._scorer.mode

    def _identifier(self, segment: Segment, node: Words) -> Hits:
        mark = "".join(
            reading[0][0] if len(reading[0]) == 1 else "".join(reading[0]) for reading in node.readings
        )
        return exact.marked(segment, analysis.mark(mark), node.is_beginning)

    def _pair(self, segment: Segment, node: Node, other: Node) -> Hits:
        """Score documents that have two words side by side as the question has them, as a name or a title does."""
        if not (_is_plain(node) and _is_plain(other)):
            return hits.NOTHING
        words = [*_words_of(node), *_words_of(other)]
        docs = placing.side_by_side(segment, words, None)
        return self._scorer.scored(segment, docs, words, EVERY_BIT, PAIR_SHARE)

    def _telling(self, nodes: Sequence[Node]) -> list[Node]:
        """Leave words out that many documents have, if there are rarer ones."""
        limit = max(MIN_COMMON, COMMON * self.snapshot.size)
        rare = [node for node in nodes if not _is_plain(node) or 0 < self._rarest(node) <= limit]
        return rare or list(nodes)

    def _rarest(self, node: Node) -> int:
        return min((self._scorer.count(word, self._scorer.mode) for word in _words_of(node)), default=0)


def _is_optional(node: Node) -> bool:
    return isinstance(node, Words) and node.is_optional


def _is_plain(node: Node) -> bool:
    return (
        isinstance(node, Words)
        and node.scope is Scope.ANYWHERE
        and not node.is_phrase
        and not node.is_beginning
        and _is_simple(node.readings)
    )


def _is_simple(readings: Sequence[Reading]) -> bool:
    return all(len(reading) == 1 and len(reading[0]) == 1 for reading in readings)


def _words_of(node: Node) -> list[str]:
    return [reading[0][0] for reading in node.readings] if isinstance(node, Words) else []


def _best_of(ways: Sequence[Hits], size: int) -> Hits:
    """Return the documents that have a word in any way, by their best score."""
    scores = np.zeros(size, np.float32)
    has = np.zeros(size, np.bool_)
    for one in ways:
        if one.docs is not None and one.scores is not None:
            has[one.docs] = True
            scores[one.docs] = np.maximum(scores[one.docs], one.scores)
    docs = np.flatnonzero(has)
    return Hits(docs, scores.take(docs))


def _years(segment: Segment, node: Years) -> Hits:
    may, must = spans.within(segment, node.first, node.last)
    docs = np.flatnonzero(may.take(segment.span))
    return Hits(docs, must.take(segment.span.take(docs)).astype(np.float32) * np.float32(SURE_BONUS))
