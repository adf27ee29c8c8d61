"""Postings: for each word the documents that have it, how much it weighs there, in which parts and at which places.

The weight is that of BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3.6):
summed over the parts before it saturates, so that it can be worked out when a document is written and kept in one
byte. What is left for a question is to multiply by the rarity of the word.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalogue.search.engine.packing import Array
from catalogue.search.engine.shape import K1, PARTS, STEPS

_PARTS = list(PARTS.values())
# The bits of every combination of parts.
_BITS = np.array(
    [
        np.bitwise_or.reduce(
            [part.bits for code, part in enumerate(_PARTS) if combination >> code & 1] or [0]
        )
        for combination in range(1 << len(_PARTS))
    ],
    np.uint8,
)


@dataclass(frozen=True)
class Tokens:
    """All words of some documents: number of the word, document, part and place."""

    words: Array
    docs: Array
    parts: Array
    places: Array

    def in_order(self) -> "Tokens":
        """Put them in the order of their places; words of several ways are not."""
        if not len(self.places) or (np.diff(self.places) >= 0).all():
            return self
        order = np.argsort(self.places, kind="stable")
        return Tokens(self.words[order], self.docs[order], self.parts[order], self.places[order])


def postings(tokens: Tokens, ranks: Array, size: int) -> dict[str, Array]:
    """Turn the words of `size` documents round; `ranks` gives the place of each word in the lexicon."""
    tokens = tokens.in_order()
    keys = ranks[tokens.words].astype(np.uint64) << np.uint64(32)
    keys |= np.arange(len(keys), dtype=np.uint64)
    keys.sort()
    at = keys.astype(np.uint32)
    terms = (keys >> np.uint64(32)).astype(np.uint32)
    docs, parts, places = tokens.docs[at], tokens.parts[at], tokens.places[at]
    first = _firsts(terms, docs)
    combinations = _reduce(np.bitwise_or, np.left_shift(1, parts, dtype=np.uint16), first)
    weights = _weights(tokens, docs, parts, first, combinations, size)
    return {
        "word.starts": _starts(terms[first], len(ranks)),
        "word.docs": docs[first],
        "word.weights": _coded(weights),
        "word.bits": _BITS[combinations],
        "word.place_starts": _starts(terms, len(ranks)),
        "word.places": places if not len(places) or places.max() >> 32 else places.astype(np.uint32),
    }


def lexicon(words: Sequence[bytes]) -> dict[str, Array]:
    """Return the arrays of sorted words."""
    return {"word.blob": np.frombuffer(b"".join(words), np.uint8), "word.ends": ends(words)}


def ends(words: Sequence[bytes]) -> Array:
    """Return where each of some texts begins in their joined bytes, and where the last one ends."""
    sizes = np.fromiter(map(len, words), np.int64, len(words))
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _firsts(terms: Array, docs: Array) -> Array:
    """Return where a new pair of word and document begins."""
    is_new = np.ones(len(terms), np.bool_)
    is_new[1:] = (terms[1:] != terms[:-1]) | (docs[1:] != docs[:-1])
    return np.flatnonzero(is_new)


def _weights(
    tokens: Tokens, docs: Array, parts: Array, first: Array, combinations: Array, size: int
) -> Array:
    each = np.zeros(len(docs), np.float32)
    once = np.zeros(len(first), np.float32)
    for code, part in enumerate(_PARTS):
        factor = _factors(tokens, code, size)
        if factor is None:
            continue
        if part.is_counted:
            chosen = np.flatnonzero(parts == code)
            each[chosen] = factor[docs[chosen]]
        else:
            chosen = np.flatnonzero(combinations >> code & 1)
            once[chosen] += factor[docs[first[chosen]]]
    return once + _reduce(np.add, each, first)


def _factors(tokens: Tokens, code: int, size: int) -> Array | None:
    """Return by how much a word in this part counts in each document; None if no document has the part."""
    part = _PARTS[code]
    lengths = np.bincount(tokens.docs[tokens.parts == code], minlength=size)
    if not lengths.any():
        return None
    return (part.weight / (1 - part.share + part.share * lengths / part.length)).astype(np.float32)


def _coded(weights: Array) -> Array:
    saturated = weights / (weights + np.float32(K1))
    return np.maximum(1, np.rint(saturated * STEPS)).astype(np.uint8)


def _starts(terms: Array, count: int) -> Array:
    return np.concatenate([[0], np.cumsum(np.bincount(terms, minlength=count))]).astype(np.int64)


def _reduce(operation: np.ufunc, values: Array, first: Array) -> Array:
    return operation.reduceat(values, first) if len(first) else values[:0]
