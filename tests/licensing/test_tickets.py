"""A ticket opens the stream within its window, for its holder, on one device at a time."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from archive.errors import Gone, Invalid, NotFound, Refused
from catalogue.entries import Entry
from licensing import box_offices, invoices, ledger, orders, reservations, seasons, ticket_sales, tickets
from licensing.box_offices import FreeReason
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.orders import OrderStatus
from licensing.tickets import Ticket, TicketStatus
from tests.licensing import negotiating, sales, stage
from tests.licensing.stage import NOW, STARTS, STREAM

OPEN = STARTS - timedelta(minutes=30)
CLOSES = STARTS + timedelta(days=7)


def ticket_for(entry: Entry) -> Ticket:
    (ticket,) = tickets.of_order(stage.bought(entry).id)
    return ticket


def test_a_paid_ticket_is_mailed_with_its_link_invoiced_and_booked(app: Flask) -> None:
    order = stage.bought(stage.performance())

    (ticket,) = tickets.of_order(order.id)
    assert (order.gross_minor, order.net_minor, order.vat_minor) == (1250, 1033, 217)
    assert ticket.net == Money(1033, "EUR")
    assert ledger.balance(AccountKind.REVENUE, "EUR", "ticket") == Money(-1033, "EUR")
    assert ledger.balance(AccountKind.VAT_PAYABLE, "EUR", "NL:2100") == Money(-217, "EUR")
    assert invoices.of_order(order.id) is not None
    assert negotiating.mails(tickets.link_token(ticket))


WINDOW = [
    (OPEN - timedelta(seconds=1), False),
    (OPEN, True),
    (STARTS, True),
    (CLOSES - timedelta(seconds=1), True),
    (CLOSES, False),
]


@pytest.mark.parametrize(("moment", "is_shown"), WINDOW)
def test_the_stream_is_shown_within_the_window_only(app: Flask, moment: datetime, is_shown: bool) -> None:
    ticket = ticket_for(stage.performance())
    device = tickets.open_on(ticket, None, STARTS)

    assert tickets.stream_for(ticket, device, moment) == (STREAM if is_shown else None)
    assert tickets.stream_for(ticket, None, moment) is None
    assert tickets.stream_for(ticket, "of somebody else", moment) is None


def test_a_ticket_opens_on_one_device_at_a_time_and_on_few_in_all(app: Flask) -> None:
    ticket = ticket_for(stage.performance())
    first = tickets.open_on(ticket, None, STARTS)
    assert tickets.open_on(ticket, first, STARTS) == first

    second = tickets.open_on(ticket, None, STARTS)

    assert tickets.stream_for(ticket, first, STARTS) is None
    assert tickets.stream_for(ticket, second, STARTS) == STREAM
    for _ in range(tickets.MAX_DEVICES - 2):
        second = tickets.open_on(ticket, first, STARTS)
    with pytest.raises(Refused, match="5 devices"):
        tickets.open_on(ticket, first, STARTS)
    assert tickets.stream_for(ticket, second, STARTS) == STREAM


def test_a_ticket_opens_nothing_before_its_window(app: Flask) -> None:
    with pytest.raises(Refused, match="cannot be seen now"):
        tickets.open_on(ticket_for(stage.performance()), None, NOW)


# Lesson 35
def test_a_revoked_ticket_opens_nothing_and_its_place_is_free_again(app: Flask) -> None:
    entry = stage.performance(quota=1)
    order = stage.bought(entry)
    (ticket,) = tickets.of_order(order.id)
    device = tickets.open_on(ticket, None, STARTS)

    tickets.revoke_of(order, STARTS, "paid back")

    assert ticket.status is TicketStatus.REVOKED
    assert tickets.stream_for(ticket, device, STARTS) is None
    with pytest.raises(Gone):
        tickets.open_on(ticket, device, STARTS)
    assert (box_offices.get(entry.id).left, reservations.miscounted()) == (1, [])


def test_a_link_that_we_did_not_make_leads_nowhere(app: Flask) -> None:
    ticket = ticket_for(stage.performance())

    for token in (ticket.key, "x", tickets.link_token(ticket) + "x"):
        with pytest.raises(NotFound):
            tickets.get_by_token(token)
    assert tickets.get_by_token(tickets.link_token(ticket)) is ticket


@pytest.mark.parametrize("minor", [0, 1, 749, 50_001, -750])
def test_less_than_the_least_and_more_than_the_most_are_refused(app: Flask, minor: int) -> None:
    with pytest.raises(Invalid, match="at least"):
        stage.ordered(stage.performance(), minor)


def test_who_may_not_see_it_is_sold_nothing(app: Flask) -> None:
    entry = stage.performance(regions=["NL", "BE"])

    assert stage.bought(entry, buyer=stage.viewer(1, "BE")).status is OrderStatus.PAID
    with pytest.raises(Refused, match="may not be shown"):
        stage.ordered(entry, buyer=stage.viewer(2, "DE"))


def test_a_free_ticket_is_given_once_with_its_reason_and_takes_a_place(app: Flask) -> None:
    entry = stage.performance(floor_minor=0, free_reason=FreeReason.FUNDED, quota=1)
    key = orders.new_form_key()

    given = ticket_sales.give(entry, stage.viewer(), key, NOW)

    assert ticket_sales.give(entry, stage.viewer(), key, NOW) is given
    assert (given.free_reason, given.net_minor, given.line) == (FreeReason.FUNDED, 0, None)
    with pytest.raises(Refused, match="All places"):
        ticket_sales.give(entry, stage.viewer(2), orders.new_form_key(), NOW)
    assert reservations.miscounted() == []


# Invariant 18
def test_nothing_is_free_without_a_reason(app: Flask) -> None:
    with pytest.raises(Exception, match="free_for_a_reason"):
        stage.performance(floor_minor=0)


def test_a_ticket_that_costs_something_is_not_given(app: Flask) -> None:
    with pytest.raises(Refused, match="costs something"):
        ticket_sales.give(stage.performance(), stage.viewer(), orders.new_form_key(), NOW)


def test_a_pass_is_a_ticket_for_each_performance_at_its_part_of_the_price(app: Flask) -> None:
    season = seasons.ensure("winter-2026", "Winterserie", Money(1500, "EUR"))
    evenings = [stage.performance(f"Avond {n}", season=season, quota=1) for n in range(3)]
    office = seasons.get("winter-2026")

    order = ticket_sales.order_season(
        office,
        stage.viewer(),
        Money(2000, "EUR"),
        form_key=orders.new_form_key(),
        consent={"text": "Ja.", "at": NOW.isoformat()},
        moment=NOW,
    )
    reservations.hold(order, NOW)
    sales.pay(order, NOW)

    assert (order.gross_minor, len(order.lines)) == (2000, 3)
    assert [ticket.entry_id for ticket in tickets.of_order(order.id)] == [each.id for each in evenings]
    assert all(box_offices.get(each.id).is_full for each in evenings)


# Lesson 1
def test_a_pass_that_lost_one_of_its_places_gives_back_all(app: Flask) -> None:
    season = seasons.ensure("winter-2026", "Winterserie", Money(1500, "EUR"))
    one, other = (stage.performance(f"Avond {n}", season=season, quota=1) for n in range(2))
    order = ticket_sales.order_season(
        season,
        stage.viewer(),
        Money(2000, "EUR"),
        form_key=orders.new_form_key(),
        consent={"text": "Ja.", "at": NOW.isoformat()},
        moment=NOW,
    )
    reservations.hold(order, NOW)
    for place in reservations.of_order(order.id):
        reservations.release(place, NOW, "not paid in time")
    stage.bought(other, buyer=stage.viewer(2))

    sales.pay(order, NOW)

    assert order.status is OrderStatus.CANCELLED
    assert box_offices.get(one.id).left == 1
    assert reservations.miscounted() == []
