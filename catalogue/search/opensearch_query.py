"""What a question means, written in the query language of OpenSearch. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise, product
from typing import Any

from catalogue.folding import Reading
from catalogue.search import analysis, opensearch_words, wanting
from catalogue.search.opensearch_mapping import FIRST_DAY, LAST_DAY, WEIGHTS, cut
from catalogue.search.opensearch_words import Json, constant
from catalogue.search.question import Group, Node, Played, Scope, Words, Years

PHRASE_BONUS = 1.5
SHARE_BONUS = 2.0  # for each thing that is there, of those of which any will do
TOGETHER_SHARE = 0.5  # added for words that stand side by side as they do in the question
PAIR_SHARE = 0.7  # of two words that stand side by side where any word will do
MAX_PAIRED = 20  # words
MAX_NAME = 4  # words of a name: those that all stand in one name count twice
SURE_BONUS = 0.5  # for a date that lies in the years asked for, and not only may
MARK_BONUS = 10_000.0  # for an identifier that is the question: it comes first
WHOLE_BONUS = 20.0  # for a title that is the question, to the letter
MAX_PHRASES = 8  # ways to write one phrase
# A cluster refuses questions of more than 1,024 conditions; nobody asks as many who means it.
MAX_CLAUSES = 1_000
_COUNTED = frozenset(
    {"term", "terms", "prefix", "fuzzy", "range", "exists", "match_phrase", "match_phrase_prefix"}
)

EVERYTHING: Json = {"match_all": {}}
NOTHING: Json = {"match_none": {}}

# Where the words of a scope stand; those of names are looked for in one bearer instead.
_FIELDS = {
    Scope.ANYWHERE: tuple(WEIGHTS),
    Scope.TITLE: ("title", "other_title"),
    Scope.PLACE: ("place",),
    Scope.INSTRUMENT: ("instrument",),
}
_PARTS = {
    Scope.PERSON: ("person", "leader"),
    Scope.LEADER: ("leader",),
    Scope.LABEL: ("label",),
}
_NAMES, _PLAYED = "bearers.names", "bearers.instruments"


def question(group: Group, q: str, is_lenient: bool = False) -> Json:
    """Write a question; `q` is what was typed, perhaps an identifier, which is found whatever else is asked."""
    asked = _group(group, is_lenient)
    if _size(asked) > MAX_CLAUSES:
        return NOTHING
    titles = wanting.titles_in(q)
    bonuses = [constant({"term": {"whole": title}}, WHOLE_BONUS * share) for title, share in titles]
    mark = analysis.mark(q)
    if mark and not group.is_empty:
        numbered = constant({"term": {"mark": mark}}, MARK_BONUS)
        asked = {"bool": {"should": [asked, numbered], "minimum_should_match": 1}}
    return {"bool": {"must": [asked], "should": bonuses}} if bonuses else asked


def node(asked: Node, is_lenient: bool = False) -> Json:
    """Write one part of a question."""
    match asked:
        case Words():
            return _words(asked, is_lenient)
        case Years():
            sure = constant(inside(asked.first, asked.last), SURE_BONUS)
            return {"bool": {"filter": [overlap(asked.first, asked.last)], "should": [sure]}}
        case Played():
            person = _in_all(_NAMES, asked.person, is_lenient)
            instrument = _in_all(_PLAYED, asked.instrument, is_lenient)
            return _in_one_bearer(_PARTS[Scope.PERSON], person, instrument)
        case Group():
            return _group(asked, is_lenient)


def overlap(first: int | None, last: int | None) -> Json:
    """Let through what may have happened in a range of years, open at a side that is None."""
    until = LAST_DAY if last is None else last * 10_000 + 9_999
    since = FIRST_DAY if first is None else first * 10_000
    return {"bool": {"filter": [{"range": {"lo": {"lte": until}}}, {"range": {"hi": {"gte": since}}}]}}


def inside(first: int | None, last: int | None) -> Json:
    """Let through what happened in a range of years for sure, open at a side that is None."""
    lo = [] if first is None else [{"range": {"lo": {"gte": first * 10_000}}}]
    hi = [] if last is None else [{"range": {"hi": {"lte": last * 10_000 + 9_999}}}]
    return {"bool": {"filter": [*lo, *hi, {"exists": {"field": "span"}}]}}


def _group(group: Group, is_lenient: bool) -> Json:
    optional = [part for part in group.wanted if isinstance(part, Words) and part.is_optional]
    required = [part for part in group.wanted if part not in optional]
    written: Json = {"must_not": [node(part, is_lenient) for part in group.unwanted]}
    if group.is_any:
        plain = [word for part in required for word in _plain_words(part)]
        either = [_one_of_any(node(part, is_lenient)) for part in required or optional]
        pairs = [list(pair) for pair in pairwise(plain)] if len(plain) <= MAX_PAIRED else []
        side_by_side = [_side_by_side(pair, PAIR_SHARE) for pair in pairs]
        written |= {"must": [{"bool": {"should": either, "minimum_should_match": 1}}], "should": side_by_side}
    else:
        written |= {
            "must": [node(part, is_lenient) for part in required] or [constant(EVERYTHING, 0)],
            "should": [*(node(part, is_lenient) for part in optional), *_together(group.wanted, required)],
        }
    return {"bool": {name: clauses for name, clauses in written.items() if clauses}}


def _plain_words(asked: Node) -> list[str]:
    """Return the words of what is asked in plain words, each with one way to write it."""
    if (
        not isinstance(asked, Words)
        or asked.scope is not Scope.ANYWHERE
        or asked.is_phrase
        or asked.is_beginning
    ):
        return []
    if any(len(ways) > 1 or len(ways[0]) > 1 for ways in asked.readings):
        return []
    return [cut(ways[0][0]) for ways in asked.readings]


def _side_by_side(words: Sequence[str], share: float) -> Json:
    """Let words count more that stand side by side as they do in the question, as in a name or a title."""
    return _best(opensearch_words.phrase(field, words, False, WEIGHTS[field] * share) for field in WEIGHTS)


def _together(wanted: Sequence[Node], required: Sequence[Node]) -> Iterator[Json]:
    """Let plain words count more that stand side by side as they were typed, and those that make up one name."""
    typed, names = ([word for part in parts for word in _plain_words(part)] for parts in (wanted, required))
    if len(typed) > 1 and all(map(_plain_words, wanted)):
        yield _side_by_side(typed, TOGETHER_SHARE)
    if 1 < len(names) <= MAX_NAME:
        asked = Words(tuple(((word,),) for word in names), Scope.PERSON)
        yield _in_one_bearer(_PARTS[Scope.PERSON], _in_all(_NAMES, asked, is_lenient=False))


def _one_of_any(condition: Json) -> Json:
    # Where any will do, an entry with more of what was asked comes before one in which a word stands out.
    return {"bool": {"must": [condition], "should": [constant(EVERYTHING, SHARE_BONUS)]}}


def _words(asked: Words, is_lenient: bool) -> Json:
    if asked.scope is Scope.ID:
        return _number(asked)
    if asked.scope in _PARTS:
        return _in_one_bearer(_PARTS[asked.scope], _in_all(_NAMES, asked, is_lenient))
    if asked.is_phrase:
        fields = _FIELDS[asked.scope]
        return _best(
            opensearch_words.phrase(field, words, asked.is_beginning, WEIGHTS[field] * PHRASE_BONUS)
            for words in _phrases(asked.readings)
            for field in fields
        )
    return _all(
        _best(_all(_word(word, asked.scope, begins, is_lenient) for word, begins in way) for way in ways)
        for ways in _ways(asked)
    )


def _word(word: str, scope: Scope, begins: bool, is_lenient: bool) -> Json:
    if scope is Scope.ANYWHERE:
        return opensearch_words.anywhere(word, begins, is_lenient)
    return opensearch_words.in_fields(word, _FIELDS[scope], begins, is_lenient)


def _number(asked: Words) -> Json:
    """Ask for an identifier; in whichever way its words are written, it has the same letters."""
    mark = analysis.mark("".join(word for ways in asked.readings for word in ways[0]))
    if not mark:
        return NOTHING
    kind = "prefix" if asked.is_beginning else "term"
    return constant({kind: {"mark": mark}}, MARK_BONUS)


def _in_one_bearer(parts: Sequence[str], *conditions: Json) -> Json:
    filters = [{"terms": {"bearers.part": list(parts)}}]
    return {
        "nested": {
            "path": "bearers",
            "score_mode": "max",
            "query": {"bool": {"filter": filters, "must": list(conditions)}},
        }
    }


def _in_all(field: str, asked: Words, is_lenient: bool) -> Json:
    """Ask for all words in one field, or for their phrase."""
    if asked.is_phrase:
        return _best(
            opensearch_words.phrase(field, words, asked.is_beginning, WEIGHTS["person"] * PHRASE_BONUS)
            for words in _phrases(asked.readings)
        )
    return _all(
        _best(
            _all(_best(opensearch_words.in_one_field(field, *word, is_lenient)) for word in way)
            for way in ways
        )
        for ways in _ways(asked)
    )


def _ways(asked: Words) -> Iterator[list[list[tuple[str, bool]]]]:
    """Give the ways of each word, each as its words and whether it is a beginning only."""
    last = len(asked.readings) - 1
    for place, ways in enumerate(asked.readings):
        begins = asked.is_beginning and place == last
        yield [
            [(cut(word), begins and number == len(way)) for number, word in enumerate(way, 1)] for way in ways
        ]


def _phrases(readings: Sequence[Reading]) -> list[list[str]]:
    # Ways as wide as the widest, by which places are counted: the next word stands right after them.
    widest = [[way for way in ways if len(way) == max(map(len, ways))] for ways in readings]
    return [[cut(word) for way in ways for word in way] for ways in islice(product(*widest), MAX_PHRASES)]


def _size(written: Any) -> int:
    """Count the single conditions that a cluster counts."""
    if isinstance(written, list):
        return sum(map(_size, written))
    if not isinstance(written, dict):
        return 0
    fields = len(written["multi_match"]["fields"]) if "multi_match" in written else 0
    return fields + len(_COUNTED & written.keys()) + sum(map(_size, written.values()))


def _all(conditions: Iterable[Json]) -> Json:
    found = list(conditions)
    return found[0] if len(found) == 1 else {"bool": {"must": found}}


def _best(conditions: Iterable[Json]) -> Json:
    found = list(conditions)
    return found[0] if len(found) == 1 else {"dis_max": {"queries": found}}
