"""What documents answer a question, found by reading each of them from beginning to end: slow and plainly right."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from catalogue import folding
from catalogue.folding import Reading
from catalogue.search import analysis
from catalogue.search.document import Bearer, Document, Part
from catalogue.search.engine.shape import K1, PARTS, STEMMED, STEPS
from catalogue.search.question import Group, Node, Played, Scope, Words, Years

Places = dict[int, set[str]]  # the words at each place of a text

_SCOPES = {
    Scope.PERSON: ("person", "leader"),
    Scope.LEADER: ("leader",),
    Scope.LABEL: ("label",),
    Scope.INSTRUMENT: ("plays",),
    Scope.PLACE: ("place",),
    Scope.TITLE: ("title", "other_title", "described_title"),
    Scope.ANYWHERE: tuple(PARTS),
}
_BEARERS = {
    Scope.PERSON: (Part.PERSON, Part.LEADER),
    Scope.LEADER: (Part.LEADER,),
    Scope.LABEL: (Part.LABEL,),
}


def texts(one: Document) -> Iterator[tuple[str, str]]:
    """Give each text of a document with the part that it belongs to."""
    main = "described_title" if one.kind in ("image", "session", "collection") else "title"
    yield main, one.titles[0]
    yield from (("other_title", text) for text in one.titles[1:])
    yield from (("subject", text) for text in one.subjects)
    yield from (("place", text) for text in one.places)
    yield from (("mark", text) for text in one.marks)
    yield from (("prose", text) for text in one.prose)
    for bearer in one.bearers:
        yield from (("plays", text) for text in bearer.instruments)
        yield from ((bearer.part.value, text) for text in bearer.names)


def placed(text: str) -> Places:
    """Say which words stand at which place of a text; each way of a word begins at the same place."""
    places: Places = defaultdict(set)
    at = 0
    for reading in folding.readings(text):
        for way in reading:
            for offset, word in enumerate(way):
                places[at + offset].add(word)
        at += max(map(len, reading))
    return places


def words(one: Document, parts: Iterable[str] = tuple(PARTS)) -> set[str]:
    """Give all words of some parts of a document."""
    wanted = set(parts)
    return {word for part, text in texts(one) if part in wanted for word in folding.words(text)}


def answers(one: Document, node: Node) -> bool:
    """Say whether a document answers."""
    if isinstance(node, Group):
        wanted = [part for part in node.wanted if not (isinstance(part, Words) and part.is_optional)]
        is_wanted = any if node.is_any else all
        return is_wanted(answers(one, part) for part in wanted) and not any(
            answers(one, part) for part in node.unwanted
        )
    if isinstance(node, Years):
        return _overlaps(one, node)
    if isinstance(node, Played):
        readings = (*node.person.readings, *node.instrument.readings)
        return any(_is_borne(bearer, readings) for bearer in _bearers(one, Scope.PERSON))
    if node.scope is Scope.ID:
        return _has_mark(one, node)
    if node.is_phrase and len(node.readings) > 1:
        return any(
            _has_phrase(placed(text), node) for part, text in texts(one) if part in _SCOPES[node.scope]
        )
    if node.scope in _BEARERS and (len(node.readings) > 1 or len(node.readings[0]) > 1):
        return any(_is_borne(bearer, node.readings, node) for bearer in _bearers(one, node.scope))
    here = words(one, _SCOPES[node.scope])
    # A title in the archive's own words is prose too, but whoever asks for a title asks for its words.
    is_stemmed = node.scope in (Scope.ANYWHERE, Scope.INSTRUMENT)
    stemmed = {part for part in _SCOPES[node.scope] if is_stemmed and PARTS[part].bits & STEMMED}
    return _has_all(here, _stems(words(one, stemmed)), node.readings, node.is_beginning)


def counted(one: Document) -> Counter[str]:
    """Count how often each word stands in a document."""
    return Counter(word for _part, text in texts(one) for here in placed(text).values() for word in here)


def bits(one: Document, word: str) -> int:
    """Give the bits of the parts in which a word stands."""
    found = 0
    for part, text in texts(one):
        if word in folding.words(text):
            found |= PARTS[part].bits
    return found


def weight(one: Document, word: str) -> float:
    """Work out what a word weighs in a document, in steps: BM25F, before rarity."""
    lengths: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for part, text in texts(one):
        for here in placed(text).values():
            lengths[part] += len(here)
            times[part] += word in here
    total = sum(
        PARTS[part].weight
        * (count if PARTS[part].is_counted else min(1, count))
        / (1 - PARTS[part].share + PARTS[part].share * lengths[part] / PARTS[part].length)
        for part, count in times.items()
    )
    return total / (total + K1) * STEPS


def _overlaps(one: Document, node: Years) -> bool:
    if one.lo is None and one.hi is None:
        return False
    lo = 0 if one.lo is None else one.lo // 10_000
    hi = 9_999 if one.hi is None else one.hi // 10_000
    return lo <= hi and lo <= (9_999 if node.last is None else node.last) and hi >= (node.first or 0)


def _bearers(one: Document, scope: Scope) -> list[Bearer]:
    return [bearer for bearer in one.bearers if bearer.part in _BEARERS[scope]]


def _is_borne(bearer: Bearer, readings: Sequence[Reading], node: Words | None = None) -> bool:
    here = {word for text in (*bearer.names, *bearer.instruments) for word in folding.words(text)}
    stems = _stems(word for text in bearer.instruments for word in folding.words(text))
    return _has_all(here, stems, readings, node is not None and node.is_beginning)


def _has_all(
    here: set[str], stems: set[tuple[str, str]], readings: Sequence[Reading], is_beginning: bool
) -> bool:
    last = len(readings) - 1
    return all(
        any(
            all(
                _has(here, stems, word, is_beginning and (place, at) == (last, len(way) - 1))
                for at, word in enumerate(way)
            )
            for way in reading
        )
        for place, reading in enumerate(readings)
    )


def _has(here: set[str], stems: set[tuple[str, str]], word: str, is_beginning: bool) -> bool:
    if is_beginning:
        return any(other.startswith(word) for other in here)
    return word in here or not stems.isdisjoint(_stems([word]))


def _stems(words: Iterable[str]) -> set[tuple[str, str]]:
    return {(lang, analysis.stem(lang, word)) for word in words for lang in ("nl", "en")}


def _has_mark(one: Document, node: Words) -> bool:
    wanted = analysis.mark("".join("".join(reading[0]) for reading in node.readings))
    marks = [analysis.mark(mark) for mark in one.marks]
    return any(mark.startswith(wanted) if node.is_beginning else mark == wanted for mark in marks)


def _has_phrase(places: Places, node: Words) -> bool:
    widest = [[way for way in ways if len(way) == max(map(len, ways))] for ways in node.readings]
    rows = [[word for way in ways for word in way] for ways in product(*widest)]
    return any(
        all(word in places.get(start + offset, ()) for offset, word in enumerate(row))
        for row in rows
        for start in list(places)
    )
