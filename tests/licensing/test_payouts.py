"""What was paid to a party is recorded once, never more than is owed, and stands in the ledger."""

from contextvars import copy_context
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, OperationalError

from archive import clock
from archive.db import db
from archive.errors import DomainError, Invalid, Refused
from archive.transactions import transaction
from licensing import accruals, ledger, payouts, royalty_approval, royalty_checks
from licensing.ledger import AccountKind
from licensing.parties import Party
from licensing.payouts import Payout
from licensing.royalty_statements import RoyaltyStatement, StatementStatus
from tests.licensing.royalties import (
    AFTER,
    LATER,
    Q1,
    agree,
    close,
    euro,
    holder,
    owed,
    played_by,
    sell,
    staff,
    statement_of,
)

PAID_ON = date(2027, 1, 5)
MOMENT = datetime(2027, 1, 6, 9, tzinfo=UTC)


@pytest.fixture
def wim(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Party:
    """A party whose statement of the last quarter says € 80.00, approved."""
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    party = holder()
    agree(party)
    sell(played_by(party), 20000)
    royalty_approval.approve_all(close().id, AFTER, staff())
    db.session.commit()
    return party


def pay(party: Party, minor: int, reference: str = "TRX-1", paid_on: date = PAID_ON) -> Payout:
    return payouts.record(statement_of(party).number, euro(minor), paid_on, reference, MOMENT, staff())


def test_a_payment_settles_the_statement_and_the_account(wim: Party) -> None:
    pay(wim, 8000)

    assert statement_of(wim).status is StatementStatus.PAID_OUT
    assert (owed(wim), ledger.balance(AccountKind.BANK, "EUR")) == (0, euro(-8000))
    assert royalty_checks.differences() == []


def test_a_part_may_be_paid_first(wim: Party) -> None:
    pay(wim, 5000)
    assert statement_of(wim).status is StatementStatus.APPROVED

    pay(wim, 3000, "TRX-2")

    assert statement_of(wim).status is StatementStatus.PAID_OUT


def test_never_more_than_the_closing_balance(wim: Party) -> None:
    pay(wim, 5000)

    with pytest.raises(Refused):
        pay(wim, 3001, "TRX-2")

    assert owed(wim) == 3000


def test_the_same_payment_is_recorded_once(wim: Party) -> None:
    pay(wim, 4000)

    with pytest.raises(Refused):
        pay(wim, 4000, " TRX-1 ")

    assert owed(wim) == 4000


def test_the_database_refuses_a_second_row_with_the_same_reference(wim: Party) -> None:
    first = pay(wim, 4000)
    columns = {
        column.key: getattr(first, column.key) for column in Payout.__table__.columns if column.key != "id"
    }

    db.session.add(Payout(**columns))

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_payment_is_never_deleted(wim: Party) -> None:
    pay(wim, 4000)
    db.session.commit()

    with pytest.raises((IntegrityError, OperationalError), match="append-only"):
        db.session.execute(delete(Payout))
    db.session.rollback()


@pytest.mark.parametrize(
    ("minor", "reference", "paid_on"),
    [
        (0, "TRX-1", PAID_ON),
        (-5, "TRX-1", PAID_ON),
        (100, "  ", PAID_ON),
        (100, "x" * 141, PAID_ON),
        (100, "TRX-1", AFTER.date() - timedelta(days=1)),
        (100, "TRX-1", MOMENT.date() + timedelta(days=1)),
    ],
)
def test_what_cannot_be_is_refused(wim: Party, minor: int, reference: str, paid_on: date) -> None:
    with pytest.raises(Invalid):
        pay(wim, minor, reference, paid_on)

    assert owed(wim) == 8000


def test_another_currency_is_refused(wim: Party) -> None:
    with pytest.raises(Invalid):
        payouts.record(statement_of(wim).number, payouts.Money(100, "USD"), PAID_ON, "TRX", MOMENT, None)


def test_a_statement_that_nobody_looked_at_is_not_paid(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    party = holder()
    agree(party)
    sell(played_by(party), 20000)
    close()

    with pytest.raises(Refused):
        pay(party, 8000)


def test_what_went_back_after_closing_is_not_paid(app: Flask, wim: Party) -> None:
    accrual = sell(played_by(holder("Ander")), 20000)
    mine = accruals.of_licence(accrual.licence_id - 1)
    assert mine is not None
    accruals.take_back(mine, euro(10000), "refund", "refund:1", AFTER)

    with pytest.raises(Refused):
        pay(wim, 8000)
    pay(wim, 4000)

    assert owed(wim) == 0


def test_a_payment_stands_on_the_next_statement(wim: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    pay(wim, 8000)
    sell(played_by(wim, "Grijs uur"), 10000, moment=MOMENT)
    monkeypatch.setattr(clock, "now", lambda: LATER)

    close(Q1, LATER)

    found = statement_of(wim)
    assert (found.opening_minor, found.earned_minor, found.paid_minor, found.closing_minor) == (
        8000,
        4000,
        8000,
        4000,
    )
    assert royalty_checks.differences() == []


def test_what_was_paid_and_is_not_shown_yet_is_not_paid_again(
    wim: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Paid after the last day of the next period, which is closed later still.
    payouts.record(statement_of(wim).number, euro(5000), LATER.date(), "TRX-1", LATER, None)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    royalty_approval.approve_all(close(Q1, LATER).id, LATER, staff())
    assert statement_of(wim).closing_minor == 8000

    with pytest.raises(Refused):
        payouts.record(statement_of(wim).number, euro(3001), LATER.date(), "TRX-2", LATER, None)


def test_the_list_for_the_bank_names_what_is_left_to_pay(wim: Party) -> None:
    pay(wim, 5000)

    rows = payouts.bank_list(statement_of(wim).period_id, MOMENT, staff()).splitlines()

    number = statement_of(wim).number
    assert rows == [
        "name,iban,amount,currency,end_to_end_id,remittance",
        f"Wim Bakboord,NL91ABNA0417164300,30.00,EUR,{number},{number} 2026-Q4",
    ]


def test_a_name_cannot_be_a_formula_at_the_bank(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    party = holder('=HYPERLINK("x")')
    agree(party)
    sell(played_by(party), 20000)
    period = close()
    royalty_approval.approve_all(period.id, AFTER, staff())

    assert payouts.bank_list(period.id, MOMENT, staff()).splitlines()[1].startswith("HYPERLINK(")


def test_two_who_record_the_same_payment_at_once_record_one(app: Flask, wim: Party) -> None:
    number, clerk, together, outcomes = statement_of(wim).number, staff(), Barrier(2), []
    db.session.commit()

    def record() -> None:
        with app.app_context():
            together.wait()
            try:
                with transaction():
                    payouts.record(number, euro(8000), PAID_ON, "TRX-1", MOMENT, clerk)
                outcomes.append("recorded")
            except DomainError as refusal:
                outcomes.append(refusal.code)
            finally:
                db.session.remove()

    threads = [Thread(target=copy_context().run, args=(record,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["recorded", "refused"]
    db.session.rollback()
    assert owed(wim) == 0
    assert db.session.query(RoyaltyStatement).one().status is StatementStatus.PAID_OUT
