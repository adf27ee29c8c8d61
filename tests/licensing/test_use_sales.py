"""Day passes and copies ordered without credit: one form, one payment; the visitor keeps them by link and by cookie."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.db import db
from archive.errors import Invalid, Refused
from catalogue.entries import Entry
from licensing import accruals, grants, listening, orders, use_prices, use_sales
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.grants import GrantStatus
from licensing.ledger import AccountKind
from licensing.orders import Buyer, LineKind, Order
from licensing.small_prices import GrantKind
from licensing.use_prices import Price, PriceMode
from licensing.use_sales import Wish
from tests.licensing import hearing, refunding, royalties
from tests.licensing.refunding import balance, euro
from tests.licensing.shop import Shop

NOW = hearing.NOW
LISTENER = Buyer("gast@huis.example", "gast@huis.example", None, "NL", "", "nl")
FORM = {"email": "gast@huis.example", "country": "NL", "consent": "y"}


def order(kind: GrantKind, entry: Entry | None = None, *, key: str = "k", **changes: object) -> Order:
    """Order a use without credit; `changes` are parts of the wish, or the buyer's country."""
    buyer = Buyer(**vars(LISTENER) | {"country": changes.pop("country", "NL")})  # type: ignore[arg-type]
    wish = Wish(**{"kind": kind, "entry": entry, "seen": None, "offered": None} | changes)  # type: ignore[arg-type]
    consent = {"text": "Ja.", "at": NOW.isoformat()}
    return use_sales.order(wish, buyer, form_key=key, consent=consent, moment=NOW)


def hidden(browser: FlaskClient, address: str) -> dict[str, str]:
    page = browser.get(address).get_data(as_text=True)
    return dict(re.findall(r'name="(csrf_token|form_key|price_minor)"[^>]*value="([^"]+)"', page))


def test_a_pass_and_a_copy_are_taxed_where_the_listener_is_and_given_when_paid(app: Flask) -> None:
    wim = royalties.holder()
    piece = hearing.recording_of(wim)

    passes = order(GrantKind.PASS, key="a")
    copies = order(GrantKind.DOWNLOAD, piece, key="b", country="BE")
    for placed in (passes, copies):
        refunding.pay(placed)

    (day_pass,) = grants.of_lines([passes.lines[0].id])
    (copy,) = grants.of_lines([copies.lines[0].id])
    assert (passes.net_minor, passes.vat_minor, passes.gross_minor) == (413, 87, 500)
    assert (copies.gross_minor, copies.lines[0].kind) == (250, LineKind.DOWNLOAD)
    assert (day_pass.gross, day_pass.ends_at) == (euro(500), NOW + timedelta(hours=24))
    assert (copy.gross, copy.left, copy.country) == (euro(250), 5, "BE")
    assert copy.decided  # the reasons for which the rights allowed it when it was ordered
    assert accruals.of_grant(copy.id) is not None
    assert royalties.owed(wim) == 73
    assert balance(AccountKind.STRIPE_CLEARING) == 750


def test_a_form_sent_again_finds_the_order_that_it_placed(app: Flask) -> None:
    assert order(GrantKind.PASS).id == order(GrantKind.PASS).id


# Lesson 19
def test_what_costs_less_than_a_payment_can_be_is_not_ordered(app: Flask) -> None:
    piece = hearing.recording()
    use_prices.set_price(piece, GrantKind.DOWNLOAD, PriceMode.FIXED, euro(49), None, NOW, None)

    for kind in (GrantKind.LISTEN, GrantKind.DOWNLOAD):
        with pytest.raises(Refused, match="less than a payment"):
            order(kind, piece)
    listed = Price(euro(50), PriceMode.FIXED, None, "1")
    assert [use_sales.is_direct(kind, listed) for kind in GrantKind] == [False, True, True]


def test_another_price_than_the_form_showed_is_not_ordered_and_the_floor_stands(app: Flask) -> None:
    piece = hearing.recording()
    use_prices.set_price(piece, GrantKind.DOWNLOAD, PriceMode.OPEN, euro(200), None, NOW, None)

    with pytest.raises(listening.PriceChanged):
        order(GrantKind.DOWNLOAD, piece, seen=euro(250))
    with pytest.raises(Invalid):
        order(GrantKind.DOWNLOAD, piece, seen=euro(200), offered=euro(199))
    assert order(GrantKind.DOWNLOAD, piece, seen=euro(200), offered=euro(400)).gross_minor == 400


# Invariant 7
def test_nothing_is_sold_that_the_rights_do_not_allow_nor_paid_when_they_no_longer_do(app: Flask) -> None:
    piece = hearing.recording_of(royalties.holder())
    placed = order(GrantKind.DOWNLOAD, piece)
    use_sales.require_still(placed, NOW)

    royalties.claim(piece, Layer.ARRANGEMENT, Basis.UNKNOWN, status=ClaimStatus.CONFIRMED)

    with pytest.raises(Refused, match="do not allow"):
        use_sales.require_still(placed, NOW)
    with pytest.raises(Refused, match="do not allow"):
        order(GrantKind.DOWNLOAD, piece, key="later")


