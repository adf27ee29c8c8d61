"""The printed invoice: made once, by a job, from the frozen invoice; kept in the vault and never made again.

For people a PDF/A-3 that carries the electronic invoice (CII) in it, for bookkeeping programs the same as UBL.
"""

import io
import tomllib
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import current_app
from sqlalchemy import ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import jobs, storage
from archive.config import current
from archive.db import Model, db, enum_column
from archive.transactions import transaction
from archive.triggers import append_only
from licensing import countries, invoice_xml, typesetting
from licensing.invoice_xml import Syntax
from licensing.invoices import Invoice, InvoiceKind, PartyBlock, TaxTotal
from licensing.money import Money

JOB = "invoice.print"
TEMPLATE_VERSION = "2026-3"
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}


class Form(str, Enum):
    """In which form an invoice is kept."""

    PDF = "pdf"
    UBL = "xml"


MEDIA_TYPES = {Form.PDF: "application/pdf", Form.UBL: "application/xml"}


class InvoiceFile(Model):
    """One file of an issued invoice; it never changes."""

    __table_args__ = (UniqueConstraint("invoice_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    form: Mapped[Form] = mapped_column(enum_column(Form))
    template_version: Mapped[str]
    storage_key: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]  # bytes


event.listen(InvoiceFile.__table__, "after_create", append_only("invoice_file"))


def print_later(invoice: Invoice) -> None:
    """Have an invoice printed by a job, once."""
    jobs.enqueue(JOB, {"invoice_id": invoice.id}, key=f"{JOB}:{invoice.id}")


def print_invoice(payload: jobs.Payload) -> None:
    """Job: print an invoice in both forms and put it away, unless that has been done."""
    invoice = db.session.get_one(Invoice, payload["invoice_id"])
    if files_of(invoice.id):
        return
    made = {Form.PDF: printed(invoice), Form.UBL: invoice_xml.written(invoice, Syntax.UBL)}
    db.session.rollback()
    vault = storage.vault()
    kept = {form: vault.put(io.BytesIO(content), f".{form.value}") for form, content in made.items()}
    with transaction():
        if files_of(payload["invoice_id"]):
            return
        for form, stored in kept.items():
            file = InvoiceFile(invoice_id=payload["invoice_id"], form=form, template_version=TEMPLATE_VERSION)
            file.storage_key, file.sha256, file.size = stored.key, stored.sha256, stored.size
            db.session.add(file)


def files_of(invoice_id: int) -> dict[Form, InvoiceFile]:
    """Return the files of an invoice by their form; none while it is being printed."""
    found = db.session.scalars(select(InvoiceFile).where(InvoiceFile.invoice_id == invoice_id))
    return {file.form: file for file in found}


def printed(invoice: Invoice) -> bytes:
    """Print an invoice as PDF/A-3; the same invoice, faces and template give the same bytes."""
    faces = [Path(current_app.static_folder or "") / "vendor" / "print"]
    carried = invoice_xml.written(invoice, Syntax.CII)
    return typesetting.print_pdf("invoice.typ", _data(invoice), invoice.issued_at, faces, attached=carried)


def _data(invoice: Invoice) -> dict[str, Any]:
    file = typesetting.TEMPLATES / f"invoice.{invoice.lang}.toml"
    words = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        "lang": invoice.lang,
        "words": words,
        "title": words[invoice.kind.value],
        "trial": words["trial"] if current().payments_are_test else "",
        "number": invoice.number,
        "seller": _block(PartyBlock(**invoice.seller), invoice.lang, words),
        "buyer": _block(PartyBlock(**invoice.buyer), invoice.lang, words),
        "facts": _facts(invoice, words),
        "lines": [
            [line.title, line.description, line.reference, _percent(line.vat_bp, invoice.lang), shown]
            for line in invoice.lines
            for shown in [_amount(line.net_minor, invoice)]
        ],
        "sums": _sums(invoice, words),
        "closing": words[f"{invoice.kind.value}_closing"],
    }


def _block(party: PartyBlock, lang: str, words: dict[str, Any]) -> list[str]:
    place = f"{party.postcode} {party.city}".strip()
    told = [party.name, party.contact, party.street, place, countries.label(party.country, lang)]
    numbers = ((words["vat_id"], party.vat_id), (words["registration"], party.registration))
    return [line for line in told if line] + [f"{name} {value}" for name, value in numbers if value]


def _facts(invoice: Invoice, words: dict[str, Any]) -> list[list[str]]:
    told = {
        "number": invoice.number,
        "issued": _day(invoice.issue_date, invoice.lang),
        "service": _supplied(invoice),
        "paid": _paid(invoice),
        "order": invoice.order.number,
        "refers_to": invoice.refers_to.number if invoice.refers_to else "",
        "replaces": invoice.replaces.number if invoice.replaces else "",
        "why": invoice.why or "",
    }
    return [[words["facts"][name], value] for name, value in told.items() if value]


def _sums(invoice: Invoice, words: dict[str, Any]) -> list[list[str]]:
    rows = [[words["net"], _amount(invoice.net_minor, invoice)]]
    rows += [[_on(total, invoice, words), _amount(total.vat_minor, invoice)] for total in invoice.tax_totals]
    is_invoice = invoice.kind is InvoiceKind.INVOICE
    return [*rows, [words["total" if is_invoice else "returned"], _amount(invoice.gross_minor, invoice)]]


def _on(total: TaxTotal, invoice: Invoice, words: dict[str, Any]) -> str:
    net = _amount(total.net_minor, invoice)
    if total.code in words["untaxed"]:
        return f"{net}: {words['untaxed'][total.code]}"
    return str(words["vat_on"].format(percent=_percent(total.bp, invoice.lang), net=net))


def _supplied(invoice: Invoice) -> str:
    last = invoice.service_until
    first = _day(invoice.service_date, invoice.lang)
    return first if last is None else f"{first} – {_day(last, invoice.lang)}"


def _paid(invoice: Invoice) -> str:
    if invoice.kind is not InvoiceKind.INVOICE or invoice.paid_on is None:
        return ""
    return _day(invoice.paid_on, invoice.lang)


def _amount(minor: int, invoice: Invoice) -> str:
    return Money(minor, invoice.currency).show(invoice.lang)


def _percent(bp: int, lang: str) -> str:
    return f"{format_decimal(Decimal(bp) / 100, locale=_LOCALES[lang])}%"


def _day(day: date, lang: str) -> str:
    return str(format_date(day, "long", locale=_LOCALES[lang]))
