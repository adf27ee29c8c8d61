"""The proofs of the wallets: every balance is what the ledger owes, and the sum and the last line of its statement; and
credit of a disputed payment stands still, and no other.
"""

from collections.abc import Iterator

from sqlalchemy import func, literal, select

from archive.db import db
from licensing import ledger, wallet_freezes
from licensing.disputes import OPEN, Dispute, DisputeStatus
from licensing.ledger import AccountKind, LedgerTransaction
from licensing.money import Money
from licensing.orders import LineKind, OrderLine
from licensing.payments import Payment
from licensing.top_ups import SALE
from licensing.wallet import CURRENCY, Wallet
from licensing.wallet_freezes import WalletFreeze, WalletFreezeMove
from licensing.wallet_moves import WalletMove


def differences() -> list[str]:
    """Say where a balance differs from the ledger or from its moves; there must be nothing to say."""
    owed = ledger.balances(AccountKind.WALLET_LIABILITY, CURRENCY)
    found = [line for each in _wallets() for line in _of(*each, owed.pop(str(each[0]), Money(0, CURRENCY)))]
    return found + [f"wallet {owner}: the ledger knows it alone" for owner, left in owed.items() if left]


def frozen() -> Iterator[str]:
    """Say where what stands still is not what undecided disputes are about; there must be nothing to say."""
    yield from _sums()
    yield from _decisions()
    for each in db.session.scalars(select(Wallet).join(WalletFreeze).distinct()):
        for freeze, amount in wallet_freezes.due(each):
            yield f"wallet {each.id}: {amount.minor} of top-up {freeze.reference} is disputed and can be spent"


def _sums() -> Iterator[str]:
    """Compare what each wallet freezes with its freezes, and those with what happened to them."""
    held = select(func.coalesce(func.sum(WalletFreeze.amount_minor), 0)).where(
        WalletFreeze.wallet_id == Wallet.id
    )
    frozen, total = Wallet.frozen_minor, held.scalar_subquery()
    for number, minor, said in db.session.execute(select(Wallet.id, frozen, total).where(frozen != total)):
        yield f"wallet {number}: {minor} stands still, its freezes hold {said}"
    moved = select(func.coalesce(func.sum(WalletFreezeMove.amount_minor), 0)).where(
        WalletFreezeMove.freeze_id == WalletFreeze.id
    )
    amount, total = WalletFreeze.amount_minor, moved.scalar_subquery()
    for number, minor, said in db.session.execute(
        select(WalletFreeze.id, amount, total).where(amount != total)
    ):
        yield f"freeze {number}: it holds {minor}, its moves sum to {said}"


def _decisions() -> Iterator[str]:
    """Find freezes that ended before their dispute did, or that outlived it, and disputes of credit without one."""
    is_open = Dispute.status.in_(OPEN)
    has_ended = WalletFreeze.ended_at.is_not(None)
    is_wrong = (is_open & has_ended) | ((Dispute.status == DisputeStatus.WON) & ~has_ended)
    wrong = select(Dispute.provider_ref, WalletFreeze.amount_minor).join(WalletFreeze).where(is_wrong)
    for name, minor in db.session.execute(wrong):
        yield f"dispute {name}: {minor} stands still for it"
    key = literal("payment:") + func.coalesce(Payment.intent_id, Payment.reference)
    without = (
        select(Dispute.provider_ref)
        .join(Payment, Payment.id == Dispute.payment_id)
        .join(OrderLine, (OrderLine.order_id == Payment.order_id) & (OrderLine.kind == LineKind.TOP_UP))
        .join(LedgerTransaction, (LedgerTransaction.key == key) & (LedgerTransaction.kind == SALE))
        .outerjoin(WalletFreeze, WalletFreeze.dispute_id == Dispute.id)
        .where(is_open, WalletFreeze.id.is_(None))
    )
    for name in db.session.scalars(without):
        yield f"dispute {name}: the credit that it is about can be spent"


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
