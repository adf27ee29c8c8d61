"""Money that goes back: asked for once, sent once, booked once, and never more than came in."""

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from archive import accounts
from archive.accounts import Role
from archive.db import db
from archive.errors import Invalid, Refused
from licensing import (
    accruals,
    anomalies,
    credit_notes,
    disputes,
    inbox,
    invoices,
    ledger,
    licences,
    refund_sending,
    refunds,
    settlements,
    wallet,
)
from licensing.gateways.gateway import RefundOutcome
from licensing.ledger import AccountKind
from licensing.licences import LicenceStatus
from licensing.orders import LineKind
from licensing.payments import Payment
from licensing.refunds import Origin, Refund, RefundStatus, Source
from tests.licensing import refunding, sales
from tests.licensing.refunding import ask, balance, euro, given_back, hear, made_there, one_licence, said
from tests.licensing.sales import NOW
from tests.licensing.shop import Shop


def books() -> dict[str, int]:
    """The accounts that a sale and its refund touch."""
    kinds = ("STRIPE_CLEARING", "REVENUE", "VAT_PAYABLE", "REFUND_CLEARING", "SUSPENSE")
    return {kind: found for kind in kinds if (found := balance(AccountKind[kind]))}


def test_a_full_refund_ends_with_empty_books_a_credit_note_and_no_licence(app: Flask) -> None:
    payment = one_licence()

    refund = given_back(payment, 12100)

    assert books() == {}
    assert refund.credit_note is not None
    assert refund.credit_note.gross_minor == 12100
    assert [licence.status for licence in licences.of_order(payment.order_id)] == [LicenceStatus.REVOKED]
    assert ledger.unbalanced_transactions() == []


def test_a_partial_refund_takes_back_its_part_and_leaves_the_licence(app: Flask) -> None:
    payment = one_licence()

    refund = given_back(payment, 1210)

    assert books() == {"STRIPE_CLEARING": 10890, "REVENUE": -9000, "VAT_PAYABLE": -1890}
    assert refund.credit_note is not None
    assert (refund.credit_note.net_minor, refund.credit_note.vat_minor) == (1000, 210)
    assert [licence.status for licence in licences.of_order(payment.order_id)] == [LicenceStatus.ACTIVE]
    assert settlements.of_order(payment.order).is_settled


# Lesson 14
def test_two_equal_parts_are_two_refunds_and_one_asked_twice_is_one(app: Flask) -> None:
    payment = one_licence()

    first, second = given_back(payment, 1000, "form-1"), given_back(payment, 1000, "form-2")
    again = refunds.ask(payment, euro(1000), "Nog eens", key="form-2", moment=NOW)

    assert first.reference != second.reference
    assert again is second
    assert balance(AccountKind.STRIPE_CLEARING) == 10100
    assert [note.gross_minor for note in credit_notes.notes_of(_invoice(payment))] == [1000, 1000]


# Lesson 14
def test_a_refund_whose_answer_is_lost_is_tried_again_and_happens_once(open_shop: Shop) -> None:
    payment = _sold(open_shop)
    ask(payment, 1000)
    db.session.commit()
    open_shop.script(fault="drop_after_commit", fault_calls=9, fault_path="/v1/refunds")
    open_shop.work()

    open_shop.script()
    refund_sending.follow({})
    refund_sending.send({"refund_id": _refund().id})

    assert _refund().status is RefundStatus.SUCCEEDED
    assert len([event for event in open_shop.events() if event["type"] == "refund.created"]) == 1


# Lesson 14
def test_two_equal_parts_both_go_back_at_the_provider(open_shop: Shop) -> None:
    payment = _sold(open_shop)
    ask(payment, 1000, "form-1")
    ask(payment, 1000, "form-2")
    db.session.commit()

    open_shop.work()

    db.session.rollback()
    assert [refund.status.value for refund in db.session.scalars(select(Refund))] == ["succeeded"] * 2
    assert balance(AccountKind.REFUND_CLEARING) == 0
    charges = [event for event in open_shop.events() if event["type"] == "charge.refunded"]
    assert charges[-1]["data"]["object"]["amount_refunded"] == 2000


# Lesson 32
def test_a_refund_made_in_the_dashboard_shows_up_by_whatever_event_comes(open_shop: Shop) -> None:
    payment = _sold(open_shop)
    db.session.commit()
    open_shop.act("refunds", payment_intent=payment.intent_id, amount=1210)

    for event in open_shop.events():
        if event["type"] in ("charge.refunded", "refund.created"):
            assert open_shop.deliver(event) == 200
            open_shop.work()

    refund = _refund()
    assert (refund.origin, refund.status, refund.amount_minor) == (
        Origin.PROVIDER,
        RefundStatus.SUCCEEDED,
        1210,
    )
    assert refund.credit_note is not None
    assert "refunded_at_provider" in [found.kind for found in anomalies.open_ones()]


