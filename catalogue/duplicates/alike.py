"""Which names may be two names of one: misspelt, in another order, with initials, with a part more or less. Pure.

Spellings are compared by `folding`; here stands what one sees only by words.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from enum import Enum
from itertools import combinations
from typing import NamedTuple, TypeVar

from catalogue import folding
from catalogue.duplicates import given_names
from catalogue.folding import Likeness

Thing = TypeVar("Thing")


class Alike(str, Enum):
    """How two names are alike, the surest first."""

    SAME = "same"  # but for case, accents, dots, order round a comma
    SWAPPED = "swapped"  # Kazutoki Umezu, Umezu Kazutoki
    ONE_SLIP = "one_slip"
    TWO_SLIPS = "two_slips"
    SHORT_FORM = "short_form"  # Don Cherry, Donald Cherry
    NICKNAME = "nickname"  # Eddie "Gua-Gua" Rivera, Eddie Rivera
    PART_MORE = "part_more"  # Luiz Simas, Luiz Paulo Bello Simas
    INITIALS = "initials"  # P.F. Webster, Paul Francis Webster
    ONE_WORD = "one_word"  # Jobim, Antonio Carlos Jobim
    COMMON_NAMES = "common_names"  # Eddie Green, Freddie Green: close, but both are names of others too


class Pair(NamedTuple):
    """Two names in alphabetical order, how they are alike, and how many others either might just as well be."""

    first: str
    second: str
    alike: Alike
    rivals: int


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MOST_RIVALS = 2  # of initials or one word; who could be any of many is no suggestion

_BY_LIKENESS = {
    Likeness.SAME_LETTERS: Alike.SAME,
    Likeness.ONE_SLIP: Alike.ONE_SLIP,
    Likeness.TWO_SLIPS: Alike.TWO_SLIPS,
    Likeness.SHORT_FORM: Alike.SHORT_FORM,
    Likeness.TWO_PEOPLE: Alike.COMMON_NAMES,
}
_RANK = {alike: rank for rank, alike in enumerate(Alike)}
_NICKNAME = re.compile(r"[\"“”„«»][^\"“”„«»]+[\"“”„«»]|\([^()]+\)|'[^']+'(?= )")
_NUMBER = re.compile(r"\s*\(\d+\)$")
_ARTICLES = _words("the de het les los die das der mr mrs dr")
_JOINING = _words("and und en with his her sein")  # of a leader and a band
_BANDS = _words(
    "orchestra orchester orkest band ensemble group choir chorus singers boys stars big trio quartet quartette"
    " kwartet quintet quintette kwintet sextet septet octet"
)
_SUFFIXES = _words("jr sr ii iii iv")
_PARTICLES = _words("van von de den der di da del della la le mc mac st ten ter")
# Two or more in one name; but not "and his orchestra".
_SEVERAL = re.compile(r"[/+]|\w\s*-\s*\w\.|, .*,| - | (?i:and (?!his |her |the |orch))| (?i:y|et|und|con) ")
# Cyrillic as libraries write it in Latin letters (ISO 9, without its marks).
_LATIN = dict(zip("абвгдезийклмнопрстуфхыэі", "abvgdeziiklmnoprstufhyei", strict=True)) | {
    "ж": "zh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "iu",
    "я": "ia",
    "є": "ie",
    "ї": "i",
}


class _Name(NamedTuple):
    """A name taken apart."""

    text: str
    words: tuple[str, ...]  # folded, the family name last with its particles; no article, nickname, "jr"
    suffixes: tuple[str, ...]
    has_nickname: bool
    is_several: bool  # names of more than one: Livingston & Evans


def pairs(names: Iterable[str]) -> list[Pair]:
    """List the pairs of names that somebody should look at, in alphabetical order; each with its surest reason."""
    known = sorted(set(names))
    found: dict[tuple[str, str], Alike] = {}
    read = [name for name in map(_read, known) if name.words]
    for a, b, alike in [*_by_spelling(known), *_by_words(read)]:
        key = (a, b) if a < b else (b, a)
        if key not in found or _RANK[alike] < _RANK[found[key]]:
            found[key] = alike
    return list(_without_crowds(found))


def _by_spelling(names: Collection[str]) -> Iterator[tuple[str, str, Alike]]:
    for a, b, likeness in folding.suggest_pairs(names):
        if likeness is not Likeness.TWO_PEOPLE or len(a.split()) > 1:
            yield a, b, _BY_LIKENESS[likeness]
    for block in _blocks(names, lambda name: folding.name_key(_latin(_NUMBER.sub("", name))) or None):
        yield from ((a, b, Alike.SAME) for a, b in combinations(block, 2))


def _by_words(names: Collection[_Name]) -> Iterator[tuple[str, str, Alike]]:
    for block in _blocks(names, lambda name: tuple(sorted(name.words))):
        for a, b in combinations(block, 2):
            if a.suffixes == b.suffixes:
                yield a.text, b.text, _alike_in_order(a, b)
    for block in _blocks(names, lambda name: name.words[-1] if len(name.words) > 1 else None):
        for a, b in combinations(block, 2):
            if alike := _alike_by_given_names(a, b):
                yield a.text, b.text, alike
    yield from _single_words(names)
    yield from _longer_at_an_end(names)


def _longer_at_an_end(names: Collection[_Name]) -> Iterator[tuple[str, str, Alike]]:
    """Pair names of two words or more with those that have another word before or after them."""
    whole = defaultdict(list)
    for name in names:
        if len(name.words) > 1:
            whole[name.words].append(name)
    for name in names:
        ends = {name.words[1:], name.words[:-1]} if len(name.words) > 2 and not name.is_several else set()
        for other in (other for end in ends for other in whole.get(end, ())):
            if name.suffixes == other.suffixes and _is_band(name) == _is_band(other):
                yield name.text, other.text, Alike.PART_MORE


def _is_band(name: _Name) -> bool:
    return not _BANDS.isdisjoint(name.words)


def _alike_in_order(a: _Name, b: _Name) -> Alike:
    if a.words != b.words:
        return Alike.SWAPPED
    return Alike.NICKNAME if a.has_nickname != b.has_nickname else Alike.SAME


def _alike_by_given_names(a: _Name, b: _Name) -> Alike | None:
    """Compare two with one family name by what stands before it."""
    one, other = a.words[:-1], b.words[:-1]
    if one == other or a.suffixes != b.suffixes or a.is_several != b.is_several:
        return None
    if _is_initials(one) or _is_initials(other):
        return Alike.INITIALS if _may_stand_for(one, other) else None
    if len(one) == len(other):
        return _alike_word_by_word(one, other)
    fewer, more = sorted((one, other), key=len)
    return Alike.PART_MORE if fewer[0] == more[0] and _is_within(fewer, more) else None


def _alike_word_by_word(one: tuple[str, ...], other: tuple[str, ...]) -> Alike | None:
    differing = [(x, y) for x, y in zip(one, other, strict=True) if x != y]
    if all(_abbreviates(x, y) for x, y in differing):
        return Alike.INITIALS
    return Alike.SHORT_FORM if all(given_names.are_forms(x, y) for x, y in differing) else None


def _single_words(names: Collection[_Name]) -> Iterator[tuple[str, str, Alike]]:
    longer = defaultdict(list)
    for name in names:
        if len(name.words) > 1 and not name.is_several:
            for word in {name.words[0], name.words[-1]}:
                longer[word].append(name)
    for name in names:
        if len(name.words) == 1 and len(name.words[0]) > 2 and not name.is_several:
            for other in longer[name.words[0]]:
                yield name.text, other.text, Alike.ONE_WORD


def _without_crowds(found: dict[tuple[str, str], Alike]) -> Iterator[Pair]:
    """Leave out initials and single words that may be too many; tell of the others how many they may be."""
    loose = (Alike.INITIALS, Alike.ONE_WORD)
    rivals: dict[str, int] = defaultdict(int)
    for (a, b), alike in found.items():
        if alike in loose:
            for name in (a, b):
                rivals[name] += 1
    for (a, b), alike in sorted(found.items()):
        shorter = min(a, b, key=lambda name: len(_letters(name)))
        others = rivals[shorter] - 1 if alike in loose else 0
        if others <= MOST_RIVALS:
            yield Pair(a, b, alike, others)


def _read(text: str) -> _Name:
    plain = _NUMBER.sub("", text).replace("&", " and ")
    without = _NICKNAME.sub(" ", plain)
    key = folding.fold(_latin(without if _letters(without) else plain))
    last, *first = [re.findall(r"[^\W_]+", part.replace("'", "")) for part in key.split(",")] or [[]]
    words = [word for part in first for word in part] + last
    suffixes = tuple(word for word in words if word in _SUFFIXES)
    words = [word for word in words if word not in _SUFFIXES and word not in _JOINING] or words
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    is_several = _SEVERAL.search(plain) is not None
    return _Name(text, tuple(_with_particles(words)), suffixes, plain != without, is_several)


def _with_particles(words: list[str]) -> Iterator[str]:
    """Write the particles of a family name and the name as one word: "de rose" and "derose" are the same."""
    held = ""
    for at, word in enumerate(words):
        if 0 < at < len(words) - 1 and word in _PARTICLES:
            held += word
        else:
            yield held + word
            held = ""


def _is_initials(given: tuple[str, ...]) -> bool:
    return bool(given) and all(len(word) == 1 for word in given)


def _may_stand_for(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    first, second = ("".join(word[0] for word in given) for given in (one, other))
    return first.startswith(second) or second.startswith(first)


def _is_within(fewer: tuple[str, ...], more: tuple[str, ...]) -> bool:
    """Say whether words stand in the same order among others."""
    rest = iter(more)
    return all(any(word == other for other in rest) for word in fewer)


def _abbreviates(word: str, other: str) -> bool:
    return min(len(word), len(other)) == 1 and word[0] == other[0]


def _latin(text: str) -> str:
    if text.isascii():
        return text
    return "".join(_LATIN.get(letter, letter) for letter in unicodedata.normalize("NFC", text).casefold())


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _blocks(things: Iterable[Thing], key: Callable[[Thing], Hashable | None]) -> list[list[Thing]]:
    """Put together what has the same key; what has none is left out."""
    blocks: dict[Hashable, list[Thing]] = defaultdict(list)
    for thing in things:
        if (value := key(thing)) is not None:
            blocks[value].append(thing)
    return list(blocks.values())
