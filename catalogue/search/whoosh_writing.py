"""Writing segments: a few changed documents beside what is there, or all documents anew."""

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from catalogue.search import whoosh_segments
from catalogue.search.document import Document
from catalogue.search.engine import packing
from catalogue.search.engine.inverting import Collector
from catalogue.search.engine.joining import Source, join
from catalogue.search.engine.packing import Array, Writer
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import Shape
from catalogue.search.index import Progress
from catalogue.search.whoosh_segments import ArraySegment

BATCH = 30_000  # documents that are turned round at a time when all are written
# Which segments are written again with new documents: the smallest always, and when there are many, those that are
# not much larger than all smaller ones together; so each document is written again a few times in its life.
ALWAYS = 64  # documents
MANY = 8
MUCH_LARGER = 2
MOSTLY_DELETED = 0.5

Opened = tuple[ArraySegment, Segment]


def apply(
    folder: Path,
    shape: Shape,
    opened: Sequence[Opened],
    documents: Collection[Document],
    removed: Collection[str],
) -> None:
    """Put documents in the place of older ones and take others out, as the next state of a folder."""
    gone = {*removed, *(document.pid for document in documents)}
    current = [(_without(entry, segment, gone), segment) for entry, segment in opened]
    collector = Collector(shape)
    for document in documents:
        collector.add(document)
    kept, again = _sorted_out(current, collector.size)
    sources = [_source(entry, segment) for entry, segment in again]
    if collector.size:
        sources.append(Source(collector.arrays()))
    entries = [entry for entry, _segment in kept]
    if any(source.kept for source in sources):
        entries.append(_written(folder, shape, sources))
    whoosh_segments.publish(folder, entries)


def fill(folder: Path, shape: Shape, batches: Iterable[Collection[Document]], progress: Progress) -> None:
    """Write all documents to an empty folder, as its first state.

    While one thread finds words, another turns round those that were found before.
    """
    done, sources, writing = 0, list[Source](), None
    collector = Collector(shape)
    with ThreadPoolExecutor(max_workers=1) as other:
        for documents in batches:
            for document in documents:
                collector.add(document)
            done += len(documents)
            progress(done)
            if collector.size >= BATCH:
                sources += [writing.result()] if writing else []
                writing = _spilt(other, folder, collector, len(sources))
                collector = Collector(shape)
        sources += [writing.result()] if writing else []
    if collector.size:
        sources.append(Source(collector.arrays()))
    entries = [_written(folder, shape, sources)] if sources else []
    whoosh_segments.publish(folder, entries)
    for source in sources:
        if source.pack is not None:
            source.pack.path.unlink()


def _spilt(other: ThreadPoolExecutor, folder: Path, collector: Collector, number: int) -> "Future[Source]":
    return other.submit(_spill, folder / f"part-{number}.new", collector)


def _spill(path: Path, collector: Collector) -> Source:
    """Put what was collected out of memory until all is joined."""
    writer = Writer(path)
    for name, array in collector.arrays().items():
        writer.add(name, array)
    writer.finish({})
    pack = packing.read(path)
    return Source(pack.arrays, pack=pack)


def _written(folder: Path, shape: Shape, sources: Sequence[Source]) -> ArraySegment:
    entry = ArraySegment()
    writer = Writer(entry.path(folder))
    try:
        entry.size = join(sources, shape, writer)
    except BaseException:
        writer.abandon()
        raise
    return entry


def _without(entry: ArraySegment, segment: Segment, gone: Collection[str]) -> ArraySegment:
    docs = [doc for pid in gone if (doc := segment.doc(pid)) >= 0 and doc not in entry.deleted]
    return entry.without(docs) if docs else entry


def _sorted_out(current: Sequence[Opened], new: int) -> tuple[list[Opened], list[Opened]]:
    """Tell the segments that stay as they are from those that are written again; empty ones are neither."""
    filled = [pair for pair in current if pair[0].doc_count()]
    ordered = sorted(filled, key=lambda pair: pair[0].doc_count())
    again, total = [], new
    for pair in ordered:
        entry = pair[0]
        is_small = entry.doc_count() <= ALWAYS or (
            len(ordered) > MANY and entry.doc_count() <= max(ALWAYS, MUCH_LARGER * total)
        )
        if is_small or entry.deleted_count() > MOSTLY_DELETED * entry.size:
            again.append(pair)
            total += entry.doc_count()
    if len(again) == 1 and not new and not again[0][0].deleted_count():
        again = []
    return [pair for pair in filled if pair not in again], [pair for pair in filled if pair in again]


def _source(entry: ArraySegment, segment: Segment) -> Source:
    return Source(segment.arrays, _live(entry), segment.pack)


def _live(entry: ArraySegment) -> Array | None:
    if not entry.deleted:
        return None
    live = np.ones(entry.size, np.bool_)
    live[list(entry.deleted)] = False
    return live
