"""A guest in a real browser tops up, sees the credit, tips, reads the statement, has the link mailed; what fails."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from licensing.sandbox import process
from tests import browsers
from tests.journeys import serving
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window
from tests.journeys.test_pages import window as window
from tests.licensing.shop import SECRET

pytestmark = pytest.mark.browser

MAIL = "noor@studio.example"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with nothing in it but a till."""
    folder = tmp_path_factory.mktemp("till")
    with (
        process.running(folder / "sandbox", "http://127.0.0.1:9/nowhere", SECRET, pause=30) as sandbox,
        serving.served(
            folder, lambda: None, stripe_api_base=sandbox.base_url, stripe_webhook_secret=SECRET
        ) as small,
    ):
        yield small


def begin(page: Page, lang: str = "nl") -> None:
    """Fill in the form of a top-up; the payment page is next."""
    page.goto(f"/{lang}/wallet")
    page.locator(".choice:has([value='500'])").click()
    if page.locator("#email").count():
        page.locator("#email").fill(MAIL)
    browsers.follow(page.locator("#top-up button[type=submit]"))
    expect(page).to_have_url(re.compile(r"/pay/cs_test_"))


def top_up(page: Page, lang: str = "nl") -> None:
    """Top up and wait until the receipt says that the money is there."""
    begin(page, lang)
    browsers.follow(page.locator("button[value=ideal]"))
    serving.work()
    browsers.await_still(page, "#credit")


def test_a_guest_tops_up_tips_and_reads_the_statement(window: Window) -> None:
    page, lang = window.page, window.lang
    page.goto(f"/{lang}/wallet")
    window.check("wallet-empty")
    top_up(page, lang)
    window.check("wallet-receipt")
    expect(page.locator("main a[href*='/wallet/open/']")).to_be_visible()

    page.goto(f"/{lang}/wallet")
    expect(page.locator("main .lead .price")).to_contain_text("5")
    window.check("wallet")

    page.goto(f"/{lang}/tip")
    page.locator("#amount").fill("2,50")
    window.check("tip")
    browsers.follow(page.locator("button[value=credit]"))
    expect(page.locator("main [role=status]")).to_be_visible()
    expect(page.locator("main .lead .price")).to_contain_text("50")

    browsers.follow(page.locator("main a[href$='/wallet/statement']"))
    expect(page.locator("tbody tr")).to_have_count(3)
    window.check("wallet-statement")

    page.goto(f"/{lang}/wallet/refund")
    window.check("wallet-refund")
    browsers.follow(page.locator("main form button"))
    expect(page.locator("main .lead .price")).to_contain_text("0")


def test_a_payment_that_fails_can_be_tried_again_and_one_left_alone_gives_nothing(page: Page) -> None:
    begin(page)
    browsers.follow(page.locator("button[value=fail]"))
    browsers.follow(page.locator("a.back"))
    expect(page).to_have_url(re.compile(r"/nl/orders/"))
    expect(page.locator("#credit")).to_have_count(0)
    page.goto("/nl/wallet")
    expect(page.locator("main .lead .price")).to_contain_text("0")

    begin(page)
    page.goto("/nl/wallet")  # leaves the payment page open and goes away

    expect(page.locator("main .lead .price")).to_contain_text("0")
    top_up(page)
    page.goto("/nl/wallet")
    expect(page.locator("main .lead .price")).to_contain_text("5")


def test_a_lost_link_is_mailed_and_opens_the_credit(page: Page, site: Site) -> None:
    top_up(page)
    page.context.clear_cookies()
    page.goto("/nl/wallet/recover")
    page.locator("#email").fill(MAIL)
    browsers.follow(page.locator("main form button"))
    expect(page.locator("main [role=status]")).to_be_visible()
    serving.work()

    newest = max((site.data / "mail").glob("*.eml"), key=lambda path: path.name)
    keys = re.findall(r"/wallet/open/([0-9a-f]{32})", newest.read_text().replace("=\n", ""))
    page.goto(f"/nl/wallet/open/{keys[-1]}")
    browsers.follow(page.locator("main form button"))

    expect(page.locator("main .lead .price")).to_contain_text("5")
