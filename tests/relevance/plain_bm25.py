"""The plainest ranking there is, as a base line: each word counts by how rare it is, and none must be there.

BM25 (Robertson and others, 1994) over all texts of a document as one bag of words, with the usual k1 and b.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from catalogue.search.document import Document
from tests.relevance import spelling

K1, B = 1.2, 0.75

_WORD = re.compile(r"[^\W_]+")


class PlainBM25:
    """An index in memory."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._lengths: dict[str, int] = {}
        self._postings: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for one in documents:
            counts = Counter(_words(" ".join(spelling.texts(one))))
            self._lengths[one.pid] = counts.total()
            for word, count in counts.items():
                self._postings[word][one.pid] = count
        self._usual = sum(self._lengths.values()) / max(1, len(self._lengths))

    def ask(self, q: str, at_most: int) -> tuple[str, ...]:
        """Give the pids of the best."""
        scores: defaultdict[str, float] = defaultdict(float)
        for word in set(_words(q)):
            postings = self._postings.get(word, {})
            rarity = math.log(1 + (len(self._lengths) - len(postings) + 0.5) / (len(postings) + 0.5))
            for pid, count in postings.items():
                norm = K1 * (1 - B + B * self._lengths[pid] / self._usual)
                scores[pid] += rarity * count * (K1 + 1) / (count + norm)
        return tuple(sorted(scores, key=lambda pid: (-scores[pid], pid))[:at_most])


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
