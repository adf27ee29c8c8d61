"""Which words of an answer are those that were looked for, told from the question alone. Pure."""

import re
from collections.abc import Iterator

from catalogue import folding
from catalogue.search import analysis
from catalogue.search.question import Group, Node, Played, Words

LANGUAGES = ("nl", "en")
STEM_LETTERS = 3
MAX_TITLE_WORDS = 7  # of a question in which a whole title is looked for
MAX_LETTERS = 30  # of a word in which a slip of the pen is looked for

_RUN = re.compile(
    r"[\w'’./&-]+"
)  # faster from where str.find found its begin than a pattern that looks for it


def words_of(node: Node) -> Iterator[Words]:
    """Yield all that a question asks to be there in words; what is unwanted or a date is left out."""
    if isinstance(node, Words):
        yield node
    elif isinstance(node, Played):
        yield from (node.person, node.instrument)
    elif isinstance(node, Group):
        for part in node.wanted:
            yield from words_of(part)


def asked_words(group: Group) -> list[str]:
    """List the words asked for as they were typed, first ways only; those that are not required left out."""
    asked = [part for part in words_of(group) if not part.is_optional]
    return list(dict.fromkeys(word for part in asked for ways in part.readings for word in ways[0]))


def slips_allowed(word: str) -> int:
    """Return how many slips of the pen a word may have: none in numbers, in short words and in endless ones."""
    return 0 if not 5 <= len(word) <= MAX_LETTERS or not word.isalpha() else 1 if len(word) < 8 else 2


def titles_in(q: str) -> Iterator[tuple[str, float]]:
    """Yield what may be a whole title in a question, and how much of it that is.

    All of it, and of a short one any neighbouring words.
    """
    words = analysis.whole(q).split()
    if words:
        yield " ".join(words), 1.0
    if not 2 < len(words) <= MAX_TITLE_WORDS:
        return
    for size in range(2, len(words)):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size]), (size / len(words)) ** 2


class Wanted:
    """Tells whether a folded word answers a question, by its stem, beginning or near spelling too."""

    def __init__(self, group: Group, q: str, is_lenient: bool) -> None:
        asked = [part for part in words_of(group) if not part.is_optional]
        words = {word for part in asked for ways in part.readings for way in ways for word in way}
        words.add(analysis.mark(q))
        self._stems = {(lang, analysis.stem(lang, word)) for word in words for lang in LANGUAGES}
        # Stemmers take endings off, so what shares a stem begins alike; that is seen at once.
        self._heads = {word[:STEM_LETTERS] for word in words}
        self._beginnings = tuple(way[-1] for part in asked if part.is_beginning for way in part.readings[-1])
        self._near = [(word, slips_allowed(word)) for word in words if is_lenient and slips_allowed(word)]
        self._known = dict.fromkeys(words, True)
        # What a run of letters begins with, and how many more it has at least.
        self._begins = [(head, 0) for head in self._heads.union(self._beginnings) if head]
        self._begins += [(word[0], len(word) - slips - 1) for word, slips in self._near]
        self._runs: dict[str, tuple[str, ...]] = {}

    def __call__(self, word: str) -> bool:
        """Whether a word answers."""
        if word not in self._known:
            self._known[word] = (
                word.startswith(self._beginnings)
                or (word[:STEM_LETTERS] in self._heads and _has_stem(word, self._stems))
                or any(_is_near(word, other, slips) for other, slips in self._near)
            )
        return self._known[word]

    def candidates(self, text: str) -> list[re.Match[str]]:
        """List the runs of letters in a folded text that begin as a word looked for does."""
        found: dict[int, re.Match[str]] = {}
        for head, more in self._begins:
            at = text.find(head)
            while at >= 0:
                run = _RUN.match(text, at) if at == 0 or not text[at - 1].isalnum() else None
                if run is not None and run.end() - at > more:
                    found[at] = run
                at = text.find(head, at + 1)
        return [found[at] for at in sorted(found)]

    def among(self, run: str) -> tuple[str, ...]:
        """Return the words of a run of letters that answer."""
        found = self._runs.get(run)
        if found is None:
            found = self._runs[run] = tuple(filter(self, folding.words(run)))
        return found


def _has_stem(word: str, stems: set[tuple[str, str]]) -> bool:
    return any((lang, analysis.stem(lang, word)) in stems for lang in LANGUAGES)


def _is_near(word: str, asked: str, slips: int) -> bool:
    is_long = abs(len(word) - len(asked)) <= slips and word[0] == asked[0]
    is_alike = is_long and len(set(word) ^ set(asked)) <= 2 * slips
    return is_alike and folding.distance(asked, word, slips) <= slips
