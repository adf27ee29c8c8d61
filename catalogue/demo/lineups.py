"""Line-ups as the content writes them: "*Joop Terwindt (tp) = J. Terwindt; ~Gerrit Uilenburg (b); ? (dr)".

A star leads, a tilde is probable, a question mark is somebody nobody knows; after the equals sign stands the name
as printed. Between the brackets stand instruments, doubled ones after a comma, or what else somebody did.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from catalogue import instruments
from catalogue.credits import Certainty, Role

UNKNOWN = "?"

_PART = re.compile(
    r"(?P<marks>[*~]*)(?P<name>[^()=;]+?)(?: \((?P<what>[^()]+)\))?(?: = (?P<credited_as>[^=;]+))?"
)


@dataclass(frozen=True)
class Part:
    """What one person or group did: instruments by code, the main one first, and other roles."""

    name: str | None  # None: not known who
    played: tuple[str, ...]
    roles: tuple[Role, ...]
    leads: bool = False
    certainty: Certainty = Certainty.CERTAIN
    credited_as: str | None = None


def read(text: str, role: Role | None = None) -> tuple[Part, ...]:
    """Read a line-up; `role` is that of a name without brackets. Raise ValueError that shows what is wrong."""
    return tuple(_part(part.strip(), role) for part in text.split(";") if part.strip())


def players(parts: Iterable[Part]) -> list[Part]:
    """List those who play an instrument, in the order of the line-up."""
    return [part for part in parts if part.played]


def leaders(parts: Iterable[Part]) -> list[str]:
    """List the names of those who lead."""
    return [part.name for part in parts if part.leads and part.name]


def _part(text: str, role: Role | None) -> Part:
    found = _PART.fullmatch(text)
    if found is None or (found["what"] is None and role is None):
        raise ValueError(f"{text!r} is not a name with an instrument or a role in brackets")
    words = [word.strip() for word in (found["what"] or "").split(",") if word.strip()]
    known = [instruments.find(word) for word in words]
    others = [word for word, instrument in zip(words, known, strict=True) if instrument is None]
    return Part(
        name=None if found["name"] == UNKNOWN else found["name"],
        played=tuple(instrument.code for instrument in known if instrument),
        roles=tuple(_role(word) for word in others) if words else (role,) if role else (),
        leads="*" in found["marks"],
        certainty=Certainty.PROBABLE if "~" in found["marks"] else Certainty.CERTAIN,
        credited_as=found["credited_as"],
    )


def _role(word: str) -> Role:
    try:
        return instruments.find_role(word) or Role(word)
    except ValueError:
        raise ValueError(f"{word!r} is neither an instrument nor a role") from None
