"""The order of answers: the best, newest or cheapest first, of any page, without sorting all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalogue.search.engine.hits import Hits
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment

SAMPLED_FROM = 16_384  # documents
SAMPLE = 2_048


@dataclass(frozen=True)
class Ranked:
    """The first documents of a segment in the order asked for, with what they are ordered by."""

    segment: Segment
    docs: Array
    keys: Array  # the smallest comes first
    added: Array  # of equals the newest in the register comes first
    classes: Array  # those of a higher one come behind all of a lower one


def first(
    segment: Segment, found: Hits, visible: Array | None, sort: str, need: int, classes: Array | None
) -> Ranked:
    """Return the first `need` documents; those of a lower class before all others."""
    if sort == "relevance" and found.scores is None:
        sort = "added"
    if found.docs is None and classes is None and sort != "relevance":
        return _from_order(segment, visible, sort, need)
    docs = np.arange(segment.size) if found.docs is None else found.docs
    ranks = segment.arrays[f"rank.{'added' if sort == 'relevance' else sort}"].take(docs)
    if sort == "relevance" and found.scores is not None:
        keys: Array = -found.scores
    else:
        keys = ranks
    if classes is not None and len(docs):
        return _by_class(segment, docs, keys, ranks, need, classes.take(docs), sort)
    at = _least(keys, ranks, need)
    return _ranked(segment, docs.take(at), keys.take(at), sort)


def page(parts: Sequence[Ranked], start: int, end: int) -> list[tuple[Segment, int]]:
    """Put the first documents of all segments in one order and return those from `start` to `end`."""
    if len(parts) == 1:
        return [(parts[0].segment, doc) for doc in parts[0].docs[start:end].tolist()]
    owners = np.repeat(np.arange(len(parts)), [len(part.docs) for part in parts])
    docs, keys, added, classes = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("docs", "keys", "added", "classes")
    )
    order = np.lexsort((-added, keys, classes))
    first, groups = _around([array.take(order) for array in (added, keys, classes)], start, end)
    equals = order[first : first + len(groups)]
    pids = np.concatenate([part.segment.pids(part.docs) for part in parts]).take(equals)
    shown = equals.take(np.lexsort((pids, groups))[start - first : end - first])
    return [(parts[owners[place]].segment, int(docs[place])) for place in shown.tolist()]


def _around(keys: Sequence[Array], start: int, end: int) -> tuple[int, Array]:
    """Return where the equals of the first on a page begin, and which are equals from there to the last's."""
    is_new = np.zeros(len(keys[0]), np.bool_)
    for key in keys:
        is_new[1:] |= key[1:] != key[:-1]
    groups = np.cumsum(is_new)
    shown = groups[start:end]
    if not len(shown):
        return start, groups[:0]
    first, last = np.searchsorted(groups, [shown[0], shown[-1] + 1]).tolist()
    return first, groups[first:last]


def _from_order(segment: Segment, visible: Array | None, sort: str, need: int) -> Ranked:
    order = segment.arrays[f"order.{sort}"]
    if visible is not None:
        # A few are hidden: look a little further than what is needed.
        head = order[: need + int(np.count_nonzero(~visible))]
        order = head.take(np.flatnonzero(visible.take(head)))
    docs = order[:need]
    return _ranked(segment, docs, segment.arrays[f"rank.{sort}"].take(docs), sort)


def _ranked(segment: Segment, docs: Array, keys: Array, sort: str) -> Ranked:
    """Give keys that can be compared between segments in the place of ranks."""
    added = segment.arrays["doc.added"].take(docs)
    if sort == "added":
        keys = np.zeros(len(docs))
    elif sort in ("oldest", "newest"):
        day = segment.arrays["doc.day"].take(docs).astype(np.int64)
        keys = np.where(day == 0, np.iinfo(np.int64).max, day if sort == "oldest" else -day)
    elif sort == "price":
        price = segment.arrays["doc.price"].take(docs).astype(np.int64)
        keys = np.where(price < 0, np.iinfo(np.int64).max, price)
    return Ranked(segment, docs, keys, added, np.zeros(len(docs), np.int8))


def _by_class(
    segment: Segment, docs: Array, keys: Array, ranks: Array, need: int, classes: Array, sort: str
) -> Ranked:
    """Rank one class after another, as if they were several answers."""
    parts = []
    for number in np.unique(classes).tolist():
        chosen = np.flatnonzero(classes == number)
        own = docs.take(chosen)
        at = _least(keys.take(chosen), ranks.take(chosen), need)
        parts.append(_ranked(segment, own.take(at), keys.take(chosen).take(at), sort))
    return Ranked(
        segment=segment,
        docs=np.concatenate([part.docs for part in parts]),
        keys=np.concatenate([part.keys for part in parts]),
        added=np.concatenate([part.added for part in parts]),
        classes=np.repeat(np.unique(classes), [len(part.docs) for part in parts]),
    )


def _least(keys: Array, ties: Array, need: int) -> Array:
    """Return the places of the `need` smallest keys, smallest first, equals by their ties."""
    count = len(keys)
    chosen = _sampled(keys, need) if count > SAMPLED_FROM and count > 8 * need else None
    if chosen is None and count > need:
        limit = np.partition(keys, need - 1)[need - 1]
        below, equal = np.flatnonzero(keys < limit), np.flatnonzero(keys == limit)
        missing = need - len(below)
        if len(equal) > missing:
            equal = equal[np.argpartition(ties[equal], missing - 1)[:missing]]
        chosen = np.concatenate([below, equal])
    elif chosen is None:
        chosen = np.arange(count)
    return chosen[np.lexsort((ties[chosen], keys[chosen]))[:need]]


def _sampled(keys: Array, need: int) -> Array | None:
    """Return the places of a few more keys than needed, found with a sample; None where that does not work."""
    step = len(keys) // SAMPLE
    sample = keys[::step]
    place = 4 + 3 * need // step
    if place >= len(sample):
        return None
    chosen = np.flatnonzero(keys <= np.partition(sample, place)[place])
    return chosen if need <= len(chosen) <= len(keys) // 2 else None
