"""Tables from files: bytes in, rows out, one at a time, with the number of the line each begins on.

Whatever a person may hand in is read or refused with a sentence that says what to do. However large the file,
no more of it than one row is ever held in memory.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Protocol

from catalogue.importing import csv_text, json_lines, media_files, ods, xlsx, xml_text
from catalogue.importing.tables import Row, Table, require_file


class Reader(Protocol):
    """What a module that reads one kind of file offers. It looks at what a file holds, never at its name."""

    KIND: str  # what people call this kind of file

    def begins(self, path: Path, /) -> bool:
        """Say whether a file is of this kind; raise Invalid for one that means to be and cannot be read."""

    def look(self, path: Path, /) -> Table:
        """Find out how the file is to be read; raise Invalid for one that cannot be read."""

    def rows(self, table: Table, /) -> Generator[Row, None, None]:
        """Give the rows that are not blank, one at a time."""


# Every kind of file that may come in; a new one is one line here. The first that takes a file reads it.
READERS: tuple[Reader, ...] = (
    xlsx,
    ods,
    *media_files.ZIPS,
    json_lines,
    xml_text,
    csv_text,
)
# The same for folders of files.
FOLDER_READERS: tuple[Reader, ...] = media_files.FOLDERS


def look(path: Path) -> Table:
    """Find out how a file is to be read. Raise Invalid for anything that is no table."""
    if path.is_dir():
        for reader in FOLDER_READERS:
            if reader.begins(path):
                return reader.look(path)
    require_file(path)
    return next(reader for reader in READERS if reader.begins(path)).look(path)


def head(table: Table, most: int) -> list[Row]:
    """Return the first rows, of which one is the header; of a workbook those of each chosen sheet.

    Where all rows say their own names, return these, on line 0.
    """
    if table.columns:
        return [Row(0, table.columns)]
    found: list[Row] = []
    for part in [replace(table, chosen=(at,)) for at in table.chosen] or [table]:
        with closing(_reader(table).rows(part)) as first:
            found += islice(first, most)
    return found


def rows(table: Table) -> Iterator[Row]:
    """Give the rows that are not blank, a header among them included. Raise Invalid where that is no table."""
    return _reader(table).rows(table)


def _reader(table: Table) -> Reader:
    return next(reader for reader in (*READERS, *FOLDER_READERS) if table.kind == reader.KIND)
