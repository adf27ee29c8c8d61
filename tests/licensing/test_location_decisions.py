"""Evidence of a buyer's country that disagrees is put before a person, decided once, and what follows is corrected."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive import accounts
from archive.accounts import Role
from archive.db import db
from archive.errors import Invalid, Refused
from licensing import (
    anomalies,
    inbox,
    invoices,
    ledger,
    location_decisions,
    location_evidence,
    oss,
    proofs,
    refund_parts,
)
from licensing.anomalies import Anomaly
from licensing.ledger import AccountKind
from licensing.orders import LineKind, Order
from licensing.wallet import VatMode
from tests.catalogue import staff as desk
from tests.licensing import sales, wallets
from tests.licensing.disputing import payment_of

NOW = sales.NOW
GUEST = replace(sales.NOOR, organisation=None)


@pytest.fixture
def one_stop_shop(app: Flask) -> None:
    """Let each consumer in the Union pay the tax of their own country."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], vat_oss_from=NOW.date().replace(month=1, day=1))


def bought(country: str, paid_from: str | None, **changes: Any) -> Order:
    """Sell a licence at the rate of the country that the buyer says; the payment tells another, or the same."""
    bp = {"NL": 2100, "DE": 1900}[country]
    line = sales.line_for(sales.entry_for_sale(), 10000, vat_bp=bp, vat_country=country, **changes)
    order = sales.paid([line], replace(GUEST, country=country))
    payment_of(order)
    location_evidence.note_payment(order, paid_from, "pay_1", NOW)
    location_decisions.look(order, NOW)
    return order


def waiting() -> list[Anomaly]:
    return [each for each in anomalies.open_ones() if each.kind == "location_differs"]


def staff() -> int:
    return accounts.add("ada@archive.example", "Ada", Role.LICENSING, "paard batterij nietje", NOW).id


def vat(owner: str) -> int:
    return -ledger.balance(AccountKind.VAT_PAYABLE, "EUR", owner).minor


@pytest.mark.usefixtures("one_stop_shop")
def test_a_card_from_another_country_is_put_before_a_person(app: Flask) -> None:
    order = bought("NL", "DE")

    (found,) = waiting()
    assert found.reference == order.number
    assert (found.detail["said"], found.detail["paid_from"]) == ("NL", "DE")
    assert location_decisions.countries(order) == ["NL", "DE"]


@pytest.mark.usefixtures("one_stop_shop")
@pytest.mark.parametrize(
    ("country", "paid_from", "changes"),
    [
        ("NL", "NL", {}),
        ("NL", None, {}),
        ("NL", "DE", {"kind": LineKind.RESEARCH_FEE}),  # work of people is taxed here anyway
    ],
)
def test_nobody_need_decide_where_nothing_differs(
    app: Flask, country: str, paid_from: str | None, changes: dict[str, Any]
) -> None:
    bought(country, paid_from, **changes)

    assert waiting() == []


def test_below_the_threshold_the_tax_is_the_same_and_nobody_need_decide(app: Flask) -> None:
    bought("NL", "DE")

    assert waiting() == []


@pytest.mark.usefixtures("one_stop_shop")
def test_who_decides_that_the_buyer_was_right_changes_nothing(app: Flask) -> None:
    order = bought("NL", "DE")

    inbox.repair(waiting()[0].id, staff(), NOW, "NL")

    assert waiting() == []
    assert len(invoices.all_of_order(order.id)) == 1
    location_decisions.look(order, NOW)
    assert waiting() == []


@pytest.mark.usefixtures("one_stop_shop")
def test_the_other_country_makes_a_credit_note_and_a_new_invoice_of_the_same_amount(app: Flask) -> None:
    order = bought("NL", "DE")
    assert vat("NL:2100") == 2100

    for _ in range(2):
        inbox.repair(waiting()[0].id if waiting() else 1, staff_once(), NOW, "DE")

    first, note, made = invoices.all_of_order(order.id)
    assert (note.refers_to_id, made.replaces_id) == (first.id, first.id)
    assert note.gross == first.gross == made.gross
    assert (made.net_minor, made.vat_minor, made.lines[0].vat_bp) == (10168, 1932, 1900)
    assert (vat("NL:2100"), vat("DE:1900")) == (0, 1932)
    assert ledger.balance(AccountKind.REVENUE, "EUR").minor == -10168
    assert [(left.rate, left.vat.minor) for left in refund_parts.left_of(order)] == [("DE:S:1900", 1932)]
    db.session.flush()
    assert [found for outcome in proofs.run() for found in outcome.found] == []


@pytest.mark.usefixtures("one_stop_shop")
def test_staff_choose_the_country_in_the_inbox(app: Flask, client: FlaskClient) -> None:
    order = bought("NL", "DE")
    db.session.commit()
    marit, number = desk.sign_in(client, Role.LICENSING), waiting()[0].id
    db.session.rollback()
    address = f"/en/desk/inbox/{number}"
    page = marit.get(address).get_data(as_text=True)
    form = {"csrf_token": desk.token_in(page)}

    nothing = marit.post(f"{address}/repair", data=form)
    answer = marit.post(f"{address}/repair", data=form | {"choice": "DE"})

    assert re.findall(r'name="choice" value="(\w+)"', page) == ["NL", "DE"]
    assert "Germany" in page
    assert (nothing.status_code, answer.status_code) == (422, 303)
    db.session.rollback()
    assert len(invoices.all_of_order(order.id)) == 3
    assert waiting() == []


def staff_once() -> int:
    known = db.session.query(accounts.Account).filter_by(email="ada@archive.example").one_or_none()
    return known.id if known else staff()


@pytest.mark.usefixtures("one_stop_shop")
def test_the_threshold_counts_by_the_country_that_was_decided(app: Flask) -> None:
    bought("NL", "DE")
    before = oss.tally(NOW.year).sold.minor

    inbox.repair(waiting()[0].id, staff(), NOW, "DE")

    assert (before, oss.tally(NOW.year).sold.minor) == (0, 10168)


@pytest.mark.usefixtures("one_stop_shop")
def test_a_country_that_nothing_tells_of_cannot_be_chosen(app: Flask) -> None:
    order = bought("NL", "DE")

    with pytest.raises(Invalid, match="Choose one"):
        inbox.repair(waiting()[0].id, staff(), NOW, "FR")

    assert location_decisions.find(order) is None


@pytest.mark.usefixtures("one_stop_shop")
def test_credit_is_taxed_by_the_country_that_was_decided_from_then_on(app: Flask) -> None:
    owner = wallets.guest(0)
    order = wallets.top_up(owner, 500)
    location_evidence.note_payment(order, "DE", "pay_1", NOW)
    location_decisions.look(order, NOW)

    inbox.repair(waiting()[0].id, staff(), NOW, "DE")

    assert owner.country == "DE"


@pytest.mark.usefixtures("one_stop_shop")
def test_credit_that_was_taxed_when_it_was_bought_is_paid_back_instead(app: Flask) -> None:
    owner = wallets.guest(0, vat_mode=VatMode.SINGLE)
    order = wallets.top_up(owner, 500)
    location_evidence.note_payment(order, "DE", "pay_1", NOW)
    location_decisions.look(order, NOW)

    with pytest.raises(Refused, match="Pay its credit back"):
        inbox.repair(waiting()[0].id, staff(), NOW, "DE")
