"""Corrections that the public offers: what should be different on an entry, and how somebody knows. Not to be confused
with `pages.suggestions`, which completes what is typed into the search box.

An archivist applies one through the door that all changes take, or declines it with a reason. Names and addresses of
senders go after a stated time.
"""

from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, func, or_, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.errors import NotFound, Refused
from catalogue.entries import Entry

CONTACT_KEPT = timedelta(days=90)  # after the answer
CONTACT_KEPT_UNANSWERED = timedelta(days=365)


class About(str, Enum):
    """What a correction is about: a field that it can be put into, somebody's name, or none of these."""

    TITLE = "title"
    DATE = "date"
    PLACE = "place"
    DESCRIPTION_NL = "description_nl"
    DESCRIPTION_EN = "description_en"
    PERSON = "person"
    REMARK = "remark"


class CorrectionState(str, Enum):
    """Where a correction stands."""

    WAITING = "waiting"
    APPLIED = "applied"
    DECLINED = "declined"


class Correction(Model):
    """One thing that somebody offers about one entry."""

    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", "decided_at_some_time"),
        CheckConstraint("consent_at IS NOT NULL OR contact IS NULL", "contact_with_consent"),
        Index(None, "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    about: Mapped[About] = mapped_column(enum_column(About))
    seen: Mapped[str]  # what the field said when somebody looked at it
    proposed: Mapped[str]
    source: Mapped[str]  # how they know
    region: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # as on credits, in percent
    lang: Mapped[str]
    name: Mapped[str | None]
    contact: Mapped[str | None]  # e-mail address
    may_be_named: Mapped[bool] = mapped_column(default=False)  # in the history of the entry, for good
    consent_at: Mapped[datetime | None]
    state: Mapped[CorrectionState] = mapped_column(
        enum_column(CorrectionState), default=CorrectionState.WAITING
    )
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    reply: Mapped[str | None]  # what the sender was told
    version: Mapped[int | None]  # of the entry, that it became

    entry: Mapped[Entry] = relationship()


def add(entry: Entry, about: About, **said: Any) -> Correction:
    """Add what somebody offers."""
    correction = Correction(entry_id=entry.id, about=about, state=CorrectionState.WAITING, **said)
    db.session.add(correction)
    db.session.flush()
    return correction


def get(correction_id: int) -> Correction:
    """Get a correction with its entry; raise NotFound."""
    found = db.session.scalar(
        select(Correction).options(joinedload(Correction.entry)).where(Correction.id == correction_id)
    )
    if found is None:
        raise NotFound("There is no such suggestion. Look in the list.")
    return found


def counts() -> dict[CorrectionState, int]:
    """Count the corrections in each state."""
    query = select(Correction.state, func.count()).group_by(Correction.state)
    found = {state: count for state, count in db.session.execute(query)}  # noqa: C416 - rows are no tuples to mypy
    return {state: found.get(state, 0) for state in CorrectionState}


def listed(state: CorrectionState, page: int, size: int) -> list[Correction]:
    """Return a page of the corrections in a state: what waits in the order it came, the others newest first."""
    order = Correction.id if state is CorrectionState.WAITING else Correction.decided_at.desc()
    query = (
        select(Correction)
        .options(joinedload(Correction.entry))
        .where(Correction.state == state)
        .order_by(order, Correction.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return list(db.session.scalars(query))


def decide(
    correction: Correction,
    state: CorrectionState,
    account_id: int,
    moment: datetime,
    *,
    reply: str | None = None,
    version: int | None = None,
) -> None:
    """Write down what became of a correction; raise Refused when somebody else has decided meanwhile."""
    decided = db.session.execute(
        update(Correction)
        .where(Correction.id == correction.id, Correction.state == CorrectionState.WAITING)
        .values(state=state, decided_at=moment, decided_by=account_id, reply=reply, version=version)
        .execution_options(synchronize_session="fetch")
    )
    if not getattr(decided, "rowcount", 0):
        raise Refused("Somebody else has decided about this suggestion in the meantime.")


def of_contact(address: str) -> list[Correction]:
    """Return what was sent with an address, the newest first."""
    query = select(Correction).options(joinedload(Correction.entry)).where(Correction.contact == address)
    return list(db.session.scalars(query.order_by(Correction.id.desc())))


def forget_contact(address: str) -> None:
    """Take the name and the address of one sender off all that they sent."""
    _forget(Correction.contact == address)


def forget_old_contacts(moment: datetime) -> None:
    """Take names and addresses off what was answered, or lay unanswered, longer than is stated."""
    _forget(
        or_(
            Correction.decided_at < moment - CONTACT_KEPT,
            Correction.created_at < moment - CONTACT_KEPT_UNANSWERED,
        )
    )


def _forget(which: Any) -> None:
    db.session.execute(
        update(Correction)
        .where(which, or_(Correction.contact.is_not(None), Correction.name.is_not(None)))
        .values(name=None, contact=None)
        .execution_options(synchronize_session=False)
    )
