"""Small XML files from outside, whole, as a tree whose names have no namespace.

Whatever a file could use against its reader is refused: document types (and with them entities and what they fetch),
size, nesting and number of elements beyond the limits.
"""

from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from archive.errors import Invalid

MAX_BYTES = 20 << 20
MAX_DEPTH = 40
MAX_ELEMENTS = 500_000


def parse(content: bytes) -> Element:
    """Read a file of XML; raise Invalid for what is no well-formed or no honest XML."""
    if len(content) > MAX_BYTES:
        raise Invalid(
            "The file is larger than %(size)s MB. Ask the bank for a shorter period.", size=MAX_BYTES >> 20
        )
    building = _Building()
    try:
        building.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Invalid(
            "The XML is not well formed: %(problem)s, on line %(line)s. Download the file again.",
            problem=expat.ErrorString(error.code),
            line=error.lineno,
        ) from error
    except (LookupError, ValueError) as error:
        raise Invalid("The encoding that the XML says it is in cannot be read.") from error
    return building.tree.close()


class _Building:
    """A tree as the parser tells it, within the limits."""

    def __init__(self) -> None:
        self.tree = TreeBuilder()
        self._depth = self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.tree.data
        self.parser.StartDoctypeDeclHandler = _refuse_document_type
        self.parser.EntityDeclHandler = _refuse_document_type
        self.parser.ExternalEntityRefHandler = _refuse_document_type

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise Invalid("The XML holds more, or more within each other, than any statement does.")
        self.tree.start(_local(name), attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.tree.end(_local(name))


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_document_type(*_said: object) -> NoReturn:
    raise Invalid("The XML declares a document type or entities, which no bank does: it may be a trap.")
