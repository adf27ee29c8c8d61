"""What the columns of a table mean: read from a small file, so that a new source needs no code.

The files lie in `catalogue/importing/mappings/`; docs/imports.md explains them.
"""

import difflib
import re
import tomllib
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Values
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from archive.errors import Invalid, NotFound
from catalogue.importing import nested, parsing

FOLDER = Path(__file__).parent / "mappings"


class Shape(str, Enum):
    """What a row of the table is, and so what becomes of it."""

    RECORDING = "recording"  # a take each, of sessions that several may share (takes.py)
    SOLO = "solo"  # several to a recording, several recordings to a session (takes.py)
    CONCERT = "concert"  # a session each (concerts.py)
    PHOTOGRAPH = "photograph"  # a picture each (photographs.py)
    DISCOGS = "discogs"  # a release each, as XML (discogs.py)
    PBCORE = "pbcore"  # a programme each, as XML (pbcore.py)
    MARC = "marc"  # a release each, as XML (marc.py)
    SOUND = "sound"  # a file each (sound_files.py)


# What a mapping may fill in; the plan of its shape knows what becomes of each.
FIELDS = frozenset(
    {
        "title",
        "take",
        "date",
        "leader",
        "duration",
        "year",  # only to check the date with
        "lineup",
        "record",
        "label",
        "catalogue_no",
        "composer",
        "mbid",
        "soloist",
        "solo_instrument",
        "solo_time",
        "solo_start",
        "venue",
        "players",
        "pieces",
        "programme",
        "photographers",
        "depicted",
        "description",
        "shelfmark",
        "carrier",
        "width",
        "height",
        "credit",
    }
)
WORDINGS = frozenset(
    {
        "session_title_nl",
        "session_title_en",
        "solo_nl",
        "solo_en",
        "citation",
        "venue",
        "description_nl",
        "description_en",
        "credit_line",
        "carrier_nl",
        "carrier_en",
    }
)
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Field:
    """The column a field comes from, and the name of the function in `parsing` or `nested` that reads it."""

    column: str
    read: str
    parts: Values[str, str]  # of nested values: what the source calls them
    identifiers: Values[str, str]  # schemes, and the parts that hold them


@dataclass(frozen=True)
class Vocabulary:
    """How a source's own words for roles and places are to be taken."""

    played: Values[str, str]  # word: code of an instrument or a role; "" for what is neither
    leading: frozenset[str]  # words for leaders
    venues: Values[str, str]  # word: name of the place
    city: str


@dataclass(frozen=True)
class CollectionWords:
    """The collection that all imported entries hang under."""

    title_nl: str
    title_en: str
    description_nl: str
    description_en: str
    credit_line: str
    citation: str
    url: str
    lang: str | None = None  # of the titles that the source gives


@dataclass(frozen=True)
class Mapping:
    """How one kind of table becomes entries."""

    name: str
    title: str
    shape: Shape
    publish: bool
    recognised_by: tuple[str, ...]
    row_key: tuple[str, ...]
    session_key: tuple[str, ...]
    recording_key: tuple[str, ...]
    required: tuple[str, ...]
    keep: tuple[str, ...]
    fields: Values[str, Field]
    wordings: Values[str, tuple[str, ...]]
    words: Vocabulary
    collection: CollectionWords
    players: Values[str, str] = field(
        default_factory=dict
    )  # column: the instrument that whoever it names plays
    filler: tuple[str, ...] = ()  # columns that are filled in even where there is no row
    skip_sheets: tuple[str, ...] = ()  # sheets of a workbook that look like a table and are none
    in_parts: bool = False  # a file holds a few records of many: what it has not is not missing

    @property
    def columns(self) -> list[str]:
        """The columns that a table must have, in the order of the file."""
        used = [*self.row_key, *self.session_key, *self.recording_key]
        return list(dict.fromkeys([*used, *(field.column for field in self.fields.values()), *self.players]))

    def column(self, field: str) -> str:
        """Return the column that a field comes from, "" when the mapping does not fill it in."""
        return self.fields[field].column if field in self.fields else ""

    def kept(self, header: Sequence[str]) -> list[str]:
        """List the columns of a table that have no place in the catalogue."""
        used = set(self.columns)
        return [column for column in header if column not in used]

    def wording(self, name: str, values: Values[str, str]) -> str:
        """Fill in the first wording of which every field has a value; "" when there is none."""
        for template in self.wordings.get(name, ()):
            if all(values.get(field) for field in _PLACE.findall(template)):
                return _PLACE.sub(lambda match: values[match[1]], template)
        return ""


