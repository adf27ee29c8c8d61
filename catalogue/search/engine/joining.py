"""One segment out of several: their words and documents one after another, without those that were deleted.

Postings are moved a stretch of the alphabet at a time, so that a million documents need no more memory than ten
thousand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from catalogue.search.engine import columns, tables, weighing
from catalogue.search.engine.packing import Array, Pack, Room, Writer
from catalogue.search.engine.shape import BLOCK_BITS, Shape

STRETCH = 2_000_000  # postings or places that are moved at a time
NUMBERS = ("added", "day", "price", "embargo", "lo", "hi")


@dataclass(frozen=True)
class Source:
    """The arrays of a segment and which of its documents are still wanted; None for all."""

    arrays: Mapping[str, Array]
    live: Array | None = None
    pack: Pack | None = None

    @cached_property
    def size(self) -> int:
        """How many documents it has, deleted ones included."""
        return len(self.arrays["doc.starts"]) - 1

    @cached_property
    def kept(self) -> int:
        """How many are wanted."""
        return self.size if self.live is None else int(np.count_nonzero(self.live))

    @cached_property
    def lengths(self) -> Array:
        """How many places each wanted document takes."""
        lengths = np.diff(self.arrays["doc.starts"])
        return lengths if self.live is None else lengths[self.live]

    def texts(self, name: str) -> list[bytes]:
        """Return the words, or the values of a column."""
        blob, ends = self.arrays[f"{name}.blob"].tobytes(), self.arrays[f"{name}.ends"].tolist()
        return [blob[start:end] for start, end in pairwise(ends)]


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


def join(sources: Sequence[Source], shape: Shape, writer: Writer) -> int:
    """Write the segment that holds the wanted documents of all sources; return how many they are."""
    words, ranks = _union([source.texts("word") for source in sources])
    moving = _moving(sources, ranks)
    counts = _counts(moving, len(words), "word.starts", _Moving.postings)
    if (counts == 0).any():
        words, counts = _without_idle(words, counts, moving)
    size = sum(source.kept for source in sources)
    facts = _facts(sources, shape)
    writer.add("word.blob", weighing.lexicon(words)["word.blob"])
    writer.add("word.ends", weighing.ends(words))
    any_bits = _write_postings(writer, moving, counts)
    _write_places(writer, moving, len(words))
    facts |= tables.of_documents(facts)
    joint, groups = tables.joint(facts, shape)
    for name, array in (facts | joint | tables.of_words(words, any_bits, counts, shape)).items():
        writer.add(name, array)
    _write_texts(writer, sources)
    writer.finish({"size": size, "joints": groups})
    return size


def _union(lists: Sequence[Sequence[bytes]]) -> tuple[list[bytes], list[Array]]:
    """Return all different texts, sorted, and for each list the numbers of its own among them."""
    if len(lists) == 1:
        return list(lists[0]), [np.arange(len(lists[0]))]
    every = sorted(set().union(*lists))
    number = {text: place for place, text in enumerate(every)}
    return every, [np.fromiter(map(number.__getitem__, texts), np.int64, len(texts)) for texts in lists]


def _moving(sources: Sequence[Source], ranks: Sequence[Array]) -> list[_Moving]:
    moving, base, base_place = [], 0, 0
    for source, numbers in zip(sources, ranks, strict=True):
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


def _facts(sources: Sequence[Source], shape: Shape) -> dict[str, Array]:
    """Gather what there is of each document."""
    lengths = np.concatenate([source.lengths for source in sources])
    found = {"doc.starts": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)}
    found["blocks"] = np.concatenate([_blocks(source) for source in sources])
    found["block.docs"] = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths >> BLOCK_BITS)
    for name in NUMBERS:
        found[f"doc.{name}"] = np.concatenate([_kept(source, f"doc.{name}") for source in sources])
    digests = [source.arrays["doc.digests"].reshape(source.size, -1) for source in sources if source.size]
    lives = [source.live for source in sources if source.size]
    pairs = zip(digests, lives, strict=True)
    found["doc.digests"] = np.concatenate(
        [np.empty(0, np.uint8), *((rows if live is None else rows[live]).ravel() for rows, live in pairs)]
    )
    for name in (*shape.names, "pid", "mark"):
        found |= _column(name, sources)
    return found | _wholes(sources)


def _kept(source: Source, name: str) -> Array:
    array: Array = source.arrays[name]
    return array if source.live is None else array[source.live]


def _blocks(source: Source) -> Array:
    kinds: Array = source.arrays["blocks"]
    if source.live is None:
        return kinds
    kept = np.repeat(source.live, np.diff(source.arrays["doc.starts"]) >> BLOCK_BITS)
    return kinds.take(np.flatnonzero(kept))


def _column(name: str, sources: Sequence[Source]) -> dict[str, Array]:
    values, ranks = _union([source.texts(name) for source in sources])
    codes, counts = [], []
    for source, numbers in zip(sources, ranks, strict=True):
        own, ends = columns.parted(name, source.arrays)
        sizes = np.diff(ends)
        if source.live is not None:
            own, sizes = own[np.repeat(source.live, sizes)], sizes[source.live]
        codes.append(numbers[own] if len(numbers) else own)
        counts.append(sizes)
    joined = np.concatenate(codes).astype(np.int64)
    ends = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    used = np.bincount(joined, minlength=len(values)) > 0
    if not used.all():
        values = [values[place] for place in np.flatnonzero(used).tolist()]
        joined = (np.cumsum(used) - 1)[joined]
    return columns.made(name, values, joined, ends)


def _wholes(sources: Sequence[Source]) -> dict[str, Array]:
    keys, docs, base = [], [], 0
    for source in sources:
        own, numbers = source.arrays["whole.keys"], source.arrays["whole.docs"]
        if source.live is None:
            keys.append(own)
            docs.append(numbers + base)
        else:
            kept = source.live[numbers]
            keys.append(own[kept])
            docs.append((np.cumsum(source.live) - 1)[numbers[kept]] + base)
        base += source.kept
    joined = np.concatenate(keys)
    order = np.argsort(joined, kind="stable")
    return {
        "whole.keys": joined[order],
        "whole.docs": np.concatenate(docs)[order].astype(np.int32),
    }


def _write_texts(writer: Writer, sources: Sequence[Source]) -> None:
    sizes = [np.diff(source.arrays["text.ends"]) for source in sources]
    kept = [
        own if source.live is None else own[source.live] for own, source in zip(sizes, sources, strict=True)
    ]
    ends = np.concatenate([[0], np.cumsum(np.concatenate(kept))]).astype(np.int64)
    writer.add("text.ends", ends)
    room = writer.reserve("text.blob", np.uint8, int(ends[-1]))
    for source, own in zip(sources, sizes, strict=True):
        _copy_texts(room, source, own)


def _copy_texts(room: Room, source: Source, sizes: Array) -> None:
    blob, ends = source.arrays["text.blob"], source.arrays["text.ends"]
    step = max(1, STRETCH * 8 // max(1, int(sizes.max(initial=1))))
    for first in range(0, source.size, step):
        last = min(source.size, first + step)
        part = blob[ends[first] : ends[last]]
        if source.live is not None:
            part = part[np.repeat(source.live[first:last], sizes[first:last])]
        room.append(part)
        if source.pack is not None:
            source.pack.let_go()
