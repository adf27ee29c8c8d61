"""Two wallets of one person become one: the credit of a link moves into an account. It moves in no other way."""

from datetime import datetime

from archive.errors import Refused
from licensing import ledger, wallet, wallet_freezes, wallet_moves, wallet_vat
from licensing.ledger import AccountKind, Posting
from licensing.wallet import Wallet
from licensing.wallet_freezes import FreezeWhy
from licensing.wallet_moves import MoveKind


def hand_over(given: Wallet, to: Wallet, key: str, moment: datetime) -> None:
    """Move all credit of a wallet into another one of the same person, once per `key`. Raise Refused for another
    currency or way of taxing.
    """
    if (given.currency, given.vat_mode) != (to.currency, to.vat_mode):
        raise Refused("These two wallets cannot become one. Use up the credit of the older one first.")
    for each in sorted((given, to), key=lambda one: one.id):
        wallet.hold(each)  # always in this order, so that two of these never wait for each other
    amount, key = given.balance, given.key(f"over:{key}")
    postings = [
        Posting(AccountKind.WALLET_LIABILITY, amount, given.owner),
        Posting(AccountKind.WALLET_LIABILITY, -amount, to.owner),
        *wallet_vat.handed_over(given, to),
    ]
    if not amount or ledger.find(key) is not None:
        return
    booked = wallet_moves.booked(ledger.post("wallet_merged", f"wallet {to.id}", key, postings, moment))
    wallet_freezes.hand_over(given, to)
    wallet.change(given, -amount)
    wallet_moves.note(given, booked, MoveKind.HANDED_OVER, -amount, moment)
    wallet.change(to, amount)
    wallet_freezes.take_over(to)
    wallet.touch(to, moment)
    wallet_moves.note(to, booked, MoveKind.TAKEN_OVER, amount, moment)
    wallet_freezes.follow(to, FreezeWhy.CAME_BACK, moment)
