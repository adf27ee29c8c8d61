"""Invoices: numbered and frozen in the transaction that books the sale; the only cure for one is a credit note.

What stands on them follows Directive 2006/112/EC, art. 226 (Wet op de omzetbelasting 1968, art. 35a). Printing is
another matter: `invoice_documents`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, event, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.config import Settings, current
from archive.db import Model, db, enum_column
from archive.triggers import append_only
from licensing import invoice_triggers, number_series
from licensing.orders import Order, OrderLine
from licensing.totals import Totals

HERE = ZoneInfo("Europe/Amsterdam")  # days on documents are days in the archive's town


class InvoiceKind(str, Enum):
    """What sort of document; the two are numbered apart."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


SERIES = {InvoiceKind.INVOICE: "F", InvoiceKind.CREDIT_NOTE: "C"}


@dataclass(frozen=True)
class PartyBlock:
    """Who sells or buys, as it stood on the day; what is not known or does not apply is empty."""

    name: str
    street: str
    postcode: str
    city: str
    country: str  # ISO 3166-1 alpha-2
    contact: str = ""
    vat_id: str = ""
    registration: str = ""  # number in the trade register (KVK)


@dataclass(frozen=True)
class TaxTotal:
    """What a document has at one rate, in minor units; `code` is UN/ECE 5305."""

    code: str
    bp: int
    net_minor: int
    vat_minor: int


_IS_FIRST = text("kind = 'invoice' AND replaces_id IS NULL")


