"""How texts become the words of the index.

Names and titles are folded and never stemmed; prose is kept both as it is and by its stems.
"""

import re
from functools import lru_cache

from whoosh.lang import stemmer_for_language

from catalogue import folding

GAP = 50  # places between two texts of a field, so that no phrase runs across

# Whoosh's Dutch stemmer is the older Porter one, which spares the words we care about (opgenomen,
# Concertgebouw); these it does not join.
_SAME_STEM = {"fotos": "foto", "affiches": "affich", "platenhoezen": "platenhoes"}
_AND = frozenset({"and", "en"})
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_stemmers = {"nl": stemmer_for_language("nl"), "en": stemmer_for_language("en")}


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
