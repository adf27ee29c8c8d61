"""Reads `content/*.toml` into values. A key without a meaning is an error: none is misspelt in silence."""

import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from catalogue.agents import AgentKind, NameKind
from catalogue.credits import Role
from catalogue.demo import checking, lineups
from catalogue.demo.content import (
    Agent,
    Collection,
    Content,
    Image,
    Place,
    Play,
    Session,
    Situation,
    Take,
    Work,
)
from catalogue.entries import Access, Reuse, Status
from catalogue.pictures import ImageType
from catalogue.places import PlaceKind
from catalogue.recording_sessions import SessionType
from catalogue.recordings import TakeStatus

FOLDER = Path(__file__).parent / "content"

# Remarks of whoever wrote the content, for whoever reads it there.
REMARKS = ("guest", "form_note", "registration")

# A prefix and block of the International Standard Musical Work Code that no agency has given out.
ISWC_BLOCK = 999_999_000

Row = dict[str, Any]
Value = TypeVar("Value")


class ContentError(ValueError):
    """The content does not hang together; the message says where."""


def read(folder: Path = FOLDER) -> Content:
    """Read and check the whole content; raise ContentError."""
    content = Content(
        places=(*_each(folder, "places", "city", _city), *_each(folder, "places", "venue", _venue)),
        agents=(*_agents(folder),),
        collections=(*_each(folder, "collections", "collection", _collection),),
        works=(*_works(folder),),
        sessions=(*_each(folder, "sessions-*", "session", _session),),
        images=(*_each(folder, "photographs", "image", _image), *_each(folder, "prints", "image", _image)),
        situations={found.code: found for found in _each(folder, "rights", "situation", _situation)},
        carriers={
            code: (both["nl"], both["en"]) for code, both in _table(folder, "carriers", "carrier").items()
        },
        citations=_table(folder, "carriers", "source"),
    )
    if wrong := checking.complaints(content):
        raise ContentError("\n".join(wrong))
    return content


def iswc(number: int) -> str:
    """Write a work code with its check digit (ISO 15707, annex A): T-999.999.001-6."""
    digits = f"{number:09}"
    check = -(1 + sum(place * int(digit) for place, digit in enumerate(digits, start=1))) % 10
    return f"T-{digits[:3]}.{digits[3:6]}.{digits[6:]}-{check}"


def _each(folder: Path, pattern: str, table: str, make: Callable[[Row], Value]) -> Iterator[Value]:
    for file in sorted(folder.glob(f"{pattern}.toml")):
        for number, row in enumerate(_read(file).get(table, []), start=1):
            where = row.get("key") or row.get("shelf") or row.get("name") or row.get("title") or number
            try:
                yield make(dict(row))
            except (TypeError, ValueError, KeyError) as error:
                raise ContentError(f"{file.name}, {table} {where}: {error}") from error


def _table(folder: Path, name: str, table: str) -> dict[str, Any]:
    return dict(_read(folder / f"{name}.toml")[table])


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{file.name}: {error}") from error


def _agents(folder: Path) -> Iterator[Agent]:
    files = {
        AgentKind.PERSON: "people",
        AgentKind.ENSEMBLE: "ensembles",
        AgentKind.ORGANISATION: "ensembles",
    }
    for kind, file in files.items():
        yield from _each(folder, file, kind.value, partial(_agent, kind))


def _agent(kind: AgentKind, row: Row) -> Agent:
    names = [name.split(": ", 1) for name in row.pop("names", ())]
    return Agent(kind=kind, names=tuple((NameKind(why), name) for why, name in names), **row)


def _city(row: Row) -> Place:
    return Place(kind=PlaceKind.CITY, variants=tuple(row.pop("variants", ())), **row)


def _venue(row: Row) -> Place:
    kind = PlaceKind(row.pop("kind", "venue"))
    return Place(kind=kind, variants=tuple(row.pop("variants", ())), **row)


def _collection(row: Row) -> Collection:
    return Collection(makers=lineups.read(row.pop("creator", ""), Role.PERFORMER), **row)


def _works(folder: Path) -> Iterator[Work]:
    numbers = count(ISWC_BLOCK + 1)

    def work(row: Row) -> Work:
        code = iswc(next(numbers)) if row.pop("iswc", False) else None
        return Work(makers=lineups.read(row.pop("by"), Role.COMPOSER), iswc=code, **row)

    yield from _each(folder, "works", "work", work)


def _session(row: Row) -> Session:
    takes = tuple(_take(dict(take)) for take in row.pop("recording", ()))
    row |= _enums(row, type=SessionType, status=Status) | _lineups(row) | _as_tuples(row, "condition")
    sources = [source.partition("|") for source in row.pop("sources", ())]
    return Session(takes=takes, sources=tuple((code, at or None) for code, _, at in sources), **_kept(row))


def _take(row: Row) -> Take:
    where = row.get("shelf", "?")
    try:
        form, key, tempo, seconds = row.pop("play").split()
        row["take_status"] = row.pop("status", TakeStatus.UNKNOWN.value)
        row["status"] = row.pop("entry", Status.PUBLISHED.value)
        row |= _enums(row, take_status=TakeStatus, status=Status) | _lineups(row)
        row["course"] = tuple(tuple(stretch) for stretch in row.get("course", ()))
        row["work"] = row.get("work", row["title"]) or None
        return Take(play=Play(form, key, float(tempo), float(seconds)), **_kept(row))
    except (TypeError, ValueError, KeyError) as error:
        raise ContentError(f"recording {where}: {error}") from error


def _image(row: Row) -> Image:
    row["status"] = row.pop("entry", Status.PUBLISHED.value)
    row |= _enums(row, type=ImageType, status=Status, access=Access) | _as_tuples(row, "lines", "depicts")
    return Image(**_kept(row))


def _situation(row: Row) -> Situation:
    return Situation(code=row["code"], reuse=Reuse(row["reuse"]), claims=tuple(row["claims"]))


def _enums(row: Row, **kinds: Callable[[str], Any]) -> Row:
    return {key: kind(row[key]) for key, kind in kinds.items() if key in row}


def _lineups(row: Row) -> Row:
    return {key: lineups.read(row[key]) for key in ("lineup", "crew") if key in row}


def _as_tuples(row: Row, *keys: str) -> Row:
    return {key: tuple(row[key]) for key in keys if key in row}


def _kept(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in REMARKS}
