"""Slips of the pen, accents left out and apostrophes of another shape, as people type them. Pure."""

import random
import string
import unicodedata

_PLAIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "Ae", "đ": "d", "ı": "i"}
)
_OTHER_APOSTROPHE = str.maketrans({"'": "’", "’": "'"})


def slip(word: str, rng: random.Random, first: int = 1) -> str:
    """Write a word with one slip at or after a letter: one wrong, missing, too many, or two swapped."""
    letters = string.ascii_lowercase
    while True:
        at = rng.randrange(first, len(word))
        kind = rng.choice(("wrong", "missing", "extra", "swapped"))
        if kind == "wrong":
            written = word[:at] + rng.choice(letters) + word[at + 1 :]
        elif kind == "missing":
            written = word[:at] + word[at + 1 :]
        elif kind == "extra":
            written = word[:at] + rng.choice(letters) + word[at:]
        else:
            written = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        if written.lower() != word.lower():
            return written


def without_accents(text: str) -> str:
    """Write a text with the letters of a plain keyboard."""
    parted = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in parted if not unicodedata.combining(c))


def with_other_apostrophes(text: str) -> str:
    """Write curly apostrophes straight and straight ones curly."""
    return text.translate(_OTHER_APOSTROPHE)
