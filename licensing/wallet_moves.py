"""The moves of a wallet: each change of its balance, with the transaction that booked it, as the statement shows it."""

from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.triggers import append_only
from licensing.ledger import LedgerTransaction
from licensing.money import Money
from licensing.orders import LineKind
from licensing.wallet import Wallet


class MoveKind(str, Enum):
    """What changed a balance."""

    TOP_UP = "top_up"
    SPENT = "spent"
    GIVEN_BACK = "given_back"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    CHARGED_BACK = "charged_back"  # its payment was disputed, and lost
    EXPIRED = "expired"
    HANDED_OVER = "handed_over"  # to the wallet of an account
    TAKEN_OVER = "taken_over"  # from a wallet without an account


class WalletMove(Model):
    """One change of a balance, as the statement shows it."""

    __table_args__ = (
        UniqueConstraint("wallet_id", "transaction_id"),
        CheckConstraint("amount_minor != 0", "moves_something"),
        CheckConstraint("balance_minor >= 0", "is_never_overspent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"), index=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), index=True)
    kind: Mapped[MoveKind] = mapped_column(enum_column(MoveKind))
    sold: Mapped[LineKind | None] = mapped_column(enum_column(LineKind))  # what credit was spent on
    amount_minor: Mapped[int]  # positive: credit came in
    balance_minor: Mapped[int]  # afterwards
    reference: Mapped[str]  # of the order or the grant; says nothing of who heard what
    why: Mapped[str]
    at: Mapped[datetime]

    wallet: Mapped[Wallet] = relationship()
    transaction: Mapped[LedgerTransaction] = relationship()


event.listen(WalletMove.__table__, "after_create", append_only("wallet_move"))


def get(wallet: Wallet, transaction: LedgerTransaction) -> WalletMove:
    """Get the move that a transaction made in a wallet."""
    found = find(wallet, transaction)
    if found is None:
        raise ValueError(f"transaction {transaction.key} did not move wallet {wallet.id}")
    return found


def note(
    wallet: Wallet,
    transaction: LedgerTransaction,
    kind: MoveKind,
    amount: Money,
    moment: datetime,
    *,
    why: str = "",
    sold: LineKind | None = None,
) -> WalletMove:
    """Write a change of the balance down, after it was made."""
    move = WalletMove(
        wallet_id=wallet.id,
        transaction_id=transaction.id,
        kind=kind,
        sold=sold,
        amount_minor=amount.minor,
        balance_minor=wallet.balance_minor,
        reference=transaction.reference,
        why=why,
        at=moment,
    )
    db.session.add(move)
    db.session.flush()
    return move


def booked(transaction: LedgerTransaction | None) -> LedgerTransaction:
    """Take what was booked while a wallet was held; raise RuntimeError when somebody else did it."""
    if transaction is None:
        raise RuntimeError("a move of credit was booked by somebody else while the wallet was held")
    return transaction


def find(wallet: Wallet, transaction: LedgerTransaction) -> WalletMove | None:
    """Find the move that a transaction made in a wallet."""
    return db.session.scalar(
        select(WalletMove).where(
            WalletMove.wallet_id == wallet.id, WalletMove.transaction_id == transaction.id
        )
    )
