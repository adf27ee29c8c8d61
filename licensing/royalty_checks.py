"""Proof of the royalty accounts: what the ledger says is owed is what was accrued less what was paid, every statement
begins where the one before ended, and nothing that was closed has changed.
"""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from archive.db import db
from licensing import ledger, royalty_drafts
from licensing.dividing import Holder
from licensing.ledger import AccountKind, LedgerAccount
from licensing.payouts import Payout
from licensing.royalty_accounts import AccrualPart, RoyaltyMovement
from licensing.royalty_statements import RoyaltyStatement, StatementStatus


def differences() -> list[str]:
    """List what is wrong, in sentences; there must be none."""
    return [*_accounts(), *_negative_parts(), *_statements()]


def _accounts() -> Iterator[str]:
    """Compare the ledger's accounts with the movements and payouts they are made of."""
    wanted = _wanted()
    query = select(LedgerAccount.kind, LedgerAccount.owner, LedgerAccount.currency)
    kinds = (AccountKind.ROYALTY_PAYABLE, AccountKind.ROYALTY_RESERVE, AccountKind.ROYALTY_EXPENSE)
    known = {(kind, owner, currency) for kind, owner, currency in db.session.execute(query) if kind in kinds}
    found = {
        (kind, owner, currency): amount.minor
        for kind, currency in {(kind, currency) for kind, _owner, currency in known}
        for owner, amount in ledger.balances(kind, currency).items()
    }
    for account in sorted({*wanted, *found}):
        if wanted.get(account, 0) != found.get(account, 0):
            kind, owner, currency = account
            said = f"{kind.value} {owner} {currency}"
            yield f"{said}: the ledger has {found.get(account, 0)}, its lines come to {wanted.get(account, 0)}"


def _wanted() -> dict[tuple[AccountKind, str, str], int]:
    """Add up by account what should stand in the ledger; what is owed is negative."""
    sums: defaultdict[tuple[AccountKind, str, str], int] = defaultdict(int)
    moved = (
        select(
            AccrualPart.holder,
            RoyaltyMovement.party_id,
            AccrualPart.layer,
            RoyaltyMovement.currency,
            func.sum(RoyaltyMovement.amount_minor),
        )
        .join(AccrualPart, AccrualPart.id == RoyaltyMovement.part_id)
        .group_by(AccrualPart.holder, RoyaltyMovement.party_id, AccrualPart.layer, RoyaltyMovement.currency)
    )
    for holder, party_id, layer, currency, minor in db.session.execute(moved):
        is_party = holder is Holder.PARTY
        kind = AccountKind.ROYALTY_PAYABLE if is_party else AccountKind.ROYALTY_RESERVE
        sums[kind, str(party_id) if is_party else layer.value, currency] -= int(minor)
        sums[AccountKind.ROYALTY_EXPENSE, "", currency] += int(minor)
    paid = select(Payout.party_id, Payout.currency, func.sum(Payout.amount_minor))
    for party_id, currency, minor in db.session.execute(paid.group_by(Payout.party_id, Payout.currency)):
        sums[AccountKind.ROYALTY_PAYABLE, str(party_id), currency] += int(minor)
    return dict(sums)


def _negative_parts() -> Iterator[str]:
    total = func.sum(RoyaltyMovement.amount_minor)
    query = select(RoyaltyMovement.part_id, total).group_by(RoyaltyMovement.part_id).having(total < 0)
    for part_id, minor in db.session.execute(query):
        yield f"part {part_id} of a fee stands at {minor}: more was taken back than was given"


def _statements() -> Iterator[str]:
    """Follow each party's statements from the first, and read their numbers again."""
    last: dict[tuple[int, str], int] = {}
    query = (
        select(RoyaltyStatement)
        .where(RoyaltyStatement.status != StatementStatus.OPEN)
        .options(selectinload(RoyaltyStatement.lines), joinedload(RoyaltyStatement.period))
        .order_by(RoyaltyStatement.id)
    )
    for statement in db.session.scalars(query.execution_options(yield_per=200)):
        account = (statement.party_id, statement.currency)
        if statement.opening_minor != last.get(account, 0):
            yield f"{statement.number} begins at {statement.opening_minor}, not where the one before ended"
        lines = sum(line.amount_minor for line in statement.lines)
        if statement.opening_minor + lines != statement.closing_minor:
            yield f"{statement.number}: its lines do not lead to its closing balance"
        if royalty_drafts.numbers(statement, statement.lines) != statement.sha256:
            yield f"{statement.number}: its numbers are not the ones that were closed"
        last[account] = statement.closing_minor
