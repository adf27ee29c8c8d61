"""The ledger: append-only double entry. Debits are positive, credits negative; every transaction sums to
zero in each currency.

The database holds to it: a transaction needs a seal by the end of its commit, and only what sums to zero can be
sealed (see `ledger_triggers`). Corrections are reversals that name what they reverse. Each transaction carries a key
made of the provider's object or of our row, so that nothing is booked twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    UniqueConstraint,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.triggers import append_only
from licensing import ledger_triggers
from licensing.money import Money


class AccountKind(str, Enum):
    """What an account counts."""

    STRIPE_CLEARING = "stripe_clearing"
    BANK = "bank"
    FEES_EXPENSE = "fees_expense"
    REVENUE = "revenue"
    VAT_PAYABLE = "vat_payable"
    ROYALTY_EXPENSE = "royalty_expense"  # what of the licence fees is passed on to others
    ROYALTY_PAYABLE = "royalty_payable"  # owed to a party; owner: its number
    ROYALTY_RESERVE = "royalty_reserve"  # kept for holders who are not known or not agreed; owner: the layer
    WALLET_LIABILITY = "wallet_liability"  # paid for and not used yet; owner: the wallet's number
    WALLET_VAT = (
        "wallet_vat"  # VAT that was due at a top-up, until the credit is used; owner: country and rate
    )
    EXPIRED_CREDIT = "expired_credit"  # credit that nobody used in time
    REFUND_CLEARING = "refund_clearing"  # promised back, not gone out yet; owner: the order
    DISPUTE_RESERVE = "dispute_reserve"  # taken by a bank until a dispute is decided; owner: the payment
    DEAL_EXPENSE = "deal_expense"  # what of a performance's income goes to those who made it
    DEAL_PAYABLE = "deal_payable"  # the same, as it is owed; owner: the deal
    ROUNDING = "rounding"
    SUSPENSE = "suspense"  # money that came in and that nobody can place yet


class LedgerAccount(Model):
    """An account: a kind, whose or which (country and rate of VAT, kind of revenue), in one currency."""

    __table_args__ = (UniqueConstraint("kind", "owner", "currency"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AccountKind] = mapped_column(enum_column(AccountKind))
    owner: Mapped[str]  # empty where the kind has one account only
    currency: Mapped[str]


class LedgerTransaction(Model):
    """One thing that happened to money."""

    # Deferred: the transaction is written first, its entries next, and its seal last.
    id: Mapped[int] = mapped_column(
        ForeignKey("ledger_seal.transaction_id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=True,
    )
    kind: Mapped[str]  # sale, fee, reversal ...
    reference: Mapped[str] = mapped_column(index=True)  # the order's or payment's number
    occurred_at: Mapped[datetime] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(unique=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)

    entries: Mapped[list["LedgerEntry"]] = relationship(back_populates="transaction")


class LedgerEntry(Model):
    """One line of a transaction."""

    __table_args__ = (CheckConstraint("amount_minor != 0", "moves_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    amount_minor: Mapped[int]  # minor units of the account's currency; debit positive

    transaction: Mapped[LedgerTransaction] = relationship(back_populates="entries")
    account: Mapped[LedgerAccount] = relationship()


class LedgerSeal(Model):
    """Says that a transaction is complete and sums to zero; nothing can be added to it any more."""

    transaction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class LedgerDay(Model):
    """A day that is closed: nothing is booked on it any more, and what stood there is kept as a checksum."""

    day: Mapped[date] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(unique=True)  # the first moment after it
    transactions: Mapped[int]  # so many until its end
    sha256: Mapped[str]  # of the trial balance at its end
    closed_at: Mapped[datetime]


for _table in (LedgerAccount, LedgerTransaction, LedgerEntry, LedgerSeal, LedgerDay):
    event.listen(_table.__table__, "after_create", append_only(_table.__tablename__))
for _name, _refuses in ledger_triggers.BY_TABLE.items():
    event.listen(Model.metadata.tables[_name], "after_create", _refuses)


class Unbalanced(Exception):
    """The postings do not sum to zero: a mistake in our own rules, never the user's."""


class NotBooked(LookupError):
    """There is nothing to reverse under this key: a mistake in our own rules, never the user's."""


@dataclass(frozen=True)
class Posting:
    """One line to be booked: debit positive, credit negative."""

    kind: AccountKind
    amount: Money
    owner: str = ""


def post(
    kind: str, reference: str, key: str, postings: Sequence[Posting], moment: datetime
) -> LedgerTransaction | None:
    """Book a transaction once; None when its key is booked already, or when nothing moves. Zero lines are left out.

    What happened on a day that is closed is booked on the first one that is open. Raise Unbalanced.
    """
    return _post(kind, reference, key, postings, moment)


