"""Sets of documents of one segment with their scores, and how they are joined."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalogue.search.engine.packing import Array

NO_DOCS: Array = np.empty(0, np.int32)


@dataclass(frozen=True)
class Hits:
    """Ascending documents, each with a score; `scores` None: all the same. `docs` None: all documents."""

    docs: Array | None
    scores: Array | None = None

    def chosen(self, places: Array) -> "Hits":
        """Return those at some places."""
        docs = places if self.docs is None else self.docs.take(places)
        return Hits(docs, None if self.scores is None else self.scores.take(places))


EVERYTHING = Hits(None)
NOTHING = Hits(NO_DOCS)


def common(sets: Sequence[Hits], size: int) -> Hits:
    """Return the documents in all sets, scores added; everything if there are none."""
    ordered = sorted(sets, key=lambda one: size if one.docs is None else len(one.docs))
    found = ordered[0] if ordered else EVERYTHING
    for other in ordered[1:]:
        found = _both(found, other)
    return found


def any_of(sets: Sequence[Hits], size: int) -> Hits:
    """Return the documents in one set or more, scores added."""
    filled = [one for one in sets if one.docs is None or len(one.docs)]
    if any(one.docs is None for one in filled):
        return EVERYTHING
    if len(filled) < 2:
        return filled[0] if filled else NOTHING
    return _either([(one.docs, one.scores) for one in filled], size)


def without(found: Hits, unwanted: Hits, size: int) -> Hits:
    """Return the documents of one set that another lacks."""
    if unwanted.docs is None:
        return NOTHING
    if not len(unwanted.docs):
        return found
    left = np.ones(size, np.bool_)
    left[unwanted.docs] = False
    return through(found, left)


def through(found: Hits, mask: Array | None) -> Hits:
    """Return the documents that a mask of all documents lets through; None lets all through."""
    if mask is None:
        return found
    return found.chosen(np.flatnonzero(mask if found.docs is None else mask.take(found.docs)))


def seen(docs: Array, mask: Array | None) -> Array:
    """Return the documents among some that a mask of all lets through."""
    return docs if mask is None else docs.take(np.flatnonzero(mask.take(docs)))


def raised_by(found: Hits, more: Hits) -> Hits:
    """Return the same documents with what others score added."""
    if found.docs is None or found.scores is None or more.docs is None or more.scores is None:
        return found
    at, there = places_in(found.docs, more.docs)
    scores = found.scores.copy()
    scores[at] += more.scores.take(there)
    return Hits(found.docs, scores)


def raised(found: Hits, docs: Array, bonus: float) -> Hits:
    """Return the same documents, some with a higher score."""
    if found.docs is None or found.scores is None:
        return found
    at, _there = places_in(found.docs, docs)
    if not len(at):
        return found
    scores = found.scores.copy()
    scores[at] += np.float32(bonus)
    return Hits(found.docs, scores)


def places_in(docs: Array, others: Array) -> tuple[Array, Array]:
    """Return where documents that both have stand in the first, and where in the second."""
    if not len(others) or not len(docs):
        return NO_DOCS.astype(np.int64), NO_DOCS.astype(np.int64)
    at = np.searchsorted(others, docs)
    at[at == len(others)] = 0
    here = np.flatnonzero(others.take(at) == docs)
    return here, at.take(here)


def distinct(values: Array) -> Array:
    """Leave repetitions out of ascending values."""
    if len(values) < 2:
        return values
    is_new = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=is_new[1:])
    return values.compress(is_new)


def _both(one: Hits, other: Hits) -> Hits:
    if one.docs is None or other.docs is None:
        return other if one.docs is None else one
    here, there = places_in(one.docs, other.docs)
    scores = [
        found.scores.take(at) for found, at in ((one, here), (other, there)) if found.scores is not None
    ]
    return Hits(one.docs.take(here), sum(scores[1:], scores[0]) if scores else None)


def _either(sets: list[tuple[Array | None, Array | None]], size: int) -> Hits:
    total = np.zeros(size, np.float32)
    has = np.zeros(size, np.bool_)
    for docs, scores in sets:
        has[docs] = True
        if scores is not None:
            total[docs] += scores
    docs = np.flatnonzero(has)
    return Hits(docs, total.take(docs))
