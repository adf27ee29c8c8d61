"""Credit that goes back to the way it was paid: what of each top-up is not used yet, and never more.

The credit is taken first and waits in refund clearing, so that it cannot be spent while it is on its way. A refund
that fails gives it back; one that staff make in the provider's own pages takes what is still there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from archive import clock, jobs
from archive.db import db
from archive.errors import Refused
from archive.transactions import transaction
from licensing import (
    anomalies,
    disputes,
    ledger,
    refunds,
    wallet,
    wallet_freezes,
    wallet_lots,
    wallet_merging,
    wallet_moves,
    wallet_vat,
)
from licensing.disputes import DisputeStatus
from licensing.ledger import AccountKind, LedgerTransaction, Posting
from licensing.money import Money
from licensing.orders import Order
from licensing.payments import Payment, PaymentStatus
from licensing.refunds import Origin, Refund, RefundStatus, Source
from licensing.top_ups import wallet_of
from licensing.wallet import Wallet
from licensing.wallet_freezes import FreezeWhy
from licensing.wallet_moves import MoveKind, WalletMove

FOLLOW_JOB = "wallet.follow_refunds"
FOLLOW_EVERY = timedelta(minutes=10)
REASON = "credit that was not used"
ROUNDING = (AccountKind.ROUNDING, "")
SPENT = (AccountKind.FEES_EXPENSE, "refunds")  # credit that was used before it went back
ARRIVING = (RefundStatus.SENT, RefundStatus.PENDING, RefundStatus.SUCCEEDED)


@dataclass(frozen=True)
class Unspent:
    """What of one top-up can go back."""

    payment: Payment
    amount: Money


def unspent(of: Wallet) -> list[Unspent]:
    """List the top-ups of which something can go back, oldest first."""
    payments, freezes, kept = _payments(of), wallet_freezes.open_of(of), wallet_lots.kept(of)
    left = []
    for payment in payments:
        number = payment.order.number
        # What a bank has taken is not left of the payment; what it only asks about is, and is frozen.
        free = kept[number] - wallet_freezes.frozen_of(freezes, number, of.currency)
        left.append(min(refunds.left_of(payment), free))
    parts = wallet_lots.shares(of.spendable, left)
    return [Unspent(*pair) for pair in zip(payments, parts, strict=True) if pair[1]]


def total(parts: Sequence[Unspent], currency: str) -> Money:
    """Add up what can go back."""
    return sum((part.amount for part in parts), Money(0, currency))


def ask(of: Wallet, form_key: str, moment: datetime) -> Money:
    """Send all unspent credit back, top-up by top-up, once per form; say how much. Raise Refused when there is none."""
    wallet.hold(of)
    begun = f"wallet:{of.id}:refund:{form_key}"
    if db.session.scalar(select(LedgerTransaction.id).where(LedgerTransaction.key.startswith(begun))):
        return Money(0, of.currency)
    parts = unspent(of)
    if not parts:
        raise Refused(
            "There is no credit that can go back: it is used, on its way to you already, or held for a bank."
        )
    for part in parts:
        key, order = f"{begun}:{part.payment.id}", part.payment.order
        ahead = wallet_vat.taken(of, part.amount)
        _take(of, part.amount, part.amount, order, key, moment)
        asked = refunds.ask(part.payment, part.amount, REASON, key=key, moment=moment, source=Source.PROMISED)
        refunds.approve(asked, moment)
        wallet_vat.undo(of, order.number, kept_of(order), ahead, key, moment, ROUNDING)
    return total(parts, of.currency)


def follow(_payload: jobs.Payload) -> None:
    """Job: give credit back whose refund failed, and take the credit of refunds that were made at the provider."""
    moment = clock.now()
    for refund_id in _unsettled():
        with transaction():
            settle(db.session.get_one(Refund, refund_id), moment)


def settle(refund: Refund, moment: datetime) -> None:
    """Bring the wallet of a refund to where the refund is; doing it again changes nothing."""
    topped = wallet_of(refund.payment.order)
    if topped is None:
        return
    wallet.hold(topped)
    key = _key(refund)
    if refund.origin is Origin.PROVIDER and refund.status in ARRIVING and ledger.find(key) is None:
        _take_what_is_left(topped, refund, key, moment)
    if refund.status in refunds.OVER and (used := ledger.find(key)) is not None:
        _return(topped, refund, used, moment)


def kept_of(order: Order) -> Money:
    """Say what of a top-up neither goes back nor was lost to a bank, used or not."""
    nothing = Money(0, order.currency)
    gone = [
        refund.amount
        for refund in refunds.of_order(order.id)
        if refund.source is Source.PROMISED and refund.status not in refunds.OVER
    ]
    lost = [
        disputes.held_for(dispute)
        for dispute in disputes.of_order(order.id)
        if dispute.status is DisputeStatus.LOST and wallet_freezes.find(dispute.id) is not None
    ]
    return max(nothing, order.gross - sum([*gone, *lost], nothing))


def _take_what_is_left(topped: Wallet, refund: Refund, key: str, moment: datetime) -> None:
    """Take the credit of a refund that was made at the provider; what was spent of it is the archive's loss."""
    order = refund.payment.order
    wallet_freezes.lift(topped, order.number, refund.amount, moment)
    taken = min(refund.amount, topped.spendable)
    ahead = wallet_vat.taken(topped, taken)
    _take(topped, taken, refund.amount, order, key, moment)
    rest = ROUNDING
    if taken < refund.amount:
        missing, rest = (refund.amount - taken).minor, SPENT
        anomalies.file("refunded_spent_credit", refund.reference, moment, missing_minor=missing)
    wallet_vat.undo(topped, order.number, kept_of(order), ahead, key, moment, rest)


