"""From the row of one photograph to its entry: title, date, carrier, size and who took it. Pure."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.importing import named_people, remarking, rows
from catalogue.importing.mapping import Mapping
from catalogue.importing.records import (
    GroupPlan,
    PlannedCredit,
    PlannedPerson,
    PlannedPhotograph,
    PlannedSource,
)
from catalogue.importing.rows import ReadRow, SourceRow

MM_PER_INCH = Decimal("25.4")


def group(mapping: Mapping, source: Sequence[SourceRow]) -> GroupPlan:
    """Plan one photograph; of several rows with its key the first."""
    row = rows.read(mapping, source[0])
    remarking.check_date(mapping, row)
    key = rows.session_key(mapping, source[0].cells)
    head = _photograph(mapping, key, row)
    names = (credit.name for credit in head.credits) if source[0].line else ()
    return GroupPlan.of_one(head, (each.key for each in source), row.remarks, names)


def _photograph(mapping: Mapping, key: str, row: ReadRow) -> PlannedPhotograph:
    return PlannedPhotograph(
        key=key,
        title=row.texts["title"],
        title_lang=mapping.collection.lang,
        title_en=None,
        date_text=row.texts["date"] or None,
        credits=(
            *_photographers(row),
            *named_people.credits(PlannedCredit, mapping, row, "photographers", Role.PHOTOGRAPHER),
            *named_people.credits(PlannedCredit, mapping, row, "depicted", Role.DEPICTED),
        ),
        sources=(PlannedSource(mapping.collection.citation, url=mapping.collection.url),),
        credit_line=mapping.wording("credit_line", row.texts) or mapping.collection.credit_line,
        shelfmark=row.texts["shelfmark"] or None,
        carrier_nl=mapping.wording("carrier_nl", row.texts),
        carrier_en=mapping.wording("carrier_en", row.texts),
        width_mm=_in_mm(row.get("width", Decimal)),
        height_mm=_in_mm(row.get("height", Decimal)),
        description_nl=mapping.wording("description_nl", row.texts),
        description_en=mapping.wording("description_en", row.texts),
    )


def _photographers(row: ReadRow) -> Iterable[PlannedPerson]:
    for person in row.get("photographers", tuple) or ():
        yield PlannedPerson(
            role=Role.PHOTOGRAPHER,
            name=person.name,
            agent_kind=AgentKind.PERSON,
            identifiers=person.identifiers,
        )


def _in_mm(inches: Decimal | None) -> int | None:
    """Turn inches into whole millimetres."""
    return None if inches is None else int((inches * MM_PER_INCH).quantize(Decimal(1), ROUND_HALF_UP))
