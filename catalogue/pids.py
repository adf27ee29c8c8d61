"""Persistent identifiers: opaque names shaped for ARK that never change once an entry is public.

A pid is a shoulder, a random blade and a check character, as `nrmc38ff5zfxr`. It is stored and put in
URLs without its ARK label, so that the archive may change its NAAN and every pid stays what it was.
"""

import hashlib
import re
import secrets
from collections.abc import Callable

# No vowels, so no accidental words; no l, so no doubt about 1. 29 characters, a prime: see check_character.
ALPHABET = "0123456789bcdfghjkmnpqrstvwxz"
SHOULDER = "nr"
# 29 ** 10: a million pids collide with a chance of one in a thousand, and the database refuses a double one.
BLADE_LENGTH = 10
# With more characters a position would weigh as much as the check character itself: see check_character.
LONGEST = len(ALPHABET) - 1

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_NAAN = re.compile(r"[0-9bcdfghjkmnpqrstvwxz]{5,9}")
_LABEL = re.compile(r"(?:.*/)?ark:/?[0-9a-z]+/")
_HYPHENS = re.compile("[-\u00ad\u2010-\u2015]")


def mint(
    naan: str,
    shoulder: str,
    blade_length: int = BLADE_LENGTH,
    token: Callable[[int], int] = secrets.randbelow,
) -> str:
    """Make a new pid; `token(n)` gives a random number below n.

    Raise ValueError on a NAAN, shoulder or length that would not make an ARK, before one is published.
    """
    _require_naan(naan)
    blade = "".join(ALPHABET[token(len(ALPHABET))] for _ in range(blade_length))
    return _complete(shoulder, blade)


def derive(seed: str, shoulder: str = SHOULDER) -> str:
    """Make the pid that belongs to this seed, always the same: for the demo collection and for tests."""
    number = int.from_bytes(hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest())
    blade = ""
    for _ in range(BLADE_LENGTH):
        number, value = divmod(number, len(ALPHABET))
        blade += ALPHABET[value]
    return _complete(shoulder, blade)


def ark(pid: str, naan: str) -> str:
    """Give the full ARK of a pid, `ark:/99999/nr…`. Raise ValueError on a malformed NAAN."""
    _require_naan(naan)
    return f"ark:/{naan}/{pid}"


def is_valid(pid: str) -> bool:
    """Say whether this is a pid in its stored form with the right check character."""
    if not 2 < len(pid) <= LONGEST or not set(pid) <= _VALUES.keys():
        return False
    return check_character(pid[:-1]) == pid[-1]


def normalise(text: str) -> str | None:
    """Give the stored form of a pid as people copy it (capitals, hyphens, ARK label, whole address), or None.

    ARK says that hyphens carry no meaning (J. Kunze, draft-kunze-ark).
    """
    plain = _HYPHENS.sub("", text.strip().lower())
    pid = _LABEL.sub("", plain, count=1)
    return pid if is_valid(pid) else None


def check_character(text: str) -> str:
    """Give the NOID check character of a text (J. Kunze, noid(1), "NOID CHECK DIGIT ALGORITHM").

    The sum of each value times its position, modulo 29. As 29 is prime and no position up to 27 weighs
    nothing or as much as its neighbour (the check character itself weighs -1, that is 28), any single
    wrong character and any swap of neighbours shows, provided that the whole has at most 28 characters.
    """
    total = sum(position * _VALUES.get(character, 0) for position, character in enumerate(text, start=1))
    return ALPHABET[total % len(ALPHABET)]


def _complete(shoulder: str, blade: str) -> str:
    name = shoulder + blade
    pid = name + check_character(name)
    if not shoulder or not blade or not is_valid(pid):
        raise ValueError(f"shoulder {shoulder!r} with a blade of {len(blade)} cannot make an identifier")
    return pid


def _require_naan(naan: str) -> None:
    if not _NAAN.fullmatch(naan):
        raise ValueError(f"not a name assigning authority number: {naan!r}")
