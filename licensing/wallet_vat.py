"""The VAT in credit where it is due at the top-up: credit for one rate alone is a single-purpose voucher (Directive
2006/112/EC, art. 30b(1)). Where it is due at each use (art. 30b(2) and 73a), nothing is booked here.

What is due is always the VAT in what is kept of each top-up. It waits on an account of the wallet, and whatever leaves
the wallet takes its part of that along, so that an empty wallet has nothing waiting.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select

from archive import clock
from archive.db import db
from licensing import ledger, taxes
from licensing.ledger import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction, Posting
from licensing.money import FULL, Money
from licensing.wallet import VatMode, Wallet

KIND = "wallet_vat"
NOWHERE = (AccountKind.WALLET_VAT, "")


def begin(of: Wallet, number: str, amount: Money, moment: datetime) -> None:
    """Book the VAT of a top-up (its order's number), once."""
    if of.vat_mode is VatMode.MULTI:
        return
    rate = taxes.tax_of_credit(of.country, clock.day_here(moment), is_single_purpose=True)
    account, vat = f"{rate.country}:{rate.bp}", taxes.included_in(amount, rate).vat
    postings = [
        Posting(AccountKind.VAT_PAYABLE, -vat, account),
        Posting(AccountKind.WALLET_VAT, vat, f"{account}:{of.owner}"),
    ]
    ledger.post(KIND, number, f"{KIND}:{number}", postings, moment)


def taken(of: Wallet, amount: Money) -> list[Posting]:
    """Take from what waits the part of an amount that is about to leave a held wallet."""
    if of.vat_mode is VatMode.MULTI or not amount:
        return []
    part = Fraction(amount.minor, of.balance_minor)
    return [Posting(AccountKind.WALLET_VAT, -held.times(part), owner) for owner, held in _waiting(of).items()]


def of_use(of: Wallet, amount: Money, postings: Sequence[Posting]) -> list[Posting]:
    """Book a use whose VAT was paid with the top-up: it bears no other, whatever is used, where and when (art. 30b(1),
    second subparagraph), and the rest is earned.
    """
    if of.vat_mode is VatMode.MULTI:
        return list(postings)
    nothing, ahead = Money(0, amount.currency), taken(of, amount)
    untaxed = [posting for posting in postings if posting.kind is not AccountKind.VAT_PAYABLE]
    earned = next(posting for posting in untaxed if posting.kind is AccountKind.REVENUE)
    own = sum((each.amount for each in postings if each.kind is AccountKind.VAT_PAYABLE), nothing)
    right = replace(earned, amount=earned.amount + own - total(ahead, nothing))
    return [*ahead, *(right if posting is earned else posting for posting in untaxed)]


def undo(
    of: Wallet,
    number: str,
    kept: Money,
    ahead: Sequence[Posting],
    key: str,
    moment: datetime,
    rest: tuple[AccountKind, str] = NOWHERE,
) -> None:
    """Bring the VAT of a top-up to that in what is kept of it (art. 90), once per `key`.

    `ahead` is what was `taken` with the credit that left; `rest` bears what was used of it already. Without one it
    waits in the wallet, where the credit is again.
    """
    if of.vat_mode is VatMode.MULTI:
        return
    for account, booked in _due(number, kept.currency).items():
        change = booked - kept.times(_inside(account))
        kind, owner = (rest[0], f"{account}:{of.owner}") if rest == NOWHERE else rest
        left = -change - total(ahead, Money(0, kept.currency))
        postings = [Posting(AccountKind.VAT_PAYABLE, change, account), *ahead, Posting(kind, left, owner)]
        ledger.post(KIND, number, f"{KIND}:{key}", postings, moment)


def ended(of: Wallet, amount: Money) -> list[Posting]:
    """Take the VAT of credit that nobody used from what its end brings: it has been paid."""
    ahead = taken(of, amount)
    return [*ahead, Posting(AccountKind.EXPIRED_CREDIT, -total(ahead, Money(0, amount.currency)))]


def handed_over(of: Wallet, to: Wallet) -> list[Posting]:
    """Let all that waits go along into another wallet."""
    ahead = taken(of, of.balance)
    there = [replace(each, amount=-each.amount, owner=_renamed(each.owner, to)) for each in ahead]
    return [*ahead, *there]


def total(postings: Sequence[Posting], nothing: Money) -> Money:
    """Add up postings."""
    return sum((posting.amount for posting in postings), nothing)


def _due(number: str, currency: str) -> dict[str, Money]:
    """Say what VAT a top-up bears now, by account: one country and rate."""
    query = (
        select(LedgerAccount.owner, func.sum(LedgerEntry.amount_minor))
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(
            LedgerTransaction.reference == number,
            LedgerTransaction.kind == KIND,
            LedgerAccount.kind == AccountKind.VAT_PAYABLE,
        )
        .group_by(LedgerAccount.owner)
    )
    return {owner: Money(-int(minor), currency) for owner, minor in db.session.execute(query)}


def _waiting(of: Wallet) -> dict[str, Money]:
    query = (
        select(LedgerAccount.owner, func.sum(LedgerEntry.amount_minor))
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .where(
            LedgerAccount.kind == AccountKind.WALLET_VAT,
            LedgerAccount.currency == of.currency,
            LedgerAccount.owner.endswith(f":{of.owner}"),
        )
        .group_by(LedgerAccount.owner)
        .order_by(LedgerAccount.owner)
    )
    return {owner: Money(int(minor), of.currency) for owner, minor in db.session.execute(query)}


def _inside(account: str) -> Fraction:
    """Give the part of an amount that is VAT, from "country:basis points"."""
    bp = int(account.partition(":")[2])
    return Fraction(bp, FULL + bp)


def _renamed(owner: str, to: Wallet) -> str:
    return f"{owner.rpartition(':')[0]}:{to.owner}"
