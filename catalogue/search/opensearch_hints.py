"""What helps on when a question is not answered as it was asked, or hardly.

How often each word is there, the question less a word, and another spelling that more answer. All of it counts
only what is public.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalogue import folding
from catalogue.search import analysis, opensearch_facets, opensearch_query, parsing, rewording, wanting
from catalogue.search.index import EXACT, PREFIX
from catalogue.search.opensearch_mapping import ALL_NAMED
from catalogue.search.opensearch_words import Json
from catalogue.search.question import Group, Words

Ask = Callable[[Json], Json]
Pairs = tuple[tuple[str, int], ...]

MAX_WORDS = 6
FEW = 3  # answers; with more of them no other spelling is offered
MUCH_MORE = 4  # times as many entries must have a better word
NEAR_WORDS = 40  # looked at for one word


@dataclass(frozen=True)
class Hints:
    """What can be said beside an answer that is not the one asked for."""

    words: Pairs = ()
    without: Pairs = ()
    did_you_mean: str | None = None


def of(ask: Ask, q: str, today: date, rung: str, answers: int, total: int) -> Hints:
    """Work out what helps on with a question that had so many answers, and after its filters so many in all."""
    if not q:
        return Hints()
    is_answered = rung in (EXACT, PREFIX) and answers > 0
    if is_answered and total and answers > FEW:
        return Hints()
    counts = Counts(ask, today)
    words = wanting.asked_words(parsing.parse(q).question)[:MAX_WORDS]
    better = None
    if not is_answered or answers <= FEW:
        better = _did_you_mean(counts, q, words, answers if rung == EXACT else 0)
    if is_answered and total:
        return Hints(did_you_mean=better)
    shorter = dict.fromkeys(rewording.without_word(q, word) for word in words) if len(words) > 1 else {}
    questions = [text for text in shorter if text and text != q]
    found = counts.of({text: _question(text) for text in questions})
    return Hints(
        words=tuple(counts.of({word: _word(word) for word in words}).items()),
        without=tuple((text, found[text]) for text in questions if found[text]),
        did_you_mean=better,
    )


class Counts:
    """Counts the public answers to questions, several at a time."""

    def __init__(self, ask: Ask, today: date) -> None:
        self.ask = ask
        self._public = opensearch_facets.public(today)

    def of(self, clauses: Mapping[str, Json]) -> dict[str, int]:
        """Count the entries that answer each clause."""
        if not clauses:
            return {}
        asked = {str(number): {"filter": clause} for number, clause in enumerate(clauses.values())}
        found = self.ask({"size": 0, "query": self._public, "aggs": asked})["aggregations"]
        return {name: int(found[str(number)]["doc_count"]) for number, name in enumerate(clauses)}


def _word(word: str) -> Json:
    return opensearch_query.node(Group((Words((((word,),),)),)))


def _question(q: str) -> Json:
    return opensearch_query.question(parsing.parse(q).question, q)


def _did_you_mean(counts: Counts, q: str, words: Sequence[str], answers: int) -> str | None:
    """Return the question with better words in the place of rare ones, if more is found with them."""
    near = _near(counts.ask, words)
    spelt = {other for others in near.values() for other in others}
    clauses = {other: _word(other) for other in sorted(spelt.union(near))} if spelt else {}
    mark = analysis.mark(q)
    found = counts.of(clauses | {"": {"term": {"mark": mark}}}) if clauses else {}
    if not found or (mark and found[""]):
        return None  # whoever asks for an identifier means it
    better = {word: best for word, others in near.items() if (best := _best(word, others, found))}
    if not better:
        return None
    corrected = rewording.with_words(q, better)
    return corrected if counts.of({corrected: _question(corrected)})[corrected] > answers else None


def _best(word: str, others: Sequence[str], found: Mapping[str, int]) -> str | None:
    """Return the most frequent of the nearest words that far more entries have than this one."""
    least = max(1, MUCH_MORE * found[word])
    ranked = sorted((folding.distance(word, other, 2), -found[other], other) for other in others)
    return next((other for _slips, negative, other in ranked if -negative >= least), None)


def _near(ask: Ask, words: Sequence[str]) -> dict[str, list[str]]:
    """Return the words of names, titles and terms that are spelt like each of these, where there are any."""
    asked = {
        str(number): {"text": word, "term": _alike(word)}
        for number, word in enumerate(words)
        if wanting.slips_allowed(word)
    }
    if not asked:
        return {}
    found = ask({"size": 0, "suggest": asked})["suggest"]
    near = {word: _likely(word, found.get(str(number), ())) for number, word in enumerate(words)}
    return {word: others for word, others in near.items() if others}


def _alike(word: str) -> Json:
    return {
        "field": ALL_NAMED,
        "analyzer": "whitespace",
        "suggest_mode": "always",
        "max_edits": wanting.slips_allowed(word),
        "max_term_freq": 1_000_000_000,  # a frequent word may be a slip for a far more frequent one
        "prefix_length": 1,
        "min_word_length": 5,
        "accuracy": 0.0,
        "max_inspections": 100,
        "string_distance": "damerau_levenshtein",
        "size": NEAR_WORDS,
    }


def _likely(word: str, found: Sequence[Any]) -> list[str]:
    slips = wanting.slips_allowed(word)
    options = [option["text"] for entry in found for option in entry["options"]]
    return [other for other in options if 0 < folding.distance(word, other, slips) <= slips]
