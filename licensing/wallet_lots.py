"""What is left of each top-up in a wallet: read from its moves, as nothing else says which credit was spent first."""

from collections.abc import Sequence

from sqlalchemy import func, select

from archive.db import db
from licensing.money import Money
from licensing.wallet import Wallet
from licensing.wallet_moves import MoveKind, WalletMove

# These say of which top-up they are; a use does not.
OF_ONE = (MoveKind.TOP_UP, MoveKind.REFUNDED, MoveKind.REFUND_FAILED, MoveKind.CHARGED_BACK)


def kept(of: Wallet) -> dict[str, Money]:
    """Say by order what of each top-up was never taken out again, used or not; oldest first."""
    total, first = func.sum(WalletMove.amount_minor), func.min(WalletMove.id)
    query = (
        select(WalletMove.reference, total)
        .where(WalletMove.wallet_id.in_(ids(of)), WalletMove.kind.in_(OF_ONE))
        .group_by(WalletMove.reference)
        .order_by(first)
    )
    return {reference: Money(int(minor), of.currency) for reference, minor in db.session.execute(query)}


def shares(credit: Money, left: Sequence[Money]) -> list[Money]:
    """Say what of each top-up (oldest first, less what went back of it) is unspent: the oldest is spent first."""
    nothing, rest, found = Money(0, credit.currency), credit, []
    for paid in reversed(left):
        found.append(max(nothing, min(rest, paid)))
        rest -= found[-1]
    return found[::-1]


def ids(of: Wallet) -> list[int]:
    """List a wallet and all those that have become part of it."""
    return [of.id, *_merged_into(of.id)]


def _merged_into(wallet_id: int) -> list[int]:
    found = list(db.session.scalars(select(Wallet.id).where(Wallet.merged_into_id == wallet_id)))
    return found + [deeper for each in found for deeper in _merged_into(each)]
