"""XML as a stream of records: each one whole, then forgotten, so that a file of any size takes little memory.

Whatever a file could use against its reader is refused: document types (and with them entities and what they fetch),
records, names and nesting beyond the limits below, packed files that grow beyond all measure.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from archive.errors import Invalid
from catalogue.importing import gzipped
from catalogue.importing.tables import told_plainly

CHUNK = 1 << 16  # bytes
MAX_RECORD = 4 << 20  # characters of one record: names, attributes and texts
MAX_ELEMENTS = 50_000  # of one record
MAX_DEPTH = 40
MAX_TOKEN = 1 << 20  # bytes of one tag
SNIFFED = 1 << 16  # bytes in which the first element must begin

Said = dict[str, Any]  # an element as plain values: name, and if there is any: attributes, text, children
IsRecord = Callable[[str, int], bool]  # by the name of an element and how many are around it


def records(path: Path, is_record: IsRecord) -> Iterator[tuple[Said, bool]]:
    """Give the records of a file, each with True, and what stands outside of any, with False.

    Names of a namespace are written `{namespace}name`. Raise Invalid for what is no well-formed or no honest XML.
    """
    with told_plainly(path), gzipped.opened(path) as file:
        building = _Building(is_record)
        fed = 0
        while True:
            chunk = file.read(CHUNK)
            fed += len(chunk)
            building.feed(chunk, fed)
            while building.done:
                yield building.done.popleft()
            if not chunk:
                return


def root(path: Path) -> str | None:
    """Return the name of the outermost element, "" where the file means to be XML and is not, None for any other."""
    with told_plainly(path), gzipped.opened(path) as file:
        start = file.read(SNIFFED)
    plain = start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"")[:100]
    if not plain.startswith(b"<") or plain[1:5].lower() == b"html" or plain[:14].lower() == b"<!doctype html":
        return None
    found: list[str] = []
    parser = _parser(lambda name, _attributes: found.append(_named(name)))
    with suppress(expat.ExpatError, LookupError, ValueError):  # read later, the whole says where it is broken
        parser.Parse(start, False)
    return found[0] if found else "" if plain.startswith((b"<?xml", b"<!")) else None


class _Building:
    """Builds records out of what the parser says, and holds no more than one that is not complete."""

    def __init__(self, is_record: IsRecord) -> None:
        self.done: deque[tuple[Said, bool]] = deque()
        self._is_record = is_record
        self._around = 0  # elements around the record
        self._open: list[Said] = []  # of the record or stray element, the outermost first
        self._texts: list[list[str]] = []
        self._is_wanted = False
        self._size = self._count = 0
        self._parser = _parser(self._start)
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, chunk: bytes, fed: int) -> None:
        """Read on; an empty chunk ends the file."""
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise Invalid(
                "The XML is not well formed: %(problem)s, on line %(line)s, column %(column)s."
                " Mend it there or export it again.",
                problem=expat.ErrorString(error.code),
                line=error.lineno,
                column=error.offset + 1,
            ) from error
        except (LookupError, ValueError) as error:
            raise Invalid(
                "The encoding that the XML says it is in cannot be read. Save it as UTF-8."
            ) from error
        if fed - self._parser.CurrentByteIndex > MAX_TOKEN:
            raise _too_large()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = _named(name)
        if not self._open:
            self._is_wanted = self._is_record(name, self._around)
            if not self._is_wanted and not self._around:
                self._enter(name, attributes)
                return
        self._measure(len(name) + sum(len(key) + len(value) for key, value in attributes.items()), 1)
        element: Said = {"name": name}
        if attributes:
            element["attributes"] = {_named(key): value for key, value in attributes.items()}
        if self._open:
            self._open[-1].setdefault("children", []).append(element)
        self._open.append(element)
        self._texts.append([])
        if len(self._open) > MAX_DEPTH:
            raise Invalid("The XML has more than %(limit)s elements inside each other.", limit=MAX_DEPTH)

    def _enter(self, name: str, attributes: dict[str, str]) -> None:
        """Go into the element around all records; what it says itself stands outside of any."""
        self._around += 1
        said = {_named(key): value for key, value in attributes.items() if not key.startswith(_XSI)}
        if said:
            self.done.append(({"name": name, "attributes": said}, False))

    def _end(self, _name: str) -> None:
        if not self._open:
            self._around -= 1
            return
        element, text = self._open.pop(), "".join(self._texts.pop())
        if text.strip():
            element["text"] = text
        if not self._open:
            self.done.append((element, self._is_wanted))
            self._size = self._count = 0

    def _text(self, text: str) -> None:
        if self._open:
            self._measure(len(text), 0)
            self._texts[-1].append(text)
        elif text.strip():
            self.done.append(({"name": "text", "text": text.strip()}, False))

    def _measure(self, size: int, count: int) -> None:
        self._size += size
        self._count += count
        if self._size > MAX_RECORD or self._count > MAX_ELEMENTS:
            raise _too_large()


_XSI = "http://www.w3.org/2001/XMLSchema-instance "


def _parser(start: Callable[[str, dict[str, str]], object]) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.EntityDeclHandler = _refuse_document_type
    parser.ExternalEntityRefHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_said: object) -> NoReturn:
    raise Invalid(
        "The XML declares a document type (<!DOCTYPE …>) or entities, which may fetch or unfold anything."
        " Save it without them."
    )


def _too_large() -> Invalid:
    return Invalid(
        "The XML holds a record or a tag larger than %(size)s characters or %(count)s elements."
        " That is no catalogue: check how the file was made.",
        size=f"{MAX_RECORD:,}",
        count=f"{MAX_ELEMENTS:,}",
    )


def _named(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return f"{{{namespace}}}{local}" if namespace else local
