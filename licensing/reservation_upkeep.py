"""The clock of reservations: places that nobody paid for in time come free, whatever a provider tells us or not."""

from datetime import datetime, timedelta
from typing import Any

from archive import clock
from archive.db import db
from archive.transactions import transaction
from licensing import payments, reservations
from licensing.payments import PaymentStatus
from licensing.reservations import Reservation, ReservationStatus

JOB = "reservations.release"
EVERY = timedelta(minutes=1)


def release(_payload: dict[str, Any]) -> None:
    """Job: free what was held long enough, each place in a transaction of its own."""
    moment = clock.now()
    for place_id in reservations.run_out(moment):
        with transaction():
            release_one(reservations.get_for_change(place_id), moment)


def release_one(place: Reservation, moment: datetime) -> None:
    """Free a place that was held long enough, unless a bank has the money in hand: that may take days."""
    if place.status is not ReservationStatus.HELD or place.held_until > moment:
        return
    payment = payments.latest_of(place.order) if place.order else None
    if payment is None or payment.status is not PaymentStatus.PROCESSING:
        reservations.release(place, moment, "not paid in time")
        db.session.flush()
