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
from licensing import anomalies, ledger, refunds, wallet, wallet_merging, wallet_moves, wallet_vat
from licensing.ledger import AccountKind, LedgerTransaction, Posting
from licensing.money import Money
from licensing.orders import Order
from licensing.payments import Payment, PaymentStatus
from licensing.refunds import Origin, Refund, RefundStatus, Source
from licensing.top_ups import wallet_of
from licensing.wallet import VatMode, Wallet
from licensing.wallet_moves import MoveKind, WalletMove

FOLLOW_JOB = "wallet.follow_refunds"
FOLLOW_EVERY = timedelta(minutes=10)
REASON = "credit that was not used"
ARRIVING = (RefundStatus.SENT, RefundStatus.PENDING, RefundStatus.SUCCEEDED)


@dataclass(frozen=True)
class Unspent:
    """What of one top-up can go back."""

    payment: Payment
    amount: Money


def shares(balance: Money, left: Sequence[Money]) -> list[Money]:
    """Say what of each top-up (oldest first, less what went back of it) is unspent: the oldest is spent first."""
    nothing, rest, found = Money(0, balance.currency), balance, []
    for paid in reversed(left):
        found.append(max(nothing, min(rest, paid)))
        rest -= found[-1]
    return found[::-1]


def unspent(of: Wallet) -> list[Unspent]:
    """List the top-ups of which something can go back, oldest first."""
    payments = _payments(of)
    parts = shares(of.balance, [refunds.left_of(payment) for payment in payments])
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
        raise Refused("There is no credit that can go back: it is used, or it is on its way to you already.")
    for part in parts:
        key = f"{begun}:{part.payment.id}"
        _take(of, part.amount, part.payment.order, key, moment)
        asked = refunds.ask(part.payment, part.amount, REASON, key=key, moment=moment, source=Source.PROMISED)
        refunds.approve(asked, moment)
    return total(parts, of.currency)


def follow(_payload: jobs.Payload) -> None:
    """Job: give credit back whose refund failed, and take the credit of refunds that were made at the provider."""
    moment = clock.now()
    for refund_id in _unsettled():
        with transaction():
            _settle(db.session.get_one(Refund, refund_id), moment)


def _settle(refund: Refund, moment: datetime) -> None:
    topped = wallet_of(refund.payment.order)
    if topped is None:
        return
    wallet.hold(topped)
    key = _key(refund)
    if refund.origin is Origin.PROVIDER and refund.status in ARRIVING and ledger.find(key) is None:
        taken = min(refund.amount, topped.balance)
        if taken:
            _take(topped, taken, refund.payment.order, key, moment)
        if taken < refund.amount:
            missing = (refund.amount - taken).minor
            anomalies.file("refunded_spent_credit", refund.reference, moment, missing_minor=missing)
    if refund.status in refunds.OVER and (used := ledger.find(key)) is not None:
        _return(topped, used, moment)


def _take(of: Wallet, amount: Money, order: Order, key: str, moment: datetime) -> None:
    postings = [
        Posting(AccountKind.WALLET_LIABILITY, amount, of.owner),
        Posting(AccountKind.REFUND_CLEARING, -amount, order.number),
    ]
    if of.vat_mode is VatMode.SINGLE:
        postings += wallet_vat.due(of.country, -amount, clock.day_here(order.placed_at))
    wallet.change(of, -amount)
    booked = ledger.post("wallet_refund", order.number, key, postings, moment)
    if booked is not None:
        wallet_moves.note(of, booked, MoveKind.REFUNDED, -amount, moment)


def _return(topped: Wallet, used: LedgerTransaction, moment: datetime) -> None:
    """Give back what was taken, to the wallet that it was taken from or the one that this has become."""
    booked = ledger.reverse(used.key, "wallet_refund_failed", f"{used.key}:back", moment)
    if booked is None:
        return
    taken = db.session.scalars(select(WalletMove).where(WalletMove.transaction_id == used.id)).one()
    origin, amount = taken.wallet, Money(-taken.amount_minor, topped.currency)
    wallet.hold(origin)
    wallet.change(origin, amount)
    wallet_moves.note(origin, booked, MoveKind.REFUND_FAILED, amount, moment)
    if origin.merged_into_id is not None:
        wallet_merging.hand_over(origin, topped, f"{used.key}:back", moment)


def _key(refund: Refund) -> str:
    return refund.form_key or f"wallet_refund:{refund.id}"


def _payments(of: Wallet) -> list[Payment]:
    """List the payments that topped a wallet up, or one that has become part of it, oldest first."""
    ids = [of.id, *_merged_into(of.id)]
    numbers = select(WalletMove.reference).where(
        WalletMove.wallet_id.in_(ids), WalletMove.kind == MoveKind.TOP_UP
    )
    query = select(Payment).join(Order, Order.id == Payment.order_id).where(Order.number.in_(numbers))
    paid = query.where(Payment.status == PaymentStatus.SUCCEEDED).order_by(Payment.id)
    return list(db.session.scalars(paid))


def _merged_into(wallet_id: int) -> list[int]:
    found = list(db.session.scalars(select(Wallet.id).where(Wallet.merged_into_id == wallet_id)))
    return found + [deeper for each in found for deeper in _merged_into(each)]


def _unsettled() -> list[int]:
    """List the refunds of credit whose books may lack something."""
    over = Refund.status.in_(refunds.OVER) & Refund.form_key.startswith("wallet:")
    made_there = (Refund.origin == Origin.PROVIDER) & (Refund.source == Source.PROMISED)
    return list(db.session.scalars(select(Refund.id).where(over | made_there).order_by(Refund.id)))
