"""One segment out of several: their words and documents one after another, without those that were deleted.

Postings are moved a stretch of the alphabet at a time, so that a million documents need no more memory than ten
thousand.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from catalogue.search.engine import gathering, sources, tables, weighing
from catalogue.search.engine.packing import Array, Room, Writer
from catalogue.search.engine.shape import Shape
from catalogue.search.engine.sources import Source

STRETCH = 2_000_000  # postings or places that are moved at a time


@dataclass
class _Moving:
    """A source while it is joined: the new numbers of its words, and where its documents come to stand."""

    source: Source
    ranks: Array
    base: int
    base_place: int

    @cached_property
    def renumbered(self) -> Array:
        """The new number of each document."""
        if self.source.live is None:
            return np.arange(self.base, self.base + self.source.size, dtype=np.int32)
        return (np.cumsum(self.source.live) - 1 + self.base).astype(np.int32)

    @cached_property
    def shifts(self) -> Array:
        """By how much the places of each document move."""
        starts = self.source.arrays["doc.starts"][:-1]
        if self.source.live is None:
            return np.full(self.source.size, self.base_place, np.int64)
        lengths = np.where(self.source.live, np.diff(self.source.arrays["doc.starts"]), 0)
        return self.base_place + np.cumsum(lengths) - lengths - starts

    def postings(self, first: int, last: int) -> tuple[Array, tuple[Array, ...]]:
        """Return the word of each posting between two of its words, and the postings."""
        arrays = self.source.arrays
        words, chosen = _stretch(arrays["word.starts"], first, last)
        docs = arrays["word.docs"][chosen]
        values = (self.renumbered[docs], arrays["word.weights"][chosen], arrays["word.bits"][chosen])
        return self._live(words, docs, values)

    def places(self, first: int, last: int) -> tuple[Array, tuple[Array, ...]]:
        """Return the word of each place between two of its words, and the places."""
        arrays = self.source.arrays
        words, chosen = _stretch(arrays["word.place_starts"], first, last)
        places = arrays["word.places"][chosen].astype(np.int64)
        if self.source.live is None:
            return self.ranks[words], (places + self.base_place,)
        docs = np.searchsorted(arrays["doc.starts"], places, side="right") - 1
        return self._live(words, docs, (places + self.shifts[docs],))

    def _live(self, words: Array, docs: Array, values: tuple[Array, ...]) -> tuple[Array, tuple[Array, ...]]:
        if self.source.live is None:
            return self.ranks[words], values
        kept = np.flatnonzero(self.source.live[docs])
        return self.ranks[words[kept]], tuple(value[kept] for value in values)


Read = Callable[[_Moving, int, int], tuple[Array, tuple[Array, ...]]]


def join(segments: Sequence[Source], shape: Shape, writer: Writer) -> int:
    """Write the segment that holds the wanted documents of all sources; return how many they are."""
    words, ranks = sources.union([segment.texts("word") for segment in segments])
    moving = _moving(segments, ranks)
    counts = _counts(moving, len(words), "word.starts", _Moving.postings)
    if (counts == 0).any():
        words, counts = _without_idle(words, counts, moving)
    size = sum(segment.kept for segment in segments)
    facts = gathering.facts(segments, shape)
    writer.add("word.blob", weighing.lexicon(words)["word.blob"])
    writer.add("word.ends", weighing.ends(words))
    any_bits = _write_postings(writer, moving, counts)
    _write_places(writer, moving, len(words))
    facts |= tables.of_documents(facts)
    joint, groups = tables.joint(facts, shape)
    for name, array in (facts | joint | tables.of_words(words, any_bits, counts, shape)).items():
        writer.add(name, array)
    gathering.write_texts(writer, segments)
    writer.finish({"size": size, "joints": groups})
    return size


def _moving(segments: Sequence[Source], ranks: Sequence[Array]) -> list[_Moving]:
    moving, base, base_place = [], 0, 0
    for source, numbers in zip(segments, ranks, strict=True):
        moving.append(_Moving(source, numbers, base, base_place))
        base += source.kept
        base_place += int(source.lengths.sum())
    return moving


def _counts(moving: Sequence[_Moving], count: int, starts: str, read: Read) -> Array:
    """Count the postings of each word, or its places."""
    counts = np.zeros(count, np.int64)
    for one in moving:
        if one.source.live is None:
            counts[one.ranks] += np.diff(one.source.arrays[starts])
            continue
        for first, last in _stretches(one.source.arrays[starts]):
            counts += np.bincount(read(one, first, last)[0], minlength=count)
    return counts


def _without_idle(words: list[bytes], counts: Array, moving: Sequence[_Moving]) -> tuple[list[bytes], Array]:
    """Leave out the words that only deleted documents had."""
    used = counts > 0
    numbers = np.maximum(np.cumsum(used) - 1, 0)
    for one in moving:
        one.ranks = numbers[one.ranks]
    return [words[place] for place in np.flatnonzero(used).tolist()], counts[used]


def _write_postings(writer: Writer, moving: Sequence[_Moving], counts: Array) -> Array:
    """Write the postings; return the bits of each word in all its documents."""
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    writer.add("word.starts", starts)
    rooms = [
        writer.reserve(name, kind, int(starts[-1]))
        for name, kind in (("word.docs", np.int32), ("word.weights", np.uint8), ("word.bits", np.uint8))
    ]
    any_bits = [np.empty(0, np.uint8)]
    for first, last in _stretches(starts):
        arrays = _interleaved(first, last, starts, moving, _Moving.postings, rooms)
        any_bits.append(np.bitwise_or.reduceat(arrays[2], starts[first:last] - starts[first]))
    return np.concatenate(any_bits)


def _write_places(writer: Writer, moving: Sequence[_Moving], count: int) -> None:
    counts = _counts(moving, count, "word.place_starts", _Moving.places)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    end = sum(int(one.source.lengths.sum()) for one in moving)
    writer.add("word.place_starts", starts)
    rooms = [writer.reserve("word.places", np.uint32 if end < 1 << 32 else np.uint64, int(starts[-1]))]
    for first, last in _stretches(starts):
        _interleaved(first, last, starts, moving, _Moving.places, rooms)


def _interleaved(
    first: int, last: int, starts: Array, moving: Sequence[_Moving], read: Read, rooms: Sequence[Room]
) -> list[Array]:
    """Put what all sources have of some words in the order of the words, and write it."""
    out = [np.empty(int(starts[last] - starts[first]), room.dtype) for room in rooms]
    filled = starts[first:last] - starts[first]
    for one in moving:
        low, high = np.searchsorted(one.ranks, [first, last])
        if low == high:
            continue
        words, values = read(one, int(low), int(high))
        words = words - first
        counts = np.bincount(words, minlength=last - first)
        at = np.repeat(filled - (np.cumsum(counts) - counts), counts) + np.arange(len(words))
        for array, value in zip(out, values, strict=True):
            array[at] = value
        filled += counts
        if one.source.pack is not None:
            one.source.pack.let_go()
    for room, array in zip(rooms, out, strict=True):
        room.append(array)
    return out


def _stretch(starts: Array, first: int, last: int) -> tuple[Array, slice]:
    counts = np.diff(starts[first : last + 1])
    return np.repeat(np.arange(first, last), counts), slice(int(starts[first]), int(starts[last]))


def _stretches(starts: Array) -> Iterator[tuple[int, int]]:
    """Cut the words into stretches of about so many postings; a stretch has one word at least."""
    first, count = 0, len(starts) - 1
    while first < count:
        last = int(np.searchsorted(starts, starts[first] + STRETCH, side="right")) - 1
        last = min(count, max(first + 1, last))
        yield first, last
        first = last
