"""What is online because it is out of commerce is sold nowhere, also when the claim comes late."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from archive import clock
from archive.db import db
from archive.errors import Refused
from catalogue.entries import Entry, Reuse
from licensing import claiming, ledger, licences, offers, orders, permissions, rights
from licensing.choices import Choice
from licensing.claiming import Said
from licensing.claims import SALES, Basis, ClaimStatus, Layer, Part, Use
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.orders import LineKind, Order, OrderStatus
from licensing.payments import Payment
from licensing.reasons import Verdict
from licensing.refunds import Refund
from licensing.vocabulary import COUNTRIES, OPTIONS, USES
from tests.licensing import shop
from tests.licensing.shop import Shop

ANNOUNCED = date(2025, 1, 15)


def withdraw_from_sale(entry: Entry, **more) -> None:
    """Let the recording turn out to be out of commerce: its tape belongs to a label that has vanished."""
    moment = clock.now()
    tape = next(row for row in rights.rows_of(entry.id) if row.layer is Layer.MASTER)
    said = Said(Layer.MASTER, Basis.OUT_OF_COMMERCE, ClaimStatus.CONFIRMED, notified_on=ANNOUNCED, **more)
    claiming.change(tape, said, moment, None, "het merk bestaat niet meer")
    db.session.commit()


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_it_is_heard_here_and_sold_in_no_way_in_no_country(open_shop: Shop) -> None:
    entry, today = open_shop.entry, clock.now().date()
    withdraw_from_sale(entry, territory=["NL"])

    heard = rights.decide(entry, Use.LISTEN_FREE_ONLINE, today, COUNTRIES["netherlands"])
    sold = {
        rights.decide(entry, use, today, territory, part).verdict
        for use in SALES
        for territory in (*COUNTRIES.values(), frozenset({"US"}), frozenset())
        for part in (None, Part(0, 1000))
    }

    assert heard.verdict is Verdict.ALLOW
    assert sold == {Verdict.DENY}
    assert (entry.reuse, entry.price_from_minor) == (Reuse.LISTEN_ONLY, None)


def test_no_answer_to_any_question_makes_an_offer(open_shop: Shop) -> None:
    withdraw_from_sale(open_shop.entry)
    today = clock.now().date()
    choices = [
        Choice(tuple((shop.CHOICE | {"use": use, question: answer}).items()))
        for use in USES
        for question, answers in OPTIONS.items()
        if question != "use"
        for answer in answers
    ]

    found = [offers.offer_for(open_shop.entry, choice, today) for choice in choices]

    assert len(found) > 50
    assert {offer.state for offer in found} == {"refused"}
    assert all(offer.price is None for offer in found)


def test_no_page_and_no_answer_to_programs_offers_it(open_shop: Shop) -> None:
    entry = open_shop.entry
    assert selling_places(open_shop)
    withdraw_from_sale(entry)

    assert selling_places(open_shop) == []


def test_an_estimate_of_several_pieces_leaves_it_out(open_shop: Shop) -> None:
    withdraw_from_sale(open_shop.entry)

    answer = open_shop.browser.post(
        "/api/v1/quotes", json={"items": [{"pid": open_shop.entry.pid, "choice": shop.CHOICE}]}
    )

    assert answer.status_code == 200
    assert not re.search(r'"(net|total|gross)_minor": ?[1-9]', answer.get_data(as_text=True))


def selling_places(open_shop: Shop) -> list[str]:
    """Ask every public address of the entry, and give those that lead to an order or name a price."""
    with open_shop.app.test_request_context():
        rules = [
            rule
            for rule in open_shop.app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
            and rule.arguments - {"lang"} == {"pid"}
            and "/desk/" not in rule.rule
        ]
    found = []
    for rule in rules:
        address = re.sub(r"<[^>]*lang[^>]*>", "en", re.sub(r"<[^>]*pid>", open_shop.entry.pid, rule.rule))
        with open_shop.browser.get(address) as answer:
            text = answer.get_data(as_text=True)
        if re.search(
            r'/order\?|"net_minor": ?\d|"price": ?"?\d|name="total_minor"|price_from_minor": ?\d', text
        ):
            found.append(rule.rule)
    return found


def test_an_order_form_that_was_open_when_the_claim_came_places_nothing(open_shop: Shop) -> None:
    filled = open_shop.fill_in()
    withdraw_from_sale(open_shop.entry)

    answer = open_shop.browser.post(open_shop.order_address(), data=filled)

    assert answer.status_code == 303
    assert f"/entries/{open_shop.entry.pid}" in answer.headers["Location"]
    assert (count(Order), count(Payment)) == (0, 0)


def test_an_order_of_before_the_claim_is_not_paid_afterwards(open_shop: Shop) -> None:
    open_shop.order()
    payments = count(Payment)
    withdraw_from_sale(open_shop.entry)
    token = orders.link_token(open_shop.the_order())
    db.session.rollback()
    page = open_shop.browser.get(f"/nl/orders/{token}").get_data(as_text=True)
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert csrf

    answer = open_shop.browser.post(f"/nl/orders/{token}/pay", data={"csrf_token": csrf[1]})

    assert answer.status_code == 409
    assert count(Payment) == payments
    assert open_shop.the_order().status is not OrderStatus.PAID


def test_money_that_was_on_its_way_when_the_claim_came_goes_back(open_shop: Shop) -> None:
    address = open_shop.order()
    db.session.rollback()
    withdraw_from_sale(open_shop.entry)

    open_shop.pay(address)
    open_shop.deliver(open_shop.event("checkout.session.completed"))
    open_shop.work()

    order = open_shop.the_order()
    assert (order.status, licences.of_order(order.id)) == (OrderStatus.CANCELLED, [])
    assert [refund.amount for refund in db.session.scalars(select(Refund))] == [order.gross]
    assert ledger.balance(AccountKind.REVENUE, "EUR") == Money(0, "EUR")
    token = orders.link_token(order)
    db.session.rollback()
    assert f"/orders/{token}/pay" not in open_shop.browser.get(f"/nl/orders/{token}").get_data(as_text=True)


def test_an_offer_of_before_the_claim_cannot_be_ordered_around_the_form(open_shop: Shop) -> None:
    open_shop.order()
    placed = open_shop.the_order()
    line = priced(placed)
    db.session.rollback()
    withdraw_from_sale(open_shop.entry)

    for kind in orders.RIGHTS_SOLD:
        with pytest.raises(Refused, match="out of commerce"), db.session.begin_nested():
            place(open_shop, placed, replace(line, kind=kind), f"{kind.value:_<22}")
    work = place(open_shop, placed, replace(line, kind=LineKind.RESEARCH_FEE), "r" * 22)

    assert work.lines[0].kind is LineKind.RESEARCH_FEE


def priced(order: Order) -> orders.PricedLine:
    """Give the line of an order as it was before it was placed."""
    known = orders.PricedLine.__dataclass_fields__
    line = order.lines[0]
    plain = {name: getattr(line, name) for name in known if hasattr(line, name)}
    return orders.PricedLine(**plain | {"net": order.net} | {"vat": order.vat} if "vat" in known else plain)


def place(open_shop: Shop, placed: Order, line: orders.PricedLine, form_key: str) -> Order:
    buyer = orders.Buyer("Noor", "noor@studio.example", None, "NL", "Slotscène", "nl")
    return orders.place(buyer, [line], form_key=form_key, consent={}, terms="2026-1", moment=clock.now())


def test_a_claim_that_is_history_stops_nothing(open_shop: Shop) -> None:
    withdraw_from_sale(open_shop.entry)
    tape = rights.rows_of(open_shop.entry.id)[-1]
    claiming.change(
        tape, Said(Layer.MASTER, Basis.OWNED, ClaimStatus.CONFIRMED), clock.now(), None, "toch van ons"
    )
    db.session.commit()

    assert (
        permissions.may_use(
            rights.claims_of(open_shop.entry.id),
            rights.facts_of(open_shop.entry),
            Use.LICENCE_SYNC,
            clock.now().date(),
        ).verdict
        is Verdict.ALLOW
    )
    assert open_shop.order()
