"""The first reading of a table: which rows can be used, and which belong to one session, wherever they stand.

The rows go to a temporary file, so that a large table takes little memory and no session is split.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

from archive.errors import Invalid
from catalogue.importing import mapping as mappings
from catalogue.importing import nested, readers, rows
from catalogue.importing.mapping import Mapping
from catalogue.importing.rows import SourceRow
from catalogue.importing.tables import Row, Table

HEADER_WITHIN = 20  # rows; above the header there may be a title or a note


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
def taken(table: Table, mapping_name: str | None) -> Iterator[Survey]:
    """Read a table through, by the mapping named or the one its header belongs to.

    Raise Invalid when there is nothing to import, NotFound for a mapping that is not there.
    """
    mapping, header = _header(readers.head(table, HEADER_WITHIN), mapping_name)
    with tempfile.TemporaryFile() as spool:
        survey = Survey(table, mapping, _columns(header), spool)
        for row in readers.rows(table):
            if row.line > header.line:
                _take(survey, row)
        _require_rows(survey)
        yield survey


def _header(first: Sequence[Row], mapping_name: str | None) -> tuple[Mapping, Row]:
    if mapping_name is None:
        return _recognised(first)
    mapping = mappings.load(mapping_name)
    header = max(first, key=lambda row: len(set(_columns(row)) & set(mapping.columns)))
    mappings.check_header(mapping, _columns(header))
    return mapping, header


def _recognised(first: Sequence[Row]) -> tuple[Mapping, Row]:
    for row in first:
        if mapping := mappings.recognise(_columns(row)):
            mappings.check_header(mapping, _columns(row))
            return mapping, row
    seen = ", ".join(cell[:30] for cell in _columns(first[0])[:5])
    raise Invalid(
        "No mapping knows a table that begins with the columns “%(seen)s”."
        " Name one with --mapping; there are: %(known)s.",
        seen=seen,
        known=", ".join(mappings.names()),
    )


def _columns(header: Row) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in header.cells)


def _take(survey: Survey, row: Row) -> None:
    survey.count += 1
    if rejections := list(_objections(survey, row)):
        survey.rejected.extend(rejections)
        return
    cells = _cells(survey, row)
    survey.filled.update(column for column, cell in cells.items() if not nested.is_blank(cell))
    key = rows.row_key(survey.mapping, cells)
    offset = survey.spool.seek(0, 2)
    survey.spool.write(json.dumps(cells).encode() + b"\n")
    survey.lines[key] = row.line
    survey.recording_of[key] = rows.recording_key(survey.mapping, cells)
    session = survey.sessions.setdefault(rows.session_key(survey.mapping, cells), [])
    session.append(Place(row.line, key, offset))


def _objections(survey: Survey, row: Row) -> Iterator[Rejection]:
    width, cells = len(survey.header), row.cells
    if row.problem:
        yield Rejection(row.line, "", "", row.problem)
        return
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        message = f"the row has {len(cells)} cells and the header {width}: look for a stray separator"
        yield Rejection(row.line, "", " | ".join(cells)[:80], message)
        return
    said = _cells(survey, row)
    for column in rows.empty_fields(survey.mapping, said):
        yield Rejection(row.line, column, "", "must not be empty: fill it in")
    key, columns = rows.row_key(survey.mapping, said), ", ".join(survey.mapping.row_key)
    if not key:
        yield Rejection(row.line, columns, "", "must not be empty: it tells the row from the others")
    elif key in survey.lines:
        message = f"line {survey.lines[key]} has the same: remove one, or give it a key of its own"
        yield Rejection(row.line, columns, key, message)


def _cells(survey: Survey, row: Row) -> dict[str, Any]:
    named = zip(survey.header, row.cells, strict=False)
    return {column: cell for column, cell in named if cell is not None}


def _require_rows(survey: Survey) -> None:
    if survey.count == 0:
        raise Invalid("The table has a header and no rows.")
    if not survey.lines:
        first = survey.rejected[0]
        what = f"{first.column} {first.message}".strip()
        raise Invalid(
            "None of the %(count)s rows can be used. The first, on line %(line)s: %(problem)s.",
            count=survey.count,
            line=first.line,
            problem=what,
        )
