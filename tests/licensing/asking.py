"""Projects and requests for tests: each maker gives a valid thing, and the test changes the word that matters."""

from datetime import UTC, datetime
from typing import Any

from archive.db import db
from catalogue import entries
from catalogue.entries import Entry, EntryKind, Status
from licensing import projects, reuse_requests
from licensing.projects import Particulars, Project
from licensing.reuse_requests import Requester, RequestStatus, ReuseRequest

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHOICE = {"use": "documentary", "territory": "europe", "term": "5_years"}
NOOR = Requester("Noor Adriaanse", "noor@studio.example", "Studio Lek", "NL", "Studio Lek", None, "nl")

# The shortest way to each state.
WAYS = {
    RequestStatus.SUBMITTED: (),
    RequestStatus.TRIAGE: ("triage",),
    RequestStatus.NEEDS_INFO: ("needs_info",),
    RequestStatus.CLEARING: ("triage", "clearing"),
    RequestStatus.QUOTABLE: ("triage", "clearing", "quotable"),
    RequestStatus.QUOTED: ("triage", "clearing", "quotable", "quoted"),
    RequestStatus.ACCEPTED: ("triage", "clearing", "quotable", "quoted", "accepted"),
    RequestStatus.DECLINED: ("triage", "clearing", "quotable", "quoted", "declined"),
    RequestStatus.EXPIRED: ("triage", "clearing", "quotable", "quoted", "expired"),
    RequestStatus.CLOSED_WON: ("triage", "clearing", "quotable", "quoted", "accepted", "closed_won"),
    RequestStatus.CLOSED_LOST: ("triage", "clearing", "quotable", "quoted", "declined", "closed_lost"),
    RequestStatus.WITHDRAWN: ("withdrawn",),
    RequestStatus.REJECTED: ("rejected",),
}


def entry(title: str = "Blauw uur", kind: EntryKind = EntryKind.RECORDING) -> Entry:
    """Add a published entry without files or claims."""
    added = entries.add(kind, title, NOON)
    entries.move(added, Status.PUBLISHED, None)
    return added


def project(**changes: Any) -> Project:
    """Make an empty project."""
    said: dict[str, Any] = {"title": "Slotscène", "production_type": "documentary", "choice": CHOICE}
    return projects.make(Particulars(**(said | changes)), key=projects.new_key(), lang="nl", moment=NOON)


def request(status: RequestStatus = RequestStatus.SUBMITTED, of: Project | None = None) -> ReuseRequest:
    """Send a request and lead it to a state."""
    made = reuse_requests.submit(
        NOOR,
        of or project(),
        CHOICE,
        "commercial",
        "Voor de slotscène.",
        key=projects.new_key(),
        moment=NOON,
    )
    for step in WAYS[status]:
        reuse_requests.move(made, RequestStatus(step), NOON, None, "to be there")
    db.session.commit()
    return made
