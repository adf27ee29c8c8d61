"""Reservations: a place for a performance that an order holds until it is paid, for a time of our own.

Held places are taken places (see `box_offices`). No event of a provider is needed to free one: `release` does, by the
clock. Money that comes for a place that was freed gets another if there is one; else the order cannot be fulfilled.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.errors import Refused
from archive.triggers import append_only
from catalogue import performances
from catalogue.performances import Standing
from licensing import box_offices
from licensing.box_offices import BoxOffice
from licensing.money import Money
from licensing.orders import LineKind, Order, OrderLine

HOLD = timedelta(minutes=40)  # from the last time that the buyer was sent to pay


class ReservationStatus(str, Enum):
    """What became of a place."""

    HELD = "held"
    USED = "used"  # paid for
    RELEASED = "released"  # not paid in time
    REFUSED = "refused"  # paid for when there was none left: the money goes back


TAKES_A_PLACE = frozenset({ReservationStatus.HELD, ReservationStatus.USED})
MOVES: dict[ReservationStatus, frozenset[ReservationStatus]] = {
    ReservationStatus.HELD: frozenset({ReservationStatus.USED, ReservationStatus.RELEASED}),
    ReservationStatus.RELEASED: frozenset(
        {ReservationStatus.HELD, ReservationStatus.USED, ReservationStatus.REFUSED}
    ),
    ReservationStatus.REFUSED: frozenset({ReservationStatus.USED}),  # a place came free after all
    ReservationStatus.USED: frozenset({ReservationStatus.RELEASED}),  # the ticket was given back
}


class Reservation(Model):
    """One place: held, used or given up by an order, or given away."""

    __table_args__ = (UniqueConstraint("order_id", "entry_id"), Index(None, "status", "held_until"))

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("box_office.entry_id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"), index=True)  # None: it is free
    status: Mapped[ReservationStatus] = mapped_column(enum_column(ReservationStatus))
    held_until: Mapped[datetime]

    order: Mapped[Order | None] = relationship()
    office: Mapped[BoxOffice] = relationship()


class ReservationEvent(Model):
    """One move of a reservation."""

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id"), index=True)
    before: Mapped[ReservationStatus | None] = mapped_column(
        enum_column(ReservationStatus, "reservationstatus_before")
    )
    after: Mapped[ReservationStatus] = mapped_column(enum_column(ReservationStatus))
    at: Mapped[datetime]
    why: Mapped[str]


event.listen(ReservationEvent.__table__, "after_create", append_only("reservation_event"))


def hold(order: Order, moment: datetime) -> None:
    """Hold the places of an order until `HOLD` from now, before its buyer is sent to pay; nothing for an order without
    tickets.

    Raise Refused when one of them cannot be had: sold out, over, no longer for sale, or no longer at this price.
    """
    known = _of_order(order)
    for line in _tickets(order):
        place = known.get(line.piece.id)
        if place is None or place.status is not ReservationStatus.HELD:
            _require_sale(line, moment)
            _take(line.piece.id)
        if place is None:
            _begin(line.piece.id, order, ReservationStatus.HELD, moment)
            continue
        _move(place, ReservationStatus.HELD, moment, "to be paid again")
        place.held_until = moment + HOLD
    db.session.flush()


def give(entry_id: int, moment: datetime) -> Reservation:
    """Take a place that costs nothing; raise Refused when there is none."""
    _take(entry_id)
    return _begin(entry_id, None, ReservationStatus.USED, moment)


def settle(order: Order, moment: datetime) -> bool:
    """Use the places of an order that was paid, and say whether it got them: all or none (Lesson 1)."""
    places = _of_order(order).values()
    lost = [place for place in places if place.status not in TAKES_A_PLACE]
    if len(places) < len(_tickets(order)) or not _take_again([place.entry_id for place in lost]):
        _refuse(places, moment)
        return False
    for place in places:
        _move(place, ReservationStatus.USED, moment, "paid")
    return True


def release(place: Reservation, moment: datetime, why: str) -> None:
    """Give a place back to whoever wants it; a place that was given up before stays so."""
    if place.status in TAKES_A_PLACE:
        box_offices.give_back(place.entry_id)
        _move(place, ReservationStatus.RELEASED, moment, why)


def get_for_change(place_id: int) -> Reservation:
    """Get a place, and let nobody else change it until this transaction ends."""
    return db.session.get_one(Reservation, place_id, with_for_update=True)


def run_out(moment: datetime) -> list[int]:
    """Return the places that were held long enough, by id."""
    query = select(Reservation.id).where(
        Reservation.status == ReservationStatus.HELD, Reservation.held_until <= moment
    )
    return list(db.session.scalars(query.order_by(Reservation.id)))


def of_order(order_id: int) -> list[Reservation]:
    """Return the places of an order, in the order of their performances."""
    query = select(Reservation).where(Reservation.order_id == order_id).order_by(Reservation.entry_id)
    return list(db.session.scalars(query))


def miscounted() -> list[int]:
    """Return the performances whose box office counts other places than are held or sold; there must be none."""
    is_taken = Reservation.status.in_(TAKES_A_PLACE)
    counted = (
        select(BoxOffice.entry_id)
        .outerjoin(Reservation, (Reservation.entry_id == BoxOffice.entry_id) & is_taken)
        .group_by(BoxOffice.entry_id, BoxOffice.taken)
        .having(func.count(Reservation.id) != BoxOffice.taken)
    )
    return list(db.session.scalars(counted.order_by(BoxOffice.entry_id)))


def _tickets(order: Order) -> list[OrderLine]:
    # Always in one order, so that two who buy the same series never wait for each other.
    lines = [line for line in order.lines if line.kind is LineKind.TICKET]
    return sorted(lines, key=lambda line: line.piece.id)


def _of_order(order: Order) -> dict[int, Reservation]:
    query = (
        select(Reservation)
        .where(Reservation.order_id == order.id)
        .order_by(Reservation.entry_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {place.entry_id: place for place in db.session.scalars(query)}


def _require_sale(line: OrderLine, moment: datetime) -> None:
    """Refuse what is no longer for sale as it was ordered; who holds a place keeps the price of that moment."""
    office, performance = box_offices.get(line.piece.id), performances.find(line.piece.id)
    if performance is None or not office.is_open or performance.standing(moment) is Standing.OVER:
        raise Refused("Tickets for “%(title)s” are no longer for sale.", title=line.title)
    paid = Money(line.choice["pays_minor"], office.currency)
    if "season" not in line.choice and paid < office.tariff.least(moment):
        raise Refused(
            "The place was not paid in time, and “%(title)s” costs more by now. Order again at the new price.",
            title=line.title,
        )


def _take(entry_id: int) -> None:
    if not box_offices.take(entry_id):
        raise Refused(
            "All places for “%(title)s” are taken. Some are held for people who are paying: one may come free within"
            " the hour.",
            title=box_offices.get(entry_id).entry.title,
        )


def _take_again(entry_ids: Sequence[int]) -> bool:
    for number, entry_id in enumerate(entry_ids):
        if not box_offices.take(entry_id):
            for taken in entry_ids[:number]:
                box_offices.give_back(taken)
            return False
    return True


def _refuse(places: Iterable[Reservation], moment: datetime) -> None:
    for place in places:
        release(place, moment, "another performance of the series is full")
        _move(place, ReservationStatus.REFUSED, moment, "paid, and no place was left")


def _begin(entry_id: int, order: Order | None, status: ReservationStatus, moment: datetime) -> Reservation:
    place = Reservation(entry_id=entry_id, order=order, status=status, held_until=moment + HOLD)
    db.session.add(place)
    db.session.flush()
    db.session.add(
        ReservationEvent(reservation_id=place.id, before=None, after=status, at=moment, why="place taken")
    )
    return place


def _move(place: Reservation, to: ReservationStatus, moment: datetime, why: str) -> None:
    if place.status is to:
        return
    if to not in MOVES[place.status]:
        raise ValueError(f"a place cannot go from {place.status.value} to {to.value}")
    db.session.add(
        ReservationEvent(reservation_id=place.id, before=place.status, after=to, at=moment, why=why)
    )
    place.status = to
    db.session.flush()
