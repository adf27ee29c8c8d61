"""XML files that hold records of one of the formats below: each record a row of two cells, its key and itself whole.

The `line` of a row is the number of the record: all of them may stand on one line.
"""

import hashlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import Invalid
from catalogue.importing import file_kinds, gzipped, marc_fields, xml_records
from catalogue.importing.elements import Element
from catalogue.importing.tables import Row, Table, told_plainly
from catalogue.importing.xml_records import Said

KIND = "XML"
PBCORE = "{http://www.pbcore.org/PBCore/PBCoreNamespace.html}"
MARC = "{http://www.loc.gov/MARC21/slim}"
AAPB = "http://americanarchiveinventory.org"


@dataclass(frozen=True)
class Format:
    """A kind of XML: the element around the records, that of a record, and the namespace of both.

    `column` is what the cell is called that holds a record; no table made by hand is called so by chance.
    """

    name: str
    column: str
    around: str
    record: str
    namespace: str = ""

    def holds(self, root: str) -> bool:
        """Say whether an outermost element is of this format; a namespace may be left out."""
        return root.removeprefix(self.namespace) in (self.around, self.record)

    def is_record(self, name: str, depth: int) -> bool:
        """Say whether an element, inside so many others, is a record."""
        return depth < 2 and name.removeprefix(self.namespace) == self.record


FORMATS = (
    Format("Discogs", "Discogs release", "releases", "release"),
    Format("PBCore", "PBCore record", "pbcoreCollection", "pbcoreDescriptionDocument", PBCORE),
    Format("MARCXML", "MARC record", "collection", "record", MARC),
)


def begins(path: Path) -> bool:
    """Say whether a file is XML, HTML apart."""
    return xml_records.root(path) is not None


def look(path: Path) -> Table:
    """Read the file through: its format, its checksum, and whether it is well formed to the end."""
    kind = _format(path)
    encoding = file_kinds.UTF16 if _is_utf16(path) else file_kinds.UTF8
    is_new = True
    for said, is_record in xml_records.records(path, kind.is_record):
        if is_record and is_new and not _is_of(kind, said):
            raise _unknown(said["name"])
        is_new = is_new and not is_record
    with told_plainly(path), path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Table(path, encoding, "", sha256, ("id", kind.column), KIND)


def rows(table: Table) -> Generator[Row, None, None]:
    """Give a row for each record, and one with its problem for each element that is none."""
    kind = _format(table.path)
    found = xml_records.records(table.path, kind.is_record)
    for number, (said, is_record) in enumerate(found, start=1):
        if not is_record:
            name = said["name"].removeprefix(kind.namespace)
            yield Row(number, (), f"“{name}” stands outside of any record: it was left out")
            continue
        record = _without_namespace(said, kind.namespace)
        problem = _objection(kind, record)
        yield Row(number, () if problem else (_key(kind, record), record), problem)


def _format(path: Path) -> Format:
    root = xml_records.root(path) or ""
    for kind in FORMATS:
        if kind.holds(root):
            return kind
    raise _unknown(root)


def _is_of(kind: Format, record: Said) -> bool:
    """Say whether a record is what its name makes it seem: others have a <record> without a namespace too."""
    if kind.namespace != MARC or record["name"].startswith(MARC):
        return True
    return any(
        child["name"] in ("leader", "controlfield", "datafield") for child in record.get("children", ())
    )


def _unknown(root: str) -> Invalid:
    return Invalid(
        "This is XML of a kind that nobody here reads: it begins with <%(root)s>. There are readers for %(known)s.",
        root=root.rpartition("}")[2] or "?",
        known=", ".join(f"{kind.name} (<{kind.around}>, <{kind.record}>)" for kind in FORMATS),
    )


def _is_utf16(path: Path) -> bool:
    with told_plainly(path), gzipped.opened(path) as file:
        return b"\0" in file.read(4)


def _without_namespace(said: Said, namespace: str) -> Said:
    plain = {**said, "name": said["name"].removeprefix(namespace) if namespace else said["name"]}
    if "children" in said:
        plain["children"] = [_without_namespace(child, namespace) for child in said["children"]]
    return plain


def _key(kind: Format, record: Said) -> str:
    """Return what tells a record from all others; "" when it says nothing of the sort."""
    element = Element(record)
    if kind.record == "release":
        return element.attribute("id")
    if kind.namespace == MARC:
        return marc_fields.number(element)
    known = [each for each in element.every("pbcoreIdentifier") if each.text]
    own = [each.text for each in known if each.attribute("source") == AAPB]
    return next(iter([*own, *(f"{each.attribute('source')} {each.text}".strip() for each in known)]), "")


def _objection(kind: Format, record: Said) -> str:
    """Say why a record has no place in the catalogue; "" when it has."""
    return marc_fields.objection(Element(record)) if kind.namespace == MARC else ""
