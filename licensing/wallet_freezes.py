"""Credit that stands still: from the opening of a dispute, what is unspent of the top-up that it is about can be
neither spent nor paid back, nor does it end. A wallet's `frozen_minor` is the sum of its freezes; the database refuses
to let the balance go below it.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.triggers import append_only
from licensing import wallet, wallet_lots
from licensing.money import Money
from licensing.wallet import Wallet


class FreezeWhy(str, Enum):
    """What changed how much is frozen."""

    DISPUTED = "disputed"
    CAME_BACK = "came_back"  # a use of it was reversed, or a refund of it failed
    REFUNDED = "refunded"  # at the provider, while the dispute was open
    WON = "won"
    LOST = "lost"  # taken out of the wallet next


class WalletFreeze(Model):
    """What one dispute holds of a wallet."""

    __table_args__ = (
        CheckConstraint("amount_minor >= 0 AND amount_minor <= most_minor", "is_part_of_what_is_disputed"),
        CheckConstraint("ended_at IS NULL OR amount_minor = 0", "ends_with_nothing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"), index=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"), unique=True)
    reference: Mapped[str]  # of the order that topped up
    most_minor: Mapped[int]  # what is disputed
    amount_minor: Mapped[int]  # what of that is here and frozen
    ended_at: Mapped[datetime | None]  # when the dispute was decided

    wallet: Mapped[Wallet] = relationship()

    @property
    def amount(self) -> Money:
        """What is frozen."""
        return Money(self.amount_minor, self.wallet.currency)


class WalletFreezeMove(Model):
    """One change of a freeze, as the statement shows it."""

    __table_args__ = (CheckConstraint("amount_minor != 0", "moves_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    freeze_id: Mapped[int] = mapped_column(ForeignKey("wallet_freeze.id"), index=True)
    why: Mapped[FreezeWhy] = mapped_column(enum_column(FreezeWhy))
    amount_minor: Mapped[int]  # positive: more is frozen
    balance_minor: Mapped[int]  # of the wallet, which this does not change
    at: Mapped[datetime]

    freeze: Mapped[WalletFreeze] = relationship()


event.listen(WalletFreezeMove.__table__, "after_create", append_only("wallet_freeze_move"))


def begin(of: Wallet, dispute_id: int, reference: str, most: Money, moment: datetime) -> WalletFreeze:
    """Freeze what is unspent of a disputed top-up (its order's number), at most what is disputed; once a dispute."""
    known = find(dispute_id)
    if known is not None:
        return known
    made = WalletFreeze(
        wallet=of, dispute_id=dispute_id, reference=reference, most_minor=most.minor, amount_minor=0
    )
    db.session.add(made)
    db.session.flush()
    follow(of, FreezeWhy.DISPUTED, moment)
    return made


def follow(of: Wallet, why: FreezeWhy, moment: datetime) -> None:
    """Freeze what is in a held wallet, belongs to a disputed top-up and can still be spent."""
    for freeze, amount in due(of):
        _change(freeze, amount, why, moment)


def due(of: Wallet) -> list[tuple[WalletFreeze, Money]]:
    """Say what should be frozen besides what is; nothing when all is well."""
    freezes, kept = open_of(of), wallet_lots.kept(of)
    if not freezes:
        return []
    left = [paid - frozen_of(freezes, reference, of.currency) for reference, paid in kept.items()]
    unspent = dict(zip(kept, wallet_lots.shares(of.spendable, left), strict=True))
    found = []
    for freeze in freezes:
        here = unspent.get(freeze.reference, Money(0, of.currency))
        amount = min(here, Money(freeze.most_minor, of.currency) - freeze.amount)
        if amount:
            unspent[freeze.reference] = here - amount
            found.append((freeze, amount))
    return found


def lift(of: Wallet, reference: str, most: Money, moment: datetime) -> None:
    """Let go of what is frozen of a top-up that is being paid back, up to an amount."""
    for freeze in open_of(of):
        amount = min(most, freeze.amount)
        if freeze.reference == reference and amount:
            _change(freeze, -amount, FreezeWhy.REFUNDED, moment)
            most -= amount


def end(freeze: WalletFreeze, why: FreezeWhy, moment: datetime) -> Money:
    """Let go of all that a decided dispute holds, and say how much it was; what another dispute is about stays."""
    held = freeze.amount
    if held:
        _change(freeze, -held, why, moment)
    freeze.ended_at = freeze.ended_at or moment
    db.session.flush()
    return held


def hand_over(given: Wallet, to: Wallet) -> None:
    """Let the freezes of a wallet go along with all its credit, which has yet to move; both are held."""
    for freeze in open_of(given):
        wallet.freeze(given, -freeze.amount)
        freeze.wallet = to
    db.session.flush()


def take_over(to: Wallet) -> None:
    """Freeze in a wallet what came along with credit that has just been moved here."""
    came = sum((freeze.amount for freeze in open_of(to)), Money(0, to.currency)) - to.frozen
    wallet.freeze(to, came)


def find(dispute_id: int) -> WalletFreeze | None:
    """Find what a dispute holds, or held."""
    return db.session.scalar(select(WalletFreeze).where(WalletFreeze.dispute_id == dispute_id))


def open_of(of: Wallet) -> list[WalletFreeze]:
    """List what undecided disputes hold of a wallet, oldest first."""
    query = select(WalletFreeze).where(WalletFreeze.wallet_id == of.id, WalletFreeze.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(WalletFreeze.id)))


def frozen_of(freezes: Sequence[WalletFreeze], reference: str, currency: str) -> Money:
    """Add up what is frozen of one top-up."""
    amounts = (freeze.amount for freeze in freezes if freeze.reference == reference)
    return sum(amounts, Money(0, currency))


def moves_of(of: Wallet) -> list[WalletFreezeMove]:
    """List all that happened to the freezes of a wallet, oldest first."""
    query = select(WalletFreezeMove).join(WalletFreeze).where(WalletFreeze.wallet_id == of.id)
    return list(db.session.scalars(query.order_by(WalletFreezeMove.id)))


def _change(freeze: WalletFreeze, by: Money, why: FreezeWhy, moment: datetime) -> None:
    wallet.freeze(freeze.wallet, by)
    freeze.amount_minor += by.minor
    move = WalletFreezeMove(
        freeze=freeze,
        why=why,
        amount_minor=by.minor,
        balance_minor=freeze.wallet.balance_minor,
        at=moment,
    )
    db.session.add(move)
    db.session.flush()
