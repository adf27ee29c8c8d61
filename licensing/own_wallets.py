"""What the wallets keep of one person who signs in: the credit, its moves, and the address of what they bought as a
guest.
"""

from typing import Any

from sqlalchemy import update

from archive import clock
from archive.accounts import Account
from archive.db import db
from licensing import orders, wallet, wallet_expiry, wallet_refunds, wallet_statement
from licensing.wallet import Wallet

Data = dict[str, Any]
WHY = "the account was erased"


def tell(account: Account) -> Data:
    """Return all of it as plain values."""
    own = wallet.find_of_account(account.id)
    return {} if own is None else _wallet(own)


def forget(account: Account) -> None:
    """Send back what can go back, end the rest, and forget the address. The moves stay, as money demands; they say
    nothing of what was heard.
    """
    moment = clock.now()
    own = wallet.find_of_account(account.id)
    if own is not None:
        if wallet_refunds.unspent(own):
            wallet_refunds.ask(own, orders.new_form_key(), moment)
        if own.spendable:
            wallet_expiry.end(own, moment, WHY)
    mine = update(Wallet).where(Wallet.email == account.email).values(email=None)
    db.session.execute(mine.execution_options(synchronize_session=False))
    db.session.expire_all()


def _wallet(own: Wallet) -> Data:
    moves = wallet_statement.all_moves(own)
    return {
        "since": own.created_at.isoformat(),
        "country": own.country,
        "currency": own.currency,
        "balance_minor": own.balance_minor,
        "frozen_minor": own.frozen_minor,
        "ends": own.expires_at.isoformat(),
        "moves": [
            {
                "at": move.at.isoformat(),
                "kind": move.kind.value,
                "used_for": move.sold.value if move.sold else None,
                "amount_minor": move.amount_minor,
                "balance_minor": move.balance_minor,
                "reference": move.reference,
            }
            for move in moves
        ],
    }
