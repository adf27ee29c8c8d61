"""Suggested titles: sessions, takes, pictures and works that have the words that were typed, from the index.

An answer is wanted between two letters typed, so of entries only what a line of the list shows is read.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from archive.db import db
from catalogue import folding
from catalogue.entries import Entry
from catalogue.pages import labels, links, questions
from catalogue.pictures import Image
from catalogue.places import Place
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import Recording
from catalogue.search import finding
from catalogue.search.query import KINDS, PAGE_SIZE, SearchQuery

SHORTEST = 2  # letters of a word that may be a beginning
TITLED = tuple(kind for kind in KINDS if kind != "session")


@dataclass(frozen=True)
class Suggestion:
    """One thing to go to: an entry, a person's page, or a question with its number of answers."""

    label: str
    url: str
    count: int
    note: str
    found: str | None  # by which other name, in words


class _Line(NamedTuple):
    """An entry with what tells it apart."""

    entry: Entry
    at: Entry | None  # the session, or itself
    leader: str | None
    place: Place | None


def make(words: list[str], lang: str, today: date, most: int) -> dict[str, list[Suggestion]]:
    """Suggest sessions and titles with all these words, the last one as a beginning."""
    asked = _question(words)
    sessions = _ask(asked, ("session",), today, most)
    titled = _ask(asked, TITLED, today, PAGE_SIZE)  # several may share a title
    known = _lines([*sessions, *titled])
    return {
        "session": [_entry(known[pid], lang) for pid in sessions if pid in known],
        "title": _titles([known[pid] for pid in titled if pid in known], lang, today, most),
    }


def _question(words: list[str]) -> str:
    *before, last = words
    if len(last) >= SHORTEST:
        return f"title:({' '.join([*before, last])}*)"
    return f"title:({' '.join(before)})"


def _ask(asked: str, kinds: tuple[str, ...], today: date, most: int) -> tuple[str, ...]:
    return finding.first(SearchQuery(q=asked, filters=(("kind", kinds),)), today, most)


def _lines(pids: list[str]) -> dict[str, _Line]:
    at = aliased(Entry)
    made_at = func.coalesce(Recording.session_id, Image.session_id, Entry.id)
    query = (
        select(Entry, at, RecordingSession.leader_text, Place)
        .outerjoin(Recording, Recording.entry_id == Entry.id)
        .outerjoin(Image, Image.entry_id == Entry.id)
        .outerjoin(RecordingSession, RecordingSession.entry_id == made_at)
        .outerjoin(at, at.id == RecordingSession.entry_id)
        .outerjoin(Place, Place.id == func.coalesce(Entry.place_id, at.place_id))
        .options(joinedload(Place.parent))
        .where(Entry.pid.in_(pids))
    )
    return {row[0].pid: _Line(*row) for row in db.session.execute(query)} if pids else {}


def _titles(lines: list[_Line], lang: str, today: date, most: int) -> list[Suggestion]:
    """Offer each title once: to the entry, or to all entries called so."""
    by_title: dict[str, list[_Line]] = {}
    for line in lines:
        by_title.setdefault(folding.fold(line.entry.title), []).append(line)
    groups = list(by_title.values())[:most]
    return [_entry(group[0], lang) if len(group) == 1 else _title(group[0].entry, today) for group in groups]


def _entry(line: _Line, lang: str) -> Suggestion:
    entry = line.entry
    dated = entry if entry.date_text or entry.date_edtf or line.at is None else line.at
    place = line.place.city.name if line.place else None
    note = [str(labels.KINDS[entry.kind]), line.leader, place, labels.date_label(dated, lang)]
    return Suggestion(
        label=labels.title(entry, lang),
        url=links.to_entry("catalogue.entry", entry.pid),
        count=1,
        note=", ".join(part for part in note if part),
        found=None,
    )


def _title(entry: Entry, today: date) -> Suggestion:
    query = SearchQuery(q=f'title:"{entry.title.replace(chr(34), " ")}"')
    return Suggestion(
        label=entry.title,
        url=questions.url(query),
        count=finding.find(query, today).total,
        note=str(labels.KINDS_MANY[entry.kind]).lower(),
        found=None,
    )
