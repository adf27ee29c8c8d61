"""One word of a question, or a phrase, in the query language of OpenSearch: in which fields, and how widely. Pure."""

from collections.abc import Sequence
from typing import Any

from catalogue.search import wanting
from catalogue.search.opensearch_mapping import (
    ALL_NAMED,
    HALF_WEIGHT,
    HALVES,
    STEM_WEIGHT,
    STEMMED_IN_PLACE,
    STEMS,
    WEIGHTS,
    stem_marks,
)

Json = dict[str, Any]

TIE_SHARE = 0.3  # of what a word counts in its other fields
BEGINNING_WEIGHT = 1.5  # of a word that only begins so, times what its field weighs
SLIP_SHARE = 0.5  # of its weight that a word keeps for each slip
MAX_BEGUN = 500  # words that the last one of a phrase may stand for


def in_fields(word: str, fields: Sequence[str], begins: bool, is_lenient: bool) -> Json:
    """Ask for a word in one of some fields, in the words that stand for it too."""
    found: list[Json] = [{"multi_match": _across(word, fields)}]
    for field in fields:
        found += [*_stems(field, word), *(_begun(field, word, WEIGHTS[field]) if begins else ())]
    for field in fields if is_lenient else ():
        found += _alike(field, word, WEIGHTS[field])
    return {"dis_max": {"queries": found, "tie_breaker": TIE_SHARE}}


def anywhere(word: str, begins: bool, is_lenient: bool) -> Json:
    """Ask for a word wherever words are, and for its stem in prose."""
    found = in_fields(word, tuple(WEIGHTS), begins, is_lenient=False)
    stems = list(stem_marks([word]))
    found["dis_max"]["queries"] += [
        *({"term": {STEMS: {"value": stem, "boost": STEM_WEIGHT}}} for stem in stems),
        constant({"terms": {HALVES: stems}}, HALF_WEIGHT),
    ]
    found["dis_max"]["queries"] += _alike(ALL_NAMED, word, WEIGHTS["person"]) if is_lenient else []
    return found


def in_one_field(field: str, word: str, begins: bool, is_lenient: bool) -> list[Json]:
    """Ask for a word in a field of a bearer: as it is, by its stem, as a beginning, or with slips of the pen."""
    weight = WEIGHTS["person"]
    return [
        {"term": {field: {"value": word, "boost": weight}}},
        *_stems(field, word),
        *(_begun(field, word, weight) if begins else ()),
        *(_alike(field, word, weight) if is_lenient else ()),
    ]


def phrase(field: str, words: Sequence[str], begins: bool, weight: float) -> Json:
    """Ask for words side by side in a field."""
    asked: Json = {"query": " ".join(words), "analyzer": "whitespace", "boost": weight}
    if begins:
        return {"match_phrase_prefix": {field: asked | {"max_expansions": MAX_BEGUN}}}
    return {"match_phrase": {field: asked}}


def constant(condition: Json, score: float) -> Json:
    """Let a condition count so much, however well it is met."""
    return {"constant_score": {"filter": condition, "boost": score}}


def _across(word: str, fields: Sequence[str]) -> Json:
    # As if the fields were one: a word is as rare as it is in all of them, not as in the one it stands in.
    return {
        "query": word,
        "type": "cross_fields",
        "analyzer": "whitespace",
        "tie_breaker": TIE_SHARE,
        "fields": [f"{field}^{WEIGHTS[field]}" for field in fields],
    }


def _stems(field: str, word: str) -> list[Json]:
    if field not in STEMMED_IN_PLACE:
        return []
    return [constant({"terms": {field: list(stem_marks([word]))}}, STEM_WEIGHT)]


def _begun(field: str, word: str, weight: float) -> list[Json]:
    return [{"prefix": {field: {"value": word, "boost": weight * BEGINNING_WEIGHT}}}]


def _alike(field: str, word: str, weight: float) -> list[Json]:
    # Each number of slips counts once, whatever words are meant: so there may be any number of them.
    return [
        {
            "fuzzy": {
                field: {
                    "value": word,
                    "fuzziness": slips,
                    "prefix_length": 1,
                    "rewrite": "constant_score",
                    "boost": weight * BEGINNING_WEIGHT * SLIP_SHARE**slips,
                }
            }
        }
        for slips in range(1, wanting.slips_allowed(word) + 1)
        if field != "prose"
    ]
