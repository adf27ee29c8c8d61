"""The first reading of a table: which rows can be used, and which belong to one session, wherever they stand.

The rows go to a temporary file, so that a large table takes little memory and no session is split.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import IO, Any, NamedTuple

from archive.errors import Invalid
from catalogue.importing import headers, nested, readers, rows
from catalogue.importing.headers import NOTHING, Choice, Header
from catalogue.importing.mapping import Mapping
from catalogue.importing.rows import SourceRow
from catalogue.importing.tables import OUR_COLUMNS, SHEET, SHEET_COLUMN, Row, Table, row_number


@dataclass(frozen=True)
class Rejection:
    """A row, or a cell of it, that keeps the row out; the message says what to do."""

    line: int
    column: str
    value: str
    message: str


class Place(NamedTuple):
    """Where a row is: its line in the table and its offset in the temporary file."""

    line: int
    key: str
    offset: int


@dataclass
class Survey:
    """What the table holds: the rows of each session in their order, and the rows that were rejected."""

    table: Table
    mapping: Mapping
    header: tuple[str, ...]
    spool: IO[bytes]
    count: int = 0  # rows read
    sessions: dict[str, list[Place]] = field(default_factory=dict)
    recording_of: dict[str, str] = field(default_factory=dict)  # key of its recording by key of a row
    lines: dict[str, int] = field(default_factory=dict)  # of the rows that were accepted, by their key
    rejected: list[Rejection] = field(default_factory=list)
    above: list[Row] = field(default_factory=list)  # rows that stand above the header
    fillers: list[int] = field(
        default_factory=list
    )  # lines that say nothing but what is filled in on every row
    left_out: int = 0  # rows that somebody chose to leave out
    filled: Counter[str] = field(default_factory=Counter)  # by column: accepted rows that say something there

    @property
    def kept_columns(self) -> list[str]:
        """The columns that have no place in the catalogue and are kept with the row."""
        return self.mapping.kept(self.header)

    @property
    def unexpected_columns(self) -> list[str]:
        """Those of the kept columns that the mapping does not speak of."""
        return [column for column in self.kept_columns if column not in self.mapping.keep]

    def rows_of(self, session_key: str) -> list[SourceRow]:
        """Return the rows of a session in the order of the table."""
        return [self._read(place) for place in self.sessions[session_key]]

    def _read(self, place: Place) -> SourceRow:
        self.spool.seek(place.offset)
        return SourceRow(place.line, place.key, json.loads(self.spool.readline()))


@contextmanager
def taken(table: Table, mapping_name: str | None, choice: Choice = NOTHING) -> Iterator[Survey]:
    """Read a table through, by the mapping chosen or named, or the one its header belongs to.

    Raise Invalid when there is nothing to import, NotFound for a mapping that is not there.
    """
    mapping, found = headers.find(table, mapping_name, choice)
    read = replace(table, chosen=tuple(found)) if table.sheets else table
    with tempfile.TemporaryFile() as spool:
        survey = Survey(read, mapping, headers.all_columns(read, found), spool)
        for row in readers.rows(read):
            header = found[row.line // SHEET if read.sheets else 0]
            if row.line > header.line:
                _take(survey, header, row, choice)
            elif row.line < header.line:
                survey.above.append(row)
        _require_rows(survey)
        yield survey


def _take(survey: Survey, header: Header, row: Row, choice: Choice) -> None:
    cells = _cells(survey, header, row)
    if _is_filler(survey.mapping, cells):
        survey.fillers.append(row.line)
        return
    survey.count += 1
    if row.line in choice.left_out:
        survey.left_out += 1
        return
    if rejections := list(_objections(survey, header, row, cells)):
        survey.rejected.extend(rejections)
        return
    survey.filled.update(column for column, cell in cells.items() if not nested.is_blank(cell))
    key = rows.row_key(survey.mapping, cells)
    offset = survey.spool.seek(0, 2)
    survey.spool.write(json.dumps(cells).encode() + b"\n")
    survey.lines[key] = row.line
    survey.recording_of[key] = rows.recording_key(survey.mapping, cells)
    session = survey.sessions.setdefault(rows.session_key(survey.mapping, cells), [])
    session.append(Place(row.line, key, offset))


def _is_filler(mapping: Mapping, cells: dict[str, Any]) -> bool:
    """Say whether a row says nothing but what is filled in on every row, such as the word Link."""
    said = {column for column, cell in cells.items() if not nested.is_blank(cell) and column != SHEET_COLUMN}
    return bool(said) and said <= set(mapping.filler)


def _objections(survey: Survey, header: Header, row: Row, said: dict[str, Any]) -> Iterator[Rejection]:
    width, cells = len(header.columns), row.cells
    if row.problem:
        yield Rejection(row.line, "", "", row.problem)
        return
    is_short = len(cells) < width and not survey.table.sheets  # a sheet leaves out the empty cells at the end
    if is_short or any(cell.strip() for cell in cells[width:]):
        message = f"the row has {len(cells)} cells and the header {width}: look for a stray separator"
        yield Rejection(row.line, "", " | ".join(cells)[:80], message)
        return
    for column in rows.empty_fields(survey.mapping, said):
        yield Rejection(row.line, column, "", "must not be empty: fill it in")
    key, columns = rows.row_key(survey.mapping, said), ", ".join(survey.mapping.row_key)
    if not key:
        yield Rejection(row.line, columns, "", "must not be empty: it tells the row from the others")
    elif key in survey.lines:
        first = row_number(survey.lines[key])
        message = f"line {first} has the same: remove one, or give it a key of its own"
        yield Rejection(row.line, columns, key, message)


def _cells(survey: Survey, header: Header, row: Row) -> dict[str, Any]:
    named = zip(header.columns, row.cells, strict=False)
    cells = {column: cell for column, cell in named if cell is not None and column not in OUR_COLUMNS}
    if survey.table.sheets:
        cells |= dict.fromkeys(set(header.columns[len(row.cells) :]) - set(OUR_COLUMNS), "")
        cells.setdefault(SHEET_COLUMN, survey.table.where(row.line)[0])
    return cells


def _require_rows(survey: Survey) -> None:
    if survey.count == 0:
        raise Invalid("The table has a header and no rows.")
    if not survey.lines:
        first = survey.rejected[0]
        what = f"{first.column} {first.message}".strip()
        raise Invalid(
            "None of the %(count)s rows can be used. The first, on line %(line)s: %(problem)s.",
            count=survey.count,
            line=row_number(first.line),
            problem=what,
        )
