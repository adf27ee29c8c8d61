"""Fields of a MARC 21 record (https://www.loc.gov/marc/bibliographic/), and the sort of thing it describes. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.importing.elements import Element

# Leader, character 6: sorts of things that can be a release.
PUBLISHED = {"c": "score", "g": "video", "i": "sound", "j": "sound"}
NOT_HERE = {
    "a": "a printed text",
    "d": "a manuscript score",
    "e": "a map",
    "f": "a manuscript map",
    "k": "a picture",
    "m": "a computer file",
    "o": "a kit",
    "p": "a collection of papers",
    "r": "an object",
    "t": "a manuscript",
}


@dataclass(frozen=True)
class MarcField:
    """One data field: its tag, its indicators and its subfields in their order."""

    tag: str
    first: str
    second: str
    parts: tuple[tuple[str, str], ...]

    def get(self, code: str) -> str:
        """Return the first subfield of a code, without the punctuation that joins it to the next."""
        return next((tidy(value) for name, value in self.parts if name == code), "")

    def all(self, codes: str) -> list[str]:
        """Return the subfields of some codes in their order."""
        return [tidy(value) for name, value in self.parts if name in codes and tidy(value)]

    def joined(self, codes: str = "", between: str = " ") -> str:
        """Return some subfields, or all of them, as one text as it stands."""
        said = (
            value.strip() for name, value in self.parts if name.isalpha() and (not codes or name in codes)
        )
        return between.join(value for value in said if value)


def fields(record: Element) -> Iterator[MarcField]:
    """Give the data fields of a record."""
    for field in record.every("datafield"):
        parts = tuple((part.attribute("code"), part.text) for part in field.every("subfield"))
        yield MarcField(field.attribute("tag"), field.attribute("ind1"), field.attribute("ind2"), parts)


def controls(record: Element) -> dict[str, str]:
    """Return the control fields by their tags; of several the first. Positions count: nothing is cut off the front."""
    found: dict[str, str] = {}
    for field in record.every("controlfield"):
        found.setdefault(field.attribute("tag"), field.text)
    return found


def number(record: Element) -> str:
    """Return the control number, with the code of the library that gave it if there is one."""
    found = controls(record)
    return (
        " ".join(part for part in (found.get("003", ""), found.get("001", "")) if part)
        if found.get("001")
        else ""
    )


def sort(record: Element) -> str:
    """Return the letter for what sort of thing a record describes (leader, character 6)."""
    return record.first("leader")[6:7]


def objection(record: Element) -> str:
    """Say why a record cannot be a release; "" when it can."""
    letter = sort(record)
    if letter in PUBLISHED:
        return ""
    what = NOT_HERE.get(letter, f"something of an unknown sort (“{letter}”)")
    return f"the record describes {what}; only sound, film and printed music come in as releases"


def tidy(text: str) -> str:
    """Take off the punctuation that joins a field to the next one (ISBD): " :", " /", a comma, a lone full stop."""
    plain = re.sub(r"\s*[:;/,=]\s*$", "", text.strip())
    ends_in_short = re.search(r"(\b[A-Z]|\b\w{1,3}\.\w|\.\.)\.$", plain)
    return plain if ends_in_short else plain.removesuffix(".").strip()
