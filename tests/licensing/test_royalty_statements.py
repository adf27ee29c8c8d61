"""A statement is looked at, closed for good, approved and paid or carried forward; each cent is shown once."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from archive import clock, jobs
from archive.db import db
from archive.errors import Refused
from archive.jobs import Job
from licensing import (
    accruals,
    periods,
    reserves,
    royalty_approval,
    royalty_checks,
    royalty_closing,
    royalty_drafts,
    royalty_statements,
)
from licensing.claims import Layer
from licensing.parties import Payout
from licensing.royalty_statements import (
    RoyaltyStatement,
    Shown,
    StatementEvent,
    StatementLine,
    StatementStatus,
)
from tests import databases
from tests.licensing.royalties import (
    AFTER,
    LATER,
    NOON,
    Q1,
    Q4,
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


@pytest.fixture(autouse=True)
def _after_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER)


def statements() -> int:
    return db.session.scalar(select(func.count()).select_from(RoyaltyStatement)) or 0


def test_what_is_looked_at_is_what_is_closed(app: Flask) -> None:
    wim = holder()
    agree(wim)
    sell(played_by(wim), 20000)
    draft = royalty_drafts.draft(wim.id, "EUR", Q4)
    preview = royalty_drafts.previews(Q4, "EUR")

    close()

    statement = statement_of(wim)
    assert [(row.name, row.closing) for row in preview] == [("Wim Bakboord", euro(8000))]
    assert (
        (statement.closing_minor, statement.earned_minor)
        == (draft.closing.minor, draft.earned.minor)
        == (8000, 8000)
    )
    assert [line.amount_minor for line in statement.lines] == [8000]


def test_a_line_says_how_its_amount_came_about(app: Flask) -> None:
    wim = holder()
    agree(wim)
    sell(played_by(wim), 20000)

    close()

    (line,) = statement_of(wim).lines
    assert (line.shown, line.layer, line.use, line.country, line.units) == (
        Shown.BOOKED,
        Layer.PERFORMANCE,
        "documentary",
        "BE",
        1,
    )
    assert (line.gross_minor, line.vat_minor, line.fees_minor, line.net_minor) == (12100, 2100, 0, 10000)
    assert (line.share_bp, line.commission_bp, line.amount_minor) == (10_000, 2000, 8000)


def test_refunds_releases_and_payments_stand_on_lines_of_their_own(app: Flask) -> None:
    wim, entry = holder(), played_by(None)
    accrual = sell(entry, 20000)
    reserves.release(entry, Layer.PERFORMANCE, wim, 10_000, "letter", NOON)
    accruals.take_back(accrual, euro(5000), "refund", "refund:1", NOON)

    close()

    statement = statement_of(wim)
    assert [(line.shown, line.amount_minor) for line in statement.lines] == [
        (Shown.RELEASED, 7000),
        (Shown.TAKEN_BACK, -1750),
    ]
    assert (statement.earned_minor, statement.taken_back_minor, statement.closing_minor) == (
        7000,
        -1750,
        5250,
    )


def test_what_is_booked_late_comes_in_the_next_period(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    wim = holder()
    agree(wim)
    accrual = sell(played_by(wim), 20000)
    period = close()
    royalty_approval.approve_all(period.id, AFTER, staff())
    accruals.take_back(accrual, euro(10000), "refund", "refund:1", AFTER)
    monkeypatch.setattr(clock, "now", lambda: LATER)

    close(Q1, LATER)

    first, second = reversed(royalty_statements.of_party(wim.id))
    assert (first.closing_minor, second.opening_minor, second.closing_minor) == (8000, 8000, 4000)
    assert royalty_checks.differences() == []


def test_a_sale_after_the_last_day_is_left_for_the_next_period(app: Flask) -> None:
    wim = holder()
    sell(played_by(wim), 20000, moment=Q4.end - timedelta(seconds=1))
    sell(played_by(wim, "Grijs uur"), 10000, moment=Q4.end)

    close()

    assert [line.title for line in statement_of(wim).lines] == ["Blauw uur"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE royalty_statement SET closing_minor = closing_minor + 1, earned_minor = earned_minor + 1",
        "UPDATE royalty_statement SET status = 'open'",
        "UPDATE royalty_statement SET payee = '{}'",
        "DELETE FROM royalty_statement",
        "UPDATE statement_line SET amount_minor = 0",
        "DELETE FROM statement_line",
        "DELETE FROM statement_event",
    ],
)
def test_the_database_refuses_to_change_what_is_closed(app: Flask, change: str) -> None:
    sell(played_by(holder()), 20000)
    close()
    db.session.commit()

    with pytest.raises((IntegrityError, OperationalError), match=r"frozen|append-only"):
        db.session.execute(text(change))
    db.session.rollback()


def test_no_line_can_be_added_to_what_is_closed(app: Flask) -> None:
    wim = holder()
    sell(played_by(wim), 20000)
    close()
    (line,) = statement_of(wim).lines
    columns = {column.key: getattr(line, column.key) for column in StatementLine.__table__.columns}
    db.session.commit()

    db.session.add(StatementLine(**(columns | {"id": None, "movement_id": None, "payout_id": 1})))

    with pytest.raises((IntegrityError, OperationalError), match="frozen"):
        db.session.flush()
    db.session.rollback()


def test_a_movement_stands_on_one_statement_only(app: Flask) -> None:
    sell(played_by(holder()), 20000)
    close()

    assert royalty_drafts.previews(Q1, "EUR")[0].change == euro(0)


def test_a_job_that_is_done_again_changes_nothing(app: Flask) -> None:
    for name in ("Eerste", "Tweede", "Derde"):
        sell(played_by(holder(name)), 20000)
    period = close()
    before = {statement.number: statement.sha256 for statement in royalty_statements.in_period(period.id)}

    royalty_closing.run({"period_id": period.id})

    assert {
        statement.number: statement.sha256 for statement in royalty_statements.in_period(period.id)
    } == before
    assert len(before) == 3


def test_a_job_that_was_cut_short_goes_on_where_it_was(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(royalty_closing, "BATCH", 2)
    for number in range(5):
        sell(played_by(holder(f"Houder {number}")), 20000)
    asked = royalty_closing.ask(Q4, AFTER, staff())
    db.session.commit()

    assert royalty_closing._close_some(asked.id, None)
    db.session.expire_all()
    assert (statements(), asked.total, asked.closed_at) == (2, 5, None)
    royalty_closing.run({"period_id": asked.id})

    db.session.expire_all()
    assert statements() == 5
    assert asked.closed_at is not None
    assert royalty_checks.differences() == []


def test_asking_twice_is_asking_once(app: Flask) -> None:
    sell(played_by(holder()), 20000)

    first, second = (royalty_closing.ask(Q4, AFTER, staff()) for _ in range(2))

    assert first is second
    assert (
        db.session.scalar(select(func.count()).select_from(Job).where(Job.name == royalty_closing.JOB)) == 1
    )


@pytest.mark.parametrize(("name", "moment"), [("2026-Q4", Q4.end - timedelta(hours=1)), ("2027-Q1", AFTER)])
def test_a_period_that_is_not_over_is_not_closed(app: Flask, name: str, moment: datetime) -> None:
    with pytest.raises(Refused):
        royalty_closing.ask(periods.read(name), moment, staff())


@pytest.mark.parametrize("name", ["2026-Q3", "2026", "2026-12-01/2027-01-02"])
def test_periods_do_not_overlap_or_go_back(app: Flask, name: str) -> None:
    close()

    with pytest.raises(Refused):
        royalty_closing.ask(periods.read(name), LATER, staff())


def test_the_next_period_waits_until_the_last_is_approved(app: Flask) -> None:
    sell(played_by(holder()), 20000)
    period = close()

    with pytest.raises(Refused):
        royalty_closing.ask(Q1, LATER, staff())
    royalty_approval.approve_all(period.id, AFTER, staff())

    assert royalty_closing.ask(Q1, LATER, staff()).total == 1


def test_a_balance_below_the_minimum_is_carried_forward_and_grows(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    wim = holder()
    agree(wim)
    entry = played_by(wim)
    sell(entry, 5000)
    royalty_approval.approve_all(close().id, AFTER, staff())
    assert statement_of(wim).status is StatementStatus.CARRIED_FORWARD

    sell(entry, 5000, moment=AFTER)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    royalty_approval.approve_all(close(Q1, LATER).id, LATER, staff())

    assert (statement_of(wim).status, statement_of(wim).closing_minor) == (StatementStatus.APPROVED, 4000)


def test_without_a_way_to_pay_a_balance_is_carried_forward(app: Flask) -> None:
    wim = holder()
    agree(wim, method=Payout.NONE, iban=None)
    sell(played_by(wim), 20000)

    royalty_approval.approve_all(close().id, AFTER, staff())

    assert statement_of(wim).status is StatementStatus.CARRIED_FORWARD


def test_an_account_that_was_given_after_the_period_is_paid_to(app: Flask) -> None:
    wim = holder()
    sell(played_by(wim), 20000)
    agree(wim, AFTER)

    royalty_approval.approve_all(close().id, AFTER, staff())

    assert (statement_of(wim).status, statement_of(wim).closing_minor) == (StatementStatus.APPROVED, 7000)


def test_what_was_not_paid_is_taken_over_by_the_next_statement(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    wim = holder()
    agree(wim)
    sell(played_by(wim), 20000)
    royalty_approval.approve_all(close().id, AFTER, staff())
    monkeypatch.setattr(clock, "now", lambda: LATER)

    close(Q1, LATER)

    second, first = royalty_statements.of_party(wim.id)
    assert (first.status, second.status) == (StatementStatus.CARRIED_FORWARD, StatementStatus.CLOSED)
    assert second.opening_minor == first.closing_minor == owed(wim)


def test_every_move_is_written_down(app: Flask) -> None:
    wim = holder()
    sell(played_by(wim), 20000)
    royalty_approval.approve_all(close().id, AFTER, staff())

    moves = db.session.execute(
        select(StatementEvent.before, StatementEvent.after).order_by(StatementEvent.id)
    ).all()

    assert [tuple(move) for move in moves] == [
        (None, StatementStatus.OPEN),
        (StatementStatus.OPEN, StatementStatus.CLOSED),
        (StatementStatus.CLOSED, StatementStatus.APPROVED),
        (StatementStatus.APPROVED, StatementStatus.CARRIED_FORWARD),
    ]


@pytest.mark.parametrize(
    "to",
    [
        status
        for status in StatementStatus
        if status not in (StatementStatus.CLOSED, StatementStatus.APPROVED)
    ],
)
def test_a_closed_statement_can_be_approved_and_nothing_else(app: Flask, to: StatementStatus) -> None:
    wim = holder()
    sell(played_by(wim), 20000)
    close()

    with pytest.raises(Refused):
        royalty_statements.move(statement_of(wim), to, "because", AFTER, None)


def test_the_party_is_told_once_and_only_when_approved(app: Flask) -> None:
    wim = holder()
    agree(wim)
    sell(played_by(wim), 20000)
    period = close()
    mails = select(func.count()).select_from(Job).where(Job.name == "mail.deliver")
    assert db.session.scalar(mails) == 0

    for _ in range(2):
        royalty_approval.approve_all(period.id, AFTER, staff())

    assert db.session.scalar(mails) == 1


def test_a_party_without_address_is_not_told(app: Flask) -> None:
    sell(played_by(holder(email=None)), 20000)

    assert royalty_approval.approve_all(close().id, AFTER, staff()) == 1
    assert db.session.scalar(select(func.count()).select_from(Job).where(Job.name == "mail.deliver")) == 0


def test_of_the_reserve_a_statement_says_the_total_only(app: Flask) -> None:
    wim = holder()
    sell(played_by(wim), 20000)
    sell(played_by(None, "Grijs uur"), 30000)

    close()

    assert statement_of(wim).unlocated_minor == 10500
    assert [line.title for line in statement_of(wim).lines] == ["Blauw uur"]


def test_tampered_numbers_are_found(app: Flask) -> None:
    sell(played_by(holder()), 20000)
    close()
    databases.disarm()
    db.session.execute(text("UPDATE royalty_statement SET withheld_minor = 1"))
    db.session.expire_all()

    assert any("not the ones that were closed" in said for said in royalty_checks.differences())


def test_the_jobs_are_known_to_the_runner(app: Flask) -> None:
    assert {royalty_closing.JOB, royalty_closing.PRINT_JOB} <= app.extensions["job_handlers"].keys()
    assert jobs.waiting() == 0
