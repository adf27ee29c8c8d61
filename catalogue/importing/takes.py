"""From the rows of one session to what they say: the session, its recordings, the solos in them. Pure."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalogue import dates, folding, instruments
from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.importing import parsing, rows, solos
from catalogue.importing.mapping import Mapping
from catalogue.importing.records import (
    PlannedCollection,
    PlannedCredit,
    PlannedEntry,
    PlannedRecording,
    PlannedSession,
    PlannedSource,
)
from catalogue.importing.remarks import Look, Remark
from catalogue.importing.rows import ReadRow, SourceRow
from catalogue.recordings import TakeStatus

COLLECTION_KEY = "collection"


@dataclass(frozen=True)
class GroupPlan:
    """What the rows of one session become; `recording_of` gives the key of the recording of each row."""

    session: PlannedSession
    recordings: tuple[PlannedRecording, ...]
    recording_of: dict[str, str]
    names: tuple[str, ...]  # of the line-ups of all rows of the table, as read, one for each credit
    labels: tuple[str, ...]
    remarks: tuple[Remark, ...]

    @property
    def entries(self) -> tuple[PlannedEntry, ...]:
        """All entries of the session, itself first."""
        return (self.session, *self.recordings)


def group(mapping: Mapping, source: Sequence[SourceRow]) -> GroupPlan:
    """Plan the rows of one session, given in their order."""
    read = [rows.read(mapping, row) for row in source]
    _check_agreement(mapping, read)
    for row in read:
        _check_date(mapping, row)
        _check_soloist(mapping, row)
    takes: dict[str, list[ReadRow]] = {}
    for row in read:
        takes.setdefault(rows.recording_key(mapping, row.row.cells), []).append(row)
    key = rows.session_key(mapping, source[0].cells)
    return GroupPlan(
        session=_session(mapping, key, read),
        recordings=tuple(
            _recording(mapping, take_key, key, position, take)
            for position, (take_key, take) in enumerate(takes.items(), start=1)
        ),
        recording_of={row.row.key: take_key for take_key, take in takes.items() for row in take},
        names=tuple(name for row in read if row.row.line for name in _line_up(row).names),
        labels=tuple(label for row in read if (label := row.texts["label"])),
        remarks=tuple(remark for row in read for remark in row.remarks),
    )


def collection(mapping: Mapping) -> PlannedCollection:
    """Plan the collection that all entries of a mapping hang under."""
    words = mapping.collection
    return PlannedCollection(
        key=COLLECTION_KEY,
        title=words.title_nl,
        title_lang="nl",
        title_en=words.title_en,
        date_text=None,
        credits=(),
        sources=(PlannedSource(words.citation, url=words.url),),
        credit_line=words.credit_line,
        description_nl=words.description_nl.strip(),
        description_en=words.description_en.strip(),
    )


def _session(mapping: Mapping, key: str, read: Sequence[ReadRow]) -> PlannedSession:
    first = read[0]
    return PlannedSession(
        key=key,
        title=mapping.wording("session_title_nl", first.texts),
        title_lang="nl",
        title_en=mapping.wording("session_title_en", first.texts),
        date_text=first.texts["date"] or None,
        credits=tuple(_players(mapping, first)),
        sources=(*_citations(mapping, read), _line_up_as_written(mapping, first)),
        credit_line=mapping.collection.credit_line,
        label=first.texts["label"] or None,
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
        solos=tuple(solos.of_take(mapping, take)),
    )


def _line_up(row: ReadRow) -> parsing.LineUp:
    return row.get("lineup", parsing.LineUp) or parsing.LineUp((), (), ())


def _players(mapping: Mapping, row: ReadRow) -> Iterable[PlannedCredit]:
    """Give a credit for each instrument of each player, in the order of the source."""
    line_up, column = _line_up(row), mapping.column("lineup")
    for note in line_up.notes:
        row.remark(Look.LINE_UP, column, note, "check the line-up")
    for position, player in enumerate(line_up.players):
        is_leader = position == 0 and _begins_with(row.texts["record"], player.name)
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


def _line_up_as_written(mapping: Mapping, row: ReadRow) -> PlannedSource:
    return PlannedSource(mapping.collection.citation, "credits", row.texts["lineup"], mapping.collection.url)


def _take_status(row: ReadRow) -> TakeStatus:
    if folding.fold(row.texts["take"]).startswith("alternate"):
        return TakeStatus.ALTERNATE
    return TakeStatus.ISSUED if row.texts["record"] else TakeStatus.UNKNOWN


def _check_date(mapping: Mapping, row: ReadRow) -> None:
    written, year = row.texts["date"], row.get("year", int)
    if not written:
        return
    reading, column = dates.read(written), mapping.column("date")
    if reading.note is not None or not reading.certain:
        why = reading.note.value if reading.note else "uncertain"
        row.remark(Look.DATE, column, written, f"read as {reading.edtf or 'no date'} ({why})")
    if year is not None and not _holds(reading.lo, reading.hi, year):
        row.remark(Look.YEAR, column, written, f"read as {reading.edtf}, which does not hold the year {year}")


def _holds(lo: int | None, hi: int | None, year: int) -> bool:
    return (lo is None or lo // 10_000 <= year) and (hi is None or year <= hi // 10_000)


def _check_soloist(mapping: Mapping, row: ReadRow) -> None:
    soloist, names = row.texts["soloist"], [player.name for player in _line_up(row).players]
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
            message = f"the session has “{read[0].texts['label']}”, from line {read[0].row.line}"
            row.remark(Look.DISAGREEMENT, mapping.column("label"), label, message)
