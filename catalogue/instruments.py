"""The instruments of jazz with every spelling that line-ups use: one list for imports, the demo and search.

The list is a file, `catalogue/importing/instruments.toml`; `ensure_all` makes it rows of the vocabulary.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from catalogue import folding, terms
from catalogue.credits import Role
from catalogue.terms import Term, TermScheme

LIST = Path(__file__).parent / "importing" / "instruments.toml"


@dataclass(frozen=True)
class Instrument:
    """One instrument: its stable code, its names, and the other spellings that mean it."""

    code: str
    label_nl: str
    label_en: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """What stands between the brackets of a line-up, by spelling: instruments, and roles that are none."""

    instruments: dict[str, Instrument]
    roles: dict[str, Role]


def find(text: str) -> Instrument | None:
    """Find an instrument by its code, name or any spelling: "TRP", "double_bass", "altsax"."""
    return vocabulary().instruments.get(_key(text))


def find_role(text: str) -> Role | None:
    """Find the role that a line-up writes in the place of an instrument: "arr"."""
    return vocabulary().roles.get(_key(text))


def every() -> list[Instrument]:
    """List the instruments in the order of a score: brass, reeds, keys, strings, percussion, voice."""
    return list(dict.fromkeys(vocabulary().instruments.values()))


def ensure_all() -> dict[str, Term]:
    """Put all instruments into the vocabulary; return the terms by code. A second call adds nothing."""
    known = terms.by_code(TermScheme.INSTRUMENT)
    for instrument in every():
        if instrument.code not in known:
            known[instrument.code] = terms.ensure(
                TermScheme.INSTRUMENT,
                instrument.code,
                instrument.label_nl,
                instrument.label_en,
                list(instrument.aliases),
            )
    return known


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Read the list, once. Raise ValueError when a spelling would mean two things."""
    data = tomllib.loads(LIST.read_text(encoding="utf-8"))
    found = Vocabulary({}, {})
    for row in data["instrument"]:
        instrument = Instrument(row["code"], row["nl"], row["en"], tuple(row["aliases"]))
        for spelling in (instrument.code, instrument.label_nl, instrument.label_en, *instrument.aliases):
            if found.instruments.setdefault(_key(spelling), instrument) is not instrument:
                raise ValueError(f"{spelling!r} means two instruments in {LIST.name}")
    for row in data["role"]:
        found.roles.update({_key(spelling): Role(row["code"]) for spelling in row["aliases"]})
    if both := found.instruments.keys() & found.roles.keys():
        raise ValueError(f"{sorted(both)} mean an instrument and a role in {LIST.name}")
    return found


def _key(text: str) -> str:
    return " ".join(folding.fold(text).replace("_", " ").replace(".", "").split())
