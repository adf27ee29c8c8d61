"""Invoices: made out once when an order is paid, frozen, and right by the official rules of EN 16931."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from archive import storage
from archive.db import db
from licensing import credit_notes, invoice_documents, invoice_xml, invoices, orders
from licensing.invoice_documents import Form
from licensing.invoice_xml import Syntax
from licensing.invoices import Invoice, InvoiceKind
from licensing.orders import LineKind
from tests.licensing import sales
from tests.licensing.official_rules import Rules

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Amsterdam


def several() -> list[sales.PricedLine]:
    entry = sales.entry_for_sale()
    return [
        sales.line_for(entry, 18050),
        sales.line_for(entry, 3333, kind=LineKind.RESEARCH_FEE),
        sales.line_for(entry, 99, kind=LineKind.TECHNICAL_FEE, vat_bp=900),
    ]


def invoice_of(lines: list[sales.PricedLine], moment: datetime = sales.NOW) -> Invoice:
    order = sales.paid(lines, moment=moment)
    found = invoices.of_order(order.id)
    assert found is not None
    return found


def test_paying_makes_out_an_invoice_with_the_next_number(app: Flask) -> None:
    first, second = (invoice_of([sales.line_for(sales.entry_for_sale())]) for _ in range(2))

    assert (first.number, second.number) == ("F2026-00001", "F2026-00002")
    assert first.gross_minor == first.order.gross_minor == 21841
    assert first.buyer["name"] == "Studio Lek"
    assert first.seller["vat_id"]


def test_an_order_has_one_invoice(app: Flask) -> None:
    order = sales.paid([sales.line_for(sales.entry_for_sale())])

    assert invoices.issue(order, sales.NOW) is invoices.of_order(order.id)


def test_the_year_of_a_number_is_that_of_the_archives_town(app: Flask) -> None:
    invoice = invoice_of([sales.line_for(sales.entry_for_sale())], NEW_YEAR)

    assert invoice.number == "F2027-00001"
    assert invoice.issue_date.isoformat() == "2027-01-01"


def test_what_was_issued_cannot_be_changed(app: Flask) -> None:
    invoice = invoice_of([sales.line_for(sales.entry_for_sale())])
    db.session.commit()

    with pytest.raises((IntegrityError, OperationalError), match="append-only"):
        db.session.execute(update(Invoice).where(Invoice.id == invoice.id).values(net_minor=1))
    db.session.rollback()


def test_a_credit_note_takes_a_whole_invoice_back_once(app: Flask) -> None:
    invoice = invoice_of(several())
    note = credit_notes.credit(invoice, "Niet te leveren", sales.NOW)

    assert credit_notes.credit(invoice, "Nog eens", sales.NOW) is note
    assert (note.kind, note.number) == (InvoiceKind.CREDIT_NOTE, "C2026-00001")
    assert (note.gross_minor, note.totals) == (invoice.gross_minor, invoice.totals)
    assert note.refers_to is invoice


@pytest.mark.parametrize("syntax", Syntax)
def test_invoices_and_credit_notes_keep_the_official_rules(app: Flask, broken: Rules, syntax: Syntax) -> None:
    invoice = invoice_of(several())
    note = credit_notes.credit(invoice, "Niet te leveren", sales.NOW)

    for document in (invoice, note):
        assert broken(syntax, invoice_xml.written(document, syntax)) == []


@pytest.mark.parametrize("syntax", Syntax)
def test_a_total_that_is_a_cent_off_breaks_them(app: Flask, broken: Rules, syntax: Syntax) -> None:
    xml = invoice_xml.written(invoice_of(several()), syntax)
    right, wrong = b">44.99<", b">45.00<"
    assert xml.count(right) == 1

    assert "BR-CO-14" in broken(syntax, xml.replace(right, wrong))


def test_hostile_titles_are_only_text(app: Flask, broken: Rules) -> None:
    entry = sales.entry_for_sale()
    title = "#panic() ]] <b>&amp;\x00\u202e " + "lang " * 60
    invoice = invoice_of([replace(sales.line_for(entry), title=title)])

    assert broken(Syntax.UBL, invoice_xml.written(invoice, Syntax.UBL)) == []
    assert invoice_documents.printed(invoice).startswith(b"%PDF")


def test_printing_keeps_both_forms_once_and_for_ever(app: Flask) -> None:
    invoice = invoice_of(several())
    db.session.commit()
    payload = {"invoice_id": invoice.id}

    invoice_documents.print_invoice(payload)
    files = invoice_documents.files_of(payload["invoice_id"])
    invoice_documents.print_invoice(payload)

    assert set(files) == {Form.PDF, Form.UBL}
    assert invoice_documents.files_of(payload["invoice_id"]) == files
    with storage.vault().open(files[Form.PDF].storage_key) as kept:
        assert kept.read() == invoice_documents.printed(db.session.get_one(Invoice, payload["invoice_id"]))


@pytest.mark.skipif(shutil.which("pdfdetach") is None, reason="poppler-utils is not installed")
def test_the_printed_invoice_carries_the_electronic_one(app: Flask, tmp_path: Path) -> None:
    invoice = invoice_of(several())
    (tmp_path / "invoice.pdf").write_bytes(invoice_documents.printed(invoice))

    subprocess.run(["pdfdetach", "-saveall", "invoice.pdf"], cwd=tmp_path, check=True)

    assert (tmp_path / "factur-x.xml").read_bytes() == invoice_xml.written(invoice, Syntax.CII)


def test_the_buyer_fetches_both_forms_from_the_order(app: Flask, client: FlaskClient) -> None:
    invoice = invoice_of(several())
    number, token = invoice.number, orders.link_token(invoice.order)
    db.session.commit()
    assert number not in client.get(f"/nl/orders/{token}").text  # it is still being printed
    invoice_documents.print_invoice({"invoice_id": db.session.scalars(select(Invoice.id)).one()})

    page = client.get(f"/nl/orders/{token}").text
    pdf, xml = (client.get(f"/nl/orders/{token}/{number}.{form}", buffered=True) for form in ("pdf", "xml"))

    assert number in page
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert (xml.status_code, xml.mimetype) == (200, "application/xml")
    assert b"PartyLegalEntity" in xml.data


def test_the_invoice_of_another_order_is_not_there(app: Flask, client: FlaskClient) -> None:
    mine, other = (invoice_of([sales.line_for(sales.entry_for_sale())]) for _ in range(2))
    token, number = orders.link_token(mine.order), other.number
    db.session.commit()

    assert client.get(f"/nl/orders/{token}/{number}.pdf").status_code == 404
    assert client.get(f"/nl/orders/{token}/F2026-99999.xml").status_code == 404
