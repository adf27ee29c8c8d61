"""What an import says of releases and programmes: tracks, carriers, terms, and the many parts on a sleeve."""

from dataclasses import dataclass, field
from typing import Any

from catalogue.importing.records import PlannedEntry, PlannedPerson
from catalogue.terms import TermScheme


@dataclass(frozen=True)
class PlannedPart(PlannedPerson):
    """A part that somebody had, in the source's own words, for all of an entry or for some tracks of it.

    `born` and `died` are years, to be kept of somebody who is new.
    """

    role_text: str | None = None
    tracks_text: str | None = None
    born: str | None = None
    died: str | None = None


@dataclass(frozen=True)
class PlannedTerm:
    """A word of a vocabulary; one that is not there yet is added with these labels."""

    scheme: TermScheme
    code: str
    label_nl: str
    label_en: str


@dataclass(frozen=True)
class PlannedTrack:
    """One line of a track list."""

    printed_title: str
    number: str | None = None
    side: str | None = None
    duration_ms: int | None = None
    is_part: bool = False


@dataclass(frozen=True)
class PlannedCarrier:
    """A carrier, be it a tape or a file that lies elsewhere."""

    carrier: str
    shelfmark: str | None = None
    generation: str | None = None
    extent: str | None = None
    location: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class PlannedDocument(PlannedEntry):
    """What releases and programmes have alike. Other titles: text and kind."""

    description: str | None = None  # in English, as far as one can tell
    other_titles: tuple[tuple[str, str], ...] = ()
    language: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    terms: tuple[PlannedTerm, ...] = ()
    carriers: tuple[PlannedCarrier, ...] = ()


@dataclass(frozen=True)
class PlannedRelease(PlannedDocument):
    """Something that was put on sale."""

    label: PlannedPart | None = None
    catalogue_no: str | None = None
    format: PlannedTerm | None = None
    format_text: str | None = None
    country: str | None = None
    tracks: tuple[PlannedTrack, ...] = ()


@dataclass(frozen=True)
class PlannedProgramme(PlannedDocument):
    """A recorded programme or performance that is described by itself, with its people and carriers."""

    place: str | None = None
    duration_ms: int | None = None


@dataclass
class Saying:
    """Collects what an entry says while a record is read; nothing in it twice."""

    credits: list[PlannedPart] = field(default_factory=list)
    other_titles: list[tuple[str, str]] = field(default_factory=list)
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    terms: list[PlannedTerm] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)  # by the field that they are the source of

    def note(self, name: str, text: str) -> None:
        """Keep what has no column of its own, as the note of a source."""
        if text:
            self.notes.setdefault(name, []).append(text)

    def documented(self) -> dict[str, Any]:
        """Return what a PlannedDocument takes from here."""
        return {
            "credits": tuple(self.credits),
            "other_titles": tuple(dict.fromkeys(self.other_titles)),
            "identifiers": tuple(dict.fromkeys(self.identifiers)),
            "terms": tuple(dict.fromkeys(self.terms)),
            "description": "\n\n".join(dict.fromkeys(self.paragraphs)) or None,
        }
