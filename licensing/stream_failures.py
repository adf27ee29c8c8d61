"""Streams that failed, and the money that goes back for them: one act gives a share of the price of every ticket back,
by a job, ticket by ticket. Each ticket has its row before anything else of it is done, so what is interrupted goes on.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, UniqueConstraint, event, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit, jobs
from archive.db import Model, db, enum_column
from archive.errors import Invalid, Refused
from archive.triggers import append_only
from catalogue.entries import Entry
from licensing.money import FULL
from licensing.refunds import Refund
from licensing.tickets import Ticket, TicketStatus

JOB = "stream_refunds.work"
MAX_TEXT = 500


class Outcome(str, Enum):
    """What an act came to for one ticket."""

    ASKED = "asked"  # its refund was asked for and allowed
    FREE = "free"  # nothing was paid for it
    BACK_ALREADY = "back_already"  # as much or more had gone back before
    DISPUTED = "disputed"  # a bank holds the money


class StreamFailure(Model):
    """That the stream of a performance failed, as the venue or staff say."""

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    what: Mapped[str]  # what went wrong, as those who have a ticket read it
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)


class StreamRefund(Model):
    """One act: a share of the price goes back for every ticket of a performance."""

    __table_args__ = (CheckConstraint("share_bp > 0 AND share_bp <= 10000", "gives_a_share"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(unique=True)  # sent twice, it is one act
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    share_bp: Mapped[int]  # of what was paid, what went back before included
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    done_at: Mapped[datetime | None]

    entry: Mapped[Entry] = relationship()


class StreamRefundTicket(Model):
    """What an act came to for one ticket."""

    __table_args__ = (
        UniqueConstraint("act_id", "ticket_id"),
        CheckConstraint("(outcome = 'asked') = (refund_id IS NOT NULL)", "asked_has_a_refund"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    act_id: Mapped[int] = mapped_column(ForeignKey("stream_refund.id"), index=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome, "stream_refund_outcome"))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"), unique=True)
    at: Mapped[datetime]


event.listen(StreamRefundTicket.__table__, "after_create", append_only("stream_refund_ticket"))


def mark(entry: Entry, what: str, moment: datetime, account_id: int) -> StreamFailure:
    """Say that the stream of a performance failed, and what went wrong; said again, the text changes. Raise Invalid."""
    failure = find(entry.id) or StreamFailure(entry_id=entry.id)
    failure.what, failure.marked_at, failure.marked_by_id = _text(what), moment, account_id
    db.session.add(failure)
    db.session.flush()
    audit.record("stream.failed", "entry", entry.pid, account_id, what=failure.what)
    return failure


def find(entry_id: int) -> StreamFailure | None:
    """Find what was said of the stream of a performance."""
    return db.session.get(StreamFailure, entry_id)


def give_back(
    entry: Entry, share_bp: int, reason: str, *, form_key: str, moment: datetime, account_id: int
) -> StreamRefund:
    """Have a share of the price of every ticket given back, once per form; a job does it.

    Raise Invalid for no share or no reason, Refused without tickets or while another act of it is at work.
    """
    known = db.session.scalar(select(StreamRefund).where(StreamRefund.form_key == form_key))
    if known is not None:
        return known
    if not 0 < share_bp <= FULL:
        raise Invalid("A share lies above 0 and is 100 per cent at most.", field="refund_share")
    text = _text(reason)
    if any(act.done_at is None for act in of_entry(entry.id)):
        raise Refused("Money is going back for this performance already. Wait until that is done.")
    act = StreamRefund(
        form_key=form_key,
        entry=entry,
        share_bp=share_bp,
        reason=text,
        asked_at=moment,
        asked_by_id=account_id,
    )
    db.session.add(act)
    db.session.flush()
    if not count_left(act):
        raise Refused("There are no tickets that money can go back for.")
    audit.record("stream.refunded", "entry", entry.pid, account_id, share_bp=share_bp, reason=text)
    queue(act.id)
    return act


def queue(act_id: int) -> None:
    """Ask for an act to be worked on soon."""
    jobs.enqueue(JOB, {"act_id": act_id}, key=f"{JOB}:{act_id}")


def of_entry(entry_id: int) -> list[StreamRefund]:
    """Return the acts of a performance, oldest first."""
    query = select(StreamRefund).where(StreamRefund.entry_id == entry_id).order_by(StreamRefund.id)
    return list(db.session.scalars(query))


def next_tickets(act: StreamRefund, limit: int) -> list[Ticket]:
    """Return the next tickets of an act that it has not come to: what was valid when it was asked for, and still is."""
    return list(db.session.scalars(select(Ticket).where(*_left(act)).order_by(Ticket.id).limit(limit)))


def count_left(act: StreamRefund) -> int:
    """Say how many tickets an act has not come to."""
    return db.session.scalar(select(func.count(Ticket.id)).where(*_left(act))) or 0


def counts(act: StreamRefund) -> dict[Outcome, int]:
    """Say what an act came to so far: tickets by outcome."""
    query = select(StreamRefundTicket.outcome, func.count()).where(StreamRefundTicket.act_id == act.id)
    rows = db.session.execute(query.group_by(StreamRefundTicket.outcome))
    return {outcome: int(count) for outcome, count in rows}


def gone_back(act: StreamRefund) -> int:
    """Say how much an act has asked for, in minor units."""
    query = select(func.coalesce(func.sum(Refund.amount_minor), 0)).join(
        StreamRefundTicket, StreamRefundTicket.refund_id == Refund.id
    )
    return int(db.session.scalar(query.where(StreamRefundTicket.act_id == act.id)) or 0)


def _left(act: StreamRefund) -> list[ColumnElement[bool]]:
    seen = select(StreamRefundTicket.id).where(
        StreamRefundTicket.act_id == act.id, StreamRefundTicket.ticket_id == Ticket.id
    )
    return [
        Ticket.entry_id == act.entry_id,
        Ticket.status == TicketStatus.VALID,
        Ticket.issued_at <= act.asked_at,
        ~seen.exists(),
    ]


def _text(what: str) -> str:
    text = " ".join(what.split())
    if not 0 < len(text) <= MAX_TEXT:
        raise Invalid(
            "Say in a sentence what went wrong: everybody who has a ticket reads it.", field="failed_what"
        )
    return text
