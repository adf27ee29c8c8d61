"""Planned releases and programmes into the tables that only they have: tracks, carriers, terms. Used by `writing`."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete

from archive.db import Model, db
from catalogue import places, terms
from catalogue.entries import Entry
from catalogue.entry_files import Holding
from catalogue.identifiers import Identifier
from catalogue.importing.people import People
from catalogue.importing.publications import PlannedDocument, PlannedProgramme, PlannedRelease, PlannedTerm
from catalogue.importing.records import PlannedCredit, PlannedEntry
from catalogue.places import PlaceKind
from catalogue.recordings import Recording
from catalogue.releases import Release, Track
from catalogue.terms import EntryTerm

Details = dict[type[Model], dict[str, Any]]


class Documents:
    """Remembers terms and places while a run lasts."""

    def __init__(self) -> None:
        self._terms: dict[tuple[str, str], int] = {}
        self._places: dict[str, int] = {}

    def describe(self, entry: Entry, planned: PlannedDocument) -> None:
        """Fill in the columns of the entry itself that all documents have."""
        entry.description_en, entry.language = planned.description, planned.language
        entry.alt_titles = [
            *entry.alt_titles,
            *({"text": text, "lang": None, "kind": kind} for text, kind in planned.other_titles),
        ]
        if isinstance(planned, PlannedProgramme):
            entry.place_id = self._place(planned.place) if planned.place else None

    def details(self, planned: PlannedDocument, people: People) -> Details:
        """Say what the table of the entry's kind holds."""
        if isinstance(planned, PlannedRelease):
            said = {
                "label_id": people.id_of(planned.label) if planned.label else None,
                "format_id": self._term(planned.format) if planned.format else None,
            }
            return {
                Release: {**said, **_columns(planned, "catalogue_no", "format_text", "country")},
            }
        return {Recording: _columns(planned, "duration_ms")}

    def rows(self, entry_id: int, planned: PlannedDocument) -> Iterator[tuple[type[Model], dict[str, Any]]]:
        """Give the rows of other tables that belong to the entry."""
        for scheme, value in planned.identifiers:
            yield Identifier, {"scheme": scheme, "value": value, "entry_id": entry_id}
        for term_id in dict.fromkeys(map(self._term, planned.terms)):
            yield EntryTerm, {"entry_id": entry_id, "term_id": term_id}
        for carrier in planned.carriers:
            said = asdict(carrier)
            name = said.pop("carrier")
            yield Holding, {"entry_id": entry_id, "carrier_nl": name, "carrier_en": name, **said}
        if isinstance(planned, PlannedRelease):
            for position, track in enumerate(planned.tracks):
                yield Track, {"release_id": entry_id, "position": position, **asdict(track)}

    def _term(self, planned: PlannedTerm) -> int:
        key = (planned.scheme.value, planned.code)
        if key not in self._terms:
            found = terms.ensure(planned.scheme, planned.code, planned.label_nl, planned.label_en, [])
            self._terms[key] = found.id
        return self._terms[key]

    def _place(self, name: str) -> int:
        if name not in self._places:
            self._places[name] = places.ensure(PlaceKind.CITY, name).id
        return self._places[name]


def named(planned: Iterable[PlannedEntry]) -> Iterator[PlannedCredit]:
    """Give everybody whom some entries name, the labels of releases included."""
    for entry in planned:
        yield from entry.credits
        if isinstance(entry, PlannedRelease) and entry.label:
            yield entry.label


def empty(entry_id: int) -> None:
    """Take off an entry what a plan gives it anew."""
    db.session.execute(delete(Track).where(Track.release_id == entry_id))
    db.session.execute(delete(EntryTerm).where(EntryTerm.entry_id == entry_id))


def _columns(planned: PlannedDocument, *names: str) -> dict[str, Any]:
    return {name: getattr(planned, name) for name in names}
