"""How texts become the words of the index.

Names and titles are folded and never stemmed; prose is kept both as it is and by its stems.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from whoosh.lang import stemmer_for_language

from catalogue import folding

WORD_FIELDS = ("title", "names", "subjects", "places", "prose")
STEM_FIELDS = ("stems_nl", "stems_en")
KEY_FIELDS = ("marks", "wholes")

# How much a word counts in a field, and below how much a long field takes off (BM25F).
BOOSTS = {
    "title": 5.0,
    "names": 3.0,
    "subjects": 1.6,
    "places": 1.6,
    "prose": 0.6,
    "stems_nl": 0.3,
    "stems_en": 0.3,
    "marks": 8.0,
}
LENGTH_SHARES = {
    "title": 0.4,
    "names": 0.2,
    "subjects": 0.2,
    "places": 0.2,
    "prose": 0.7,
    "stems_nl": 0.7,
    "stems_en": 0.7,
}

GAP = 50  # places between two texts of a field, so that no phrase runs across

# Whoosh's Dutch stemmer is the older Porter one, which spares the words we care about (opgenomen,
# Concertgebouw); these it does not join.
_SAME_STEM = {"fotos": "foto", "affiches": "affich", "platenhoezen": "platenhoes"}
_AND = frozenset({"and", "en"})
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_stemmers = {"nl": stemmer_for_language("nl"), "en": stemmer_for_language("en")}


def tokens(texts: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Give each word of some texts in every way it may be looked for, with its place; its ways share it."""
    place = 0
    for text in texts:
        for ways in folding.readings(text):
            for way in ways:
                yield from ((word, place + offset) for offset, word in enumerate(way))
            place += max(len(way) for way in ways)
        place += GAP


def stems(lang: str, texts: Iterable[str]) -> list[str]:
    """Give the stems of the words of some texts."""
    return [stem(lang, word) for text in texts for word in folding.words(text)]


@lru_cache(maxsize=50_000)
def stem(lang: str, word: str) -> str:
    """Give the stem of a folded word in Dutch or English."""
    known = _SAME_STEM.get(word) if lang == "nl" else None
    stemmed: str = known or _stemmers[lang](word)
    return stemmed


def mark(text: str) -> str:
    """Give the form in which identifiers are compared: no case, spaces, hyphens or dots; perhaps nothing."""
    return _NOT_ALPHANUMERIC.sub("", folding.fold(text))[:100]


def whole(text: str) -> str:
    """Give the form in which whole titles and names are compared; "&" and "and" make no difference."""
    words = _NOT_ALPHANUMERIC.sub(" ", folding.fold(text)).split()
    return " ".join([word for word in words if word not in _AND] or words)[:200]