# Lesson 32
def test_refunds_of_here_and_of_there_are_set_from_the_provider_and_never_added_up(app: Flask) -> None:
    payment = one_licence()
    refund = ask(payment, 1000)
    reports = [said(refund), made_there("re_x", 2000)]

    for _ in range(3):
        hear(payment, *reversed(reports))
        hear(payment, *reports)

    assert [row.amount_minor for row in refunds.of_payment(payment.id)] == [1000, 2000]
    assert settlements.of_order(payment.order).refunded == euro(3000)
    assert balance(AccountKind.STRIPE_CLEARING) == 9100


def test_a_pending_refund_has_left_the_balance_and_is_not_taken_back_yet(app: Flask) -> None:
    payment = one_licence()
    refund = ask(payment, 12100)

    hear(payment, said(refund, RefundOutcome.PENDING))

    assert refund.status is RefundStatus.PENDING
    assert books() == {"REVENUE": -10000, "VAT_PAYABLE": -2100, "REFUND_CLEARING": 12100}
    assert refund.credit_note is None
    assert [licence.status for licence in licences.of_order(payment.order_id)] == [LicenceStatus.SUSPENDED]


def test_a_pending_refund_that_fails_is_reversed_and_the_licence_lives_on(app: Flask) -> None:
    payment = one_licence()
    before = books()
    refund = ask(payment, 12100)
    hear(payment, said(refund, RefundOutcome.PENDING))

    hear(payment, said(refund, RefundOutcome.FAILED))

    assert refund.status is RefundStatus.FAILED
    assert books() == before
    assert [licence.status for licence in licences.of_order(payment.order_id)] == [LicenceStatus.ACTIVE]
    assert [found.kind for found in anomalies.open_ones()] == ["refund_failed"]
    assert refunds.left_of(payment) == euro(12100)


def test_money_that_comes_back_after_it_arrived_is_the_buyers_still(app: Flask) -> None:
    payment = one_licence()
    refund = given_back(payment, 1210)

    hear(payment, said(refund, RefundOutcome.FAILED))
    owed = settlements.of_order(payment.order).overpaid
    given_back(payment, 1210, "form-2", source=Source.PROMISED)

    assert owed == euro(1210)
    assert books() == {"STRIPE_CLEARING": 10890, "REVENUE": -9000, "VAT_PAYABLE": -1890}
    assert settlements.of_order(payment.order).overpaid == euro(0)
    assert len(credit_notes.notes_of(_invoice(payment))) == 1


@pytest.mark.parametrize("first", [RefundOutcome.PENDING, RefundOutcome.SUCCEEDED])
def test_what_came_back_is_sent_again_with_one_button(app: Flask, first: RefundOutcome) -> None:
    payment = one_licence()
    refund = ask(payment, 1210)
    hear(payment, said(refund, first))
    hear(payment, said(refund, RefundOutcome.FAILED))
    staff = accounts.add("licenties@example.org", "Licenties", Role.LICENSING, "paard batterij nietje", NOW)
    (failed,) = anomalies.open_ones()

    for _ in range(2):
        inbox.repair(failed.id, staff.id, NOW)
    again = refunds.of_payment(payment.id)[-1]
    hear(payment, said(again))

    assert len(refunds.of_payment(payment.id)) == 2
    assert books() == {"STRIPE_CLEARING": 10890, "REVENUE": -9000, "VAT_PAYABLE": -1890}
    assert anomalies.open_ones() == []