def names() -> list[str]:
    """List the mappings there are."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Mapping:
    """Read a mapping by its name; raise NotFound."""
    if name not in names():
        raise NotFound(
            "There is no mapping %(name)s. Choose one of: %(known)s.", name=name, known=", ".join(names())
        )
    return parse(name, tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def parse(name: str, data: dict[str, Any]) -> Mapping:
    """Make a mapping of what its file says; raise Invalid when that cannot be used."""
    fields = {field: _field(said) for field, said in data["fields"].items()}
    readers = {**parsing.READERS, **nested.READERS}
    _require_known(name, "field", fields, FIELDS)
    _require_known(name, "way of reading", {field.read for field in fields.values()}, readers)
    _require_known(name, "shape", {data.get("shape", "solo")}, [shape.value for shape in Shape])
    _require_known(name, "wording", data["wordings"], WORDINGS)
    lists = ("recognised_by", "row_key", "session_key", "recording_key", "required", "keep")
    return Mapping(
        name=name,
        title=data["title"],
        shape=Shape(data.get("shape", "solo")),
        publish=data["publish"],
        fields=fields,
        wordings={key: tuple(templates) for key, templates in data["wordings"].items()},
        words=_vocabulary(data.get("words", {})),
        collection=CollectionWords(**data["collection"]),
        players=data.get("players", {}),
        filler=tuple(data.get("filler", ())),
        skip_sheets=tuple(data.get("skip_sheets", ())),
        in_parts=data.get("in_parts", False),
        **{key: tuple(data[key]) for key in lists},
    )


def _field(said: dict[str, Any]) -> Field:
    return Field(said["column"], said.get("read", "text"), said.get("parts", {}), said.get("identifiers", {}))


def _vocabulary(said: dict[str, Any]) -> Vocabulary:
    return Vocabulary(
        said.get("played", {}),
        frozenset(said.get("leading", ())),
        said.get("venues", {}),
        said.get("city", ""),
    )


def recognise(header: Sequence[str]) -> Mapping | None:
    """Find the mapping that a header belongs to."""
    present = set(header)
    return next((found for name in names() if present >= set((found := load(name)).recognised_by)), None)


def check_header(mapping: Mapping, header: Sequence[str]) -> None:
    """Raise Invalid when columns are missing or double, naming each and what comes nearest to it."""
    double = sorted({column for column in header if column and header.count(column) > 1})
    if double:
        raise Invalid(
            "These columns occur twice: %(columns)s. Rename or remove one of each.", columns=", ".join(double)
        )
    missing = [column for column in mapping.columns if column not in header]
    if missing:
        told = ", ".join(_with_nearest(column, header) for column in missing)
        raise Invalid(
            "The mapping %(name)s needs columns that the table has not: %(columns)s.",
            name=mapping.name,
            columns=told,
        )


def _with_nearest(column: str, header: Sequence[str]) -> str:
    by_key = {re.sub(r"[\W_]+", "", name).lower(): name for name in header if name}
    near = difflib.get_close_matches(re.sub(r"[\W_]+", "", column).lower(), by_key, n=1)
    return f"{column} (is it “{by_key[near[0]]}”?)" if near else column


def _require_known(name: str, what: str, said: Collection[str], known: Collection[str]) -> None:
    if unknown := sorted(set(said) - set(known)):
        raise Invalid(
            "The mapping %(name)s holds something unknown; %(what)s: %(unknown)s.",
            name=name,
            what=what,
            unknown=", ".join(unknown),
        )
