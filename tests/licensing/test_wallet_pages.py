"""Topping up as a guest, from the form to the credit in the head of the page; and what the pages of a wallet do."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive import clock
from archive.db import db
from archive.transactions import transaction
from licensing import ledger, refunds, wallet_checks, wallet_refunds
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.orders import Order, OrderStatus
from licensing.refunds import Refund, RefundStatus
from licensing.wallet import Wallet
from tests import counting, databases
from tests.licensing import wallets
from tests.licensing.shop import Shop

MAIL = "noor@studio.example"


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
    assert key not in databases.dumped()
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


def post(open_shop: Shop, address: str, page: str, **fields: str) -> TestResponse:
    return open_shop.browser.post(address, data=hidden(open_shop.browser, page) | fields)


def test_a_tip_from_credit_goes_to_the_archive(open_shop: Shop) -> None:
    top_up(open_shop)

    answer = post(open_shop, "/nl/tip", "/nl/tip", amount="2,50", how="credit")

    assert answer.status_code == 303
    assert the_wallet().balance_minor == 250
    assert ledger.balance(AccountKind.REVENUE, "EUR", "tip") == Money(-250, "EUR")


def test_a_tip_is_paid_directly_without_a_wallet_and_without_an_invoice(open_shop: Shop) -> None:
    answer = post(open_shop, "/nl/tip", "/nl/tip", amount="5", how="pay", email=MAIL)
    back = open_shop.pay(answer.headers["Location"])
    open_shop.browser.get(back)
    open_shop.work()

    page = open_shop.browser.get(back.partition("/return")[0]).get_data(as_text=True)
    assert ledger.balance(AccountKind.REVENUE, "EUR", "tip") == Money(-500, "EUR")
    assert "€ 5" in page
    assert ".pdf" not in page
    assert db.session.scalar(select(Wallet.id)) is None


# Lesson 21
def test_the_page_says_how_much_of_a_tip_arrives_and_what_three_euro_more_would_do(open_shop: Shop) -> None:
    page = open_shop.browser.get("/en/tip").get_data(as_text=True)

    assert "Of €2.00, 86% arrives." in page
    assert "add €3.00, and 94% arrives" in page


# Lesson 21
def test_the_share_of_the_fee_is_shown_before_somebody_tops_up(open_shop: Shop) -> None:
    page = " ".join(open_shop.browser.get("/en/wallet").get_data(as_text=True).split())

    assert "the payment provider keeps about 6–7% of €5, 3–4% of €10, 1–3% of €20." in page


@pytest.mark.parametrize("amount", ["1,99", "0", "-5", "500,01", "much", "2,005", "", "9" * 30])
def test_impossible_tips_are_shown_again(open_shop: Shop, amount: str) -> None:
    answer = post(open_shop, "/nl/tip", "/nl/tip", amount=amount, how="pay", email=MAIL)

    assert answer.status_code == 422
    assert db.session.scalar(select(Order.id)) is None


# Lesson 34
def test_unspent_credit_goes_back_and_is_taken_from_the_wallet_first(open_shop: Shop) -> None:
    top_up(open_shop)
    spend(125)

    answer = post(open_shop, "/nl/wallet/refund", "/nl/wallet/refund")
    assert answer.status_code == 303
    assert the_wallet().balance_minor == 0  # before the provider has heard of it
    open_shop.work()

    (refund,) = db.session.scalars(select(Refund))
    assert refund.amount_minor == 375
    assert refund.status in (RefundStatus.PENDING, RefundStatus.SUCCEEDED)
    assert ledger.balance(AccountKind.REFUND_CLEARING, "EUR") == Money(0, "EUR")
    assert wallet_checks.differences() == []


# Lesson 42
def test_a_refund_form_sent_twice_sends_the_credit_back_once(open_shop: Shop) -> None:
    top_up(open_shop)
    form = hidden(open_shop.browser, "/nl/wallet/refund")

    for _ in range(2):
        assert open_shop.browser.post("/nl/wallet/refund", data=form).status_code == 303
    open_shop.work()

    assert [refund.amount_minor for refund in db.session.scalars(select(Refund))] == [500]


# Lesson 10, 34
def test_credit_that_is_spent_cannot_go_back(open_shop: Shop) -> None:
    top_up(open_shop)
    spend(500)

    answer = post(open_shop, "/nl/wallet/refund", "/nl/wallet", form_key="k" * 22)

    assert answer.status_code == 409
    assert db.session.scalar(select(Refund.id)) is None


# Lesson 10
def test_a_refund_that_fails_restores_the_balance(open_shop: Shop) -> None:
    top_up(open_shop)
    post(open_shop, "/nl/wallet/refund", "/nl/wallet/refund")
    with transaction():
        (refund,) = db.session.scalars(select(Refund))
        refunds.move(refund, RefundStatus.SENT, clock.now(), "sent")
        refunds.move(refund, RefundStatus.FAILED, clock.now(), "the bank refused it")

    for _ in range(2):
        wallet_refunds.follow({})

    assert the_wallet().balance_minor == 500
    assert ledger.balance(AccountKind.REFUND_CLEARING, "EUR") == Money(0, "EUR")
    assert wallet_checks.differences() == []


# Lesson 10
def test_no_credit_can_be_bought_with_credit(open_shop: Shop) -> None:
    top_up(open_shop)

    address = begin(open_shop, amount="1000")

    assert "/pay/" in address  # a top-up leads to the payment page, whatever is in the wallet
    assert the_wallet().balance_minor == 500


def test_the_credit_is_counted_in_listens(open_shop: Shop) -> None:
    top_up(open_shop)

    assert "good for 20 listens" in open_shop.browser.get("/en/wallet").get_data(as_text=True)
    assert "<small>20 listens</small>" in head_of(open_shop, "/en/search")


def test_a_full_wallet_takes_no_more(open_shop: Shop) -> None:
    top_up(open_shop)
    with transaction():
        wallets.top_up(db.session.scalars(select(Wallet)).one(), 14_400, clock.now())

    form = hidden(open_shop.browser, "/nl/wallet") | {"amount": "500", "country": "NL"}
    answer = open_shop.browser.post("/nl/wallet/top-up", data=form)

    assert answer.status_code == 409


def spend(minor: int) -> None:
    """Use so much of the credit."""
    with transaction():
        wallets.listen(db.session.scalars(select(Wallet)).one(), f"spent {minor}", minor, clock.now())
