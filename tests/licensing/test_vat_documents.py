"""Documents and VAT: each kind of tax passes the official rules of EN 16931, and each seeded mistake is refused."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.db import db
from catalogue.entries import Entry
from licensing import (
    credit_notes,
    invoice_documents,
    invoice_xml,
    invoices,
    reservations,
    seasons,
    taxes,
    ticket_sales,
)
from licensing.invoice_xml import Syntax
from licensing.invoices import Invoice, TaxTotal
from licensing.money import Money
from licensing.orders import Buyer, LineKind, PricedLine
from tests.licensing import sales, stage
from tests.licensing.official_rules import Rules
from tests.licensing.vies_service import GERMAN

BERLIN = replace(sales.NOOR, organisation="Studio Lek GmbH", country="DE", vat_number=GERMAN)
LONDON = replace(sales.NOOR, country="GB")
UNTAXED = {"AE": (BERLIN, "DE"), "O": (LONDON, "GB")}


@pytest.fixture
def piece(app: Flask) -> Entry:
    """A recording that stays when a case is rolled back."""
    entry = sales.entry_for_sale()
    db.session.commit()
    return entry


def line(minor: int = 18050, **changes: Any) -> PricedLine:
    return sales.line_for(sales.entry_for_sale(), minor, **changes)


def invoice_of(buyer: Buyer = sales.NOOR, *lines: PricedLine) -> Invoice:
    order = sales.paid(list(lines) or [line()], buyer)
    found = invoices.of_order(order.id)
    assert found is not None
    return found


def untaxed(code: str) -> Invoice:
    buyer, country = UNTAXED[code]
    return invoice_of(buyer, line(vat_bp=0, vat_code=code, vat_country=country, vat=Money(0, "EUR")))


@pytest.mark.parametrize("syntax", Syntax)
@pytest.mark.parametrize("code", UNTAXED)
def test_documents_without_tax_and_their_credit_notes_keep_the_official_rules(
    app: Flask, broken: Rules, code: str, syntax: Syntax
) -> None:
    invoice = untaxed(code)
    note = credit_notes.credit(invoice, "Niet te leveren", sales.NOW)

    for document in (invoice, note):
        assert broken(syntax, invoice_xml.written(document, syntax)) == []


@pytest.mark.parametrize("syntax", Syntax)
def test_a_correction_by_credit_note_and_new_invoice_keeps_the_official_rules(
    app: Flask, broken: Rules, syntax: Syntax
) -> None:
    invoice = invoice_of(BERLIN)
    note = credit_notes.credit(invoice, "Btw verlegd", sales.NOW)
    made = invoices.replace(invoice, [TaxTotal("AE", 0, invoice.net_minor, 0)], sales.NOW)

    for document in (note, made):
        assert broken(syntax, invoice_xml.written(document, syntax)) == []
    assert invoices.replace(invoice, [TaxTotal("AE", 0, invoice.net_minor, 0)], sales.NOW) is made


def test_a_document_without_tax_says_why_in_words(app: Flask) -> None:
    for code, words in (("AE", "btw verlegd"), ("O", "buiten de Europese Unie")):
        data = invoice_documents._data(untaxed(code))

        assert any(words in text for text, _amount in data["sums"])
    assert f"Btw-id {GERMAN}" in invoice_documents._data(untaxed("AE"))["buyer"]


def spoilt(broken: Rules, invoice: Invoice, **changes: Any) -> list[str]:
    """Give the rules that an invoice breaks in both syntaxes with these fields changed, in memory only."""
    with db.session.no_autoflush:
        for name, value in changes.items():
            setattr(invoice, name, value)
        told = [set(broken(syntax, invoice_xml.written(invoice, syntax))) for syntax in Syntax]
    db.session.rollback()
    return sorted(told[0] & told[1])


def total(code: str, bp: int, net: int, vat: int) -> list[dict[str, Any]]:
    return [asdict(TaxTotal(code, bp, net, vat))]


def test_a_reverse_charge_without_the_number_of_the_buyer_is_refused(app: Flask, broken: Rules) -> None:
    invoice = untaxed("AE")

    assert "BR-AE-02" in spoilt(broken, invoice, buyer=invoice.buyer | {"vat_id": ""})


def test_a_reverse_charge_without_the_number_of_the_seller_is_refused(app: Flask, broken: Rules) -> None:
    invoice = untaxed("AE")

    assert "BR-AE-02" in spoilt(broken, invoice, seller=invoice.seller | {"vat_id": ""})


def test_a_reverse_charge_that_charges_vat_is_refused(app: Flask, broken: Rules) -> None:
    changes = {"totals": total("AE", 0, 18050, 3791), "vat_minor": 3791, "gross_minor": 21841}

    assert "BR-AE-09" in spoilt(broken, untaxed("AE"), **changes)


def test_a_reverse_charge_that_does_not_say_why_is_refused(
    app: Flask, broken: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invoice_xml, "EXEMPTIONS", {})

    assert "BR-AE-10" in spoilt(broken, untaxed("AE"))


def test_a_sale_outside_the_union_with_vat_numbers_on_it_is_refused(
    app: Flask, broken: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invoice_xml, "OUTSIDE", "none of the codes")

    assert "BR-O-02" in spoilt(broken, untaxed("O"))


def test_a_total_that_does_not_add_up_is_refused(app: Flask, broken: Rules) -> None:
    assert "BR-CO-15" in spoilt(broken, invoice_of(), gross_minor=21842)


def test_vat_that_is_not_what_the_rates_sum_to_is_refused(app: Flask, broken: Rules) -> None:
    assert "BR-CO-14" in spoilt(broken, invoice_of(), vat_minor=3792, gross_minor=21842)


def test_vat_that_the_rate_does_not_give_is_refused(app: Flask, broken: Rules) -> None:
    changes = {"totals": total("S", 2100, 18050, 9000), "vat_minor": 9000, "gross_minor": 27050}

    assert "BR-CO-17" in spoilt(broken, invoice_of(), **changes)


def test_lines_that_do_not_sum_to_the_document_are_refused(app: Flask, broken: Rules) -> None:
    changes = {"net_minor": 18051, "gross_minor": 21842, "totals": total("S", 2100, 18051, 3791)}

    assert "BR-CO-10" in spoilt(broken, invoice_of(), **changes)


def test_a_standard_rate_of_nothing_is_refused(app: Flask, broken: Rules) -> None:
    invoice = untaxed("AE")
    changes = {"totals": total("S", 0, 18050, 0), "buyer": invoice.buyer}
    with db.session.no_autoflush:
        invoice.lines[0].vat_code = "S"

        assert "BR-S-05" in spoilt(broken, invoice, **changes)


def test_lines_at_a_rate_that_the_totals_do_not_name_are_refused(app: Flask, broken: Rules) -> None:
    invoice = invoice_of(sales.NOOR, line(10000), line(5000, kind=LineKind.TECHNICAL_FEE, vat_bp=900))
    changes = {"totals": total("S", 2100, 15000, 3150), "vat_minor": 3150, "gross_minor": 18150}

    assert "BR-S-08" in spoilt(broken, invoice, **changes)


# Lesson 9
def test_issue_service_and_payment_are_three_days_and_stay_them(app: Flask) -> None:
    order = sales.placed([line()])
    sales.pay(order, datetime(2026, 11, 20, 12, tzinfo=UTC))
    first = invoices.of_order(order.id)
    assert first is not None
    credit_notes.credit(first, "Andere btw", datetime(2026, 12, 1, tzinfo=UTC))

    made = invoices.replace(first, [TaxTotal("AE", 0, 18050, 0)], datetime(2026, 12, 1, tzinfo=UTC))

    assert (made.issue_date, made.service_date, made.paid_on) == (
        date(2026, 12, 1),
        date(2026, 11, 20),
        date(2026, 11, 20),
    )
    shown = dict(invoice_documents._data(made)["facts"])
    assert (shown["Datum"], shown["Geleverd op"], shown["Betaald op"], shown["In plaats van"]) == (
        "1 december 2026",
        "20 november 2026",
        "20 november 2026",
        first.number,
    )


# Lesson 9
def test_what_is_supplied_on_another_day_than_it_is_paid_says_so(app: Flask) -> None:
    order = sales.placed([line()])
    sales.pay(order, datetime(2026, 11, 20, 12, tzinfo=UTC))
    second = sales.placed([line()])
    second.paid_at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the next day in Amsterdam

    invoice = invoices.issue(second, datetime(2026, 11, 25, tzinfo=UTC), service_days=[date(2026, 12, 24)])

    days = (invoice.issue_date, invoice.service_date, invoice.paid_on)
    assert days == (date(2026, 11, 25), date(2026, 12, 24), date(2026, 11, 21))
    assert b"20261224" in invoice_xml.written(invoice, Syntax.CII)


# Lesson 9
def test_the_invoice_of_tickets_bears_the_days_of_the_performances(app: Flask, broken: Rules) -> None:
    evening = stage.bought(stage.performance())
    season = seasons.ensure("winter", "Winter", Money(1500, "EUR"))
    for day in (2, 0):
        moved = {name: moment + timedelta(days=day) for name, moment in stage.LIVE.items()}
        stage.performance(f"Avond {day}", season_id=season.id, **moved)
    series = ticket_sales.order_season(
        season,
        stage.viewer(),
        Money(2000, "EUR"),
        form_key="winter",
        consent={"text": "Ja."},
        moment=stage.NOW,
    )
    reservations.hold(series, stage.NOW)
    sales.pay(series)

    one, several = (invoices.of_order(order.id) for order in (evening, series))

    assert one is not None
    assert several is not None
    assert (one.service_date, one.service_until) == (date(2026, 12, 12), None)
    assert (several.service_date, several.service_until) == (date(2026, 12, 12), date(2026, 12, 14))
    note = credit_notes.credit(several, "Terug", sales.NOW)
    for document in (one, several, note):
        for syntax in Syntax:
            assert broken(syntax, invoice_xml.written(document, syntax)) == []
    assert b"<cbc:ActualDeliveryDate>2026-12-12<" in invoice_xml.written(one, Syntax.UBL)
    period = b"<cbc:StartDate>2026-12-12</cbc:StartDate><cbc:EndDate>2026-12-14<"
    assert all(
        period in b"".join(each.strip() for each in invoice_xml.written(document, Syntax.UBL).splitlines())
        for document in (several, note)
    )


@given(st.lists(st.tuples(st.integers(1, 10**7), st.sampled_from([2100, 900])), min_size=1, max_size=6))
@settings(max_examples=15)
def test_the_vat_on_a_document_is_what_the_rule_gives_and_its_total_what_was_charged(
    piece: Entry, sold: list[tuple[int, int]]
) -> None:
    lines = [sales.line_for(piece, minor, vat_bp=bp, kind=LineKind.TECHNICAL_FEE) for minor, bp in sold]

    invoice = invoice_of(sales.NOOR, *lines)

    rates = {
        bp: replace(taxes.rate_for("NL", taxes.Category.STANDARD, date(2026, 11, 22)), bp=bp)
        for _n, bp in sold
    }
    again = {
        part.rate.bp: part
        for part in taxes.per_rate([(Money(minor, "EUR"), rates[bp]) for minor, bp in sold])
    }
    assert {total.bp: total.vat_minor for total in invoice.tax_totals} == {
        bp: part.vat.minor for bp, part in again.items()
    }
    assert (
        invoice.gross_minor == invoice.order.gross_minor == sum(part.gross.minor for part in again.values())
    )
    db.session.rollback()


# Lesson 7
def test_a_price_with_tax_in_it_that_no_net_price_gives_passes_the_official_rules(
    app: Flask, broken: Rules
) -> None:
    rate = taxes.tax_of_sale(LineKind.DOWNLOAD, "NL", date(2026, 11, 22))
    for shown in (3, 9, 250, 995):
        priced = taxes.included_in(Money(shown, "EUR"), rate)
        order = sales.placed([line(kind=LineKind.DOWNLOAD, net=priced.net, vat=priced.vat)])
        invoice = invoices.issue(order, sales.NOW)

        assert invoice.gross_minor == shown
        for syntax in Syntax:
            assert broken(syntax, invoice_xml.written(invoice, syntax)) == []
