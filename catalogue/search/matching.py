"""Which documents answer a question, and how well: BM25F over the fields of one state of the index."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice, product

import numpy as np

from catalogue import folding
from catalogue.folding import Reading
from catalogue.search import analysis
from catalogue.search.columns import Scores
from catalogue.search.facets import Mask
from catalogue.search.syntax import Item, Question
from catalogue.search.whoosh_reader import Snapshot

K1 = 1.2  # how soon more of the same word stops counting
PHRASE_BONUS = 1.5
WHOLE_BONUS = 20.0  # for a title that is the question, to the letter
MARK_BONUS = 100.0  # for an identifier that is the question: it comes first
MAX_PHRASES = 8  # ways to write one phrase
MAX_EXPANSIONS = 2_000  # words of a field that a beginning may stand for

# Names and terms are what slips of the pen are looked for in; prose would offer any word for any other.
NAMED_FIELDS = ("title", "names", "subjects", "places")

Expansion = tuple[
    str, float
]  # a word of the index that stands for a word of the question, and how much it counts


@dataclass(frozen=True)
class Match:
    """The documents that answer, with scores, and the words of the index by which they do."""

    mask: Mask
    scores: Scores
    words: frozenset[str] = frozenset()
    stems: frozenset[tuple[str, str]] = frozenset()


@dataclass
class Matcher:
    """Answers questions from one state of the index; `is_lenient` takes words that are spelt alike too."""

    snapshot: Snapshot
    is_lenient: bool = False
    _words: dict[tuple[str, bool], Match] = field(default_factory=dict)

    def match(self, question: Question, q: str) -> Match:
        """Return what has all that is asked; `q` is the question as typed, perhaps an identifier."""
        found = self._all_clauses(question)
        return self._with_whole(found, q)

    def match_any(self, question: Question, q: str) -> Match:
        """Return what has one thing or more of what is asked, and nothing of what is excluded."""
        items = [item for clause in question.clauses for item in clause]
        asked = [item for item in items if not item.is_optional] or items
        found = _either(self._item(item) for item in asked) if asked else self._everything()
        return self._with_whole(self._without(found, question.excluded), q)

    def _all_clauses(self, question: Question) -> Match:
        found = self._everything()
        for clause in question.clauses:
            one = _either(self._item(item) for item in clause)
            mask = found.mask if clause[0].is_optional else found.mask & one.mask
            found = Match(mask, found.scores + one.scores, found.words | one.words, found.stems | one.stems)
        return self._without(found, question.excluded)

    def _everything(self) -> Match:
        size = self.snapshot.size
        return Match(np.ones(size, dtype=np.bool_), np.zeros(size, dtype=np.float32))

    def _without(self, found: Match, excluded: Iterable[Item]) -> Match:
        mask = found.mask
        for item in excluded:
            mask = mask & ~self._item(item).mask
        return replace(found, mask=mask)

    def _with_whole(self, found: Match, q: str) -> Match:
        """Add what the question names exactly: an identifier always answers, a whole title counts more."""
        mask, scores = found.mask.copy(), found.scores.copy()
        if mark := analysis.mark(q):
            rows = self.snapshot.postings("marks", mark)[0]
            mask[rows] = True
            scores[rows] += MARK_BONUS
        if whole := analysis.whole(q):
            scores[self.snapshot.postings("wholes", whole)[0]] += WHOLE_BONUS
        return replace(found, mask=mask, scores=scores, words=found.words | {mark} if mark else found.words)

    def _item(self, item: Item) -> Match:
        last = len(item.readings) - 1
        found = _both(
            _either(self._way(way, item.is_beginning and place == last) for way in ways)
            for place, ways in enumerate(item.readings)
        )
        if not item.is_phrase:
            return found
        together = self._side_by_side(item.readings)
        return replace(found, mask=together, scores=found.scores * together * PHRASE_BONUS)

    def _way(self, way: tuple[str, ...], is_beginning: bool) -> Match:
        last = len(way) - 1
        return _both(self._word(word, is_beginning and place == last) for place, word in enumerate(way))

    def _word(self, word: str, is_beginning: bool) -> Match:
        key = (word, is_beginning)
        if key not in self._words:
            self._words[key] = self._weigh(word, is_beginning)
        return self._words[key]

    def _weigh(self, word: str, is_beginning: bool) -> Match:
        snapshot = self.snapshot
        weights = np.zeros(snapshot.size, dtype=np.float32)
        words = set()
        for name in (*analysis.WORD_FIELDS, "marks"):
            for expansion, share in self._expansions(name, word, is_beginning):
                self._add(weights, name, expansion, share)
                words.add(expansion)
        stems = frozenset((name[-2:], analysis.stem(name[-2:], word)) for name in analysis.STEM_FIELDS)
        for lang, stem in stems:
            self._add(weights, f"stems_{lang}", stem, 1.0)
        mask = weights > 0
        having = int(mask.sum())
        rarity = math.log(1 + (snapshot.size - having + 0.5) / (having + 0.5))
        scores = (rarity * (K1 + 1) * weights / (weights + K1)).astype(np.float32)
        return Match(mask, scores, frozenset(words), stems)

    def _add(self, weights: Scores, name: str, word: str, share: float) -> None:
        rows, counts = self.snapshot.postings(name, word)
        if len(rows):
            norms = self.snapshot.columns.norms.get(name)
            weights[rows] += (
                share * analysis.BOOSTS[name] * (counts if norms is None else counts / norms[rows])
            )

    def _expansions(self, name: str, word: str, is_beginning: bool) -> list[Expansion]:
        if is_beginning:
            longer = self.snapshot.beginning(name, word)[:MAX_EXPANSIONS]
            return [(other, 1.0 if other == word else 0.7) for other in longer]
        exact = [(word, 1.0)]
        if self.is_lenient and name in NAMED_FIELDS:
            return exact + [(other, 0.5**slips) for other, slips in alike(self.snapshot, name, word)]
        return exact

    def _side_by_side(self, readings: tuple[Reading, ...]) -> Mask:
        mask = np.zeros(self.snapshot.size, dtype=np.bool_)
        # Ways as wide as the widest, by which places are counted: the next word stands right after them.
        widest = [[way for way in ways if len(way) == max(map(len, ways))] for ways in readings]
        for ways in islice(product(*widest), MAX_PHRASES):
            words = [word for way in ways for word in way]
            for name in analysis.WORD_FIELDS:
                mask[self._rows_of_phrase(name, words)] = True
        return mask

    def _rows_of_phrase(self, name: str, words: list[str]) -> list[int]:
        places = [self.snapshot.positions(name, word) for word in words]
        rows = set(places[0]).intersection(*places[1:])
        return [row for row in rows if any(_runs_on(places, row, start) for start in places[0][row])]


def alike(snapshot: Snapshot, name: str, word: str) -> list[tuple[str, int]]:
    """List the words of a field that differ by a slip or two, with their number; not in the first letter."""
    limit = 0 if len(word) < 5 or not word.isalpha() else 1 if len(word) < 8 else 2
    if not limit:
        return []
    candidates = (
        other for other in snapshot.beginning(name, word[0]) if abs(len(other) - len(word)) <= limit
    )
    distances = ((other, folding.distance(word, other, limit)) for other in candidates if other != word)
    return [(other, slips) for other, slips in distances if slips <= limit]


def _runs_on(places: list[dict[int, frozenset[int]]], row: int, start: int) -> bool:
    return all(start + offset in place[row] for offset, place in enumerate(places))


def _both(matches: Iterable[Match]) -> Match:
    first, *others = matches
    for other in others:
        mask = first.mask & other.mask
        first = Match(
            mask, (first.scores + other.scores) * mask, first.words | other.words, first.stems | other.stems
        )
    return first


def _either(matches: Iterable[Match]) -> Match:
    first, *others = matches
    for other in others:
        scores = np.maximum(first.scores, other.scores)
        first = Match(first.mask | other.mask, scores, first.words | other.words, first.stems | other.stems)
    return first
