"""The error sheet of an import: the rows that were refused or want a look, as they came, and two columns beside them.

It is mended where it came from and handed in again; the two columns are taken off then.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from sqlalchemy import select

from archive import spreadsheets
from archive.db import db
from catalogue.importing import headers, intakes, nested, readers, saved_mappings, xlsx_writing
from catalogue.importing.headers import Choice
from catalogue.importing.intakes import Intake, IntakeFinding, LineState
from catalogue.importing.tables import OUR_COLUMNS, SHEET, SHEET_COLUMN

Line = Sequence[str]
Say = Callable[[str], str]  # says a reason in the reader's language


def as_csv(intake: Intake, say: Say, *, refused_only: bool) -> str:
    """Write the sheet as CSV that spreadsheet programs open rightly (UTF-8 with its mark)."""
    return spreadsheets.MARK + spreadsheets.table(lines(intake, say, refused_only=refused_only))


def as_xlsx(intake: Intake, file: IO[bytes], say: Say, *, refused_only: bool) -> None:
    """Write the sheet as a workbook."""
    xlsx_writing.write(file, lines(intake, say, refused_only=refused_only))


def lines(intake: Intake, say: Say, *, refused_only: bool) -> Iterator[Line]:
    """Give the header and the rows that something was found in, each with the columns and the reasons."""
    found = _findings(intake, refused_only=refused_only)
    mapping = saved_mappings.find(intake.mapping or "")
    with intakes.opened(intake) as table:
        choice = Choice(mapping, tuple(intake.sheets), intake.header_row)
        _, header_of = headers.find(table, None, choice)
        columns = [column for column in headers.all_columns(table, header_of) if column not in OUR_COLUMNS]
        yield [*columns, *OUR_COLUMNS]
        for row in readers.rows(table):
            if row.line not in found:
                continue
            header = header_of[row.line // SHEET if table.sheets else 0]
            said = {name: nested.text(cell) for name, cell in zip(header.columns, row.cells, strict=False)}
            if table.sheets:
                said[SHEET_COLUMN] = table.where(row.line)[0]
            yield [*(said.get(column, "") for column in columns), *_reasons(found[row.line], say)]


def _findings(intake: Intake, *, refused_only: bool) -> dict[int, list[tuple[str, str, str]]]:
    query = select(IntakeFinding).where(IntakeFinding.intake_id == intake.id).order_by(IntakeFinding.id)
    if refused_only:
        query = query.where(IntakeFinding.kind == LineState.REFUSED.value)
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for finding in db.session.scalars(query):
        found[finding.line].append((finding.column, finding.value, finding.message))
    return found


def _reasons(found: Sequence[tuple[str, str, str]], say: Say) -> tuple[str, str]:
    columns = "; ".join(dict.fromkeys(column for column, _, _ in found if column))
    return columns, "; ".join(
        f"“{value}”: {say(message)}" if value else say(message) for _, value, message in found
    )
