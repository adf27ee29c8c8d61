"""Cells that hold lists of objects, as JSON Lines have them, as values: people with what they did, pieces with
their makers. Pure; a mapping names them as in READERS and says what the source calls their parts.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.importing.parsing import UnreadableError

Parts = Mapping[str, str]  # what the source calls each part of an object


@dataclass(frozen=True)
class Person:
    """Somebody with the words for what they did and the numbers that tell them from all others of their name."""

    name: str
    roles: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...]  # scheme and value, the source's own first


@dataclass(frozen=True)
class Piece:
    """A piece that was played, and its maker as the source writes it; "" when it names none."""

    title: str
    composer: str


@dataclass(frozen=True)
class Performed(Piece):
    """A piece with those who played it."""

    people: tuple[Person, ...]


def text(cell: object) -> str:
    """Say a value in words: a text without the spaces around it, anything else as JSON; "" for what says nothing."""
    if isinstance(cell, str):
        return cell.strip()
    return "" if is_blank(cell) else json.dumps(cell, ensure_ascii=False)


def is_blank(cell: object) -> bool:
    """Say whether a cell says nothing."""
    return not cell.strip() if isinstance(cell, str) else cell is None or cell in ([], {})


def people(cell: object, parts: Parts, schemes: Parts) -> tuple[Person, ...]:
    """Read people; `schemes` names the parts that hold identifiers, the source's own first."""
    return tuple(
        Person(
            _required(said, parts["name"]),
            tuple(filter(None, map(text, _list(said.get(parts.get("roles", "")) or [])))),
            tuple((scheme, value) for scheme, part in schemes.items() if (value := text(said.get(part)))),
        )
        for said in _objects(cell)
    )


def pieces(cell: object, parts: Parts, _schemes: Parts) -> tuple[Piece, ...]:
    """Read pieces."""
    return tuple(
        Piece(_required(said, parts["title"]), text(said.get(parts.get("composer", ""))))
        for said in _objects(cell)
    )


def programme(cell: object, parts: Parts, schemes: Parts) -> tuple[Performed, ...]:
    """Read pieces with those who played each; the parts of people are called as `people` has them."""
    return tuple(
        Performed(
            _required(said, parts["title"]),
            text(said.get(parts.get("composer", ""))),
            people(said.get(parts.get("players", "")) or [], parts, schemes),
        )
        for said in _objects(cell)
    )


Reader = Callable[[object, Parts, Parts], object]

READERS: Mapping[str, Reader] = {"people": people, "pieces": pieces, "programme": programme}


def _objects(cell: object) -> list[dict[str, Any]]:
    found = _list(cell)
    if not all(isinstance(each, dict) for each in found):
        raise UnreadableError("should be a list of objects")
    return found


def _list(cell: object) -> list[Any]:
    if not isinstance(cell, list):
        raise UnreadableError("should be a list")
    return cell


def _required(said: Mapping[str, Any], part: str) -> str:
    value = text(said.get(part))
    if not value:
        raise UnreadableError(f"holds an object without “{part}”")
    return value
