"""From what a sound file says of itself to a recording: title, date, players, composers. Pure."""

from collections.abc import Sequence

from catalogue.credits import Role
from catalogue.importing import named_people, remarking, rows
from catalogue.importing.mapping import Mapping
from catalogue.importing.publications import PlannedPart, PlannedProgramme
from catalogue.importing.records import GroupPlan, PlannedSource
from catalogue.importing.rows import SourceRow


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
            *named_people.credits(PlannedPart, mapping, row, "leader", Role.PERFORMER),
            *named_people.credits(PlannedPart, mapping, row, "composer", Role.COMPOSER),
        ),
        sources=(PlannedSource(mapping.collection.citation),),
        credit_line=row.texts["credit"],
        description=row.texts["description"] or None,
        duration_ms=row.get("duration", int),
    )
    return GroupPlan.of_one(made, (each.key for each in source), row.remarks)
