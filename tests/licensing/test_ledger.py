"""The ledger sums to zero, is never changed, and books nothing twice."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from archive.db import db
from licensing import ledger
from licensing.ledger import (
    AccountKind,
    LedgerAccount,
    LedgerEntry,
    LedgerSeal,
    LedgerTransaction,
    Posting,
    Unbalanced,
)
from licensing.money import Money
from tests import databases

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


SALE = [
    Posting(AccountKind.STRIPE_CLEARING, euro(21841)),
    Posting(AccountKind.REVENUE, euro(-18050), "licence_fee"),
    Posting(AccountKind.VAT_PAYABLE, euro(-3791), "NL:2100"),
]


def test_a_transaction_is_booked_on_its_accounts(app: Flask) -> None:
    ledger.post("sale", "B2026-00001", "payment:pi_1", SALE, NOON)

    assert ledger.balance(AccountKind.REVENUE, "EUR") == euro(-18050)
    assert ledger.balance(AccountKind.VAT_PAYABLE, "EUR", "NL:2100") == euro(-3791)
    assert ledger.balance(AccountKind.VAT_PAYABLE, "EUR", "BE:2100") == euro(0)


def test_the_same_key_is_booked_once(app: Flask) -> None:
    for _ in range(3):
        ledger.post("sale", "B2026-00001", "payment:pi_1", SALE, NOON)

    assert ledger.balance(AccountKind.STRIPE_CLEARING, "EUR") == euro(21841)


@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=6))
def test_postings_that_do_not_sum_to_zero_are_refused(amounts: list[int]) -> None:
    postings = [Posting(AccountKind.REVENUE, euro(amount), str(at)) for at, amount in enumerate(amounts)]

    if sum(amounts):
        with pytest.raises(Unbalanced):
            ledger.require_balance(postings)
    else:
        ledger.require_balance(postings)


def test_two_currencies_must_each_sum_to_zero(app: Flask) -> None:
    crossed = [Posting(AccountKind.BANK, euro(100)), Posting(AccountKind.REVENUE, Money(-100, "USD"))]

    with pytest.raises(Unbalanced):
        ledger.post("sale", "x", "x", crossed, NOON)


@pytest.mark.parametrize("statement", [update(LedgerEntry).values(amount_minor=1), delete(LedgerEntry)])
def test_the_database_refuses_to_change_or_delete_what_is_booked(app: Flask, statement: object) -> None:
    ledger.post("sale", "B2026-00001", "payment:pi_1", SALE, NOON)
    db.session.commit()

    with pytest.raises((IntegrityError, OperationalError), match="append-only"):
        db.session.execute(statement)  # type: ignore[call-overload]
    db.session.rollback()


def test_the_trial_balance_of_a_past_moment_does_not_change(app: Flask) -> None:
    ledger.post("sale", "B2026-00001", "payment:pi_1", SALE, NOON)
    before = ledger.trial_balance(NOON)

    ledger.post("sale", "B2026-00002", "payment:pi_2", SALE, NOON + timedelta(days=1))

    assert ledger.trial_balance(NOON) == before
    assert sum(before.values()) == 0


def test_a_transaction_that_does_not_sum_to_zero_cannot_be_sealed(app: Flask) -> None:
    stray = LedgerTransaction(kind="sale", reference="x", occurred_at=NOON, key="x")
    account = LedgerAccount(kind=AccountKind.BANK, owner="", currency="EUR")
    stray.entries.append(LedgerEntry(account=account, amount_minor=1))
    db.session.add(stray)
    db.session.flush()

    with pytest.raises((IntegrityError, OperationalError), match="does not sum to zero"):
        db.session.execute(insert(LedgerSeal).values(transaction_id=stray.id))
    db.session.rollback()


def test_a_transaction_without_a_seal_cannot_be_committed(app: Flask) -> None:
    db.session.add(LedgerTransaction(kind="sale", reference="x", occurred_at=NOON, key="x"))

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        db.session.commit()
    db.session.rollback()


def test_nothing_can_be_added_to_what_is_booked(app: Flask) -> None:
    booked = ledger.post("sale", "B2026-00001", "payment:pi_1", SALE, NOON)
    assert booked is not None
    db.session.add(
        LedgerEntry(transaction_id=booked.id, account_id=booked.entries[0].account_id, amount_minor=1)
    )

    with pytest.raises((IntegrityError, OperationalError), match="complete"):
        db.session.flush()
    db.session.rollback()


def test_a_transaction_that_was_tampered_with_is_found(app: Flask) -> None:
    booked = ledger.post("sale", "B2026-00001", "payment:pi_1", SALE, NOON)
    assert booked is not None
    assert ledger.unbalanced_transactions() == []
    databases.disarm()

    db.session.add(
        LedgerEntry(transaction_id=booked.id, account_id=booked.entries[0].account_id, amount_minor=1)
    )
    db.session.flush()

    assert ledger.unbalanced_transactions() == [booked.id]


def test_a_reversal_names_what_it_reverses_and_happens_once(app: Flask) -> None:
    booked = ledger.post("sale", "B2026-00001", "payment:pi_1", SALE, NOON)
    assert booked is not None

    reversals = [ledger.reverse("payment:pi_1", "reversal", "payment:pi_1:back", NOON) for _ in range(3)]

    assert [reversal and reversal.reverses_id for reversal in reversals] == [booked.id, None, None]
    assert set(ledger.trial_balance(NOON).values()) == {0}


def test_where_nothing_moves_nothing_is_booked(app: Flask) -> None:
    assert ledger.post("sale", "x", "x", [Posting(AccountKind.BANK, euro(0))], NOON) is None
    assert db.session.scalar(select(func.count()).select_from(LedgerTransaction)) == 0
