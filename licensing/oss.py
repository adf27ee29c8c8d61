"""The One Stop Shop: what consumers elsewhere in the Union bought, and whether that comes near 10,000 euro a year.

Up to there the home rate may be charged to them (Directive 2006/112/EC, art. 59c); beyond, from the sale that passes it
on, each pays the rate of their own country, and the setting VAT_OSS_FROM says since when.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from archive import clock
from archive.config import current
from archive.db import db
from archive.transactions import transaction
from licensing import anomalies, place_of_supply, taxes
from licensing.grants import Grant, GrantStatus
from licensing.invoices import Invoice
from licensing.location_evidence import LocationDecision
from licensing.money import FULL, Money
from licensing.orders import Order, OrderLine, OrderStatus
from licensing.refund_parts import RefundPart

CURRENCY = "EUR"
THRESHOLD = Money(10_000_00, CURRENCY)  # without VAT, in a calendar year and in the one before
NEAR_BP = 8_000  # of it: staff are told
JOB = "oss.watch"
EVERY = timedelta(hours=6)


@dataclass(frozen=True)
class Tally:
    """How much of one year counts towards the threshold."""

    year: int
    sold: Money

    @property
    def share_bp(self) -> int:
        """That part of the threshold, in basis points; more than a whole when it has been passed."""
        return self.sold.minor * FULL // THRESHOLD.minor

    @property
    def is_near(self) -> bool:
        """Whether staff should prepare."""
        return self.share_bp >= NEAR_BP

    @property
    def is_passed(self) -> bool:
        """Whether the home rate may no longer be charged."""
        return self.sold > THRESHOLD


def tally(year: int) -> Tally:
    """Add up a calendar year of the archive's town: orders that were paid, less what went back, and uses of credit."""
    minor = _sold_by_orders(year) - _gone_back(year) + _sold_from_credit(year)
    return Tally(year, Money(minor, CURRENCY))


def watch(_payload: dict[str, object]) -> None:
    """Job: put it before a person when the threshold comes near or is passed while the home rate is still charged."""
    moment = clock.now()
    present = tally(clock.day_here(moment).year)
    since = current().vat_oss_from
    if not present.is_near or (since is not None and since <= clock.day_here(moment)):
        return
    kind = "oss_threshold_passed" if present.is_passed else "oss_threshold_near"
    with transaction():
        anomalies.file(kind, str(present.year), moment, sold_minor=present.sold.minor)


def _sold_by_orders(year: int) -> int:
    return _sum(select(func.sum(OrderLine.net_minor)).join(Order, Order.id == OrderLine.order_id), year)


def _gone_back(year: int) -> int:
    query = (
        select(func.sum(RefundPart.net_minor))
        .join(OrderLine, OrderLine.id == RefundPart.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
    )
    return _sum(query, year)


def _sum(query: Select[tuple[int]], year: int) -> int:
    """Sum a column of lines, of those orders of a year that count: see `place_of_supply.counts_towards_threshold`."""
    replacing = aliased(Invoice)
    begin, end = _year(year)
    # A business whose number was confirmed in the end was never a consumer.
    was_corrected = exists().where(replacing.order_id == Order.id, replacing.replaces_id.is_not(None))
    decided = select(LocationDecision.country).where(LocationDecision.order_id == Order.id).scalar_subquery()
    counted = and_(
        Order.status == OrderStatus.PAID,
        Order.paid_at >= begin,
        Order.paid_at < end,
        Order.currency == CURRENCY,
        func.coalesce(decided, Order.country).in_(_abroad()),
        OrderLine.kind.in_(sorted(place_of_supply.ELECTRONIC)),
        OrderLine.vat_code == "S",
        or_(~was_corrected, decided.is_not(None)),
    )
    return int(db.session.scalar(query.where(counted)) or 0)


def _sold_from_credit(year: int) -> int:
    begin, end = _year(year)
    query = select(func.sum(Grant.net_minor)).where(
        Grant.order_line_id.is_(None),
        Grant.status != GrantStatus.REVERSED,
        Grant.starts_at >= begin,
        Grant.starts_at < end,
        Grant.currency == CURRENCY,
        Grant.country.in_(_abroad()),
    )
    return int(db.session.scalar(query) or 0)


def _abroad() -> list[str]:
    union = taxes.member_states() | set(place_of_supply.TERRITORY_OF)
    return sorted(union - {place_of_supply.HOME})


def _year(year: int) -> tuple[datetime, datetime]:
    return datetime(year, 1, 1, tzinfo=clock.HERE), datetime(year + 1, 1, 1, tzinfo=clock.HERE)
