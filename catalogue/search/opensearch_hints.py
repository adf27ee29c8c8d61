"""What helps on when a question is not answered as it was asked: how often each word is there, the question less a
word, and another spelling. Everything is counted among what is public.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalogue import folding
from catalogue.folding import Reading
from catalogue.search import opensearch_facets, opensearch_query, stop_words, syntax
from catalogue.search.opensearch_query import Json
from catalogue.search.query import SearchQuery
from catalogue.search.question import Parsed, Words

Ask = Callable[[Json], Json]
Counts = tuple[tuple[str, int], ...]

MAX_WORDS = 8
NEAR_WORDS = 5  # of one field, looked at for one word
NAMED_FIELDS = ("title", "other_title", "person", "label", "subject", "place")
_SIGNS = frozenset('"“”()|:*')


@dataclass(frozen=True)
class Hints:
    """What can be said beside an answer that is not the one asked for."""

    words: Counts = ()
    without: Counts = ()
    did_you_mean: str | None = None


def of(ask: Ask, query: SearchQuery, parsed: Parsed, today: date) -> Hints:
    """Work out what helps on with a question; three questions to the index at most."""
    tokens = _tokens(query.q)
    readings = _readings(parsed)[:MAX_WORDS]
    if not readings:
        return Hints()
    shorter = _shorter(tokens)
    counted = _counted(ask, today, {**_each(readings), **_questions(shorter)}, _filters(query, shorter))
    words = tuple((_word(reading), counted[f"word {_word(reading)}"]) for reading in readings)
    missing = [word for word, count in words if not count and opensearch_query.allowed_slips(word)]
    return Hints(
        words=words,
        without=tuple((q, count) for q in shorter if (count := counted[f"question {q}"])),
        did_you_mean=_did_you_mean(ask, today, tokens, missing) if missing else None,
    )


def _tokens(q: str) -> list[str]:
    """Return what a question of plain words is made of; nothing for one with signs."""
    tokens = q.split()
    has_signs = _SIGNS & set(q) or any(token in ("OR", "AND", "NOT") or token[0] == "-" for token in tokens)
    return [] if has_signs else tokens


def _readings(parsed: Parsed) -> list[Reading]:
    asked = [
        reading
        for part in opensearch_query.words_of(parsed.question)
        for reading in part.readings
        if not part.is_optional
    ]
    return list(dict.fromkeys(asked))


def _word(reading: Reading) -> str:
    return " ".join(reading[0])


def _each(readings: Sequence[Reading]) -> dict[str, Json]:
    return {f"word {_word(reading)}": opensearch_query.node(Words((reading,))) for reading in readings}


def _shorter(tokens: Sequence[str]) -> list[str]:
    """Return the question less each of its words that tell something."""
    if not 1 < len(tokens) <= MAX_WORDS:
        return []
    telling = [
        place
        for place, token in enumerate(tokens)
        if not all(map(stop_words.is_stop_word, folding.readings(token)))
    ]
    less = (" ".join([*tokens[:place], *tokens[place + 1 :]]) for place in telling)
    return list(dict.fromkeys(less))


def _questions(texts: Sequence[str]) -> dict[str, Json]:
    return {f"question {q}": opensearch_query.question(syntax.parse(q).question, q) for q in texts}


def _filters(query: SearchQuery, shorter: Sequence[str]) -> dict[str, Json]:
    # How often a word is there is told of the whole register; a shorter question keeps its filters.
    passing = opensearch_facets.through(opensearch_facets.filters(query))
    return {f"question {q}": passing for q in shorter}


def _counted(
    ask: Ask, today: date, clauses: Mapping[str, Json], narrowed: Mapping[str, Json]
) -> dict[str, int]:
    """Count the public entries that answer each clause, and pass what narrows it."""
    numbered = {str(number): name for number, name in enumerate(clauses)}
    asked = {
        number: {"filter": {"bool": {"filter": [clauses[name], *filter(None, [narrowed.get(name)])]}}}
        for number, name in numbered.items()
    }
    found = ask({"size": 0, "query": opensearch_facets.public(today), "aggs": asked})["aggregations"]
    return {name: int(found[number]["doc_count"]) for number, name in numbered.items()}


def _did_you_mean(ask: Ask, today: date, tokens: Sequence[str], missing: Sequence[str]) -> str | None:
    """Return the question with words that nobody has replaced by near ones, if that is answered exactly."""
    near = _near(ask, missing)
    candidates = {word: opensearch_query.node(_words(word)) for words in near.values() for word in words}
    if not candidates or not tokens:
        return None
    counts = _counted(ask, today, candidates, {})
    better = {word: best for word, words in near.items() if (best := _best(word, words, counts))}
    corrected = " ".join(
        better.get(word, word)
        for token in tokens
        for reading in folding.readings(token)
        for word in reading[0]
    )
    if not better:
        return None
    clause = opensearch_query.question(syntax.parse(corrected).question, corrected)
    return corrected if _counted(ask, today, {corrected: clause}, {})[corrected] else None


def _words(word: str) -> Words:
    return Words((((word,),),))


def _best(word: str, others: Sequence[str], counts: Mapping[str, int]) -> str | None:
    """Return the most frequent of the nearest words that something public has."""
    ranked = sorted((folding.distance(word, other, 2), -counts[other], other) for other in others)
    return next((other for _, negative_count, other in ranked if negative_count), None)


def _near(ask: Ask, missing: Sequence[str]) -> dict[str, list[str]]:
    """Return words of names and terms that are spelt like each of those that are missing."""
    asked = {
        f"{number}.{field}": {"text": word, "term": _term(field, word)}
        for number, word in enumerate(missing)
        for field in NAMED_FIELDS
    }
    found = ask({"size": 0, "suggest": asked})["suggest"]
    return {
        word: _likely(word, [found[f"{number}.{field}"] for field in NAMED_FIELDS])
        for number, word in enumerate(missing)
    }


def _term(field: str, word: str) -> Json:
    return {
        "field": field,
        "analyzer": "whitespace",
        "suggest_mode": "always",
        "max_edits": opensearch_query.allowed_slips(word),
        "prefix_length": 1,
        "min_word_length": 5,
        "accuracy": 0.0,
        "max_inspections": 100,
        "string_distance": "damerau_levenshtein",
        "size": NEAR_WORDS,
    }


def _likely(word: str, found: Sequence[Any]) -> list[str]:
    slips = opensearch_query.allowed_slips(word)
    options = [option["text"] for field in found for entry in field for option in entry["options"]]
    return [other for other in dict.fromkeys(options) if 0 < folding.distance(word, other, slips) <= slips]
