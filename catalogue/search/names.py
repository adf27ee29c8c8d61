"""The name that a question may hold, and the ways to write it: a catalogue holds several, for one musician. Pure.

Only whole names: each word is there or a slip away from one that is, or the name was written as one word. They
come behind what was asked for to the letter.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.search.index import EXACT
from catalogue.search.ladder import Attempt
from catalogue.search.question import Node, Scope, Words

MAX_WORDS = 4
MAX_LETTERS = 30  # of all words
MIN_LETTERS = 3  # of a word with a letter too many or too few
# Of one with a letter changed for another: of short names one letter is often all that tells two people apart.
MIN_CHANGED = 5
MIN_PART = 2  # of either word of a name written as one

_SCOPES = (Scope.ANYWHERE, Scope.PERSON, Scope.LEADER)


@dataclass(frozen=True)
class Name:
    """The words of a question that may be a name, and what else is asked."""

    words: tuple[str, ...]
    of_leader: bool  # whether only leaders are asked for
    others: tuple[Node, ...]


def asked(attempt: Attempt) -> Name | None:
    """Return the name that a question may hold; None if it holds none, or has been widened."""
    group = attempt.group
    if attempt.rung != EXACT or group.is_any or group.unwanted:
        return None
    named = [node for node in group.wanted if isinstance(node, Words) and _may_be_name(node)]
    words = tuple(reading[0][0] for node in named for reading in node.readings)
    if not 1 <= len(words) <= MAX_WORDS or len("".join(words)) > MAX_LETTERS:
        return None
    others = tuple(node for node in group.wanted if node not in named)
    return Name(words, any(node.scope is Scope.LEADER for node in named), others)


def written_otherwise(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words of a name with two of them joined, or one of them apart."""
    for at, word in enumerate(words):
        if at:
            yield (*words[: at - 1], words[at - 1] + word, *words[at + 1 :])
        for end in range(MIN_PART, len(word) - MIN_PART + 1):
            yield (*words[:at], word[:end], word[end:], *words[at + 1 :])


def _may_be_name(node: Words) -> bool:
    # What is quoted is meant to the letter.
    if node.scope not in _SCOPES or node.is_beginning or node.is_phrase:
        return False
    return all(len(reading[0]) == 1 and reading[0][0].isalpha() for reading in node.readings)
