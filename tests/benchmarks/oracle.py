"""The truth, slow and simple: which records answer a question, and how often each value occurs among them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import records
from tests.benchmarks.engines.engine import Reading
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
    is_widened: bool = (
        False  # nothing has all words, so that the site offers what is near: no truth to compare
    )


class Oracle:
    """A catalogue in memory."""

    def __init__(self, catalogue: Path) -> None:
        self._records = list(records.read(catalogue))
        self._texts = [[records.words(record.texts[name]) for name in TEXTS] for record in self._records]
        self._having = _inverted(set().union(*texts) for texts in self._texts)
        self._named = _inverted(set(texts[TEXTS.index("persons")]) for texts in self._texts)

    def answer(self, question: Question, reading: Reading = Reading.PLAIN) -> Truth:
        """Return what is true of all that answers."""
        texts = self._with_texts(question, reading)
        found = [self._records[row] for row in self._through(texts, question, "")]
        return Truth(
            total=len(found),
            ids=frozenset(record.id for record in found),
            counts={name: self._counts(name, texts, question, reading) for name in FACETS},
            is_widened=reading is Reading.LADDER and not texts,
        )

    def _counts(self, name: str, texts: Rows, question: Question, reading: Reading) -> list[int]:
        # On the site a filter does not narrow its own counts, or one could not tick a second value.
        among = self._through(texts, question, name if reading is Reading.LADDER else "")
        counts = Counter(self._records[row].keys[name] for row in among)
        return sorted(counts.values(), reverse=True)[:TOP_VALUES]

    def _with_texts(self, question: Question, reading: Reading) -> Rows:
        found = set(range(len(self._records)))
        for rows in self._demands(question, reading):
            found &= rows
        if question.phrase:
            found = {
                row for row in found if any(_runs_on(words, question.phrase) for words in self._texts[row])
            }
        if not found and len(question.words) > 1 and reading is Reading.LADDER:
            return self._last_begun(question.words)
        return found

    def _last_begun(self, words: tuple[str, ...]) -> Rows:
        *before, last = words
        begun = self._with_words(lambda word: word.startswith(last))
        return begun.intersection(*(self._having[word] for word in before))

    def _through(self, rows: Rows, question: Question, but: str) -> Rows:
        """Return the rows that pass all filters but one."""
        filters = [(name, value) for name, value in question.filters if name != but]
        first, last = question.days or (0, LAST_DAY)
        return {row for row in rows if self._passes(row, filters) and first <= self._records[row].day <= last}

    def _demands(self, question: Question, reading: Reading) -> Iterator[Rows]:
        yield from (self._having[word] for word in (*question.words, *question.phrase))
        if question.person:
            yield self._in_names(question.person, reading)
        if question.any_of:
            yield set().union(*(self._having[word] for word in question.any_of))
        if question.prefix:
            yield self._with_words(lambda word: word.startswith(question.prefix))
        if question.fuzzy:
            yield self._spelt_like(question.fuzzy, reading)

    def _in_names(self, words: tuple[str, ...], reading: Reading) -> Rows:
        rows = set.intersection(*(self._named[word] for word in words))
        if reading is Reading.PLAIN:
            return rows
        wanted = set(words)
        return {
            row
            for row in rows
            if any(wanted <= set(records.words(name)) for name in self._records[row].names)
        }

    def _spelt_like(self, asked: str, reading: Reading) -> Rows:
        if reading is Reading.PLAIN:
            return self._with_words(lambda word: is_alike(word, asked, 1))
        slips = 0 if len(asked) < 5 else 1 if len(asked) < 8 else 2
        return (
            self._having[asked]
            or self._with_words(lambda word: word.startswith(asked))
            or self._with_words(lambda word: is_alike(word, asked, slips, swaps=True))
        )

    def _with_words(self, is_wanted: Callable[[str], bool]) -> Rows:
        return set().union(*(rows for word, rows in self._having.items() if is_wanted(word)))

    def _passes(self, row: int, filters: Iterable[tuple[str, str]]) -> bool:
        return all(self._records[row].keys[name] == value for name, value in filters)


def is_alike(one: str, other: str, slips: int, *, swaps: bool = False) -> bool:
    """Whether words with the same first letter differ by some letters at most: lost, added, others or `swaps`."""
    if one[:1] != other[:1] or abs(len(one) - len(other)) > slips:
        return False
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        rows.append([i])
        for j, against in enumerate(other, 1):
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (letter != against))
            if swaps and i > 1 and j > 1 and one[i - 2 : i] == against + other[j - 2]:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i].append(best)
    return rows[-1][-1] <= slips


def _inverted(words_of_rows: Iterable[set[str]]) -> defaultdict[str, Rows]:
    found: defaultdict[str, Rows] = defaultdict(set)
    for row, words in enumerate(words_of_rows):
        for word in words:
            found[word].add(row)
    return found


def _runs_on(words: list[str], phrase: tuple[str, ...]) -> bool:
    return any(tuple(words[place : place + len(phrase)]) == phrase for place in range(len(words)))
