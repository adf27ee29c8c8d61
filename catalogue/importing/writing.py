"""Planned entries into the tables and nothing beside the plan.

Agents and sources are looked up once; what no other row refers to waits until a batch is complete and goes in at once.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from archive.db import Model, db
from catalogue import entries, instruments, places
from catalogue.credits import Certainty, Credit
from catalogue.entries import Entry, EntryKind
from catalogue.entry_files import Holding
from catalogue.identifiers import Identifier
from catalogue.importing import saving, writing_documents
from catalogue.importing.people import People
from catalogue.importing.publications import PlannedDocument, PlannedPart, PlannedProgramme, PlannedRelease
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
    PlannedRelease: EntryKind.RELEASE,
    PlannedProgramme: EntryKind.RECORDING,
}
# What a new row holds beyond what the plan says.
FIRST_DETAILS: dict[type[PlannedEntry], dict[str, Any]] = {
    PlannedSession: {"session_type": SessionType.UNKNOWN},
    PlannedConcert: {"session_type": SessionType.CONCERT},
    PlannedRecording: {"lineup": LineUp.SESSION},
    PlannedPhotograph: {"image_type": ImageType.PHOTOGRAPH},
    PlannedRelease: {},
    PlannedProgramme: {"lineup": LineUp.OWN},
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
        self._added: dict[str, Entry] = {}  # new ones that are still to be filled in, by key
        self._filled_in: list[Entry] = []
        self._terms = {code: term.id for code, term in instruments.ensure_all().items()}
        self._documents = writing_documents.Documents()

    def prepare(self, due: Sequence[PlannedEntry], new: Collection[str], parent_id: int | None) -> None:
        """Find or add all whom some entries name; add those entries that are `new`, by their keys."""
        labels = {entry.label for entry in due if isinstance(entry, PlannedSession) and entry.label}
        self._people.find_or_add(writing_documents.named(due), labels)
        self._added = {planned.key: self._blank(planned, parent_id) for planned in due if planned.key in new}
        db.session.add_all(self._added.values())
        db.session.flush()

    def write(self, planned: PlannedEntry, entry_id: int | None, session_id: int | None) -> Entry:
        """Fill in an entry that `prepare` has added, or bring one up to what the plan says and save it."""
        if entry_id is None:
            return self._fill_in(planned, session_id)
        entry = _emptied(entry_id)
        self._describe(entry, planned)
        for table, details in self._details(planned, session_id).items():
            row = db.session.get_one(table, entry_id)
            for name, value in details.items():
                setattr(row, name, value)
        self._wait_with_the_rest(entry_id, planned)
        self._waiting[Credit] += self._credits(entry_id, planned)
        self._write_what_waits()  # now: the history of the entry holds it
        entries.save(entry, None, self._comment)
        return entry

    def complete(self) -> None:
        """Write what waits, and save what is new, at the end of a batch."""
        self._write_what_waits()
        saving.keep(self._filled_in, self._comment)
        self._filled_in.clear()

    def _write_what_waits(self) -> None:
        for table, rows in self._waiting.items():
            if rows:
                db.session.execute(insert(table), rows)
        self._waiting.clear()

    def _blank(self, planned: PlannedEntry, parent_id: int | None) -> Entry:
        entry = saving.blank(KINDS[type(planned)], self._moment, publish=self._publish)
        entry.parent_id = parent_id
        entry.level = "collection" if entry.kind is EntryKind.COLLECTION else None
        self._describe(entry, planned)
        return entry

    def _fill_in(self, planned: PlannedEntry, session_id: int | None) -> Entry:
        entry = self._added.pop(planned.key)
        for table, details in self._details(planned, session_id).items():
            self._waiting[table].append({"entry_id": entry.id, **FIRST_DETAILS[type(planned)], **details})
        self._wait_with_the_rest(entry.id, planned)
        self._waiting[Credit] += self._credits(entry.id, planned)
        self._filled_in.append(entry)
        return entry

    def _describe(self, entry: Entry, planned: PlannedEntry) -> None:
        entry.title, entry.title_lang = planned.title, planned.title_lang
        has_english = planned.title_en and planned.title_en != planned.title
        entry.alt_titles = (
            [{"text": planned.title_en, "lang": "en", "kind": "supplied"}] if has_english else []
        )
        entry.credit_line = planned.credit_line
        entries.set_date(entry, planned.date_text)
        if isinstance(planned, PlannedCollection | PlannedConcert):
            entry.description_nl, entry.description_en = planned.description_nl, planned.description_en
        if isinstance(planned, PlannedRecording | PlannedPhotograph):
            entry.description_nl = planned.description_nl or None
            entry.description_en = planned.description_en or None
        if isinstance(planned, PlannedConcert | PlannedSession):
            entry.place_id = self._place(planned)
        if isinstance(planned, PlannedPhotograph | PlannedRecording | PlannedConcert):
            entry.shelfmark = planned.shelfmark
        if isinstance(planned, PlannedDocument):
            self._documents.describe(entry, planned)

    def _details(self, planned: PlannedEntry, session_id: int | None) -> dict[type[Model], dict[str, Any]]:
        """Say what the table of the entry's kind holds, as far as the plan speaks of it."""
        if isinstance(planned, PlannedSession):
            label_id = self._people.id_of_label(planned.label) if planned.label else None
            return {RecordingSession: {"label_id": label_id}}
        if isinstance(planned, PlannedConcert):
            return {RecordingSession: {}}
        if isinstance(planned, PlannedPhotograph):
            return {Image: {"width_mm": planned.width_mm, "height_mm": planned.height_mm}}
        if isinstance(planned, PlannedRecording):
            take = {"take": planned.take, "take_status": planned.take_status}
            own = {"position": planned.position, "duration_ms": planned.duration_ms}
            return {Recording: {"session_id": session_id, **own, **take}}
        if isinstance(planned, PlannedDocument):
            return self._documents.details(planned, self._people)
        return {}

    def _wait_with_the_rest(self, entry_id: int, planned: PlannedEntry) -> None:
        for source in planned.sources:
            cited = {"source_id": self._source(source), "field": source.field, "note": source.note}
            self._waiting[EntrySource].append({"entry_id": entry_id, **cited})
        if isinstance(planned, PlannedRecording):
            for scheme, value in planned.identifiers:
                self._waiting[Identifier].append({"scheme": scheme, "value": value, "entry_id": entry_id})
            for solo in planned.solos:
                self._waiting[Segment].append({"recording_id": entry_id, **asdict(solo)})
        if isinstance(planned, PlannedPhotograph) and planned.carrier_nl:
            carrier = {"carrier_nl": planned.carrier_nl, "carrier_en": planned.carrier_en}
            self._waiting[Holding].append({"entry_id": entry_id, **carrier})
        if isinstance(planned, PlannedDocument):
            for table, row in self._documents.rows(entry_id, planned):
                self._waiting[table].append(row)

    def _credits(self, entry_id: int, planned: PlannedEntry) -> list[dict[str, Any]]:
        return [self._credit(entry_id, at, credit) for at, credit in enumerate(planned.credits)]

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
            "role_text": planned.role_text if isinstance(planned, PlannedPart) else None,
            "tracks_text": planned.tracks_text if isinstance(planned, PlannedPart) else None,
        }

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

    def _place(self, planned: PlannedConcert | PlannedSession) -> int | None:
        if planned.venue is None:
            return None
        key = (planned.venue, planned.city)
        if key not in self._places:
            city = places.ensure(PlaceKind.CITY, planned.city) if planned.city else None
            self._places[key] = places.ensure(PlaceKind.VENUE, planned.venue, city).id
        return self._places[key]


def _emptied(entry_id: int) -> Entry:
    """Take off an entry what the plan gives it anew. Nobody else has put anything there: then it is held back."""
    db.session.execute(delete(Credit).where(Credit.entry_id == entry_id))
    db.session.execute(delete(EntrySource).where(EntrySource.entry_id == entry_id))
    db.session.execute(delete(Identifier).where(Identifier.entry_id == entry_id))
    db.session.execute(delete(Holding).where(Holding.entry_id == entry_id))
    db.session.execute(delete(Segment).where(Segment.recording_id == entry_id))
    writing_documents.empty(entry_id)
    return db.session.get_one(Entry, entry_id)
