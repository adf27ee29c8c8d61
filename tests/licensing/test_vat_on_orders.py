"""The VAT of an order: what the form shows is what is charged, by the buyer's country, kind and number; and what was
charged too much for want of an answer comes back.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from archive.db import db
from archive.transactions import transaction
from licensing import (
    invoices,
    ledger,
    location_evidence,
    orders,
    refunds,
    settlements,
    vat_corrections,
    vat_numbers,
)
from licensing.invoices import InvoiceKind
from licensing.ledger import AccountKind
from licensing.location_evidence import Piece, Source
from licensing.money import Money
from licensing.orders import Order
from licensing.refunds import RefundStatus
from licensing.vat_numbers import VatNumber
from tests.licensing import vies_service
from tests.licensing.shop import Shop
from tests.licensing.vies_service import BELGIAN, GERMAN, UNREACHABLE, Service, said

BERLIN = {"country": "DE", "organisation": "Studio Lek GmbH", "vat_number": "DE 136 695 976"}


@pytest.fixture
def service(open_shop: Shop) -> Iterator[Service]:
    with vies_service.running(open_shop.app) as running:
        yield running


def hidden(page: str) -> dict[str, str]:
    names = "csrf_token|form_key|total_minor|vat_standing"
    return dict(re.findall(rf'name="({names})"[^>]*value="([^"]*)"', page))


def send(at: Shop, **changes: str) -> tuple[int, str]:
    """Send the order form, once more when it shows a new price or says something of the tax."""
    filled = at.fill_in(**changes)
    first = at.browser.post(at.order_address(), data=filled)
    if first.status_code == 303:
        return 303, str(first.headers["Location"])
    page = first.get_data(as_text=True)
    second = at.browser.post(at.order_address(), data=filled | hidden(page))
    return second.status_code, page


def paid(at: Shop, **changes: str) -> Order:
    """Order and pay; return the order."""
    send(at, **changes)
    at.pay(at.the_payment().session_url or "", "card")
    for event in at.events():
        assert at.deliver(event) == 200
    at.work()
    return at.the_order()


def amounts(order: Order) -> tuple[int, int, int]:
    return order.net_minor, order.vat_minor, order.gross_minor


def test_a_business_elsewhere_in_the_union_with_a_valid_number_pays_no_vat(
    open_shop: Shop, service: Service
) -> None:
    status, page = send(open_shop, **BERLIN)

    order = open_shop.the_order()
    assert status == 303
    assert "€ 180,50" in page
    assert amounts(order) == (18050, 0, 18050)
    assert (order.lines[0].vat_code, order.lines[0].vat_country) == ("AE", "DE")
    assert order.vat_number == GERMAN


# Lesson 8
def test_while_vies_does_not_answer_vat_is_charged_and_the_buyer_is_told_first(
    open_shop: Shop, service: Service
) -> None:
    service.answer = UNREACHABLE

    status, page = send(open_shop, **BERLIN)

    assert (status, "VIES" in page) == (303, True)
    assert amounts(open_shop.the_order()) == (18050, 3791, 21841)
    assert db.session.get_one(VatNumber, GERMAN).tries == 1


def test_a_number_that_vies_does_not_know_is_a_fault_of_the_form(open_shop: Shop, service: Service) -> None:
    service.answer = said(False)

    status, page = send(open_shop, **BERLIN)

    assert status == 422
    assert 'id="vat_number-error"' in page
    assert 'value="DE136695976"' in page
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"vat_number": "DE1", "country": "DE"}, "vat_number-error"),
        ({"vat_number": GERMAN, "country": "BE"}, "vat_number-error"),
        ({"vat_number": GERMAN, "country": "DE", "organisation": ""}, "vat_number-error"),
        ({"vat_number": "x" * 5000, "country": "DE"}, "vat_number-error"),
    ],
)
def test_a_number_that_cannot_be_is_refused_without_asking(
    open_shop: Shop, service: Service, changes: dict[str, str], why: str
) -> None:
    status, page = send(open_shop, **changes)

    assert (status, why in page) == (422, True)
    assert service.asked == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"country": "NL"}, ("S", "NL", 2100)),
        ({"country": "NL", "vat_number": "NL123456782B90"}, ("S", "NL", 2100)),
        ({"country": "BE"}, ("S", "NL", 2100)),  # an organisation without a number, below the threshold
        ({"country": "GB"}, ("O", "GB", 0)),
        ({"country": "US", "organisation": ""}, ("O", "US", 0)),
    ],
)
def test_the_tax_of_an_order_follows_the_buyer(
    open_shop: Shop, changes: dict[str, str], expected: tuple[str, str, int]
) -> None:
    send(open_shop, **changes)

    line = open_shop.the_order().lines[0]
    assert (line.vat_code, line.vat_country, line.vat_bp) == expected


def test_with_the_one_stop_shop_a_consumer_pays_the_rate_of_home_and_sees_it_first(open_shop: Shop) -> None:
    open_shop.app.config["SETTINGS"] = replace(
        open_shop.app.config["SETTINGS"], vat_oss_from=date(2026, 1, 1)
    )

    status, page = send(open_shop, country="HU", organisation="")

    assert status == 303
    assert "27%" in page
    assert amounts(open_shop.the_order()) == (18050, 4874, 22924)


# Lesson 25
def test_a_rate_that_changes_before_the_payment_does_not_change_the_order(open_shop: Shop) -> None:
    send(open_shop, country="HU", organisation="")
    open_shop.app.config["SETTINGS"] = replace(
        open_shop.app.config["SETTINGS"], vat_oss_from=date(2026, 1, 1)
    )
    open_shop.pay(open_shop.the_payment().session_url or "")
    for event in open_shop.events():
        open_shop.deliver(event)
    open_shop.work()

    order = open_shop.the_order()
    invoice = invoices.of_order(order.id)
    assert invoice is not None
    assert amounts(order) == (18050, 3791, 21841)
    assert (invoice.gross_minor, invoice.lines[0].vat_bp) == (21841, 2100)


def test_the_card_of_the_payment_and_the_vat_number_tell_where_the_buyer_is(
    open_shop: Shop, service: Service
) -> None:
    order = paid(open_shop, **BERLIN)

    assert location_evidence.of_order(order) == [
        Piece(Source.SAID, "DE"),
        Piece(Source.VAT_NUMBER, "DE"),
        Piece(Source.PAYMENT, "NL"),
    ]
    assert not location_evidence.agrees(location_evidence.of_order(order))


def test_two_pieces_of_evidence_that_agree_are_enough(open_shop: Shop) -> None:
    order = paid(open_shop, country="NL")

    assert location_evidence.agrees(location_evidence.of_order(order))


def charged(at: Shop, service: Service) -> int:
    """Let a German studio pay VAT because VIES was silent; return the order."""
    service.answer = UNREACHABLE
    order_id = paid(at, **BERLIN).id
    service.answer = said(True)
    return order_id


def confirm_later(at: Shop) -> None:
    with transaction():
        for known in db.session.scalars(select(VatNumber)):
            known.next_try_at = known.asked_at
    vat_corrections.follow({})


def test_vat_that_was_charged_for_want_of_an_answer_comes_back_by_credit_note_and_new_invoice(
    open_shop: Shop, service: Service
) -> None:
    order_id = charged(open_shop, service)
    service.asked.clear()

    confirm_later(open_shop)

    first, note, second = invoices.all_of_order(order_id)
    assert (first.kind, first.gross_minor) == (InvoiceKind.INVOICE, 21841)
    assert (note.kind, note.gross_minor, note.refers_to_id) == (InvoiceKind.CREDIT_NOTE, 21841, first.id)
    assert (second.kind, second.gross_minor, second.replaces_id) == (InvoiceKind.INVOICE, 18050, first.id)
    assert [(total.code, total.vat_minor) for total in second.tax_totals] == [("AE", 0)]
    assert (second.service_date, second.paid_on) == (first.service_date, first.paid_on)
    assert second.buyer["vat_id"] == GERMAN
    assert invoices.of_order(order_id) == second


def test_the_books_owe_the_vat_to_the_buyer_and_no_longer_to_the_tax_office(
    open_shop: Shop, service: Service
) -> None:
    order_id = charged(open_shop, service)
    number = db.session.get_one(Order, order_id).number

    confirm_later(open_shop)

    assert ledger.balance(AccountKind.VAT_PAYABLE, "EUR", "NL:2100").minor == 0
    assert ledger.balance(AccountKind.REFUND_CLEARING, "EUR", number).minor == -3791
    open_shop.work()  # the provider is asked, and says that the money has gone back
    assert ledger.balance(AccountKind.REFUND_CLEARING, "EUR", number).minor == 0
    assert [(each.status, each.amount.minor) for each in refunds.of_order(order_id)] == [
        (RefundStatus.SUCCEEDED, 3791)
    ]
    assert settlements.of_order(db.session.get_one(Order, order_id)).due == Money(18050, "EUR")
    assert ledger.unbalanced_transactions() == []


def test_what_goes_back_of_a_corrected_order_later_has_no_vat_in_it(
    open_shop: Shop, service: Service
) -> None:
    order_id = charged(open_shop, service)
    confirm_later(open_shop)
    open_shop.work()
    with transaction():
        payment = open_shop.the_payment()
        refund = refunds.ask(
            payment, Money(18050, "EUR"), "Niet te leveren", key="k", moment=payment.created_at
        )
        refunds.approve(refund, payment.created_at)

    open_shop.work()

    last = invoices.all_of_order(order_id)[-1]
    assert (last.kind, last.gross_minor, last.vat_minor) == (InvoiceKind.CREDIT_NOTE, 18050, 0)
    assert [total.code for total in last.tax_totals] == ["AE"]
    assert ledger.balance(AccountKind.REVENUE, "EUR").minor == 0
    assert ledger.unbalanced_transactions() == []


def test_a_correction_is_made_once(open_shop: Shop, service: Service) -> None:
    order_id = charged(open_shop, service)
    confirm_later(open_shop)
    moment = db.session.get_one(VatNumber, GERMAN).checked_at
    assert moment is not None

    for _ in range(2):
        vat_corrections.correct_all(GERMAN, moment + timedelta(days=1))

    assert len(invoices.all_of_order(order_id)) == 3


def test_what_was_taxed_rightly_is_not_corrected(open_shop: Shop, service: Service) -> None:
    order = paid(open_shop, country="NL", vat_number="NL123456782B90")
    with transaction():
        vat_numbers.register("NL123456782B90", order.placed_at)
        vat_numbers.note(
            "NL123456782B90", vat_numbers.Answer(vat_numbers.Standing.VALID, "W1"), order.placed_at
        )
    vat_corrections.correct_all("NL123456782B90", order.placed_at)

    assert len(invoices.all_of_order(order.id)) == 1


def test_the_buyer_finds_the_corrected_papers_on_the_page_of_the_order(
    open_shop: Shop, service: Service
) -> None:
    order_id = charged(open_shop, service)
    confirm_later(open_shop)
    open_shop.work()
    token = orders.link_token(db.session.get_one(Order, order_id))
    numbers = [document.number for document in invoices.all_of_order(order_id)]

    page = open_shop.fetch(f"/nl/orders/{token}").get_data(as_text=True)

    assert all(number in page for number in numbers)
    assert BELGIAN not in page