# Lesson 5
def test_an_order_that_was_not_paid_is_not_paid_later_at_the_old_price(app: Flask) -> None:
    piece = hearing.recording()
    placed = order(GrantKind.DOWNLOAD, piece)

    use_prices.set_price(piece, GrantKind.DOWNLOAD, PriceMode.FIXED, euro(300), None, NOW, None)

    with pytest.raises(Refused, match="costs more"):
        use_sales.require_still(placed, NOW)


def test_money_that_goes_back_takes_the_pass_back(app: Flask) -> None:
    payment = refunding.pay(order(GrantKind.PASS))

    refunding.given_back(payment, 500)

    assert grants.of_lines([payment.order.lines[0].id])[0].status is GrantStatus.REVOKED
    assert balance(AccountKind.REVENUE) == balance(AccountKind.VAT_PAYABLE) == 0


def test_without_consent_or_address_the_form_says_so_and_keeps_what_was_typed(app: Flask) -> None:
    browser = app.test_client()
    db.session.commit()
    wrong = [({"consent": ""}, "consent"), ({"email": "nergens"}, "email"), ({"country": "XX"}, "country")]

    for changes, field in wrong:
        filled = hidden(browser, "/nl/day-pass") | FORM | changes
        answer = browser.post("/nl/day-pass", data={name: value for name, value in filled.items() if value})
        page = answer.get_data(as_text=True)
        assert (answer.status_code, f'id="{field}-error"' in page) == (422, True)
        assert filled["email"] in page
    assert db.session.scalars(select(Order)).all() == []


def test_the_box_is_never_ticked_beforehand_and_the_button_says_that_it_costs(app: Flask) -> None:
    db.session.commit()

    page = app.test_client().get("/en/day-pass").get_data(as_text=True)

    (box,) = re.findall(r'<input type="checkbox"[^>]*>', page)
    assert "checked" not in box
    assert "Order and pay" in page
    assert "5.00" in page


def test_the_page_of_a_recording_offers_orders_for_what_can_be_one(app: Flask) -> None:
    piece = hearing.recording()
    db.session.commit()

    page = app.test_client().get(f"/nl/entries/{piece.pid}/listen").get_data(as_text=True)

    listen, rest = page.split('id="download"')
    assert "/order" not in listen
    assert "/nl/day-pass" not in listen
    assert f"/nl/entries/{piece.pid}/copy/order" in rest
    assert 'href="/nl/day-pass"' in rest


def mails_posted(open_shop: Shop) -> list[str]:
    folder = Path(open_shop.app.config["SETTINGS"].data_dir) / "mail"
    return [path.read_text() for path in folder.glob("*.eml")]


def bought(open_shop: Shop, address: str) -> str:
    """Order by the form and pay; return the address of the order's page."""
    answer = open_shop.browser.post(address, data=hidden(open_shop.browser, address) | FORM)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    open_shop.pay(answer.headers["Location"])
    assert open_shop.deliver(open_shop.event("checkout.session.completed")) == 200
    open_shop.work()
    return f"/nl/orders/{orders.link_token(open_shop.the_order())}"


def test_a_guest_without_credit_buys_a_pass_and_hears_with_it_here_and_elsewhere(open_shop: Shop) -> None:
    piece = hearing.recording("Laat licht", "NR-0500")
    db.session.commit()
    receipt = bought(open_shop, "/nl/day-pass")

    here = open_shop.browser.get(receipt)
    press = hidden(open_shop.browser, f"/nl/entries/{piece.pid}/listen")
    heard = open_shop.browser.post(f"/nl/entries/{piece.pid}/listen", data=press)
    other = open_shop.app.test_client()
    there = other.get(receipt)
    (button,) = re.findall(r'action="(/nl/my/listening/pass/[^"]+)"', there.get_data(as_text=True))
    token = re.search(r'name="csrf_token" value="([^"]+)"', there.get_data(as_text=True))

    assert "pass=" in here.headers["Set-Cookie"]
    assert heard.headers["Location"].endswith("#player")
    assert "Set-Cookie" not in there.headers or "pass=" not in there.headers["Set-Cookie"]
    assert token
    assert other.post(button, data={"csrf_token": token[1]}).status_code == 303
    assert other.get_cookie("pass") is not None
    assert other.get("/nl/day-pass").headers["Location"].endswith("/my/listening")
    assert any("/nl/orders/" in letter and "dagpas" in letter for letter in mails_posted(open_shop))


def test_a_guest_without_credit_buys_a_copy_and_fetches_it_until_it_is_paid_back(open_shop: Shop) -> None:
    piece = hearing.recording("Laat licht", "NR-0500")
    db.session.commit()
    receipt = bought(open_shop, f"/nl/entries/{piece.pid}/copy/order")

    page = open_shop.browser.get(receipt).get_data(as_text=True)
    (copy,) = re.findall(r'href="(/copies/[^"]+)"', page)
    with open_shop.app.test_client().get(copy) as fetched:
        assert (fetched.status_code, fetched.get_data()) == (200, hearing.SOUND)
    refunding.given_back(open_shop.the_payment(), 250)
    db.session.commit()

    assert open_shop.app.test_client().get(copy).status_code == 410
