"""Credit notes: what takes back all of an invoice or a part of it, and never more than is left of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from archive.db import db
from archive.errors import Refused
from licensing import invoices
from licensing.invoices import HERE, Invoice, InvoiceKind, InvoiceLine, TaxTotal
from licensing.money import Money


def credit(invoice: Invoice, why: str, moment: datetime) -> Invoice:
    """Make out the credit note that takes back all that is left of an invoice; when nothing is, give the last one."""
    notes = notes_of(invoice)
    nets, taxes = _left(invoice, notes)
    if notes and not nets:
        return notes[-1]
    return credit_part(invoice, nets, taxes, why, moment)


def credit_part(
    invoice: Invoice, nets: Mapping[int, int], taxes: Sequence[TaxTotal], why: str, moment: datetime
) -> Invoice:
    """Make out a credit note for a part of an invoice: the net amount by position of its line, and the VAT by rate.

    Amounts in minor units; the two sum to the same. Raise Refused for more than is left of the invoice.
    """
    _require_left(invoice, nets, taxes)
    day = moment.astimezone(HERE).date()
    copied = ("order_id", "lang", "service_date", "service_until", "paid_on", "seller", "buyer", "currency")
    net, vat = sum(tax.net_minor for tax in taxes), sum(tax.vat_minor for tax in taxes)
    note = Invoice(
        **invoices.numbered(InvoiceKind.CREDIT_NOTE, day),
        **{name: getattr(invoice, name) for name in copied},
        net_minor=net,
        vat_minor=vat,
        gross_minor=net + vat,
        totals=[asdict(tax) for tax in taxes],
        refers_to_id=invoice.id,
        issued_at=moment,
        why=why,
        lines=[_copied(line, nets[line.position]) for line in invoice.lines if nets.get(line.position)],
    )
    db.session.add(note)
    db.session.flush()
    return note


def notes_of(invoice: Invoice) -> list[Invoice]:
    """Return the credit notes of an invoice, oldest first."""
    query = select(Invoice).where(Invoice.refers_to_id == invoice.id).order_by(Invoice.id)
    return list(db.session.scalars(query))


def credited(invoice: Invoice) -> Money:
    """Say how much of an invoice was taken back, with VAT."""
    return sum((note.gross for note in notes_of(invoice)), Money(0, invoice.currency))


def _require_left(invoice: Invoice, nets: Mapping[int, int], taxes: Sequence[TaxTotal]) -> None:
    # Two that credit the same invoice come one after the other; on SQLite a writer is alone anyway.
    db.session.execute(select(Invoice.id).where(Invoice.id == invoice.id).with_for_update())
    left_nets, left_taxes = _left(invoice, notes_of(invoice))
    left = {(tax.code, tax.bp): tax for tax in left_taxes}
    nothing = TaxTotal("", 0, 0, 0)
    fits = all(0 < net <= left_nets.get(position, 0) for position, net in nets.items()) and all(
        tax.net_minor <= (found := left.get((tax.code, tax.bp), nothing)).net_minor
        and tax.vat_minor <= found.vat_minor
        for tax in taxes
    )
    if not fits:
        raise Refused(
            "Invoice %(number)s has less left than this credit note takes back.", number=invoice.number
        )


def _left(invoice: Invoice, notes: Sequence[Invoice]) -> tuple[dict[int, int], list[TaxTotal]]:
    """Work out what the credit notes leave of an invoice: net by position, and by rate; nothing is left out."""
    nets = {line.position: line.net_minor for line in invoice.lines}
    taxes = {(tax.code, tax.bp): tax for tax in invoice.tax_totals}
    for note in notes:
        for line in note.lines:
            nets[line.position] -= line.net_minor
        for tax in note.tax_totals:
            before = taxes[tax.code, tax.bp]
            net, vat = before.net_minor - tax.net_minor, before.vat_minor - tax.vat_minor
            taxes[tax.code, tax.bp] = TaxTotal(tax.code, tax.bp, net, vat)
    return (
        {position: net for position, net in nets.items() if net},
        [tax for tax in taxes.values() if tax.net_minor or tax.vat_minor],
    )


def _copied(line: InvoiceLine, net_minor: int) -> InvoiceLine:
    names = ("position", "title", "description", "reference", "vat_code", "vat_bp")
    return InvoiceLine(net_minor=net_minor, **{name: getattr(line, name) for name in names})
