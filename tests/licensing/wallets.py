"""Wallets with credit that was paid for, for tests of what is done with it."""

from datetime import UTC, datetime
from typing import Any

from licensing import ledger, wallet, wallet_links, wallet_uses
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.orders import Buyer, LineKind, Order, PricedLine
from licensing.wallet import VatMode, Wallet
from licensing.wallet_moves import WalletMove
from tests.licensing import sales

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GUEST = "noor@studio.example"


def euro(minor: int) -> Money:
    """So many cents."""
    return Money(minor, "EUR")


def guest(minor: int = 500, moment: datetime = NOW, **changes: Any) -> Wallet:
    """Make a wallet with a link and so much credit, paid for in one top-up."""
    fields: dict[str, Any] = {"lang": "nl", "country": "NL", "vat_mode": VatMode.MULTI}
    made = wallet.make(None, GUEST, moment=moment, **fields | changes)
    wallet_links.give(made)
    if minor:
        top_up(made, minor, moment)
    return made


def of_account(account_id: int, minor: int = 500, moment: datetime = NOW) -> Wallet:
    """Make a wallet of an account with so much credit."""
    made = wallet.make(account_id, None, lang="nl", country="NL", vat_mode=VatMode.MULTI, moment=moment)
    if minor:
        top_up(made, minor, moment)
    return made


def top_up(topped: Wallet, minor: int, moment: datetime = NOW) -> Order:
    """Pay for so much more credit."""
    return sales.paid([top_up_line(topped, minor)], buyer(), moment)


def top_up_line(topped: Wallet, minor: int) -> PricedLine:
    """One top-up as it stands on an order."""
    return PricedLine(
        entry_id=None,
        title="Luistertegoed",
        kind=LineKind.TOP_UP,
        choice={"wallet_id": topped.id},
        summary="",
        net=euro(minor),
        vat=euro(0),
        vat_code="O",
        vat_bp=0,
        vat_country="NL",
        trace=[],
        rate_card="",
    )


def buyer() -> Buyer:
    """Somebody who says no more than an address."""
    return Buyer(name=GUEST, email=GUEST, organisation=None, country="NL", project="", lang="nl")


def listen(
    spender: Wallet, key: str, minor: int = 25, moment: datetime = NOW, net: int | None = None
) -> WalletMove:
    """Spend credit on a listen at 21 %."""
    without = round(minor / 1.21) if net is None else net
    postings = [
        Posting(AccountKind.REVENUE, euro(-without), "listen"),
        Posting(AccountKind.VAT_PAYABLE, euro(without - minor), "NL:2100"),
    ]
    return wallet_uses.spend(spender, euro(minor), LineKind.LISTEN, key, f"grant:{key}", postings, moment)


def owed(of: Wallet) -> Money:
    """What the ledger owes a wallet."""
    return -ledger.balance(AccountKind.WALLET_LIABILITY, of.currency, of.owner)
