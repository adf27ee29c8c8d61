"""Where words stand: side by side, or in one name."""

from collections.abc import Sequence

import numpy as np

from catalogue.search.engine import hits
from catalogue.search.engine.expanding import Meaning
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import BLOCK_BITS

NOWHERE: Array = np.empty(0, np.int64)
MOST_KINDS = 256  # of blocks, as a byte tells them


def side_by_side(
    segment: Segment, words: Sequence[str], kinds: Sequence[int] | None, begins: bool = False
) -> Array:
    """Return the documents with words one after another, in blocks of some kinds only; the last may go on."""
    places = _starts(segment, words, begins)
    if kinds is not None:
        places = places.take(np.flatnonzero(_are_of(segment, places >> BLOCK_BITS, kinds)))
    return hits.distinct(segment.block_docs.take(places >> BLOCK_BITS))


def in_one_block(
    segment: Segment, readings: Sequence[Sequence[Sequence[Sequence[Meaning]]]], kinds: Sequence[int]
) -> Array:
    """Return the documents with all words in one name: of each reading one way, of a way all its words.

    The blocks of the rarest are looked at; whether another word stands in one is one look at its sorted places.
    """
    ordered = sorted(readings, key=lambda reading: _size(segment, reading))
    if not ordered:
        return hits.NO_DOCS
    blocks = _blocks(segment, ordered[0])
    blocks = blocks.take(np.flatnonzero(_are_of(segment, blocks, kinds)))
    for reading in ordered[1:]:
        has_one = np.zeros(len(blocks), np.bool_)
        for way in reading:
            has_one |= _have_all(segment, blocks, way)
        blocks = blocks.take(np.flatnonzero(has_one))
    return hits.distinct(segment.block_docs.take(blocks))


def _are_of(segment: Segment, blocks: Array, kinds: Sequence[int]) -> Array:
    is_kind = np.zeros(MOST_KINDS, np.bool_)
    is_kind[list(kinds)] = True
    return is_kind.take(segment.blocks.take(blocks))


def _starts(segment: Segment, words: Sequence[str], begins: bool) -> Array:
    """Return the places where the first of some words stands and the others follow, from the rarest on."""
    lists = []
    for number, word in enumerate(words):
        found = _places(segment, word, begins and number == len(words) - 1)
        if not len(found):
            return NOWHERE
        lists.append(found)
    rarest, *others = sorted(range(len(lists)), key=lambda number: len(lists[number]))
    places = lists[rarest]
    for number in others:
        places = _followed(places, number - rarest, lists[number])
    return _moved(places, -rarest)


def _moved(places: Array, steps: int) -> Array:
    """Return the places some steps on, or back; below nought, where no word stands, they begin again at the end."""
    moved: Array = places + np.array(steps).astype(places.dtype)
    return moved


def _followed(places: Array, step: int, others: Array) -> Array:
    """Return the places that have another so many steps on; both ascending."""
    wanted = _moved(places, step)
    if len(wanted) * 12 < len(others):
        at = np.searchsorted(others, wanted)
        at[at == len(others)] = 0
        return places.take(np.flatnonzero(others.take(at) == wanted))
    # Two sorted runs one after the other: merging them is quicker than looking each up.
    both = np.concatenate([wanted, others])
    both.sort(kind="stable")
    return _moved(both.take(np.flatnonzero(both[1:] == both[:-1])), -step)


def _places(segment: Segment, word: str, begins: bool) -> Array:
    coded = word.encode("utf-8", "surrogatepass")
    if begins:
        first, last = segment.words.texts.beginning(coded)
        return np.sort(segment.words.places_between(first, last))
    number = segment.words.texts.find(coded)
    return segment.words.places(number) if number >= 0 else NOWHERE


def _size(segment: Segment, reading: Sequence[Sequence[Sequence[Meaning]]]) -> int:
    words = segment.words
    return sum(words.place_count(one.first, one.last) for way in reading for word in way[:1] for one in word)


def _blocks(segment: Segment, reading: Sequence[Sequence[Sequence[Meaning]]]) -> Array:
    """Return the blocks, ascending, that have all words of one of the ways."""
    found = [NOWHERE]
    for way in reading:
        first = [
            hits.distinct((_sorted_places(segment, one) >> BLOCK_BITS).astype(np.int64)) for one in way[0]
        ]
        blocks = first[0] if len(first) == 1 else hits.distinct(np.sort(np.concatenate([NOWHERE, *first])))
        found.append(blocks.take(np.flatnonzero(_have_all(segment, blocks, way[1:]))))
    return found[1] if len(found) == 2 else hits.distinct(np.sort(np.concatenate(found)))


def _have_all(segment: Segment, blocks: Array, way: Sequence[Sequence[Meaning]]) -> Array:
    """Tell which blocks have every word of a way, each in one of its meanings."""
    found = np.ones(len(blocks), np.bool_)
    for meanings in way:
        has_one = np.zeros(len(blocks), np.bool_)
        for meaning in meanings:
            has_one |= _have(blocks, _sorted_places(segment, meaning))
        found &= has_one
    return found


def _have(blocks: Array, places: Array) -> Array:
    if not len(places):
        return np.zeros(len(blocks), np.bool_)
    at = np.searchsorted(places, (blocks << BLOCK_BITS).astype(places.dtype))
    at[at == len(places)] = 0
    return np.equal((places.take(at) >> BLOCK_BITS).astype(np.int64), blocks)


def _sorted_places(segment: Segment, meaning: Meaning) -> Array:
    places = segment.words.places_between(meaning.first, meaning.last)
    return places if meaning.last == meaning.first + 1 else np.sort(places)
