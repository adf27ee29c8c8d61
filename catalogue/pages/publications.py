"""Releases and works as data, for the API: what they have beyond other entries, and what points at them."""

from datetime import date
from typing import Any

from sqlalchemy import select

from archive.db import db
from catalogue import entries, releases
from catalogue.agents import Agent
from catalogue.entries import Entry
from catalogue.recordings import Recording
from catalogue.releases import Track
from catalogue.works import Work

Data = dict[str, Any]


def release(entry_id: int, today: date) -> Data:
    """Describe label, number, format and tracks of a release; recordings only where everybody may see them."""
    found = releases.find(entry_id)
    form = found.format if found else None
    return {
        "label": _agent(found.label) if found and found.label else None,
        "catalogue_no": found.catalogue_no if found else None,
        "format": {"code": form.code, "nl": form.label_nl, "en": form.label_en} if form else None,
        "format_as_written": found.format_text if found else None,
        "country": found.country if found else None,
        "tracks": [_track(track, today) for track in releases.tracks(entry_id)],
    }


def work(entry_id: int, today: date) -> Data:
    """Describe a work: its year, and the recordings of it that everybody may see, by date."""
    made = db.session.get(Work, entry_id)
    of_it = select(Entry).join(Recording, Recording.entry_id == Entry.id).where(Recording.work_id == entry_id)
    found = db.session.scalars(of_it.order_by(Entry.date_lo.is_(None), Entry.date_lo, Entry.id))
    return {
        "year": made.year_edtf if made else None,
        "recordings": [_named(each) for each in found if entries.is_public(each, today)],
    }


def recording(made: Recording, today: date) -> Data:
    """Say of what work a recording is, and on which releases."""
    composed = db.session.get(Entry, made.work_id) if made.work_id else None
    found = releases.with_recording(made.entry_id)
    return {
        "work": _named(composed) if composed and entries.is_public(composed, today) else None,
        "releases": [
            {**_named(each.entry), "track": each.track.number}
            for each in found
            if entries.is_public(each.entry, today)
        ],
    }


def _track(track: Track, today: date) -> Data:
    made = track.recording
    return {
        "side": track.side,
        "number": track.number,
        "title": track.printed_title,
        "duration_ms": track.duration_ms,
        "is_part": track.is_part,
        "recording": _named(made) if made and entries.is_public(made, today) else None,
    }


def _agent(agent: Agent) -> Data:
    return {"pid": agent.pid, "name": agent.name}


def _named(entry: Entry) -> Data:
    return {"pid": entry.pid, "title": entry.title}
