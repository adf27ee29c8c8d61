"""Credit whose payment is disputed stands still: it is neither spent, nor paid back, nor does it end meanwhile."""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from archive import accounts
from archive.accounts import Role
from archive.db import db
from archive.errors import Refused
from archive.transactions import transaction
from licensing import (
    disputes,
    ledger,
    proofs,
    refunds,
    wallet_checks,
    wallet_claims,
    wallet_expiry,
    wallet_freezes,
    wallet_refunds,
    wallet_statement,
    wallet_uses,
)
from licensing.gateways.books import DisputeStanding
from licensing.ledger import AccountKind
from licensing.payments import Payment
from licensing.refunds import Origin, Refund, RefundStatus, Source
from licensing.wallet import LASTS, NotEnough, Wallet
from licensing.wallet_freezes import WalletFreeze
from tests.licensing import wallets
from tests.licensing.disputing import payment_of, told
from tests.licensing.test_wallet_spenders import at_once, spend
from tests.licensing.wallets import NOW, euro

OPEN, WON, LOST = DisputeStanding.NEEDS_RESPONSE, DisputeStanding.WON, DisputeStanding.LOST
ASKED = DisputeStanding.WARNING


def topped(*amounts: int) -> tuple[Wallet, list[Payment]]:
    """Make a wallet with so many top-ups, each with its payment."""
    made = wallets.guest(0)
    return made, [payment_of(wallets.top_up(made, minor)) for minor in amounts]


def contradictions() -> list[str]:
    db.session.flush()
    return [each for outcome in proofs.run() for each in outcome.found]


def stands(of: Wallet) -> tuple[int, int]:
    return of.spendable.minor, of.frozen_minor


def test_what_is_unspent_of_a_disputed_top_up_cannot_be_spent(app: Flask) -> None:
    owner, (payment,) = topped(2000)
    wallets.listen(owner, "before", 500)

    told(payment, OPEN)

    assert stands(owner) == (0, 1500)
    with pytest.raises(NotEnough, match="while a bank looks into its payment") as refused:
        wallets.listen(owner, "after")
    assert refused.value.missing == euro(25)
    assert contradictions() == []


def test_a_later_top_up_can_be_spent_meanwhile(app: Flask) -> None:
    owner, (payment,) = topped(500)
    told(payment, OPEN)

    wallets.top_up(owner, 1000)
    wallets.listen(owner, "meanwhile", 1000)

    assert stands(owner) == (0, 500)
    assert contradictions() == []


def test_only_what_is_disputed_stands_still(app: Flask) -> None:
    owner, (payment,) = topped(2000)

    told(payment, OPEN, 800)

    assert stands(owner) == (1200, 800)


def test_a_dispute_that_is_won_sets_the_credit_free(app: Flask) -> None:
    owner, (payment,) = topped(2000)
    told(payment, ASKED)
    assert stands(owner) == (0, 2000)

    for _ in range(2):
        told(payment, WON)

    assert stands(owner) == (2000, 0)
    wallets.listen(owner, "again", 2000)
    assert contradictions() == []


def test_a_dispute_that_is_lost_takes_what_stood_still_and_nothing_else(app: Flask) -> None:
    owner, (payment, _other) = topped(2000, 1000)
    wallets.listen(owner, "before", 500)
    told(payment, OPEN)

    for _ in range(2):
        told(payment, LOST)

    assert stands(owner) == (1000, 0)
    assert ledger.balance(AccountKind.FEES_EXPENSE, "EUR", "disputes") == euro(2000 + 500)
    assert contradictions() == []


def test_the_database_refuses_to_spend_what_stands_still(app: Flask) -> None:
    owner, (payment,) = topped(500)
    told(payment, OPEN)

    owner.balance_minor = 499

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_what_comes_back_of_a_use_before_the_dispute_stands_still_too(app: Flask) -> None:
    owner, (payment,) = topped(500)
    wallets.listen(owner, "failed", 500)
    told(payment, OPEN)
    assert stands(owner) == (0, 0)

    wallet_uses.give_back(owner, "failed", "it did not start", NOW)

    assert stands(owner) == (0, 500)
    assert contradictions() == []


def test_what_comes_back_of_another_top_up_can_be_spent(app: Flask) -> None:
    owner, (payment, _other) = topped(2000, 1000)
    told(payment, OPEN)
    wallets.listen(owner, "failed", 1000)

    wallet_uses.give_back(owner, "failed", "it did not start", NOW)

    assert stands(owner) == (1000, 2000)


def test_credit_that_stands_still_is_not_paid_back(app: Flask) -> None:
    owner, (payment, other) = topped(2000, 1000)
    told(payment, ASKED)

    assert [(part.payment, part.amount) for part in wallet_refunds.unspent(owner)] == [(other, euro(1000))]
    wallet_refunds.ask(owner, "k" * 22, NOW)

    assert stands(owner) == (0, 2000)
    with pytest.raises(Refused, match="held for a bank"):
        wallet_refunds.ask(owner, "l" * 22, NOW)


def test_a_refund_that_failed_because_of_the_dispute_stands_still(app: Flask) -> None:
    owner, (payment,) = topped(500)
    wallet_refunds.ask(owner, "k" * 22, NOW)
    told(payment, OPEN)
    (refund,) = refunds.of_payment(payment.id)

    refunds.move(refund, RefundStatus.CANCELLED, NOW, "the charge is disputed")
    wallet_refunds.settle(refund, NOW)

    assert stands(owner) == (0, 500)


