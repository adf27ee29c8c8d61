"""What a question means: bare words must all be there, "words in quotes" side by side, -word must not, one OR
other will do, star* is a beginning. Pure. Nothing typed is an error: a sign out of place is read as a word.
"""

import re
from dataclasses import dataclass, replace

from catalogue import folding
from catalogue.folding import Reading

MAX_ITEMS = 24
MIN_BEGINNING = 2  # letters before a star, so that a* does not mean everything

# An item: perhaps a minus, then a phrase in quotes or a run of characters, which may end in a star.
_ITEM = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans("“”„‟«»″＂", '""""""""')

# Words that are looked for but not asked for, unless there is nothing else. Dutch and English.
_DUTCH = (
    "de",
    "het",
    "een",
    "van",
    "in",
    "op",
    "met",
    "en",
    "of",
    "te",
    "voor",
    "bij",
    "uit",
    "om",
    "aan",
    "door",
)
_ENGLISH = ("the", "a", "an", "of", "on", "at", "with", "and", "for", "by", "from", "to")
STOP_WORDS = frozenset(_DUTCH + _ENGLISH)


@dataclass(frozen=True)
class Item:
    """One thing to look for: its words, each with the other ways to write it."""

    readings: tuple[Reading, ...]
    is_phrase: bool = False
    is_beginning: bool = False  # of its last word
    is_optional: bool = False  # counts when it is there


@dataclass(frozen=True)
class Question:
    """What must be there (one item of each clause) and what must not."""

    clauses: tuple[tuple[Item, ...], ...]
    excluded: tuple[Item, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked, so that everything answers."""
        return not self.clauses and not self.excluded


def parse(q: str) -> Question:
    """Read the words of a question."""
    clauses: list[tuple[Item, ...]] = []
    excluded: list[Item] = []
    joins = False
    for match in list(_ITEM.finditer(_balanced(q.translate(_QUOTES))))[:MAX_ITEMS]:
        if match["word"] == "OR" and clauses:
            joins = True
            continue
        item = _item(match)
        if item is None:
            continue
        if match["minus"]:
            excluded.append(item)
        elif joins:
            clauses[-1] = (*clauses[-1], item)
        else:
            clauses.append((item,))
        joins = False
    return Question(_with_optional(clauses), tuple(excluded))


def last_as_beginning(question: Question) -> Question | None:
    """Return the question with its last word as a beginning; None where that changes nothing."""
    last = question.clauses[-1][-1] if question.clauses else None
    if last is None or last.is_phrase or last.is_beginning or len(_last_word(last)) < MIN_BEGINNING:
        return None
    begun = replace(last, is_beginning=True, is_optional=False)
    return replace(question, clauses=(*question.clauses[:-1], (*question.clauses[-1][:-1], begun)))


def with_words(question: Question, better: dict[str, str]) -> str:
    """Write a question of plain words again with other words in the place of some; "" if it has signs."""
    words = []
    for clause in question.clauses:
        if len(clause) > 1 or clause[0].is_phrase or clause[0].is_beginning:
            return ""
        words += [better.get(word, word) for reading in clause[0].readings for word in reading[0]]
    return "" if question.excluded else " ".join(words)


def _balanced(q: str) -> str:
    # A quotation mark without its partner was a slip, or inches.
    return q.replace('"', " ") if q.count('"') % 2 else q


def _item(match: re.Match[str]) -> Item | None:
    text = match["phrase"] if match["phrase"] is not None else match["word"]
    readings = tuple(folding.readings(text))
    if not readings:
        return None
    item = Item(readings, is_phrase=match["phrase"] is not None and len(readings) > 1)
    starred = match["phrase"] is None and text.endswith("*") and len(_last_word(item)) >= MIN_BEGINNING
    return replace(item, is_beginning=starred)


def _last_word(item: Item) -> str:
    return item.readings[-1][0][-1]


def _with_optional(clauses: list[tuple[Item, ...]]) -> tuple[tuple[Item, ...], ...]:
    stops = [_is_stop_word(clause) for clause in clauses]
    if all(stops):
        return tuple(clauses)
    return tuple(
        (replace(clause[0], is_optional=True),) if is_stop else clause
        for clause, is_stop in zip(clauses, stops, strict=True)
    )


def _is_stop_word(clause: tuple[Item, ...]) -> bool:
    item = clause[0]
    plain = len(clause) == 1 and not item.is_phrase and not item.is_beginning and len(item.readings) == 1
    return plain and item.readings[0][0][0] in STOP_WORDS and len(item.readings[0][0]) == 1