def test_disputed_money_cannot_go_back_as_well(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = one_licence()
    monkeypatch.setattr(disputes, "taken_of", lambda _payment: euro(12000))

    with pytest.raises(Refused):
        ask(payment, 101)


def test_the_document_tells_what_is_computed(app: Flask) -> None:
    told = (Path(__file__).parents[2] / "docs" / "licensing" / "refunds.md").read_text(encoding="utf-8")
    payment = one_licence()

    note = given_back(payment, 1210).credit_note

    assert note is not None
    due = settlements.of_order(payment.order).due
    for amount in (payment.order.gross, note.net, note.vat, euro(10000 - 1000), euro(2100 - 210), due):
        assert amount.plain() in told


@pytest.mark.parametrize("minor", [0, -1, 12101])
def test_no_more_goes_back_than_came_in(app: Flask, minor: int) -> None:
    with pytest.raises(Refused):
        ask(one_licence(), minor)


def test_what_is_on_its_way_cannot_be_asked_for_again(app: Flask) -> None:
    payment = one_licence()
    ask(payment, 12000)

    with pytest.raises(Refused):
        ask(payment, 101, "form-2")


def test_a_refund_needs_a_reason(app: Flask) -> None:
    with pytest.raises(Invalid):
        refunds.ask(one_licence(), euro(100), "  ", key="form-1", moment=NOW)


def test_the_database_refuses_refunds_beyond_their_payment(app: Flask) -> None:
    payment = one_licence()
    ask(payment, 12000)
    db.session.commit()

    with pytest.raises((IntegrityError, OperationalError), match="never exceed"):
        db.session.execute(update(Refund).values(amount_minor=12101))
    db.session.rollback()


def test_a_line_can_be_given_back_alone(app: Flask) -> None:
    entry = sales.entry_for_sale()
    work = sales.line_for(entry, 5000, kind=LineKind.TECHNICAL_FEE)
    payment = refunding.paid([sales.line_for(entry), work])
    line = payment.order.lines[1]

    refund = given_back(payment, 6050, line=line)

    assert refund.credit_note is not None
    assert [(row.position, row.net_minor) for row in refund.credit_note.lines] == [(2, 5000)]
    assert refunds.left_of_sale(payment.order, line) == euro(0)
    assert [licence.status for licence in licences.of_order(payment.order_id)] == [LicenceStatus.ACTIVE]


def test_what_is_on_its_way_for_a_line_is_not_given_back_for_it_again(app: Flask) -> None:
    entry = sales.entry_for_sale()
    work = sales.line_for(entry, 5000, kind=LineKind.TECHNICAL_FEE)
    payment = refunding.paid([sales.line_for(entry), work])
    line = payment.order.lines[1]

    refunding.ask(payment, 5000, line=line)

    assert refunds.left_of_sale(payment.order, line) == euro(1050)
    assert refunds.left_of_sale(payment.order, payment.order.lines[0]) == euro(21841)


# Invariant 12
def test_a_refund_after_the_accrual_takes_the_shares_of_others_back(app: Flask) -> None:
    payment = one_licence()
    (licence,) = licences.of_order(payment.order_id)
    accrual = accruals.get_of_licence(licence)
    reserved = balance(AccountKind.ROYALTY_RESERVE) + balance(AccountKind.ROYALTY_PAYABLE)

    given_back(payment, 6050, "form-1")
    half = balance(AccountKind.ROYALTY_RESERVE) + balance(AccountKind.ROYALTY_PAYABLE)
    given_back(payment, 6050, "form-2")

    assert accruals.left_of(accrual) == euro(0)
    assert abs(2 * half - reserved) <= 1
    assert balance(AccountKind.ROYALTY_EXPENSE) == 0


# Lesson 34
def test_credit_that_was_bought_is_not_refunded_as_a_sale(app: Flask) -> None:
    payment = _top_up()

    with pytest.raises(Refused):
        ask(payment, 100)


# Invariant 6
@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 15000), st.sampled_from(RefundOutcome)), max_size=6))
def test_refunds_in_any_history_stay_within_the_payment_and_the_books_balance(
    app: Flask, history: list[tuple[int, RefundOutcome]]
) -> None:
    payment = one_licence()

    for at, (minor, outcome) in enumerate(history):
        if minor <= refunds.left_of_sale(payment.order).minor:
            refund = ask(payment, minor, f"{payment.reference}-{at}")
            hear(payment, said(refund, outcome))

    found = settlements.of_order(payment.order)
    assert 0 <= (found.refunded + found.on_its_way).minor <= 12100
    assert credit_notes.credited(_invoice(payment)) == found.refunded
    assert balance(AccountKind.REFUND_CLEARING, payment.order.number) == found.on_its_way.minor
    assert ledger.unbalanced_transactions() == []
    db.session.rollback()


def _top_up() -> Payment:
    owner = wallet.make(
        None, "a@example.org", lang="nl", country="NL", vat_mode=wallet.VatMode.MULTI, moment=NOW
    )
    choice = {"wallet_id": owner.id}
    line = sales.line_for(sales.entry_for_sale(), 1000, kind=LineKind.TOP_UP, choice=choice)
    return refunding.paid([line])


def _invoice(payment: Payment) -> invoices.Invoice:
    found = invoices.of_order(payment.order_id)
    assert found is not None
    return found


def _sold(open_shop: Shop) -> Payment:
    """Sell one licence by card, with the provider's money."""
    open_shop.pay(open_shop.order(), "card")
    open_shop.deliver(open_shop.event("checkout.session.completed"))
    open_shop.work()
    return open_shop.the_payment()


def _refund() -> Refund:
    db.session.rollback()
    return db.session.scalars(select(Refund)).one()
