"""A media buyer's way in a real browser: from the home page to the file and a licence that anybody can check."""

import re
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser

LOOKS = 200
PAY = "form[action$='/pay'] button:not([name=way])"
PAID = "a[href$='/licence.pdf']"  # on the page of an order: the job runner has read the payment and printed the licence


def test_a_buyer_finds_hears_licenses_pays_and_downloads(page: Page, site: Site, tmp_path: Path) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/nl/$"))

    page.locator("input[type=search]").fill("Blauw uur")
    with browsers.leaving(page):
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/nl/search\?q=Blauw"))
    browsers.follow(page.locator(".card a", has_text="Blauw uur").first)
    expect(page.locator("h1")).to_have_text("blauw uur")
    assert_the_fragment_plays(page)

    total = page.locator("[data-price=total]")
    expect(total).to_have_text("€ 218,41")
    page.locator(".choice:has([value=podcast])").click()
    expect(total).not_to_have_text("€ 218,41")
    page.locator(".choice:has([value=documentary])").click()
    expect(total).to_have_text("€ 218,41")
    browsers.follow(page.locator("button[formaction$='/order']"))

    fill_in_the_order(page)
    expect(page).to_have_url(re.compile(r"/pay/cs_test_"))
    assert re.search(r"no money moves", page.inner_text("body"), re.IGNORECASE)
    browsers.follow(page.locator("button[value=ideal]"))

    expect(page).to_have_url(re.compile(r"/nl/orders/"))
    browsers.await_still(page, PAID)
    assert_the_file_is_the_whole_recording(page, tmp_path)
    assert_the_licence_is_a_pdf(page, tmp_path)
    assert_anybody_can_check_the_licence(page)


