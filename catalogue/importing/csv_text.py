"""Tables in text: cells between separators, in any of the usual encodings, found out from the file itself."""

import csv
import io
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

from archive.errors import Invalid
from catalogue.importing import file_kinds
from catalogue.importing.tables import DELIMITERS, MAX_LINE, Row, Table, told_plainly

KIND = "CSV"
MAX_ROW = 4 << 20  # characters, all lines of one row together
SAMPLE_ROWS = 50

# The csv module refuses longer cells by itself; its limit belongs to the whole process, so it stays as it is.
MAX_CELL = 131_072


def begins(_path: Path) -> bool:
    """Take whatever no other reader takes; `look` refuses what is no text."""
    return True


def look(path: Path) -> Table:
    """Find out encoding, checksum and separator. Raise Invalid for what is no table in text."""
    with told_plainly(path), path.open("rb") as file:
        encoding, sha256 = file_kinds.recognise(file)
    return Table(path, encoding, _delimiter(_sample(path, encoding)), sha256, kind=KIND)


def rows(table: Table) -> Generator[Row, None, None]:
    """Give the rows that are not blank, the header included. Raise Invalid where the file is no table."""
    with told_plainly(table.path), _text(table.path, table.encoding) as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=table.delimiter, strict=True)
        while True:
            begins_at = lines.begin_row()
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise _broken_row(begins_at, error) from error
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield Row(begins_at, tuple(cells))


class _Lines:
    """The lines of a text for the csv module, none of them and no row longer than the limits."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._number = 0
        self._in_row = 0

    def begin_row(self) -> int:
        """Forget how long the row was; return the number of the line that comes next."""
        self._in_row = 0
        return self._number + 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._file.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        self._number += 1
        self._in_row += len(line)
        self._check(line)
        return line

    def _check(self, line: str) -> None:
        if len(line) > MAX_LINE:
            raise Invalid(
                "Line %(line)s is longer than %(limit)s characters. That is no table:"
                " check how the file was made.",
                line=self._number,
                limit=f"{MAX_LINE:,}",
            )
        if self._in_row > MAX_ROW:
            raise Invalid(
                "The row that ends on line %(line)s is longer than %(limit)s characters."
                " Check whether a closing quotation mark is missing before it.",
                line=self._number,
                limit=f"{MAX_ROW:,}",
            )
        if "\0" in line:
            raise Invalid(
                "Line %(line)s holds a NUL character, so the file is damaged or no text."
                " Export it again as CSV in UTF-8.",
                line=self._number,
            )


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[TextIO]:
    # newline="" leaves line ends inside cells as they are; utf-8-sig and utf-16 take the byte order mark off.
    with path.open("r", encoding=encoding, newline="") as file:
        yield file


def _sample(path: Path, encoding: str) -> str:
    with told_plainly(path), _text(path, encoding) as file:
        return file.read(MAX_LINE // 8)


def _delimiter(sample: str) -> str:
    """Choose the separator that gives the most rows of one width, then the widest: sniffers guess."""
    if not sample.strip():
        raise Invalid("The file is empty. It needs a header and at least one row.")
    return max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: str, delimiter: str) -> tuple[int, int]:
    widths = Counter(len(cells) for cells in _rows_of(sample, delimiter) if len(cells) > 1)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return count, width


def _rows_of(sample: str, delimiter: str) -> Iterable[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        yield from islice(reader, SAMPLE_ROWS)
    except csv.Error:
        return  # a cell beyond the limit: the rows so far are what there is to count


def _broken_row(line: int, error: csv.Error) -> Invalid:
    if "field larger" in str(error):
        return Invalid(
            "The row that begins on line %(line)s holds a cell of more than %(limit)s characters. Check its"
            " quotation marks and import again.",
            line=line,
            limit=f"{MAX_CELL:,}",
        )
    if "unexpected end of data" in str(error):
        return Invalid(
            "The row that begins on line %(line)s has a quotation mark that is never closed. Check its"
            " quotation marks and import again.",
            line=line,
        )
    return Invalid(
        "The row that begins on line %(line)s is not well formed (%(problem)s). Check its quotation marks and"
        " import again.",
        line=line,
        problem=str(error),
    )
