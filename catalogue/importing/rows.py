"""One row of a table, and its cells read as the mapping says. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping as Values
from dataclasses import dataclass, field
from typing import Any, TypeVar

from catalogue.importing import nested, parsing
from catalogue.importing.mapping import Field, Mapping
from catalogue.importing.records import digest
from catalogue.importing.remarks import Look, Remark

MOST_SHOWN = 200  # characters of a nested value that was not understood

T = TypeVar("T")


@dataclass(frozen=True)
class SourceRow:
    """A row as it came: the line it begins on, its key, and all its cells by column.

    A cell is a text, or of JSON Lines any value; a name that the line has not, or says null to, is not there.
    """

    line: int
    key: str
    cells: Values[str, Any]

    @property
    def digest(self) -> str:
        """Checksum of the cells."""
        return digest(self.cells)


@dataclass
class ReadRow:
    """The fields of a row: as text, as values, and what was not understood."""

    row: SourceRow
    texts: dict[str, str] = field(default_factory=lambda: defaultdict(str))
    values: dict[str, Any] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def get(self, name: str, kind: type[T]) -> T | None:
        """Return the value of a field, None when it is empty, was not understood or is of another kind."""
        value = self.values.get(name)
        return value if isinstance(value, kind) else None

    def remark(self, kind: Look, column: str, value: str, message: str) -> None:
        """Note something to look at in this row."""
        self.remarks.append(Remark(kind, self.row.line, column, value, message))


def read(mapping: Mapping, row: SourceRow) -> ReadRow:
    """Read the fields of a row; what cannot be understood is a remark, not an error."""
    found = ReadRow(row)
    for name, said in mapping.fields.items():
        cell = row.cells.get(said.column)
        found.texts[name] = text = nested.text(cell)
        if not text:
            continue
        try:
            found.values[name] = _value(said, cell, text)
        except parsing.UnreadableError as error:
            shown = cell if isinstance(cell, str) else text[:MOST_SHOWN]
            found.remark(Look.UNREADABLE, said.column, shown, f"{error}; kept with the row only")
    return found


def _value(said: Field, cell: object, text: str) -> object:
    if said.read in nested.READERS:
        return nested.READERS[said.read](cell, said.parts, said.identifiers)
    return parsing.READERS[said.read](cell if isinstance(cell, str) else text)


def session_key(mapping: Mapping, cells: Values[str, Any]) -> str:
    """Make the key of the session a row belongs to."""
    return _key("session", cells, mapping.session_key)


def recording_key(mapping: Mapping, cells: Values[str, Any]) -> str:
    """Make the key of the take a row belongs to; where rows have no takes, of the session."""
    if not mapping.recording_key:
        return session_key(mapping, cells)
    return _key("recording", cells, mapping.recording_key)


def row_key(mapping: Mapping, cells: Values[str, Any]) -> str:
    """Make the key of a row, readable as it is; "" when any part of it is empty."""
    parts = [nested.text(cells.get(column)) for column in mapping.row_key]
    return " / ".join(parts) if all(parts) else ""


def empty_fields(mapping: Mapping, cells: Values[str, Any]) -> Iterator[str]:
    """Give the columns that are empty though the mapping requires them."""
    for name in mapping.required:
        if not nested.text(cells.get(mapping.column(name))):
            yield mapping.column(name)


def _key(kind: str, cells: Values[str, Any], columns: tuple[str, ...]) -> str:
    return f"{kind}:{digest({column: nested.text(cells.get(column)) for column in columns})}"
