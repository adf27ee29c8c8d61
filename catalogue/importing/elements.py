"""Elements of an XML record that remember what was asked of them, so that what nobody asked for can be told. Pure."""

import json
from collections.abc import Collection, Iterator
from typing import Any

Said = dict[str, Any]  # name, and if there is any: attributes, text, children


def of_cell(cell: object) -> "Element | None":
    """Make an element of the cell of a row, be it as XML was read or as JSON in a table; None for anything else."""
    try:
        said = json.loads(cell) if isinstance(cell, str) else cell
        return Element(_clean(said)) if isinstance(said, dict) and said.get("name") else None
    except (ValueError, RecursionError):
        return None


class Element:
    """One element with its attributes, its text and the elements inside."""

    def __init__(self, said: Said) -> None:
        self.name: str = said["name"]
        self._attributes: dict[str, str] = dict(said.get("attributes", {}))
        self._text: str = said.get("text", "")
        self._children = [Element(child) for child in said.get("children", ())]
        self._read: set[str] = set()  # names of attributes; "" for the text
        self._is_read = False

    @property
    def text(self) -> str:
        """The text, without the spaces around it."""
        self._read.add("")
        return self._text.strip()

    def attribute(self, name: str) -> str:
        """Return an attribute, "" when there is none."""
        self._read.add(name)
        return self._attributes.get(name, "").strip()

    def every(self, *names: str) -> list["Element"]:
        """Return the elements inside of some names, in their order."""
        found = [child for child in self._children if child.name in names]
        for child in found:
            child._is_read = True
        return found

    def all(self) -> list["Element"]:
        """Return all elements inside."""
        return self.every(*(child.name for child in self._children))

    def within(self, *names: str) -> list["Element"]:
        """Return the elements inside the elements inside, by their names one after the other."""
        found = [self]
        for name in names:
            found = [child for element in found for child in element.every(name)]
        return found

    def first(self, name: str) -> str:
        """Return the text of the first element of a name; "" when there is none. Others of the name stay unread."""
        for child in self._children:
            if child.name == name:
                child._is_read = True
                return child.text
        return ""

    def unread(self, ignored: Collection[str], path: str = "") -> Iterator[tuple[str, str]]:
        """Give path and text of all that nobody asked for; an ignored path stands for all that is inside it."""
        if path in ignored:
            return
        if path and not self._is_read:
            if said := self._all():
                yield path, said
            return
        for name, value in self._attributes.items():
            if name not in self._read and f"{path}@{name}" not in ignored and value.strip():
                yield f"{path}@{name}", value.strip()
        if "" not in self._read and self._text.strip():
            yield path or self.name, self._text.strip()
        for child in self._children:
            yield from child.unread(ignored, f"{path}/{child.name}" if path else child.name)

    def _all(self) -> str:
        """Say everything in this element in one text."""
        said = [*(value.strip() for value in self._attributes.values()), self._text.strip()]
        said += [child._all() for child in self._children]
        return " | ".join(part for part in said if part)


def _clean(said: Said) -> Said:
    """Take over what an element can hold, and nothing else."""
    attributes, children = said.get("attributes"), said.get("children")
    return {
        "name": str(said.get("name") or "?"),
        "attributes": {
            name: value
            for name, value in (attributes.items() if isinstance(attributes, dict) else ())
            if isinstance(value, str)
        },
        "text": said["text"] if isinstance(said.get("text"), str) else "",
        "children": [
            _clean(child)
            for child in (children if isinstance(children, list) else ())
            if isinstance(child, dict)
        ],
    }
