"""Names spelt nearly as they were asked for, beside those that are: a catalogue holds both, for one musician. Pure.

Only whole names of several words, of which each is there or a slip away from one that is, and names that were
written as one word; they come behind what was asked for to the letter.
"""

from collections.abc import Iterator, Sequence

from catalogue.search import opensearch_query, opensearch_words
from catalogue.search.index import EXACT
from catalogue.search.ladder import Attempt
from catalogue.search.opensearch_words import Json
from catalogue.search.question import Scope, Words

MAX_WORDS = 4
MIN_LETTERS = 3  # of a word with a letter too many or too few
MIN_CHANGED = 5  # of one with a letter changed for another
MIN_PART = 2  # of either word of a name written as one
MAX_LETTERS = 30  # of all words

_SCOPES = (Scope.ANYWHERE, Scope.PERSON, Scope.LEADER)
_NAMES = "bearers.names"


def near(attempt: Attempt) -> Json | None:
    """Ask for those who bear nearly the name in a question, with what else it asks; None if it holds no name."""
    group = attempt.group
    if attempt.rung != EXACT or group.is_any or group.unwanted:
        return None
    named = [node for node in group.wanted if isinstance(node, Words) and _is_name(node)]
    words = [reading[0][0] for node in named if not node.is_optional for reading in node.readings]
    if not 1 <= len(words) <= MAX_WORDS or len("".join(words)) > MAX_LETTERS:
        return None
    parts = ("leader",) if any(node.scope is Scope.LEADER for node in named) else ("person", "leader")
    spellings = [_in_one_name(writing, parts) for writing in _writings(words)]
    others = [opensearch_query.node(node) for node in group.wanted if node not in named]
    either = (
        {"bool": {"should": spellings, "minimum_should_match": 1}} if spellings else opensearch_query.NOTHING
    )
    return opensearch_words.constant({"bool": {"filter": [either, *others]}}, 0)


def _is_name(node: Words) -> bool:
    if node.scope not in _SCOPES or node.is_beginning:
        return False
    return all(len(reading[0]) == 1 and reading[0][0].isalpha() for reading in node.readings)


def _writings(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give the words of a name with two of them joined, or one of them apart, and as they are if several."""
    if len(words) > 1:
        yield words
    for at, word in enumerate(words):
        if at:
            yield (*words[: at - 1], words[at - 1] + word, *words[at + 1 :])
        for end in range(MIN_PART, len(word) - MIN_PART + 1):
            yield (*words[:at], word[:end], word[end:], *words[at + 1 :])


def _in_one_name(words: Sequence[str], parts: Sequence[str]) -> Json:
    conditions = [{"terms": {"bearers.part": list(parts)}}, *map(_nearly, words)]
    return {"nested": {"path": "bearers", "query": {"bool": {"filter": conditions}}}}


def _nearly(word: str) -> Json:
    if len(word) < MIN_LETTERS:
        return {"term": {_NAMES: word}}
    if len(word) >= MIN_CHANGED:
        alike = {"value": word, "fuzziness": 1, "prefix_length": 1, "rewrite": "constant_score"}
        return {"fuzzy": {_NAMES: alike}}
    # Of short names one letter is often all that tells two people apart: Ray and Roy.
    places = range(1, len(word) + 1)
    less = [word[: at - 1] + word[at:] for at in places if at > 1]
    more = [f"{word[:at]}.{word[at:]}" for at in places]
    return {"regexp": {_NAMES: {"value": "|".join([word, *less, *more])}}}
