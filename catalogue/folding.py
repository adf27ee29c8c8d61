"""One way of making spellings equal, for search, autocomplete and the matching of names on import.

What two of these fold differently becomes a duplicate or a record that nobody finds, so they share it.
"""

import re
import unicodedata

# A word as people may write it, and the other ways in which it may be looked for; each way is a row of words.
Reading = tuple[tuple[str, ...], ...]

_APOSTROPHES = "’‘‛ʼʻʽʹ′´`＇ꞌ"
_DASHES = "‐‑‒–—―−﹘﹣－⁃"
_QUOTES = "“”„‟«»″＂"
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
_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])


def fold(text: str) -> str:
    """Give a text without case, accents, and differences of apostrophe, dash and space.

    Folding what is folded changes nothing.
    """
    # Apostrophes first, as normalising takes some apart; and again, as folding case gives others.
    plain = unicodedata.normalize("NFKC", text.translate(_PUNCTUATION)).casefold().translate(_PUNCTUATION)
    letters = "".join(c for c in unicodedata.normalize("NFKD", plain) if _is_kept(c))
    return " ".join(unicodedata.normalize("NFC", letters.translate(_LETTERS)).split())


def readings(text: str) -> list[Reading]:
    """Give the words of a text in order, each with all its ways: "M'Boom" is (("mboom",), ("m", "boom")).

    A search must accept any one way of a word; an index stores them all.
    """
    single = [_ways(word) for word in _WORD.findall(fold(text))]
    found: list[Reading] = []
    position = 0
    while position < len(single):
        pair = tuple(ways[0][0] for ways in single[position : position + 2])
        if pair in _COMPOUNDS:
            found.append((pair, (_COMPOUNDS[pair],)))
            position += 2
        else:
            found.append(single[position])
            position += 1
    return found


def words(text: str) -> list[str]:
    """Give every folded word by which a text may be found: "foto's" gives fotos and foto."""
    return [word for ways in readings(text) for word in dict.fromkeys(word for way in ways for word in way)]


def name_key(text: str) -> str:
    """Give a key that is the same for a name in either order, with or without dots, hyphens and accents.

    "Johnson, J.J." and "J. J. Johnson" share a key. Misspellings do not: see suggest_pairs.
    """
    parts = [_name_words(part) for part in fold(text).split(",")]
    last, first = parts[0], [word for part in parts[1:] for word in part if word not in _SUFFIXES]
    suffixes = [word for part in parts[1:] for word in part if word in _SUFFIXES]
    return _join_initials(first + last + suffixes)


def _is_kept(character: str) -> bool:
    # Soft hyphens, joiners and marks of direction (Cf) come along when text is pasted, and nobody sees them.
    return unicodedata.combining(character) not in _MARKS and unicodedata.category(character) != "Cf"


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


def _name_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.replace("'", ""))


def _join_initials(parts: list[str]) -> str:
    spaced = " ".join(parts)
    return re.sub(r"\b(\w) (?=\w\b)", r"\1", spaced)
