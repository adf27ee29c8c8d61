"""Staff in a real browser: many entries changed and changed back, and one entry set back to what it said."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window
from tests.journeys.test_pages import window as window
from tests.journeys.test_staff import sign_in

pytestmark = pytest.mark.browser

LINE = f"Fotocollectie van de nacht {time.time_ns()}"  # another one at each run against the same site


def test_entries_are_ticked_by_keys_changed_and_changed_back(page: Page, site: Site) -> None:
    sign_in(page, site, "cataloguer")
    page.goto("/en/desk?status=published")
    titles = page.locator(".qrow h3 a").all_inner_texts()[:2]
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("input[name=entry]:checked")).to_have_count(2)
    with browsers.leaving(page):
        page.keyboard.press("b")

    expect(page.locator("h1")).to_have_text("Change 2 entries together")
    fill_in_a_line(page)
    assert sorted(page.locator(".batch__row h3").all_inner_texts()) == sorted(titles)
    expect(page.locator(".batch__row ins")).to_have_text([LINE, LINE])
    browsers.follow(page.locator("form[action$='/apply'] button"))
    browsers.await_still(page, "form[action$='/undo']")
    expect(page.locator("aside h2")).to_have_text("Done")

    address = page.url
    page.goto(f"/en/desk?status=published&q={titles[0].split()[0]}")
    page.goto(address)
    browsers.follow(page.locator("form[action$='/undo'] button"))
    browsers.await_still(page, "aside:has-text('2 entries say again what they said.')")


def test_all_that_match_are_changed_and_a_later_edit_stands(page: Page, site: Site) -> None:
    sign_in(page, site, "cataloguer")
    page.goto("/en/search?kind=image")
    browsers.follow(page.locator("a[href*='/desk/batches/new']"))
    total = number_in(page.locator("h1").inner_text())
    fill_in_a_line(page)
    browsers.await_still(page, "form[action$='/apply']")
    browsers.follow(page.locator("form[action$='/apply'] button"))
    browsers.await_still(page, "form[action$='/undo']")
    expect(page.locator(".figures dd").first).to_have_text(str(total))
    expect(page.locator(".figures dd")).to_have_count(1)
    batch = page.url

    browsers.follow(page.locator(".batch__row h3 a").first)
    browsers.follow(page.locator("form.restore button"))
    page.goto(batch)
    browsers.follow(page.locator("form[action$='/undo'] button"))
    browsers.await_still(page, "aside:has-text('Of one a later edit stands.')")
    browsers.follow(page.locator(".tabs a", has_text="A later edit stands"))
    expect(page.locator(".batch__row")).to_have_count(1)


def test_a_version_is_compared_and_restored(page: Page, site: Site) -> None:
    sign_in(page, site, "cataloguer")
    page.goto("/en/desk?status=draft")
    browsers.follow(page.locator(".queue__detail a.btn").first)
    before = page.locator("#title").input_value()
    page.locator("#title").fill(f"{before} by mistake")
    browsers.follow(page.locator(".savebar [value=saved]"))
    browsers.follow(page.locator("a[href$='/history']"))

    expect(page.locator(".changes ins").first).to_contain_text("by mistake")
    browsers.follow(page.locator("form.restore button"))
    expect(page.locator("[role=status]")).to_contain_text("is back, as a new version")
    page.goto(page.url.partition("/history")[0])
    expect(page.locator("#title")).to_have_value(before)


def test_the_pages_are_accessible(window: Window, site: Site) -> None:
    page = window.page
    sign_in(page, site, "admin")
    page.goto(f"/{window.lang}/desk?status=published")
    window.check("desk-ticks")
    browsers.follow(page.locator("a[href*='all=list']"))
    page.locator("#group-replace summary").click()
    window.check("batch-new")
    browsers.follow(page.locator("#group-replace button"))
    window.check("batch-errors")
    page.locator("#replace_find").fill("a")
    page.locator("#replace_with").fill("aa")
    browsers.follow(page.locator("#group-replace button"))
    browsers.await_still(page, "form[action$='/drop']")
    window.check("batch-preview")
    browsers.follow(page.locator("form[action$='/drop'] button"))
    window.check("batches")
    page.goto(f"/{window.lang}/desk?status=published")
    browsers.follow(page.locator(".queue__detail a.btn").first)
    browsers.follow(page.locator("a[href$='/history']"))
    window.check("history")


def fill_in_a_line(page: Page) -> None:
    page.locator("#group-set summary").click()
    page.locator("#set_field").select_option("credit_line")
    page.locator("#set_text").fill(LINE)
    browsers.follow(page.locator("#group-set button"))


def number_in(text: str) -> int:
    found = re.search(r"\d+", text.replace(",", ""))
    assert found
    return int(found[0])
