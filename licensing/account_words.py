"""The accounts of the ledger in words: what kind each is, and whose."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from archive.db import db
from catalogue.entries import Entry
from licensing import countries, wording
from licensing.deals import Deal
from licensing.ledger import AccountKind
from licensing.orders import LineKind
from licensing.parties import Party
from licensing.sale_words import KINDS as SOLD
from licensing.vocabulary import LAYERS

KINDS = {
    "stripe_clearing": _l("At the payment provider"),
    "bank": _l("In the bank"),
    "fees_expense": _l("Fees paid"),
    "revenue": _l("Income"),
    "vat_payable": _l("VAT to be paid"),
    "royalty_expense": _l("Passed on to rights holders"),
    "royalty_payable": _l("Owed to rights holders"),
    "royalty_reserve": _l("Reserve for unknown holders"),
    "wallet_liability": _l("Credit not used yet"),
    "wallet_vat": _l("VAT on credit"),
    "expired_credit": _l("Credit that expired"),
    "refund_clearing": _l("Refunds on their way"),
    "dispute_reserve": _l("Held by banks in disputes"),
    "deal_expense": _l("Passed on to performers"),
    "deal_payable": _l("Owed to performers"),
    "rounding": _l("Rounding"),
    "suspense": _l("Not placed yet"),
}
FEES = {
    "stripe": _l("for payments"),
    "provider": _l("of the payment provider"),
    "bank": _l("of banks"),
    "disputes": _l("for disputes"),
}
TAXED = ("vat_payable", "wallet_vat")


def kind(code: str) -> str:
    """Name a kind of account; one without words by its code."""
    return str(KINDS.get(code, code))


def owners(accounts: Iterable[tuple[str, str]], lang: str) -> dict[tuple[str, str], str]:
    """Name whose each account (kind, owner) is; what has no words keeps its number."""
    all_of_them = list(accounts)
    names = {
        AccountKind.ROYALTY_PAYABLE.value: _parties(all_of_them),
        AccountKind.DEAL_PAYABLE.value: _performances(all_of_them),
    }
    return {
        (code, owner): names.get(code, {}).get(owner) or _in_words(code, owner, lang)
        for code, owner in all_of_them
    }


def _in_words(code: str, owner: str, lang: str) -> str:
    if code == AccountKind.REVENUE.value and owner in set(LineKind):
        return str(_(SOLD[LineKind(owner)]))
    if code in TAXED and owner.count(":") == 1:
        country, bp = owner.split(":")
        return f"{countries.label(country, lang)}, {wording.percent(int(bp))}%"
    if code == AccountKind.ROYALTY_RESERVE.value and owner in LAYERS:
        return str(_(LAYERS[owner]))
    if code == AccountKind.FEES_EXPENSE.value and owner in FEES:
        return str(FEES[owner])
    return owner


def _parties(accounts: list[tuple[str, str]]) -> dict[str, str]:
    numbers = _numbers(accounts, AccountKind.ROYALTY_PAYABLE)
    found = db.session.execute(select(Party.id, Party.name).where(Party.id.in_(numbers)))
    return {str(number): name for number, name in found}


def _performances(accounts: list[tuple[str, str]]) -> dict[str, str]:
    numbers = _numbers(accounts, AccountKind.DEAL_PAYABLE)
    query = select(Deal.id, Entry.title).join(Entry, Entry.id == Deal.entry_id).where(Deal.id.in_(numbers))
    return {str(number): title for number, title in db.session.execute(query)}


def _numbers(accounts: list[tuple[str, str]], wanted: AccountKind) -> list[int]:
    return [int(owner) for code, owner in accounts if code == wanted.value and owner.isdigit()]
