"""One way of making spellings equal, for search, autocomplete and the matching of names on import.

What two of these fold differently becomes a duplicate or a record that nobody finds, so they share it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from enum import Enum
from itertools import chain, combinations, takewhile
from typing import TypeVar

# A word as people may write it, and the other ways in which it may be looked for; each way is a row of words.
Reading = tuple[tuple[str, ...], ...]
Made = TypeVar("Made")

_REMEMBERED = 100_000  # texts that a process remembers what was made of; some 40 MB
_MEMORABLE = 40  # letters of the longest of them

_APOSTROPHES = "’‘‛ʼʻʽʹ′´`＇ꞌ"
_DASHES = "‐‑‒–—―−﹘﹣－⁃"
_QUOTES = "“”„‟«»″ˮ＂"
_PUNCTUATION = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_DASHES, "-") | dict.fromkeys(_QUOTES, '"') | {"ı": "i"}
)
# Letters that no decomposition takes apart; lower case, as they come after casefolding (which makes ß ss).
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ŋ": "ng"}
)
# Marks over, under and through letters have class 1 or from 10. The voicing of kana and the virama have 8 and
# 9 and make another letter, so they stay.
_MARKS = frozenset([1, *range(10, 255)])

_WORD = re.compile(r"'\d\d(?!\w)|[^\W_]+(?:['/.&-][^\W_]+)*")
_INSIDE = re.compile(r"['/.&-]")
# Written apart or as one word, according to the age and the language of the source.
_COMPOUNDS = {
    parts: "".join(parts)
    for parts in (
        ("big", "band"),
        ("be", "bop"),
        ("hard", "bop"),
        ("post", "bop"),
        ("boogie", "woogie"),
        ("rag", "time"),
        ("jam", "session"),
        ("platen", "hoes"),
    )
}
_APART = {whole: parts for parts, whole in _COMPOUNDS.items()}
_HEADS = frozenset(parts[0] for parts in _COMPOUNDS)
_DOUBLED = re.compile(r"(.)\1+")
_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])


class Likeness(str, Enum):
    """Why two names may be one, from nearly sure to doubtful."""

    SAME_LETTERS = "same_letters"  # only case, spaces, dots or accents differ: Doug Watkins, DougWatkins
    ONE_SLIP = "one_slip"  # one letter wrong, missing, doubled or swapped: John Coltane, John Coltrane
    TWO_SLIPS = "two_slips"  # Curley Russel, Curly Russell
    SHORT_FORM = "short_form"  # Don Cherry, Donald Cherry
    TWO_PEOPLE = "two_people"  # close, but both are common names: Eddie Green, Freddie Green


class _Memory(dict[str, Made]):
    """What a function makes of short texts: they come back by the million, so each is worked out once."""

    def __init__(self, make: Callable[[str], Made]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> Made:
        made = self._make(text)
        if len(text) <= _MEMORABLE:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[text] = made
        return made


def fold(text: str) -> str:
    """Give a text without case, accents, and differences of apostrophe, dash and space.

    Folding what is folded changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    # Nothing of a run of letters depends on what stands beyond a space.
    return " ".join(filter(None, map(_folded.__getitem__, text.split())))


def readings(text: str) -> list[Reading]:
    """Give the words of a text in order, each with all its ways: "M'Boom" is (("mboom",), ("m", "boom")).

    A search must accept any one way of a word; an index stores them all. The same word is the same object
    again and again, as long as it is remembered.
    """
    found = list(chain.from_iterable(map(_read.__getitem__, text.split())))
    firsts = [ways[0][0] for ways in found]
    return found if _HEADS.isdisjoint(firsts) else _joined(found, firsts)


def may_join(reading: Reading) -> bool:
    """Whether a word may be one with the next: only then is a text more than its runs of letters, each read alone."""
    return reading[0][0] in _HEADS


def words(text: str) -> list[str]:
    """Give every folded word by which a text may be found: "foto's" gives fotos and foto."""
    found: list[str] = []
    for ways in readings(text):
        found += ways[0] if len(ways) == 1 else dict.fromkeys(chain.from_iterable(ways))
    return found