def _take(of: Wallet, amount: Money, whole: Money, order: Order, key: str, moment: datetime) -> None:
    """Take credit for a refund of the `whole`."""
    postings = [
        Posting(AccountKind.WALLET_LIABILITY, amount, of.owner),
        Posting(SPENT[0], whole - amount, SPENT[1]),
        Posting(AccountKind.REFUND_CLEARING, -whole, order.number),
    ]
    wallet.change(of, -amount)
    booked = ledger.post("wallet_refund", order.number, key, postings, moment)
    if booked is not None and amount:
        wallet_moves.note(of, booked, MoveKind.REFUNDED, -amount, moment)


def _return(topped: Wallet, refund: Refund, used: LedgerTransaction, moment: datetime) -> None:
    """Give back what was taken, to the wallet that it was taken from or the one that this has become."""
    key, order = f"{used.key}:back", refund.payment.order
    booked = ledger.reverse(used.key, "wallet_refund_failed", key, moment)
    if booked is None:
        return
    taken = db.session.scalar(select(WalletMove).where(WalletMove.transaction_id == used.id))
    origin = taken.wallet if taken is not None else topped
    wallet.hold(origin)
    if taken is not None:
        amount = Money(-taken.amount_minor, origin.currency)
        wallet.change(origin, amount)
        wallet_moves.note(origin, booked, MoveKind.REFUND_FAILED, amount, moment)
    wallet_vat.undo(origin, order.number, kept_of(order), [], key, moment)
    wallet_freezes.follow(origin, FreezeWhy.CAME_BACK, moment)
    if origin.merged_into_id is not None:
        wallet_merging.hand_over(origin, topped, key, moment)


def _key(refund: Refund) -> str:
    return refund.form_key or f"wallet_refund:{refund.id}"


def _payments(of: Wallet) -> list[Payment]:
    """List the payments that topped a wallet up, or one that has become part of it, oldest first."""
    numbers = select(WalletMove.reference).where(
        WalletMove.wallet_id.in_(wallet_lots.ids(of)), WalletMove.kind == MoveKind.TOP_UP
    )
    query = select(Payment).join(Order, Order.id == Payment.order_id).where(Order.number.in_(numbers))
    paid = query.where(Payment.status == PaymentStatus.SUCCEEDED).order_by(Payment.id)
    return list(db.session.scalars(paid))


def _unsettled() -> list[int]:
    """List the refunds of credit whose books may lack something."""
    over = Refund.status.in_(refunds.OVER) & Refund.form_key.startswith("wallet:")
    made_there = (Refund.origin == Origin.PROVIDER) & (Refund.source == Source.PROMISED)
    return list(db.session.scalars(select(Refund.id).where(over | made_there).order_by(Refund.id)))
