"""What helps on when a question is not answered as it was asked, or hardly.

How often each word is there, the question less a word, and another spelling that more answer. All of it counts
only what is public.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from catalogue.search import analysis, parsing, rewording, wanting
from catalogue.search.engine import expanding, hits
from catalogue.search.engine.answers import Answers
from catalogue.search.engine.matching import Matcher
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.index import EXACT, PREFIX
from catalogue.search.question import Group, Words

MAX_WORDS = 6
MAX_LOOKED_AT = 4  # better words of which it is looked up how many may be seen
FEW = 3  # answers; with more of them no other spelling is offered
MUCH_MORE = 4  # times as many documents must have a better word


@dataclass(frozen=True)
class Hints:
    """What can be said beside an answer that is not the one asked for."""

    words: tuple[tuple[str, int], ...] = ()
    without: tuple[tuple[str, int], ...] = ()
    did_you_mean: str | None = None


def of(answers: Answers, total: int, today: date) -> Hints:
    """Work out what helps on."""
    q, snapshot = answers.query.q, answers.snapshot
    if not q:
        return Hints()
    is_answered = answers.attempt.rung in (EXACT, PREFIX) and answers.count > 0
    counts = _Counts(snapshot, today)
    better = None
    if not is_answered or (snapshot.shape.near_names and answers.count <= FEW):
        better = _did_you_mean(counts, q, answers)
    if is_answered and total:
        return Hints(did_you_mean=better)
    words = wanting.asked_words(parsing.parse(q).question)[:MAX_WORDS]
    return Hints(
        words=tuple((word, counts.of_word(word)) for word in words),
        without=tuple(_without(counts, q, words)),
        did_you_mean=better,
    )


class _Counts:
    """Counts the public answers to questions."""

    def __init__(self, snapshot: Snapshot, today: date) -> None:
        self.snapshot = snapshot
        self._visible = snapshot.visible(today)
        self._matcher = Matcher(snapshot)

    def of_word(self, word: str) -> int:
        """Count the entries that have a word."""
        return self.of(Group((Words((((word,),),)),)), "")

    def of(self, group: Group, q: str) -> int:
        """Count the entries that answer a question."""
        total = 0
        for one, seen in zip(self.snapshot.segments, self._visible, strict=True):
            found = hits.through(self._matcher.match(one.segment, group, q), seen.mask)
            total += seen.number_of(found.docs)
        return total


def _without(counts: _Counts, q: str, words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Give the question less each of its words, where that is answered."""
    for word in words if len(words) > 1 else ():
        shorter = rewording.without_word(q, word)
        if shorter and shorter != q and (count := counts.of(parsing.parse(shorter).question, shorter)):
            yield shorter, count


def _did_you_mean(counts: _Counts, q: str, answers: Answers) -> str | None:
    """Return the question with better words in the place of rare ones, if more is found with them."""
    if _is_identifier(counts.snapshot, q):
        return None
    words = wanting.asked_words(parsing.parse(q).question)[:MAX_WORDS]
    better = {word: near for word in words if (near := _nearest(counts, word))}
    if not better:
        return None
    corrected = rewording.with_words(q, better)
    found = counts.of(parsing.parse(corrected).question, corrected)
    is_answered = answers.attempt.rung == EXACT
    return corrected if found > (answers.count if is_answered else 0) else None


def _nearest(counts: _Counts, word: str) -> str | None:
    """Return the most frequent of the nearest words of names, titles and terms, far more frequent than this one."""
    ranked = _misspelt(counts.snapshot, word)
    least = max(1, MUCH_MORE * counts.of_word(word)) if ranked else 1
    much = (other for _slips, negative, other in ranked if -negative >= least)
    return next((other for other in islice(much, MAX_LOOKED_AT) if counts.of_word(other) >= least), None)


def _misspelt(snapshot: Snapshot, word: str) -> tuple[tuple[int, int, str], ...]:
    """Return the words that are a slip or two away: the slips, documents (less than nought) and the word."""
    if word not in snapshot.near_words:
        found: dict[str, tuple[int, int]] = {}
        for one in snapshot.segments:
            words = one.segment.words
            for number, slips in expanding.misspelt(words, word, snapshot.shape.slips):
                other = words.texts[number].decode("utf-8", "surrogatepass")
                found[other] = (slips, found.get(other, (0, 0))[1] - words.count(number))
        snapshot.near_words[word] = tuple(
            sorted((slips, count, other) for other, (slips, count) in found.items())
        )
    return snapshot.near_words[word]


def _is_identifier(snapshot: Snapshot, q: str) -> bool:
    mark = analysis.mark(q).encode("utf-8", "surrogatepass")
    return any(one.segment.columns["mark"].values.find(mark) >= 0 for one in snapshot.segments)
