"""Tickets: what opens the stream of one performance, by a secret link, within its window, on one device at a time.

The link is signed, so that who reads this table cannot make one. What a ticket shows is the address of the venue's own
provider: we cannot take that back from somebody who has seen it, so how often it moves to another device is counted.
"""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import CheckConstraint, ForeignKey, event, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.errors import Gone, NotFound, Refused
from archive.triggers import append_only
from catalogue import performances
from catalogue.entries import Entry
from catalogue.performances import Standing
from licensing import box_offices, reservations
from licensing.box_offices import FreeReason
from licensing.money import Money
from licensing.orders import Buyer, LineKind, Order, OrderLine
from licensing.refund_parts import RefundPart
from licensing.reservations import Reservation

MAX_DEVICES = 5  # on which one ticket was ever opened; who needs more asks the archive


class TicketStatus(str, Enum):
    """Whether a ticket opens anything."""

    VALID = "valid"
    REVOKED = "revoked"


class Ticket(Model):
    """One place, as its holder has it."""

    __table_args__ = (
        CheckConstraint("(line_id IS NULL) = (free_reason IS NOT NULL)", "paid_or_free_for_a_reason"),
        CheckConstraint("(line_id IS NULL) = (net_minor = 0)", "costs_what_was_paid"),
        CheckConstraint("devices >= 0 AND devices <= 5", "on_few_devices"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"), unique=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), unique=True)
    status: Mapped[TicketStatus] = mapped_column(enum_column(TicketStatus))
    holder_name: Mapped[str]
    holder_email: Mapped[str]
    lang: Mapped[str]
    country: Mapped[str]  # ISO 3166-1 alpha-2, as the holder says
    net_minor: Mapped[int]  # what it brought in, without VAT
    currency: Mapped[str]
    free_reason: Mapped[FreeReason | None] = mapped_column(enum_column(FreeReason))
    issued_at: Mapped[datetime]
    device_hash: Mapped[str | None]  # of the secret in the cookie of the device that may show the stream now
    devices: Mapped[int] = mapped_column(default=0)  # on which it was opened
    opened_at: Mapped[datetime | None]  # when the stream was last shown

    entry: Mapped[Entry] = relationship()
    place: Mapped[Reservation] = relationship()
    line: Mapped[OrderLine | None] = relationship()

    @property
    def net(self) -> Money:
        """What it brought in, without VAT."""
        return Money(self.net_minor, self.currency)


class TicketEvent(Model):
    """One thing that happened to a ticket: issued, revoked, shown on another device."""

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    what: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str]


event.listen(TicketEvent.__table__, "after_create", append_only("ticket_event"))


def issue_for(order: Order, moment: datetime) -> list[Ticket]:
    """Make out the tickets of a paid order, once."""
    places = {place.entry_id: place for place in reservations.of_order(order.id)}
    known = {ticket.line_id for ticket in of_order(order.id)}
    lines = [line for line in order.lines if line.kind is LineKind.TICKET and line.id not in known]
    return [
        _issue(
            Ticket(
                key=secrets.token_urlsafe(16),
                entry_id=line.piece.id,
                place=places[line.piece.id],
                line=line,
                holder_name=order.buyer_name,
                holder_email=order.buyer_email,
                lang=order.lang,
                country=order.country,
                net_minor=line.net_minor,
                currency=order.currency,
            ),
            moment,
            order.number,
        )
        for line in lines
    ]


def find(key: str) -> Ticket | None:
    """Find a ticket by its key."""
    return db.session.scalar(select(Ticket).where(Ticket.key == key))


def give(entry: Entry, holder: Buyer, key: str, moment: datetime) -> Ticket:
    """Give a ticket that costs nothing; raise Refused where tickets are not free, or all places are taken."""
    office = box_offices.get(entry.id)
    if office.free_reason is None:
        raise Refused("A ticket for this performance costs something. Order it.")
    ticket = Ticket(
        key=key,
        entry_id=entry.id,
        place=reservations.give(entry.id, moment),
        holder_name=holder.name,
        holder_email=holder.email,
        lang=holder.lang,
        country=holder.country,
        net_minor=0,
        currency=office.currency,
        free_reason=office.free_reason,
    )
    return _issue(ticket, moment, office.free_reason.value)


def revoke(ticket: Ticket, moment: datetime, why: str) -> None:
    """Let a ticket open nothing any more, and give its place back."""
    if ticket.status is TicketStatus.REVOKED:
        return
    ticket.status, ticket.device_hash = TicketStatus.REVOKED, None
    reservations.release(ticket.place, moment, why)
    _note(ticket, "revoked", moment, why)


def revoke_of(order: Order, moment: datetime, why: str) -> None:
    """Let the tickets of an order open nothing any more: its money went back, or is disputed."""
    for ticket in of_order(order.id):
        revoke(ticket, moment, why)


def of_order(order_id: int) -> list[Ticket]:
    """Return the tickets of an order, in the order of its lines."""
    query = select(Ticket).join(Ticket.line).where(OrderLine.order_id == order_id).order_by(Ticket.id)
    return list(db.session.scalars(query))


def link_token(ticket: Ticket) -> str:
    """Make the signed part of the ticket's link; always the same."""
    return _signer().dumps(ticket.key)


def get_by_token(token: str) -> Ticket:
    """Get the ticket behind a link; raise NotFound."""
    try:
        key = _signer().loads(token)
    except BadSignature:
        key = None
    ticket = db.session.scalar(select(Ticket).where(Ticket.key == key))
    if ticket is None:
        raise NotFound("There is no ticket behind this link. Copy the whole link from the mail.")
    return ticket


def stream_for(ticket: Ticket, device: str | None, moment: datetime) -> str | None:
    """Give the address of the stream to the device that the ticket is opened on, within the window; else None."""
    if ticket.status is TicketStatus.REVOKED or not _is_open(ticket, moment):
        return None
    if device is None or ticket.device_hash != _hash(device):
        return None
    return box_offices.get(ticket.entry_id).stream_url


def open_on(ticket: Ticket, device: str | None, moment: datetime) -> str:
    """Open a ticket on this device and close it on every other; return the secret that the device keeps.

    Raise Gone for a ticket that was revoked, Refused outside the window or when it was on too many devices.
    """
    if ticket.status is TicketStatus.REVOKED:
        raise Gone("This ticket is no longer valid. Ask the archive if you do not know why.")
    if not _is_open(ticket, moment):
        raise Refused("The stream cannot be seen now. The hours are on your ticket.")
    if device is not None and ticket.device_hash == _hash(device):
        return device
    made = secrets.token_urlsafe(16)
    guarded = update(Ticket).where(Ticket.id == ticket.id, Ticket.devices < MAX_DEVICES)
    values = {"devices": Ticket.devices + 1, "device_hash": _hash(made), "opened_at": moment}
    if db.session.scalar(guarded.values(values).returning(Ticket.id)) is None:
        raise Refused(
            "This ticket was opened on %(limit)s devices. Ask the archive to help you.", limit=MAX_DEVICES
        )
    db.session.refresh(ticket)
    _note(ticket, "opened", moment, f"on device {ticket.devices}")
    return made


def sold(entry_id: int) -> Sequence[Ticket]:
    """Return the tickets of a performance that count."""
    query = select(Ticket).where(Ticket.entry_id == entry_id, Ticket.status == TicketStatus.VALID)
    return db.session.scalars(query.order_by(Ticket.id)).all()


def income_of(entry_ids: Collection[int]) -> dict[int, tuple[int, Money]]:
    """Return how many tickets of some performances count, and what they brought in without VAT, by entry; what went
    back of their price is taken off.
    """
    back = select(func.coalesce(func.sum(RefundPart.net_minor), 0)).where(
        RefundPart.order_line_id == Ticket.line_id
    )
    kept = Ticket.net_minor - back.correlate(Ticket).scalar_subquery()
    query = (
        select(Ticket.entry_id, Ticket.currency, func.count(), func.sum(kept))
        .where(Ticket.entry_id.in_(entry_ids), Ticket.status == TicketStatus.VALID)
        .group_by(Ticket.entry_id, Ticket.currency)
    )
    return {
        entry_id: (int(count), Money(int(total), currency))
        for entry_id, currency, count, total in db.session.execute(query)
    }


def _issue(ticket: Ticket, moment: datetime, why: str) -> Ticket:
    ticket.status, ticket.issued_at = TicketStatus.VALID, moment
    db.session.add(ticket)
    db.session.flush()
    _note(ticket, "issued", moment, why)
    return ticket


def _note(ticket: Ticket, what: str, moment: datetime, why: str) -> None:
    db.session.add(TicketEvent(ticket_id=ticket.id, what=what, at=moment, why=why))
    db.session.flush()


def _is_open(ticket: Ticket, moment: datetime) -> bool:
    performance = performances.find(ticket.entry_id)
    return performance is not None and performance.standing(moment) is Standing.OPEN


def _hash(device: str) -> str:
    return hashlib.sha256(device.encode()).hexdigest()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="ticket")
