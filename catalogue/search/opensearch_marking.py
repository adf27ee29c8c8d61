"""Which words of an answer are those that were looked for, told from the question alone. Pure."""

from collections.abc import Iterable

from catalogue import folding
from catalogue.search import analysis, marking, opensearch_query
from catalogue.search.marking import IsWanted
from catalogue.search.question import Group, Words


def asked_words(group: Group) -> list[str]:
    """List the words asked for as they were typed, first ways only."""
    return [word for part in opensearch_query.words_of(group) for ways in part.readings for word in ways[0]]


def wanted(group: Group, q: str, is_lenient: bool) -> IsWanted:
    """Return what tells whether a folded word answers a question, by its stem, beginning or near spelling too."""
    asked = list(opensearch_query.words_of(group))
    words = {word for part in asked for ways in part.readings for way in ways for word in way}
    stems = {(lang, analysis.stem(lang, word)) for word in words for lang in ("nl", "en")}
    is_asked = marking.wanted({*words, analysis.mark(q)}, stems)
    beginnings = tuple(_beginnings(asked))
    near = [word for word in words if opensearch_query.allowed_slips(word)] if is_lenient else []

    def is_wanted(word: str) -> bool:
        return (
            is_asked(word)
            or (bool(beginnings) and word.startswith(beginnings))
            or any(_is_near(word, other) for other in near)
        )

    return is_wanted


def _beginnings(asked: Iterable[Words]) -> Iterable[str]:
    for part in asked:
        if part.is_beginning:
            yield from (way[-1] for way in part.readings[-1])


def _is_near(word: str, asked: str) -> bool:
    slips = opensearch_query.allowed_slips(asked)
    return word[0] == asked[0] and folding.distance(asked, word, slips) <= slips
