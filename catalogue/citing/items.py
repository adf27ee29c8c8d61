"""Entries as CSL JSON: the one source of all citations. The other formats are made from it and add nothing.

Names of variables and types: citation-style-language/schema, schemas/input/csl-data.json.
"""

import re
from datetime import date
from typing import Any

from flask import url_for

from archive.config import current
from catalogue import pids
from catalogue.agents import Agent, AgentKind
from catalogue.credits import Role
from catalogue.entries import Entry, EntryKind
from catalogue.pages import cards, labels, references
from catalogue.pages.pieces import Piece
from catalogue.recording_sessions import SessionType

Item = dict[str, Any]

TYPES = {
    EntryKind.COLLECTION: "collection",
    EntryKind.SESSION: "performance",
    EntryKind.RECORDING: "song",  # "song" is the type of all sound recordings
    EntryKind.IMAGE: "graphic",
    EntryKind.WORK: "musical_score",
    EntryKind.RELEASE: "song",
    EntryKind.PERFORMANCE: "performance",
}
OF_SESSIONS = {SessionType.INTERVIEW: "interview", SessionType.BROADCAST: "broadcast"}

_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?[~?%]?")
_SEASONS = range(21, 25)  # spring to winter: EDTF, level 1


def make(piece: Piece, lang: str, today: date) -> Item:
    """Describe a piece as it is now, with the address at which this version can always be seen."""
    entry = piece.entry
    said: Item = {
        "id": entry.pid,
        "type": _type(piece),
        "title": labels.title(entry, lang),
        "author": [name(agent) for agent in references.makers(piece)],
        "composer": [name(agent) for agent in piece.agents(Role.COMPOSER)],
        "performer": [name(agent) for agent in piece.agents(Role.PERFORMER)],
        "interviewer": [name(agent) for agent in piece.agents(Role.INTERVIEWER)],
        "issued": issued(piece.dated, lang),
        "event-place": piece.place.line if piece.place else None,
        "genre": cards.type_label(piece),
        "dimensions": _duration(piece),
        "language": entry.language,
        "archive": current().site_name,
        "archive_location": references.reference(entry),
        "version": str(entry.version),
        "URL": pinned_url(entry.pid, entry.version),
        "accessed": {"date-parts": [[today.year, today.month, today.day]]},
        "custom": {"ark": pids.ark(entry.pid, current().naan)},
    }
    return {key: value for key, value in said.items() if value}


def pinned_url(pid: str, version: int) -> str:
    """Return the lasting address of one version of an entry, whole."""
    return current().base_url + url_for("catalogue_open.permalink", pid=pid, version=version)


def name(agent: Agent) -> Item:
    """Take a name apart as CSL does: the sorted name of a person gives family, given and the prefix between."""
    family, comma, rest = agent.sort_name.partition(", ")
    if agent.kind is not AgentKind.PERSON or not comma or not rest:
        return {"literal": agent.name}
    words = rest.split()
    given = len(words)
    while given > 0 and words[given - 1][:1].islower():
        given -= 1
    parts = {
        "family": family,
        "given": " ".join(words[:given]),
        "non-dropping-particle": " ".join(words[given:]),
    }
    return {key: value for key, value in parts.items() if value}


def issued(dated: Entry, lang: str) -> Item | None:
    """Say when: in numbers where EDTF has them, else in words."""
    label = labels.date_label(dated, lang)
    if not label:
        return None
    ends = [_numbers(part) for part in (dated.date_edtf or "").split("/")]
    if not 1 <= len(ends) <= 2 or any(end is None for end in ends):
        return {"literal": label}
    first = ends[0] or []
    found: Item = {"date-parts": ends}
    if len(ends) == 1 and len(first) == 2 and first[1] in _SEASONS:
        found = {"date-parts": [first[:1]], "season": first[1] - 20}
    elif any(len(end or []) > 1 and not 1 <= (end or [])[1] <= 12 for end in ends):
        return {"literal": label}
    if re.search("[~?%]", dated.date_edtf or ""):
        found["circa"] = True
    return found


def _numbers(part: str) -> list[int] | None:
    found = _DAY.fullmatch(part)
    return [int(number) for number in found.groups() if number] if found else None


def _type(piece: Piece) -> str:
    if piece.session is not None and piece.entry.kind in (EntryKind.SESSION, EntryKind.RECORDING):
        of_session = OF_SESSIONS.get(piece.session.session_type)
        if of_session is not None and (of_session == "interview" or piece.entry.kind is EntryKind.SESSION):
            return of_session
    return TYPES[piece.entry.kind]


def _duration(piece: Piece) -> str | None:
    milliseconds = piece.recording.duration_ms if piece.recording else None
    return labels.duration_label(milliseconds) if milliseconds else None
