"""Workbooks of Excel and of whatever writes like it (ECMA-376), sheet by sheet and row by row.

Texts that cells share go to a temporary file, so that a large workbook takes little memory.
"""

import hashlib
import posixpath
import re
import tempfile
import zipfile
from array import array
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO

from archive.errors import Invalid
from catalogue.importing import cell_values, file_kinds, sheets, zipped
from catalogue.importing.tables import SHEET, Row, Table, told_plainly

KIND = "XLSX"
MAX_STYLES = 65_536
MAX_SHEETS = 1000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COLUMN = re.compile(r"([A-Za-z]{1,3})[0-9]+")


def begins(path: Path) -> bool:
    """Say whether a file is such a workbook; raise Invalid for its binary sister."""
    names = zipped.names(path)
    if "xl/workbook.bin" in names:
        raise Invalid("This is a binary workbook (XLSB). Save it as XLSX, and import that.")
    return "xl/workbook.xml" in names or ("[Content_Types].xml" in names and _workbook_of(path) is not None)


def look(path: Path) -> Table:
    """Find out checksum and sheets."""
    with told_plainly(path), path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with zipped.opened(path) as archive:
        names = sheets.require_sheets(path, [sheet.name for sheet in _Workbook.read(archive).sheets])
    return Table(path, file_kinds.UTF8, "", sha256, kind=KIND, sheets=names, chosen=tuple(range(len(names))))


def rows(table: Table) -> Generator[Row, None, None]:
    """Give the rows of the chosen sheets that are not blank."""
    with zipped.opened(table.path) as archive, tempfile.TemporaryFile() as spool:
        book = _Workbook.read(archive)
        texts, formats = _Texts(spool), _formats(archive, book.styles)
        texts.read(archive, book.texts)
        for at in table.chosen:
            gathering = sheets.Gathering(at * SHEET)
            reading = _Sheet(gathering, texts, formats, since_1904=book.since_1904)
            member = book.sheets[at].member
            for _ in zipped.events(archive, member, reading.start, reading.end, reading.text):
                yield from gathering.take()


@dataclass(frozen=True)
class _Part:
    name: str
    member: str


@dataclass
class _Workbook:
    """What the workbook says of its parts."""

    member: str
    related: dict[str, tuple[str, str]]  # kind and member, by id
    sheets: list[_Part] = field(default_factory=list)
    since_1904: bool = False

    @classmethod
    def read(cls, archive: zipfile.ZipFile) -> "_Workbook":
        """Read the list of sheets."""
        member = _workbook(archive)
        book = cls(member, _related(archive, member))
        zipped.whole(archive, member, book._start, _ignore, _ignore)
        return book

    @property
    def texts(self) -> str:
        """The member with the texts that cells share."""
        return self._of_kind("sharedStrings")

    @property
    def styles(self) -> str:
        """The member with the formats of cells."""
        return self._of_kind("styles")

    def _of_kind(self, kind: str) -> str:
        return next((member for each, member in self.related.values() if each == kind), "")

    def _start(self, name: str, said: dict[str, str]) -> None:
        if name == "workbookPr":
            self.since_1904 = said.get("date1904", "0").lower() in ("1", "true", "on")
        elif name == "sheet":
            kind, member = self.related.get(said.get("id", ""), ("", ""))
            if kind == "worksheet":
                self.sheets.append(_Part(said.get("name", "")[:200], member))
            if len(self.sheets) > MAX_SHEETS:
                raise Invalid("The workbook has more than %(limit)s sheets.", limit=MAX_SHEETS)


class _Texts:
    """The texts that cells share, in a temporary file."""

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self._offsets = array("Q", [0])
        self._piece: list[str] = []
        self._is_text = self._is_sound = False
        self.get = lru_cache(4096)(self._get)

    def read(self, archive: zipfile.ZipFile, member: str) -> None:
        """Read them all."""
        zipped.whole(archive, member, self._start, self._end, self._text)

    def _start(self, name: str, _said: dict[str, str]) -> None:
        if name == "si":
            self._piece = []
        self._is_sound = self._is_sound or name == "rPh"  # how it is pronounced, not what it says
        self._is_text = name == "t" and not self._is_sound

    def _end(self, name: str) -> None:
        self._is_text = False
        if name == "rPh":
            self._is_sound = False
        elif name == "si":
            text = unescaped("".join(self._piece))
            sheets.require_short(text)
            self._offsets.append(self._offsets[-1] + self._spool.write(text.encode("utf-8", "surrogatepass")))

    def _text(self, text: str) -> None:
        if self._is_text:
            self._piece.append(text)

    def _get(self, at: int) -> str:
        if not 0 <= at < len(self._offsets) - 1:
            raise Invalid(
                "The workbook is damaged: a cell refers to a text that is not there. Save it again."
            )
        self._spool.seek(self._offsets[at])
        return self._spool.read(self._offsets[at + 1] - self._offsets[at]).decode("utf-8", "replace")


