"""What an experiment measured, read from visits, sales and the books; numbers only, so that it may be shown to others.

By lot, each variant has the visitors who saw it and what they bought. In turn, it has all that was heard and bought on
its days, and nobody is told apart. What was refunded counts as not earned; what others get of it as not left.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from archive.db import db
from catalogue.interest import Interest, Sort
from licensing import income, proportions
from licensing.experiments import Deed, Experiment, Exposure, Outcome, Variant
from licensing.grants import Grant, GrantStatus
from licensing.income import Earned
from licensing.invoices import Invoice, InvoiceKind
from licensing.money import Money
from licensing.orders import Order, OrderLine
from licensing.payments import Payment
from licensing.proportions import Finding, Share
from licensing.royalty_accounts import Accrual, AccrualPart, RoyaltyMovement
from licensing.small_prices import GrantKind

MINUTES = 60


@dataclass(frozen=True)
class Measured:
    """What one variant did. By lot `heard` and `sales` count visitors, in turn they count times."""

    variant: Variant
    visitors: int | None  # None: nobody counted them
    heard: int
    sales: int
    earned: Earned

    @property
    def share(self) -> Share:
        """How many of those who might have bought did."""
        tried = self.heard if self.visitors is None else self.visitors
        return Share(min(self.sales, tried), tried)


@dataclass(frozen=True)
class Result:
    """All variants, and what may be said of the first beside each other one."""

    variants: tuple[Measured, ...]
    findings: tuple[Finding, ...]
    per_hour: Money | None  # left to the archive for an hour of staff work; None: no time was written down


def measure(experiment: Experiment, currency: str) -> Result:
    """Measure an experiment as it stands."""
    found = (_by_lot if experiment.is_by_lot else _in_turn)(experiment, currency)
    first, *others = found
    left = sum((each.earned.left for each in others), first.earned.left)
    spent = experiment.staff_minutes
    return Result(
        tuple(found),
        tuple(proportions.compare(first.share, other.share) for other in others),
        Money(left.minor * MINUTES // spent, currency) if spent else None,
    )


def _by_lot(experiment: Experiment, currency: str) -> list[Measured]:
    visitors = _count_by_variant(experiment)
    heard = _count_by_variant(experiment, Deed.HEARD)
    buyers: defaultdict[str, set[int]] = defaultdict(set)
    bought: defaultdict[str, set[int]] = defaultdict(set)
    used: defaultdict[str, set[int]] = defaultdict(set)
    for variant, exposure_id, order_id in db.session.execute(_paid_orders(experiment, currency)):
        buyers[variant].add(exposure_id)
        bought[variant].add(order_id)
    for variant, exposure_id, grant_id in db.session.execute(_paid_uses(experiment, currency)):
        buyers[variant].add(exposure_id)
        used[variant].add(grant_id)
    return [
        Measured(
            way,
            visitors.get(way.code, 0),
            heard.get(way.code, 0),
            len(buyers[way.code]),
            _earned(bought[way.code], used[way.code], currency),
        )
        for way in experiment.ways
    ]


def _paid_orders(experiment: Experiment, currency: str) -> Select[tuple[str, int, int]]:
    return (
        select(Exposure.variant, Exposure.id, Order.id)
        .join(Outcome, Outcome.exposure_id == Exposure.id)
        .join(Order, Order.number == Outcome.reference)
        .where(
            Exposure.experiment_id == experiment.id,
            Outcome.deed == Deed.ORDERED,
            Order.paid_at.is_not(None),
            *_counted_orders(experiment, currency),
        )
    )


def _paid_uses(experiment: Experiment, currency: str) -> Select[tuple[str, int, int]]:
    return (
        select(Exposure.variant, Exposure.id, Grant.id)
        .join(Outcome, Outcome.exposure_id == Exposure.id)
        .join(Grant, Grant.key == Outcome.reference)
        .where(
            Exposure.experiment_id == experiment.id,
            Outcome.deed == Deed.USED,
            *_counted_uses(experiment, currency),
        )
    )


def _counted_orders(experiment: Experiment, currency: str) -> tuple[ColumnElement[bool], ...]:
    """Say which paid orders are sales: those with a line of a kind that counts."""
    of_kinds = select(OrderLine.order_id).where(OrderLine.kind.in_(experiment.kinds))
    return Order.currency == currency, Order.id.in_(of_kinds)


def _counted_uses(experiment: Experiment, currency: str) -> tuple[ColumnElement[bool], ...]:
    """Say which grants are sales: paid from credit, not given back, of a kind that counts."""
    kinds = [kind for kind in GrantKind if kind.value in experiment.kinds]
    return (
        Grant.kind.in_(kinds),
        Grant.currency == currency,
        Grant.net_minor > 0,
        Grant.order_line_id.is_(None),
        Grant.status != GrantStatus.REVERSED,
    )


def _in_turn(experiment: Experiment, currency: str) -> list[Measured]:
    found = []
    for way in experiment.ways:
        first, last = way.days
        heard = select(func.coalesce(func.sum(Interest.times), 0)).where(
            Interest.sort == Sort.HEARD, Interest.day.between(first, last)
        )
        bought = select(Order.id).where(
            Order.paid_at >= income.start_of(first),
            Order.paid_at < income.start_of(last + timedelta(days=1)),
            *_counted_orders(experiment, currency),
        )
        spent = select(Grant.id).where(
            *_counted_uses(experiment, currency),
            Grant.starts_at >= income.start_of(first),
            Grant.starts_at < income.start_of(last + timedelta(days=1)),
        )
        orders, uses = set(db.session.scalars(bought)), set(db.session.scalars(spent))
        times = int(db.session.scalar(heard) or 0)
        earned = _earned(orders, uses, currency)
        found.append(Measured(way, None, times, len(orders) + len(uses), earned))
    return found


def _count_by_variant(experiment: Experiment, deed: Deed | None = None) -> dict[str, int]:
    query = select(Exposure.variant, func.count(Exposure.id.distinct()))
    if deed is not None:
        query = query.join(Outcome, Outcome.exposure_id == Exposure.id).where(Outcome.deed == deed)
    rows = query.where(Exposure.experiment_id == experiment.id).group_by(Exposure.variant)
    return {variant: int(count) for variant, count in db.session.execute(rows)}


def _earned(order_ids: Collection[int], grant_ids: Collection[int], currency: str) -> Earned:
    """Add up what orders and uses brought, less what was credited."""
    ids, uses = list(order_ids), list(grant_ids)

    def total(query: Select[Any]) -> Money:
        return Money(int(db.session.scalar(query) or 0), currency)

    sold = select(func.sum(Order.net_minor)).where(Order.id.in_(ids))
    sold_vat = select(func.sum(Order.vat_minor)).where(Order.id.in_(ids))
    used = select(func.sum(Grant.net_minor)).where(Grant.id.in_(uses))
    used_vat = select(func.sum(Grant.vat_minor)).where(Grant.id.in_(uses))
    notes = (Invoice.order_id.in_(ids), Invoice.kind == InvoiceKind.CREDIT_NOTE)
    fees = select(func.sum(Payment.fee_minor)).where(Payment.order_id.in_(ids))
    shared = (
        select(func.sum(RoyaltyMovement.amount_minor))
        .join(AccrualPart, AccrualPart.id == RoyaltyMovement.part_id)
        .join(Accrual, Accrual.id == AccrualPart.accrual_id)
        .where(or_(Accrual.order_id.in_(ids), Accrual.grant_id.in_(uses)))
    )
    return Earned(
        net=total(sold) + total(used) - total(select(func.sum(Invoice.net_minor)).where(*notes)),
        vat=total(sold_vat) + total(used_vat) - total(select(func.sum(Invoice.vat_minor)).where(*notes)),
        fees=total(fees),
        shared=total(shared),
    )
