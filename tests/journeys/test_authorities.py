"""Staff in a real browser: two people made one and two again, and the queue of what may be double by its keys."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window, window
from tests.journeys.test_staff import sign_in

__all__ = ["window"]  # the fixture of all pages

pytestmark = pytest.mark.browser

SAVE = "form[novalidate] button[type=submit]"


def test_two_people_become_one_and_two_again(page: Page, site: Site, chromium: Browser) -> None:
    sign_in(page, site, "cataloguer")
    name = somebody(page)
    misprint = f"{name}z"
    add(page, misprint, born="1926")
    gone = pid_of(page)
    page.keyboard.press("m")
    page.wait_for_url(re.compile("/desk/merge/agent/"))
    page.locator("#q").fill(name)
    browsers.follow(page.locator("main form[role=search] button"))
    browsers.follow(page.locator(".qrow h3 a", has_text=re.compile(f"^{re.escape(name)}$")))
    browsers.follow(page.locator("a[data-key=x]"))
    expect(page.locator(".side").first).to_contain_text(name)
    expect(page.locator(".side").last).to_contain_text(misprint)
    kept = page.url.split("/agent/")[1].split("?")[0]
    page.locator("#comment").fill("een zetfout")

    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page.locator("[role=status]")).to_be_visible()
    outcome = page.url
    with browsers.visiting(chromium, base_url=site.address) as context:
        visitor = context.new_page()
        visitor.goto(f"/id/{gone}")
        expect(visitor).to_have_url(re.compile(f"/people/{kept}$"))
        expect(visitor.locator("main")).to_contain_text(misprint)

        browsers.follow(page.locator("main form button[type=submit]"))
        expect(page.locator("h1")).not_to_have_text("")
        assert visitor.goto(f"/id/{gone}").status == 404  # on no public entry, as before
    page.goto(f"/nl/desk/people/{gone}")
    expect(page.locator("#born")).to_have_value("1926")
    page.goto(outcome)
    expect(page.locator("main form button[type=submit]")).to_have_count(0)


def test_what_may_be_double_is_decided_by_keys(page: Page, site: Site) -> None:
    sign_in(page, site, "cataloguer")
    for name in ("Archibald Kwartel", "Archibald Kwartell"):
        add(page, name)
    look_again(page, "Archibald Kwartel")
    row = page.locator(".qrow h3 a", has_text="Archibald")
    browsers.follow(row)

    with browsers.leaving(page):
        page.keyboard.press("d")
    expect(row).to_have_count(0)
    with browsers.leaving(page):
        page.keyboard.press("z")
    expect(row).to_have_count(1)
    with browsers.leaving(page):
        page.keyboard.press("m")
    with browsers.leaving(page):
        page.keyboard.press("s")
    page.goto("/nl/desk/duplicates")
    expect(row).to_have_count(0)


def test_the_pages_of_names_are_accessible(window: Window, site: Site) -> None:
    page, lang = window.page, window.lang
    sign_in(page, site, "cataloguer")
    for name in ("Ferdinand Slagregen", "Ferdinand Slagreegen"):
        add(page, name, lang, born="1931")
    wrong = pid_of(page)
    look_again(page, "Ferdinand Slagreegen")
    for what, address in {
        "names": "people",
        "places": "places",
        "duplicates": "duplicates",
        "merges": "merges",
        "merge-choose": f"merge/agent/{wrong}",
        "name-new": "people/new",
        "place-new": "places/new",
    }.items():
        page.goto(f"/{lang}/desk/{address}")
        window.check(what)
    page.goto(f"/{lang}/desk/people?kind=person")
    browsers.follow(page.locator(".qrow h3 a").nth(1))
    window.check("name")
    page.goto(f"/{lang}/desk/places?kind=venue")
    browsers.follow(page.locator(".qrow h3 a").first)
    window.check("place")
    page.locator("#name").fill("")
    browsers.follow(page.locator(SAVE))
    window.check("place-errors")
    page.goto(f"/{lang}/desk/merge/agent/{wrong}")
    browsers.follow(page.locator(".qrow h3 a").first)
    window.check("merge")
    browsers.follow(page.locator("main form button[type=submit]"))
    window.check("merged")
    browsers.follow(page.locator("main form button[type=submit]"))
    window.check("merge-undone")


def somebody(page: Page) -> str:
    """Return the name of a person who is on a public entry, first name first."""
    page.goto("/nl/search?kind=recording")
    browsers.follow(page.locator(".card h2 a, .card h3 a").first)
    link = page.locator("main a[href*='/people/']").first
    browsers.follow(link)
    page.goto(page.url.replace("/nl/people/", "/nl/desk/people/"))
    return page.locator("#name").input_value()


def add(page: Page, name: str, lang: str = "nl", born: str = "") -> None:
    page.goto(f"/{lang}/desk/people/new")
    page.locator("#name").fill(name)
    page.locator("#born").fill(born)
    browsers.follow(page.locator(SAVE))
    expect(page.locator("[role=status]")).to_be_visible()


def pid_of(page: Page) -> str:
    return page.url.split("/people/")[1].split("?")[0]


def look_again(page: Page, name: str) -> None:
    """Ask for another look at all names, and wait until the queue holds one."""
    page.goto("/nl/desk/duplicates")
    browsers.follow(page.locator("form[action$='/look'] button"))
    for _ in range(150):  # a busy machine is given half a minute
        page.goto("/nl/desk/duplicates")
        if page.locator(".qrow h3 a", has_text=name).count():
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{name} does not come into the queue")
