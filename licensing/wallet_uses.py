"""Uses of credit: taken once per use with the booking of what they paid for, and given back wholly when one failed."""

from collections.abc import Sequence
from datetime import datetime

from archive.errors import Refused
from licensing import ledger, wallet, wallet_freezes, wallet_merging, wallet_moves, wallet_vat
from licensing.ledger import AccountKind, LedgerTransaction, Posting
from licensing.money import Money
from licensing.orders import LineKind
from licensing.wallet import Wallet
from licensing.wallet_freezes import FreezeWhy
from licensing.wallet_moves import MoveKind, WalletMove


def spend(
    owner: Wallet,
    amount: Money,
    kind: LineKind,
    key: str,
    reference: str,
    postings: Sequence[Posting],
    moment: datetime,
) -> WalletMove:
    """Take credit and book what it paid for, once per `key` of this wallet; a replay returns the first move.

    `postings` say where the amount goes and sum to minus it (credits: revenue, VAT ...). Raise NotEnough, and Refused
    for a key whose credit was given back.
    """
    wallet.hold(owner)
    known = ledger.find(owner.key(key))
    if known is not None:
        return _first_use(owner, known)
    if amount.minor <= 0 or amount.currency != owner.currency:
        raise ValueError(f"{amount} cannot be taken from a wallet in {owner.currency}")
    taken = Posting(AccountKind.WALLET_LIABILITY, amount, owner.owner)
    whole = [taken, *wallet_vat.of_use(owner, amount, postings)]
    ledger.require_balance(whole)
    wallet.change(owner, -amount)
    wallet.touch(owner, moment)
    booked = wallet_moves.booked(ledger.post("wallet_use", reference, owner.key(key), whole, moment))
    return wallet_moves.note(owner, booked, MoveKind.SPENT, -amount, moment, sold=kind)


def give_back(owner: Wallet, key: str, why: str, moment: datetime) -> WalletMove | None:
    """Reverse what was spent under `key`, wholly and once; None when that was done, or nothing was spent."""
    used = ledger.find(owner.key(key))
    if used is None:
        return None
    wallet.hold(owner)
    spent = wallet_moves.get(owner, used)
    booked = ledger.reverse(used.key, "wallet_use_reversed", f"{used.key}:back", moment)
    if booked is None:
        return None
    amount = Money(-spent.amount_minor, owner.currency)
    wallet.change(owner, amount)
    wallet.touch(owner, moment)
    move = wallet_moves.note(owner, booked, MoveKind.GIVEN_BACK, amount, moment, why=why, sold=spent.sold)
    wallet_freezes.follow(owner, FreezeWhy.CAME_BACK, moment)
    if owner.merged_into_id is not None:
        wallet_merging.hand_over(owner, wallet.current(owner.id), f"{key}:back", moment)
    return move


def _first_use(owner: Wallet, used: LedgerTransaction) -> WalletMove:
    if ledger.find(f"{used.key}:back") is not None:
        raise Refused("This was given back to your credit. Begin again from the page of the piece.")
    return wallet_moves.get(owner, used)
