"""What the sale brings in: by month, with what goes to the tax office, to the provider and to those who share in it; by
kind of sale; both from the ledger. By collection and entry, from what was sold and taken back.

A refund stands in the month in which it was made. Months are those of the archive's town.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Row, Select, case, func, literal, select

from archive.db import db
from catalogue import hierarchy
from catalogue.entries import Entry, EntryKind
from licensing.grants import Grant, GrantStatus
from licensing.invoices import Invoice, InvoiceKind, InvoiceLine
from licensing.ledger import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction
from licensing.money import Money
from licensing.orders import LineKind, Order, OrderLine
from licensing.periods import HERE, Period

SHARED = (AccountKind.ROYALTY_EXPENSE, AccountKind.DEAL_EXPENSE)
AT_ONCE = 500  # entries whose collection is looked up in one query


@dataclass(frozen=True)
class Earned:
    """What came in and what of it stays."""

    net: Money  # without VAT
    vat: Money
    fees: Money  # of the payment provider
    shared: Money  # goes to rights holders and performers

    @property
    def gross(self) -> Money:
        """What buyers paid."""
        return self.net + self.vat

    @property
    def left(self) -> Money:
        """What stays with the archive."""
        return self.net - self.fees - self.shared


@dataclass(frozen=True)
class Income:
    """The income of a period."""

    period: Period
    months: dict[date, Earned]  # by the first day of each month, also of those without income
    kinds: dict[str, Money]  # without VAT, by code of `orders.LineKind`; what brought most first

    @property
    def total(self) -> Earned:
        """All months together."""
        first, *others = self.months.values()
        for each in others:
            first = Earned(
                first.net + each.net, first.vat + each.vat, first.fees + each.fees, first.shared + each.shared
            )
        return first


@dataclass
class Sold:
    """What an entry, or all entries of a collection, brought in without VAT, and in how many sales."""

    entry: Entry | None  # None: what is about no entry, or lies in no collection
    net: Money
    sales: int = 0
    entries: set[int] = field(default_factory=set)


def of_period(period: Period, currency: str) -> Income:
    """Add up the ledger over a period; one query."""
    firsts = list(_months(period))
    sums: defaultdict[tuple[int, AccountKind], int] = defaultdict(int)
    kinds: defaultdict[str, int] = defaultdict(int)
    for month, kind, owner, minor in db.session.execute(_moved(period, firsts, currency)):
        sums[month, kind] += int(minor)
        if kind is AccountKind.REVENUE:
            kinds[owner] -= int(minor)
    ordered = sorted(kinds.items(), key=lambda each: (-each[1], each[0]))
    return Income(
        period=period,
        months={first: _earned(sums, number, currency) for number, first in enumerate(firsts)},
        kinds={kind: Money(minor, currency) for kind, minor in ordered if minor},
    )


def by_entry(period: Period, currency: str) -> list[Sold]:
    """Say what each entry brought in, the most first; what is about no entry stands last."""
    found: dict[int | None, tuple[int, int]] = {}
    for entry_id, net, sales in (*_rows(period, currency), *_uses(period, currency)):
        before = found.get(entry_id, (0, 0))
        found[entry_id] = before[0] + int(net), before[1] + sales
    for entry_id, back in _credited(period, currency).items():
        net, sales = found.get(entry_id, (0, 0))
        found[entry_id] = net - back, sales
    known = _entries({entry_id for entry_id in found if entry_id is not None})
    rows = [
        Sold(known.get(entry_id or 0), Money(net, currency), sales, {entry_id} if entry_id else set())
        for entry_id, (net, sales) in found.items()
    ]
    return sorted(
        rows, key=lambda row: (row.entry is None, -row.net.minor, row.entry.title if row.entry else "")
    )


def by_collection(sold: Iterable[Sold], currency: str) -> list[Sold]:
    """Put entries together by the highest collection that they lie in, the most first."""
    rows = list(sold)
    tops = _tops([row.entry for row in rows if row.entry is not None])
    found: dict[int | None, Sold] = {}
    for row in rows:
        top = tops.get(row.entry.id) if row.entry else None
        into = found.setdefault(top.id if top else None, Sold(top, Money(0, currency)))
        into.net, into.sales, into.entries = (
            into.net + row.net,
            into.sales + row.sales,
            into.entries | row.entries,
        )
    return sorted(found.values(), key=lambda each: (each.entry is None, -each.net.minor))


def start_of(day: date) -> datetime:
    """Give the moment at which a day begins in the archive's town."""
    return datetime.combine(day, time(), HERE).astimezone(UTC)


