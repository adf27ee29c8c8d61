"""What a dispute does to what was sold: licences and credit stand still while it is open and come back when it is won;
when it is lost, the sale is taken out of the books again, and what is owed to rights holders with it.

The provider's object is read again and applied, in any order and any number of times.
"""

from collections import defaultdict
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from archive import clock, jobs
from archive.db import db, lock_row
from archive.transactions import transaction
from licensing import (
    anomalies,
    disputes,
    ledger,
    licences,
    listening,
    payments,
    shares_back,
    tickets,
    top_ups,
    wallet,
    wallet_freezes,
    wallet_moves,
    wallet_refunds,
    wallet_vat,
)
from licensing.disputes import Dispute, DisputeHold, DisputeStatus
from licensing.gateways.books import DisputeReport, books
from licensing.gateways.gateway import gateway
from licensing.ledger import AccountKind, LedgerTransaction, Posting
from licensing.licences import LicenceEvent, LicenceStatus
from licensing.money import Money
from licensing.orders import Order
from licensing.payments import Payment, PaymentStatus
from licensing.wallet_freezes import FreezeWhy, WalletFreeze
from licensing.wallet_moves import MoveKind

SYNC_JOB = "disputes.sync"
LOSS = (AccountKind.FEES_EXPENSE, "disputes")


def queue_sync(provider_ref: str) -> None:
    """Ask for a dispute to be read again soon."""
    jobs.enqueue(SYNC_JOB, {"provider_ref": provider_ref}, key=f"{SYNC_JOB}:{provider_ref}")


def sync(payload: dict[str, Any]) -> None:
    """Job: read a dispute at the provider and apply what it says.

    It may be told of before its payment is known to have come in: then the payment is read first.
    """
    report = books().dispute(payload["provider_ref"])
    payment = _payment_of(report)
    if payment is not None and payment.status is not PaymentStatus.SUCCEEDED:
        payments.sync({"payment_id": payment.id})
    with transaction():
        payment = _payment_of(report)
        if payment is None:
            anomalies.file(
                "unknown_dispute",
                report.provider_ref,
                clock.now(),
                intent=report.intent_id,
                charge=report.charge_id,
            )
        else:
            apply(payment, report, clock.now())


def apply(payment: Payment, report: DisputeReport, moment: datetime) -> Dispute | None:
    """Bring a dispute to where the provider's object says it is; doing it again changes nothing.

    None when the object does not fit the payment; a person must look then.
    """
    topped = top_ups.wallet_of(payment.order)
    if topped is not None:
        wallet.hold(topped)  # before the payment, as a refund of credit does
    lock_row(payment)
    difference = _difference(payment, report)
    if difference:
        anomalies.file(
            "dispute_differs", report.provider_ref, moment, payment=payment.reference, what=difference
        )
        return None
    dispute = disputes.find(report.provider_ref) or disputes.open_for(payment, report, moment)
    dispute.due_by, dispute.synced_at = report.due_by, moment
    for movement in report.movements:
        disputes.book(dispute, movement, moment)
    disputes.move(dispute, disputes.STANDS[report.standing], moment)
    _settle(dispute, moment)
    return dispute


def _payment_of(report: DisputeReport) -> Payment | None:
    by_reference = payments.find(report.reference) if report.reference else None
    return by_reference or payments.find_by_intent(report.intent_id)


def _difference(payment: Payment, report: DisputeReport) -> str:
    """Say in what the provider's object differs from the payment it is about; empty when in nothing."""
    if report.amount.currency != payment.currency:
        return f"currency is {report.amount.currency}, not {payment.currency}"
    if not 0 < report.amount.minor <= payment.amount_minor:
        return f"amount is {report.amount.minor} of a payment of {payment.amount_minor}"
    if report.intent_id and payment.intent_id and report.intent_id != payment.intent_id:
        return f"intent is {report.intent_id}, not {payment.intent_id}"
    if report.is_live != gateway().is_live:
        return "a test dispute on a live site, or the reverse"
    return ""


def _settle(dispute: Dispute, moment: datetime) -> None:
    """Let what was sold follow the dispute: held while it is open, given back when it is won."""
    if dispute.status is DisputeStatus.WON:
        _release(dispute, moment)
        _thaw(dispute, moment)
        return
    _hold(dispute, moment)
    _freeze(dispute, moment)
    if not dispute.is_open:
        _give_up(dispute, moment)


def _hold(dispute: Dispute, moment: datetime) -> None:
    for licence in licences.of_order(dispute.payment.order_id):
        if licence.status is LicenceStatus.ACTIVE:
            licences.suspend(licence, f"dispute {dispute.provider_ref} of the payment", moment, None)
            last = licences.events_of(licence.id)[-1]
            db.session.add(DisputeHold(dispute_id=dispute.id, licence_event_id=last.id))
    db.session.flush()


