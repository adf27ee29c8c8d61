"""Our books laid beside the provider's: what it has kept and we have not seen, and what we have and it has not.

Nothing is believed and nothing is mended by guess: what can be read again is read again, the rest is a task.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import audit, clock, jobs
from archive.db import Model, db, enum_column
from archive.errors import Refused
from archive.transactions import transaction
from archive.triggers import append_only
from licensing import (
    anomalies,
    dispute_handling,
    ledger,
    payments,
    provider_events,
    provider_payouts,
    refund_sending,
)
from licensing.anomalies import Anomaly
from licensing.disputes import OPEN, Dispute
from licensing.gateways.books import BalanceLine, books
from licensing.ledger import AccountKind, LedgerTransaction, Posting
from licensing.money import Money
from licensing.payments import Payment

LIGHT_JOB = "reconciliation.light"
FULL_JOB = "reconciliation.full"
LIGHT_EVERY = timedelta(hours=1)
FULL_EVERY = timedelta(days=1)
OVERLAP = timedelta(hours=2)
LOOKS_BACK = timedelta(days=6)  # the provider tries to deliver an event for three
CLEARING_DIFFERS = "clearing_differs"
REFUND_LINES = ("refund", "payment_refund", "refund_failure", "payment_failure_refund")
CHARGE_LINES = ("charge", "payment")
PAYOUT_LINES = ("payout", "payout_failure", "payout_cancel")
DISPUTE_NAMES = ("dp_", "du_")


class Depth(str, Enum):
    """How far a comparison goes."""

    LIGHT = "light"  # events that were missed, disputes that are open
    FULL = "full"  # every line of the provider's account besides, and its balance


class Comparison(Model):
    """One time that the books were laid side by side."""

    id: Mapped[int] = mapped_column(primary_key=True)
    depth: Mapped[Depth] = mapped_column(enum_column(Depth))
    since: Mapped[datetime]
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime]
    events_missed: Mapped[int]
    lines_read: Mapped[int]
    lines_unknown: Mapped[int]
    currency: Mapped[str | None]  # None: the balance was not compared
    ours_minor: Mapped[int]  # our clearing account, less what is on its way to the bank
    theirs_minor: Mapped[int]


event.listen(Comparison.__table__, "after_create", append_only("comparison"))


def queue() -> None:
    """Ask for a full comparison soon."""
    jobs.enqueue(FULL_JOB, {}, key=FULL_JOB)


def compare_lightly(_payload: dict[str, Any]) -> None:
    """Job: take in the events that never reached us, and read open payments and disputes again."""
    moment = clock.now()
    since = _since(moment, OVERLAP)
    payments.reconcile({})
    missed = _take_missed(since, moment)
    with transaction():
        for dispute in db.session.scalars(select(Dispute).where(Dispute.status.in_(OPEN))):
            dispute_handling.queue_sync(dispute.provider_ref)
        _write(Depth.LIGHT, since, moment, events_missed=missed)


def compare_fully(_payload: dict[str, Any]) -> None:
    """Job: compare every line of the provider's account of some days, and its balance, with our ledger."""
    moment = clock.now()
    since = moment - LOOKS_BACK
    payments.reconcile({})
    missed = _take_missed(since, moment)
    lines = list(books().lines(since, moment + timedelta(minutes=1)))
    with transaction():
        unknown = [line for line in lines if not _is_booked(line)]
        for line in unknown:
            _follow(line, moment)
        for line in lines:
            if line not in unknown:
                anomalies.settle("unbooked_line", line.provider_ref, "it is booked now", moment)
    compare_balance(moment, since=since, missed=missed, read=len(lines), unknown=len(unknown))


def compare_balance(
    moment: datetime, *, since: datetime, missed: int = 0, read: int = 0, unknown: int = 0
) -> None:
    """Compare our clearing accounts with the balance at the provider; a difference is a task until it is gone."""
    balances = books().balance()
    with transaction():
        for currency, theirs in balances.items():
            ours = clearing(currency)
            if ours == theirs:
                anomalies.settle(CLEARING_DIFFERS, currency, "they are equal again", moment)
            else:
                anomalies.file(CLEARING_DIFFERS, currency, moment, ours=ours.minor, theirs=theirs.minor)
            _write(
                Depth.FULL,
                since,
                moment,
                events_missed=missed,
                lines_read=read,
                lines_unknown=unknown,
                currency=currency,
                ours_minor=ours.minor,
                theirs_minor=theirs.minor,
            )


def clearing(currency: str) -> Money:
    """Say what should lie at the provider: our clearing account, less what is on its way to the bank."""
    return ledger.balance(AccountKind.STRIPE_CLEARING, currency) - provider_payouts.on_their_way(currency)


