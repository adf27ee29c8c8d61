"""A record of the made-up catalogue as every engine gets it: five texts, and values to filter and count by."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TEXTS = ("title", "description", "persons", "ensemble", "venue")
FACETS = ("kind", "genre", "collection", "language", "city", "decade")
KEYS = (*FACETS, "rights", "has_audio")  # what one can filter by
STORED = ("id", "date", *TEXTS, *KEYS)

PAGE_SIZE = 20
TOP_VALUES = 15  # of a facet, shown with their counts

_WORD = re.compile(r"\w+")
_MARKS = re.compile("[\u0300-\u036f]+")


@dataclass(frozen=True, slots=True)
class Record:
    """One entry, flat."""

    id: str
    date: str
    texts: dict[str, str]
    keys: dict[str, str]
    names: tuple[str, ...]  # of persons

    @property
    def day(self) -> int:
        """The date as yyyymmdd."""
        return int(self.date.replace("-", ""))

    @property
    def everything(self) -> str:
        """All texts, line by line, so that a phrase can be kept from running on from one into the next."""
        return " \n ".join(self.texts[name] for name in TEXTS)

    @property
    def stored(self) -> dict[str, str]:
        """All that a page of results may show, in the order of STORED."""
        return {"id": self.id, "date": self.date, **self.texts, **self.keys}


def read(path: Path) -> Iterator[Record]:
    """Read the records of a catalogue in their order."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield parse(line)


def parse(line: str) -> Record:
    """Read one record."""
    given = json.loads(line)
    names = tuple(person["name"] for person in given["persons"])
    texts = {name: given[name] for name in ("title", "description", "ensemble", "venue")}
    keys = {name: given[name] for name in ("kind", "genre", "collection", "language", "city")}
    return Record(
        id=given["id"],
        date=given["date"],
        texts={
            "title": texts.pop("title"),
            "description": texts.pop("description"),
            "persons": ", ".join(names),
        }
        | texts,
        keys=keys
        | {
            "decade": f"{given['date'][:3]}0s",
            "rights": given["rights"],
            "has_audio": "yes" if given["has_audio"] else "no",
        },
        names=names,
    )


def fold(text: str) -> str:
    """Give a text in lower case without accents."""
    lower = text.lower()
    return lower if lower.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", lower))


def words(text: str) -> list[str]:
    """Return the folded words of a text in order."""
    return _WORD.findall(fold(text))
