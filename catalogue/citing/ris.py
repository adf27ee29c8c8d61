"""Citations as RIS, from CSL JSON. Pure.

Each line is a tag of two signs, two spaces, a hyphen, a space and a value; a value never holds the end of a line.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from catalogue.citing.bibtex import clean

Item = dict[str, Any]

LINE_END = "\r\n"
TYPES = {
    "collection": "AGGR",
    "performance": "MUSIC",
    "broadcast": "SOUND",
    "interview": "SOUND",
    "song": "SOUND",
    "graphic": "ART",
    "musical_score": "MUSIC",
}


def write(items: Iterable[Item]) -> str:
    """Write items as a RIS file."""
    return "".join(_record(item) for item in items)


def _record(item: Item) -> str:
    lines = [f"{tag}  - {said}" for tag, value in _tags(item) if (said := clean(str(value)))]
    return LINE_END.join([*lines, "ER  - ", "", ""])


def _tags(item: Item) -> Iterator[tuple[str, object]]:
    parts = ((item.get("issued") or {}).get("date-parts") or [[]])[0]
    yield "TY", TYPES.get(item["type"], "GEN")
    yield "ID", item["id"]
    for name in item.get("author", []):
        yield "AU", _name(name)
    for name in item.get("performer", []):
        if name not in item.get("author", []):
            yield "A2", _name(name)
    yield "TI", item["title"]
    yield "PY", parts[0] if parts else ""
    yield "DA", _date(parts) if parts else (item.get("issued") or {}).get("literal", "")
    yield "M3", item.get("genre", "")
    yield "CY", item.get("event-place", "")
    yield "AV", f"{item['archive']}, {item['archive_location']}"
    yield "DB", item["archive"]
    yield "LA", item.get("language", "")
    yield "N1", f"Version {item['version']}"
    yield "UR", item["URL"]
    yield "Y2", _date(item["accessed"]["date-parts"][0])


def _date(parts: list[int]) -> str:
    """Write a date as year/month/day/other, what is not known left out."""
    numbers = [f"{number:02}" for number in parts] + ["", "", ""]
    return "/".join([*numbers[:3], ""])


def _name(name: Item) -> str:
    family = " ".join(part for part in (name.get("non-dropping-particle"), name.get("family")) if part)
    return str(name.get("literal") or ", ".join(part for part in (family, name.get("given")) if part))
