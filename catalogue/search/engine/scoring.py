"""How well documents of a segment answer single words, or words that stand together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalogue.search.engine import expanding, hits
from catalogue.search.engine.expanding import EVERY_BIT, Meaning, Mode, Postings
from catalogue.search.engine.hits import Hits
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import K1, MAX_WORD, STEPS
from catalogue.search.engine.snapshot import Snapshot

_STEPS = (np.arange(STEPS + 1, dtype=np.float32) * np.float32((K1 + 1) / STEPS)).astype(np.float32)


@dataclass(frozen=True)
class Scorer:
    """Scores by one state of the index; `is_lenient` takes words that are spelt alike too."""

    snapshot: Snapshot
    is_lenient: bool = False

    @property
    def mode(self) -> Mode:
        """How a word is taken that is typed to its end."""
        return Mode.LENIENT if self.is_lenient else Mode.PLAIN

    def count(self, word: str, mode: Mode = Mode.PLAIN) -> int:
        """Return how many documents have a word, deleted ones included."""
        key = (word, mode)
        if key not in self.snapshot.counts:
            self.snapshot.counts[key] = sum(
                len(self.postings(one.segment, word, mode).docs) for one in self.snapshot.segments
            )
        return self.snapshot.counts[key]

    def word(self, segment: Segment, word: str, mode: Mode, bits: int = EVERY_BIT) -> Hits:
        """Return the documents that have a word, in the parts asked for."""
        found = self.postings(segment, word, mode, bits)
        return Hits(found.docs, self._scores(found.weights, word, mode))

    def every_word(self, segment: Segment, words: Sequence[str]) -> Hits:
        """Return the documents that have all of some plain words: the usual question, so it is made quick."""
        lists = [(self.postings(segment, word, self.mode), word) for word in words]
        lists.sort(key=lambda pair: len(pair[0].docs))
        docs = lists[0][0].docs
        weights = [lists[0][0].weights]
        for postings, word in lists[1:]:
            at, own = self._in_word(segment, postings, word, docs)
            docs = docs.take(at)
            weights = [*(known.take(at) for known in weights), own]
        scores = np.zeros(len(docs), np.float32)
        for own, (_postings, word) in zip(weights, lists, strict=True):
            scores += self._scores(own, word, self.mode)
        return Hits(docs, scores)

    def scored(self, segment: Segment, docs: Array, words: Sequence[str], bits: int, share: float) -> Hits:
        """Score documents by the words that brought them."""
        scores = np.zeros(len(docs), np.float32)
        for word in words:
            postings = self.postings(segment, word, self.mode, bits)
            at, weights = self._in_word(segment, postings, word, docs, bits)
            scores[at] += self._scores(weights, word, self.mode) * np.float32(share)
        return Hits(docs, scores)

    def postings(self, segment: Segment, word: str, mode: Mode, bits: int = EVERY_BIT) -> Postings:
        """Return the documents that have a word, in the parts asked for, and its weights in them."""
        key = ("postings", segment.name, word, mode, bits)
        return self.snapshot.memory.get(
            key, lambda: expanding.postings(segment, self.meanings(segment, word, mode), bits)
        )

    def meanings(self, segment: Segment, word: str, mode: Mode) -> list[Meaning]:
        """Return what a word stands for in a segment."""
        return expanding.meanings(segment, self.snapshot.shape, word[:MAX_WORD], mode)

    def _in_word(
        self, segment: Segment, postings: Postings, word: str, docs: Array, bits: int = EVERY_BIT
    ) -> tuple[Array, Array]:
        """Return where documents that have a word stand among some, and what it weighs there."""
        key = ("dense", segment.name, word, self.mode, bits)
        if len(docs) * 24 > len(postings.docs) or key in self.snapshot.memory:
            dense = self.snapshot.memory.get(key, lambda: _dense(postings, segment.size))
            own = dense.take(docs)
            at = np.flatnonzero(own)
            return at, own.take(at)
        at, there = hits.places_in(docs, postings.docs)
        return at, postings.weights.take(there)

    def _scores(self, weights: Array, word: str, mode: Mode) -> Array:
        having = self.count(word, mode)
        rarity = math.log(1 + (self.snapshot.size - having + 0.5) / (having + 0.5))
        return _STEPS.take(weights) * np.float32(rarity)


def _dense(postings: Postings, size: int) -> Array:
    dense = np.zeros(size, np.uint8)
    dense[postings.docs] = postings.weights
    return dense
