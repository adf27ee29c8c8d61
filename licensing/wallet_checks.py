"""The proof of the wallets: every balance is what the ledger owes, and the sum and the last line of its statement."""

from sqlalchemy import func, select

from archive.db import db
from licensing import ledger
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.wallet import CURRENCY, Wallet
from licensing.wallet_moves import WalletMove


def differences() -> list[str]:
    """Say where a balance differs from the ledger or from its moves; there must be nothing to say."""
    owed = ledger.balances(AccountKind.WALLET_LIABILITY, CURRENCY)
    found = [line for each in _wallets() for line in _of(*each, owed.pop(str(each[0]), Money(0, CURRENCY)))]
    return found + [f"wallet {owner}: the ledger knows it alone" for owner, left in owed.items() if left]


def _wallets() -> list[tuple[int, int, int, int]]:
    """List each wallet with its balance, the sum of its moves, and the balance after the last of them."""
    sums = (
        select(
            WalletMove.wallet_id,
            func.sum(WalletMove.amount_minor).label("total"),
            func.max(WalletMove.id).label("last_id"),
        )
        .group_by(WalletMove.wallet_id)
        .subquery()
    )
    query = (
        select(
            Wallet.id,
            Wallet.balance_minor,
            func.coalesce(sums.c.total, 0),
            func.coalesce(WalletMove.balance_minor, 0),
        )
        .outerjoin(sums, sums.c.wallet_id == Wallet.id)
        .outerjoin(WalletMove, WalletMove.id == sums.c.last_id)
        .order_by(Wallet.id)
    )
    return [(row[0], row[1], int(row[2]), row[3]) for row in db.session.execute(query)]


def _of(wallet_id: int, balance: int, moved: int, last: int, owed: Money) -> list[str]:
    said = {"the ledger owes": -owed.minor, "its moves sum to": moved, "its statement ends at": last}
    return [
        f"wallet {wallet_id}: it holds {balance}, and {what} {minor}"
        for what, minor in said.items()
        if minor != balance
    ]
