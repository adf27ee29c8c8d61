"""Staff and a rights holder in a real browser: a period is closed, a statement read by its link, a payment recorded."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from archive import clock
from archive.db import db
from licensing import statement_links
from tests import browsers
from tests.journeys import serving
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window
from tests.journeys.test_pages import window as window
from tests.journeys.test_staff import sign_in
from tests.licensing.royalties import agree, holder, played_by, sell

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A small site of which the day before yesterday is to be told: one holder known, one not."""
    with serving.served(tmp_path_factory.mktemp("books"), _fill) as small:
        yield small


def _fill() -> None:
    moment = clock.now() - timedelta(days=2)
    wim = holder()
    agree(wim, moment)
    for title in ("Blauw uur", "Halte Kade"):
        sell(played_by(wim, title), 20000, moment)
    sell(played_by(None, "Wees"), 10000, moment)


def told() -> str:
    """The period that the journey closes: thirty days up to yesterday."""
    last = clock.now().date() - timedelta(days=1)
    return f"{last - timedelta(days=30)}/{last}"


def link() -> str:
    token = statement_links.find_link_token(1)
    db.session.rollback()
    return f"/nl/royalties/{token}"


def test_a_period_is_closed_read_by_link_and_paid(page: Page, site: Site) -> None:
    sign_in(page, site, "licensing")
    page.goto("/en/desk/royalties")
    page.locator("#period").fill(told())
    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page.locator("tbody tr", has_text="Wim Bakboord")).to_contain_text("€160.00")

    browsers.follow(page.locator("form[action$='/close'] button"))
    serving.work()
    page.reload()
    browsers.follow(page.locator("form[action$='/approve'] button"))
    expect(page.locator("tbody tr", has_text="Wim Bakboord")).to_contain_text("€160.00")

    desk = page.url
    page.goto(link())
    browsers.follow(page.locator("tbody a"))
    expect(page.locator("tbody tr", has_text="Halte Kade")).to_contain_text("€ 80,00")
    with page.expect_download() as download:
        page.locator("a[href$='.pdf']").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")

    page.goto(desk)
    browsers.follow(page.locator("tbody a", has_text="Wim Bakboord"))
    page.locator("#bank_reference").fill("TRX 2026-11-1")
    browsers.follow(page.locator("form[action$='/payouts'] button"))
    expect(page.locator("#paid + dl")).to_contain_text("TRX 2026-11-1")
    expect(page.locator("form[action$='/payouts']")).to_have_count(0)


def test_the_pages_are_accessible(window: Window, site: Site) -> None:
    page, lang = window.page, window.lang
    sign_in(page, site, "licensing")
    for what, address in {
        "royalties": "",
        "royalty-preview": f"/period?period={date(2020, 1, 1)}/{date(2020, 3, 31)}",
        "royalty-wrong": "/period?period=x",
        "royalty-period": f"/period?period={told()}",
        "royalty-reserve": "/reserve",
        "royalty-party": "/parties/1",
    }.items():
        page.goto(f"/{lang}/desk/royalties{address}")
        window.check(what)
    browsers.follow(page.locator("a[href*='/licences/L']").first)
    window.check("royalty-licence")
    page.goto(f"/{lang}/desk/royalties/parties/1")
    browsers.follow(page.locator("a[href*='/statements/']").first)
    window.check("royalty-statement-desk")
    page.goto(re.sub("^/nl", f"/{lang}", link()))
    window.check("royalties-of-party")
    browsers.follow(page.locator("tbody a").first)
    window.check("royalty-statement")