def test_a_refund_at_the_provider_takes_what_stood_still(app: Flask) -> None:
    owner, (payment,) = topped(500)
    told(payment, ASKED)
    refund = Refund(
        payment_id=payment.id,
        amount_minor=300,
        currency="EUR",
        source=Source.PROMISED,
        reason="in its own pages",
        origin=Origin.PROVIDER,
        provider_ref="re_1",
    )
    refunds.add(refund, RefundStatus.SUCCEEDED, NOW, "seen", None)

    wallet_refunds.settle(refund, NOW)

    assert stands(owner) == (0, 200)
    told(payment, WON)
    assert stands(owner) == (200, 0)


def test_credit_that_stands_still_does_not_end(app: Flask) -> None:
    owner, (payment, _other) = topped(500, 1000)
    told(payment, OPEN)

    wallet_expiry.end(owner, NOW + LASTS)

    assert stands(owner) == (0, 500)


def test_what_stands_still_goes_along_into_an_account(app: Flask) -> None:
    guest, (payment,) = topped(500)
    told(payment, OPEN)
    account = accounts.add("noor@studio.example", "Noor", Role.RESEARCHER, "paard batterij nietje", NOW)
    wallets.of_account(account.id, 1000)

    own = wallet_claims.claim(guest, account, NOW)

    assert (stands(guest), stands(own)) == ((0, 0), (1000, 500))
    assert contradictions() == []
    told(payment, LOST)
    assert stands(own) == (1000, 0)
    assert contradictions() == []


def test_the_statement_says_what_stood_still_and_why(app: Flask) -> None:
    owner, (payment,) = topped(500)
    with app.test_request_context("/en/"):
        told(payment, OPEN)
        told(payment, WON)
        month = wallet_statement.of_month(owner, wallet_statement.read_month(None, NOW))
        text = wallet_statement.as_csv(owner)

    assert [(row.what, row.amount, row.balance.minor) for row in month.rows[1:]] == [
        ("€5.00 stands still: a bank is looking into the payment of this top-up", None, 500),
        ("€5.00 can be used again: the payment of this top-up stands", None, 500),
    ]
    assert text.count("stands") == 2


def set_free(freeze: WalletFreeze) -> None:
    freeze.amount_minor, freeze.ended_at = 0, NOW


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda freeze: setattr(freeze.wallet, "frozen_minor", 0), "its freezes hold 500"),
        (lambda freeze: setattr(freeze, "amount_minor", 400), "its moves sum to 500"),
        (set_free, "stands still for it"),
    ],
)
def test_the_proof_finds_credit_that_was_set_free_behind_the_rules(
    app: Flask, change: Callable[[WalletFreeze], None], said: str
) -> None:
    owner, (payment,) = topped(500)
    told(payment, OPEN)
    (freeze,) = wallet_freezes.open_of(owner)

    change(freeze)

    assert any(said in found for found in contradictions())


# Lesson 17
def test_spending_and_a_dispute_at_once_never_overspend(app: Flask) -> None:
    with transaction():
        owner, (payment,) = topped(200)
        wallet_id, payment_id = owner.id, payment.id

    def act(number: int) -> str:
        if number:
            return spend(wallet_id, f"listen-{number}")
        with transaction():
            told(db.session.get_one(Payment, payment_id), OPEN)
        return "disputed"

    outcomes = at_once(app, 12, act)

    left = db.session.get_one(Wallet, wallet_id)
    assert outcomes["disputed"] == 1
    assert left.balance_minor == left.frozen_minor == 200 - 25 * outcomes["spent"]
    assert wallets.owed(left) == left.balance
    assert contradictions() == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("top up"), st.sampled_from([500, 1000])),
        st.tuples(st.just("spend"), st.sampled_from([25, 250, 700])),
        st.tuples(st.just("give back"), st.integers(0, 3)),
        st.tuples(st.sampled_from([OPEN, WON, LOST]), st.integers(0, 3)),
    ),
    max_size=10,
)


@given(steps=STEPS)
@settings(max_examples=12)
def test_whatever_happens_disputed_credit_is_never_spent(app: Flask, steps: list[tuple[object, int]]) -> None:
    db.session.rollback()
    owner, payments, spent = wallets.guest(0), [], []
    for number, (what, value) in enumerate(steps):
        before = stands(owner)
        if what == "top up":
            payments.append(payment_of(wallets.top_up(owner, value)))
        elif what == "spend":
            if value > owner.spendable.minor:
                with pytest.raises(NotEnough):
                    wallets.listen(owner, str(number), value)
                assert stands(owner) == before
            else:
                wallets.listen(owner, str(number), value)
                spent.append(str(number))
                assert owner.frozen_minor == before[1]
        elif what == "give back" and spent:
            wallet_uses.give_back(owner, spent[value % len(spent)], "it did not start", NOW)
        elif isinstance(what, DisputeStanding) and payments:
            payment = payments[value % len(payments)]
            if all(dispute.is_open for dispute in disputes.of_order(payment.order_id)):
                told(payment, what)
        assert [*wallet_checks.frozen(), *wallet_checks.differences()] == []
    for payment in payments:
        if any(dispute.is_open for dispute in disputes.of_order(payment.order_id)):
            told(payment, WON)
    assert owner.frozen_minor == 0
    assert contradictions() == []
