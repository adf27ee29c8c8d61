"""Parts of office files: members of a zip file, read as XML piece by piece, with limits so that no trap takes hold.

What a member claims to unpack to is weighed before anything is unpacked, and `zipfile` gives no byte more than that.
A document type is refused: neither XLSX nor ODS has one, and without one there are no entities to expand or fetch.
"""

import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from archive.errors import Invalid
from catalogue.importing.tables import told_plainly

MAGIC = b"PK\x03\x04"
MAX_GROWTH = (
    200  # times the size of a packed member: spreadsheets shrink to a tenth or so, a trap to a thousandth
)
SMALL = 64 << 20  # bytes; what does not grow beyond this is no trap
MAX_MEMBERS = 10_000
CHUNK = 1 << 16
MAX_DEPTH = 200

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def names(path: Path) -> frozenset[str]:
    """List the members of a zip file; of any other file, or one that cannot be read as such, none."""
    with told_plainly(path), path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return frozenset()
        try:
            with zipfile.ZipFile(file) as archive:
                return frozenset(archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError):
            return frozenset()


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file of which every member is within the limits; raise Invalid for damage wherever it shows."""
    damaged = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OverflowError)
    with told_plainly(path):
        try:
            with zipfile.ZipFile(path) as archive:
                _weigh(archive, path.stat().st_size)
                yield archive
        except damaged as error:
            raise Invalid(
                "The file is damaged (%(problem)s). Save it again in the program it comes from.",
                problem=str(error)[:100],
            ) from error


def events(archive: zipfile.ZipFile, member: str, start: Start, end: End, text: Text) -> Generator[None]:
    """Read a member as XML, calling `start`, `end` and `text` with local names; pause after each piece."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    depth = 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Invalid("The file is nested too deeply. Save it again in the program it comes from.")
        start(local(name), {local(key): value for key, value in attributes.items()})

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(local(name))

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = started, ended, text
    with archive.open(member) as file:
        while piece := file.read(CHUNK):
            _parse(parser, piece, is_last=False)
            yield
    _parse(parser, b"", is_last=True)
    yield


def whole(archive: zipfile.ZipFile, member: str, start: Start, end: End, text: Text) -> None:
    """Read a member as XML to its end; one that is not there says nothing."""
    if member in archive.namelist():
        for _ in events(archive, member, start, end, text):
            pass


def local(name: str) -> str:
    """Leave the namespace off a name: transitional, strict and home-made files differ in nothing else."""
    return name.rpartition(" ")[2]


def _parse(parser: expat.XMLParserType, piece: bytes, *, is_last: bool) -> None:
    try:
        parser.Parse(piece, is_last)
    except (expat.ExpatError, ValueError) as error:
        raise Invalid(
            "The file is damaged, or protected by a password (%(problem)s). Save it again without one.",
            problem=str(error)[:100],
        ) from error


def _weigh(archive: zipfile.ZipFile, size: int) -> None:
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise Invalid("The file is protected by a password. Save it without one, and import that.")
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise Invalid("The file is packed in an unusual way. Save it again in the program it comes from.")
    packed = sum(member.compress_size for member in members)
    grows = any(member.file_size > max(SMALL, MAX_GROWTH * member.compress_size) for member in members)
    if grows or packed > size or len(members) > MAX_MEMBERS:
        raise Invalid(
            "Unpacked, the file is far larger than packed: it may be a trap. Open it in a spreadsheet program,"
            " look what it holds, and save that as CSV."
        )


def _refuse_doctype(*_declared: object) -> NoReturn:
    raise Invalid(
        "The file declares a document type, which no spreadsheet does: it may be a trap."
        " Save it again in a spreadsheet program."
    )
