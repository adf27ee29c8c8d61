"""What is read from the database for the documents of a batch of entries, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from archive import clock
from archive.db import db
from catalogue import credits, hierarchy
from catalogue.agents import AgentName
from catalogue.credits import Credit
from catalogue.entries import Entry, EntryKind, Status
from catalogue.entry_files import Holding
from catalogue.identifiers import Identifier
from catalogue.pictures import Image
from catalogue.places import Place
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import Recording
from catalogue.releases import Release, Track
from catalogue.terms import EntryTerm, Term

Row = TypeVar("Row")


@dataclass
class Material:
    """Rows by the id of the entry that they belong to; `entries` are the published ones of the batch."""

    entries: dict[int, Entry]
    today: date
    recordings: dict[int, Recording] = field(default_factory=dict)
    images: dict[int, Image] = field(default_factory=dict)
    sessions: dict[int, RecordingSession] = field(default_factory=dict)
    releases: dict[int, Release] = field(default_factory=dict)
    tracks: dict[int, list[str]] = field(default_factory=dict)  # titles as printed, by release
    works: dict[int, Entry] = field(default_factory=dict)  # by their own id: what the recordings are of
    credits: dict[int, list[Credit]] = field(default_factory=dict)
    names: dict[int, list[str]] = field(default_factory=dict)  # by agent
    marks: dict[int, list[str]] = field(default_factory=dict)
    terms: dict[int, list[Term]] = field(default_factory=dict)
    ancestors: dict[int, list[Entry]] = field(default_factory=dict)


def read(entry_ids: Collection[int]) -> Material:
    """Read all that the documents of the published ones among some entries are made of."""
    query = (
        select(Entry)
        .options(joinedload(Entry.place).joinedload(Place.parent).joinedload(Place.parent))
        .where(Entry.id.in_(entry_ids), Entry.status == Status.PUBLISHED)
    )
    entries = {entry.id: entry for entry in db.session.scalars(query)}
    found = Material(entries, clock.now().date())
    if not entries:
        return found
    ids = list(entries)
    found.recordings = {
        row.entry_id: row for row in _rows(select(Recording).where(Recording.entry_id.in_(ids)))
    }
    found.images = {row.entry_id: row for row in _rows(select(Image).where(Image.entry_id.in_(ids)))}
    released = [entry.id for entry in entries.values() if entry.kind is EntryKind.RELEASE]
    if released:
        found.releases, found.tracks = _releases(released), _tracks(released)
    takes, pictures = found.recordings.values(), found.images.values()
    session_ids = {row.session_id for row in takes if row.session_id}
    session_ids |= {row.session_id for row in pictures if row.session_id}
    found.sessions = _sessions({*ids, *session_ids})
    work_ids = {row.work_id for row in takes if row.work_id}
    if work_ids:
        found.works = {work.id: work for work in _rows(select(Entry).where(Entry.id.in_(work_ids)))}
    found.credits = credits.of(*{*ids, *session_ids, *work_ids})
    found.names = _other_names(found)
    found.marks = _marks(ids)
    found.terms = _terms(ids)
    found.ancestors = hierarchy.above(ids)
    return found


def _rows(query: Select[tuple[Row]]) -> Sequence[Row]:
    return db.session.scalars(query).all()


def _sessions(ids: Collection[int]) -> dict[int, RecordingSession]:
    query = (
        select(RecordingSession)
        .options(
            joinedload(RecordingSession.entry)
            .joinedload(Entry.place)
            .joinedload(Place.parent)
            .joinedload(Place.parent),
            joinedload(RecordingSession.broadcaster),
            joinedload(RecordingSession.label),
        )
        .where(RecordingSession.entry_id.in_(ids))
    )
    return {row.entry_id: row for row in _rows(query)}


def _releases(ids: Collection[int]) -> dict[int, Release]:
    query = (
        select(Release)
        .options(joinedload(Release.label), joinedload(Release.format))
        .where(Release.entry_id.in_(ids))
    )
    return {row.entry_id: row for row in _rows(query)}


def _tracks(ids: Collection[int]) -> dict[int, list[str]]:
    query = (
        select(Track.release_id, Track.printed_title)
        .where(Track.release_id.in_(ids))
        .order_by(Track.position)
    )
    return _grouped((release_id, title) for release_id, title in db.session.execute(query))


def _other_names(found: Material) -> dict[int, list[str]]:
    agent_ids = {credit.agent_id for listed in found.credits.values() for credit in listed}
    agent_ids |= {session.broadcaster_id for session in found.sessions.values()}
    agent_ids |= {session.label_id for session in found.sessions.values()}
    agent_ids |= {release.label_id for release in found.releases.values()}
    query = select(AgentName).where(AgentName.agent_id.in_(agent_ids - {None})).order_by(AgentName.id)
    return _grouped((name.agent_id, name.name) for name in _rows(query))


def _marks(ids: Sequence[int]) -> dict[int, list[str]]:
    given = (
        select(Identifier.entry_id, Identifier.value)
        .where(Identifier.entry_id.in_(ids))
        .order_by(Identifier.id)
    )
    carried = (
        select(Holding.entry_id, Holding.shelfmark).where(Holding.entry_id.in_(ids)).order_by(Holding.id)
    )
    pairs = [*db.session.execute(given), *db.session.execute(carried)]
    return _grouped((entry_id, text) for entry_id, text in pairs if entry_id is not None and text)


def _terms(ids: Sequence[int]) -> dict[int, list[Term]]:
    query = (
        select(EntryTerm.entry_id, Term)
        .join(Term, Term.id == EntryTerm.term_id)
        .where(EntryTerm.entry_id.in_(ids))
        .order_by(Term.id)
    )
    return _grouped((entry_id, term) for entry_id, term in db.session.execute(query))


def _grouped(pairs: Iterable[tuple[int, Row]]) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
