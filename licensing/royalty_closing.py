"""Closing: the statements of a period are frozen for every party, by a job.

The job does a few parties in one transaction; done again, it goes on where it was, for a party has one statement in a
period. What is booked late comes in the next period.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from archive import audit, clock, jobs
from archive.db import db
from archive.errors import Refused
from archive.transactions import transaction
from licensing import payout_terms, periods, royalty_drafts, royalty_rules, royalty_statements
from licensing.parties import Party
from licensing.payout_terms import Terms
from licensing.periods import Period
from licensing.royalty_drafts import Account, Draft
from licensing.royalty_statements import RoyaltyStatement, StatementLine, StatementStatus
from licensing.statement_periods import StatementPeriod

JOB = "royalties.close"
PRINT_JOB = "royalties.print"
BATCH = 20  # statements in one transaction


def ask(period: Period, moment: datetime, account_id: int) -> StatementPeriod:
    """Ask for all statements of a period to be closed; raise Refused unless it is over and its turn.

    Asked again, the same period is given back.
    """
    known = _find(period)
    if known is not None:
        return known
    _require_turn(period, moment)
    asked = StatementPeriod(
        first_day=period.first_day,
        last_day=period.last_day,
        asked_at=moment,
        asked_by_id=account_id,
        total=len(royalty_drafts.accounts(period)),
    )
    db.session.add(asked)
    db.session.flush()
    audit.record("statement_period.asked", "statement_period", str(asked.id), account_id, period=period.name)
    jobs.enqueue(JOB, {"period_id": asked.id}, key=f"{JOB}:{asked.id}")
    return asked


def run(payload: dict[str, Any]) -> None:
    """Job: close the statements of a period that are not closed yet."""
    while _close_some(payload["period_id"], payload.get("job_id")):
        pass


def close(period: StatementPeriod, account: Account, moment: datetime) -> RoyaltyStatement:
    """Freeze the statement of a party; the one before it is taken over."""
    party_id, currency = account
    before = royalty_statements.latest_of(party_id, currency)
    found = royalty_drafts.draft(party_id, currency, period.period)
    party = db.session.get_one(Party, party_id)
    # How to pay is what is agreed now; the commission was fixed with each sale.
    terms = payout_terms.on_day({party_id}, periods.day_of(moment))[party_id]
    statement = _statement(period, party, terms, found, moment)
    db.session.add(statement)
    db.session.flush()
    royalty_statements.note(statement, None, "opened", moment, None)
    db.session.add_all(StatementLine(statement_id=statement.id, **asdict(line)) for line in found.lines)
    db.session.flush()
    royalty_statements.move(statement, StatementStatus.CLOSED, "period closed", moment, None)
    if before is not None and before.status is StatementStatus.APPROVED:
        why = f"taken over by {statement.number}"
        royalty_statements.move(before, StatementStatus.CARRIED_FORWARD, why, moment, None)
    jobs.enqueue(PRINT_JOB, {"statement_id": statement.id}, key=f"{PRINT_JOB}:{statement.id}")
    return statement


def _close_some(period_id: int, job_id: int | None) -> bool:
    """Close a few statements; say whether there may be more."""
    with transaction():
        if job_id is not None:
            jobs.extend_lease(job_id)
        period = db.session.get_one(StatementPeriod, period_id, with_for_update=True)
        moment, waiting = clock.now(), _waiting(period)
        for account in waiting[:BATCH]:
            close(period, account, moment)
        if len(waiting) <= BATCH and period.closed_at is None:
            period.closed_at = moment
        return len(waiting) > BATCH


def _find(period: Period) -> StatementPeriod | None:
    return db.session.scalar(
        select(StatementPeriod).where(
            StatementPeriod.first_day == period.first_day, StatementPeriod.last_day == period.last_day
        )
    )


def _require_turn(period: Period, moment: datetime) -> None:
    if period.last_day >= periods.day_of(moment):
        raise Refused(
            "This period is not over yet. Its statements can be closed from the day after its last."
        )
    last = db.session.scalar(select(func.max(StatementPeriod.last_day)))
    if last is not None and period.first_day <= last:
        raise Refused(
            "Statements are closed up to %(day)s already. Choose a period that begins after that.",
            day=str(last),
        )
    if db.session.scalar(select(StatementPeriod.id).where(StatementPeriod.closed_at.is_(None)).limit(1)):
        raise Refused("Another period is being closed. Wait until that is done.")
    closed = RoyaltyStatement.status == StatementStatus.CLOSED
    if db.session.scalar(select(RoyaltyStatement.id).where(closed).limit(1)):
        raise Refused("Approve the statements of the period before first.")


def _waiting(period: StatementPeriod) -> list[Account]:
    """List who has no statement in this period yet and is to have one."""
    told = select(RoyaltyStatement.party_id, RoyaltyStatement.currency)
    done = {
        (party, code)
        for party, code in db.session.execute(told.where(RoyaltyStatement.period_id == period.id))
    }
    return sorted(royalty_drafts.accounts(period.period) - done)


def _statement(
    period: StatementPeriod, party: Party, terms: Terms, found: Draft, moment: datetime
) -> RoyaltyStatement:
    on = periods.day_of(moment)
    statement = RoyaltyStatement(
        number=_number(period, party, found.opening.currency),
        period=period,
        party=party,
        currency=found.opening.currency,
        status=StatementStatus.OPEN,
        payee={"name": party.name, "country": party.country, "vat_id": party.vat_id, "ipi": party.ipi},
        lang=terms.lang,
        minimum_minor=terms.minimum_minor,
        method=terms.method,
        account_shown=payout_terms.masked(terms.iban),
        self_billing=terms.self_billing,
        opening_minor=found.opening.minor,
        earned_minor=found.earned.minor,
        taken_back_minor=found.taken_back.minor,
        paid_minor=found.paid.minor,
        closing_minor=found.closing.minor,
        withheld_minor=found.withheld.minor,
        unlocated_minor=found.unlocated.minor,
        object_until=on + timedelta(days=royalty_rules.on(on).objection_days),
        closed_at=moment,
        party_id=party.id,
    )
    statement.sha256 = royalty_drafts.numbers(statement, found.lines)
    return statement


def _number(period: StatementPeriod, party: Party, currency: str) -> str:
    extra = "" if currency == payout_terms.CURRENCY else f"-{currency}"
    return f"R{period.last_day:%Y}-{period.id:03d}-{party.id:05d}{extra}"
