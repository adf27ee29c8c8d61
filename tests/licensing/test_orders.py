"""Orders of several lines: totals, VAT per rate, the ledger, and a licence for each licensed piece."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from archive.db import db
from catalogue.entries import Entry
from licensing import delivery, fulfilment, ledger, licences, taxes
from licensing.ledger import AccountKind
from licensing.licences import Licence, LicenceStatus
from licensing.money import MixedCurrencies, Money
from licensing.orders import LineKind, Order
from tests.licensing import sales
from tests.licensing.sales import NOW, line_for


@pytest.fixture
def pieces(app: Flask) -> list[Entry]:
    """Three recordings for sale."""
    return [sales.entry_for_sale(f"Stuk {number}", f"NR-{number}") for number in (1, 2, 3)]


def booked(kind: AccountKind, owner: str) -> int:
    return ledger.balance(kind, "EUR", owner).minor


def test_the_totals_of_an_order_are_the_sums_of_its_lines(pieces: list[Entry]) -> None:
    order = sales.placed([line_for(entry, 18050) for entry in pieces])

    assert (order.net_minor, order.vat_minor, order.gross_minor) == (54150, 11372, 65522)
    assert [line.entry_id for line in order.lines] == [entry.id for entry in pieces]


def test_vat_is_worked_out_once_per_rate_and_not_per_line(pieces: list[Entry]) -> None:
    order = sales.placed([line_for(entry, 12) for entry in pieces])

    assert order.vat == Money(8, "EUR")  # 21 % of 0.36 is 7.56; per line it would be 3 x 3 = 9


def test_an_order_with_two_rates_tells_the_vat_of_each(pieces: list[Entry]) -> None:
    first, second, third = pieces

    order = sales.placed([line_for(first, 1000), line_for(second, 500, vat_bp=900), line_for(third, 2000)])

    assert [(share.tax.bp, share.net.minor, share.vat.minor) for share in order.taxed] == [
        (2100, 3000, 630),
        (900, 500, 45),
    ]
    assert order.gross == Money(4175, "EUR")


# Lesson 7
@given(st.integers(1, 10**6))
@settings(max_examples=50)
def test_what_is_used_at_once_costs_what_was_shown_to_the_cent(pieces: list[Entry], shown: int) -> None:
    rate = taxes.tax_of_sale(LineKind.LISTEN, "NL", NOW.date())
    priced = taxes.included_in(Money(shown, "EUR"), rate)
    line = line_for(pieces[0], kind=LineKind.LISTEN, net=priced.net, vat=priced.vat)

    order = sales.placed([line])

    assert order.gross == Money(shown, "EUR")
    assert [share.vat for share in order.taxed] == [order.vat]


def test_lines_in_two_currencies_are_not_one_order(pieces: list[Entry]) -> None:
    dollars = line_for(pieces[1], net=Money(100, "USD"), vat=Money(21, "USD"))

    with pytest.raises(MixedCurrencies):
        sales.placed([line_for(pieces[0]), dollars])

    assert db.session.scalars(select(Order)).all() == []


def test_a_paid_order_gives_one_licence_for_each_licensed_piece_and_none_for_costs(
    pieces: list[Entry],
) -> None:
    costs = line_for(pieces[2], 7500, kind=LineKind.RESEARCH_FEE, choice={}, summary="Zoeken naar erven")

    order = sales.paid([line_for(pieces[0]), line_for(pieces[1]), costs])

    issued = licences.of_order(order.id)
    assert [licence.entry_id for licence in issued] == [pieces[0].id, pieces[1].id]
    assert all(licence.status is LicenceStatus.ACTIVE for licence in issued)
    assert all(delivery.of_licence(licence.id) for licence in issued)
    assert len({licence.code for licence in issued}) == 2


def test_the_ledger_tells_income_by_what_was_sold_and_vat_by_rate(pieces: list[Entry]) -> None:
    costs = line_for(pieces[2], 7500, kind=LineKind.CLEARANCE_FEE, choice={}, summary="Toestemming")
    reduced = line_for(pieces[1], 10000, vat_bp=900)

    order = sales.paid([line_for(pieces[0], 20000), reduced, costs])

    assert booked(AccountKind.REVENUE, "licence_fee") == -30000
    assert booked(AccountKind.REVENUE, "clearance_fee") == -7500
    assert booked(AccountKind.VAT_PAYABLE, "NL:2100") == -5775
    assert booked(AccountKind.VAT_PAYABLE, "NL:900") == -900
    assert booked(AccountKind.STRIPE_CLEARING, "") == order.gross_minor
    assert ledger.unbalanced_transactions() == []


def test_completing_an_order_again_gives_nothing_more(pieces: list[Entry]) -> None:
    order = sales.paid([line_for(entry) for entry in pieces])

    fulfilment.complete(order, sales.receipt_of(order), NOW)

    assert len(db.session.scalars(select(Licence)).all()) == 3
    assert booked(AccountKind.REVENUE, "licence_fee") == -order.net_minor


def test_a_licence_keeps_use_territory_and_exclusivity_as_they_were_sold(pieces: list[Entry]) -> None:
    order = sales.paid([line_for(pieces[0], is_exclusive=True, layers_excluded=("performance",))])

    (licence,) = licences.of_order(order.id)
    assert licence.use_code == "documentary"
    assert {"NL", "FR"} < set(licence.territory)
    assert licence.is_exclusive
    assert [name for name, _text in licence.grant["granted"]] == ["Opname (master)"]
    assert "Uitvoerenden" in [name for name, _text in licence.grant["not_granted"]]


def test_what_is_paid_just_after_midnight_here_can_be_fetched_at_once(pieces: list[Entry]) -> None:
    # In Greenwich it is still the day before the one on which the licence begins.
    midnight = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    order = sales.paid([line_for(pieces[0])], moment=midnight)

    (licence,) = licences.of_order(order.id)
    ready = delivery.of_licence(licence.id)
    assert ready is not None
    assert licence.starts_on == date(2026, 11, 23)
    assert delivery.redeem(delivery.link_token(ready), midnight, is_continued=False) is ready
