"""Where the header of a table stands, what its columns are called, and which sheets of a workbook have it.

Found out from the first rows, unless somebody has chosen. No column goes without a name, so that no cell is lost.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.errors import Invalid
from catalogue.importing import mapping as mappings
from catalogue.importing import readers
from catalogue.importing.mapping import Mapping
from catalogue.importing.tables import SHEET, SHEET_COLUMN, Row, Table, row_number

WITHIN = 20  # rows; above the header there may be a title or a note
NO_HEADER = 0


@dataclass(frozen=True)
class Choice:
    """What somebody has chosen; whatever says nothing is found out."""

    mapping: Mapping | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None  # its number in each sheet; 0: there is none
    left_out: frozenset[int] = frozenset()  # lines of rows that are not to come in


NOTHING = Choice()


@dataclass(frozen=True)
class Header:
    """The line of a header and the names of its columns."""

    line: int
    columns: tuple[str, ...]


def find(table: Table, mapping_name: str | None, choice: Choice) -> tuple[Mapping, dict[int, Header]]:
    """Give the mapping, and the header of each sheet to be read, by the number of the sheet from 0.

    A table without sheets has one, 0. Raise Invalid when no header is right.
    """
    first = _first_rows(table, choice)
    mapping = choice.mapping or (mappings.load(mapping_name) if mapping_name else _recognised(first))
    found: dict[int, Header] = {}
    refusal: Invalid | None = None
    for sheet, rows in first.items():
        if not rows or (table.sheets and table.sheets[sheet] in mapping.skip_sheets and not choice.sheets):
            continue
        try:
            found[sheet] = _header(table, mapping, rows, choice)
        except Invalid as error:
            refusal = refusal or error
    if refusal and (not found or choice.sheets):
        raise refusal
    if not found:
        raise Invalid("The table is empty. It needs a header and at least one row.")
    return mapping, found


def all_columns(table: Table, found: dict[int, Header]) -> tuple[str, ...]:
    """Give the names of the columns of all sheets, in the order in which they come."""
    columns = dict.fromkeys(column for header in found.values() for column in header.columns)
    return tuple(columns | {SHEET_COLUMN: None}) if table.sheets else tuple(columns)


def named(cells: Sequence[str], used: Sequence[str] = ()) -> tuple[str, ...]:
    """Name the columns by a row: one without a name by its number, the second of a name so, unless it is `used`."""
    names = [" ".join(str(cell).split()) or f"column {at}" for at, cell in enumerate(cells, start=1)]
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 or name in used else f"{name} ({seen[name]})")
    return tuple(found)


def numbered(rows: Sequence[Row]) -> tuple[str, ...]:
    """Name the columns of a table without a header."""
    return named([""] * max((len(row.cells) for row in rows), default=0))


def _first_rows(table: Table, choice: Choice) -> dict[int, list[Row]]:
    read = table
    if choice.sheets:
        read = replace(table, chosen=tuple(_sheet(table, name) for name in choice.sheets))
    found: dict[int, list[Row]] = {sheet: [] for sheet in read.chosen}
    for row in readers.head(read, max(WITHIN, (choice.header_row or 0) + 1)):
        found.setdefault(row.line // SHEET if read.sheets else 0, []).append(row)
    return found


def _sheet(table: Table, name: str) -> int:
    if name not in table.sheets:
        raise Invalid("The workbook has no sheet “%(name)s”. Choose the sheets again.", name=name)
    return table.sheets.index(name)


def _header(table: Table, mapping: Mapping, rows: Sequence[Row], choice: Choice) -> Header:
    if choice.header_row == NO_HEADER and not table.columns:
        header = Header(rows[0].line // SHEET * SHEET if table.sheets else 0, numbered(rows))
    else:
        row = (
            _chosen(rows, choice.header_row)
            if choice.header_row and not table.columns
            else _best(mapping, rows)
        )
        header = Header(row.line, named(row.cells, mapping.columns))
    mappings.check_header(mapping, (*header.columns, *([SHEET_COLUMN] if table.sheets else [])))
    return header


def _chosen(rows: Sequence[Row], number: int) -> Row:
    row = next((row for row in rows if row_number(row.line) == number), None)
    if row is None:
        raise Invalid("There is no header in row %(row)s. Choose another row.", row=number)
    return row


def _best(mapping: Mapping, rows: Sequence[Row]) -> Row:
    return max(rows, key=lambda row: len(set(named(row.cells)) & set(mapping.columns)))


def _recognised(first: dict[int, list[Row]]) -> Mapping:
    rows = [row for sheet in first.values() for row in sheet]
    for row in rows:
        if found := mappings.recognise(named(row.cells)):
            return found
    seen = ", ".join(name[:30] for name in named(rows[0].cells)[:5]) if rows else ""
    raise Invalid(
        "No mapping knows a table that begins with the columns “%(seen)s”."
        " Name one with --mapping; there are: %(known)s.",
        seen=seen,
        known=", ".join(mappings.names()),
    )