class Invoice(Totals, Model):
    """One invoice or credit note. Amounts are positive on both; the kind says which way they go."""

    __table_args__ = (
        UniqueConstraint("series", "year", "no"),
        Index(
            "uq_invoice_order",
            "order_id",
            unique=True,
            sqlite_where=_IS_FIRST,
            postgresql_where=_IS_FIRST,
        ),
        CheckConstraint("net_minor + vat_minor = gross_minor", "totals_add_up"),
        CheckConstraint("gross_minor > 0", "is_about_something"),
        CheckConstraint("(kind = 'credit_note') = (refers_to_id IS NOT NULL)", "credit_refers"),
        CheckConstraint("replaces_id IS NULL OR kind = 'invoice'", "only_invoices_replace"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[InvoiceKind] = mapped_column(enum_column(InvoiceKind))
    series: Mapped[str]
    year: Mapped[int]
    no: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    refers_to_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    lang: Mapped[str]
    issued_at: Mapped[datetime]
    issue_date: Mapped[date]
    service_date: Mapped[date]
    service_until: Mapped[
        date | None
    ]  # the last day, where it is supplied on more than one (EN 16931, BG-14)
    paid_on: Mapped[date | None]  # three days, each frozen: issued, supplied, paid
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("invoice.id"), unique=True
    )  # the invoice that was wholly credited, and that this one stands for
    seller: Mapped[dict[str, Any]]
    buyer: Mapped[dict[str, Any]]
    totals: Mapped[list[Any]]  # per rate: see TaxTotal
    why: Mapped[str | None]  # of a credit note

    order: Mapped[Order] = relationship()
    refers_to: Mapped["Invoice | None"] = relationship(remote_side="Invoice.id", foreign_keys=[refers_to_id])
    replaces: Mapped["Invoice | None"] = relationship(remote_side="Invoice.id", foreign_keys=[replaces_id])
    lines: Mapped[list["InvoiceLine"]] = relationship(
        back_populates="invoice", order_by="InvoiceLine.position"
    )

    @property
    def number(self) -> str:
        """Series, year and number in one: "F2026-00042"."""
        return f"{self.series}{self.year}-{self.no:05d}"

    @property
    def tax_totals(self) -> tuple[TaxTotal, ...]:
        """What it has at each rate."""
        return tuple(TaxTotal(**total) for total in self.totals)


class InvoiceLine(Model):
    """One thing on an invoice."""

    __table_args__ = (
        UniqueConstraint("invoice_id", "position"),
        CheckConstraint("net_minor > 0", "costs_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    position: Mapped[int]  # from 1
    title: Mapped[str]
    description: Mapped[str]
    reference: Mapped[str]  # the pid of the entry
    net_minor: Mapped[int]
    vat_code: Mapped[str]
    vat_bp: Mapped[int]

    invoice: Mapped[Invoice] = relationship(back_populates="lines")


for _table in (Invoice, InvoiceLine):
    event.listen(_table.__table__, "after_create", append_only(_table.__tablename__))
event.listen(Invoice.__table__, "after_create", invoice_triggers.on_create)


def issue(order: Order, moment: datetime, service_days: Sequence[date] = ()) -> Invoice:
    """Make out the invoice of a paid order, once; without `service_days` it is supplied on the same day."""
    known = of_order(order.id)
    if known is not None:
        return known
    day = moment.astimezone(HERE).date()
    days = service_days or (day,)
    invoice = Invoice(
        **numbered(InvoiceKind.INVOICE, day),
        order_id=order.id,
        lang=order.lang,
        issued_at=moment,
        service_date=min(days),
        service_until=max(days) if max(days) > min(days) else None,
        paid_on=order.paid_at.astimezone(HERE).date() if order.paid_at else None,
        seller=asdict(_seller(current())),
        buyer=asdict(_buyer(order)),
        currency=order.currency,
        net_minor=order.net_minor,
        vat_minor=order.vat_minor,
        gross_minor=order.gross_minor,
        totals=[
            asdict(TaxTotal(share.tax.code, share.tax.bp, share.net.minor, share.vat.minor))
            for share in order.taxed
        ],
        lines=[_line(position, line) for position, line in enumerate(order.lines, start=1)],
    )
    db.session.add(invoice)
    db.session.flush()
    return invoice


def replace(
    invoice: Invoice, taxes: Sequence[TaxTotal], moment: datetime, nets: Mapping[int, int] | None = None
) -> Invoice:
    """Make out the invoice that stands for one that was credited, once: the same sale with other tax.

    `taxes` are its totals; every line then bears the first of them. `nets` are other net amounts by position, in minor
    units. What was supplied and paid keeps its days.
    """
    known = db.session.scalar(select(Invoice).where(Invoice.replaces_id == invoice.id))
    if known is not None:
        return known
    day, vat = moment.astimezone(HERE).date(), sum(tax.vat_minor for tax in taxes)
    supplied = ("service_date", "service_until", "paid_on")
    kept = ("order_id", "lang", *supplied, "seller", "buyer", "currency")
    net = sum(tax.net_minor for tax in taxes)
    made = Invoice(
        **numbered(InvoiceKind.INVOICE, day),
        **{name: getattr(invoice, name) for name in kept},
        net_minor=net,
        vat_minor=vat,
        gross_minor=net + vat,
        totals=[asdict(tax) for tax in taxes],
        replaces_id=invoice.id,
        issued_at=moment,
        lines=[_with_tax(line, taxes[0], nets) for line in invoice.lines],
    )
    db.session.add(made)
    db.session.flush()
    return made


def of_order(order_id: int) -> Invoice | None:
    """Find the invoice of an order; the last one, where one stands for another."""
    return db.session.scalar(
        select(Invoice)
        .where(Invoice.order_id == order_id, Invoice.kind == InvoiceKind.INVOICE)
        .order_by(Invoice.id.desc())
        .limit(1)
    )


def all_of_order(order_id: int) -> list[Invoice]:
    """Return the invoice of an order and what was credited."""
    return list(db.session.scalars(select(Invoice).where(Invoice.order_id == order_id).order_by(Invoice.id)))


def numbered(kind: InvoiceKind, day: date) -> dict[str, Any]:
    """Take the next number, with the day of issue: never before that of a number below it, however long this waited.

    Returned as columns of the table.
    """
    series = SERIES[kind]
    no = number_series.take(series, day.year)
    last = select(func.max(Invoice.issue_date)).where(Invoice.series == series, Invoice.year == day.year)
    issue_date = max(day, db.session.scalar(last) or day)
    return {"kind": kind, "series": series, "year": day.year, "no": no, "issue_date": issue_date}


def _seller(settings: Settings) -> PartyBlock:
    return PartyBlock(
        name=settings.seller_name or settings.site_name,
        street=settings.seller_street,
        postcode=settings.seller_postcode,
        city=settings.seller_city,
        country="NL",
        contact=settings.contact_email,
        vat_id=settings.seller_vat_id,
        registration=settings.seller_registration,
    )


def _buyer(order: Order) -> PartyBlock:
    return PartyBlock(
        name=order.organisation or order.buyer_name,
        street=order.street or "",
        postcode=order.postcode or "",
        city=order.city or "",
        country=order.country,
        vat_id=order.vat_number or "",
        contact=order.buyer_name if order.organisation else "",
    )


def _line(position: int, line: OrderLine) -> InvoiceLine:
    return InvoiceLine(
        position=position,
        title=line.title,
        description=line.summary,
        reference=line.entry.pid if line.entry else "",
        net_minor=line.net_minor,
        vat_code=line.vat_code,
        vat_bp=line.vat_bp,
    )


def _with_tax(line: InvoiceLine, tax: TaxTotal, nets: Mapping[int, int] | None) -> InvoiceLine:
    kept = {name: getattr(line, name) for name in ("position", "title", "description", "reference")}
    net = nets[line.position] if nets else line.net_minor
    return InvoiceLine(**kept, net_minor=net, vat_code=tax.code, vat_bp=tax.bp)
