"""Staff in a real browser: sign in, see what waits, edit, publish, withdraw, see orders, sign out."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser


def test_a_cataloguer_edits_publishes_and_withdraws(page: Page, site: Site, chromium: Browser) -> None:
    sign_in(page, site, "cataloguer")
    expect(page).to_have_url(re.compile(r"/nl/desk"))
    page.goto("/nl/desk?status=draft&q=Elshoudt")  # other journeys publish drafts, and leave some
    title = page.locator(".qrow h3 a").first.inner_text()
    browsers.follow(page.locator(".queue__detail a.btn", has_text=re.compile("Bewerk|Edit")))

    page.locator("#title").fill(f"{title} (nagekeken)")
    page.locator("#date").fill("voorjaar 1961")
    page.locator("#comment").fill("datum van de doos")
    browsers.follow(page.locator(".savebar button[value=saved]"))
    expect(page.locator(".notice [role=status]")).to_be_visible()
    expect(page.locator("h1")).to_have_text(f"{title} (nagekeken)")
    expect(page.locator("#date-understood")).to_contain_text("1961")

    pid = page.url.split("/entries/")[1].split("?")[0]
    browsers.follow(page.locator(".savebar button[value=published]"))
    browsers.follow(page.locator("main form .btn[type=submit]"))
    with browsers.visiting(chromium, base_url=site.address) as context:
        visitor = context.new_page()
        answer = visitor.goto(f"/nl/entries/{pid}")
        assert answer
        assert answer.status == 200

        page.goto(f"/nl/desk/entries/{pid}")
        page.locator("#reason").fill("Op verzoek van de erven")
        browsers.follow(page.locator("button[value=withdrawn]"))
        gone = visitor.goto(f"/nl/entries/{pid}")
        assert gone
        assert gone.status == 410
        expect(visitor.locator("main")).to_contain_text("Op verzoek van de erven")


def test_what_is_saved_is_found_within_seconds(page: Page, site: Site) -> None:
    sign_in(page, site, "cataloguer")
    page.goto("/nl/desk?status=published&q=Blauw")
    browsers.follow(page.locator(".queue__detail a.btn", has_text=re.compile("Bewerk|Edit")))
    page.locator("#description_en").fill("A quartz heliotrope stands on the piano.")
    browsers.follow(page.locator(".savebar button[value=published]"))
    browsers.follow(page.locator("main form .btn[type=submit]"))
    expect(page.locator(".notice [role=status]")).to_be_visible()

    for _ in range(150):  # a busy machine is given half a minute
        page.goto("/en/search?q=heliotrope")
        if page.locator(".card").count():
            break
        page.wait_for_timeout(200)

    assert page.locator(".card").count() == 1


def test_signing_out_ends_the_session_on_the_server(page: Page, site: Site) -> None:
    sign_in(page, site, "licensing")
    page.goto("/nl/desk/orders")
    expect(page.locator("h1")).to_be_visible()
    copied = page.context.cookies()

    browsers.follow(page.locator("form[action$='/sign-out'] button"))
    page.context.add_cookies(copied)
    page.goto("/nl/desk/orders")

    expect(page).to_have_url(re.compile("/nl/sign-in"))


def sign_in(page: Page, site: Site, role: str) -> None:
    address, password = site.password_of(role)
    page.goto("/nl/sign-in")
    page.locator("#email").fill(address)
    page.locator("#password").fill(password)
    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page).not_to_have_url(re.compile("sign-in"))
