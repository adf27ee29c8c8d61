"""What sheets of workbooks have in common, however they are written: cells that come one by one, made into rows.

Nothing larger than a row is held in memory.
"""

from pathlib import Path

from archive.errors import Invalid
from catalogue.importing.csv_text import MAX_CELL, MAX_ROW
from catalogue.importing.tables import Row

MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576  # of a sheet, in all programs


class Gathering:
    """The rows of one sheet while it is being read; `offset` is added to their numbers."""

    def __init__(self, offset: int) -> None:
        self.rows: list[Row] = []
        self._offset = offset
        self._cells: list[str] = []
        self.size = 0  # characters of the row so far

    def cell(self, at: int, text: str) -> None:
        """Put a cell in its place, from 0; what lies between is empty."""
        if at >= MAX_COLUMNS:
            raise Invalid("The sheet has more than %(limit)s columns. That is no table.", limit=MAX_COLUMNS)
        require_short(text)
        self.size += len(text)
        if self.size > MAX_ROW:
            raise Invalid(
                "A row of the sheet is longer than %(limit)s characters. That is no table.", limit=MAX_ROW
            )
        if text.strip():
            self._cells.extend([""] * (at + 1 - len(self._cells)))
            self._cells[at] = text.replace("\0", "\ufffd")

    def end_row(self, number: int, times: int = 1) -> None:
        """Keep the row, which stands in the sheet at `number` (from 1) and below."""
        if not 0 < number + times - 1 <= MAX_ROWS and self._cells:
            raise Invalid("The sheet has more than %(limit)s rows. That is no table.", limit=MAX_ROWS)
        if self._cells:
            cells = tuple(self._cells)
            self.rows += [Row(self._offset + number + at, cells) for at in range(times)]
        self._cells, self.size = [], 0

    def take(self) -> list[Row]:
        """Give the rows that are complete, and forget them."""
        taken, self.rows = self.rows, []
        return taken


def require_short(text: str) -> None:
    """Raise Invalid for a text that no cell holds."""
    if len(text) > MAX_CELL:
        raise Invalid("A cell holds more than %(limit)s characters. Shorten it.", limit=f"{MAX_CELL:,}")


def require_sheets(path: Path, names: list[str]) -> tuple[str, ...]:
    """Give the names of the sheets; raise Invalid when there are none."""
    if not names:
        raise Invalid("%(name)s holds no sheet with a table.", name=path.name)
    return tuple(names)
