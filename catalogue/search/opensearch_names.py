"""Names spelt nearly as they were asked for, in OpenSearch's words. Pure."""

from collections.abc import Iterator, Sequence

from catalogue.search import names, opensearch_query, opensearch_words
from catalogue.search.ladder import Attempt
from catalogue.search.opensearch_words import Json

_NAMES = "bearers.names"


def near(attempt: Attempt) -> Json | None:
    """Ask for those who bear nearly the name in a question, with what else it asks; None if it holds no name."""
    name = names.asked(attempt)
    if name is None:
        return None
    parts = ("leader",) if name.of_leader else ("person", "leader")
    spellings = [_in_one_name(writing, parts) for writing in _writings(name.words)]
    if not spellings:
        return None
    either = {"bool": {"should": spellings, "minimum_should_match": 1}}
    others = [opensearch_query.node(node) for node in name.others]
    return opensearch_words.constant({"bool": {"filter": [either, *others]}}, 0)


def _writings(words: tuple[str, ...]) -> Iterator[list[Json]]:
    """Yield the conditions of each way to write a name: with slips as it is typed, else to the letter."""
    if len(words) > 1:
        yield [_nearly(word) for word in words]
    for others in names.written_otherwise(words):
        yield [{"term": {_NAMES: word}} for word in others]


def _in_one_name(words: Sequence[Json], parts: Sequence[str]) -> Json:
    conditions = [{"terms": {"bearers.part": list(parts)}}, *words]
    return {"nested": {"path": "bearers", "query": {"bool": {"filter": conditions}}}}


def _nearly(word: str) -> Json:
    if len(word) < names.MIN_LETTERS:
        return {"term": {_NAMES: word}}
    if len(word) >= names.MIN_CHANGED:
        alike = {"value": word, "fuzziness": 1, "prefix_length": 1, "rewrite": "constant_score"}
        return {"fuzzy": {_NAMES: alike}}
    places = range(1, len(word) + 1)
    less = [word[: at - 1] + word[at:] for at in places if at > 1]
    more = [f"{word[:at]}.{word[at:]}" for at in places]
    return {"regexp": {_NAMES: {"value": "|".join([word, *less, *more])}}}
