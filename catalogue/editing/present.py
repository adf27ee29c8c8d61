"""What an entry says now, with all its parts, and the same as it would be typed in the form."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from archive.db import Model, db
from catalogue import credits, entry_files, identifiers, recordings, relations, releases, sources, terms
from catalogue.agents import Agent
from catalogue.credits import Credit
from catalogue.editing import forms, picking, typed, values
from catalogue.editing.fields import Control, Field, Table
from catalogue.editing.values import ID, PICK, Row, Values
from catalogue.entries import Entry, EntryKind
from catalogue.entry_files import Holding
from catalogue.identifiers import Identifier
from catalogue.performances import Performance
from catalogue.pictures import Image
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import Recording, Segment
from catalogue.relations import Relation
from catalogue.releases import Release, Track
from catalogue.sources import EntrySource
from catalogue.terms import Term
from catalogue.works import Work

PARTS: dict[EntryKind, type[Model]] = {
    EntryKind.SESSION: RecordingSession,
    EntryKind.RECORDING: Recording,
    EntryKind.IMAGE: Image,
    EntryKind.WORK: Work,
    EntryKind.RELEASE: Release,
    EntryKind.PERFORMANCE: Performance,
}


@dataclass(frozen=True)
class Described:
    """An entry with its parts; `part` is what its kind adds, None where that was never filled in."""

    entry: Entry
    part: Any
    people: Sequence[Credit]
    words: Sequence[Term]  # genres and subjects
    identifiers: Sequence[Identifier]
    relations: Sequence[Relation]
    sources: Sequence[EntrySource]
    carriers: Sequence[Holding]
    segments: Sequence[Segment]
    tracks: Sequence[Track]
    vocabulary: Sequence[Term]  # all words there are
    agents: dict[int, Agent]  # those that fields point to
    entries: dict[int, Entry]


def read(entry: Entry) -> Described:
    """Read all that an entry says, in a query for each part."""
    kind = entry.kind
    part = part_of(entry)
    vocabulary = list(db.session.scalars(select(Term).order_by(Term.id)))
    word_ids = set(terms.of_entry(entry.id))
    return Described(
        entry=entry,
        part=part,
        people=credits.of(entry.id)[entry.id],
        words=[word for word in vocabulary if word.id in word_ids],
        identifiers=identifiers.of_entry(entry.id),
        relations=relations.of(entry.id),
        sources=sources.of_entry(entry.id),
        carriers=entry_files.carriers(entry.id),
        segments=recordings.segments(entry.id) if kind is EntryKind.RECORDING else (),
        tracks=releases.tracks(entry.id) if kind is EntryKind.RELEASE else (),
        vocabulary=vocabulary,
        agents=_pointed(entry, part, Control.AGENT, Agent),
        entries=_pointed(entry, part, Control.ENTRY, Entry),
    )


def part_of(entry: Entry) -> Any:
    """Return what the kind of an entry adds to it; None for a collection, or where that was never filled in."""
    table = PARTS.get(entry.kind)
    return db.session.get(table, entry.id) if table else None


def next_position(session_id: int) -> int:
    """Return the place after the last recording of a session."""
    last = db.session.scalar(select(func.max(Recording.position)).where(Recording.session_id == session_id))
    return (last or 0) + 1


def as_typed(described: Described) -> Values:
    """Write what an entry says as its form would send it."""
    typed_values: Values = {}
    groups = forms.groups_of(described.entry.kind)
    for group in groups:
        for field in group.fields:
            typed_values |= _single(field, described.entry, described)
        for field in group.part_fields:
            typed_values |= _single(field, described.part, described)
        for table in group.tables:
            typed_values |= values.of_rows(table, _rows(table, described))
    return typed_values


def people_rows(table: Table, people: Iterable[Credit], *, with_ids: bool) -> list[Row]:
    """Write credits as rows; those of a session are copied without saying which they were."""
    rows = []
    for credit in people:
        row = _row(table, credit)
        row["name"], row["name" + PICK] = _pick(credit.agent)
        instrument, row["instrument" + PICK] = _pick(credit.instrument)
        row["instrument"] = instrument or credit.instrument_text or ""
        row["leader"] = "1" if credit.leader else ""
        row[ID] = str(credit.id) if with_ids else ""
        rows.append(row)
    return rows


def _single(field: Field, owner: Any, described: Described) -> Values:
    value: Any = getattr(owner, field.target, None)
    if not field.is_pick:
        return {field.name: [typed.write(field, value)]}
    thing: Any = None
    if field.control is Control.PLACE:
        thing = described.entry.place
    elif field.control is Control.TERM:
        thing = next((term for term in described.vocabulary if term.id == value), None)
    else:
        thing = (described.agents if field.control is Control.AGENT else described.entries).get(value)
    text, pick = _pick(thing)
    return {field.name: [text], field.name + PICK: [pick]}


def _rows(table: Table, described: Described) -> list[Row]:
    if table.name == "people":
        return people_rows(table, described.people, with_ids=True)
    return _ROWS[table.name](table, described)


def _words(table: Table, described: Described) -> list[Row]:
    scheme = table.columns[0].of
    named = [_pick(word) for word in described.words if word.scheme.value == scheme]
    return [{"term": text, "term" + PICK: pick} for text, pick in named]


def _relations(described: Described) -> list[Row]:
    named = [(relation.kind.value, *_pick(relation.target)) for relation in described.relations]
    return [{"kind": kind, "entry": text, "entry" + PICK: pick} for kind, text, pick in named]


def _sources(table: Table, described: Described) -> list[Row]:
    return [_row(table, source) | {"citation": source.source.citation} for source in described.sources]


def _titles(table: Table, described: Described) -> list[Row]:
    return [
        {column.name: str(title.get(column.name) or "") for column in table.columns}
        for title in described.entry.alt_titles
    ]


def _carriers(table: Table, described: Described) -> list[Row]:
    return [_row(table, carrier) | {ID: str(carrier.id)} for carrier in described.carriers]


def _tracks(table: Table, described: Described) -> list[Row]:
    rows = []
    for track in described.tracks:
        row = _row(table, track) | {ID: str(track.id)}
        row["recording"], row["recording" + PICK] = _pick(track.recording)
        rows.append(row)
    return rows


_ROWS: dict[str, Callable[[Table, Described], list[Row]]] = {
    "alt_titles": _titles,
    "genres": _words,
    "subjects": _words,
    "identifiers": lambda table, described: [_row(table, one) for one in described.identifiers],
    "relations": lambda _table, described: _relations(described),
    "sources": _sources,
    "carriers": _carriers,
    "segments": lambda table, described: [_row(table, one) for one in described.segments],
    "tracks": _tracks,
}


def _row(table: Table, thing: Any) -> Row:
    """Write the plain columns of a row."""
    plain = [column for column in table.columns if not column.is_pick and column.control is not Control.CHECK]
    return {column.name: typed.write(column, getattr(thing, column.target, None)) for column in plain}


def _pick(thing: Agent | Entry | Term | None) -> tuple[str, str]:
    if thing is None:
        return "", ""
    return picking.name_of(thing), thing.code if isinstance(thing, Term) else thing.pid


def _pointed(entry: Entry, part: Any, control: Control, table: Any) -> dict[int, Any]:
    """Read in one query what the single fields point to."""
    ids = set()
    for group in forms.groups_of(entry.kind):
        for owner, fields in ((entry, group.fields), (part, group.part_fields)):
            ids |= {getattr(owner, field.target, None) for field in fields if field.control is control}
    wanted = ids - {None}
    if not wanted:
        return {}
    return {thing.id: thing for thing in db.session.scalars(select(table).where(table.id.in_(wanted)))}
