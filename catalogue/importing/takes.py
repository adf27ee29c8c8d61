"""From the rows of one session, a solo each, to the session, its recordings and the solos in them. Pure."""

import difflib
from collections.abc import Iterable, Sequence

from catalogue import folding, instruments
from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.importing import nested, parsing, remarking, rows, solos
from catalogue.importing.mapping import Mapping, Shape
from catalogue.importing.records import (
    GroupPlan,
    PlannedCredit,
    PlannedRecording,
    PlannedSession,
    PlannedSource,
)
from catalogue.importing.remarks import Look
from catalogue.importing.rows import ReadRow, SourceRow
from catalogue.importing.tables import row_number
from catalogue.recordings import TakeStatus


def group(mapping: Mapping, source: Sequence[SourceRow]) -> GroupPlan:
    """Plan the rows of one session, given in their order."""
    read = [rows.read(mapping, row) for row in source]
    _check_agreement(mapping, read)
    for row in read:
        remarking.check_date(mapping, row)
        _check_soloist(mapping, row)
    takes: dict[str, list[ReadRow]] = {}
    for row in read:
        takes.setdefault(rows.recording_key(mapping, row.row.cells), []).append(row)
    key = rows.session_key(mapping, source[0].cells)
    return GroupPlan(
        head=_session(mapping, key, read),
        parts=tuple(
            _recording(mapping, take_key, key, position, take)
            for position, (take_key, take) in enumerate(takes.items(), start=1)
        ),
        entry_of={row.row.key: take_key for take_key, take in takes.items() for row in take},
        names=tuple(name for row in read if row.row.line for name in _line_up(mapping, row).names),
        labels=tuple(label for row in read if (label := row.texts["label"])),
        remarks=tuple(remark for row in read for remark in row.remarks),
    )


def _session(mapping: Mapping, key: str, read: Sequence[ReadRow]) -> PlannedSession:
    first = read[0]
    return PlannedSession(
        key=key,
        title=mapping.wording("session_title_nl", first.texts),
        title_lang="nl",
        title_en=mapping.wording("session_title_en", first.texts),
        date_text=first.texts["date"] or None,
        credits=tuple(players(mapping, first)),
        sources=(*_citations(mapping, read), *_line_up_as_written(mapping, first)),
        credit_line=mapping.collection.credit_line,
        label=first.texts["label"] or None,
        venue=mapping.words.venues.get(first.texts["venue"]) or mapping.wording("venue", first.texts) or None,
        city=mapping.words.city or None,
    )


def _recording(
    mapping: Mapping, key: str, session_key: str, position: int, take: Sequence[ReadRow]
) -> PlannedRecording:
    first = take[0]
    return PlannedRecording(
        key=key,
        title=first.texts["title"],
        title_lang=None,
        title_en=None,
        date_text=first.texts["date"] or None,
        credits=tuple(_composers(mapping, first)),
        sources=tuple(_citations(mapping, take)),
        credit_line=mapping.collection.credit_line,
        session_key=session_key,
        position=position,
        take=first.texts["take"] or None,
        take_status=_take_status(first),
        identifiers=tuple(dict.fromkeys(("mbid", mbid) for row in take if (mbid := row.get("mbid", str)))),
        solos=tuple(solos.of_take(mapping, take)) if mapping.shape is Shape.SOLO else (),
        shelfmark=first.texts["shelfmark"] or None,
        description_nl=mapping.wording("description_nl", first.texts),
        description_en=mapping.wording("description_en", first.texts),
        duration_ms=next((found for row in take if (found := row.get("duration", int))), None),
    )


def names(mapping: Mapping, row: ReadRow) -> tuple[str, ...]:
    """Give the names of a line-up as they stand."""
    return _line_up(mapping, row).names


def _line_up(mapping: Mapping, row: ReadRow) -> parsing.LineUp:
    """Give the line-up as one column writes it, and whoever the columns for single instruments name."""
    said = row.get("lineup", parsing.LineUp) or parsing.LineUp((), (), ())
    single = [
        parsing.Player(name, (instrument,))
        for column, instrument in mapping.players.items()
        if (written := nested.text(row.row.cells.get(column)))
        for name in parsing.composers(written).names
    ]
    names = dict.fromkeys(player.name for player in single)
    return parsing.LineUp((*said.names, *names), (*said.players, *single), said.notes)


