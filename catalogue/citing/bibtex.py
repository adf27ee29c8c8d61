"""Citations as BibTeX, from CSL JSON. Pure.

Braces always balance, whatever a title holds: BibTeX counts them even behind a backslash, so they are written as words.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

Item = dict[str, Any]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    '"': r"{\textquotedbl}",
    **{sign: "\\" + sign for sign in "$&#%_"},
}
_SIGNS = str.maketrans(_WORDS)
_ENDS_NAME = re.compile(r",|\band\b", re.IGNORECASE)
_GAPS = re.compile(r"\s+")


def write(items: Iterable[Item]) -> str:
    """Write items as a BibTeX file."""
    return "\n".join(_entry(item) for item in items)


def escape(text: str) -> str:
    """Write a text so that TeX prints it as it is."""
    return clean(text).translate(_SIGNS)


def clean(text: str) -> str:
    """Take out what is no text: control characters, ends of lines, halves of characters."""
    kept = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in text)
    return _GAPS.sub(" ", kept).strip()


def _entry(item: Item) -> str:
    issued = item.get("issued") or {}
    parts = (issued.get("date-parts") or [[]])[0]
    kept = f"{item['archive']}, {item['archive_location']}"
    fields = {
        "author": " and ".join(_name(name) for name in item.get("author", [])),
        # A second pair of braces keeps the capitals of the title.
        "title": f"{{{escape(item['title'])}}}",
        "year": str(parts[0]) if parts else escape(str(issued.get("literal", ""))),
        "howpublished": escape(item.get("genre", "")),
        "note": escape(f"{kept}, version {item['version']}"),
        "url": clean(item["URL"]),
        "urldate": "-".join(f"{number:02}" for number in item["accessed"]["date-parts"][0]),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value and value != "{}"]
    if len(parts) > 1:
        lines.insert(-1, f"  month = {_MONTHS[parts[1] - 1]},")
    return "\n".join([f"@misc{{{item['id']},", *lines, "}", ""])


def _name(name: Item) -> str:
    if "literal" in name:
        return f"{{{escape(name['literal'])}}}"
    family = " ".join(part for part in (name.get("non-dropping-particle"), name.get("family")) if part)
    parts = [_part(escape(part)) for part in (family, name.get("given", ""))]
    return ", ".join(part for part in parts if part) or "{}"


def _part(written: str) -> str:
    """Put a part of a name in braces where a comma or "and" inside it would be taken for the end of a name."""
    return f"{{{written}}}" if _ENDS_NAME.search(written) else written
