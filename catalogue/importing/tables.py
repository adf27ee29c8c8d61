"""What every table is, however its file is written: rows with the number of the line each begins on, and limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import Invalid

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
MAX_LINE = 1 << 20  # characters; a cell may hold several lines
SHEET = 1 << 32  # more than the rows of any sheet: the numbers of its lines begin at a multiple of this
OUR_COLUMNS = ("import: column", "import: reason")  # of an error sheet; taken off when it is handed in again
SHEET_COLUMN = "(sheet)"  # what the sheet of a row is kept under


@dataclass(frozen=True)
class Row:
    """One row: the line it begins on (from 1) and its cells; or the problem that keeps it from being one.

    The cells of a CSV file are texts, those of JSON Lines any values; None where an object has no such name.
    """

    line: int
    cells: tuple[Any, ...]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """How a file is to be read, found out from the file itself.

    `columns` are known in advance where each row says its own names (JSON Lines, XML); `kind` is that of its reader.
    """

    path: Path
    encoding: str
    delimiter: str
    sha256: str
    columns: tuple[str, ...] = ()
    kind: str = "CSV"
    sheets: tuple[str, ...] = ()  # of a workbook: the names of all
    chosen: tuple[int, ...] = ()  # and which of them are read, from 0
    name: str = ""  # what people call the file, where it is not the name of `path`

    @property
    def filename(self) -> str:
        """What people call the file."""
        return self.name or self.path.name

    def where(self, line: int) -> tuple[str, int]:
        """Return the sheet ("" of a table without) and the number of the row in it."""
        return (self.sheets[line // SHEET], row_number(line)) if self.sheets else ("", line)

    @property
    def separator(self) -> str:
        """What stands between the cells, in a word; else the kind of file."""
        return DELIMITERS.get(self.delimiter, self.kind)


def row_number(line: int) -> int:
    """Return the number that a row has in its own sheet or file."""
    return line % SHEET


def require_file(path: Path) -> None:
    """Raise Invalid unless there is a file of this name."""
    if not path.exists():
        raise Invalid("There is no file %(path)s. Check the name.", path=str(path))
    if not path.is_file():
        raise Invalid("%(path)s is not a file. Name one CSV or JSON Lines file.", path=str(path))


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn what the system says of a file that cannot be read into a refusal."""
    try:
        yield
    except OSError as error:
        raise Invalid(
            "%(path)s cannot be read: %(problem)s. Check its permissions.",
            path=str(path),
            problem=error.strerror,
        ) from error
