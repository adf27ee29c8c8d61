"""Requests whose rights need consent, and what becomes of them, for tests of clearances and quotes."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from archive import accounts
from archive.accounts import Account, Role
from archive.db import db
from archive.jobs import Job
from catalogue import entries
from catalogue.entries import Entry, EntryKind, Status
from licensing import (
    clearance_answers,
    clearance_links,
    clearance_needs,
    clearances,
    parties,
    projects,
    quote_acceptance,
    quote_drafts,
    quote_exchange,
    rates,
    reuse_requests,
    rights,
)
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.clearance_answers import Answer, Reply
from licensing.clearances import Clearance
from licensing.orders import TERMS_VERSION, Order
from licensing.parties import Party, PartyKind
from licensing.projects import WHOLE, Part
from licensing.quote_acceptance import Acceptance
from licensing.quotes import Quote
from licensing.reuse_requests import RequestStatus, ReuseRequest
from tests.licensing import asking

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHOICE = {"use": "documentary", "territory": "europe", "term": "5_years"}
YES = Answer(Reply.YES, "Ada Vos")
NO = Answer(Reply.NO, "Ada Vos", "Niet in reclame.")


def prices() -> None:
    """Put our rate card in force."""
    rates.activate(rates.load(rates.CARD_OF_2026))


def staff() -> Account:
    """Add somebody of the licensing desk."""
    found = accounts.find("marit@archief.example")
    return found or accounts.add(
        "marit@archief.example", "Marit", Role.LICENSING, secrets.token_hex(20), NOON
    )


def heirs(name: str = "Erven Vos", email: str | None = "ada@vos.example") -> Party:
    """Add a party that can be asked."""
    return parties.add(PartyKind.ESTATE, name, email=email, country="NL")


def piece(*holders: Party, title: str = "Blauw uur") -> Entry:
    """Add a recording of ours, but for its performance: each of the holders says it is theirs alone, unchecked."""
    entry = entries.add(EntryKind.RECORDING, title, NOON)
    entries.move(entry, Status.PUBLISHED, None)
    for layer in (Layer.COMPOSITION, Layer.MASTER):
        rights.record(entry, layer, Basis.OWNED, ClaimStatus.CONFIRMED, NOON)
    for holder in holders:
        share = 10_000 // len(holders)
        rights.record(
            entry,
            Layer.PERFORMANCE,
            Basis.REPRESENTED,
            ClaimStatus.ASSERTED,
            NOON,
            party=holder,
            share_bp=share,
        )
    if not holders:
        rights.record(entry, Layer.PERFORMANCE, Basis.OWNED, ClaimStatus.CONFIRMED, NOON)
    return entry


def request(*pieces: Entry, part: Part = WHOLE, choice: dict[str, str] | None = None) -> ReuseRequest:
    """Send a request for some pieces and take it to the table."""
    project = asking.project()
    for entry in pieces:
        projects.add(project, entry.id, part)
    made = reuse_requests.submit(
        asking.NOOR, project, choice or CHOICE, "editorial", None, key=projects.new_key(), moment=NOON
    )
    reuse_requests.move(made, RequestStatus.TRIAGE, NOON, None, "looked at")
    db.session.commit()
    return made


def asked(made: ReuseRequest, moment: datetime = NOON, **offered: Any) -> Clearance:
    """Open what a request needs and ask the first of it."""
    clearance_needs.open_for(made, moment)
    first = clearances.of_request(made.id)[0]
    clearance_links.ask(first, moment, staff().id, **offered)
    db.session.commit()
    return first


def answered(clearance: Clearance, answer: Answer = YES, moment: datetime = NOON) -> Clearance:
    """Let a rights holder answer by the link."""
    clearance_answers.by_link(clearance_links.key_of(clearance), answer, moment)
    db.session.commit()
    return clearance


def drafted(made: ReuseRequest, moment: datetime = NOON) -> Quote:
    """Draft a quote."""
    return quote_drafts.draft(made, moment, staff().id)


def sent(made: ReuseRequest, moment: datetime = NOON) -> Quote:
    """Draft a quote and send it."""
    quote = drafted(made, moment)
    quote_exchange.send(quote, moment, staff().id)
    db.session.commit()
    return quote


def accepted(quote: Quote, moment: datetime = NOON, **changes: str) -> Order:
    """Let the buyer accept."""
    return quote_acceptance.accept(quote, acceptance(**changes), moment)


def acceptance(**changes: str) -> Acceptance:
    """What a buyer agrees to."""
    said = {"name": "Noor Adriaanse", "consent": "Lever meteen.", "button": "Akkoord"}
    return Acceptance(**({"terms_version": TERMS_VERSION} | said | changes))


def later(**time: int) -> datetime:
    """Give a moment after noon."""
    return NOON + timedelta(**time)


def mails(message: str = "") -> list[dict[str, Any]]:
    """Return the mails that wait to be posted, or those that say something."""
    db.session.flush()
    found = [job.payload for job in db.session.scalars(select(Job).where(Job.name == "mail.deliver"))]
    return [letter for letter in found if re.search(message, letter["text"] + letter["subject"])]
