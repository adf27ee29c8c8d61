"""How a document lies in an OpenSearch index: its settings, its fields, and a document as they take it in. Pure.

Words are folded and stemmed here and sent as they are to be kept, so that both engines share one way of making
spellings equal; OpenSearch only cuts at the spaces.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from catalogue import folding
from catalogue.search import analysis, marking
from catalogue.search.document import Bearer, Document, Part, year_span

# Part of the name of every index: an index of another format is made anew.
# Count up with each change of fields or analysis.
FORMAT = 2

MAX_WORD = 60  # letters; longer ones are cut
MAX_RESULTS = 250_000  # hits that can be paged through, more than the last page there is
WAYS = "|"  # between words that share a place; no word holds it

# Fields of words, with what a word weighs in them and how much of a field's length is held against it (BM25). The
# embedded engine adds up what a word weighs in all parts before it saturates; here each part saturates by itself,
# so that they lie closer together.
WEIGHTS = {
    "title": 1.8,
    "other_title": 1.6,
    "person": 1.6,
    "label": 1.3,
    "subject": 1.25,
    "place": 1.25,
    "number": 1.7,  # parts of shelfmarks and identifiers
    "prose": 0.9,
    "instrument": 0.1,
}
_LENGTH_SHARES = {"title": 0.4, "person": 0.2, "prose": 0.7}
STEM_WEIGHT, HALF_WEIGHT = 0.4, 0.3
STEMS, HALVES = "stems", "halves"  # stems of the words of prose, and of the words that these are made of
LANGUAGES = ("nl", "en")
STEMMED_IN_PLACE = frozenset({"instrument", "bearers.instruments"})  # beside each word, its stems

VALUES = (
    "kind", "reuse", "place", "instrument", "person", "leader", "label", "collection", "decade",
    "plays", "player", "occasion",
)  # fmt: skip

# Where slips of the pen are looked for; prose would offer any word for any other.
ALL_NAMED = "named"
NAMED = ("title", "other_title", "person", "label", "subject", "place")

STEMMED_FIELDS = ("subject", "prose", "instrument")

FIRST_DAY, LAST_DAY = 0, 99_999_999  # of an open side

_DESCRIBED = frozenset({"image", "session", "collection"})  # titles of these are the archive's own words

Json = dict[str, Any]


def settings() -> Json:
    """Return the settings of an index; one shard, so that counts are exact, on one machine more if there is one."""
    similarities = {
        f"length_{name}": {"type": "BM25", "k1": 1.2, "b": share} for name, share in _LENGTH_SHARES.items()
    }
    return {
        "index": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": -1,  # what is written is seen when its writer says so
            "max_result_window": MAX_RESULTS,
            "similarity": similarities | {"length_none": {"type": "BM25", "k1": 1.2, "b": 0.0}},
        },
        "analysis": {
            "analyzer": {"placed": {"tokenizer": "at_spaces", "filter": ["ways"]}},
            "tokenizer": {"at_spaces": {"type": "whitespace", "max_token_length": 8_000}},
            # Words that share a place are sent joined and taken apart there.
            "filter": {
                "ways": {"type": "pattern_capture", "preserve_original": False, "patterns": ["([^|]+)"]}
            },
        },
    }


def mappings() -> Json:
    """Return the fields of an index."""
    keyword, day = {"type": "keyword"}, {"type": "long"}
    return {
        "dynamic": False,
        "_source": {"includes": ["texts"]},
        "properties": {
            **{name: _words(name) for name in WEIGHTS},
            STEMS: {"type": "text", "analyzer": "whitespace", "norms": False},
            HALVES: {"type": "keyword", "doc_values": False},
            ALL_NAMED: {"type": "text", "analyzer": "placed", "index_options": "freqs", "norms": False},
            "bearers": {
                "type": "nested",
                "properties": {"part": keyword, "names": _words("names"), "instruments": _words("played")},
            },
            "pid": keyword,
            "digest": {"type": "keyword", "index": False},
            "mark": keyword,
            "whole": {"type": "keyword", "doc_values": False},
            "value": {"properties": dict.fromkeys(VALUES, keyword)},
            "span": keyword,  # first and last year, as 1955-1957
            **dict.fromkeys(("lo", "hi", "day", "first_year", "last_year"), day),
            **dict.fromkeys(("price", "embargo", "added"), day),
        },
    }


def source(document: Document) -> Json:
    """Return a document as the index takes it in."""
    fields: Json = {
        "title": placed(document.titles[:1]),
        "other_title": placed(document.titles[1:]),
        "person": placed(_names(document, Part.PERSON, Part.LEADER)),
        "label": placed(_names(document, Part.LABEL)),
        "subject": placed(document.subjects),
        "place": placed(document.places),
        "number": placed(document.marks),
        "prose": placed(document.prose),
        "instrument": placed(_instruments(document.bearers), LANGUAGES),
        "bearers": [_bearer(one) for one in document.bearers],
        "mark": [mark for text in document.marks if (mark := analysis.mark(text))],
        "whole": [whole for text in document.titles if (whole := analysis.whole(text))],
        "texts": marking.texts(document),
    }
    stems = {STEMS: " ".join(stem_marks(prose_words(document)))}
    values = {**document.values(), "decade": document.decades}
    known = {"pid": document.pid, "digest": document.digest, "value": {name: values[name] for name in VALUES}}
    named = [text for name in NAMED for text in fields[name]] + placed(_instruments(document.bearers))
    return fields | stems | known | {ALL_NAMED: named} | _facts(document)


def prose_words(document: Document) -> Iterator[str]:
    """Give the words of what is written about a document, in which stems count."""
    described = document.titles[:1] if document.kind in _DESCRIBED else ()
    for text in (*document.subjects, *document.prose, *described, *_instruments(document.bearers)):
        yield from folding.words(text)


def name_words(document: Document) -> Iterator[str]:
    """Give the words of names, titles and places."""
    for text in (*document.titles, *document.places, *_names(document, *Part)):
        yield from folding.words(text)


def placed(values: Iterable[str], languages: Iterable[str] = ()) -> list[str]:
    """Write each text as its folded words, those joined that share a place; with stems in some languages."""
    return [" ".join(_places(value, tuple(languages))) for value in values]


def stem_mark(lang: str, word: str) -> str:
    """Write the stem of a word so that it is no word itself."""
    return f"{lang}={cut(analysis.stem(lang, word))}"


def stem_marks(words: Iterable[str]) -> Iterable[str]:
    """Write the stems of some words in all languages, each once."""
    return dict.fromkeys(stem_mark(lang, word) for word in words for lang in LANGUAGES)


def cut(word: str) -> str:
    """Cut a word to the length at which it is kept."""
    return word[:MAX_WORD]


def _words(name: str) -> Json:
    # Only the words of these are told apart by how many others stand beside them.
    similarity = f"length_{name if name in _LENGTH_SHARES else 'none'}"
    return {
        "type": "text",
        "analyzer": "placed",
        "search_analyzer": "whitespace",
        "similarity": similarity,
        "position_increment_gap": analysis.GAP,
    }


def _places(text: str, languages: Sequence[str]) -> Iterator[str]:
    for ways in folding.readings(text):
        for words in zip_longest(*ways):
            there = [word for word in words if word is not None]
            stems = [stem_mark(lang, word) for word in there for lang in languages]
            yield WAYS.join(dict.fromkeys([*map(cut, there), *stems]))


def _names(document: Document, *parts: Part) -> list[str]:
    return list(dict.fromkeys(name for one in document.bearers if one.part in parts for name in one.names))


def _instruments(bearers: Iterable[Bearer]) -> list[str]:
    return list(dict.fromkeys(label for one in bearers for label in one.instruments))


def _bearer(one: Bearer) -> Json:
    return {
        "part": one.part.value,
        "names": placed(one.names),
        "instruments": placed(one.instruments, LANGUAGES),
    }


def _facts(document: Document) -> Json:
    facts: Json = {"price": document.price, "embargo": document.embargo, "added": document.added}
    years = year_span(document.lo, document.hi)
    if years is not None:
        first, last = years
        facts |= {
            "span": f"{first}-{last}",
            "first_year": first,
            "last_year": last,
            "lo": FIRST_DAY if document.lo is None else document.lo,
            "hi": LAST_DAY if document.hi is None else document.hi,
            "day": document.lo or document.hi,
        }
    return facts
