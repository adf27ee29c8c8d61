"""Money that goes back, in a real browser: staff give a part of an order back, a consumer withdraws from another."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from archive import clock
from archive.db import db
from archive.transactions import transaction
from licensing import orders, refund_sending, refunds
from licensing.delivery import Delivery
from licensing.orders import Order
from licensing.refunds import Refund
from tests import browsers
from tests.journeys import serving
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window
from tests.journeys.test_pages import window as window
from tests.journeys.test_staff import sign_in
from tests.licensing import refunding, sales
from tests.licensing.refunding import said

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A small site with two paid orders: one of a studio, one of a consumer who has got nothing yet."""
    with serving.served(tmp_path_factory.mktemp("till"), _fill) as small:
        yield small


def _fill() -> None:
    moment = clock.now()
    studio = sales.placed([sales.line_for(sales.entry_for_sale(), 10000)], moment=moment)
    refunding.pay(studio, moment)
    entry = sales.entry_for_sale("Halte Kade", "NR-0413")
    consumer = replace(sales.NOOR, organisation=None)
    private = sales.placed([sales.line_for(entry, 10000)], consumer, moment)
    refunding.pay(private, moment)
    db.session.execute(delete(Delivery))


def _order(nth: int) -> tuple[str, str]:
    """Number and link of the first or second order."""
    found = db.session.scalars(select(Order).order_by(Order.id)).all()[nth]
    told = found.number, orders.link_token(found)
    db.session.rollback()
    return told


def _arrive() -> None:
    """Let the provider say that every refund has arrived."""
    with transaction():
        for refund in db.session.scalars(select(Refund)).all():
            refunds.move(refund, refunds.RefundStatus.SENT, clock.now(), "handed to the provider")
            refund_sending.apply(refund.payment_id, [said(refund)], clock.now())


def test_staff_give_a_part_of_an_order_back(page: Page, site: Site) -> None:
    number, token = _order(0)
    sign_in(page, site, "licensing")
    page.goto("/en/desk/orders")
    browsers.follow(page.locator("table a", has_text=number))

    page.locator("#amount").fill("12,10")
    page.locator("#reason").fill("Too much was charged")
    browsers.follow(page.locator("form[action$='/refunds'] button"))
    expect(page.locator("main [role=status]")).to_be_visible()
    _arrive()
    page.reload()

    expect(page.locator("#refund-1")).to_contain_text("Arrived")
    expect(page.locator(".figures")).to_contain_text("€12.10")
    page.locator("#amount").fill("500")
    page.locator("#reason").fill("More than there is")
    browsers.follow(page.locator("form[action$='/refunds'] button"))
    expect(page.locator("[role=alert]")).to_contain_text("€108.90")
    expect(page.locator("#amount")).to_have_value("500")
    page.goto(f"/en/orders/{token}")
    expect(page.locator("#back + dl")).to_contain_text("€12.10 It has been paid back")


def test_a_consumer_withdraws_in_two_steps(page: Page, site: Site) -> None:
    _number, token = _order(1)
    page.goto(f"/en/orders/{token}")

    browsers.follow(page.locator("a[href$='/withdraw']"))
    browsers.follow(page.locator("form[action$='/withdraw'] button"))

    expect(page.locator("main [role=status]")).to_contain_text("noor@studio.example")
    page.goto(f"/en/orders/{token}")
    expect(page.locator("a[href$='/withdraw']")).to_have_count(0)
    expect(page.locator("#back + dl")).to_contain_text("It is being sent")


def test_the_pages_of_refunds_in_every_window(window: Window, site: Site) -> None:
    number, token = _order(0)
    for what, address in (("too-late", token), ("withdrawal", _order(1)[1])):
        window.page.goto(f"/{window.lang}/orders/{address}/withdraw")
        window.check(f"refunds-{what}")
    sign_in(window.page, site, "licensing")
    window.page.goto(f"/{window.lang}/desk/orders/{number}")
    window.check("refunds-desk")