def _release(dispute: Dispute, moment: datetime) -> None:
    """Put in force again what disputes of this order suspended, unless another one still stands against it."""
    if disputes.is_order_frozen(dispute.payment.order_id):
        return
    suspended = licences.of_order(dispute.payment.order_id)
    query = select(DisputeHold.licence_event_id).join(LicenceEvent)
    held = set(db.session.scalars(query.where(LicenceEvent.licence_id.in_([one.id for one in suspended]))))
    for licence in suspended:
        if licences.events_of(licence.id)[-1].id in held:
            licences.resume(licence, f"dispute {dispute.provider_ref} was won", moment, None)


def _freeze(dispute: Dispute, moment: datetime) -> None:
    """Let the credit that the disputed payment bought stand still, as far as it is there."""
    sale, topped = _sale_of(dispute.payment), top_ups.wallet_of(dispute.payment.order)
    if topped is not None and sale is not None and sale.kind == top_ups.SALE:
        number = dispute.payment.order.number
        wallet_freezes.begin(topped, dispute.id, number, dispute.amount, moment)


def _thaw(dispute: Dispute, moment: datetime) -> None:
    """Let the credit be used again, unless another dispute is about it too."""
    freeze = wallet_freezes.find(dispute.id)
    if freeze is not None and freeze.ended_at is None:
        wallet_freezes.end(freeze, FreezeWhy.WON, moment)
        wallet_freezes.follow(freeze.wallet, FreezeWhy.DISPUTED, moment)


def _sale_of(payment: Payment) -> LedgerTransaction | None:
    return ledger.find(f"payment:{payment.intent_id or payment.reference}")


def _give_up(dispute: Dispute, moment: datetime) -> None:
    """Take a lost amount out of what the sale was booked on, VAT too (Directive 2006/112/EC, art. 90), and out of what
    is owed to rights holders for it.
    """
    payment = dispute.payment
    sale, lost = _sale_of(payment), disputes.held_for(dispute)
    if sale is None or not lost:
        return
    key, why = f"dispute_lost:{dispute.id}", f"dispute {dispute.provider_ref} was lost"
    freeze = wallet_freezes.find(dispute.id)
    credit = min(freeze.amount, lost) if freeze is not None else Money(0, lost.currency)
    taken = [Posting(AccountKind.WALLET_LIABILITY, credit, freeze.wallet.owner)] if freeze is not None else []
    postings = [*_undone(sale, lost, payment, credit), *taken]
    booked = ledger.post("charge_back", payment.order.number, key, postings, moment)
    if booked is None:
        return
    if freeze is not None:
        _take_credit(dispute, freeze, credit, booked, why, moment)
    _stop(payment.order, why, moment)
    part = Fraction(lost.minor, payment.amount_minor)
    nets = {line.id: line.net.times(part) for line in payment.order.lines}
    shares_back.take_back(payment.order, nets, why, key, moment)


def _take_credit(
    dispute: Dispute,
    freeze: WalletFreeze,
    amount: Money,
    booked: LedgerTransaction,
    why: str,
    moment: datetime,
) -> None:
    """Take what stood still, and undo the VAT of all that was lost: of what was used, it makes the loss smaller."""
    holder, order = freeze.wallet, dispute.payment.order
    wallet_freezes.end(freeze, FreezeWhy.LOST, moment)
    ahead = wallet_vat.taken(holder, amount)
    if amount:
        wallet.change(holder, -amount)
        wallet_moves.note(holder, booked, MoveKind.CHARGED_BACK, -amount, moment, why=why)
    kept = wallet_refunds.kept_of(order)
    wallet_vat.undo(holder, order.number, kept, ahead, booked.key, moment, LOSS)
    wallet_freezes.follow(holder, FreezeWhy.DISPUTED, moment)


def _stop(order: Order, why: str, moment: datetime) -> None:
    """End what was bought to be used at once; a licence stays suspended until a person decides."""
    listening.revoke_of_order(order, why, moment)
    tickets.revoke_of(order, moment, why)


def _undone(sale: LedgerTransaction, lost: Money, payment: Payment, credit: Money) -> list[Posting]:
    """Spread what was lost over the accounts that the sale was credited to, to the cent; credit that is still there
    is taken from its wallet.

    Credit that was spent is gone: that part is the archive's loss.
    """
    credits: defaultdict[tuple[AccountKind, str], int] = defaultdict(int)
    for entry in sale.entries:
        if entry.amount_minor < 0:
            credits[entry.account.kind, entry.account.owner] -= entry.amount_minor
    parts = dict(zip(credits, lost.allocate(list(credits.values())), strict=True))
    sold = {
        account: part for account, part in parts.items() if account[0] is not AccountKind.WALLET_LIABILITY
    }
    spent = lost - sum(sold.values(), credit)
    return [
        *(Posting(kind, part, owner) for (kind, owner), part in sold.items()),
        Posting(LOSS[0], spent, LOSS[1]),
        Posting(AccountKind.DISPUTE_RESERVE, -lost, payment.reference),
    ]