def book_line(anomaly: Anomaly, account_id: int, moment: datetime) -> None:
    """Book a line that nothing of ours explains as what the provider keeps for its services; who says so is kept.

    Raise Refused for one that brings money: that is not a fee.
    """
    detail = anomaly.detail
    cost = Money(detail["fee_minor"] - detail["amount_minor"], detail["currency"])
    if cost.minor <= 0:
        raise Refused("This line brings money, so it is not a fee. Find out whose it is.")
    postings = [
        Posting(AccountKind.FEES_EXPENSE, cost, "provider"),
        Posting(AccountKind.STRIPE_CLEARING, -cost),
    ]
    ledger.post("provider_fee", anomaly.reference, f"line:{anomaly.reference}", postings, moment)
    audit.record("ledger.line_booked", "balance_line", anomaly.reference, account_id, minor=cost.minor)


def latest(limit: int) -> list[Comparison]:
    """Return the newest comparisons."""
    return list(db.session.scalars(select(Comparison).order_by(Comparison.id.desc()).limit(limit)))


def _since(moment: datetime, overlap: timedelta) -> datetime:
    last = db.session.scalar(select(Comparison.started_at).order_by(Comparison.id.desc()).limit(1))
    db.session.rollback()
    return max(moment - LOOKS_BACK, last - overlap) if last is not None else moment - LOOKS_BACK


def _take_missed(since: datetime, moment: datetime) -> int:
    """Take in the events of the provider's list that are not here, oldest first; return how many."""
    kept = list(books().events(since))
    taken = 0
    for hint, body in reversed(kept):
        with transaction():
            taken += provider_events.receive(hint, body, moment, was_missed=True)
    return taken


def _write(depth: Depth, since: datetime, moment: datetime, **facts: Any) -> None:
    nothing = {"events_missed": 0, "lines_read": 0, "lines_unknown": 0, "ours_minor": 0, "theirs_minor": 0}
    db.session.add(
        Comparison(
            depth=depth,
            since=since,
            started_at=moment,
            ended_at=clock.now(),
            **{"currency": None} | nothing | facts,
        )
    )
    db.session.flush()


def _is_booked(line: BalanceLine) -> bool:
    """Say whether our books have what a line of the provider's account says, to the cent."""
    test = _BOOKED.get(line.kind)
    return (test is not None and test(line)) or ledger.find(_own_key(line)) is not None


def _payment_of(line: BalanceLine) -> Payment | None:
    by_reference = payments.find(line.reference) if line.reference else None
    return by_reference or payments.find_by_intent(line.intent_id or line.source)


def _is_charge_booked(line: BalanceLine) -> bool:
    payment = _payment_of(line)
    if payment is None:
        return False
    booked = ledger.find(f"payment:{payment.intent_id or payment.reference}")
    fee = ledger.find(f"fee:{line.source}")
    return _cash(booked) == line.amount.minor and -_cash(fee) == line.fee.minor


def _is_movement_booked(line: BalanceLine) -> bool:
    return _cash(ledger.find(f"dispute:{line.provider_ref}")) == (line.amount - line.fee).minor


def _is_refund_booked(line: BalanceLine) -> bool:
    return _cash(ledger.find(f"refund:{line.source}")) == line.amount.minor


def _is_refund_back(line: BalanceLine) -> bool:
    return _cash(ledger.find(f"refund:{line.source}:back")) == line.amount.minor


def _is_payout_known(line: BalanceLine) -> bool:
    payout = provider_payouts.find(line.source or "")
    return payout is not None and abs(payout.amount_minor) == abs(line.amount.minor)


def _cash(booked: LedgerTransaction | None) -> int:
    if booked is None:
        return 0
    at_provider = AccountKind.STRIPE_CLEARING
    return sum(entry.amount_minor for entry in booked.entries if entry.account.kind is at_provider)


def _own_key(line: BalanceLine) -> str:
    """Name what a person books a line under that nothing of ours explains: a fee of the month, a correction."""
    return f"line:{line.provider_ref}"


def _follow(line: BalanceLine, moment: datetime) -> None:
    """Have read again what a line is about, and let a person see it until it is booked."""
    payment = _payment_of(line)
    if payment is not None and line.kind in REFUND_LINES:
        refund_sending.queue_sync(payment)
    elif payment is not None and line.kind in CHARGE_LINES:
        payments.queue_sync(payment)
    elif line.source and line.kind in PAYOUT_LINES:
        provider_payouts.queue_sync(line.source)
    elif line.source and line.source.startswith(DISPUTE_NAMES):
        dispute_handling.queue_sync(line.source)
    anomalies.file(
        "unbooked_line",
        line.provider_ref,
        moment,
        type=line.kind,
        source=line.source,
        amount_minor=line.amount.minor,
        fee_minor=line.fee.minor,
        currency=line.amount.currency,
        description=line.description,
    )


_BOOKED: dict[str, Callable[[BalanceLine], bool]] = {
    **dict.fromkeys(CHARGE_LINES, _is_charge_booked),
    "refund": _is_refund_booked,
    "payment_refund": _is_refund_booked,
    "refund_failure": _is_refund_back,
    "payment_failure_refund": _is_refund_back,
    **dict.fromkeys(PAYOUT_LINES, _is_payout_known),
    "adjustment": _is_movement_booked,
}
