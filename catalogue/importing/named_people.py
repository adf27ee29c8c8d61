"""Credits for the people whom one cell of a row names. Pure."""

from collections.abc import Iterator
from typing import TypeVar

from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.importing import parsing
from catalogue.importing.mapping import Mapping
from catalogue.importing.records import PlannedCredit
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow

Credit = TypeVar("Credit", bound=PlannedCredit)


def credits(make: type[Credit], mapping: Mapping, row: ReadRow, field: str, role: Role) -> Iterator[Credit]:
    """Give a credit for each of the people in a field; names that cannot be taken apart stay a text."""
    people = row.get(field, parsing.People)
    if people is None:
        return
    if people.is_group:
        row.remark(
            Look.NAMES_TOGETHER,
            mapping.column(field),
            row.texts[field],
            "several people; take them apart by hand",
        )
    for name in people.names:
        kind = None if people.is_group else AgentKind.PERSON
        yield make(role, name, kind, credited_as=row.texts[field] if people.is_group else None)
