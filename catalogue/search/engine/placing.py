"""Where words stand: side by side, or in one name."""

from collections.abc import Sequence

import numpy as np

from catalogue.search.engine import hits
from catalogue.search.engine.expanding import Meaning
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import BLOCK_BITS

NOWHERE: Array = np.empty(0, np.int64)


def side_by_side(
    segment: Segment, words: Sequence[str], kinds: Sequence[int] | None, begins: bool = False
) -> Array:
    """Return the documents with words one after another, in blocks of some kinds only; the last may go on."""
    places = _starts(segment, words, begins)
    if kinds is not None:
        places = places.take(np.flatnonzero(np.isin(segment.blocks.take(places >> BLOCK_BITS), kinds)))
    return _docs(segment, places)


def in_one_block(
    segment: Segment, readings: Sequence[Sequence[Sequence[Sequence[Meaning]]]], kinds: Sequence[int]
) -> Array:
    """Return the documents with all words in one name: of each reading one way, of a way all its words."""
    blocks: Array | None = None
    for reading in readings:
        own = np.unique(np.concatenate([_way(segment, way) for way in reading]))
        blocks = own if blocks is None else np.intersect1d(blocks, own, assume_unique=True)
    if blocks is None:
        return hits.NO_DOCS
    chosen = blocks.take(np.flatnonzero(np.isin(segment.blocks.take(blocks), kinds)))
    return _docs(segment, chosen << BLOCK_BITS)


def _starts(segment: Segment, words: Sequence[str], begins: bool) -> Array:
    """Return the places where the first of some words stands and the others follow, from the rarest on."""
    lists = []
    for number, word in enumerate(words):
        found = _places(segment, word, begins and number == len(words) - 1)
        if not len(found):
            return NOWHERE
        lists.append(found.astype(np.int64, copy=False) if len(found) < 4096 else found)
    order = sorted(range(len(lists)), key=lambda number: len(lists[number]))
    rarest = order[0]
    places = lists[rarest].astype(np.int64)
    for number in order[1:]:
        wanted = places + (number - rarest)
        places = places.take(_found_in(wanted, lists[number]))
    return places - rarest


def _found_in(wanted: Array, places: Array) -> Array:
    """Return which of some places are among others; both ascending."""
    if len(wanted) * 12 < len(places):
        at = np.searchsorted(places, wanted.astype(places.dtype))
        at[at == len(places)] = 0
        return np.flatnonzero(places.take(at) == wanted)
    # One long sorted run after another: merging them is quicker than looking each up.
    both = np.concatenate([wanted.astype(places.dtype), places])
    order = both.argsort(kind="stable")
    ranked = both.take(order)
    twice = np.flatnonzero(ranked[1:] == ranked[:-1])
    return np.sort(order.take(twice))


def _places(segment: Segment, word: str, begins: bool) -> Array:
    coded = word.encode("utf-8", "surrogatepass")
    if begins:
        first, last = segment.words.texts.beginning(coded)
        return np.unique(segment.words.places_between(first, last))
    number = segment.words.texts.find(coded)
    return segment.words.places(number) if number >= 0 else NOWHERE


def _way(segment: Segment, way: Sequence[Sequence[Meaning]]) -> Array:
    """Return the blocks that have all words of a way, each in one of its meanings."""
    found: Array | None = None
    for meanings in way:
        places = [segment.words.places_between(one.first, one.last) for one in meanings]
        blocks = np.unique(np.concatenate(places) >> BLOCK_BITS) if places else NOWHERE
        found = blocks if found is None else np.intersect1d(found, blocks, assume_unique=True)
    return NOWHERE if found is None else found.astype(np.int64)


def _docs(segment: Segment, places: Array) -> Array:
    docs = np.searchsorted(segment.starts, places, side="right") - 1
    if not len(docs):
        return hits.NO_DOCS
    is_new = np.ones(len(docs), np.bool_)
    is_new[1:] = docs[1:] != docs[:-1]
    return docs.take(np.flatnonzero(is_new))
