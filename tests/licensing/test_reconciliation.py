"""Our books laid beside the provider's: what was missed is fetched, what differs is a task, what is equal is proven."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from archive import accounts, clock
from archive.accounts import Role
from archive.db import db
from archive.transactions import transaction
from licensing import anomalies, inbox, ledger, proofs, provider_payouts, reconciliation
from licensing.gateways.books import PayoutStanding
from licensing.ledger import AccountKind, LedgerTransaction, Posting
from licensing.money import Money
from licensing.orders import OrderStatus
from licensing.provider_events import ROUTES, ProviderEvent
from licensing.provider_payouts import ProviderPayout
from tests.licensing.shop import Shop


@pytest.fixture
def sold(open_shop: Shop) -> Shop:
    """A shop with one order, paid by card, whose events were delivered."""
    open_shop.pay(open_shop.order(), "card")
    tell(open_shop)
    return open_shop


def tell(open_shop: Shop) -> None:
    """Deliver everything that the provider has to tell, and work."""
    for event in open_shop.events():
        assert open_shop.deliver(event) == 200
    work(open_shop)


def work(open_shop: Shop) -> None:
    db.session.rollback()
    open_shop.work()


def compare(open_shop: Shop) -> reconciliation.Comparison:
    db.session.rollback()
    reconciliation.compare_fully({})
    work(open_shop)
    return reconciliation.latest(1)[0]


def kinds() -> list[str]:
    db.session.rollback()
    return [found.kind for found in anomalies.open_ones()]


def contradictions() -> list[str]:
    db.session.rollback()
    return [each for outcome in proofs.run() for each in outcome.found]


# Invariant 17
def test_books_that_are_equal_leave_nothing_to_do(sold: Shop) -> None:
    found = compare(sold)

    assert (found.lines_read, found.lines_unknown, found.events_missed) == (1, 0, 0)
    assert found.ours_minor == found.theirs_minor == 21841 - (sold.the_payment().fee_minor or 0)
    assert (kinds(), contradictions()) == ([], [])


def test_events_that_never_came_are_fetched_from_the_list(open_shop: Shop) -> None:
    open_shop.pay(open_shop.order(), "card")
    assert open_shop.the_order().status is OrderStatus.AWAITING_PAYMENT

    db.session.rollback()
    reconciliation.compare_lightly({})
    work(open_shop)

    assert open_shop.the_order().status is OrderStatus.PAID
    assert reconciliation.latest(1)[0].events_missed == len(open_shop.events())
    missed = select(func.count()).select_from(ProviderEvent).where(ProviderEvent.was_missed)
    assert db.session.scalar(missed) == len(open_shop.events())


def test_disputes_refunds_and_payouts_that_nobody_told_of_are_found_in_the_lines(sold: Shop) -> None:
    charge = sold.the_payment().charge_id
    sold.act("refunds", charge=charge, amount=1000)
    sold.act("disputes", charge=charge, amount=2000)
    sold.act("payouts", amount=5000)
    for event in sold.events():
        event_row = db.session.get(ProviderEvent, event["id"])
        if event_row is None:
            db.session.add(seen(event))
    db.session.commit()

    compare(sold)
    found = compare(sold)

    assert found.lines_unknown == 0
    assert found.ours_minor == found.theirs_minor
    assert "clearing_differs" not in kinds()
    assert "unbooked_line" not in kinds()
    assert contradictions() == []


def seen(event: dict[str, Any]) -> ProviderEvent:
    """An event that was stored and led to nothing."""
    moment = clock.now()
    return ProviderEvent(
        event_id=event["id"],
        type=event["type"],
        reference=None,
        is_live=False,
        api_version=None,
        created=moment,
        received_at=moment,
        was_missed=False,
        body=json.dumps(event),
    )


def test_money_in_our_books_that_the_provider_has_not_is_a_task_until_it_is_gone(sold: Shop) -> None:
    book(sold, 12)
    compare(sold)
    assert kinds() == ["clearing_differs"]

    book(sold, -12)
    compare(sold)

    assert kinds() == []


def book(sold: Shop, minor: int) -> None:
    """Book something that never happened at the provider."""
    amount = Money(minor, "EUR")
    postings = [Posting(AccountKind.STRIPE_CLEARING, amount), Posting(AccountKind.ROUNDING, -amount)]
    db.session.rollback()
    with transaction():
        ledger.post("mistake", "x", f"mistake:{minor}", postings, clock.now())


def test_a_payout_reaches_the_bank_and_comes_back(sold: Shop) -> None:
    name = sold.act("payouts", amount=5000, in_transit=True)["id"]
    tell(sold)
    assert ledger.balance(AccountKind.BANK, "EUR") == Money(0, "EUR")
    assert provider_payouts.on_their_way("EUR") == Money(5000, "EUR")
    assert compare(sold).lines_unknown == 0
    assert kinds() == []

    sold.act(f"payouts/{name}", status="paid")
    tell(sold)
    assert ledger.balance(AccountKind.BANK, "EUR") == Money(5000, "EUR")

    sold.act(f"payouts/{name}", status="failed")
    tell(sold)
    assert ledger.balance(AccountKind.BANK, "EUR") == Money(0, "EUR")
    assert kinds() == ["payout_failed"]
    assert db.session.scalars(select(ProviderPayout)).one().status is PayoutStanding.FAILED
    assert compare(sold).lines_unknown == 0


# Lesson 26
def test_lesson_26_one_fact_told_by_two_endpoints_is_booked_once(sold: Shop) -> None:
    before = db.session.scalar(select(func.count()).select_from(LedgerTransaction))
    for event in sold.events():
        assert sold.deliver(event | {"id": f"{event['id']}_of_the_other_endpoint"}) == 200
    work(sold)

    assert db.session.scalar(select(func.count()).select_from(LedgerTransaction)) == before
    assert contradictions() == []


# Lesson 11
def test_lesson_11_what_came_in_is_a_sum_over_objects_and_never_counted_up(sold: Shop) -> None:
    for _ in range(3):
        tell(sold)
        compare(sold)

    assert ledger.balance(AccountKind.REVENUE, "EUR") == Money(-18050, "EUR")
    assert contradictions() == []


# Lesson 33
def test_lesson_33_an_event_that_we_failed_on_is_not_answered_well_and_comes_again(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_shop.pay(open_shop.order(), "card")
    event = open_shop.event("checkout.session.completed")

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    open_shop.app.testing = False
    open_shop.app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as broken:
        broken.setitem(ROUTES, "checkout.session.completed", fail)
        assert open_shop.deliver(event) == 500
    db.session.rollback()
    assert db.session.get(ProviderEvent, event["id"]) is None

    assert open_shop.deliver(event) == 200
    work(open_shop)
    assert open_shop.the_order().status is OrderStatus.PAID


def test_every_event_that_we_ask_for_has_a_route() -> None:
    asked = {
        *(f"checkout.session.{what}" for what in ("completed", "expired")),
        *(f"checkout.session.async_payment_{what}" for what in ("succeeded", "failed")),
        *(f"payment_intent.{what}" for what in ("succeeded", "payment_failed", "canceled")),
        *("charge.refunded", "refund.created", "refund.updated", "refund.failed"),
        *(f"charge.dispute.{what}" for what in ("created", "updated", "closed")),
        *(f"charge.dispute.funds_{what}" for what in ("withdrawn", "reinstated")),
        *("payout.paid", "payout.failed"),
    }

    assert asked <= ROUTES.keys()


def test_a_fee_of_the_provider_is_booked_by_the_button_once(sold: Shop) -> None:
    moment = clock.now()
    db.session.rollback()
    with transaction():
        staff = accounts.add("noor@archief.example", "Noor", Role.LICENSING, "a long enough password", moment)
        detail = {"amount_minor": -250, "fee_minor": 0, "currency": "EUR", "type": "stripe_fee"}
        anomalies.file("unbooked_line", "txn_1", moment, **detail)
    found = anomalies.open_ones()[0]

    db.session.rollback()
    with transaction():
        for _ in range(2):
            inbox.repair(found.id, staff.id, moment)

    assert ledger.balance(AccountKind.FEES_EXPENSE, "EUR", "provider") == Money(250, "EUR")
    assert kinds() == []
