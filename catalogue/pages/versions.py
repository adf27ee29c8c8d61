"""The page of an entry as it was at a version, for those who follow a citation: only what everybody could see then.

People, places and terms go by the names they have now; pictures and sound are not kept by version and are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, TypeVar

from flask_babel import format_date
from markupsafe import Markup
from sqlalchemy import Column, Date, inspect, select
from sqlalchemy import Enum as SqlEnum

from archive.db import Model, UtcDateTime, db
from archive.errors import NotFound
from catalogue import revisions
from catalogue.agents import Agent
from catalogue.citing import items, styles
from catalogue.credits import Credit
from catalogue.entries import Entry, Status
from catalogue.entry_files import Files
from catalogue.identifiers import Identifier
from catalogue.pages import cards, facts, labels, lineup
from catalogue.pages.facts import Fact
from catalogue.pages.lineup import Group
from catalogue.pages.pieces import Piece
from catalogue.pictures import Image
from catalogue.places import Place
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import LineUp, Recording
from catalogue.releases import Release
from catalogue.revisions import Revision
from catalogue.sources import Source
from catalogue.terms import Term

Snapshot = Mapping[str, Any]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page:
    """What a version said, and what became of it."""

    pid: str
    number: int
    title: str
    title_lang: str | None
    type_label: str
    who: str
    since: str
    until: str
    paragraphs: list[str]
    description_lang: str | None
    credits: list[Group]
    facts: list[Fact]
    tracks: list[str]
    sources: list[str]
    citation: Markup
    permalink: str


def read(entry: Entry, number: int, lang: str) -> Page:
    """Make the page of an older version of a public entry; raise NotFound where it was not public."""
    if number > entry.version:
        raise NotFound("This entry has not come to this version yet. See how it is described now.")
    revision = revisions.get(entry.id, number)
    said, ended_at = revision.snapshot, _ended_at(revision)
    if not was_public(said, ended_at):
        raise NotFound("This version was never public. The present one is on the entry's own page.")
    piece = piece_of(revision)
    title, found = labels.title(piece.entry, lang), piece.entry.description(lang)
    return Page(
        pid=entry.pid,
        number=number,
        title=title,
        title_lang=piece.entry.title_lang if title == piece.entry.title else lang,
        type_label=cards.type_label(piece),
        who=cards.who(piece),
        since=str(format_date(revision.at, "d MMMM y")),
        until=str(format_date(ended_at, "d MMMM y")),
        paragraphs=[part.strip() for part in found[0].split("\n\n") if part.strip()] if found else [],
        description_lang=found[1] if found and found[1] != lang else None,
        credits=lineup.make(piece, lang),
        facts=facts.of_version(piece, _release(said), _identifiers(said), lang),
        tracks=[_track(row) for row in said.get("tracks", [])],
        sources=_sources(said),
        citation=styles.apa(items.make(piece, lang, revision.at.date()), lang),
        permalink=items.pinned_url(entry.pid, number),
    )


def was_public(snapshot: Snapshot, ended_at: datetime) -> bool:
    """Say whether everybody could see a version before the next one took its place."""
    embargo = snapshot.get("embargo_until")
    is_open = embargo is None or date.fromisoformat(embargo) <= ended_at.astimezone(UTC).date()
    return snapshot.get("status") == Status.PUBLISHED.value and is_open


def piece_of(revision: Revision) -> Piece:
    """Make a piece of what a revision says; its rows belong to no database session and cannot be saved."""
    said = revision.snapshot
    recording, image = _part(Recording, said.get("recording")), _part(Image, said.get("image"))
    session_id = recording.session_id if recording else image.session_id if image else None
    made_at = _as_of(session_id, revision.at) if session_id is not None else None
    at = made_at or (said if "session" in said else None)
    session = _session(at) if at else None
    entry = _entry(said)
    credits = _credits(said)
    if made_at is not None and recording is not None and recording.lineup is LineUp.SESSION:
        credits = [*_credits(made_at), *credits]
    session_entry = _entry(made_at) if made_at is not None else entry if session is not None else None
    return Piece(entry, recording, image, session, session_entry, tuple(credits), Files())


def _ended_at(revision: Revision) -> datetime:
    following = select(Revision.at).where(
        Revision.entry_id == revision.entry_id, Revision.version == revision.version + 1
    )
    return db.session.scalar(following) or revision.at


def _as_of(entry_id: int, moment: datetime) -> Snapshot | None:
    """Return what another entry said at a moment."""
    query = (
        select(Revision.snapshot)
        .where(Revision.entry_id == entry_id, Revision.at <= moment)
        .order_by(Revision.version.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def _entry(said: Snapshot) -> Entry:
    entry = _row(Entry, said)
    entry.alt_titles = said.get("alt_titles") or []
    place_id = said.get("place_id")
    entry.place = db.session.get(Place, place_id) if place_id is not None else None
    return entry


def _session(said: Snapshot) -> RecordingSession | None:
    session = _part(RecordingSession, said.get("session"))
    if session is not None:
        session.broadcaster, session.label = (
            db.session.get(Agent, number) if number is not None else None
            for number in (session.broadcaster_id, session.label_id)
        )
    return session


def _release(said: Snapshot) -> Release | None:
    release = _part(Release, said.get("release"))
    if release is not None:
        release.label = db.session.get(Agent, release.label_id) if release.label_id is not None else None
        release.format = db.session.get(Term, release.format_id) if release.format_id is not None else None
    return release


def _track(row: Snapshot) -> str:
    duration = labels.duration_label(row["duration_ms"]) if row.get("duration_ms") else None
    return ", ".join(part for part in (row.get("number"), row.get("printed_title"), duration) if part)


def _part(kind: type[Row], rows: list[Snapshot] | None) -> Row | None:
    return _row(kind, rows[0]) if rows else None


def _credits(said: Snapshot) -> list[Credit]:
    rows = said.get("credits", [])
    people = _by_id(Agent, {row.get("agent_id") for row in rows})
    terms = _by_id(Term, {row.get("instrument_id") for row in rows})
    made = []
    for row in rows:
        credit = _row(Credit, row)
        credit.agent = people.get(row.get("agent_id"))
        credit.instrument = terms.get(row.get("instrument_id"))
        made.append(credit)
    return made


def _identifiers(said: Snapshot) -> list[Identifier]:
    return [_row(Identifier, row) for row in said.get("identifiers", [])]


def _sources(said: Snapshot) -> list[str]:
    rows = said.get("sources", [])
    known = _by_id(Source, {row.get("source_id") for row in rows})
    lines = [
        ", ".join(part for part in (known[row["source_id"]].citation, row.get("locator")) if part)
        for row in rows
        if row["source_id"] in known
    ]
    return list(dict.fromkeys(lines))


def _by_id(kind: type[Row], ids: set[Any]) -> dict[Any, Row]:
    column = inspect(kind).primary_key[0]
    wanted = [number for number in ids if number is not None]
    if not wanted:
        return {}
    return {getattr(row, "id"): row for row in db.session.scalars(select(kind).where(column.in_(wanted)))}  # noqa: B009


def _row(kind: type[Row], said: Snapshot) -> Row:
    columns = inspect(kind).columns
    return kind(**{column.key: _value(column, said[column.key]) for column in columns if column.key in said})


def _value(column: Column[Any], plain: Any) -> Any:
    """Turn a plain value into the one that the column gives."""
    if plain is None:
        return None
    if isinstance(column.type, SqlEnum) and column.type.enum_class is not None:
        kind: type[Enum] = column.type.enum_class
        return kind(plain)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(plain)
    return date.fromisoformat(plain) if isinstance(column.type, Date) else plain
