"""What the payment provider pays out to our bank: booked when it says so, reversed when the bank sends it back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import clock, jobs
from archive.db import Model, db, enum_column
from archive.transactions import transaction
from archive.triggers import append_only
from licensing import anomalies, ledger
from licensing.gateways.books import PayoutReport, PayoutStanding, books
from licensing.gateways.gateway import gateway
from licensing.ledger import AccountKind, Posting
from licensing.money import Money

SYNC_JOB = "provider_payouts.sync"
GONE_OUT = (PayoutStanding.PENDING, PayoutStanding.IN_TRANSIT)
BACK = (PayoutStanding.FAILED, PayoutStanding.CANCELED)

# A bank may refuse days after the provider called a payout paid.
MOVES: dict[PayoutStanding, frozenset[PayoutStanding]] = {
    PayoutStanding.PENDING: frozenset(set(PayoutStanding) - {PayoutStanding.PENDING}),
    PayoutStanding.IN_TRANSIT: frozenset(
        {PayoutStanding.PAID, PayoutStanding.FAILED, PayoutStanding.CANCELED}
    ),
    PayoutStanding.PAID: frozenset({PayoutStanding.FAILED}),
    PayoutStanding.FAILED: frozenset(),
    PayoutStanding.CANCELED: frozenset(),
}


class ProviderPayout(Model):
    """One payout of the provider to us; a negative one takes money from our bank."""

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_ref: Mapped[str] = mapped_column(unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    status: Mapped[PayoutStanding] = mapped_column(enum_column(PayoutStanding), index=True)
    arrives_on: Mapped[date]
    synced_at: Mapped[datetime]

    @property
    def amount(self) -> Money:
        """What is paid out."""
        return Money(self.amount_minor, self.currency)


class ProviderPayoutEvent(Model):
    """One move of a payout."""

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_ref: Mapped[str] = mapped_column(index=True)
    before: Mapped[PayoutStanding | None] = mapped_column(
        enum_column(PayoutStanding, "payoutstanding_before")
    )
    after: Mapped[PayoutStanding] = mapped_column(enum_column(PayoutStanding))
    at: Mapped[datetime]
    why: Mapped[str]


event.listen(ProviderPayoutEvent.__table__, "after_create", append_only("provider_payout_event"))


def apply(report: PayoutReport, moment: datetime) -> ProviderPayout:
    """Bring a payout to where the provider's object says it is; doing it again changes nothing."""
    payout = find(report.provider_ref, for_change=True) or _add(report, moment)
    payout.synced_at = moment
    if report.standing in MOVES[payout.status]:
        _write(payout, payout.status, report.standing, report.failure, moment)
        payout.status = report.standing
    _book(payout, moment)
    db.session.flush()
    return payout


def queue_sync(provider_ref: str) -> None:
    """Ask for a payout to be read again soon."""
    jobs.enqueue(SYNC_JOB, {"provider_ref": provider_ref}, key=f"{SYNC_JOB}:{provider_ref}")


def sync(payload: dict[str, Any]) -> None:
    """Job: read a payout at the provider and apply what it says."""
    report = books().payout(payload["provider_ref"])
    with transaction():
        if report.is_live == gateway().is_live:
            apply(report, clock.now())


def find(provider_ref: str, *, for_change: bool = False) -> ProviderPayout | None:
    """Find a payout by the provider's name of it."""
    query = select(ProviderPayout).where(ProviderPayout.provider_ref == provider_ref)
    return db.session.scalar(query.with_for_update() if for_change else query)


def on_their_way(currency: str) -> Money:
    """Add up what has left our balance at the provider and is not in the bank yet."""
    query = select(ProviderPayout).where(
        ProviderPayout.status.in_(GONE_OUT), ProviderPayout.currency == currency
    )
    return sum((payout.amount for payout in db.session.scalars(query)), Money(0, currency))


def _add(report: PayoutReport, moment: datetime) -> ProviderPayout:
    payout = ProviderPayout(
        provider_ref=report.provider_ref,
        amount_minor=report.amount.minor,
        currency=report.amount.currency,
        status=report.standing,
        arrives_on=report.arrives_on,
        synced_at=moment,
    )
    db.session.add(payout)
    db.session.flush()
    _write(payout, None, report.standing, report.failure, moment)
    return payout


def _write(
    payout: ProviderPayout,
    before: PayoutStanding | None,
    after: PayoutStanding,
    failure: str,
    moment: datetime,
) -> None:
    why = failure or f"the provider says {after.value}"
    db.session.add(
        ProviderPayoutEvent(provider_ref=payout.provider_ref, before=before, after=after, at=moment, why=why)
    )
    if after in BACK:
        anomalies.file(
            "payout_failed", payout.provider_ref, moment, why=why, amount_minor=payout.amount_minor
        )


def _book(payout: ProviderPayout, moment: datetime) -> None:
    key = f"provider_payout:{payout.provider_ref}"
    if payout.status is PayoutStanding.PAID:
        postings = [
            Posting(AccountKind.BANK, payout.amount),
            Posting(AccountKind.STRIPE_CLEARING, -payout.amount),
        ]
        ledger.post("provider_payout", payout.provider_ref, key, postings, moment)
    elif payout.status in BACK and ledger.find(key) is not None:
        ledger.reverse(key, "provider_payout_failed", f"{key}:failed", moment)
