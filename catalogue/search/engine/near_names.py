"""Who bears nearly the name that was asked for: with a slip in a word at least, or written otherwise."""

from collections.abc import Iterator
from itertools import takewhile

import numpy as np

from catalogue import folding
from catalogue.search import names
from catalogue.search.engine import hits, placing
from catalogue.search.engine.expanding import Meaning
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment, Words
from catalogue.search.engine.shape import LEADER_BLOCK, PERSON, PERSON_BLOCK
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.names import Name


def docs(snapshot: Snapshot, segment: Segment, name: Name) -> Array:
    """Return the documents that name somebody nearly so.

    What is spelt with a slip is rare, so a name is looked for from each such word on.
    """
    kinds = (LEADER_BLOCK,) if name.of_leader else (PERSON_BLOCK, LEADER_BLOCK)
    found = [hits.NO_DOCS]
    for ways in _ways(snapshot, segment, name):
        found.append(placing.in_one_block(segment, [[[own]] for own in ways], kinds))
    return hits.distinct(np.sort(np.concatenate(found)))


def _ways(snapshot: Snapshot, segment: Segment, name: Name) -> Iterator[list[list[Meaning]]]:
    """Yield for each way to write the name what each of its words may be."""
    exactly = [_exactly(segment, word) for word in name.words]
    nearly = [_nearly(snapshot, segment, word) for word in name.words] if len(name.words) > 1 else []
    for at, slipped in enumerate(nearly):
        # Those before are to the letter, so that no name is looked for twice.
        others = [[*own, *near] for own, near in zip(exactly[at + 1 :], nearly[at + 1 :], strict=True)]
        ways = [*exactly[:at], slipped, *others]
        if all(ways):
            yield ways
    for words in names.written_otherwise(name.words):
        # Parts of a word seldom are names: the first one that is none ends it.
        ways = list(takewhile(bool, (_exactly(segment, word) for word in words)))
        if len(ways) == len(words):
            yield ways


def _exactly(segment: Segment, word: str) -> list[Meaning]:
    """Return a word of names."""
    number = segment.words.texts.find(word.encode("utf-8", "surrogatepass"))
    is_name = number >= 0 and segment.words.any_bits[number] & PERSON
    return [Meaning(number, number + 1)] if is_name else []


def _nearly(snapshot: Snapshot, segment: Segment, word: str) -> list[Meaning]:
    """Return the words of names that are a slip away from one."""
    key = ("near", segment.name, word)
    numbers = snapshot.memory.get(key, lambda: np.array(list(_numbers(segment.words, word)), np.int64))
    return [Meaning(number, number + 1) for number in numbers.tolist()]


def _numbers(words: Words, word: str) -> Iterator[int]:
    if len(word) < names.MIN_LETTERS:
        return
    for number in words.alike(word.encode("utf-8", "surrogatepass"), 1, PERSON):
        other = words.texts[number].decode("utf-8", "surrogatepass")
        is_telling = len(word) == len(other) < names.MIN_CHANGED
        if not is_telling and folding.distance(word, other, 1) == 1:
            yield number
