"""What the import desk shows: the columns of a file with a guess at each, and the rows of a dry run with what was
found in them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from archive.db import db
from archive.errors import Invalid
from catalogue import instruments
from catalogue.importing import composing, guessing, headers, intakes, nested, readers, saved_mappings
from catalogue.importing.guessing import FIELDS, PLAYS
from catalogue.importing.headers import Header
from catalogue.importing.intakes import Intake, IntakeFinding, IntakeLine, IntakeState, LineState
from catalogue.importing.mapping import Mapping as TableMapping
from catalogue.importing.mapping import Shape
from catalogue.importing.tables import OUR_COLUMNS, SHEET, SHEET_COLUMN, Row, Table, row_number

PAGE = 50
SAMPLE = 200  # rows that a guess looks at
SHOWN = 3  # values of a column
MOST_COLUMNS = 200
MAX_TEXT = 300

STATES = {
    IntakeState.NEW: _l("columns to map"),
    IntakeState.CHECKING: _l("dry run at work"),
    IntakeState.CHECKED: _l("dry run done"),
    IntakeState.RUNNING: _l("coming in"),
    IntakeState.DONE: _l("in"),
    IntakeState.UNDOING: _l("being undone"),
    IntakeState.UNDONE: _l("undone"),
}
SEPARATORS = {
    "comma": _l("comma"),
    "semicolon": _l("semicolon"),
    "tab": _l("tab"),
    "pipe": _l("vertical bar"),
}
SHAPES = {
    Shape.RECORDING: _l("a recording"),
    Shape.CONCERT: _l("a concert or session"),
    Shape.PHOTOGRAPH: _l("a photograph"),
}
LABELS = {
    "title": _l("Title"),
    "date": _l("Date"),
    "lineup": _l("Line-up: Name (instrument); Name (instrument)"),
    "leader": _l("Leader"),
    "composer": _l("Composers"),
    "record": _l("Title of the record"),
    "label": _l("Label of the record"),
    "catalogue_no": _l("Catalogue number of the record"),
    "take": _l("Take"),
    "duration": _l("Duration, such as 07:08"),
    "mbid": _l("MusicBrainz number"),
    "venue": _l("Venue"),
    "shelfmark": _l("Shelfmark"),
    "photographers": _l("Photographer"),
    "depicted": _l("People shown"),
    "carrier": _l("Carrier, such as glass negative"),
    "credit": _l("Credit line"),
    "description": _l("Description"),
}


class Form(Protocol):
    """What a posted form offers (werkzeug's MultiDict)."""

    def get(self, key: str, default: str) -> str:
        """Return the first value of a field."""

    def getlist(self, key: str) -> Sequence[str]:
        """Return all values of a field."""


@dataclass(frozen=True)
class Column:
    """A column: its name, the first values, what it is taken for, and whether it is part of the key."""

    name: str
    values: Sequence[str]
    field: str
    is_key: bool


@dataclass(frozen=True)
class Columns:
    """All that the page for mapping columns shows."""

    shape: Shape
    columns: Sequence[Column]
    sheets: Sequence[str]
    chosen_sheets: Sequence[str]
    header_row: int
    first_rows: Sequence[tuple[int, str]]  # number and text, to choose the header from
    known: Sequence[TableMapping]
    has_header_choice: bool


@dataclass(frozen=True)
class Line:
    """A row of the dry run with what was found in it."""

    id: int
    sheet: str
    number: int
    title: str
    state: LineState
    is_chosen: bool
    findings: Sequence[IntakeFinding]


def columns(intake: Intake, sheets: Sequence[str], header_row: int | None, shape: str) -> Columns:
    """Read the first rows of a file and guess what its columns are. Raise Invalid for what cannot be read."""
    with intakes.opened(intake) as table:
        rows = _first_rows(table, sheets)
        if not rows:
            raise Invalid("The table is empty. It needs a header and at least one row.")
        chosen = tuple(sheets) or (table.where(rows[0].line)[:1] if table.sheets else ())
        header = _header(table, rows, header_row)
        names = [name for name in header.columns if name not in OUR_COLUMNS]
        names += [SHEET_COLUMN] if table.sheets and len(chosen) > 1 and SHEET_COLUMN not in names else []
        values = _values(header, rows)
    known = saved_mappings.recognise((*header.columns, SHEET_COLUMN))
    guessed = Shape(shape) if shape in {each.value for each in SHAPES} else guessing.shape(names)
    fields = guessing.fields(names, values, guessed)
    keys = guessing.key(names, values)
    return Columns(
        guessed,
        [
            Column(
                name,
                [value[:80] for value in values.get(name, []) if value.strip()][:SHOWN],
                fields[name],
                name in keys,
            )
            for name in names[:MOST_COLUMNS]
        ],
        table.sheets,
        chosen,
        row_number(header.line),
        [
            (row_number(row.line), " | ".join(nested.text(cell) for cell in row.cells)[:80])
            for row in rows[:15]
        ],
        known,
        not table.columns,
    )


def read_form(form: Form, found: Columns) -> tuple[composing.Chosen, dict[str, str]]:
    """Read the form on which columns are mapped; return what it says and what is wrong with it."""
    errors: dict[str, str] = {}
    shape = (
        Shape(form.get("shape", ""))
        if form.get("shape", "") in {each.value for each in SHAPES}
        else found.shape
    )
    allowed = {*FIELDS[shape], *(PLAYS + each.code for each in instruments.every())}
    said = dict(zip((column.name for column in found.columns), form.getlist("field"), strict=False))
    fields = {column.name: said.get(column.name, "") for column in found.columns}
    fields = {name: field if field in allowed else "" for name, field in fields.items()}
    for field in FIELDS[shape]:
        twice = [name for name, chosen in fields.items() if chosen == field]
        if len(twice) > 1:
            errors[f"field-{_at(found, twice[1])}"] = _(
                "%(field)s is chosen for %(columns)s. Choose it for one of them.",
                field=LABELS[field],
                columns=", ".join(twice),
            )
    if "title" not in fields.values():
        errors["field-0"] = _("Choose the column with the title: an entry has one.")
    names = {column.name for column in found.columns}
    key = [name for name in form.getlist("key") if name in names]
    if not key:
        errors["key-0"] = _("Choose at least one column that tells each row from all others.")
    texts = {
        name: " ".join(form.get(name, "").split())[:MAX_TEXT] for name in ("name", "collection", "source")
    }
    missing = {
        "name": _("Give this mapping a name, so that it can be used again."),
        "collection": _("Say under which collection the entries are to hang."),
        "source": _("Say where the data come from: it is cited with every entry."),
    }
    errors |= {name: message for name, message in missing.items() if not texts[name]}
    chosen = composing.Chosen(
        texts["name"],
        shape,
        fields,
        key,
        texts["collection"],
        texts["source"],
        " ".join(form.get("credit_line", "").split())[:MAX_TEXT],
        form.get("publish", "") == "1",
    )
    return chosen, errors


def lines(intake: Intake, state: LineState, page: int) -> tuple[list[Line], int]:
    """Return a page of the rows with one state, in their order, and the number of pages."""
    mine = (IntakeLine.intake_id == intake.id, IntakeLine.state == state)
    total = db.session.scalar(select(func.count()).select_from(IntakeLine).where(*mine)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    query = select(IntakeLine).where(*mine).order_by(IntakeLine.line).limit(PAGE).offset((page - 1) * PAGE)
    rows = list(db.session.scalars(query))
    found: dict[int, list[IntakeFinding]] = defaultdict(list)
    wanted = select(IntakeFinding).where(
        IntakeFinding.intake_id == intake.id, IntakeFinding.line.in_([row.line for row in rows])
    )
    for finding in db.session.scalars(wanted.order_by(IntakeFinding.id)):
        found[finding.line].append(finding)
    sheets: Sequence[str] = (intake.found or {}).get("sheets", ())
    return [
        Line(
            row.id,
            sheets[row.line // SHEET] if sheets else "",
            row_number(row.line),
            row.title,
            row.state,
            row.is_chosen,
            found[row.line],
        )
        for row in rows
    ], pages


def general(report: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """List what a report says that concerns no single row."""
    said = (report or {}).get("to_look_at", {})
    return [each for looks in said.values() for each in looks if not each.get("lines")][:100]


def _first_rows(table: Table, sheets: Sequence[str]) -> list[Row]:
    chosen = tuple(table.sheets.index(name) for name in sheets if name in table.sheets)
    found: list[Row] = []
    for at in chosen or table.chosen:
        rows = readers.head(replace(table, chosen=(at,)), SAMPLE)
        if rows:
            found = rows
            break
    if not table.sheets:
        found = readers.head(table, SAMPLE)
    if table.columns:
        found += list(islice(readers.rows(table), SAMPLE))
    return found


def _header(table: Table, rows: Sequence[Row], header_row: int | None) -> Header:
    if table.columns:
        return Header(0, table.columns)
    if header_row == headers.NO_HEADER:
        return Header(rows[0].line // SHEET * SHEET if table.sheets else 0, headers.numbered(rows))
    row = next((row for row in rows if row_number(row.line) == header_row), None) or _likely(
        rows[: headers.WITHIN]
    )
    return Header(row.line, headers.named(row.cells))


def _likely(rows: Sequence[Row]) -> Row:
    """Guess the header: the first row that fills as many cells as any, as titles and notes above fill few."""
    filled = [sum(1 for cell in row.cells if str(cell).strip()) for row in rows]
    return rows[next(at for at, count in enumerate(filled) if count >= max(filled) * 0.8)]


def _values(header: Header, rows: Sequence[Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.line > header.line:
            for name, cell in zip(header.columns, row.cells, strict=False):
                found[name].append(nested.text(cell))
    return found


def _at(found: Columns, name: str) -> int:
    return next(at for at, column in enumerate(found.columns) if column.name == name)
