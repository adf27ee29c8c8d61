"""A ticket above the least price, bought and opened in a real browser; the sheet of an artist by its link."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_clearing import look
from tests.journeys.test_staff import sign_in

pytestmark = pytest.mark.browser

SEEN_LATER, COMING = "De laatste trein", "Blauw uur, opnieuw gespeeld"
STREAM = "https://stream.de-knoop.example/laatste-trein"
TICKET = "a[href*='/tickets/']"


def test_a_viewer_pays_more_than_the_least_and_gets_the_stream_on_one_device(
    page: Page, site: Site, chromium: Browser
) -> None:
    buy(page, SEEN_LATER, "12,50")
    expect(page.locator("main")).to_contain_text("€ 12,50")
    browsers.follow(page.locator(TICKET))
    expect(page.locator("main")).not_to_contain_text(STREAM)

    browsers.follow(page.locator("main form button"))

    expect(page.locator(f"a[href='{STREAM}']")).to_be_visible()
    with browsers.visiting(chromium, base_url=site.address, locale="nl-NL") as other:
        elsewhere = other.new_page()
        elsewhere.goto(page.url)
        expect(elsewhere.locator("main")).not_to_contain_text(STREAM)
        browsers.follow(elsewhere.locator("main form button"))
        expect(elsewhere.locator(f"a[href='{STREAM}']")).to_be_visible()
    page.reload()
    expect(page.locator("main")).not_to_contain_text(STREAM)


def test_a_ticket_for_what_is_coming_shows_no_stream_yet(page: Page) -> None:
    buy(page, COMING, "7,50")
    browsers.follow(page.locator(TICKET))

    expect(page.locator("main form button")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("https://")


def test_less_than_the_least_is_said_at_its_field_and_what_was_typed_stays(page: Page) -> None:
    open_form(page, SEEN_LATER)
    fill_in(page, "5")
    browsers.follow(page.locator("main form button[type=submit]"))

    expect(page.locator("#pays-error")).to_be_visible()
    expect(page.locator("#email")).to_have_value("noor@example.org")


def test_an_artist_opens_the_sheet_by_its_link_without_an_account(
    page: Page, site: Site, chromium: Browser
) -> None:
    sign_in(page, site, "licensing")
    page.goto("/nl/desk/performances")
    browsers.follow(page.locator("table a", has_text=COMING))
    sheet = str(page.locator("a[href*='/deals/']").first.get_attribute("href"))
    desk = page.url.split("/nl/")[1]

    with browsers.visiting(chromium, base_url=site.address, locale="nl-NL") as visitor:
        artist = visitor.new_page()
        artist.goto(sheet)
        expect(artist.locator("h1")).to_have_text(COMING)
        expect(artist.locator("main")).to_contain_text("€ 600,00")  # the guarantee
    pages = {"deal": sheet.split("/nl/")[1]}
    look(chromium, site, pages, {"desk-performances": "desk/performances", "desk-performance": desk})


def test_the_pages_of_performances_are_well_made(page: Page, site: Site, chromium: Browser) -> None:
    page.goto("/nl/performances")
    browsers.follow(page.locator("main h3 a", has_text=COMING))
    entry = page.url.split("/nl/")[1]
    buy(page, SEEN_LATER, "7,50")
    order = page.url.split("/nl/")[1].split("?")[0]
    browsers.follow(page.locator(TICKET))
    pages = {
        "performances": "performances",
        "performance": entry,
        "ticket-form": entry.replace("entries", "performances") + "/ticket",
        "season-form": "performances/series/nachten",
        "ticket": page.url.split("/nl/")[1],
        "ticket-order": order,
    }

    look(chromium, site, pages)


def buy(page: Page, title: str, amount: str) -> None:
    open_form(page, title)
    fill_in(page, amount)
    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page).to_have_url(re.compile(r"/pay/cs_test_"))
    browsers.follow(page.locator("button[value=ideal]"))
    browsers.await_still(page, TICKET)


def open_form(page: Page, title: str) -> None:
    page.goto("/nl/performances")
    browsers.follow(page.locator("main h3 a", has_text=title))
    browsers.follow(page.locator("#offers a[href$='/ticket']"))


def fill_in(page: Page, amount: str) -> None:
    page.locator("#pays").fill(amount)
    page.locator("#name").fill("Noor Adriaanse")
    page.locator("#email").fill("noor@example.org")
    page.locator("#consent").check()
