"""The One Stop Shop: what counts for the threshold, and what a quarter's returns ask."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from archive import clock
from archive.accounts import Role
from archive.db import db
from catalogue.entries import Entry
from licensing import credit_notes, invoices, oss, taxes, vat_numbers, vat_returns
from licensing.anomalies import Anomaly
from licensing.invoices import TaxTotal
from licensing.money import Money
from licensing.orders import LineKind, Order
from licensing.vat_returns import Due, Quarter, Reversed
from tests.catalogue import staff
from tests.licensing import sales, shop
from tests.licensing.shop import Shop
from tests.licensing.vies_service import BELGIAN, GERMAN

NOW = sales.NOW
LAST_QUARTER = Quarter(2026, 4)


@pytest.fixture
def entry(app: Flask) -> Entry:
    return sales.entry_for_sale()


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def sold(entry: Entry, minor: int, country: str = "BE", moment: datetime = NOW, **changes: Any) -> Order:
    """Sell a licence to a consumer in a country, at the tax that the rule gives."""
    kind = changes.pop("kind", LineKind.LICENCE_FEE)
    number = changes.pop("vat_number", None)
    buyer = replace(sales.NOOR, organisation=None, country=country, vat_number=number)
    rate = taxes.tax_of_sale(kind, country, moment.date(), is_business=bool(number), vat_number=number)
    line = sales.line_for(
        entry,
        minor,
        kind=kind,
        vat_bp=rate.bp,
        vat_code=rate.un_code,
        vat_country=rate.country,
        choice={**shop.CHOICE},
        **changes,
    )
    return sales.paid([line], buyer, moment)


def total(year: int = 2026) -> int:
    return oss.tally(year).sold.minor


def test_only_electronic_sales_to_consumers_elsewhere_in_the_union_count(entry: Entry) -> None:
    sold(entry, 100_00, "BE")
    sold(entry, 20_00, "NL")
    sold(entry, 3_00, "GB")
    sold(entry, 40_00, "DE", vat_number=GERMAN)
    sold(entry, 5_00, "BE", kind=LineKind.RESEARCH_FEE)
    sales.placed([sales.line_for(entry, 7_00)], replace(sales.NOOR, country="FR"))

    assert total() == 100_00


def test_a_year_is_one_of_the_archives_town(entry: Entry) -> None:
    sold(entry, 100_00, moment=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))  # half past midnight in Amsterdam
    sold(entry, 20_00, moment=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))

    assert (total(2025), total(2026), total(2027)) == (0, 100_00, 20_00)


def test_a_business_whose_number_was_confirmed_in_the_end_does_not_count(entry: Entry) -> None:
    order = sold(entry, 100_00)
    invoice = invoices.of_order(order.id)
    assert invoice is not None
    credit_notes.credit(invoice, "Btw verlegd", NOW)
    invoices.replace(invoice, [TaxTotal("AE", 0, 100_00, 0)], NOW)

    assert total() == 0


@pytest.mark.parametrize(
    ("minor", "is_near", "is_passed"),
    [
        (7_999_99, False, False),
        (8_000_00, True, False),
        (10_000_00, True, False),
        (10_000_01, True, True),
    ],
)
def test_the_threshold_is_near_at_eight_thousand_and_passed_beyond_ten(
    entry: Entry, minor: int, is_near: bool, is_passed: bool
) -> None:
    sold(entry, minor)

    tally = oss.tally(2026)
    assert (tally.is_near, tally.is_passed) == (is_near, is_passed)


def filed() -> list[tuple[str, str]]:
    db.session.rollback()
    return [
        (found.kind, found.reference) for found in db.session.scalars(select(Anomaly).order_by(Anomaly.id))
    ]


def test_staff_are_told_once_while_the_home_rate_is_still_charged(
    app: Flask, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    sold(entry, 9_000_00)
    db.session.commit()
    oss.watch({})
    oss.watch({})
    assert filed() == [("oss_threshold_near", "2026")]

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], vat_oss_from=date(2026, 11, 1))
    sold(db.session.get_one(Entry, entry.id), 9_000_00)
    db.session.commit()
    oss.watch({})
    assert filed() == [("oss_threshold_near", "2026")]


@pytest.mark.parametrize(
    ("day", "quarter"),
    [(date(2026, 1, 1), 1), (date(2026, 3, 31), 1), (date(2026, 4, 1), 2), (NOW.date(), 4)],
)
def test_a_day_lies_in_its_quarter(day: date, quarter: int) -> None:
    found = vat_returns.quarter_of(day)
    begin, end = found.bounds

    assert found.number == quarter
    assert begin.date() <= day < end.date()


def test_the_vat_of_a_quarter_is_told_by_country_and_rate(app: Flask, entry: Entry) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], vat_oss_from=date(2026, 10, 1))
    sold(entry, 100_00, "BE")
    sold(entry, 100_00, "HU")
    sold(entry, 200_00, "NL")
    sold(entry, 50_00, "HU", datetime(2026, 9, 30, 12, tzinfo=UTC))

    assert vat_returns.due(LAST_QUARTER) == [
        Due("BE", 2100, euro(21_00)),
        Due("HU", 2700, euro(27_00)),
        Due("NL", 2100, euro(42_00)),
    ]
    assert vat_returns.due(Quarter(2026, 3)) == [Due("NL", 2100, euro(10_50))]


def test_what_was_reverse_charged_is_listed_by_number_less_what_was_credited(entry: Entry) -> None:
    sold(entry, 100_00, "DE", vat_number=GERMAN)
    sold(entry, 30_00, "DE", vat_number=GERMAN)
    gone = invoices.of_order(sold(entry, 7_00, "BE", vat_number=BELGIAN).id)
    assert gone is not None
    credit_notes.credit(gone, "Niet te leveren", NOW)

    assert vat_returns.reversed_in(LAST_QUARTER) == [
        Reversed(BELGIAN, "Noor Adriaanse", euro(0)),
        Reversed(GERMAN, "Noor Adriaanse", euro(130_00)),
    ]


# Invariant 14: a number that waited past midnight is not issued before the one below it
def test_numbers_ascend_with_the_day_of_issue(entry: Entry) -> None:
    line = sales.line_for(entry)
    late, early = (sales.placed([line]) for _ in range(2))

    first = invoices.issue(late, datetime(2026, 11, 23, 1, tzinfo=UTC))
    second = invoices.issue(early, datetime(2026, 11, 22, 1, tzinfo=UTC))

    assert (first.no, second.no) == (1, 2)
    assert first.issue_date == second.issue_date == date(2026, 11, 23)


def test_the_desk_shows_threshold_returns_and_numbers(open_shop: Shop) -> None:
    sold(open_shop.entry, 9_000_00, moment=clock.now())
    vat_numbers.confirm(GERMAN, clock.now())
    db.session.commit()
    assert open_shop.browser.get("/nl/desk/vat").status_code in (302, 303, 401, 403)

    staff.sign_in(open_shop.browser, Role.LICENSING)
    page = open_shop.browser.get("/en/desk/vat").get_data(as_text=True)

    assert "90% of the threshold" in page
    assert "€1,890.00" in page
    assert GERMAN in page
    for wrong in ("2026-5", "x", "99999-1", "٢٠٢٦-1", "0000-1"):
        assert open_shop.browser.get(f"/en/desk/vat?quarter={wrong}").status_code == 200
