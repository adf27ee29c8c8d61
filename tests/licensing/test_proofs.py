"""The books are proven from their rows: whoever goes around the rules is found."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from archive.db import db
from licensing import ledger, ledger_days, proofs
from licensing.ledger import AccountKind, LedgerTransaction, Posting
from licensing.money import EXPONENTS, Money
from tests import databases
from tests.licensing import sales

NOW = sales.NOW


def contradictions() -> list[str]:
    db.session.flush()
    return [each for outcome in proofs.run() for each in outcome.found]


def claims_broken() -> set[str]:
    return {outcome.proof.claim for outcome in proofs.run() if outcome.found}


def sell() -> None:
    sales.paid([sales.line_for(sales.entry_for_sale())])


def test_honest_books_contradict_nothing(app: Flask) -> None:
    sell()

    assert contradictions() == []


def tamper(*statements: str) -> Callable[[], None]:
    """Change rows behind the rules: triggers away, then the statements."""

    def do() -> None:
        databases.disarm()
        for statement in statements:
            db.session.execute(text(statement))
        db.session.expire_all()

    return do


@pytest.mark.parametrize(
    ("do", "claim"),
    [
        (
            tamper("UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE id = 1"),
            "every transaction sums to zero in each currency",
        ),
        (
            tamper(
                "UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE id = 1",
                "UPDATE ledger_entry SET amount_minor = amount_minor - 1 WHERE id = 4",
            ),
            "an order is paid exactly when its sale is booked",
        ),
        (
            tamper("DELETE FROM ledger_seal WHERE transaction_id = 1"),
            "every transaction is sealed and has entries",
        ),
        (
            tamper("UPDATE sales_order SET status = 'expired'"),
            "no licence is in force of an order that is not paid",
        ),
        (
            tamper("UPDATE order_line SET net_minor = net_minor + 1"),
            "what an order and its invoice say is what their lines come to",
        ),
        (tamper("UPDATE number_series SET next_no = 5"), "the numbers of invoices run on without gaps"),
    ],
)
def test_what_was_changed_behind_the_rules_is_found(app: Flask, do: Callable[[], None], claim: str) -> None:
    sell()
    db.session.commit()

    do()

    assert claim in claims_broken()
    db.session.rollback()


def test_a_closed_day_takes_nothing_more_and_its_balance_stays(app: Flask) -> None:
    sell()
    day = date(2026, 11, 22)
    assert ledger_days.close(NOW) == 0
    assert ledger_days.close(NOW + timedelta(days=1)) == 1
    before = ledger_days.balance_on(day)

    late = ledger.post("late", "x", "late", pair(5), NOW)
    db.session.flush()

    assert late is not None
    assert late.occurred_at == ledger_days.end_of(day)
    assert ledger_days.balance_on(day) == before
    assert contradictions() == []


def pair(minor: int, currency: str = "EUR") -> list[Posting]:
    amount = Money(minor, currency)
    return [Posting(AccountKind.BANK, amount), Posting(AccountKind.ROUNDING, -amount)]


def test_the_database_refuses_a_booking_on_a_closed_day(app: Flask) -> None:
    sell()
    ledger_days.close(NOW + timedelta(days=1))
    db.session.add(LedgerTransaction(kind="late", reference="x", occurred_at=NOW, key="x"))

    with pytest.raises((IntegrityError, OperationalError), match="closed"):
        db.session.flush()
    db.session.rollback()


def test_whoever_changes_the_past_is_found_out(app: Flask) -> None:
    sell()
    ledger_days.close(NOW + timedelta(days=3))
    db.session.commit()

    tamper(
        "UPDATE ledger_entry SET amount_minor = amount_minor + 100 WHERE amount_minor = "
        "(SELECT MAX(amount_minor) FROM ledger_entry)"
    )()

    assert "no closed day has changed" in claims_broken()
    db.session.rollback()


# Invariants 1 and 3
@given(
    steps=st.lists(
        st.tuples(st.integers(-5000, 5000), st.sampled_from(["EUR", "JPY", "BHD"]), st.integers(0, 4)),
        max_size=12,
    )
)
def test_the_balance_of_a_past_day_never_changes_whatever_is_booked(
    app: Flask, steps: list[tuple[int, str, int]]
) -> None:
    known: dict[date, dict[tuple[str, str, str], int]] = {}
    moment = datetime(2026, 5, 1, 12, tzinfo=UTC)
    for number, (minor, currency, days) in enumerate(steps):
        moment += timedelta(days=days)
        booked = ledger.post(
            "step", "x", f"step:{number}", pair(minor, currency), moment - timedelta(days=days)
        )
        if booked and number % 3 == 2:
            ledger.reverse(f"step:{number}", "back", f"step:{number}:back", moment)
        ledger_days.close(moment)
        last = ledger_days.latest()
        if last is not None:
            known.setdefault(last.day, ledger_days.balance_on(last.day))
        sums = ledger.trial_balance(moment)
        for code in {code for _kind, _owner, code in sums}:
            assert sum(minor for (_k, _o, found), minor in sums.items() if found == code) == 0

    assert {day: ledger_days.balance_on(day) for day in known} == known
    assert list(ledger_days.differences()) == []
    db.session.rollback()


# Lesson 39
@pytest.mark.parametrize(("currency", "shown"), [("EUR", "12.34"), ("JPY", "1234"), ("BHD", "1.234")])
def test_lesson_39_minor_units_come_from_the_table_of_currencies(
    app: Flask, currency: str, shown: str
) -> None:
    ledger.post("sale", "x", "x", pair(1234, currency), NOW)
    db.session.commit()

    said = app.test_cli_runner().invoke(args=["ledger", "balance", "--on", "2026-11-22"]).output

    assert f"{currency} {shown:>14}" in said
    assert EXPONENTS[currency] == len(shown.partition(".")[2])
    assert f"{'all together':37} {currency} {Money(0, currency).plain():>14}" in said


def test_the_command_proves_the_books_and_says_what_is_wrong(app: Flask) -> None:
    sell()
    db.session.commit()
    runner = app.test_cli_runner()
    assert "in balance" in runner.invoke(args=["ledger", "verify"]).output

    tamper("UPDATE sales_order SET status = 'expired'")()
    db.session.commit()
    refused = runner.invoke(args=["ledger", "verify"])

    assert refused.exit_code == 1
    assert "is not paid" in refused.output
