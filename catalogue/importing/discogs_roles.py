"""Words for parts, as Discogs writes them, to roles and instruments. The list is `discogs_roles.toml`. Pure."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from catalogue import instruments
from catalogue.credits import Role

LIST = Path(__file__).with_name("discogs_roles.toml")
_BRACKET = re.compile(r"\s*\[[^\]]*\]?")


@dataclass(frozen=True)
class Part:
    """What one word means: a role, the code of an instrument if it names one, and the word as written."""

    role: Role
    written: str
    instrument: str | None = None
    plays: bool = False
    leads: bool = False
    is_group: bool = False
    is_understood: bool = True
    is_listed: bool = True  # False: an instrument that the vocabulary has not

    @property
    def role_text(self) -> str | None:
        """The word, where the role does not say it."""
        return None if self.instrument or (self.plays and not self.is_listed) else self.written or None

    @property
    def instrument_text(self) -> str | None:
        """The word, where it names an instrument."""
        return self.written if self.instrument or not self.is_listed else None


def parts(written: str) -> list[Part]:
    """Take a text apart: "Tenor Saxophone, Arranged By [Horns, Strings]" is two parts; commas in brackets are words."""
    said, depth, start = [], 0, 0
    for at, character in enumerate(written):
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character == "," and depth <= 0:
            said.append(written[start:at])
            start = at + 1
    return [_part(word.strip()) for word in [*said, written[start:]] if word.strip()]


def company(written: str) -> Role | None:
    """Say what a company did; None for a word that is not in the list."""
    return _list().companies.get(written)


@dataclass(frozen=True)
class _List:
    roles: dict[str, Role]
    instruments: dict[str, str]
    companies: dict[str, Role]
    playing: frozenset[str]
    leading: frozenset[str]
    groups: frozenset[str]
    unlisted: frozenset[str]


@lru_cache(maxsize=1)
def _list() -> _List:
    data = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return _List(
        {_key(word): Role(code) for code, words in data["roles"].items() for word in words},
        {_key(word): code for word, code in data["instruments"].items()},
        {word: Role(code) for word, code in data["companies"].items()},
        frozenset(map(_key, data["playing"]["words"])),
        frozenset(map(_key, data["playing"]["leading"])),
        frozenset(map(_key, data["playing"]["groups"])),
        frozenset(map(_key, data["unlisted"]["words"])),
    )


def _part(written: str) -> Part:
    known = _list()
    word = _BRACKET.sub("", written).strip()
    key = _key(word)
    is_group = key in known.groups
    instrument = known.instruments.get(key) or getattr(instruments.find(word), "code", None)
    if instrument:
        return Part(Role.PERFORMER, written, instrument, plays=True, is_group=is_group)
    if key in known.playing:
        return Part(Role.PERFORMER, written, plays=True, leads=key in known.leading, is_group=is_group)
    if key in known.unlisted:
        return Part(Role.PERFORMER, written, plays=True, is_listed=False)
    if role := known.roles.get(key):
        return Part(role, written)
    return Part(Role.OTHER, written, is_understood=False)


def _key(word: str) -> str:
    return " ".join(word.casefold().split())
