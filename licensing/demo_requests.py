"""Requests of the demo: what media buyers asked in the last weeks and how far the archive is, so that the desk of a
fresh site has something to show. They are led there by the same functions that the pages call.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from archive.accounts import Account
from archive.db import db
from archive.transactions import transaction
from catalogue.entries import Entry
from licensing import clearance_needs, conversation, desk_replies, projects, reuse_requests
from licensing.projects import Part, Particulars, Project
from licensing.reuse_requests import Requester, RequestStatus, ReuseRequest

FILE = Path(__file__).with_name("data") / "demo_requests.toml"


@dataclass(frozen=True)
class _Step:
    """What happened to a request: when, by whom of the archive, what, and in which words."""

    moment: datetime
    by: Account
    what: str
    words: str


def load(by: Account, moment: datetime) -> int:
    """Send the requests that are not there yet and lead them on; return how many. Begin with no transaction open."""
    sent = 0
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["request"]:
        with transaction():
            sent += _is_sent(row, by, moment)
    return sent


def _is_sent(row: Mapping[str, Any], by: Account, moment: datetime) -> bool:
    key = hashlib.sha256(f"demo {row['project']}".encode()).hexdigest()[:22]
    if reuse_requests.find_by_key(key) is not None:
        return False
    came = moment - timedelta(days=row["days"])
    project = _project(row, key, came)
    requester = Requester(
        name=row["name"],
        email=row["email"],
        organisation=row.get("organisation"),
        country=row["country"],
        licensee=row.get("organisation", row["name"]),
        end_user=None,
        lang=row["lang"],
    )
    request = reuse_requests.submit(
        requester, project, row["choice"], row["user_class"], row["wording"], key=key, moment=came
    )
    for hours, what, words in row["then"]:
        _lead_on(request, _Step(came + timedelta(hours=hours), by, what, words))
    return True


def _project(row: Mapping[str, Any], key: str, came: datetime) -> Project:
    said = Particulars(
        title=row["project"],
        production_type=row["production"],
        choice=row["choice"],
        deadline=came.date() + timedelta(days=row["deadline"]) if "deadline" in row else None,
    )
    project = projects.make(said, key=key, lang=row["lang"], moment=came)
    for item in row["items"]:
        shelf, _, span = item.partition(" ")
        entry_id = db.session.scalar(select(Entry.id).where(Entry.shelfmark == shelf))
        if entry_id is not None:  # a part of the collection may be loaded
            projects.add(project, entry_id, _part(span))
    return project


def _part(span: str) -> Part:
    if not span:
        return projects.WHOLE
    first, last = (int(second) * 1_000 for second in span.split("-"))
    return Part(first, last)


def _lead_on(request: ReuseRequest, step: _Step) -> None:
    match step.what:
        case "triage":
            reuse_requests.move(request, RequestStatus.TRIAGE, step.moment, step.by.id, step.words)
            request.assigned_to = step.by.id
        case "note":
            desk_replies.note(request, step.words, step.by, step.moment)
        case "ask":
            desk_replies.ask(request, step.words, step.by, step.moment)
        case "answer":
            desk_replies.answer(request, step.words, step.by, step.moment)
        case "buyer":
            conversation.hear(request, step.words, step.moment, author_name=request.requester_name)
        case "clear":
            reuse_requests.move(request, RequestStatus.CLEARING, step.moment, step.by.id, step.words)
            clearance_needs.open_for(request, step.moment, step.by.id)
        case "reject":
            reuse_requests.move(request, RequestStatus.REJECTED, step.moment, step.by.id, step.words)
        case unknown:
            raise ValueError(f"{FILE.name}: {unknown!r} is nothing that happens to a request")
