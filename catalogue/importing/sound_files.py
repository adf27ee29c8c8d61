"""From what a sound file says of itself to a recording: title, date, players, composers. Pure."""

from collections.abc import Iterator, Sequence

from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.importing import parsing, remarking, rows
from catalogue.importing.mapping import Mapping
from catalogue.importing.publications import PlannedPart, PlannedProgramme
from catalogue.importing.records import GroupPlan, PlannedSource
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow, SourceRow


def group(mapping: Mapping, source: Sequence[SourceRow]) -> GroupPlan:
    """Plan the recording of one file."""
    row = rows.read(mapping, source[0])
    remarking.check_date(mapping, row)
    key = rows.session_key(mapping, source[0].cells)
    made = PlannedProgramme(
        key=key,
        title=row.texts["title"],
        title_lang=None,
        title_en=None,
        date_text=row.texts["date"] or None,
        credits=(
            *_named(mapping, row, "leader", Role.PERFORMER),
            *_named(mapping, row, "composer", Role.COMPOSER),
        ),
        sources=(PlannedSource(mapping.collection.citation),),
        credit_line=row.texts["credit"],
        description=row.texts["description"] or None,
        duration_ms=row.get("duration", int),
    )
    return GroupPlan.of_one(made, (each.key for each in source), row.remarks)


def _named(mapping: Mapping, row: ReadRow, field: str, role: Role) -> Iterator[PlannedPart]:
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
        yield PlannedPart(role, name, kind, credited_as=row.texts[field] if people.is_group else None)
