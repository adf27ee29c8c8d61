"""Compounds in a question that no document has, read as their halves: tenorsaxofonist, tenor saxofonist."""

from dataclasses import replace

from catalogue.search.compounds import MIN_PART, Compounds
from catalogue.search.engine import expanding
from catalogue.search.engine.expanding import Mode
from catalogue.search.engine.shape import STEMMED
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.question import Group, Node, Scope, Words


def halved(snapshot: Snapshot, group: Group) -> Group:
    """Return the question with both halves as another way to write each compound that is not known."""
    if not snapshot.shape.languages:
        return group
    return replace(group, wanted=tuple(_node(snapshot, node) for node in group.wanted))


def _node(snapshot: Snapshot, node: Node) -> Node:
    if isinstance(node, Group):
        return halved(snapshot, node)
    if not isinstance(node, Words) or node.is_phrase or node.is_beginning or node.scope is not Scope.ANYWHERE:
        return node
    readings = tuple(
        (*reading, halves) if len(reading) == 1 and (halves := _halves(snapshot, reading[0])) else reading
        for reading in node.readings
    )
    return replace(node, readings=readings)


def _halves(snapshot: Snapshot, way: tuple[str, ...]) -> tuple[str, ...]:
    word = way[0]
    if len(way) > 1 or len(word) < 2 * MIN_PART or not word.isalpha() or _is_known(snapshot, word):
        return ()
    parts = {word[:end] for end in range(MIN_PART, len(word) - MIN_PART + 1)}
    parts |= {word[start:] for start in range(MIN_PART, len(word) - MIN_PART + 1)}
    known = [(part, *_count(snapshot, part)) for part in parts]
    return Compounds(part for part in known if part[1]).split(word)[:2]


def _is_known(snapshot: Snapshot, word: str) -> bool:
    return any(expanding.meanings(one.segment, snapshot.shape, word, Mode.PLAIN) for one in snapshot.segments)


def _count(snapshot: Snapshot, word: str) -> tuple[int, bool]:
    """Return how many documents have a word, and whether prose has it."""
    total, is_prose = 0, False
    for one in snapshot.segments:
        words = one.segment.words
        number = words.texts.find(word.encode("utf-8", "surrogatepass"))
        if number >= 0:
            total += words.count(number)
            is_prose |= bool(words.any_bits[number] & STEMMED)
    return total, is_prose
