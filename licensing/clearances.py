"""Clearances: the consents that a request needs beside what the archive may do already, one per entry, layer and
party. A consent counts for its request alone: the claims on the entry are not touched (see `clearing`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, event, select, text
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from archive import clock
from archive.db import Model, db, enum_column
from archive.errors import NotFound, Refused
from archive.triggers import append_only
from catalogue.entries import Entry
from licensing import clearing, request_terms, reuse_requests, rights
from licensing.claims import Layer
from licensing.clearing import Settled
from licensing.parties import Party
from licensing.permissions import Decision
from licensing.reasons import Reason, Verdict
from licensing.request_terms import Terms
from licensing.reuse_requests import RequestStatus, ReuseRequest
from licensing.rights import RightsClaim

CURRENCY = "EUR"


class ClearanceStatus(str, Enum):
    """How far a clearance is."""

    OPEN = "open"
    ASKED = "asked"
    GRANTED = "granted"
    GRANTED_WITH_CONDITIONS = "granted_with_conditions"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    ESCALATED = "escalated"
    EXCLUDED = "excluded"  # the layer is left out of the licence
    WAIVED = "waived"  # the archive vouches for it, with a reason
    LAPSED = "lapsed"  # was granted, and its time is over or something else is asked now


_ANSWERED = frozenset(
    {ClearanceStatus.GRANTED, ClearanceStatus.GRANTED_WITH_CONDITIONS, ClearanceStatus.REFUSED}
)
_BY_STAFF = frozenset({ClearanceStatus.EXCLUDED, ClearanceStatus.WAIVED})

# A late answer is an answer. Who has refused may think better of it through the archive, but is never waived.
MOVES: dict[ClearanceStatus, frozenset[ClearanceStatus]] = {
    ClearanceStatus.OPEN: _BY_STAFF | {ClearanceStatus.ASKED},
    ClearanceStatus.ASKED: _ANSWERED | _BY_STAFF | {ClearanceStatus.NO_ANSWER},
    ClearanceStatus.NO_ANSWER: _ANSWERED | _BY_STAFF | {ClearanceStatus.ESCALATED, ClearanceStatus.ASKED},
    ClearanceStatus.ESCALATED: _ANSWERED | _BY_STAFF | {ClearanceStatus.ASKED},
    ClearanceStatus.GRANTED: _ANSWERED | {ClearanceStatus.LAPSED},
    ClearanceStatus.GRANTED_WITH_CONDITIONS: _ANSWERED | {ClearanceStatus.LAPSED},
    ClearanceStatus.REFUSED: _ANSWERED | {ClearanceStatus.EXCLUDED, ClearanceStatus.ASKED},
    ClearanceStatus.LAPSED: _BY_STAFF | {ClearanceStatus.ASKED},
    ClearanceStatus.EXCLUDED: frozenset({ClearanceStatus.OPEN}),
    ClearanceStatus.WAIVED: frozenset({ClearanceStatus.OPEN}),
}
GIVEN = frozenset({ClearanceStatus.GRANTED, ClearanceStatus.GRANTED_WITH_CONDITIONS})
WAITING = frozenset({ClearanceStatus.ASKED, ClearanceStatus.NO_ANSWER, ClearanceStatus.ESCALATED})
_KNOWN = text("party_id IS NOT NULL")
_UNKNOWN = text("party_id IS NULL")
_FOR_ONE = ("request_id", "entry_id", "layer")


class Clearance(Model):
    """One consent that is needed. Its link is worked out of `link_seed` and the site's secret: who reads this table
    cannot make one.
    """

    __table_args__ = (
        CheckConstraint("fee_minor IS NULL OR fee_minor > 0", "fee_is_positive"),
        CheckConstraint("(token_hash IS NULL) = (link_expires_at IS NULL)", "link_ends"),
        CheckConstraint("answered_at IS NULL OR answered_by IS NOT NULL", "answered_by_somebody"),
        Index(
            "uq_clearance_party",
            *_FOR_ONE,
            "party_id",
            unique=True,
            sqlite_where=_KNOWN,
            postgresql_where=_KNOWN,
        ),
        Index("uq_clearance_rest", *_FOR_ONE, unique=True, sqlite_where=_UNKNOWN, postgresql_where=_UNKNOWN),
        Index(None, "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("reuse_request.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    layer: Mapped[Layer] = mapped_column(enum_column(Layer))
    party_id: Mapped[int | None] = mapped_column(
        ForeignKey("party.id"), index=True
    )  # None: the rest of the layer, of whom nobody is known
    status: Mapped[ClearanceStatus] = mapped_column(enum_column(ClearanceStatus))
    subject: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # what was asked, or waived, in codes; a consent covers that and nothing else
    lang: Mapped[str]  # in which the party is written to
    offered_minor: Mapped[int | None]  # what the archive offers to pay, without VAT
    asked_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]  # the name that the answer was given in
    conditions: Mapped[str | None]
    fee_minor: Mapped[int | None]  # what the party asks, without VAT, in CURRENCY
    evidence: Mapped[str | None]  # of an answer that came by telephone or letter: where it is written
    valid_to: Mapped[date | None]  # the last day on which a consent can be taken up
    link_seed: Mapped[str | None]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    link_expires_at: Mapped[datetime | None]
    link_wanted_at: Mapped[datetime | None]  # the party asked for a new link

    request: Mapped[ReuseRequest] = relationship()
    entry: Mapped[Entry] = relationship()
    party: Mapped[Party | None] = relationship()

    @property
    def holder(self) -> str | None:
        """The name of who is asked."""
        return self.party.name if self.party else None


class ClearanceEvent(Model):
    """One move of a clearance."""

    id: Mapped[int] = mapped_column(primary_key=True)
    clearance_id: Mapped[int] = mapped_column(ForeignKey("clearance.id"), index=True)
    before: Mapped[ClearanceStatus | None] = mapped_column(
        enum_column(ClearanceStatus, "clearancestatus_before")
    )
    after: Mapped[ClearanceStatus] = mapped_column(enum_column(ClearanceStatus))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id"), index=True
    )  # None: the party or the clock
    why: Mapped[str]


event.listen(ClearanceEvent.__table__, "after_create", append_only("clearance_event"))


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
    known = {(found.entry_id, found.layer, found.party_id): found for found in of_request(request.id)}
    opened = []
    for want in needed(request, clock.day_here(moment)):
        found = known.get((want.terms.entry.id, want.layer, want.party.id if want.party else None))
        if found is None:
            opened.append(_open(request, want, moment, by))
        elif found.status in GIVEN and not covers(found, want.terms, clock.day_here(moment)):
            move(found, ClearanceStatus.LAPSED, moment, by, "does not cover what is asked now")
    return opened


def standings(request: ReuseRequest, on: date) -> list[Standing]:
    """Say of each entry of a request how it stands on a day, with what was settled for this request."""
    return standings_of(request_terms.of(request, on), of_request(request.id))


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


def move(clearance: Clearance, to: ClearanceStatus, moment: datetime, by: int | None, why: str) -> None:
    """Move a clearance; nothing happens when it is there already. `by` is an account, None the party or the clock.

    Raise Refused for a move that is not allowed.
    """
    db.session.flush()
    db.session.refresh(
        clearance, ["status"], with_for_update=True
    )  # one of two at once sees the other's move
    before = clearance.status
    if before is to:
        return
    if to not in MOVES[before]:
        raise Refused(
            "This clearance is %(before)s, so it cannot become %(after)s.",
            before=before.value,
            after=to.value,
        )
    clearance.status = to
    _note(clearance, before, moment, by, why)


def get(clearance_id: int) -> Clearance:
    """Get a clearance; raise NotFound."""
    found = db.session.get(Clearance, clearance_id)
    if found is None:
        raise NotFound("There is no such clearance.")
    return found


def of_request(request_id: int) -> list[Clearance]:
    """Return the clearances of a request, by entry and layer, with entry and party."""
    query = select(Clearance).where(Clearance.request_id == request_id)
    # Not joined: a row read so is held again the same way later, which PostgreSQL refuses for an outer join.
    with_names = query.options(selectinload(Clearance.entry), selectinload(Clearance.party))
    return list(db.session.scalars(with_names.order_by(Clearance.entry_id, Clearance.id)))


def history_of(request_id: int) -> dict[int, list[ClearanceEvent]]:
    """Return what happened to the clearances of a request, by clearance, oldest first."""
    query = select(ClearanceEvent).join(Clearance).where(Clearance.request_id == request_id)
    found: dict[int, list[ClearanceEvent]] = {}
    for each in db.session.scalars(query.order_by(ClearanceEvent.id)):
        found.setdefault(each.clearance_id, []).append(each)
    return found


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
    _note(found, None, moment, by, "needed for what is asked")
    return found


def _note(
    clearance: Clearance, before: ClearanceStatus | None, moment: datetime, by: int | None, why: str
) -> None:
    db.session.add(
        ClearanceEvent(
            clearance_id=clearance.id,
            before=before,
            after=clearance.status,
            at=moment,
            account_id=by,
            why=why,
        )
    )
    db.session.flush()
