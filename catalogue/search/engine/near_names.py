"""Names spelt nearly as they were asked for, beside those that are: a catalogue holds both, for one musician.

Only whole names of several words, of which each is there or a slip away from one that is, and names that were
written as one word; they come behind what was asked for to the letter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from catalogue import folding
from catalogue.search.engine import hits, placing
from catalogue.search.engine.expanding import Meaning
from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment, Words
from catalogue.search.engine.shape import LEADER_BLOCK, PERSON, PERSON_BLOCK
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.ladder import Attempt
from catalogue.search.question import Node, Scope
from catalogue.search.question import Words as Asked

MAX_WORDS = 4
MIN_LETTERS = 3  # of a word with a letter too many or too few
MIN_CHANGED = 5  # of one with a letter changed for another
MIN_PART = 2  # of either word of a name written as one

_KINDS = {
    Scope.ANYWHERE: (PERSON_BLOCK, LEADER_BLOCK),
    Scope.PERSON: (PERSON_BLOCK, LEADER_BLOCK),
    Scope.LEADER: (LEADER_BLOCK,),
}


@dataclass(frozen=True)
class Name:
    """The words of a question that may be a name, and what else is asked."""

    words: tuple[str, ...]
    kinds: tuple[int, ...]  # of blocks in which it may stand
    others: tuple[Node, ...]


def asked(snapshot: Snapshot, attempt: Attempt) -> Name | None:
    """Return the name that a question may hold; None if it holds none that anybody bears or nearly bears."""
    group = attempt.group
    if not snapshot.shape.near_names or group.is_any or group.unwanted:
        return None
    named = [node for node in group.wanted if isinstance(node, Asked) and _is_name(node)]
    words = tuple(reading[0][0] for node in named for reading in node.readings)
    if not 1 <= len(words) <= MAX_WORDS:
        return None
    kinds = min((_KINDS[node.scope] for node in named), key=len)
    return Name(words, kinds, tuple(node for node in group.wanted if node not in named))


def docs(snapshot: Snapshot, segment: Segment, name: Name) -> Array:
    """Return the documents that name somebody nearly so: with a slip in a word at least, or written otherwise.

    What is spelt with a slip is rare, so a name is looked for from each such word on.
    """
    found = [hits.NO_DOCS]
    for ways in _ways(snapshot, segment, name):
        found.append(placing.in_one_block(segment, [[[own]] for own in ways], name.kinds))
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
    for words in _writings(name.words):
        # Parts of a word seldom are names: the first one that is none ends it.
        ways = list(takewhile(bool, (_exactly(segment, word) for word in words)))
        if len(ways) == len(words):
            yield ways


def _is_name(node: Asked) -> bool:
    if (
        node.scope not in _KINDS or node.is_beginning or node.is_phrase
    ):  # what is quoted is meant to the letter
        return False
    return all(len(reading[0]) == 1 and reading[0][0].isalpha() for reading in node.readings)


def _writings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words of a name with two of them joined, or one of them apart."""
    for at, word in enumerate(words):
        if at:
            yield (*words[: at - 1], words[at - 1] + word, *words[at + 1 :])
        for end in range(MIN_PART, len(word) - MIN_PART + 1):
            yield (*words[:at], word[:end], word[end:], *words[at + 1 :])


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
    if len(word) < MIN_LETTERS:
        return
    for number in words.alike(word.encode("utf-8", "surrogatepass"), 1, PERSON):
        other = words.texts[number].decode("utf-8", "surrogatepass")
        # Of short names one letter is often all that tells two people apart: Ray and Roy.
        is_telling = len(word) == len(other) < MIN_CHANGED
        if not is_telling and folding.distance(word, other, 1) == 1:
            yield number
