"""Names spelt nearly as they were asked for, beside those that are: a catalogue holds both, for one musician. Pure.

Only whole names of several words, of which each is there or a slip away from one that is, and names that were
written as one word; they come behind what was asked for to the letter.
"""

from collections.abc import Iterator, Sequence

from catalogue.search import opensearch_query, opensearch_words
from catalogue.search.index import EXACT
from catalogue.search.ladder import Attempt
from catalogue.search.opensearch_mapping import cut
from catalogue.search.opensearch_words import Json
from catalogue.search.question import Node, Scope, Words

MAX_WORDS = 4
MIN_LETTERS = 4  # of a word with a slip
MIN_PART = 3  # letters of either word of a name written as one
MAX_LETTERS = 30  # of such a name

_SCOPES = (Scope.ANYWHERE, Scope.PERSON, Scope.LEADER)
_NAMES = "bearers.names"
_LEADERS, _ANYBODY = ("leader",), ("person", "leader")


def near(attempt: Attempt) -> Json | None:
    """Ask for those who bear nearly the name in a question, with what else it asks; None if it holds no name."""
    group = attempt.group
    if attempt.rung != EXACT or group.is_any or group.unwanted:
        return None
    named = [node for node in group.wanted if _is_name(node)]
    asked = [node for node in named if isinstance(node, Words) and not node.is_optional]
    words = [reading[0][0] for node in asked for reading in node.readings]
    if not 1 <= len(words) <= MAX_WORDS or (
        len(words) == 1 and not 2 * MIN_PART <= len(words[0]) <= MAX_LETTERS
    ):
        return None
    others = [opensearch_query.node(node) for node in group.wanted if node not in named]
    parts = _LEADERS if any(node.scope is Scope.LEADER for node in asked) else _ANYBODY
    spellings = {"bool": {"should": list(_spellings(words, parts)), "minimum_should_match": 1}}
    return opensearch_words.constant({"bool": {"filter": [spellings, *others]}}, 0)


def _is_name(node: Node) -> bool:
    if not isinstance(node, Words) or node.scope not in _SCOPES or node.is_beginning:
        return False
    return all(
        len(reading) == 1 and len(reading[0]) == 1 and reading[0][0].isalpha() for reading in node.readings
    )


def _spellings(words: Sequence[str], parts: Sequence[str]) -> Iterator[Json]:
    if len(words) == 1:
        word = words[0]
        for at in range(MIN_PART, len(word) - MIN_PART + 1):
            yield _in_one_name([_exactly(word[:at]), _exactly(word[at:])], parts)
        return
    if len(words) == 2:
        yield _in_one_name([_exactly("".join(words))], parts)
    yield _in_one_name([_nearly(word) for word in words], parts)


def _in_one_name(conditions: Sequence[Json], parts: Sequence[str]) -> Json:
    part = {"terms": {"bearers.part": list(parts)}}
    return {"nested": {"path": "bearers", "query": {"bool": {"filter": [part, *conditions]}}}}


def _exactly(word: str) -> Json:
    return {"term": {_NAMES: cut(word)}}


def _nearly(word: str) -> Json:
    if len(word) < MIN_LETTERS:
        return _exactly(word)
    alike = {"value": cut(word), "fuzziness": 1, "prefix_length": 1, "rewrite": "constant_score"}
    return {"fuzzy": {_NAMES: alike}}
