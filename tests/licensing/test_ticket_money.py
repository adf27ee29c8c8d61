"""Tickets through the payment page: bought, paid too late and sent back, paid back, disputed."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from archive import clock
from archive.db import db
from archive.errors import Gone
from catalogue.entries import Entry
from licensing import box_offices, orders, reservations, settlements, ticket_viewing, tickets
from licensing.ledger import AccountKind
from licensing.orders import Order, OrderStatus
from licensing.refunds import RefundStatus
from licensing.reservations import HOLD, Reservation
from licensing.tickets import Ticket, TicketStatus
from tests.licensing import refunding, stage
from tests.licensing.refunding import balance, euro
from tests.licensing.shop import Shop
from tests.licensing.stage import NOW, STARTS
from tests.licensing.test_disputes import dispute, tell_all
from tests.licensing.test_surplus import send_back

FORM = {
    "name": "Noor Adriaanse",
    "email": "noor@example.org",
    "country": "NL",
    "pays": "12,50",
    "consent": "1",
}


def on_now() -> Entry:
    """A performance that is on at the moment of the test."""
    moment = clock.now()
    times = {"starts_at": moment, "ends_at": moment + timedelta(hours=2)}
    window = {"opens_at": moment - timedelta(hours=1), "viewing_until": moment + timedelta(days=1)}
    entry = stage.performance(quota=1, **times, **window)
    db.session.commit()
    return entry


def buy(open_shop: Shop, entry: Entry, how: str = "card") -> Ticket:
    address = f"/nl/performances/{entry.pid}/ticket"
    page = open_shop.browser.get(address).get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|form_key)"[^>]*value="([^"]+)"', page))
    answer = open_shop.browser.post(address, data=hidden | FORM)
    assert answer.status_code == 303
    open_shop.pay(answer.headers["Location"], how)
    assert open_shop.deliver(open_shop.event("checkout.session.completed")) == 200
    open_shop.work()
    (ticket,) = tickets.of_order(open_shop.the_order().id)
    return ticket


def test_a_ticket_is_bought_through_the_payment_page_and_opens_the_stream(open_shop: Shop) -> None:
    ticket = buy(open_shop, on_now())

    page = open_shop.browser.get(f"/nl/orders/{orders.link_token(open_shop.the_order())}").get_data(
        as_text=True
    )
    device = ticket_viewing.open_on(ticket, None, clock.now())

    assert tickets.link_token(ticket) in page
    assert ticket_viewing.stream_for(ticket, device, clock.now()) == stage.STREAM
    assert open_shop.the_payment().amount_minor == 1250


# Lesson 20
def test_a_ticket_opens_nothing_while_a_bank_disputes_its_payment(open_shop: Shop) -> None:
    ticket = buy(open_shop, on_now())
    device = ticket_viewing.open_on(ticket, None, clock.now())
    db.session.commit()

    dispute(open_shop)
    tell_all(open_shop)

    assert ticket_viewing.stream_for(ticket, device, clock.now()) is None
    with pytest.raises(Gone, match="holds the payment"):
        ticket_viewing.open_on(ticket, None, clock.now())


def lost(entry: Entry) -> Order:
    """Order the last place, lose it by the clock to somebody else."""
    late = stage.ordered(entry)
    (place,) = reservations.of_order(late.id)
    reservations.release(place, NOW + HOLD, "not paid in time")
    stage.bought(entry, buyer=stage.viewer(2), moment=NOW + HOLD)
    return late


# Lesson 1
def test_money_for_a_place_that_is_gone_is_received_and_all_of_it_goes_back(app: Flask) -> None:
    entry = stage.performance(quota=1)
    late = lost(entry)
    taken = balance(AccountKind.STRIPE_CLEARING)

    payment = refunding.pay(late)
    received = settlements.of_order(late)
    refund = send_back(payment)

    assert (received.received, received.due, received.overpaid) == (euro(1250), euro(0), euro(1250))
    assert (refund.status, refund.amount) == (RefundStatus.SUCCEEDED, euro(1250))
    assert refund.payment.order.status is OrderStatus.CANCELLED
    assert balance(AccountKind.SUSPENSE) == 0
    assert balance(AccountKind.STRIPE_CLEARING) == taken
    assert reservations.miscounted() == []


def test_a_ticket_that_is_paid_back_opens_nothing_and_its_place_can_be_sold(app: Flask) -> None:
    entry = stage.performance(quota=1)
    order = stage.ordered(entry)
    payment = refunding.pay(order)
    (ticket,) = tickets.of_order(order.id)
    assert box_offices.get(entry.id).is_full

    refunding.given_back(payment, 1250)

    db.session.refresh(ticket)
    assert ticket.status is TicketStatus.REVOKED
    assert tickets.stream_for(ticket, None, STARTS) is None
    assert box_offices.get(entry.id).left == 1
    assert db.session.query(Reservation).count() == 1
