"""Two browsers, or two presses, at the very moment at which an order is placed or its payment begun."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from archive import clock
from archive.db import db
from archive.transactions import transaction
from licensing import orders, payments
from licensing.gateways.gateway import STRIPE, TRANSFER
from licensing.orders import Order, OrderStatus
from licensing.payments import OPEN, Payment
from tests.licensing import sales, shop
from tests.licensing.shop import Shop

HANDS = 6
PAGE = "http://localhost/orders/here"
Answer = tuple[int, str]


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[Shop]:
    with shop.opened(tmp_path) as opened:
        yield opened


@pytest.fixture
def order(open_shop: Shop) -> Order:
    """An order of which nobody has pressed the button yet."""
    with transaction():
        return sales.placed([sales.line_for(open_shop.entry)], moment=clock.now())


def at_once(act: Callable[[int], Any], hands: int = HANDS) -> list[Any]:
    """Let so many threads do something at the same moment; return what came of it."""
    together = threading.Barrier(hands)

    def work(number: int) -> Any:
        together.wait()
        return act(number)

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(lambda number: Context().run(work, number), range(hands)))


def press(open_shop: Shop, address: str, form: dict[str, str]) -> Answer:
    """Send a form from a browser of its own, with the session of the shop's."""
    session = open_shop.browser.get_cookie("session")
    browser = open_shop.app.test_client()
    if session is not None:
        browser.set_cookie("session", session.value)
    answer = browser.post(address, data=form)
    return answer.status_code, answer.headers.get("Location", "")


def pay_address(order: Order) -> str:
    return f"/nl/orders/{orders.link_token(order)}/pay"


def token_of(open_shop: Shop) -> dict[str, str]:
    return {"csrf_token": open_shop.fill_in()["csrf_token"]}


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_first_clicks_at_once_lead_to_one_payment_page(open_shop: Shop, order: Order) -> None:
    address, form = pay_address(order), token_of(open_shop)
    db.session.rollback()

    answers = set(at_once(lambda _number: press(open_shop, address, form)))

    assert len(answers) == 1
    status, page = answers.pop()
    assert (status, page.startswith(open_shop.sandbox.base_url)) == (303, True)
    assert (count(Payment), open_shop.the_payment().session_url) == (1, page)


def test_an_order_form_sent_many_times_at_once_is_one_order(open_shop: Shop) -> None:
    form = open_shop.fill_in()

    answers = set(at_once(lambda _number: press(open_shop, open_shop.order_address(), form)))

    assert len(answers) == 1
    assert answers.pop()[0] == 303
    assert (count(Order), count(Payment)) == (1, 1)


def test_clicks_at_once_on_both_ways_of_paying_leave_one_of_them_open(open_shop: Shop, order: Order) -> None:
    order_id = order.id
    db.session.rollback()

    def choose(number: int) -> str:
        with open_shop.app.app_context(), transaction():
            found = db.session.get_one(Order, order_id)
            way = (STRIPE, TRANSFER)[number % 2]
            return payments.begin(found, clock.now(), return_url=PAGE, cancel_url=PAGE, provider=way)

    assert len(at_once(choose)) == HANDS

    db.session.rollback()
    left = db.session.scalars(select(Payment).where(Payment.status.in_(OPEN))).all()
    assert len(left) == 1
    assert open_shop.the_order().status is OrderStatus.AWAITING_PAYMENT


def test_who_clicks_while_the_money_is_being_booked_is_asked_for_no_more(
    open_shop: Shop, order: Order
) -> None:
    order_id, address, form = order.id, pay_address(order), token_of(open_shop)
    db.session.rollback()
    is_booking = threading.Event()

    def book() -> Answer:
        with open_shop.app.app_context(), transaction():
            sales.pay(db.session.get_one(Order, order_id), clock.now())
            is_booking.set()
            time.sleep(0.3)  # the other one comes in, and waits
        return 200, "booked"

    def click() -> Answer:
        is_booking.wait()
        return press(open_shop, address, form)

    _booked, (status, page) = at_once(lambda number: (book, click)[number](), hands=2)

    assert (status, page.endswith(address.removesuffix("/pay"))) == (303, True)
    assert count(Payment) == 0
    assert open_shop.the_order().status is OrderStatus.PAID