def name_key(text: str) -> str:
    """Give a key that is the same for a name in either order, with or without dots, hyphens and accents.

    "Johnson, J.J." and "J. J. Johnson" share a key. Misspellings do not: see suggest_pairs.
    """
    parts = [_name_words(part) for part in fold(text).split(",")]
    last, first = parts[0], [word for part in parts[1:] for word in part if word not in _SUFFIXES]
    suffixes = [word for part in parts[1:] for word in part if word in _SUFFIXES]
    return _join_initials(first + last + suffixes)


def distance(a: str, b: str, limit: int) -> int:
    """Count the letters to insert, drop, change or swap with a neighbour between two texts.

    Gives limit + 1 for anything above the limit, without working it out.
    """
    beyond = limit + 1
    if abs(len(a) - len(b)) > limit:
        return beyond
    earlier: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        earlier, above = row, earlier
        row = [i] + [beyond] * len(b)
        for j in range(max(1, i - limit), min(len(b), i + limit) + 1):
            row[j] = min(earlier[j] + 1, row[j - 1] + 1, earlier[j - 1] + (letter != b[j - 1]))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == b[j - 1]:
                row[j] = min(row[j], above[j - 2] + 1)
        if min(row) > limit:
            return beyond
    return min(row[-1], beyond)


def suggest_pairs(names: Iterable[str]) -> list[tuple[str, str, Likeness]]:
    """List the pairs of names that a person should look at as possible duplicates, in alphabetical order."""
    keys = {name: key for name in sorted(set(names)) if (key := tuple(name_key(name).split()))}
    known = _known_words(keys.values())
    pairs = []
    for a, b in sorted(_near_pairs(keys) | _short_pairs(keys)):
        if likeness := _likeness(keys[a], keys[b], known):
            pairs.append((a, b, likeness))
    return pairs


def _fold(text: str) -> str:
    # Apostrophes first, as normalising takes some apart; and again, as folding case gives others.
    plain = unicodedata.normalize("NFKC", text.translate(_PUNCTUATION)).casefold().translate(_PUNCTUATION)
    letters = "".join(c for c in unicodedata.normalize("NFKD", plain) if _is_kept(c))
    return " ".join(unicodedata.normalize("NFC", letters.translate(_LETTERS)).split())


def _is_kept(character: str) -> bool:
    # Soft hyphens, joiners and marks of direction (Cf) come along when text is pasted, and nobody sees them.
    return unicodedata.combining(character) not in _MARKS and unicodedata.category(character) != "Cf"


def _read_run(run: str) -> tuple[Reading, ...]:
    return tuple(_written[word] for word in _WORD.findall(fold(run)))


def _joined(single: list[Reading], firsts: list[str]) -> list[Reading]:
    """Make one of two words that may be written as one."""
    found: list[Reading] = []
    position = 0
    while position < len(single):
        pair = tuple(firsts[position : position + 2])
        if pair in _COMPOUNDS:
            found.append((pair, (_COMPOUNDS[pair],)))
            position += 2
        else:
            found.append(single[position])
            position += 1
    return found


def _ways(word: str) -> Reading:
    if word.startswith("'"):
        return _year_ways(word[1:])
    if word in _APART:
        return ((word,), _APART[word])
    parts = tuple(_INSIDE.split(word))
    if len(parts) == 1:
        return (parts,)
    if word.endswith("'s"):
        parts = parts[:-1]
    return (("".join(_INSIDE.split(word)),), parts)


def _year_ways(digits: str) -> Reading:
    # A record of '05 may be of either century; of '76 only of the last one.
    centuries = ("19", "20") if digits < "30" else ("19",)
    return ((digits,), *((century + digits,) for century in centuries))


_folded: _Memory[str] = _Memory(_fold)
_read: _Memory[tuple[Reading, ...]] = _Memory(_read_run)
_written: _Memory[Reading] = _Memory(_ways)


def _name_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.replace("'", ""))


def _join_initials(parts: list[str]) -> str:
    spaced = " ".join(parts)
    return re.sub(r"\b(\w) (?=\w\b)", r"\1", spaced)