class _Sheet:
    """One sheet while it is being read."""

    def __init__(
        self, gathering: sheets.Gathering, texts: _Texts, formats: list[str], *, since_1904: bool
    ) -> None:
        self._gathering, self._texts, self._formats = gathering, texts, formats
        self._since_1904 = since_1904
        self._row = self._at = 0
        self._type = self._style = ""
        self._said: list[str] = []
        self._is_value = self._is_sound = self._has_cells = False

    def start(self, name: str, said: dict[str, str]) -> None:
        """Begin a row, a cell or its value."""
        if name == "c":
            self._at = _column(said.get("r", ""), self._at + 1)
            self._type, self._style, self._said = said.get("t", "n"), said.get("s", ""), []
        elif name == "row":
            number = said.get("r", "")
            self._row = int(number) if number.isascii() and number.isdigit() else self._row + 1
            self._at = -1
        elif name == "rPh":
            self._is_sound = True
        self._is_value = name in ("v", "t") and not self._is_sound

    def end(self, name: str) -> None:
        """End what began."""
        self._is_value = False
        if name == "rPh":
            self._is_sound = False
        elif name == "c":
            self._gathering.cell(self._at, self._value("".join(self._said)))
        elif name == "row":
            self._gathering.end_row(self._row)

    def text(self, text: str) -> None:
        """Take a piece of a value."""
        if self._is_value:
            self._said.append(text)

    def _value(self, said: str) -> str:
        if self._type == "s":
            at = said.strip()
            return self._texts.get(int(at) if at.isascii() and at.isdigit() and len(at) < 10 else -1)
        if self._type in ("str", "inlineStr"):
            return unescaped(said)
        if self._type == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(said.strip(), said)
        if self._type != "n" or not said:
            return said  # an error such as #N/A, or a date written out (t="d")
        return cell_values.shown(said, self._format(), since_1904=self._since_1904)

    def _format(self) -> str:
        at = int(self._style) if self._style.isascii() and self._style.isdigit() else -1
        return self._formats[at] if 0 <= at < len(self._formats) else ""


def unescaped(text: str) -> str:
    """Turn _x000D_ and the like into the characters they stand for (ECMA-376 part 1, 22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _column(reference: str, otherwise: int) -> int:
    """Return the place of a cell such as AB12 in its row, from 0."""
    found = _COLUMN.fullmatch(reference)
    if found is None:
        return otherwise
    at = 0
    for letter in found[1].upper():
        at = at * 26 + ord(letter) - 64
    return at - 1


def _formats(archive: zipfile.ZipFile, member: str) -> list[str]:
    """Give the format of each style of cells."""
    codes: dict[str, str] = {str(number): code for number, code in cell_values.BUILT_IN.items()}
    found: list[str] = []
    is_inside = False

    def start(name: str, said: dict[str, str]) -> None:
        nonlocal is_inside
        if name == "numFmt":
            codes[said.get("numFmtId", "")] = said.get("formatCode", "")[:200]
        elif name == "cellXfs":
            is_inside = True
        elif name == "xf" and is_inside and len(found) < MAX_STYLES:
            found.append(codes.get(said.get("numFmtId", ""), ""))

    def end(name: str) -> None:
        nonlocal is_inside
        is_inside = is_inside and name != "cellXfs"

    zipped.whole(archive, member, start, end, _ignore)
    return found


def _workbook_of(path: Path) -> str | None:
    with zipped.opened(path) as archive:
        return next(
            (member for kind, member in _related(archive, "").values() if kind == "officeDocument"), None
        )


def _workbook(archive: zipfile.ZipFile) -> str:
    said = (member for kind, member in _related(archive, "").values() if kind == "officeDocument")
    member = next((member for member in said if member in archive.namelist()), "xl/workbook.xml")
    if member not in archive.namelist():
        raise Invalid("The file is damaged: it holds no workbook. Save it again as XLSX.")
    return member


def _related(archive: zipfile.ZipFile, member: str) -> dict[str, tuple[str, str]]:
    """Give kind and name of the members that a member refers to, by their ids."""
    folder, name = posixpath.split(member)
    found: dict[str, tuple[str, str]] = {}

    def start(element: str, said: dict[str, str]) -> None:
        if element == "Relationship" and said.get("TargetMode") != "External":
            kind, target = said.get("Type", "").rpartition("/")[2], said.get("Target", "")
            joined = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[said.get("Id", "")] = (kind, joined)

    zipped.whole(archive, posixpath.join(folder, "_rels", f"{name}.rels"), start, _ignore, _ignore)
    known = set(archive.namelist())
    return {key: (kind, target) for key, (kind, target) in found.items() if target in known}


def _ignore(*_said: object) -> None:
    """Take no notice."""
