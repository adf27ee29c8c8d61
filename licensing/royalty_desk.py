"""What the desk shows of royalties: who is owed what, periods with their totals, a party's account; a fixed number of
queries for each page, however many parties there are.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from archive.db import db
from archive.errors import NotFound
from licensing import ledger, payouts, reserves, royalty_statements, statement_periods
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.parties import Party
from licensing.payouts import Payout
from licensing.royalty_accounts import Accrual, AccrualPart, RoyaltyMovement
from licensing.royalty_statements import RoyaltyStatement, StatementStatus
from licensing.statement_periods import StatementPeriod

SHOWN = 200


@dataclass(frozen=True)
class PeriodTotals:
    """A period with how many statements it has by state, and what they come to."""

    period: StatementPeriod
    counts: dict[StatementStatus, int]
    closing: Money

    @property
    def done(self) -> int:
        """How many statements there are."""
        return sum(self.counts.values())


def figures(currency: str) -> dict[str, Money]:
    """Say what is owed to parties, kept in reserve and paid so far, in all."""
    paid = select(func.coalesce(func.sum(Payout.amount_minor), 0)).where(Payout.currency == currency)
    return {
        "owed": -ledger.balance(AccountKind.ROYALTY_PAYABLE, currency),
        "reserved": reserves.total(currency),
        "paid": Money(int(db.session.scalar(paid) or 0), currency),
    }


def owed(currency: str) -> list[tuple[Party, Money]]:
    """List the parties whose account is not at zero, the largest first."""
    balances = {
        int(owner): -amount
        for owner, amount in ledger.balances(AccountKind.ROYALTY_PAYABLE, currency).items()
    }
    ids = sorted(
        (party_id for party_id in balances if balances[party_id]), key=lambda at: (-balances[at].minor, at)
    )
    found = {party.id: party for party in db.session.scalars(select(Party).where(Party.id.in_(ids[:SHOWN])))}
    return [(found[party_id], balances[party_id]) for party_id in ids[:SHOWN]]


def periods_with_totals(currency: str) -> list[PeriodTotals]:
    """List all periods with their totals, newest first."""
    rows = db.session.execute(
        select(
            RoyaltyStatement.period_id,
            RoyaltyStatement.status,
            func.count(),
            func.sum(RoyaltyStatement.closing_minor),
        )
        .where(RoyaltyStatement.currency == currency)
        .group_by(RoyaltyStatement.period_id, RoyaltyStatement.status)
    ).all()
    return [
        PeriodTotals(
            period,
            {status: count for period_id, status, count, _minor in rows if period_id == period.id},
            Money(
                sum(int(minor) for period_id, _status, _count, minor in rows if period_id == period.id),
                currency,
            ),
        )
        for period in statement_periods.newest_first()
    ]


def of_period(period: StatementPeriod) -> list[tuple[RoyaltyStatement, Money]]:
    """List the statements of a period with what can still be paid on each."""
    found = royalty_statements.in_period(period.id)
    approved = [statement for statement in found if statement.status is StatementStatus.APPROVED]
    left = payouts.outstanding_of(approved)
    return [(statement, left.get(statement.id, Money(0, statement.currency))) for statement in found]


def find_period(first_day: date, last_day: date) -> StatementPeriod | None:
    """Find a period that was asked to be closed."""
    return db.session.scalar(
        select(StatementPeriod).where(
            StatementPeriod.first_day == first_day, StatementPeriod.last_day == last_day
        )
    )


def get_party(party_id: int) -> Party:
    """Get a party; raise NotFound."""
    party = db.session.get(Party, party_id)
    if party is None:
        raise NotFound("There is no such party.")
    return party


def find_party(party_id: int | None) -> Party | None:
    """Find a party by its number."""
    return db.session.get(Party, party_id) if party_id is not None else None


def balance_of(party_id: int, currency: str) -> Money:
    """Say what is owed to a party now."""
    return -ledger.balance(AccountKind.ROYALTY_PAYABLE, currency, str(party_id))


def movements_of(party_id: int) -> list[RoyaltyMovement]:
    """Return the newest lines of a party's account, with the work they are about."""
    return list(
        db.session.scalars(
            select(RoyaltyMovement)
            .where(RoyaltyMovement.party_id == party_id)
            .options(
                joinedload(RoyaltyMovement.part)
                .joinedload(AccrualPart.accrual)
                .options(joinedload(Accrual.entry), joinedload(Accrual.licence))
            )
            .order_by(RoyaltyMovement.id.desc())
            .limit(SHOWN)
        )
    )