def _near_pairs(keys: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    """Pair the names that may be one or two slips apart: a superset, from three ways of putting names together.

    One slip in all letters leaves the same when each loses one letter; of two slips in one word all others are the
    same; two words with one each begin with the same letters (see _slips). Every way is gone through by itself, so
    that twenty thousand names take little memory.
    """
    found: set[tuple[str, str]] = set()
    for ways in (_without_a_letter, _without_a_word, _beginnings):
        blocks = defaultdict(list)
        for name, key in keys.items():
            for way in ways(key):
                blocks[way].append(name)
        for block in blocks.values():
            found.update((a, b) for a, b in combinations(block, 2) if _may_be_near(keys[a], keys[b]))
    return found


def _without_a_letter(key: tuple[str, ...]) -> set[object]:
    letters = "".join(key)
    if len(letters) > 60:  # a whole line-up pasted as one name
        return {letters}
    return {letters, *(letters[:i] + letters[i + 1 :] for i in range(len(letters)))}


def _without_a_word(key: tuple[str, ...]) -> set[object]:
    return {(i, *key[:i], *key[i + 1 :]) for i in range(len(key))} if len(key) > 1 else set()


def _beginnings(key: tuple[str, ...]) -> set[object]:
    return {tuple(word[0] for word in key)}


def _may_be_near(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    if len(a) != len(b):
        return True
    apart = [abs(len(x) - len(y)) for x, y in zip(a, b, strict=True) if x != y]
    return len(apart) <= 2 and sum(apart) <= 2


def _short_pairs(keys: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    """Pair the names that differ in their first word only, where one of the two words contains the other."""
    families = defaultdict(list)
    for name, key in keys.items():
        families[key[1:]].append(name)
    return {
        (a, b)
        for family, members in families.items()
        if family
        for a, b in combinations(members, 2)
        if _contains(keys[a][0], keys[b][0])
    }


def _contains(a: str, b: str) -> bool:
    return min(len(a), len(b)) > 2 and (a in b or b in a)


def _known_words(keys: Iterable[tuple[str, ...]]) -> set[str]:
    """Give the words that stand beside two or more different others, so that they are names of their own."""
    beside = defaultdict(set)
    for key in keys:
        for word, other in zip(key, key[1:] + key[:1], strict=True):
            beside[word].add(_DOUBLED.sub(r"\1", other))
    return {word for word, others in beside.items() if len(others) > 1}


def _likeness(a: tuple[str, ...], b: tuple[str, ...], known: set[str]) -> Likeness | None:
    if "".join(a) == "".join(b):
        return Likeness.SAME_LETTERS
    if _telling(a) != _telling(b):
        return None
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y] if len(a) == len(b) else []
    are_both_known = len(differing) == 1 and _are_both_known(*differing[0], known)
    slips = _slips(a, b, differing)
    if slips == 1 and not are_both_known:
        return Likeness.ONE_SLIP
    if a[1:] == b[1:] != () and _contains(a[0], b[0]):
        return Likeness.SHORT_FORM if a[0][0] == b[0][0] else Likeness.TWO_PEOPLE
    if slips == 0:
        return None
    return Likeness.TWO_PEOPLE if are_both_known else Likeness.TWO_SLIPS


def _telling(key: tuple[str, ...]) -> list[str]:
    # Namesakes are told apart by an initial, a number or "Jr": there a slip of one letter is another person.
    return [word for word in key if len(word) == 1 or word.isdigit() or word in _SUFFIXES]


def _are_both_known(x: str, y: str, known: set[str]) -> bool:
    return {x, y} <= known and _DOUBLED.sub(r"\1", x) != _DOUBLED.sub(r"\1", y)


def _slips(a: tuple[str, ...], b: tuple[str, ...], differing: list[tuple[str, str]]) -> int:
    """Count the slips between two names, one or two; 0 when they are too many for names of this length."""
    if not differing:
        return 1 if distance("".join(a), "".join(b), 1) == 1 else 0
    each = [_word_slips(x, y) for x, y in differing]
    slips = sum(each)
    if 0 in each or slips > 2 or min(len("".join(a)), len("".join(b))) <= 4 * slips:
        return 0
    return slips if slips == 1 or all(x[0] == y[0] for x, y in differing) else 0


def _word_slips(x: str, y: str) -> int:
    slips = distance(x, y, 2)
    if slips == 2 and 2 * _shared(x, y) <= max(len(x), len(y)):
        return 0
    return slips if slips < 3 and max(len(x), len(y)) > 2 else 0


def _shared(x: str, y: str) -> int:
    start = _alike(x, y)
    return start + _alike(x[start:][::-1], y[start:][::-1])


def _alike(x: str, y: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(x, y, strict=False)))
