"""In which order a question is tried until something answers, from narrow to wide. Pure; for every engine the same.

Exact in its narrower readings, exact as asked, with the last word begun, with words spelt alike, with any word.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from catalogue.folding import Reading
from catalogue.search import items, stop_words
from catalogue.search.index import ANY, EXACT, FUZZY, PREFIX
from catalogue.search.question import Group, Node, Parsed, Scope, Words

MIN_LENIENT = 5  # letters of a word in which a slip is looked for


@dataclass(frozen=True)
class Attempt:
    """One way to ask a question, and what rung of the ladder that is."""

    rung: str
    group: Group
    is_lenient: bool = False  # words that are spelt alike will do
    is_any: bool = False  # the last of what is wanted is any of the words: the more of them, the better
    understood: str = ""  # how a plain question was read, where it was read more narrowly than asked


def attempts(parsed: Parsed) -> Iterator[Attempt]:
    """Give the ways to ask a question, the narrowest first, without those that could not change the answer."""
    for understood, group in parsed.narrower:
        yield Attempt(EXACT, group, understood=understood)
    question = parsed.question
    yield Attempt(EXACT, question)
    begun = _begun(question)
    if begun != question:
        yield Attempt(PREFIX, begun)
    if _can_slip(question):
        yield Attempt(FUZZY, question, is_lenient=True)
    widest = _any_word(question)
    if widest is not None:
        yield Attempt(ANY, widest, is_any=True)
        if _can_slip(widest):
            yield Attempt(ANY, widest, is_lenient=True, is_any=True)


def _begun(group: Group) -> Group:
    """Take the last word as a beginning; the group as it is where that makes no sense."""
    if not group.wanted:
        return group
    last = group.wanted[-1]
    if isinstance(last, Group):
        return replace(group, wanted=(*group.wanted[:-1], _begun(last)))
    if (
        not isinstance(last, Words)
        or last.is_phrase
        or len(items.last_word(last.readings)) < items.MIN_BEGINNING
    ):
        return group
    return replace(group, wanted=(*group.wanted[:-1], replace(last, is_beginning=True, is_optional=False)))


def _any_word(question: Group) -> Group | None:
    """Ask for any word, and for all that is not plain words; None where there are not two words to choose from."""
    choice = [node for node in question.wanted if _is_plain(node)]
    if not choice:
        choice = [node for node in question.wanted if isinstance(node, Words) and node.scope is not Scope.ID]
    words = tuple(dict.fromkeys(word for node in choice for word in _one_by_one(node)))
    if len(words) < 2:
        return None
    kept = tuple(node for node in question.wanted if node not in choice)
    return Group((*kept, Group(words, is_any=True)), question.unwanted)


def _is_plain(node: Node) -> bool:
    if isinstance(node, Words):
        return node.scope is Scope.ANYWHERE and not node.is_optional
    return isinstance(node, Group) and node.is_any and all(map(_is_plain, node.wanted))


def _one_by_one(node: Node) -> Iterator[Node]:
    """Give the words of a node each for itself, after the phrase that they make."""
    if not isinstance(node, Words):
        yield node
        return
    if node.is_phrase:
        yield node
    asked = [reading for reading in node.readings if not stop_words.is_stop_word(reading)]
    for reading in asked or node.readings:
        is_beginning = node.is_beginning and reading is node.readings[-1]
        yield Words((reading,), node.scope, is_beginning=is_beginning)


def _all_words(nodes: Iterable[Node]) -> Iterator[Words]:
    for node in nodes:
        if isinstance(node, Group):
            yield from _all_words(node.wanted)
        elif isinstance(node, Words):
            yield node


def _can_slip(question: Group) -> bool:
    named = (
        words for words in _all_words(question.wanted) if words.scope is not Scope.ID and not words.is_phrase
    )
    return any(_is_long(reading) for words in named for reading in words.readings)


def _is_long(reading: Reading) -> bool:
    return any(len(word) >= MIN_LENIENT and word.isalpha() for way in reading for word in way)
