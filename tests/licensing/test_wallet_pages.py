"""Topping up as a guest, from the form to the credit in the head of the page; and what the pages of a wallet do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.db import db
from licensing.orders import Order, OrderStatus
from licensing.wallet import Wallet
from tests import counting
from tests.licensing import shop
from tests.licensing.shop import Shop

MAIL = "noor@studio.example"


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[Shop]:
    with shop.opened(tmp_path) as opened:
        yield opened


def hidden(client: FlaskClient, address: str) -> dict[str, str]:
    page = client.get(address).get_data(as_text=True)
    return dict(re.findall(r'name="(csrf_token|form_key)"[^>]*value="([^"]+)"', page))


def begin(open_shop: Shop, **changes: str) -> str:
    """Send the form of a top-up; return the address of the payment page."""
    form = hidden(open_shop.browser, "/nl/wallet") | {"amount": "500", "email": MAIL, "country": "NL"}
    answer = open_shop.browser.post("/nl/wallet/top-up", data=form | changes)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def top_up(open_shop: Shop, **changes: str) -> None:
    """Top up and pay."""
    back = open_shop.pay(begin(open_shop, **changes))
    open_shop.browser.get(back)
    open_shop.work()


def the_wallet() -> Wallet:
    db.session.rollback()
    return db.session.scalars(select(Wallet)).one()


def mails(open_shop: Shop) -> list[str]:
    folder = open_shop.app.config["SETTINGS"].data_dir / "mail"
    return [path.read_text() for path in sorted(folder.glob("*.eml"))] if folder.exists() else []


def head_of(open_shop: Shop, address: str = "/nl/search") -> str:
    page = open_shop.browser.get(address).get_data(as_text=True)
    return page.partition("<main")[0]


def test_a_guest_tops_up_and_sees_the_credit_on_every_page(open_shop: Shop) -> None:
    top_up(open_shop)

    assert the_wallet().balance_minor == 500
    assert "€ 5" in head_of(open_shop)
    page = open_shop.browser.get("/nl/wallet").get_data(as_text=True)
    assert "€ 5" in page
    assert MAIL not in page


def test_the_receipt_comes_by_mail_with_the_link_and_no_row_holds_the_link(open_shop: Shop) -> None:
    top_up(open_shop)

    (mail,) = mails(open_shop)
    (key,) = set(re.findall(r"wallet/open/([0-9a-f]{32})", mail.replace("=\n", "")))
    dump = "\n".join(db.engine.raw_connection().driver_connection.iterdump())  # type: ignore[union-attr]
    assert key not in dump
    assert MAIL in mail


def test_the_link_opens_the_credit_in_another_browser(open_shop: Shop) -> None:
    top_up(open_shop)
    key = re.findall(r"wallet/open/([0-9a-f]{32})", mails(open_shop)[0].replace("=\n", ""))[0]
    other = open_shop.app.test_client()

    answer = other.post(f"/nl/wallet/open/{key}", data=hidden(other, f"/nl/wallet/open/{key}"))

    assert answer.status_code == 303
    assert "€ 5" in other.get("/nl/wallet").get_data(as_text=True)


def test_a_form_sent_twice_is_one_wallet_with_one_payment_page(open_shop: Shop) -> None:
    form = hidden(open_shop.browser, "/nl/wallet") | {"amount": "500", "email": MAIL, "country": "NL"}

    pages = [open_shop.browser.post("/nl/wallet/top-up", data=form).headers["Location"] for _ in range(2)]

    assert pages[0] == pages[1]
    assert the_wallet().balance_minor == 0


def test_the_form_of_somebody_else_opens_no_wallet(open_shop: Shop) -> None:
    form = hidden(open_shop.browser, "/nl/wallet") | {"amount": "500", "email": MAIL, "country": "NL"}
    open_shop.browser.post("/nl/wallet/top-up", data=form)
    other = open_shop.app.test_client()

    form["csrf_token"] = hidden(other, "/nl/wallet")["csrf_token"]
    other.post("/nl/wallet/top-up", data=form)

    assert other.get_cookie("wallet") is None


def test_a_payment_that_fails_or_is_left_alone_gives_no_credit(open_shop: Shop) -> None:
    address = begin(open_shop)
    open_shop.pay(address, "fail")
    open_shop.work()

    assert the_wallet().balance_minor == 0
    order = db.session.scalars(select(Order)).one()
    assert order.status is OrderStatus.AWAITING_PAYMENT


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "100"},
        {"amount": "-500"},
        {"amount": "0"},
        {"amount": "5.005"},
        {"amount": ""},
        {"email": "nobody"},
        {"email": ""},
        {"country": "XX"},
        {"form_key": "short"},
    ],
)
def test_impossible_input_is_shown_again_and_orders_nothing(open_shop: Shop, wrong: dict[str, str]) -> None:
    form = hidden(open_shop.browser, "/nl/wallet") | {"amount": "500", "email": MAIL, "country": "NL"}

    answer = open_shop.browser.post("/nl/wallet/top-up", data=form | wrong)

    assert answer.status_code == 422
    assert db.session.scalar(select(Order.id)) is None
    assert db.session.scalar(select(Wallet.id)) is None


def test_who_has_no_wallet_costs_no_query_for_it(open_shop: Shop) -> None:
    open_shop.browser.get("/nl/search")

    with counting.statements() as asked:
        open_shop.browser.get("/nl/search")

    assert not [statement for statement in asked if "wallet" in statement]


def test_recovery_mails_the_link_and_tells_nobody_who_has_credit(open_shop: Shop) -> None:
    top_up(open_shop)
    other = open_shop.app.test_client()
    fields = hidden(other, "/nl/wallet/recover")

    answers = [
        other.post("/nl/wallet/recover", data=fields | {"email": email})
        for email in (MAIL, "somebody@else.example")
    ]
    open_shop.work()

    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1
    assert len(mails(open_shop)) == 2  # the receipt, and one with the link
    assert re.search(r"wallet/open/[0-9a-f]{32}", mails(open_shop)[1].replace("=\n", ""))


def test_recovery_is_limited(open_shop: Shop) -> None:
    fields = hidden(open_shop.browser, "/nl/wallet/recover") | {"email": MAIL}

    statuses = [open_shop.browser.post("/nl/wallet/recover", data=fields).status_code for _ in range(6)]

    assert statuses == [303] * 5 + [429]


def test_a_new_link_ends_the_old_one(open_shop: Shop) -> None:
    top_up(open_shop)
    old = re.findall(r"wallet/open/([0-9a-f]{32})", mails(open_shop)[0].replace("=\n", ""))[0]

    page = open_shop.browser.post("/nl/wallet/link", data=hidden(open_shop.browser, "/nl/wallet"))

    assert page.status_code == 200
    assert open_shop.browser.get(f"/nl/wallet/open/{old}").status_code == 404
    new = re.findall(r"wallet/open/([0-9a-f]{32})", page.get_data(as_text=True))[0]
    assert open_shop.browser.get(f"/nl/wallet/open/{new}").status_code == 200
    assert "€ 5" in open_shop.browser.get("/nl/wallet").get_data(as_text=True)


def test_the_statement_and_its_csv_show_the_top_up(open_shop: Shop) -> None:
    top_up(open_shop)

    page = open_shop.browser.get("/en/wallet/statement").get_data(as_text=True)
    sheet = open_shop.browser.get("/en/wallet/statement.csv").get_data(as_text=True)

    assert "Topped up" in page
    assert "5.00,5.00,EUR" in sheet


def test_without_a_wallet_there_is_no_statement(open_shop: Shop) -> None:
    for address in ("/nl/wallet/statement", "/nl/wallet/statement.csv", "/nl/wallet/open/" + "0" * 32):
        assert open_shop.browser.get(address).status_code == 404
