"""Workbooks of LibreOffice and others (OpenDocument 1.3, part 3, section 9), sheet by sheet and row by row.

Cells and rows that are alike are written once with a number; a trap of few bytes may claim millions of them, so what
they come to is weighed as they are taken apart.
"""

import hashlib
import re
from collections.abc import Generator
from pathlib import Path

from archive.errors import Invalid
from catalogue.importing import cell_values, file_kinds, sheets, zipped
from catalogue.importing.tables import SHEET, Row, Table, told_plainly

KIND = "ODS"
CONTENT = "content.xml"
MAX_REPEATED = 64 << 20  # characters that stand in the file once and in the table more often
_TIME = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")
_ASIDE = frozenset({"annotation", "note", "tracked-changes", "shapes", "ruby-text"})  # no cells of the table
_CELLS = frozenset({"table-cell", "covered-table-cell"})


def begins(path: Path) -> bool:
    """Say whether a file is such a workbook."""
    names = zipped.names(path)
    if CONTENT not in names or "mimetype" not in names:
        return False
    with zipped.opened(path) as archive, archive.open("mimetype") as file:
        return b"opendocument.spreadsheet" in file.read(200)


def look(path: Path) -> Table:
    """Find out checksum and sheets."""
    with told_plainly(path), path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    reading = _Content(None)
    with zipped.opened(path) as archive:
        zipped.whole(archive, CONTENT, reading.start, reading.end, reading.text)
    names = sheets.require_sheets(path, reading.names)
    return Table(path, file_kinds.UTF8, "", sha256, kind=KIND, sheets=names, chosen=tuple(range(len(names))))


def rows(table: Table) -> Generator[Row, None, None]:
    """Give the rows of the chosen sheets that are not blank."""
    reading = _Content(frozenset(table.chosen))
    with zipped.opened(table.path) as archive:
        for _ in zipped.events(archive, CONTENT, reading.start, reading.end, reading.text):
            yield from reading.take()


class _Content:
    """All sheets while they are being read; only the `chosen` are taken apart, None of them for their names alone."""

    def __init__(self, chosen: frozenset[int] | None) -> None:
        self.names: list[str] = []
        self._chosen = chosen
        self._gathering = sheets.Gathering(0)
        self._tables = self._aside = self._repeated = 0
        self._row = self._at = 1
        self._rows_alike = self._cells_alike = 1
        self._said: dict[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._is_cell = False

    def take(self) -> list[Row]:
        """Give the rows that are complete, and forget them."""
        return self._gathering.take()

    def start(self, name: str, said: dict[str, str]) -> None:
        """Begin a sheet, a row, a cell, or something in it."""
        if self._aside or name in _ASIDE:
            self._aside += 1
        elif name == "table":
            self._start_table(said)
        elif not self._is_read():
            return
        elif name == "table-row":
            self._rows_alike, self._at = _times(said, "number-rows-repeated"), 0
        elif name in _CELLS:
            self._cells_alike, self._said = _times(said, "number-columns-repeated"), said
            self._paragraphs, self._is_cell = [], True
        elif self._is_cell:
            self._start_text(name, said)

    def end(self, name: str) -> None:
        """End what began."""
        if self._aside:
            self._aside -= 1
        elif name == "table":
            self._tables -= 1
        elif not self._is_read():
            return
        elif name in _CELLS:
            self._end_cell()
        elif name == "table-row":
            self._weigh(self._gathering.size * (self._rows_alike - 1))
            self._gathering.end_row(self._row, self._rows_alike)
            self._row += self._rows_alike

    def text(self, text: str) -> None:
        """Take a piece of a text."""
        if self._is_cell and not self._aside and self._paragraphs:
            self._paragraphs[-1].append(text)

    def _is_read(self) -> bool:
        return self._chosen is not None and self._tables == 1 and len(self.names) - 1 in self._chosen

    def _start_table(self, said: dict[str, str]) -> None:
        self._tables += 1
        if self._tables == 1:
            self.names.append(said.get("name", "")[:200])
            taken = self._gathering.take()
            self._gathering = sheets.Gathering((len(self.names) - 1) * SHEET)
            self._gathering.rows = taken
            self._row = 1

    def _start_text(self, name: str, said: dict[str, str]) -> None:
        if name in ("p", "h"):
            self._paragraphs.append([])
        elif self._paragraphs and name in ("s", "tab", "line-break"):
            times = min(_times(said, "c"), sheets.MAX_COLUMNS) if name == "s" else 1
            self._paragraphs[-1].append({"s": " ", "tab": "\t", "line-break": "\n"}[name] * times)

    def _end_cell(self) -> None:
        self._is_cell = False
        text = self._value()
        if text.strip():
            if self._cells_alike > sheets.MAX_COLUMNS:
                raise Invalid(
                    "The sheet has more than %(limit)s columns. That is no table.", limit=sheets.MAX_COLUMNS
                )
            for at in range(self._at, self._at + self._cells_alike):
                self._gathering.cell(at, text)
            self._weigh(len(text) * (self._cells_alike - 1))
        self._at += self._cells_alike

    def _value(self) -> str:
        kind, written = (
            self._said.get("value-type", ""),
            "\n".join("".join(part) for part in self._paragraphs),
        )
        if kind in ("float", "percentage", "currency"):
            return cell_values.shown(self._said.get("value", written), "")
        if kind == "date":
            return self._said.get("date-value", written).removesuffix("T00:00:00").replace("T", " ")
        if kind == "time" and (found := _TIME.fullmatch(self._said.get("time-value", ""))):
            hours, minutes, seconds = found.groups()
            return f"{hours}:{minutes:0>2}" + (f":{seconds:0>2}" if int(seconds) else "")
        if kind == "boolean":
            return self._said.get("boolean-value", written).upper()
        return self._said.get("string-value", written) if kind == "string" and not written else written

    def _weigh(self, size: int) -> None:
        self._repeated += size
        if self._repeated > MAX_REPEATED:
            raise Invalid(
                "The sheet claims to repeat its cells more often than any table does: it may be a trap."
                " Save it as CSV, and import that."
            )


def _times(said: dict[str, str], name: str) -> int:
    number = said.get(name, "1")
    return max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 9 else 1
