"""Performances with tickets, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from catalogue import entries, performances
from catalogue.entries import Entry, EntryKind, Status
from licensing import box_offices, orders, reservations, ticket_sales
from licensing.money import Money
from licensing.orders import Buyer, Order, OrderStatus
from tests.licensing import sales

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STARTS = datetime(2026, 12, 12, 19, 30, tzinfo=UTC)
STREAM = "https://stream.venue.example/live/terwindt"
LIVE = {
    "starts_at": STARTS,
    "ends_at": STARTS + timedelta(hours=2),
    "opens_at": STARTS - timedelta(minutes=30),
    "viewing_until": STARTS + timedelta(days=7),
}
TERMS: dict[str, Any] = {
    "currency": "EUR",
    "floor_minor": 750,
    "stream_url": STREAM,
    "is_open": True,
    "regions": [],
}


def performance(title: str = "Nachtconcert Terwindt", **changes: Any) -> Entry:
    """Add a public performance with tickets; `changes` are its times, or columns of its box office."""
    times = {name: changes.pop(name, moment) for name, moment in LIVE.items()}
    entry = entries.add(EntryKind.PERFORMANCE, title, NOW)
    performances.set_times(entry, **times)
    box_offices.set_terms(entry, TERMS | changes, None)
    entries.move(entry, Status.PUBLISHED, None)
    return entry


def viewer(number: int = 1, country: str = "NL") -> Buyer:
    """Make somebody who wants to see it."""
    return Buyer("Noor Adriaanse", f"noor{number}@example.org", None, country, "Nachtconcert", "nl")


def ordered(entry: Entry, minor: int = 1250, buyer: Buyer | None = None, moment: datetime = NOW) -> Order:
    """Order a ticket and be sent to pay."""
    order = ticket_sales.order_ticket(
        box_offices.get(entry.id),
        buyer or viewer(),
        Money(minor, "EUR"),
        form_key=orders.new_form_key(),
        consent={"text": "Ja.", "at": moment.isoformat()},
        moment=moment,
    )
    reservations.hold(order, moment)
    orders.move(order, OrderStatus.AWAITING_PAYMENT, moment, "payment begun")
    return order


def bought(entry: Entry, minor: int = 1250, buyer: Buyer | None = None, moment: datetime = NOW) -> Order:
    """Order a ticket and pay it."""
    order = ordered(entry, minor, buyer, moment)
    sales.pay(order, moment)
    return order
