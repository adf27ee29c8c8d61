"""What must hold of the ledger's own rows. Each function yields what contradicts it, in words."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from archive.db import db
from licensing.ledger import LedgerAccount, LedgerEntry, LedgerSeal, LedgerTransaction


def unbalanced() -> Iterator[str]:
    """Find transactions that do not sum to zero in some currency."""
    currencies = list(db.session.scalars(select(LedgerAccount.currency).distinct()))
    for currency in currencies:
        total = func.sum(LedgerEntry.amount_minor)
        query = select(LedgerEntry.transaction_id, total)
        if len(currencies) > 1:  # with one currency the accounts need not be looked at: an index does it all
            query = query.join(LedgerAccount).where(LedgerAccount.currency == currency)
        query = query.group_by(LedgerEntry.transaction_id).having(total != 0)
        for number, minor in db.session.execute(query):
            yield f"transaction {number} sums to {minor} {currency}"


def unsealed() -> Iterator[str]:
    """Find transactions without a seal or without entries, and seals without a transaction."""
    has_seal = select(LedgerSeal.transaction_id).where(LedgerSeal.transaction_id == LedgerTransaction.id)
    has_entry = select(LedgerEntry.id).where(LedgerEntry.transaction_id == LedgerTransaction.id)
    query = select(LedgerTransaction.id, LedgerTransaction.key)
    for number, key in db.session.execute(query.where(~has_seal.exists())):
        yield f"transaction {number} ({key}) has no seal"
    for number, key in db.session.execute(query.where(~has_entry.exists())):
        yield f"transaction {number} ({key}) has no entries"
    is_there = select(LedgerTransaction.id).where(LedgerTransaction.id == LedgerSeal.transaction_id)
    for number in db.session.scalars(select(LedgerSeal.transaction_id).where(~is_there.exists())):
        yield f"transaction {number} is gone, and its seal is not"


def crooked_reversals() -> Iterator[str]:
    """Find reversals that leave something on an account."""
    reversal = aliased(LedgerTransaction)
    of_pair = (LedgerEntry.transaction_id == reversal.id) | (
        LedgerEntry.transaction_id == reversal.reverses_id
    )
    total = func.sum(LedgerEntry.amount_minor)
    query = (
        select(reversal.id, reversal.key)
        .join(LedgerEntry, of_pair)
        .where(reversal.reverses_id.is_not(None))
        .group_by(reversal.id, reversal.key, LedgerEntry.account_id)
        .having(total != 0)
    )
    for number, key in db.session.execute(query):
        yield f"transaction {number} ({key}) does not undo what it says it reverses"


def not_zero() -> Iterator[str]:
    """Find currencies in which all accounts together are not zero."""
    by_account = (
        select(LedgerEntry.account_id, func.sum(LedgerEntry.amount_minor).label("total"))
        .group_by(LedgerEntry.account_id)
        .subquery()
    )
    total = func.sum(by_account.c.total)
    query = (
        select(LedgerAccount.currency, total)
        .join(by_account, by_account.c.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.currency)
        .having(total != 0)
    )
    for currency, minor in db.session.execute(query):
        yield f"all accounts together come to {minor} {currency}"
