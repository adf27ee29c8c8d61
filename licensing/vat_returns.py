"""What a quarter's VAT returns ask: the VAT that became due by country and rate, and what was reverse charged to whom.

The first is read from the ledger, so that it is what the books say; the second from the invoices, as the list of
intra-Community supplies wants it (Directive 2006/112/EC, art. 262: by the number of the buyer).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from archive import clock
from archive.db import db
from licensing.invoices import Invoice, InvoiceKind
from licensing.ledger import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction
from licensing.money import Money

CURRENCY = "EUR"


@dataclass(frozen=True)
class Quarter:
    """A quarter of a calendar year in the archive's town, from 1 to 4."""

    year: int
    number: int

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Its first moment, and the first of the next one."""
        after = Quarter(self.year + self.number // 4, self.number % 4 + 1)
        return self._begin, after._begin

    @property
    def _begin(self) -> datetime:
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=clock.HERE)


@dataclass(frozen=True)
class Due:
    """The VAT of one country at one rate, in basis points."""

    country: str
    bp: int
    vat: Money


@dataclass(frozen=True)
class Reversed:
    """What one business elsewhere in the Union was sold without VAT, less what was credited."""

    vat_number: str
    name: str
    net: Money


def quarter_of(day: date) -> Quarter:
    """Give the quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def due(quarter: Quarter) -> list[Due]:
    """List the VAT that became due in a quarter, by country and rate."""
    begin, end = quarter.bounds
    query = (
        select(LedgerAccount.owner, func.sum(LedgerEntry.amount_minor))
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(
            LedgerAccount.kind == AccountKind.VAT_PAYABLE,
            LedgerAccount.currency == CURRENCY,
            LedgerTransaction.occurred_at >= begin,
            LedgerTransaction.occurred_at < end,
        )
        .group_by(LedgerAccount.owner)
        .order_by(LedgerAccount.owner)
    )
    return [_due(owner, -int(total)) for owner, total in db.session.execute(query) if total]


def reversed_in(quarter: Quarter) -> list[Reversed]:
    """List what was reverse charged in a quarter by VAT number."""
    begin, end = (moment.date() for moment in quarter.bounds)
    sums: defaultdict[str, int] = defaultdict(int)
    names: dict[str, str] = {}
    for invoice in db.session.scalars(
        select(Invoice).where(Invoice.issue_date >= begin, Invoice.issue_date < end).order_by(Invoice.id)
    ):
        sign = -1 if invoice.kind is InvoiceKind.CREDIT_NOTE else 1
        net = sum(total.net_minor for total in invoice.tax_totals if total.code == "AE")
        number = str(invoice.buyer["vat_id"])
        if net:
            sums[number] += sign * net
            names[number] = str(invoice.buyer["name"])
    return [Reversed(number, names[number], Money(sums[number], CURRENCY)) for number in sorted(sums)]


def _due(owner: str, minor: int) -> Due:
    country, _colon, bp = owner.partition(":")
    return Due(country, int(bp), Money(minor, CURRENCY))
