"""Structured creditor references (ISO 11649): what a payer copies into a transfer, with two digits against mistakes."""

import re
from collections.abc import Iterator

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

SHORTEST, LONGEST = 5, 25
_BEGIN = re.compile(r"(?=RF\d\d)")


def make(text: str) -> str:
    """Make the reference of up to 21 letters and digits; other signs are left out."""
    body = iso11649.compact(text)
    return str(iso11649.validate(f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}"))


def show(reference: str) -> str:
    """Write a reference as people copy it, in groups of four."""
    return str(iso11649.format(reference))


def find_in(text: str) -> list[str]:
    """List all that could be a reference in a text, with or without spaces; who asks knows which ones are ours."""
    plain = "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())
    return list(dict.fromkeys(_valid_in(plain)))


def _valid_in(plain: str) -> Iterator[str]:
    for begin in _BEGIN.finditer(plain):
        rest = plain[begin.start() :]
        for length in range(min(LONGEST, len(rest)), SHORTEST - 1, -1):
            if iso11649.is_valid(rest[:length]):
                yield rest[:length]
