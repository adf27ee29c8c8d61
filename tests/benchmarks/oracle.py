"""The truth, slow and simple: which records answer a question, and how often each value occurs among them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import records
from tests.benchmarks.questions import Question
from tests.benchmarks.records import FACETS, TEXTS, TOP_VALUES

LAST_DAY = 99_999_999

Rows = set[int]


@dataclass(frozen=True)
class Truth:
    """What the right answer to a question holds."""

    total: int
    ids: frozenset[str]
    counts: dict[str, list[int]]  # of each facet, highest first, as many as are shown


class Oracle:
    """A catalogue in memory."""

    def __init__(self, catalogue: Path) -> None:
        self._records = list(records.read(catalogue))
        self._texts = [[records.words(record.texts[name]) for name in TEXTS] for record in self._records]
        self._having = _inverted(set().union(*texts) for texts in self._texts)
        self._named = _inverted(set(texts[TEXTS.index("persons")]) for texts in self._texts)

    def answer(self, question: Question) -> Truth:
        """Return what is true of all that answers."""
        found = [self._records[row] for row in self._match(question)]
        counts = {name: Counter(record.keys[name] for record in found) for name in FACETS}
        return Truth(
            total=len(found),
            ids=frozenset(record.id for record in found),
            counts={
                name: sorted(counter.values(), reverse=True)[:TOP_VALUES] for name, counter in counts.items()
            },
        )

    def _match(self, question: Question) -> Rows:
        found = set(range(len(self._records)))
        for rows in self._demands(question):
            found &= rows
        if question.phrase:
            found = {
                row for row in found if any(_runs_on(words, question.phrase) for words in self._texts[row])
            }
        first, last = question.days or (0, LAST_DAY)
        return {
            row
            for row in found
            if self._passes(row, question.filters) and first <= self._records[row].day <= last
        }

    def _demands(self, question: Question) -> Iterator[Rows]:
        yield from (self._having[word] for word in (*question.words, *question.phrase))
        yield from (self._named[word] for word in question.person)
        if question.any_of:
            yield set().union(*(self._having[word] for word in question.any_of))
        if question.prefix:
            yield self._with_words(lambda word: word.startswith(question.prefix))
        if question.fuzzy:
            yield self._with_words(lambda word: is_alike(word, question.fuzzy))

    def _with_words(self, is_wanted: Callable[[str], bool]) -> Rows:
        return set().union(*(rows for word, rows in self._having.items() if is_wanted(word)))

    def _passes(self, row: int, filters: Iterable[tuple[str, str]]) -> bool:
        return all(self._records[row].keys[name] == value for name, value in filters)


def is_alike(one: str, other: str) -> bool:
    """Whether two words begin with the same letter and differ by one letter at most: lost, added or another."""
    if one[:1] != other[:1] or abs(len(one) - len(other)) > 1:
        return False
    same = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    if len(one) == len(other):
        return one[same + 1 :] == other[same + 1 :]
    return one[same + 1 :] == other[same:] if len(one) > len(other) else one[same:] == other[same + 1 :]


def _inverted(words_of_rows: Iterable[set[str]]) -> defaultdict[str, Rows]:
    found: defaultdict[str, Rows] = defaultdict(set)
    for row, words in enumerate(words_of_rows):
        for word in words:
            found[word].add(row)
    return found


def _runs_on(words: list[str], phrase: tuple[str, ...]) -> bool:
    return any(tuple(words[place : place + len(phrase)]) == phrase for place in range(len(words)))
