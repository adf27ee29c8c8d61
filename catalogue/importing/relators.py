"""What libraries and broadcasters call a part: MARC relator codes, and words. The list is `relators.toml`. Pure."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from catalogue import instruments
from catalogue.credits import Role

LIST = Path(__file__).with_name("relators.toml")
CODES = frozenset(role.value for role in Role)


@dataclass(frozen=True)
class Relation:
    """What a word means: a role, and the code of an instrument if it names one."""

    role: Role
    instrument: str | None = None


def find(written: str) -> Relation | None:
    """Find what a code or a word means: "cnd", "arr.", "Producing Organization", "tenor saxophone"; None for others."""
    word = written.strip().rstrip(".").lower()
    if word in _list().played:
        return Relation(Role.PERFORMER, _list().played[word] or None)
    if word in CODES:
        return Relation(Role(word))
    if role := _list().roles.get(word) or instruments.find_role(word):
        return Relation(role)
    instrument = instruments.find(word)
    return Relation(Role.PERFORMER, instrument.code) if instrument else None


@dataclass(frozen=True)
class _List:
    roles: dict[str, Role]
    played: dict[str, str]


@lru_cache(maxsize=1)
def _list() -> _List:
    data = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return _List(
        {word: Role(code) for code, words in data["roles"].items() for word in words}, data["played"]
    )
