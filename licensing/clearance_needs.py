"""What a request needs of rights holders, and how each of its entries stands with what was settled for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from archive import clock
from archive.db import db
from licensing import clearances, clearing, request_terms, reuse_requests, rights
from licensing.claims import Layer
from licensing.clearances import GIVEN, Clearance, ClearanceStatus
from licensing.clearing import Settled
from licensing.parties import Party
from licensing.permissions import Decision
from licensing.reasons import Reason, Verdict
from licensing.request_terms import Terms
from licensing.reuse_requests import RequestStatus, ReuseRequest
from licensing.rights import RightsClaim


@dataclass(frozen=True)
class Needed:
    """A consent that a request needs: for which entry, on which layer, of whom (None: find out), and why."""

    terms: Terms
    layer: Layer
    party: Party | None
    reason: Reason


@dataclass(frozen=True)
class Standing:
    """How one entry of a request stands: its terms, and the decision with what was settled laid over."""

    terms: Terms
    decision: Decision
    clearances: tuple[Clearance, ...]

    @property
    def excluded(self) -> list[Clearance]:
        """The clearances whose layers are left out."""
        return [found for found in self.clearances if found.status is ClearanceStatus.EXCLUDED]


def needed(request: ReuseRequest, on: date) -> list[Needed]:
    """List the consents that a request's use needs on a day, whether they were asked already or not."""
    return [found for terms in request_terms.of(request, on) for found in _needed_for(terms)]


def open_for(request: ReuseRequest, moment: datetime, by: int | None = None) -> list[Clearance]:
    """Open the clearances that a request still lacks and return those; what is there already stays.

    A consent that covers something else than what is asked now lapses, so that it can be asked for again.
    """
    known = {
        (found.entry_id, found.layer, found.party_id): found for found in clearances.of_request(request.id)
    }
    opened = []
    for want in needed(request, clock.day_here(moment)):
        found = known.get((want.terms.entry.id, want.layer, want.party.id if want.party else None))
        if found is None:
            opened.append(_open(request, want, moment, by))
        elif found.status in GIVEN and not covers(found, want.terms, clock.day_here(moment)):
            clearances.move(found, ClearanceStatus.LAPSED, moment, by, "does not cover what is asked now")
    return opened


def standings(request: ReuseRequest, on: date) -> list[Standing]:
    """Say of each entry of a request how it stands on a day, with what was settled for this request."""
    return standings_of(request_terms.of(request, on), clearances.of_request(request.id))


def standings_of(terms: Sequence[Terms], clearances: Collection[Clearance]) -> list[Standing]:
    """Say how each entry stands with these clearances."""
    entries = [asked.entry for asked in terms]
    claims, facts = rights.claims_of_many([entry.id for entry in entries]), rights.facts_of_many(entries)
    found = []
    for asked in terms:
        own = tuple(row for row in clearances if row.entry_id == asked.entry.id)
        decision = clearing.decide(
            claims[asked.entry.id], facts[asked.entry.id], asked.purpose, settled_by(own, asked)
        )
        found.append(Standing(asked, decision, own))
    return found


def is_settled(request: ReuseRequest, on: date) -> bool:
    """Say whether a request may be quoted: for every entry all is cleared, waived or left out, or a clear no was
    had, in which case the quote leaves the entry out; and at least one entry remains.
    """
    verdicts = [found.decision.verdict for found in standings(request, on)]
    return Verdict.ASK not in verdicts and Verdict.ALLOW in verdicts


def covers(clearance: Clearance, terms: Terms, on: date) -> bool:
    """Say whether what was settled is what is asked now, and still holds."""
    holds = clearance.valid_to is None or on <= clearance.valid_to
    return holds and clearance.subject == subject_of(terms)


def subject_of(terms: Terms) -> dict[str, Any]:
    """Write down in codes what a consent is asked for: the answers, and the parts of the entry."""
    parts = [{"in_ms": item.in_ms, "out_ms": item.out_ms, "crop": item.crop} for item in terms.items]
    return {"choice": dict(terms.choice), "parts": parts}


def settled_by(clearances: Collection[Clearance], terms: Terms) -> Settled:
    """Gather what clearances of one entry settle for its terms."""
    given, excluded, refused = set(), set(), set()
    for found in clearances:
        key = (found.layer, found.holder)
        if found.status is ClearanceStatus.EXCLUDED:
            excluded.add(key)
        elif found.status is ClearanceStatus.REFUSED:
            refused.add(key)
        elif found.status in GIVEN | {ClearanceStatus.WAIVED} and covers(found, terms, terms.purpose.on):
            given.add(key)
    return Settled(frozenset(given), frozenset(excluded), frozenset(refused))


def make_quotable(request: ReuseRequest, moment: datetime, by: int | None) -> None:
    """Move a request that is being cleared on to quotable once all is settled; else it stays where it is."""
    if request.status is RequestStatus.CLEARING and is_settled(request, clock.day_here(moment)):
        reuse_requests.move(request, RequestStatus.QUOTABLE, moment, by, "every layer is settled")


def _needed_for(terms: Terms) -> list[Needed]:
    entry = terms.entry
    wanted = clearing.consents_wanted(rights.claims_of(entry.id), rights.facts_of(entry), terms.purpose)
    holders = _holders_of(entry.id) if wanted else {}
    return [
        Needed(terms, want.layer, holders.get((want.layer, want.holder or "")), want.reason)
        for want in wanted
    ]


def _holders_of(entry_id: int) -> dict[tuple[Layer, str], Party]:
    rows = db.session.scalars(
        select(RightsClaim)
        .where(RightsClaim.entry_id == entry_id, RightsClaim.party_id.is_not(None))
        .options(joinedload(RightsClaim.party))
    )
    return {(row.layer, row.party.name): row.party for row in rows if row.party}


def _open(request: ReuseRequest, want: Needed, moment: datetime, by: int | None) -> Clearance:
    country = want.party.country if want.party else None
    found = Clearance(
        request_id=request.id,
        entry_id=want.terms.entry.id,
        layer=want.layer,
        party=want.party,
        status=ClearanceStatus.OPEN,
        lang="nl" if country in (None, "NL", "BE") else "en",
    )
    db.session.add(found)
    db.session.flush()
    clearances.note(found, None, moment, by, "needed for what is asked")
    return found
