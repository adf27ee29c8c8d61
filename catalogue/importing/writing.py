"""Planned entries into the tables and nothing beside the plan.

Agents and sources are looked up once; what no other row refers to waits until a batch is complete and goes in at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from archive.db import Model, db
from catalogue import entries, instruments, places
from catalogue.credits import Certainty, Credit
from catalogue.entries import Entry, EntryKind, Status
from catalogue.entry_files import Holding
from catalogue.identifiers import Identifier
from catalogue.importing.people import People
from catalogue.importing.records import (
    PlannedCollection,
    PlannedConcert,
    PlannedCredit,
    PlannedEntry,
    PlannedPhotograph,
    PlannedRecording,
    PlannedSession,
    PlannedSource,
)
from catalogue.pictures import Image, ImageType
from catalogue.places import PlaceKind
from catalogue.recording_sessions import RecordingSession, SessionType
from catalogue.recordings import LineUp, Recording, Segment
from catalogue.sources import EntrySource, Source

KINDS: dict[type[PlannedEntry], EntryKind] = {
    PlannedCollection: EntryKind.COLLECTION,
    PlannedSession: EntryKind.SESSION,
    PlannedConcert: EntryKind.SESSION,
    PlannedRecording: EntryKind.RECORDING,
    PlannedPhotograph: EntryKind.IMAGE,
}


class Writer:
    """Writes planned entries; remembers the ids of agents, terms and sources while a run lasts."""

    def __init__(self, moment: datetime, comment: str, *, publish: bool) -> None:
        self._moment = moment
        self._comment = comment
        self._publish = publish
        self._people = People()
        self._places: dict[tuple[str, str | None], int] = {}
        self._sources: dict[str, int] = {}
        self._waiting: dict[type[Model], list[dict[str, Any]]] = defaultdict(list)
        self._terms = {code: term.id for code, term in instruments.ensure_all().items()}

    def prepare(self, planned: Sequence[PlannedEntry]) -> None:
        """Find or add the agents of many entries at once."""
        labels = {entry.label for entry in planned if isinstance(entry, PlannedSession) and entry.label}
        self._people.find_or_add((credit for entry in planned for credit in entry.credits), labels)

    def write(
        self, planned: PlannedEntry, entry_id: int | None, parent_id: int | None, session_id: int | None
    ) -> Entry:
        """Make an entry or bring one up to what the plan says; save it, publish it if new and allowed."""
        entry = self._new(planned, parent_id) if entry_id is None else _emptied(entry_id)
        _describe(entry, planned)
        self._cite(entry.id, planned.sources)
        if isinstance(planned, PlannedSession):
            self._describe_session(entry.id, planned)
        if isinstance(planned, PlannedRecording):
            self._describe_recording(entry.id, planned, session_id)
        if isinstance(planned, PlannedConcert):
            entry.place_id = self._place(planned)
        if isinstance(planned, PlannedPhotograph):
            self._describe_photograph(entry, planned)
        if planned.credits:
            credited = [self._credit(entry.id, *numbered) for numbered in enumerate(planned.credits)]
            db.session.execute(insert(Credit), credited)  # now: the history of the entry holds them
        if entry_id is None and self._publish:
            entries.move(entry, Status.PUBLISHED, None, self._comment)
        else:
            entries.save(entry, None, self._comment)
        return entry

    def _new(self, planned: PlannedEntry, parent_id: int | None) -> Entry:
        kind = KINDS[type(planned)]
        level = "collection" if kind is EntryKind.COLLECTION else None
        entry = entries.add(kind, planned.title, self._moment, parent_id=parent_id, level=level)
        if kind is EntryKind.SESSION:
            is_concert = isinstance(planned, PlannedConcert)
            session_type = SessionType.CONCERT if is_concert else SessionType.UNKNOWN
            db.session.add(RecordingSession(entry_id=entry.id, session_type=session_type))
        if kind is EntryKind.RECORDING:
            db.session.add(Recording(entry_id=entry.id, lineup=LineUp.SESSION))
        if kind is EntryKind.IMAGE:
            db.session.add(Image(entry_id=entry.id, image_type=ImageType.PHOTOGRAPH))
        return entry

    def complete(self) -> None:
        """Write what waits, at the end of a batch."""
        for table, rows in self._waiting.items():
            db.session.execute(insert(table), rows)
        self._waiting.clear()

    def _credit(self, entry_id: int, position: int, planned: PlannedCredit) -> dict[str, Any]:
        return {
            "entry_id": entry_id,
            "position": position,
            "agent_id": self._people.id_of(planned),
            "role": planned.role,
            "instrument_id": self._terms[planned.instrument] if planned.instrument else None,
            "instrument_text": planned.instrument_text,
            "leader": planned.leader,
            "credited_as": planned.credited_as,
            "certainty": Certainty.CERTAIN,
        }

    def _cite(self, entry_id: int, sources: Iterable[PlannedSource]) -> None:
        for source in sources:
            cited = {"source_id": self._source(source), "field": source.field, "note": source.note}
            self._waiting[EntrySource].append({"entry_id": entry_id, **cited})

    def _source(self, planned: PlannedSource) -> int:
        known = self._sources.get(planned.citation)
        if known is None:
            source = db.session.scalar(select(Source).where(Source.citation == planned.citation))
            if source is None:
                source = Source(citation=planned.citation, url=planned.url)
                db.session.add(source)
                db.session.flush()
            known = self._sources[planned.citation] = source.id
        return known

    def _describe_session(self, entry_id: int, planned: PlannedSession) -> None:
        session = db.session.get_one(RecordingSession, entry_id)
        session.label_id = self._people.id_of_label(planned.label) if planned.label else None

    def _place(self, planned: PlannedConcert) -> int | None:
        if planned.venue is None:
            return None
        key = (planned.venue, planned.city)
        if key not in self._places:
            city = places.ensure(PlaceKind.CITY, planned.city) if planned.city else None
            self._places[key] = places.ensure(PlaceKind.VENUE, planned.venue, city).id
        return self._places[key]

    def _describe_photograph(self, entry: Entry, planned: PlannedPhotograph) -> None:
        entry.shelfmark = planned.shelfmark
        image = db.session.get_one(Image, entry.id)
        image.width_mm, image.height_mm = planned.width_mm, planned.height_mm
        if planned.carrier_nl:
            carrier = {"carrier_nl": planned.carrier_nl, "carrier_en": planned.carrier_en}
            self._waiting[Holding].append({"entry_id": entry.id, **carrier})

    def _describe_recording(self, entry_id: int, planned: PlannedRecording, session_id: int | None) -> None:
        recording = db.session.get_one(Recording, entry_id)
        recording.session_id, recording.position = session_id, planned.position
        recording.take, recording.take_status = planned.take, planned.take_status
        for scheme, value in planned.identifiers:
            self._waiting[Identifier].append({"scheme": scheme, "value": value, "entry_id": entry_id})
        for solo in planned.solos:
            self._waiting[Segment].append({"recording_id": entry_id, **asdict(solo)})


def _emptied(entry_id: int) -> Entry:
    """Take off an entry what the plan gives it anew. Nobody else has put anything there: then it is held back."""
    db.session.execute(delete(Credit).where(Credit.entry_id == entry_id))
    db.session.execute(delete(EntrySource).where(EntrySource.entry_id == entry_id))
    db.session.execute(delete(Identifier).where(Identifier.entry_id == entry_id))
    db.session.execute(delete(Holding).where(Holding.entry_id == entry_id))
    db.session.execute(delete(Segment).where(Segment.recording_id == entry_id))
    return db.session.get_one(Entry, entry_id)


def _describe(entry: Entry, planned: PlannedEntry) -> None:
    entry.title, entry.title_lang = planned.title, planned.title_lang
    has_english = planned.title_en and planned.title_en != planned.title
    entry.alt_titles = [{"text": planned.title_en, "lang": "en", "kind": "supplied"}] if has_english else []
    entry.credit_line = planned.credit_line
    entries.set_date(entry, planned.date_text)
    if isinstance(planned, PlannedCollection | PlannedConcert):
        entry.description_nl, entry.description_en = planned.description_nl, planned.description_en
