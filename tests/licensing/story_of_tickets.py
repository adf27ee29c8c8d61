"""What becomes of the two places of a performance, in a story of the books: held, sold, lost to others, given back."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from archive import clock
from archive.db import db
from archive.errors import DomainError
from archive.transactions import transaction
from catalogue.entries import Entry
from licensing import box_offices, orders, reservation_upkeep, ticket_sales, ticket_viewing
from licensing.box_offices import FreeReason
from licensing.money import Money
from licensing.reservations import HOLD
from licensing.tickets import Ticket, TicketStatus
from tests.licensing import stage
from tests.licensing.stories import CUTS, NTH, Story, at, killed_after

PLACES = 2


class Tickets(Story):
    """A performance with two places for money, and one with two for nothing."""

    def prepare(self) -> None:
        super().prepare()
        moment = clock.now()
        times = {
            "starts_at": moment,
            "ends_at": moment + timedelta(hours=2),
            "opens_at": moment - timedelta(hours=1),
            "viewing_until": moment + timedelta(days=90),
        }
        self.concert = stage.performance(quota=PLACES, **times).id
        funded = {"floor_minor": 0, "free_reason": FreeReason.FUNDED}
        self.free_concert = stage.performance("Gratis concert", quota=PLACES, **funded, **times).id

    @rule(nth=NTH, minor=st.integers(700, 2_000), cut=CUTS)
    def somebody_orders_a_ticket(self, nth: int, minor: int, cut: int | None) -> None:
        with killed_after(cut), transaction():
            self.attempt(lambda: self._order(nth, minor))

    @rule(nth=NTH, cut=CUTS)
    def a_free_ticket_is_given(self, nth: int, cut: int | None) -> None:
        key = orders.new_form_key()
        for _ in range(2):
            with killed_after(cut), transaction():
                entry = db.session.get_one(Entry, self.free_concert)
                self.attempt(
                    lambda entry=entry: ticket_sales.give(entry, stage.viewer(nth), key, clock.now())  # type: ignore[misc]
                )

    @rule(cut=CUTS)
    def places_are_held_too_long(self, cut: int | None) -> None:
        with at(clock.now() + HOLD + timedelta(minutes=1)), killed_after(cut):
            reservation_upkeep.release({})

    @rule(nth=NTH, cut=CUTS)
    def a_ticket_is_opened(self, nth: int, cut: int | None) -> None:
        ticket_id = self.nth(select(Ticket.id).order_by(Ticket.id.desc()), nth)
        if ticket_id is None:
            return
        with killed_after(cut), transaction():
            ticket, moment = db.session.get_one(Ticket, ticket_id), clock.now()
            try:
                device = ticket_viewing.open_on(ticket, None, moment)
            except DomainError:
                db.session.rollback()
                return
            assert ticket.status is TicketStatus.VALID
            assert ticket_viewing.stream_for(ticket, device, moment) == stage.STREAM

    def _order(self, nth: int, minor: int) -> None:
        moment = clock.now()
        order = ticket_sales.order_ticket(
            box_offices.get(self.concert),
            stage.viewer(nth),
            Money(minor, "EUR"),
            form_key=orders.new_form_key(),
            consent={"text": "Ja.", "at": moment.isoformat()},
            moment=moment,
        )
        self.pages.append(self.begin(order))
