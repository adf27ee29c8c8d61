"""Counts by value: exact, for any set of documents, in one pass for several columns at once."""

from collections.abc import Sequence

import numpy as np

from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Column, Joint, Segment
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.engine.tables import SPAN

FEW = 4  # with fewer documents than this part of a joint column's values, columns are counted one by one


def count(segment: Segment, docs: Array | None, names: Sequence[str]) -> dict[str, Array]:
    """Count the values of some columns, and `SPAN`, among documents; by the numbers of the segment."""
    if docs is None:
        return {name: _all(segment, name) for name in names}
    found: dict[str, Array] = {}
    wanted = frozenset(names)
    for joint in segment.joints:
        if len(wanted & frozenset(joint.names)) > 1 and len(docs) * FEW >= joint.count:
            found |= _jointly(joint, docs)
    return {name: found[name] if name in found else _one(segment, name, docs) for name in names}


def less(counts: dict[str, Array], hidden: dict[str, Array]) -> dict[str, Array]:
    """Take the counts of hidden documents off those of all."""
    return {name: values - hidden[name] for name, values in counts.items()}


def merged(snapshot: Snapshot, name: str, parts: Sequence[tuple[Segment, Array]]) -> Array:
    """Add the counts of all segments of a column or of `SPAN`, by the numbers of the whole index."""
    known = snapshot.ranges if name == SPAN else snapshot.facets[name]
    total = np.zeros(len(known), np.int64)
    for segment, counts in parts:
        numbers = known.numbers[segment.name]
        if numbers is None:
            total[: len(counts)] += counts
        else:
            total[numbers] += counts  # a segment has each value once
    return total


def top(
    snapshot: Snapshot, name: str, counts: Array, limit: int, chosen: Sequence[str]
) -> tuple[tuple[str, int], ...]:
    """Return the most frequent values, equals in the order of their numbers, and those that are chosen."""
    facet = snapshot.facets[name]
    numbers = largest(counts, limit)
    pairs = [(facet.value(number), int(counts[number])) for number in numbers]
    shown = {value for value, _count in pairs}
    for value in chosen:
        number = facet.number(value) if value not in shown else -1
        if number >= 0 and counts[number]:
            pairs.append((value, int(counts[number])))
    return tuple(pairs)


def largest(counts: Array, limit: int) -> list[int]:
    """Return the places of the largest counts above nought, largest first."""
    if len(counts) > 4 * limit:
        least = max(1, int(np.partition(counts, len(counts) - limit)[len(counts) - limit]))
        places = np.flatnonzero(counts >= least)
    else:
        places = np.flatnonzero(counts)
    ordered: list[int] = places[np.argsort(-counts[places], kind="stable")][:limit].tolist()
    return ordered


def _jointly(joint: Joint, docs: Array) -> dict[str, Array]:
    counts = np.bincount(joint.codes.take(docs), minlength=joint.count).reshape(joint.sizes)
    axes = range(len(joint.sizes))
    return {
        name: counts.sum(axis=tuple(other for other in axes if other != axis))[:-1]
        for axis, name in enumerate(joint.names)
    }


def _one(segment: Segment, name: str, docs: Array) -> Array:
    if name == SPAN:
        return np.bincount(segment.span.take(docs), minlength=len(segment.span_lo))
    column = segment.columns[name]
    if column.one is not None:
        return np.bincount(column.one.take(docs), minlength=len(column.values) + 1)[:-1]
    if 2 * len(docs) > segment.size:
        # Fewer are left out than counted.
        left = np.ones(segment.size, np.bool_)
        left[docs] = False
        return column.counts - _many(column, np.flatnonzero(left))
    return _many(column, docs)


def _many(column: Column, docs: Array) -> Array:
    return np.bincount(column.codes(docs)[0], minlength=len(column.values))


def _all(segment: Segment, name: str) -> Array:
    return segment.span_counts if name == SPAN else segment.columns[name].counts
