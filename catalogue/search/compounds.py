"""Dutch writes tenor saxophonist as one word, and people look for either half. Pure.

Words are split by what the collection itself says: both halves must be words of its prose. No dictionary.
"""

from collections.abc import Iterable

from catalogue.search.stop_words import STOP_WORDS

MIN_PART = 4  # letters; with less, "opname" would be op and name
MAX_WORD = 40

_LINKS = ("", "s", "en", "e")  # stationsplein, platenhoes, zonneschijn
# Words of their own that begin or end others without being half of their meaning: overleden, schouderbaar.
_NOT_FIRST = frozenset(
    {"achter", "binnen", "boven", "buiten", "onder", "over", "samen", "tegen", "terug"}
    | {"after", "every", "inter", "some", "under", "what", "when", "where"}
    | STOP_WORDS
)
_NOT_LAST = frozenset(
    {"achtig", "baar", "bare", "heden", "heid", "lijk", "lijke", "loos", "loze", "matig", "matige", "schap"}
    | {"able", "body", "ever", "hood", "less", "like", "ment", "ness", "ship", "some", "ward", "wise"}
)


class Compounds:
    """What the words of a collection are made of."""

    def __init__(self, vocabulary: Iterable[tuple[str, int, bool]]) -> None:
        """Take folded words, each with how many documents have it and whether prose has it, not names alone."""
        self._counts: dict[str, int] = {}
        self._names: set[str] = set()
        self._splits: dict[str, tuple[str, ...]] = {}
        for word, count, is_prose in vocabulary:
            if is_prose and len(word) >= MIN_PART and word.isalpha():
                self._counts[word] = count
            elif not is_prose and len(word) >= 2 * MIN_PART:
                self._names.add(word)

    def split(self, word: str) -> tuple[str, ...]:
        """Give the two halves of a folded word, and the halves of these; nothing for a word that is no compound."""
        if not 2 * MIN_PART <= len(word) <= MAX_WORD or word in self._names:
            return ()
        if word not in self._splits:
            halves = self._halves(word)
            quarters = (quarter for half in halves for quarter in self._halves(half))
            self._splits[word] = tuple(dict.fromkeys((*halves, *quarters)))
        return self._splits[word]

    def _halves(self, word: str) -> tuple[str, ...]:
        """Split where the rarer half is the most frequent."""
        best: tuple[str, ...] = ()
        most = 0
        for end in range(len(word) - MIN_PART, MIN_PART - 1, -1):
            first = word[:end]
            if first not in self._counts or first in _NOT_FIRST:
                continue
            for link in _LINKS:
                last = word[end + len(link) :]
                count = min(self._counts[first], self._counts.get(last, 0))
                if count > most and word.startswith(link, end) and last not in _NOT_LAST:
                    best, most = (first, last), count
        return best
