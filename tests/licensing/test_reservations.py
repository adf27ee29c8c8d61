"""A place is held for a while, used when it is paid for, and never sold twice."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from archive.db import db
from archive.errors import Refused
from archive.transactions import transaction
from catalogue.entries import Entry
from licensing import anomalies, box_offices, ledger, reservation_upkeep, reservations, tickets
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.orders import Order, OrderStatus
from licensing.payments import Payment, PaymentStatus
from licensing.reservations import HOLD, Reservation, ReservationStatus
from tests.licensing import sales, stage
from tests.licensing.stage import NOW

LATER = NOW + HOLD


def release(moment: Any = LATER) -> None:
    for place_id in reservations.run_out(moment):
        reservation_upkeep.release_one(reservations.get_for_change(place_id), moment)


def place_of(order: Order) -> Reservation:
    (place,) = reservations.of_order(order.id)
    return place


# Lesson 36
def test_twenty_who_buy_the_last_place_at_once_sell_one(app: Flask) -> None:
    entry_id = stage.performance(quota=1).id
    db.session.commit()
    outcomes: list[str] = []
    together = threading.Barrier(20)

    def buy(number: int) -> None:
        with app.app_context():
            together.wait()
            try:
                with transaction():
                    stage.bought(db.session.get_one(Entry, entry_id), buyer=stage.viewer(number))
                outcomes.append("sold")
            except Refused:
                outcomes.append("full")
            finally:
                db.session.remove()

    buyers = [threading.Thread(target=buy, args=(number,)) for number in range(20)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()

    assert sorted(outcomes) == ["full"] * 19 + ["sold"]
    assert len(tickets.sold(entry_id)) == 1
    assert box_offices.get(entry_id).taken == 1
    assert reservations.miscounted() == []


def test_the_database_itself_refuses_one_place_too_many(app: Flask) -> None:
    office = box_offices.get(stage.performance(quota=1).id)

    office.taken = 2

    with pytest.raises(IntegrityError):
        db.session.flush()


# Lesson 2
def test_a_place_that_nobody_paid_for_comes_free_by_our_own_clock(app: Flask) -> None:
    entry = stage.performance(quota=1)
    first = stage.ordered(entry)

    release(LATER - timedelta(seconds=1))
    assert place_of(first).status is ReservationStatus.HELD
    release()

    assert place_of(first).status is ReservationStatus.RELEASED
    assert stage.bought(entry, buyer=stage.viewer(2), moment=LATER).status is OrderStatus.PAID


def test_a_place_stays_held_while_a_bank_has_the_money_in_hand(app: Flask) -> None:
    order = stage.ordered(stage.performance(quota=1))
    payment = Payment(
        reference="pay_1",
        order=order,
        provider="stripe",
        amount_minor=order.gross_minor,
        currency=order.currency,
        status=PaymentStatus.PROCESSING,
        idempotency_key="checkout-pay_1",
        created_at=NOW,
        expires_at=LATER,
    )
    db.session.add(payment)
    db.session.flush()

    release()
    assert place_of(order).status is ReservationStatus.HELD
    payment.status = PaymentStatus.FAILED
    db.session.flush()
    release()

    assert place_of(order).status is ReservationStatus.RELEASED


# Lesson 1
def test_money_that_comes_when_the_last_place_is_sold_is_kept_and_goes_back(app: Flask) -> None:
    entry = stage.performance(quota=1)
    late = stage.ordered(entry)
    release()
    stage.bought(entry, buyer=stage.viewer(2), moment=LATER)

    sales.pay(late, LATER)

    assert late.status is OrderStatus.CANCELLED
    assert place_of(late).status is ReservationStatus.REFUSED
    assert [found.kind for found in anomalies.open_ones()] == ["not_fulfillable"]
    assert ledger.balance(AccountKind.SUSPENSE, "EUR", late.number) == Money(-1250, "EUR")
    assert ledger.balance(AccountKind.STRIPE_CLEARING, "EUR") == Money(2500, "EUR")
    assert tickets.of_order(late.id) == []
    assert (len(tickets.sold(entry.id)), reservations.miscounted()) == (1, [])


def test_money_that_comes_late_still_buys_a_place_that_is_free(app: Flask) -> None:
    order = stage.ordered(stage.performance(quota=1))
    release()

    sales.pay(order, LATER)

    assert order.status is OrderStatus.PAID
    assert len(tickets.of_order(order.id)) == 1


# Lesson 5
def test_who_ordered_early_pays_the_early_price_while_the_place_is_held(app: Flask) -> None:
    early = {"early_minor": 500, "early_until": NOW + timedelta(minutes=10)}
    entry = stage.performance(quota=5, **early)
    order = stage.ordered(entry, 500)

    reservations.hold(order, NOW + timedelta(minutes=20))
    assert place_of(order).held_until == NOW + timedelta(minutes=20) + HOLD
    release(NOW + timedelta(hours=3))

    with pytest.raises(Refused, match="costs more by now"):
        reservations.hold(order, NOW + timedelta(hours=3))
    assert reservations.miscounted() == []


def test_nothing_is_held_when_it_is_over_or_closed(app: Flask) -> None:
    entry = stage.performance()
    order = stage.ordered(entry)
    release()

    with pytest.raises(Refused, match="no longer for sale"):
        reservations.hold(order, stage.LIVE["viewing_until"])
    box_offices.set_terms(entry, {"is_open": False}, None)
    with pytest.raises(Refused, match="no longer for sale"):
        reservations.hold(order, NOW)


def test_a_quota_cannot_be_lower_than_what_is_taken(app: Flask) -> None:
    entry = stage.performance(quota=3)
    stage.bought(entry)
    stage.bought(entry, buyer=stage.viewer(2))

    with pytest.raises(Refused, match="2 places"):
        box_offices.set_terms(entry, {"quota": 1}, None)


class Places(RuleBasedStateMachine):
    """Whatever buyers, clock and bank do, places are counted right and no more are sold than there are."""

    def __init__(self) -> None:
        super().__init__()
        self.entry = stage.performance(quota=3)
        self.orders: list[Order] = []
        self.moment = NOW

    @rule()
    def order(self) -> None:
        number = len(self.orders)
        try:
            with db.session.begin_nested():
                self.orders.append(stage.ordered(self.entry, buyer=stage.viewer(number), moment=self.moment))
        except Refused:
            assert box_offices.get(self.entry.id).is_full

    @rule()
    def wait(self) -> None:
        self.moment += HOLD
        release(self.moment)

    @rule()
    def pay_oldest(self) -> None:
        waiting = [order for order in self.orders if order.status is OrderStatus.AWAITING_PAYMENT]
        if waiting:
            sales.pay(waiting[0], self.moment)

    @rule()
    def pay_newest(self) -> None:
        waiting = [order for order in self.orders if order.status is OrderStatus.AWAITING_PAYMENT]
        if waiting:
            sales.pay(waiting[-1], self.moment)

    @rule()
    def take_back(self) -> None:
        paid = [order for order in self.orders if order.status is OrderStatus.PAID]
        if paid:
            tickets.revoke_of(paid[0], self.moment, "paid back")

    @invariant()
    def counts_right(self) -> None:
        assert reservations.miscounted() == []
        taken = box_offices.get(self.entry.id).taken
        assert len(tickets.sold(self.entry.id)) <= taken <= 3
        assert ledger.unbalanced_transactions() == []
        used = select(Reservation).where(Reservation.status == ReservationStatus.USED)
        assert len(db.session.scalars(used).all()) == len(tickets.sold(self.entry.id))

    def teardown(self) -> None:
        db.session.rollback()


def test_places_are_never_oversold_whatever_happens(app: Flask) -> None:
    run_state_machine_as_test(Places, settings=settings(max_examples=12, stateful_step_count=20))