@pytest.fixture
def plain_page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A page without script."""
    options = {"base_url": site.address, "java_script_enabled": False, "locale": "nl-NL"}
    with browsers.visiting(chromium, **options) as context:
        yield context.new_page()


def test_a_buyer_without_script_gets_as_far(plain_page: Page) -> None:
    page = plain_page
    page.goto("/nl/search?q=Blauw+uur")
    browsers.follow(page.locator(".card a", has_text="Blauw uur").first)
    page.locator(".choice:has([value=podcast])").click()
    browsers.follow(page.locator("#licence button.no-js"))
    expect(page.locator("input[type=radio][value=podcast]")).to_be_checked()

    browsers.follow(page.locator("button[formaction$='/order']"))
    fill_in_the_order(page)
    browsers.follow(page.locator("button[value=card]"))

    expect(page.locator("a[href*='/downloads/']").first).to_be_visible()


def test_a_declined_card_is_said_and_another_one_pays(page: Page) -> None:
    order_something(page)
    browsers.follow(page.locator("button[value=fail]"))
    expect(page.locator("[role=alert]")).to_be_visible()

    browsers.follow(page.locator("button[value=card]"))

    browsers.await_still(page, PAID)


def test_who_is_refused_by_the_bank_of_the_card_gets_nothing_and_can_try_again(page: Page) -> None:
    order_something(page)
    browsers.follow(page.locator("button[value=card_asks]"))
    browsers.follow(page.locator("button[value=refused]"))
    expect(page.locator("[role=alert]")).to_be_visible()
    browsers.follow(page.locator("a.back"))
    expect(page).to_have_url(re.compile(r"/nl/orders/"))
    expect(page.locator("a[href*='/downloads/']")).to_have_count(0)

    browsers.follow(page.locator(PAY))
    browsers.follow(page.locator("button[value=card_asks]"))
    browsers.follow(page.locator("button[value=confirmed]"))

    browsers.await_still(page, PAID)


def test_who_goes_away_comes_back_to_the_same_payment_and_a_late_success_delivers(page: Page) -> None:
    order_something(page)
    till = page.url
    browsers.follow(page.locator("a.back"))
    order = page.url
    expect(page.locator("a[href*='/downloads/']")).to_have_count(0)
    browsers.follow(page.locator(PAY))
    expect(page).to_have_url(till)

    pay_and_close_the_window(page, "ideal")

    await_by_looking_again(page, order, PAID)


def test_a_direct_debit_is_waited_for_and_when_it_bounces_the_order_can_be_paid_otherwise(
    page: Page, site: Site
) -> None:
    order_something(page)
    with banks_that_take(page, site, seconds=3):
        browsers.follow(page.locator("button[value=sepa_debit_fails]"))
        expect(page).to_have_url(re.compile(r"/nl/orders/"))
        expect(page.locator("a[href*='/downloads/']")).to_have_count(0)
        await_by_looking_again(page, page.url.partition("?")[0], ".notice--warn")

    browsers.follow(page.locator(PAY))
    browsers.follow(page.locator("button[value=ideal]"))

    browsers.await_still(page, PAID)


def test_a_transfer_is_explained_and_nothing_is_given_before_it_has_come(page: Page) -> None:
    open_order_form(page)
    fill_in(page)
    browsers.follow(page.locator("main form button[value=transfer]"))

    expect(page).to_have_url(re.compile(r"/nl/orders/"))
    expect(page.locator(".ticket dl")).to_contain_text("RF")
    expect(page.locator(".transfer__code svg")).to_be_visible()
    expect(page.locator("a[href*='/downloads/']")).to_have_count(0)


def test_a_refused_use_says_why(page: Page) -> None:
    page.goto("/nl/search?reuse=listen_only&kind=recording")
    browsers.follow(page.locator(".card h2 a, .card h3 a").first)

    expect(page.locator("#licence")).to_be_visible()
    expect(page.locator("#licence button[formaction]")).to_have_count(0)
    assert len(page.locator("#licence").inner_text()) > 60


def order_something(page: Page) -> None:
    open_order_form(page)
    fill_in_the_order(page)
    expect(page).to_have_url(re.compile(r"/pay/cs_test_"))


def open_order_form(page: Page) -> None:
    page.goto("/nl/search?reuse=direct&kind=recording&q=blues")
    if page.locator(".card").count() == 0:
        page.goto("/nl/search?reuse=direct&kind=recording")
    browsers.follow(page.locator(".card h2 a, .card h3 a").first)
    browsers.follow(page.locator("button[formaction$='/order']"))


def fill_in_the_order(page: Page) -> None:
    fill_in(page)
    browsers.follow(page.locator("main form button[type=submit]:not([name=way])"))


def fill_in(page: Page) -> None:
    page.locator("#name").fill("Noor Adriaanse")
    page.locator("#email").fill("noor@studio.example")
    page.locator("#organisation").fill("Studio Lek")
    page.locator("#project").fill("Slotscène")
    page.locator("#consent").check()
    page.locator("#terms").check()


def pay_and_close_the_window(page: Page, outcome: str) -> None:
    """Press a button of the payment page; where it leads is not followed."""
    answer = page.request.post(page.url, form={"outcome": outcome}, max_redirects=0)
    assert answer.status == 303


def await_by_looking_again(page: Page, address: str, showing: str) -> None:
    """Open a page again and again until it shows something."""
    for _ in range(LOOKS):
        page.goto(address)
        if page.locator(showing).count():
            return
        page.wait_for_timeout(300)
    pytest.fail(f"{address} never showed {showing}")


@contextmanager
def banks_that_take(page: Page, site: Site, seconds: int) -> Iterator[None]:
    """Let banks decide on a direct debit after so long."""
    server, port = site.address.rsplit(":", 1)
    script = f"{server}:{int(port) + 1}/_sandbox/behaviour"
    assert page.request.post(script, data={"settle_seconds": seconds}).ok
    try:
        yield
    finally:
        assert page.request.post(script, data={}).ok


def assert_the_fragment_plays(page: Page) -> None:
    page.locator(".player__btn").click()
    expect(page.locator("[data-player].is-playing")).to_be_visible()
    expect(page.locator("[data-time]")).not_to_have_text("0:00")
    page.locator(".player__btn").click()


def assert_the_file_is_the_whole_recording(page: Page, folder: Path) -> None:
    with page.expect_download() as waiting:
        page.locator("a[href*='/downloads/']").first.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    with wave.open(str(file)) as sound:
        assert sound.getnframes() / sound.getframerate() > 31


def assert_the_licence_is_a_pdf(page: Page, folder: Path) -> None:
    with page.expect_download() as waiting:
        page.locator(PAID).click()
    waiting.value.save_as(folder / "licence.pdf")
    assert (folder / "licence.pdf").read_bytes().startswith(b"%PDF-")


def assert_anybody_can_check_the_licence(page: Page) -> None:
    browsers.follow(page.locator("a[href*='/licences/']").first)
    expect(page).to_have_url(re.compile(r"/nl/licences/[2-9B-Z]{4}-"))
    text = page.inner_text("main")
    assert "Blauw uur" in text
    assert "Studio Lek" not in text
