"""Small XML files for the tests of imports, and what an import would make of one, without a database."""

from pathlib import Path

from catalogue.importing import plan, readers, survey
from catalogue.importing.publications import PlannedDocument
from catalogue.importing.records import GroupPlan
from catalogue.importing.remarks import Look

PBCORE = "http://www.pbcore.org/PBCore/PBCoreNamespace.html"
MARC = "http://www.loc.gov/MARC21/slim"


def written(folder: Path, text: str, name: str = "records.xml", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def releases(*inside: str) -> str:
    """A Discogs file: each release with a number of its own, and what it says."""
    made = "".join(
        f'<release id="{at}" status="Accepted">{said}</release>' for at, said in enumerate(inside, start=1)
    )
    return f"<releases>{made}</releases>"


def programme(inside: str) -> str:
    """A PBCore file of one record with a number."""
    number = '<pbcoreIdentifier source="http://americanarchiveinventory.org">cpb-aacip/1</pbcoreIdentifier>'
    return f'<pbcoreDescriptionDocument xmlns="{PBCORE}">{number}{inside}</pbcoreDescriptionDocument>'


def marc(*fields: str, leader: str = "00000cjm a2200000I  450 ", number: str = "1") -> str:
    """A MARCXML file of one record; a field is written "245 10 $aTitle $bMore"."""
    made = "".join(_field(field) for field in fields)
    control = f'<leader>{leader}</leader><controlfield tag="001">{number}</controlfield>'
    return f'<collection xmlns="{MARC}"><record>{control}{made}</record></collection>'


def _field(said: str) -> str:
    tag, first, second, rest = said[:3], said[4], said[5], said[7:]
    parts = "".join(
        f'<subfield code="{part[0]}">{part[1:].strip()}</subfield>' for part in rest.split("$")[1:]
    )
    return f'<datafield tag="{tag}" ind1="{first}" ind2="{second}">{parts}</datafield>'


def planned(path: Path) -> list[GroupPlan]:
    """Plan all records of a file."""
    with survey.taken(readers.look(path), None) as surveyed:
        return [plan.group(surveyed.mapping, surveyed.rows_of(key)) for key in surveyed.sessions]


def first(folder: Path, text: str) -> PlannedDocument:
    """Plan the first record of a text."""
    head = planned(written(folder, text))[0].head
    assert isinstance(head, PlannedDocument)
    return head


def remarks(folder: Path, text: str, kind: Look) -> list[tuple[str, str]]:
    """Column and value of what the report would say of a text, of one kind."""
    groups = planned(written(folder, text))
    return [(said.column, said.value) for group in groups for said in group.remarks if said.kind is kind]
