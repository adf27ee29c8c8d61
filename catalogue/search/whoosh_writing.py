"""Writing segments: a few changed documents beside what is there, or all documents anew."""

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from catalogue.search import whoosh_segments
from catalogue.search.document import Document
from catalogue.search.engine import packing
from catalogue.search.engine.inverting import Collector
from catalogue.search.engine.joining import join
from catalogue.search.engine.packing import Array, Writer
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import Shape
from catalogue.search.engine.sources import Source
from catalogue.search.index import Progress
from catalogue.search.whoosh_segments import ArraySegment

BATCH = 8_000  # documents that are turned round at a time when all are written; more take more memory and no less time
MAX_WORKERS = 2  # processes that do so; each takes about 240 MB
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
    collector = _collected(shape, documents)
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

    Of many, parts are turned round by processes of their own while more are read, and joined at the end.
    """
    done, parts, waiting = 0, list[Future[Path]](), list[Document]()
    with _Workers() as workers:
        for documents in batches:
            waiting += documents
            done += len(documents)
            if len(waiting) >= BATCH:
                parts.append(workers.submit(_spill, folder / f"part-{len(parts)}.new", shape, waiting))
                waiting = []
            progress(done)
        packs = [packing.read(part.result()) for part in parts]
    sources = [Source(pack.arrays, pack=pack) for pack in packs]
    if waiting:
        sources.append(Source(_collected(shape, waiting).arrays()))
    entries = [_written(folder, shape, sources)] if sources else []
    whoosh_segments.publish(folder, entries)
    for pack in packs:
        pack.path.unlink()


class _Workers:
    """Processes that turn documents round; none is started before there is work for it."""

    def __init__(self) -> None:
        self._count = max(1, min(MAX_WORKERS, os.cpu_count() or 1))
        self._pool: ProcessPoolExecutor | None = None
        self._given: deque[Future[Path]] = deque()

    def __enter__(self) -> "_Workers":
        return self

    def submit(self, work: Callable[..., Path], *arguments: object) -> "Future[Path]":
        """Give work away; wait where more lies ready than the processes will soon need."""
        if self._pool is None:
            # A new interpreter each: this one may have threads and open connections.
            self._pool = ProcessPoolExecutor(self._count, mp_context=get_context("spawn"))
        if len(self._given) > self._count:
            self._given.popleft().result()
        self._given.append(self._pool.submit(work, *arguments))
        return self._given[-1]

    def __exit__(self, *_error: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _spill(path: Path, shape: Shape, documents: Sequence[Document]) -> Path:
    """Put what some documents say on disk, until all is joined."""
    writer = Writer(path)
    for name, array in _collected(shape, documents).arrays().items():
        writer.add(name, array)
    writer.finish({})
    return path


def _collected(shape: Shape, documents: Iterable[Document]) -> Collector:
    collector = Collector(shape)
    for document in documents:
        collector.add(document)
    return collector


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
