"""The licensing desk in a real browser: a request is worked by keyboard alone; the pages in all windows."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_helping import open_first
from tests.journeys.test_pages import Window, window  # noqa: F401 - the fixture
from tests.journeys.test_staff import sign_in

pytestmark = pytest.mark.browser


def ask(visitor: Page, title: str) -> str:
    """Send a request for a recording; return the address of the buyer's page."""
    pid = open_first(visitor, "recording")
    visitor.goto(f"/nl/entries/{pid}/request")
    visitor.locator("#title").fill(title)
    visitor.locator("#name").fill("Noor Adriaanse")
    visitor.locator("#email").fill("noor@studio.example")
    browsers.follow(visitor.locator("main form button[type=submit]").last)
    expect(visitor).to_have_url(re.compile("/requests/"))
    return visitor.url


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page."""
    with browsers.leaving(page):
        page.keyboard.press(key)


def test_a_request_is_worked_by_keyboard(page: Page, site: Site, chromium: Browser) -> None:
    title = f"Slotscène {time.time_ns()}"
    with browsers.visiting(chromium, base_url=site.address, locale="nl-NL") as context:
        visitor = context.new_page()
        theirs = ask(visitor, title)
        sign_in(page, site, "licensing")
        page.goto("/nl/desk/requests?order=newest")
        expect(page.locator(".qrow[aria-current]")).to_contain_text(title)

        events = page.locator(".past li").count()
        press(page, "t")
        expect(page.locator(".toast")).to_be_visible()
        expect(page.locator(".past li")).to_have_count(events + 1)
        press(page, "z")
        expect(page.locator(".past li")).to_have_count(events + 2)
        press(page, "a")
        expect(page.locator("#to")).to_have_value(re.compile(r"\d+"))

        row = page.locator(".qrow[aria-current] h3 a")
        number = page.locator(".qrow[aria-current]").get_attribute("id")
        row.focus()
        press(page, "Enter")
        page.keyboard.press("n")
        expect(page.locator("#note")).to_be_focused()
        page.keyboard.type("Bellen met de erven.")
        page.keyboard.press("Tab")
        press(page, "Enter")
        expect(page.locator(".talk li.note")).to_contain_text("Bellen met de erven.")

        page.keyboard.press("m")
        page.keyboard.type("Hoe lang duurt de scène?")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        press(page, "Enter")
        expect(page.locator(".talk li.us")).to_contain_text("Hoe lang duurt de scène?")
        expect(page).to_have_url(re.compile(f"{number}"))

        visitor.goto(theirs)
        expect(visitor.locator("main")).to_contain_text("Hoe lang duurt de scène?")
        expect(visitor.locator("main")).not_to_contain_text("erven")


def test_ticked_requests_are_done_together_and_keys_can_be_switched_off(
    page: Page, site: Site, chromium: Browser
) -> None:
    with browsers.visiting(chromium, base_url=site.address, locale="nl-NL") as context:
        visitor = context.new_page()
        for number in range(2):
            ask(visitor, f"Reeks {number}")
    sign_in(page, site, "licensing")
    page.goto("/nl/desk/requests?order=newest")

    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".qrow input:checked")).to_have_count(2)
    press(page, "t")
    expect(page.locator(".toast")).to_contain_text("2")
    press(page, "z")

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.locator("#keys [data-keys]").uncheck()
    page.keyboard.press("Escape")
    before = page.url
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert page.url == before


def test_the_pages_of_the_desk_are_in_order(window: Window, site: Site, chromium: Browser) -> None:  # noqa: F811
    with browsers.visiting(chromium, base_url=site.address, locale="nl-NL") as context:
        ask(context.new_page(), "Slotscène")
    page = window.page
    sign_in(page, site, "licensing")
    page.goto(f"/{window.lang}/desk/requests?order=newest")
    window.check("the queue")
    page.locator(".qrow h3 a").first.click()
    page.wait_for_url(re.compile(r"/requests/V"))
    window.check("a request")
    page.goto(f"/{window.lang}/desk/licences?tab=all")
    window.check("the register of licences")
