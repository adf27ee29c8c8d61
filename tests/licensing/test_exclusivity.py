"""Exclusivity: what was promised to one buyer is not sold to another, whoever comes first, also at the same moment."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from archive import clock
from archive.db import db
from archive.errors import Refused
from archive.transactions import transaction
from catalogue import entries
from catalogue.entries import Entry, EntryKind
from licensing import anomalies, exclusivity, fulfilment, ledger, licences, orders
from licensing.exclusivity import Grant
from licensing.fulfilment import Receipt
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.orders import Buyer, LineKind, Order, OrderStatus, PricedLine

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
CHOICE = {"use": "documentary", "territory": "europe", "term": "5_years", "duration": "30s"}
EXCLUSIVE = {"exclusivity": "exclusive"}
BUYER = Buyer("Noor Adriaanse", "noor@studio.example", None, "NL", "Slotscène", "nl")


@pytest.fixture
def entry(app: Flask) -> Iterator[Entry]:
    found = entries.add(EntryKind.RECORDING, "Blauw uur", NOW)
    db.session.commit()
    yield found
    db.session.rollback()


def order(entry_id: int, moment: datetime = NOW, **choice: str) -> Order:
    line = PricedLine(
        entry_id=entry_id,
        title="Blauw uur",
        kind=LineKind.LICENCE_FEE,
        choice=CHOICE | choice,
        summary="",
        net=Money(18050, "EUR"),
        vat=Money(3791, "EUR"),
        vat_code="S",
        vat_bp=2100,
        vat_country="NL",
        trace=[],
        rate_card="2026-2",
        is_exclusive=exclusivity.is_exclusive(choice),
    )
    placed = orders.place(
        BUYER, [line], form_key=orders.new_form_key(), consent={}, terms="2026-1", moment=moment
    )
    exclusivity.reserve(placed, moment)
    return placed


def conflicts(
    entry: Entry, territory: str = "NL", first: date = TODAY, last: date | None = None
) -> list[Grant]:
    return exclusivity.conflicts(entry.id, "documentary", {territory}, first, last)


def test_licences_that_are_not_exclusive_do_not_stand_in_each_others_way(entry: Entry) -> None:
    order(entry.id)
    order(entry.id)

    assert [grant.is_exclusive for grant in conflicts(entry)] == [False, False]


@pytest.mark.parametrize("later", [{}, EXCLUSIVE, {"exclusivity": "from_now"}, {"territory": "world"}])
def test_nothing_that_overlaps_is_sold_after_an_exclusive_licence(
    entry: Entry, later: dict[str, str]
) -> None:
    order(entry.id, **EXCLUSIVE)

    with pytest.raises(Refused, match="exclusive right to this use until 2031-11-21"):
        order(entry.id, **later)


def test_an_exclusive_licence_without_end_says_that_waiting_does_not_help(entry: Entry) -> None:
    order(entry.id, term="perpetual", **EXCLUSIVE)

    with pytest.raises(Refused, match="exclusive right to this use\\. Choose another use or country"):
        order(entry.id)


def test_another_use_another_piece_or_a_later_term_stays_free(entry: Entry) -> None:
    other = entries.add(EntryKind.RECORDING, "Groen uur", NOW)
    order(entry.id, term="1_year", **EXCLUSIVE)

    order(entry.id, use="podcast")
    order(other.id)
    order(entry.id, NOW.replace(year=2027))


def test_the_last_day_of_an_exclusive_term_still_counts(entry: Entry) -> None:
    order(entry.id, term="1_year", **EXCLUSIVE)

    assert len(conflicts(entry, first=date(2027, 11, 21))) == 1
    assert conflicts(entry, first=date(2027, 11, 22)) == []


def test_a_country_outside_the_territory_stays_free_and_the_world_never_is(entry: Entry) -> None:
    order(entry.id, **EXCLUSIVE)

    assert conflicts(entry, "US") == []
    assert len(conflicts(entry, "WW")) == 1


def test_exclusive_over_what_others_have_is_sold_only_when_that_was_said(entry: Entry) -> None:
    order(entry.id)

    with pytest.raises(Refused, match="Others may already use this"), db.session.begin_nested():
        order(entry.id, **EXCLUSIVE)
    order(entry.id, exclusivity="from_now")


def test_an_order_that_was_given_up_holds_nothing(entry: Entry) -> None:
    given_up = order(entry.id, **EXCLUSIVE)
    orders.move(given_up, OrderStatus.CANCELLED, NOW, "changed their mind")

    order(entry.id)

    assert len(conflicts(entry)) == 1


def test_an_order_that_expired_is_refused_when_it_is_taken_up_after_another_was_sold(entry: Entry) -> None:
    late = order(entry.id, **EXCLUSIVE)
    orders.move(late, OrderStatus.CANCELLED, NOW, "not paid in time")
    order(entry.id, **EXCLUSIVE)

    with pytest.raises(Refused):
        exclusivity.reserve(late, NOW)


def test_reserving_again_changes_nothing_for_the_same_order(entry: Entry) -> None:
    placed = order(entry.id, **EXCLUSIVE)

    exclusivity.reserve(placed, NOW + timedelta(days=1))

    assert len(conflicts(entry)) == 1


def test_a_licence_counts_by_its_own_days_and_not_when_it_is_revoked(entry: Entry) -> None:
    placed = order(entry.id, **EXCLUSIVE)
    licence = licences.issue(placed.lines[0], {}, date(2027, 1, 1), date(2027, 12, 31), NOW)
    assert [(found.first_day, found.last_day) for found in conflicts(entry)] == [
        (date(2027, 1, 1), date(2027, 12, 31))
    ]

    licence.status = licences.LicenceStatus.REVOKED
    db.session.flush()

    assert conflicts(entry) == []


def test_money_that_comes_late_for_what_somebody_else_got_is_kept_aside_for_a_person(entry: Entry) -> None:
    late = order(entry.id, **EXCLUSIVE)
    orders.move(late, OrderStatus.CANCELLED, NOW, "not paid in time")
    order(entry.id, **EXCLUSIVE)

    for _ in range(2):
        fulfilment.complete(late, Receipt("pi_1", "pi_1", None, None, "EUR"), NOW)

    assert (late.status, licences.of_order(late.id)) == (OrderStatus.CANCELLED, [])
    assert [found.kind for found in anomalies.open_ones()] == ["promised_elsewhere"]
    assert ledger.balance(AccountKind.SUSPENSE, "EUR", late.number) == Money(-21841, "EUR")
    assert ledger.balance(AccountKind.REVENUE, "EUR") == Money(0, "EUR")


def test_two_excerpts_of_a_recording_that_do_not_touch_do_not_stand_in_each_others_way() -> None:
    first = Grant(1, "documentary", frozenset({"NL"}), TODAY, None, True, (0, 30_000))

    assert not first.overlaps(replace(first, excerpt=(30_000, 60_000)))
    assert first.overlaps(replace(first, excerpt=(29_999, 60_000)))
    assert first.overlaps(replace(first, excerpt=None))


def test_an_exclusive_order_that_nobody_pays_is_given_up_after_a_fortnight(entry: Entry) -> None:
    moment = clock.now()
    stale = order(entry.id, moment - timedelta(days=15), **EXCLUSIVE)
    other = order(entry.id, moment - timedelta(days=15), use="podcast")
    db.session.commit()

    exclusivity.release({})
    exclusivity.release({})

    assert db.session.get_one(Order, stale.id).status is OrderStatus.CANCELLED
    assert db.session.get_one(Order, other.id).status is OrderStatus.OPEN


def test_of_many_buyers_of_the_same_exclusive_use_at_once_one_gets_it(app: Flask, entry: Entry) -> None:
    entry_id, outcomes, together = entry.id, [], threading.Barrier(6)
    db.session.rollback()

    def buy() -> None:
        with app.app_context():
            together.wait()
            try:
                with transaction():
                    order(entry_id, **EXCLUSIVE)
                outcomes.append("sold")
            except Refused:
                outcomes.append("refused")
            finally:
                db.session.remove()

    buyers = [threading.Thread(target=buy) for _ in range(6)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()

    assert sorted(outcomes) == ["refused"] * 5 + ["sold"]
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1


days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
places = st.sets(st.sampled_from(["NL", "BE", "US", "WW"]), min_size=1).map(frozenset)
excerpts = st.none() | st.tuples(st.integers(0, 5), st.integers(6, 10))


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    first = draw(days)
    last = draw(st.none() | st.dates(first, date(2029, 1, 1)))
    use = draw(st.sampled_from(["documentary", "podcast"]))
    return Grant(
        1, use, draw(places), first, last, draw(st.booleans()), draw(excerpts), draw(st.integers(1, 9))
    )


@given(grants(), grants())
def test_to_overlap_is_mutual(one: Grant, other: Grant) -> None:
    assert one.overlaps(other) == other.overlaps(one)


@given(grants(), st.lists(grants(), max_size=4), grants())
def test_another_sale_never_makes_possible_what_was_not(asked: Grant, sold: list[Grant], more: Grant) -> None:
    before = exclusivity.refusal(asked, sold, knows_of_others=False)
    after = exclusivity.refusal(asked, [*sold, more], knows_of_others=False)

    assert before is None or after is not None


@given(st.lists(grants(), max_size=6))
def test_whatever_was_sold_one_by_one_no_exclusive_licence_overlaps_with_a_later_one(
    offered: list[Grant],
) -> None:
    sold: list[Grant] = []
    for asked in offered:
        if exclusivity.refusal(asked, sold, knows_of_others=False) is None:
            sold.append(asked)

    pairs = [(one, other) for one in sold for other in sold if one.order_id != other.order_id]
    assert not any(one.overlaps(other) for one, other in pairs if one.is_exclusive)
