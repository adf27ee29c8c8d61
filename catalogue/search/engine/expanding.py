"""What a word of a question stands for in a segment: itself, words of its stem, its beginnings, its misspellings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from catalogue import folding
from catalogue.search import wanting
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment, Words
from catalogue.search.engine.shape import STEMMED, Shape

STEM_SHARE = 0.4  # of the weight of a word, for another one of its stem
HALF_SHARE = 0.3  # for one of which it is a half
BEGINNING_SHARE = 0.7
SLIP_SHARE = 0.5  # for each slip
EVERY_BIT = 255


class Mode(Enum):
    """How widely a word is taken."""

    PLAIN = "plain"
    LENIENT = "lenient"
    BEGINNING = "beginning"


@dataclass(frozen=True)
class Meaning:
    """Neighbouring words of a segment that stand for a word, how much they count and in which parts."""

    first: int
    last: int
    share: float = 1.0
    bits: int = EVERY_BIT


@dataclass(frozen=True)
class Postings:
    """The documents that have a word in one of its meanings, ascending, and its weight there in steps."""

    docs: Array
    weights: Array

    @property
    def nbytes(self) -> int:
        """How much memory they take, at most."""
        return self.docs.nbytes + self.weights.nbytes


def meanings(segment: Segment, shape: Shape, word: str, mode: Mode) -> list[Meaning]:
    """List what a folded word stands for in a segment."""
    words, coded = segment.words, word.encode("utf-8", "surrogatepass")
    number = words.texts.find(coded)
    found = [Meaning(number, number + 1)] if number >= 0 else []
    if mode is Mode.BEGINNING:
        first, last = words.texts.beginning(coded)
        return [*found, Meaning(first, last, BEGINNING_SHARE)] if last > first else found
    if shape.languages:
        related = dict.fromkeys(words.made_of(word, shape.languages), HALF_SHARE)
        related |= dict.fromkeys(words.sharing_stem(word, shape.languages), STEM_SHARE)
        related.pop(number, None)
        found += [Meaning(other, other + 1, share, STEMMED) for other, share in related.items()]
    if mode is Mode.LENIENT:
        found += [
            Meaning(other, other + 1, SLIP_SHARE**slips, shape.slips)
            for other, slips in misspelt(words, word, shape.slips)
        ]
    return found


def misspelt(words: Words, word: str, parts: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers of words that differ by a slip or two, not in the first letter, and how many slips."""
    limit = wanting.slips_allowed(word)
    if not limit:
        return
    for number in words.alike(word.encode("utf-8", "surrogatepass"), limit, parts):
        other = words.texts[number].decode("utf-8", "surrogatepass")
        slips = folding.distance(word, other, limit)
        if 0 < slips <= limit:
            yield number, slips


def postings(segment: Segment, found: Sequence[Meaning], bits: int = EVERY_BIT) -> Postings:
    """Return where a word stands in some of the parts of documents."""
    if not found:
        return Postings(np.empty(0, np.int32), np.empty(0, np.uint8))
    if len(found) == 1 and found[0].last == found[0].first + 1 and found[0].share == 1:
        return Postings(*_of(segment.words, found[0], bits))
    lists = [_of(segment.words, one, bits) for one in found]
    return _joined(lists, segment.size)


def _of(words: Words, meaning: Meaning, bits: int) -> tuple[Array, Array]:
    docs = words.docs(meaning.first, meaning.last)
    weights = words.weights(meaning.first, meaning.last)
    if bits & meaning.bits != EVERY_BIT:
        chosen = np.flatnonzero(words.bits(meaning.first, meaning.last) & bits & meaning.bits)
        docs, weights = docs.take(chosen), weights.take(chosen)
    if meaning.share != 1:
        steps = np.maximum(1, np.arange(256) * meaning.share).astype(np.uint8)
        weights = steps.take(weights)
    return docs, weights


def _joined(lists: Sequence[tuple[Array, Array]], size: int) -> Postings:
    """Take the greatest weight of each document."""
    total = sum(len(docs) for docs, _weights in lists)
    if total * 16 < size:
        docs = np.concatenate([docs for docs, _weights in lists]).astype(np.int64)
        keys = docs << 8 | np.concatenate([weights for _docs, weights in lists])
        keys.sort()
        is_last = np.ones(total, np.bool_)
        is_last[:-1] = keys[1:] >> 8 != keys[:-1] >> 8
        keys = keys[is_last]
        return Postings((keys >> 8).astype(np.int32), (keys & 255).astype(np.uint8))
    dense = np.zeros(size, np.uint8)
    for docs, weights in lists:
        np.maximum.at(dense, docs, weights)
    found = np.flatnonzero(dense).astype(np.int32)
    return Postings(found, dense.take(found))
