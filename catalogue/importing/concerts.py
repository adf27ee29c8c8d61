"""From the row of one concert to its session: date, hall, who did what, and the programme. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from catalogue import instruments
from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.importing import remarking, rows, takes
from catalogue.importing.mapping import Mapping
from catalogue.importing.nested import Performed, Person, Piece
from catalogue.importing.records import GroupPlan, PlannedConcert, PlannedPerson, PlannedSource
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow, SourceRow


def group(mapping: Mapping, source: Sequence[SourceRow]) -> GroupPlan:
    """Plan one concert; of several rows with its key the first."""
    row = rows.read(mapping, source[0])
    remarking.check_date(mapping, row)
    people, key = _people(row), rows.session_key(mapping, source[0].cells)
    head = _concert(mapping, key, row, people)
    names = (*(person.name for person in people), *takes.names(mapping, row)) if source[0].line else ()
    return GroupPlan.of_one(head, (each.key for each in source), row.remarks, names)


def _concert(mapping: Mapping, key: str, row: ReadRow, people: Sequence[Person]) -> PlannedConcert:
    said = {**row.texts, "pieces": _pieces(row)}
    return PlannedConcert(
        key=key,
        title=row.texts["title"],
        title_lang=mapping.collection.lang,
        title_en=None,
        date_text=row.texts["date"] or None,
        credits=(
            *(credit for person in people for credit in _credits(mapping, row, person)),
            *takes.players(mapping, row),
        ),
        sources=(PlannedSource(mapping.collection.citation, url=mapping.collection.url),),
        credit_line=mapping.collection.credit_line,
        venue=mapping.words.venues.get(said["venue"]) or mapping.wording("venue", said) or None,
        city=mapping.words.city or None,
        description_nl=mapping.wording("description_nl", said),
        description_en=mapping.wording("description_en", said),
        shelfmark=row.texts["shelfmark"] or None,
    )


def _credits(mapping: Mapping, row: ReadRow, person: Person) -> Iterable[PlannedPerson]:
    """Give a credit for each thing that somebody did; for who did nothing that the source names, one all the same."""
    leads = any(word in mapping.words.leading for word in person.roles)
    words = [word for word in person.roles if word not in mapping.words.leading] or [""]
    for word in words:
        role, instrument = _meaning(mapping, row, word)
        yield PlannedPerson(
            role=role,
            name=person.name,
            agent_kind=AgentKind.PERSON,
            instrument=instrument,
            instrument_text=word.replace("_", " ") or None,
            leader=leads and role is Role.PERFORMER,
            identifiers=person.identifiers,
        )


def _meaning(mapping: Mapping, row: ReadRow, word: str) -> tuple[Role, str | None]:
    """Say what a source's word for a part means: a role, and the code of the instrument if it is one."""
    meant = mapping.words.played.get(word, word)
    if role := instruments.find_role(meant):
        return role, None
    instrument = instruments.find(meant)
    if meant and instrument is None:
        row.remark(
            Look.INSTRUMENT,
            mapping.column("players") or mapping.column("programme"),
            word,
            "add it to the list, or to the mapping",
        )
    return Role.PERFORMER, instrument.code if instrument else None


def _people(row: ReadRow) -> tuple[Person, ...]:
    """Give whoever the row names for the concert, and then whoever played in any of its pieces, each once."""
    found: dict[tuple[object, ...], Person] = {}
    played: Iterable[Performed] = row.get("programme", tuple) or ()
    for person in (
        *(row.get("players", tuple) or ()),
        *(person for piece in played for person in piece.people),
    ):
        who = (person.name, person.identifiers)
        roles = found[who].roles if who in found else ()
        found[who] = replace(person, roles=tuple(dict.fromkeys((*roles, *person.roles))))
    return tuple(found.values())


def _pieces(row: ReadRow) -> str:
    played: Iterable[Performed] = row.get("programme", tuple) or ()
    return "\n".join(map(_performed, played)) or _programme(row.get("pieces", tuple) or ())


def _performed(piece: Performed) -> str:
    who = ", ".join(
        f"{person.name} ({', '.join(word.replace('_', ' ') for word in person.roles)})"
        if person.roles
        else person.name
        for person in piece.people
    )
    return _programme([piece]) + (f": {who}" if who else "")


def _programme(pieces: Iterable[Piece]) -> str:
    said = (f"{piece.title} ({piece.composer})" if piece.composer else piece.title for piece in pieces)
    return "; ".join(dict.fromkeys(said))