def players(mapping: Mapping, row: ReadRow) -> Iterable[PlannedCredit]:
    """Give a credit for each instrument of each player, in the order of the source."""
    line_up, column = _line_up(mapping, row), mapping.column("lineup") or ", ".join(mapping.players)
    leader, record = row.texts["leader"], row.texts["record"]
    for note in line_up.notes:
        row.remark(Look.LINE_UP, column, note, "check the line-up")
    for position, player in enumerate(line_up.players):
        is_leader = player.name == leader or (
            not leader and position == 0 and _begins_with(record, player.name)
        )
        for word in player.instruments or ("",):
            instrument, role = instruments.find(word), instruments.find_role(word)
            if word and not instrument and not role:
                row.remark(Look.INSTRUMENT, column, word, f"instrument of {player.name}; add it to the list")
            yield PlannedCredit(
                role=role or Role.PERFORMER,
                name=player.name,
                agent_kind=AgentKind.PERSON,
                instrument=instrument.code if instrument else None,
                instrument_text=word or None,
                leader=is_leader and role is None,
            )
    if leader and leader not in {player.name for player in line_up.players}:
        row.remark(Look.LINE_UP, mapping.column("leader"), leader, "leads, and is not in the line-up")
        yield PlannedCredit(Role.PERFORMER, leader, AgentKind.PERSON, leader=True)


def _begins_with(record: str, name: str) -> bool:
    # The source names no leaders. First in the line-up and first on the sleeve is as sure as it gets.
    return folding.fold(record).startswith(folding.fold(name))


def _composers(mapping: Mapping, row: ReadRow) -> Iterable[PlannedCredit]:
    people = row.get("composer", parsing.People)
    if people is None:
        return
    written = row.texts["composer"]
    if people.is_group:
        row.remark(
            Look.COMPOSERS, mapping.column("composer"), written, "several makers; take them apart by hand"
        )
    for name in people.names:
        yield PlannedCredit(
            role=Role.COMPOSER,
            name=name,
            agent_kind=None if people.is_group else AgentKind.PERSON,
            credited_as=written if people.is_group or written != name else None,
        )


def _citations(mapping: Mapping, read: Sequence[ReadRow]) -> list[PlannedSource]:
    said = (mapping.wording("citation", row.texts) for row in read)
    return [PlannedSource(citation) for citation in dict.fromkeys(said) if citation]


def _line_up_as_written(mapping: Mapping, row: ReadRow) -> list[PlannedSource]:
    written = row.texts["lineup"] or "; ".join(
        f"{text} ({instrument})"
        for column, instrument in mapping.players.items()
        if (text := nested.text(row.row.cells.get(column)))
    )
    if not written and mapping.shape is not Shape.SOLO:
        return [PlannedSource(mapping.collection.citation, url=mapping.collection.url)]
    return [PlannedSource(mapping.collection.citation, "credits", written, mapping.collection.url)]


def _take_status(row: ReadRow) -> TakeStatus:
    if folding.fold(row.texts["take"]).startswith("alternate"):
        return TakeStatus.ALTERNATE
    return TakeStatus.ISSUED if row.texts["record"] else TakeStatus.UNKNOWN


def _check_soloist(mapping: Mapping, row: ReadRow) -> None:
    soloist, names = row.texts["soloist"], [player.name for player in _line_up(mapping, row).players]
    if not soloist or soloist in names:
        return
    near = difflib.get_close_matches(soloist, names, n=1)
    message = f"spelt “{near[0]}” in the line-up" if near else "nobody in the line-up has a name like it"
    row.remark(Look.SOLOIST, mapping.column("soloist"), soloist, message)


def _check_agreement(mapping: Mapping, read: Sequence[ReadRow]) -> None:
    """Say where rows of one session name different labels: the session takes the first."""
    for row in read[1:]:
        label = row.texts["label"]
        if label != read[0].texts["label"]:
            message = f"the session has “{read[0].texts['label']}”, from line {row_number(read[0].row.line)}"
            row.remark(Look.DISAGREEMENT, mapping.column("label"), label, message)
