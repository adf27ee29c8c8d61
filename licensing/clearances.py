"""Clearances: the consents that a request needs beside what the archive may do already, one per entry, layer and
party. A consent counts for its request alone: the claims on the entry are not touched (see `clearing`).
"""

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, event, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from archive.db import Model, db, enum_column, lock_row
from archive.errors import NotFound, Refused
from archive.triggers import append_only
from catalogue.entries import Entry
from licensing.claims import Layer
from licensing.parties import Party
from licensing.reuse_requests import ReuseRequest

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


def move(clearance: Clearance, to: ClearanceStatus, moment: datetime, by: int | None, why: str) -> None:
    """Move a clearance; nothing happens when it is there already. `by` is an account, None the party or the clock.

    Raise Refused for a move that is not allowed.
    """
    db.session.flush()
    lock_row(clearance, ["status"])  # one of two at once sees the other's move
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
    note(clearance, before, moment, by, why)


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


def note(
    clearance: Clearance, before: ClearanceStatus | None, moment: datetime, by: int | None, why: str
) -> None:
    """Write down how a clearance came to its state; `by` is an account, None the party or the clock."""
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
