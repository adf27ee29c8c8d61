"""Tables of JSON Lines (jsonlines.org), packed by gzip or not: one object a line, its values kept as they are.

A line that is no object is told and left out. A line beyond the limit, or a packed file that grows beyond all
measure, refuses the whole; nothing larger than one line is ever held in memory.
"""

import codecs
import hashlib
import json
import math
import re
import zlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, NoReturn

from archive.errors import Invalid
from catalogue.importing import file_kinds, gzipped
from catalogue.importing.tables import MAX_LINE, Row, Table, told_plainly

KIND = "JSON Lines"
MAX_COLUMNS = 500

_OBJECT = re.compile(rb"\s*\{")
_LIST_OF_OBJECTS = re.compile(rb"\s*\[\s*[\[{]")
_ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")  # NUL, and halves of characters, which no text can hold


class _UnusableError(ValueError):
    """A value that JSON may write and no table can hold."""


def begins(path: Path) -> bool:
    """Say whether a file begins as JSON Lines. Raise Invalid for one list in brackets."""
    with told_plainly(path), path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(gzipped.MAGIC):
        start = _unpacked(start)
    start = start.removeprefix(codecs.BOM_UTF8)
    if _LIST_OF_OBJECTS.match(start):
        raise Invalid(
            "This is one JSON list. Write it as JSON Lines, one object a line, without brackets around."
        )
    return _OBJECT.match(start) is not None


def look(path: Path) -> Table:
    """Find out checksum and columns: all names that occur in any line, in the order in which they come."""
    columns: dict[str, None] = {}
    for _, said, _ in _lines(path):
        columns.update(dict.fromkeys(said))
        if len(columns) > MAX_COLUMNS:
            raise Invalid(
                "The lines have more than %(limit)s different names. That is no table: check how it was made.",
                limit=MAX_COLUMNS,
            )
    with told_plainly(path), path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if not columns:
        raise Invalid("No line of the file is a JSON object. JSON Lines has one on each line.")
    return Table(path, file_kinds.UTF8, "", sha256, tuple(columns), KIND)


def rows(table: Table) -> Generator[Row, None, None]:
    """Give a row for each line that is not blank."""
    for line, said, problem in _lines(table.path):
        yield Row(line, () if problem else tuple(map(said.get, table.columns)), problem)


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Give number, object and problem of each line; one of the last two is empty."""
    with told_plainly(path), gzipped.opened(path) as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise Invalid(
                    "Line %(line)s is longer than %(limit)s bytes. That is no table: check how the file was made.",
                    line=number,
                    limit=f"{MAX_LINE:,}",
                )
            if text := line.removeprefix(codecs.BOM_UTF8 if number == 1 else b"").strip():
                yield number, *_read(text)


def _read(line: bytes) -> tuple[dict[str, Any], str]:
    try:
        text = line.decode("utf-8")
        said = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        if _ESCAPED.search(text):
            _require_texts(said)
    except UnicodeDecodeError:
        return {}, "the line is not UTF-8: export it again"
    except _UnusableError as error:
        return {}, f"the line holds {error}: mend it"
    except (ValueError, RecursionError) as error:
        return {}, f"the line is no JSON object ({error}): mend it or leave it out"
    if not isinstance(said, dict) or not said:
        return {}, "the line is no JSON object with anything in it: mend it or leave it out"
    return said, ""


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _UnusableError(f"a number beyond all measure, {text[:20]}")
    return value


def _refuse(constant: str) -> NoReturn:
    raise _UnusableError(f"{constant}, which is no number")


def _require_texts(value: object) -> None:
    if isinstance(value, dict):
        _require_texts([*value, *value.values()])
    elif isinstance(value, list):
        for each in value:
            _require_texts(each)
    elif isinstance(value, str):
        if "\0" in value:
            raise _UnusableError("a NUL character")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise _UnusableError("half a character (a surrogate without its other half)")


def _unpacked(start: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(start, 4096)
    except zlib.error:
        return b""
