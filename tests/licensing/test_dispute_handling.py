"""What a dispute does to what was sold: shares of others, credit, and who may be paid meanwhile."""

import pytest
from flask import Flask

from archive import clock
from archive.db import db
from archive.errors import Gone, Refused
from licensing import (
    anomalies,
    disputes,
    ledger,
    payouts,
    proofs,
    royalty_approval,
    wallet,
    wallet_uses,
)
from licensing.gateways.books import DisputeStanding
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.orders import LineKind
from licensing.parties import Party
from licensing.payments import Payment
from licensing.royalty_accounts import Accrual
from licensing.wallet import VatMode, Wallet
from tests.licensing import royalties, sales
from tests.licensing.disputing import payment_of, told
from tests.licensing.royalties import AFTER, Q4, agree, close, euro, holder, played_by, staff, statement_of

NOW = sales.NOW


def contradictions() -> list[str]:
    db.session.flush()
    return [each for outcome in proofs.run() for each in outcome.found]


@pytest.fixture
def wim(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Party:
    """A party whose statement of the last quarter says € 80.00, approved."""
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    party = holder()
    agree(party)
    royalties.sell(played_by(party), 20000)
    royalty_approval.approve_all(close(Q4).id, AFTER, staff())
    return party


def one_licence() -> Payment:
    return payment_of(sales.paid([sales.line_for(sales.entry_for_sale())]))


# Lesson 20, invariant 13
def test_lesson_20_nobody_is_paid_of_money_that_a_bank_disputes(wim: Party) -> None:
    payment = payment_of(db.session.query(Accrual).one().licence.line.order)
    assert payouts.outstanding(statement_of(wim)) == euro(8000)

    told(payment, DisputeStanding.NEEDS_RESPONSE)

    assert disputes.frozen_royalties("EUR") == {wim.id: euro(8000)}
    assert payouts.outstanding(statement_of(wim)) == euro(0)
    with pytest.raises(Refused):
        payouts.record(statement_of(wim).number, euro(1), AFTER.date(), "TRX-1", AFTER, staff())

    told(payment, DisputeStanding.WON)

    assert payouts.outstanding(statement_of(wim)) == euro(8000)


def topped_up(cents: int = 2000) -> tuple[Wallet, Payment]:
    made = wallet.make(None, "noor@lek.example", lang="nl", country="NL", vat_mode=VatMode.MULTI, moment=NOW)
    line = sales.line_for(
        sales.entry_for_sale(),
        cents,
        entry_id=None,
        kind=LineKind.TOP_UP,
        choice={"wallet_id": made.id},
        summary="Tegoed",
        vat_bp=0,
        vat_code="O",
    )
    return made, payment_of(sales.paid([line]))


def spend(made: Wallet, cents: int) -> None:
    postings = [Posting(AccountKind.REVENUE, euro(-cents), "listen")]
    wallet_uses.spend(made, euro(cents), LineKind.LISTEN, f"use:{cents}", f"use-{cents}", postings, NOW)


# Invariant 2
@pytest.mark.parametrize(("spent", "loss"), [(0, 0), (500, 500), (2000, 2000)])
def test_credit_of_a_lost_payment_is_taken_back_as_far_as_it_is_there(
    app: Flask, spent: int, loss: int
) -> None:
    made, payment = topped_up()
    if spent:
        spend(made, spent)

    told(payment, DisputeStanding.LOST)

    assert made.balance == euro(0)
    assert ledger.balance(AccountKind.FEES_EXPENSE, "EUR", "disputes") == euro(2000 + loss)
    assert ledger.balance(AccountKind.DISPUTE_RESERVE, "EUR") == euro(0)
    assert contradictions() == []


def test_a_part_that_is_lost_leaves_the_rest_of_the_credit(app: Flask) -> None:
    made, payment = topped_up()
    spend(made, 500)

    told(payment, DisputeStanding.LOST, 800)

    assert made.balance == euro(700)
    assert contradictions() == []


def test_nothing_of_a_disputed_order_is_given_until_it_is_won(app: Flask) -> None:
    payment = one_licence()
    told(payment, DisputeStanding.UNDER_REVIEW)
    with pytest.raises(Gone, match="bank holds"):
        disputes.require_undisputed(payment.order_id)

    told(payment, DisputeStanding.WON)

    disputes.require_undisputed(payment.order_id)
    assert contradictions() == []


def test_a_lost_dispute_that_is_won_after_all_goes_to_a_person(app: Flask) -> None:
    payment = one_licence()
    told(payment, DisputeStanding.LOST)
    told(payment, DisputeStanding.WON)

    assert [found.kind for found in anomalies.open_ones() if found.kind.startswith("dispute")] == [
        "dispute_lost",
        "dispute_turned",
    ]


# Invariant 6
def test_more_than_came_in_never_goes_back_unseen(app: Flask) -> None:
    payment = one_licence()
    told(payment, DisputeStanding.LOST)
    payment.amount_minor = 100

    assert any("went back" in found for found in contradictions())


# Lesson 39
def test_lesson_39_a_dispute_in_another_currency_is_not_booked(app: Flask) -> None:
    payment = one_licence()
    payment.currency = "JPY"
    db.session.flush()

    assert told(payment, DisputeStanding.LOST) is None
    assert ledger.balance(AccountKind.DISPUTE_RESERVE, "EUR") == Money(0, "EUR")
