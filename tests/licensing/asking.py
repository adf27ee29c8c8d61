"""Projects and requests for tests: each maker gives a valid thing, and the test changes the word that matters."""

from datetime import UTC, datetime
from typing import Any

from archive import assets
from archive.assets import AssetRole
from archive.db import db
from catalogue import entries, entry_files
from catalogue.entries import Entry, EntryKind, Status
from catalogue.pictures import Image, ImageType
from catalogue.recordings import LineUp, Recording, TakeStatus
from licensing import projects, rates, reuse_requests, rights
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.projects import Particulars, Project
from licensing.reuse_requests import Requester, RequestStatus, ReuseRequest
from tests.licensing import shop

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


def recording(title: str = "Blauw uur", minutes: int = 6) -> Entry:
    """Add a published recording with a master and all rights cleared."""
    added = entry(title)
    file = assets.keep(
        shop.tone() + title.encode(),
        role=AssetRole.MASTER,
        filename="NR.wav",
        media_type="audio/wav",
        suffix=".wav",
        moment=NOON,
    )
    entry_files.attach(added.id, file)
    db.session.add(
        Recording(
            entry_id=added.id,
            position=1,
            take_status=TakeStatus.ISSUED,
            lineup=LineUp.OWN,
            duration_ms=minutes * 60_000,
        )
    )
    for layer in (Layer.MASTER, Layer.PERFORMANCE, Layer.COMPOSITION):
        rights.record(added, layer, Basis.OWNED, ClaimStatus.CONFIRMED, NOON)
    rights.refresh(added, NOON.date())
    return added


def picture(title: str = "Publiek in de regen") -> Entry:
    """Add a published photograph of which nobody knows who made it."""
    added = entry(title, EntryKind.IMAGE)
    db.session.add(Image(entry_id=added.id, image_type=ImageType.PHOTOGRAPH))
    rights.record(added, Layer.PHOTOGRAPH, Basis.UNKNOWN, ClaimStatus.ASSERTED, NOON)
    rights.refresh(added, NOON.date())
    return added


def prices() -> None:
    """Put the rate card in force."""
    rates.activate(rates.load(rates.CARD_OF_2026))