def _months(period: Period) -> Iterator[date]:
    first = period.first_day.replace(day=1)
    while first <= period.last_day:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)


def _moved(period: Period, firsts: list[date], currency: str) -> Select[tuple[int, AccountKind, str, int]]:
    later = [(LedgerTransaction.occurred_at < start_of(first), at) for at, first in enumerate(firsts[1:])]
    month = (case(*later, else_=len(firsts) - 1) if later else literal(0)).label("month")
    counted = (AccountKind.REVENUE, AccountKind.VAT_PAYABLE, AccountKind.FEES_EXPENSE, *SHARED)
    return (
        select(month, LedgerAccount.kind, LedgerAccount.owner, func.sum(LedgerEntry.amount_minor))
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(
            LedgerAccount.kind.in_(counted),
            LedgerAccount.currency == currency,
            LedgerTransaction.occurred_at >= start_of(period.first_day),
            LedgerTransaction.occurred_at < period.end,
        )
        .group_by(month, LedgerAccount.kind, LedgerAccount.owner)
    )


def _earned(sums: Mapping[tuple[int, AccountKind], int], month: int, currency: str) -> Earned:
    def total(*kinds: AccountKind) -> Money:
        return Money(sum(sums.get((month, kind), 0) for kind in kinds), currency)

    return Earned(
        net=-total(AccountKind.REVENUE),
        vat=-total(AccountKind.VAT_PAYABLE),
        fees=total(AccountKind.FEES_EXPENSE),
        shared=total(*SHARED),
    )


def _rows(period: Period, currency: str) -> Iterable[Row[tuple[int | None, int, int]]]:
    query = (
        select(OrderLine.entry_id, func.sum(OrderLine.net_minor), func.count())
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.kind != LineKind.TOP_UP,  # earned when it is used
            Order.currency == currency,
            Order.paid_at >= start_of(period.first_day),
            Order.paid_at < period.end,
        )
        .group_by(OrderLine.entry_id)
    )
    return db.session.execute(query)


def _uses(period: Period, currency: str) -> Iterable[Row[tuple[int | None, int, int]]]:
    """Add up what was paid from credit; what is bought by an order stands there."""
    query = (
        select(Grant.entry_id, func.sum(Grant.net_minor), func.count())
        .where(
            Grant.currency == currency,
            Grant.net_minor > 0,
            Grant.order_line_id.is_(None),
            Grant.status != GrantStatus.REVERSED,
            Grant.starts_at >= start_of(period.first_day),
            Grant.starts_at < period.end,
        )
        .group_by(Grant.entry_id)
    )
    return db.session.execute(query)


def _credited(period: Period, currency: str) -> dict[int | None, int]:
    """Add up what credit notes took back, by entry."""
    query = (
        select(Entry.id, func.sum(InvoiceLine.net_minor))
        .select_from(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .outerjoin(Entry, Entry.pid == InvoiceLine.reference)
        .where(
            Invoice.kind == InvoiceKind.CREDIT_NOTE,
            Invoice.currency == currency,
            Invoice.issued_at >= start_of(period.first_day),
            Invoice.issued_at < period.end,
        )
        .group_by(Entry.id)
    )
    return {entry_id: int(minor) for entry_id, minor in db.session.execute(query)}


def _entries(ids: set[int]) -> dict[int, Entry]:
    found: dict[int, Entry] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), AT_ONCE):
        rows = db.session.scalars(select(Entry).where(Entry.id.in_(wanted[start : start + AT_ONCE])))
        found |= {entry.id: entry for entry in rows}
    return found


def _tops(entries: list[Entry]) -> dict[int, Entry | None]:
    """Find the highest collection above each entry; an entry that is one is its own."""
    found: dict[int, Entry | None] = {}
    for start in range(0, len(entries), AT_ONCE):
        part = entries[start : start + AT_ONCE]
        above = hierarchy.above([entry.id for entry in part])
        for entry in part:
            line = [entry, *above[entry.id]]
            found[entry.id] = next(
                (each for each in reversed(line) if each.kind is EntryKind.COLLECTION), None
            )
    return found
