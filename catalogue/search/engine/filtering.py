"""Filters: which documents of a segment have one of the values that are ticked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalogue.search.engine import hits, spans
from catalogue.search.engine.hits import Hits
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import DECADE
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.query import UNDATED

YEARS = "years"


@dataclass(frozen=True)
class Filter:
    """Values of one name, of which a document must have one; `column` is where they are kept."""

    name: str
    column: str
    values: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None


def mask(snapshot: Snapshot, segment: Segment, one: Filter) -> Array:
    """Mark the documents of a segment that a filter lets through."""
    key = ("filter", segment.name, one.column, one.values, one.first, one.last)
    return snapshot.memory.get(key, lambda: _mask(segment, one))


def through(snapshot: Snapshot, segment: Segment, found: Hits, filters: Sequence[Filter]) -> Hits:
    """Return what passes all filters."""
    if not filters:
        return found
    masks = [mask(snapshot, segment, one) for one in filters]
    if found.docs is not None:
        kept = masks[0].take(found.docs)
        for other in masks[1:]:
            kept &= other.take(found.docs)
        return found.chosen(np.flatnonzero(kept))
    if len(filters) == 1 and (docs := _docs_of(segment, filters[0])) is not None:
        return Hits(docs)
    whole = masks[0]
    for other in masks[1:]:
        whole = whole & other
    return hits.through(found, whole)


def _docs_of(segment: Segment, one: Filter) -> Array | None:
    """Return the documents of the only value of a filter, which are kept as they are."""
    if one.column not in segment.columns or len(one.values) != 1:
        return None
    column = segment.columns[one.column]
    number = column.values.find(one.values[0].encode("utf-8", "surrogatepass"))
    return column.docs_of(number) if number >= 0 else hits.NO_DOCS


def _mask(segment: Segment, one: Filter) -> Array:
    if one.name == YEARS:
        return spans.within(segment, one.first, one.last)[0].take(segment.span)
    if one.column == DECADE:
        return spans.in_decades(segment, one.values, UNDATED).take(segment.span)
    column = segment.columns[one.column]
    marks = np.zeros(segment.size, np.bool_)
    for value in one.values:
        number = column.values.find(value.encode("utf-8", "surrogatepass"))
        if number >= 0:
            marks[column.docs_of(number)] = True
    return marks
