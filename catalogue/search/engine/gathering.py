"""What there is of each document, of several segments one after another: columns, facts and texts."""

from collections.abc import Sequence

import numpy as np

from catalogue.search.engine import columns, sources
from catalogue.search.engine.packing import Array, Room, Writer
from catalogue.search.engine.shape import BLOCK_BITS, Shape
from catalogue.search.engine.sources import Source

COPIED = 16_000_000  # bytes of texts that are moved at a time
NUMBERS = ("added", "day", "price", "embargo", "lo", "hi")


def facts(segments: Sequence[Source], shape: Shape) -> dict[str, Array]:
    """Gather the columns and numbers of all wanted documents."""
    lengths = np.concatenate([segment.lengths for segment in segments])
    found = {"doc.starts": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)}
    found["blocks"] = np.concatenate([_blocks(segment) for segment in segments])
    found["block.docs"] = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths >> BLOCK_BITS)
    for name in NUMBERS:
        found[f"doc.{name}"] = np.concatenate([_kept(segment, f"doc.{name}") for segment in segments])
    digests = [_digests(segment) for segment in segments if segment.size]
    found["doc.digests"] = np.concatenate([np.empty(0, np.uint8), *digests])
    for name in (*shape.names, "pid", "mark"):
        found |= _column(name, segments)
    return found | _wholes(segments)


def write_texts(writer: Writer, segments: Sequence[Source]) -> None:
    """Write the texts of all wanted documents, which are too many to be held at once."""
    sizes = [np.diff(segment.arrays["text.ends"]) for segment in segments]
    kept = [
        own if segment.live is None else own[segment.live]
        for own, segment in zip(sizes, segments, strict=True)
    ]
    ends = np.concatenate([[0], np.cumsum(np.concatenate(kept))]).astype(np.int64)
    writer.add("text.ends", ends)
    room = writer.reserve("text.blob", np.uint8, int(ends[-1]))
    for segment, own in zip(segments, sizes, strict=True):
        _copy_texts(room, segment, own)


def _digests(source: Source) -> Array:
    rows = source.arrays["doc.digests"].reshape(source.size, -1)
    return (rows if source.live is None else rows[source.live]).ravel()


def _kept(source: Source, name: str) -> Array:
    array: Array = source.arrays[name]
    return array if source.live is None else array[source.live]


def _blocks(source: Source) -> Array:
    kinds: Array = source.arrays["blocks"]
    if source.live is None:
        return kinds
    kept = np.repeat(source.live, np.diff(source.arrays["doc.starts"]) >> BLOCK_BITS)
    return kinds.take(np.flatnonzero(kept))


def _column(name: str, segments: Sequence[Source]) -> dict[str, Array]:
    values, ranks = sources.union([segment.texts(name) for segment in segments])
    codes, counts = [], []
    for source, numbers in zip(segments, ranks, strict=True):
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


def _wholes(segments: Sequence[Source]) -> dict[str, Array]:
    keys, docs, base = [], [], 0
    for source in segments:
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


def _copy_texts(room: Room, source: Source, sizes: Array) -> None:
    blob, ends = source.arrays["text.blob"], source.arrays["text.ends"]
    step = max(1, COPIED // max(1, int(sizes.max(initial=1))))
    for first in range(0, source.size, step):
        last = min(source.size, first + step)
        part = blob[ends[first] : ends[last]]
        if source.live is not None:
            part = part[np.repeat(source.live[first:last], sizes[first:last])]
        room.append(part)
        if source.pack is not None:
            source.pack.let_go()
