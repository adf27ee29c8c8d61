"""Approval: staff have looked at a closed statement; the party is told, and what is not paid is carried forward."""

from datetime import datetime

from archive import mail
from archive.db import db
from licensing import royalty_statements, statement_links
from licensing.money import Money
from licensing.parties import Payout
from licensing.royalty_statements import RoyaltyStatement, StatementStatus


def approve(statement: RoyaltyStatement, moment: datetime, account_id: int | None) -> None:
    """Approve a closed statement and tell the party; carry its balance forward where nothing is to be paid."""
    royalty_statements.move(statement, StatementStatus.APPROVED, "looked at", moment, account_id)
    _tell(statement, moment)
    reason = why_carried(statement)
    if reason:
        royalty_statements.move(statement, StatementStatus.CARRIED_FORWARD, reason, moment, account_id)


def approve_all(period_id: int, moment: datetime, account_id: int | None) -> int:
    """Approve all closed statements of a period; return how many there were."""
    closed = [
        statement
        for statement in royalty_statements.in_period(period_id)
        if statement.status is StatementStatus.CLOSED
    ]
    for statement in closed:
        approve(statement, moment, account_id)
    return len(closed)


def why_carried(statement: RoyaltyStatement) -> str:
    """Say why nothing is paid on a statement; empty when something is."""
    if statement.closing_minor <= 0:
        return "nothing is owed"
    if statement.method is Payout.NONE:
        return "no way to pay is agreed"
    if statement.closing_minor < statement.minimum_minor:
        return "below the minimum"
    return ""


def _tell(statement: RoyaltyStatement, moment: datetime) -> None:
    address = statement.party.email
    if not address or statement.sent_at is not None:
        return
    mail.send("royalty_statement", address, statement.lang, statement=_for_mail(statement))
    statement.sent_at = moment
    db.session.flush()


def _for_mail(statement: RoyaltyStatement) -> dict[str, object]:
    return {
        "number": statement.number,
        "name": statement.payee["name"],
        "first_day": statement.period.first_day,
        "last_day": statement.period.last_day,
        "earned": Money(statement.earned_minor, statement.currency).show(statement.lang),
        "closing": statement.closing.show(statement.lang),
        "carried": why_carried(statement),
        "object_until": statement.object_until,
        "token": statement_links.link_token(statement.party_id),
    }
