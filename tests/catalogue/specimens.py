"""Valid published entries for tests, each with what belongs to it. A test changes the word that matters."""

from datetime import UTC, datetime
from typing import Any

from archive import job_runner
from archive.assets import Asset, AssetRole, keep
from archive.db import db
from catalogue import agents, credits, entries, entry_files, places, terms
from catalogue.agents import Agent, AgentKind
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.pictures import Image, ImageType
from catalogue.places import Place, PlaceKind
from catalogue.recording_sessions import RecordingSession, SessionType
from catalogue.recordings import LineUp, Recording, Segment
from catalogue.terms import Term, TermScheme

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def person(name: str) -> Agent:
    """A person, the same one for the same name."""
    return agents.ensure(AgentKind.PERSON, name)


def instrument(code: str, dutch: str, english: str, *aliases: str) -> Term:
    """An instrument."""
    return terms.ensure(TermScheme.INSTRUMENT, code, dutch, english, list(aliases))


def venue(name: str, city: str) -> Place:
    """A venue in a city."""
    return places.ensure(PlaceKind.VENUE, name, places.ensure(PlaceKind.CITY, city))


def plays(agent: Agent | None, played: Term, **facts: Any) -> Credit:
    """A part in a line-up."""
    return Credit(agent_id=agent.id if agent else None, role=Role.PERFORMER, instrument_id=played.id, **facts)


def did(agent: Agent, role: Role, **facts: Any) -> Credit:
    """Another part."""
    return Credit(agent_id=agent.id, role=role, **facts)


def collection(title: str = "Opnamen van Zaal Katendrecht", **facts: Any) -> Entry:
    """A published collection."""
    return publish(entries.add(EntryKind.COLLECTION, title, NOON, level="fonds", **facts))


def session(title: str = "Nachtconcert", *line_up: Credit, date: str | None = None, **facts: Any) -> Entry:
    """A published concert with a line-up."""
    leader_text = facts.pop("leader_text", None)
    entry = entries.add(EntryKind.SESSION, title, NOON, **facts)
    db.session.add(
        RecordingSession(entry_id=entry.id, session_type=SessionType.CONCERT, leader_text=leader_text)
    )
    entries.set_date(entry, date)
    credits.replace(entry.id, list(line_up))
    return publish(entry)


def recording(title: str = "Blauw uur", *parts: Credit, at: Entry | None = None, **facts: Any) -> Entry:
    """A published take, with the line-up of its session unless it has parts of its own that say otherwise."""
    date, lineup = facts.pop("date", None), facts.pop("lineup", LineUp.SESSION)
    take = {
        name: facts.pop(name)
        for name in ("duration_ms", "take", "matrix_no", "position", "work_id")
        if name in facts
    }
    entry = entries.add(EntryKind.RECORDING, title, NOON, **facts)
    db.session.add(Recording(entry_id=entry.id, session_id=at.id if at else None, lineup=lineup, **take))
    entries.set_date(entry, date)
    credits.replace(entry.id, list(parts))
    return publish(entry)


def picture(title: str = "Terwindt in de kleedkamer", *parts: Credit, **facts: Any) -> Entry:
    """A published photograph."""
    at: Entry | None = facts.pop("at", None)
    date = facts.pop("date", None)
    entry = entries.add(EntryKind.IMAGE, title, NOON, **facts)
    image_type = ImageType.PHOTOGRAPH
    db.session.add(
        Image(
            entry_id=entry.id,
            image_type=image_type,
            session_id=at.id if at else None,
            alt_nl="Een trompettist",
            alt_en="A trumpeter",
        )
    )
    entries.set_date(entry, date)
    credits.replace(entry.id, list(parts))
    return publish(entry)


def publish(entry: Entry) -> Entry:
    """Save and publish."""
    db.session.flush()
    entries.save(entry, None)
    entries.move(entry, Status.PUBLISHED, None)
    return entry


def chapter(entry: Entry, start_ms: int, label: str, who: str = "") -> None:
    """A stretch of a recording."""
    db.session.add(Segment(recording_id=entry.id, start_ms=start_ms, label_nl=label, label_en=label, who=who))


def sound(entry: Entry, content: bytes = b"ID3" + bytes(range(256)) * 8) -> Asset:
    """A master and the fragment of it that everybody may hear: 30 seconds from 1:12 of 6:42."""
    master = keep(
        b"RIFF....WAVE",
        role=AssetRole.MASTER,
        filename="band.wav",
        media_type="audio/wav",
        suffix=".wav",
        moment=NOON,
        duration_ms=402_000,
        sample_rate=48_000,
        bit_depth=24,
        channels=1,
        peaks=[0.2, 0.9, 0.4, 0.7] * 50,
    )
    fragment = keep(
        content,
        role=AssetRole.FRAGMENT,
        filename="fragment.mp3",
        media_type="audio/mpeg",
        suffix=".mp3",
        moment=NOON,
        derived_from=master,
        start_ms=72_000,
        duration_ms=30_000,
    )
    entry_files.attach(entry.id, master, fragment)
    return fragment


def photo(entry: Entry) -> Asset:
    """A master picture with its preview and thumbnail."""
    master = keep(
        b"TIFF",
        role=AssetRole.MASTER,
        filename="foto.tif",
        media_type="image/tiff",
        suffix=".tif",
        moment=NOON,
    )
    for role, content, width, height in (
        (AssetRole.PREVIEW, b"preview", 1200, 900),
        (AssetRole.THUMBNAIL, b"thumbnail", 400, 300),
    ):
        made = keep(
            content,
            role=role,
            filename="foto.jpg",
            media_type="image/jpeg",
            suffix=".jpg",
            moment=NOON,
            derived_from=master,
            width=width,
            height=height,
        )
        entry_files.attach(entry.id, made)
    entry_files.attach(entry.id, master)
    return master


def in_index() -> None:
    """Commit, and let the job runner bring the index up to date."""
    db.session.commit()
    job_runner.run_due()
