"""The desk of money in a real browser: the bank, the inbox, the books, VAT, an order, reports, an experiment."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from archive import clock
from archive.db import db
from licensing import anomalies, bank_money, payments
from licensing.gateways.gateway import TRANSFER
from licensing.orders import Order
from tests import browsers
from tests.journeys import serving
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window
from tests.journeys.test_pages import window as window
from tests.journeys.test_staff import sign_in
from tests.licensing import bank, refunding, sales, stage
from tests.licensing.bank import Booked

pytestmark = pytest.mark.browser

PAGE = "http://localhost/nl/orders/x"
FEE = {"amount_minor": -250, "fee_minor": 0, "currency": "EUR", "type": "stripe_fee"}
EXPERIMENTS = "/en/desk/reports/experiments"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with an order of three days ago that is paid, two that wait for a transfer, and two odd things."""
    with serving.served(tmp_path_factory.mktemp("desk"), _fill) as small:
        yield small


def _fill() -> None:
    now = clock.now()
    entry = sales.entry_for_sale()
    refunding.pay(
        sales.placed([sales.line_for(entry, 10000)], moment=now - timedelta(days=3)), now - timedelta(days=3)
    )
    for minor in (20000, 30000):
        waiting = sales.placed([sales.line_for(entry, minor)], moment=now)
        payments.begin(waiting, now, return_url=PAGE, cancel_url=PAGE, provider=TRANSFER)
    stage.bought(stage.performance())
    anomalies.file("unbooked_line", "txn_1", now, **FEE)
    anomalies.file("paid_twice", "pay_1", now, order=_orders()[0].number)


def _orders() -> list[Order]:
    return list(db.session.scalars(select(Order).order_by(Order.id)))


def _awaited() -> tuple[str, str, str]:
    """Give the numbers of the two orders that wait for a transfer, and what the first is to be named by."""
    _paid, first, second = _orders()[:3]
    payment = bank_money.latest_transfer(first)
    assert payment
    told = first.number, second.number, str(payment.session_id)
    db.session.rollback()
    return told


def read_in(page: Page, folder: Path, number: str, *lines: Booked) -> None:
    """Hand the desk a statement of the bank."""
    file = folder / f"{number}.xml"
    file.write_bytes(bank.statement(lines, number=number))
    page.goto("/en/desk/transfers")
    page.locator("#file").set_input_files(file)
    browsers.follow(page.locator("form:has(#file) button"))
    expect(page.locator("main [role=status]")).to_be_visible()
    serving.work()
    page.goto("/en/desk/transfers")


def test_a_statement_pays_what_it_names_staff_place_the_rest_and_send_back_what_is_too_much(
    page: Page, site: Site, tmp_path: Path
) -> None:
    named, unnamed, reference = _awaited()
    lines = (
        Booked("252.00", reference, bank_reference="A1"),
        Booked("363.00", text="jazz", bank_reference="A2"),
    )
    sign_in(page, site, "licensing")
    read_in(page, tmp_path, "2026-230", *lines)

    browsers.follow(page.locator("form[action$='/place'] button", has_text=unnamed))
    serving.work()
    page.goto(f"/en/desk/orders/{unnamed}")
    expect(page.locator(".figures")).to_contain_text("Paid")

    page.goto("/en/desk/transfers")
    over = page.locator("article", has_text=named)
    expect(over).to_contain_text("€10.00")
    over.locator("input[name=why]").fill("Ten euro too much")
    browsers.follow(over.locator("button"))
    returning = page.locator("section:has(#back) article")
    expect(returning).to_contain_text("Ten euro too much")
    text = returning.locator("dd.num").last.inner_text()

    back = Booked("10.00", text=text, bank_reference="B1", is_credit=False)
    read_in(page, tmp_path, "2026-231", back)
    expect(page.locator("section:has(#back)")).to_have_count(0)
    expect(page.locator("section:has(#over)")).to_have_count(0)


def test_what_does_not_fit_is_put_right_by_its_button_or_by_a_reason(page: Page, site: Site) -> None:
    sign_in(page, site, "licensing")
    page.goto("/en/desk/inbox")
    rows = page.locator(".queue__list article")
    expect(rows).to_have_count(2)

    browsers.follow(page.locator("form[action$='/repair'] button"))
    expect(page.locator("main [role=status]")).to_be_visible()
    expect(rows).to_have_count(1)
    page.locator("#why").fill("Sent back by hand")
    browsers.follow(page.locator("form[action$='/done'] button"))

    expect(rows).to_have_count(0)
    page.locator("summary").click()
    expect(page.locator("details dl")).to_contain_text("Sent back by hand")


def test_the_books_of_a_past_day_do_not_know_what_came_later(page: Page, site: Site) -> None:
    sold_on = clock.day_here(_orders()[0].placed_at)
    db.session.rollback()
    sign_in(page, site, "licensing")
    page.goto("/en/desk/ledger")
    page.locator("#on").fill(sold_on.isoformat())
    browsers.follow(page.locator("form:has(#on) button:not([name])"))
    balance = page.locator("table", has_text="Income")
    expect(balance).to_contain_text("€100.00")
    expect(balance).to_contain_text("€21.00")

    page.locator("#on").fill((sold_on - timedelta(days=1)).isoformat())
    browsers.follow(page.locator("button[name=prove]"))

    expect(page.locator("table", has_text="€100.00")).to_have_count(0)
    expect(page.locator(".tag--direct", has_text="Holds").first).to_be_visible()
    expect(page.locator(".tag--late")).to_have_count(0)


def test_a_trial_is_planned_started_stopped_and_taken_along(page: Page, site: Site) -> None:
    sign_in(page, site, "licensing")
    page.goto(f"{EXPERIMENTS}/new")
    browsers.follow(page.locator("main form button"))
    page.locator("#title").fill("Packages above")
    page.locator("#hypothesis").fill("Who sees a package first buys more often.")
    page.locator("#a_label").fill("Packages first")
    page.locator("#b_label").fill("Questions first")
    browsers.follow(page.locator("main form button"))

    browsers.follow(page.locator("form[action$='/start'] button"))
    page.locator("#hours").fill("2.5")
    page.locator("#lessons-text").fill("Nobody came in a minute.")
    browsers.follow(page.locator("form[action$='/stop'] button"))

    expect(page.locator("main")).to_contain_text("Nobody came in a minute.")
    with page.expect_download() as download:
        page.locator("a[href$='.pdf']").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def test_the_pages_of_money_are_well_made(window: Window, site: Site) -> None:
    page, lang = window.page, window.lang
    anomalies.file("unbooked_line", "txn_2", clock.now(), **FEE)
    number = _orders()[0].number
    db.session.commit()
    sign_in(page, site, "licensing")
    for what, address in {
        "inbox": "inbox",
        "transfers": "transfers",
        "ledger": "ledger?prove=1",
        "ledger-wrong": "ledger?on=x",
        "vat": "vat",
        "orders": "orders",
        "order": f"orders/{number}",
        "performances": "performances",
        "performance-new": "performances/new",
        "reports": "reports",
        "demand": "reports/demand",
        "experiments": "reports/experiments",
        "experiment-new": "reports/experiments/new?method=turn",
        "experiment": "reports/experiments/1",
    }.items():
        page.goto(f"/{lang}/desk/{address}")
        window.check(f"money-{what}")