def reverse(of_key: str, kind: str, key: str, moment: datetime) -> LedgerTransaction | None:
    """Book the opposite of a transaction, once, naming it; None when that was done. Raise NotBooked."""
    original = find(of_key)
    if original is None:
        raise NotBooked(of_key)
    postings = [
        Posting(entry.account.kind, Money(-entry.amount_minor, entry.account.currency), entry.account.owner)
        for entry in original.entries
    ]
    return _post(kind, original.reference, key, postings, moment, original.id)


def find(key: str) -> LedgerTransaction | None:
    """Find what was booked under a key."""
    return db.session.scalar(select(LedgerTransaction).where(LedgerTransaction.key == key))


def require_balance(postings: Sequence[Posting]) -> None:
    """Raise Unbalanced unless the postings sum to zero in each currency."""
    sums: defaultdict[str, int] = defaultdict(int)
    for posting in postings:
        sums[posting.amount.currency] += posting.amount.minor
    if any(sums.values()):
        raise Unbalanced(f"postings sum to {dict(sums)}")


def balance(kind: AccountKind, currency: str, owner: str | None = None) -> Money:
    """Return the balance of an account, or of all accounts of a kind."""
    query = (
        select(func.coalesce(func.sum(LedgerEntry.amount_minor), 0))
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.kind == kind, LedgerAccount.currency == currency)
    )
    if owner is not None:
        query = query.where(LedgerAccount.owner == owner)
    return Money(int(db.session.scalar(query) or 0), currency)


def balances(kind: AccountKind, currency: str) -> dict[str, Money]:
    """Return the balances of all accounts of a kind by owner."""
    query = (
        select(LedgerAccount.owner, func.sum(LedgerEntry.amount_minor))
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .where(LedgerAccount.kind == kind, LedgerAccount.currency == currency)
        .group_by(LedgerAccount.owner)
    )
    return {owner: Money(int(total), currency) for owner, total in db.session.execute(query)}


def trial_balance(until: datetime) -> dict[tuple[str, str, str], int]:
    """Return the balance of each account (kind, owner, currency) from what happened up to and including a
    moment.
    """
    return sums_by_account(LedgerTransaction.occurred_at <= until)


def sums_by_account(*during: ColumnElement[bool]) -> dict[tuple[str, str, str], int]:
    """Add up what was booked on each account (kind, owner, currency) in some transactions; others are left out."""
    query = (
        select(
            LedgerAccount.kind,
            LedgerAccount.owner,
            LedgerAccount.currency,
            func.sum(LedgerEntry.amount_minor),
        )
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(*during)
        .group_by(LedgerAccount.id)
    )
    return {
        (kind.value, owner, currency): int(total)
        for kind, owner, currency, total in db.session.execute(query)
    }


def unbalanced_transactions() -> list[int]:
    """Return the transactions whose entries do not sum to zero in some currency, or that have none; there
    must be none.
    """
    sums = (
        select(
            LedgerTransaction.id, LedgerAccount.currency, func.sum(LedgerEntry.amount_minor).label("total")
        )
        .outerjoin(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .outerjoin(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .group_by(LedgerTransaction.id, LedgerAccount.currency)
        .subquery()
    )
    wrong = select(sums.c.id).where(func.coalesce(sums.c.total, 1) != 0).order_by(sums.c.id)
    return list(db.session.scalars(wrong))


def _post(
    kind: str,
    reference: str,
    key: str,
    postings: Sequence[Posting],
    moment: datetime,
    reverses_id: int | None = None,
) -> LedgerTransaction | None:
    require_balance(postings)
    moving = [posting for posting in postings if posting.amount]
    if not moving or find(key) is not None:
        return None
    closed_until = db.session.scalar(select(func.max(LedgerDay.ends_at)))
    transaction = LedgerTransaction(
        kind=kind,
        reference=reference,
        occurred_at=max(moment, closed_until or moment),
        key=key,
        reverses_id=reverses_id,
    )
    db.session.add(transaction)
    for posting in moving:
        transaction.entries.append(LedgerEntry(account=_account(posting), amount_minor=posting.amount.minor))
    db.session.flush()
    db.session.execute(insert(LedgerSeal).values(transaction_id=transaction.id))
    return transaction


def _account(posting: Posting) -> LedgerAccount:
    found = _find_account(posting)
    if found is not None:
        return found
    account = LedgerAccount(kind=posting.kind, owner=posting.owner, currency=posting.amount.currency)
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError:  # another process was first: its account is ours
        account = _find_account(posting) or account
    return account


def _find_account(posting: Posting) -> LedgerAccount | None:
    return db.session.scalar(
        select(LedgerAccount).where(
            LedgerAccount.kind == posting.kind,
            LedgerAccount.owner == posting.owner,
            LedgerAccount.currency == posting.amount.currency,
        )
    )
