"""A licence in a real browser: bought, renewed by its licensee, revoked by staff, and what the public check says."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_buying import PAID, fill_in_the_order

pytestmark = pytest.mark.browser

YEAR = "use=documentary&territory=netherlands&term=1_year&duration=30s"
CODE = re.compile(r"[2-9B-Z]{4}-[2-9B-Z]{4}-[2-9B-Z]{4}")


def test_a_licence_is_renewed_and_another_one_revoked(page: Page, chromium: Browser, site: Site) -> None:
    page.goto("/nl/search?reuse=direct&kind=recording")
    browsers.follow(page.locator(".card h2 a, .card h3 a").first)
    page.goto(f"{page.url.partition('?')[0]}/order?{YEAR}")
    fill_in_the_order(page)
    browsers.follow(page.locator("button[value=ideal]"))
    browsers.await_still(page, PAID)
    old = code_on(page)

    browsers.follow(page.locator("a[href*='/renewals/']").first)
    renewal = page.locator("form[aria-labelledby=renewal-heading]")
    renewal.locator("#renewal-consent").check()
    renewal.locator("#renewal-terms").check()
    browsers.follow(renewal.locator("button[type=submit]"))
    browsers.follow(page.locator("button[value=ideal]"))
    browsers.await_still(page, PAID)
    new = code_on(page)
    number = page.locator(".ticket__stub dd").first.inner_text()

    assert new != old
    page.goto(f"/nl/licences/{old}")
    expect(page.locator("main")).to_contain_text(number)
    page.goto(f"/nl/licences/{new}")
    before = page.locator("h1").inner_text()

    revoke(chromium, site, number)

    page.reload()
    expect(page.locator("h1")).not_to_have_text(before)
    expect(page.locator("main")).not_to_contain_text("Studio Lek")
    expect(page.locator("main")).not_to_contain_text("gebruikt in reclame")


def code_on(page: Page) -> str:
    found = CODE.search(page.locator(".ticket__stub").first.inner_text())
    assert found
    return found[0]


def revoke(chromium: Browser, site: Site, number: str) -> None:
    """Sign in as the staff of the desk and revoke a licence."""
    address, password = site.password_of("licensing")
    with browsers.visiting(chromium, base_url=site.address, locale="nl-NL") as context:
        desk = context.new_page()
        desk.goto("/nl/sign-in")
        desk.locator("#email").fill(address)
        desk.locator("#password").fill(password)
        browsers.follow(desk.locator("form:has(#password) button[type=submit]"))
        desk.goto(f"/nl/desk/licences/{number}")
        desk.locator("#why").fill("gebruikt in reclame")
        browsers.follow(desk.locator("button[name=do][value=revoke]"))
        expect(desk.locator("[role=status]")).to_be_visible()
