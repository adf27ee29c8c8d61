"""A guest's way to whole recordings in a real browser: top up, hear, hear again for nothing, run out, top up, go on."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_pages import AXE, RULES

pytestmark = pytest.mark.browser

PATIENT_LOOKS = 90
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def context(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    options = {"base_url": site.address, "locale": "nl-NL", "reduced_motion": "reduce", "bypass_csp": True}
    with browsers.visiting(chromium, **(options | request.param)) as opened:
        yield opened


@pytest.fixture
def plain(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    options = {"base_url": site.address, "locale": "nl-NL", "java_script_enabled": False}
    with browsers.visiting(chromium, **options) as opened:
        yield opened


def test_a_guest_hears_the_whole_in_place_and_again_for_nothing(context: BrowserContext) -> None:
    page = context.new_page()
    open_recording(page)
    browsers.follow(page.locator(".player__whole a.btn"))
    check(page, "listen-without-credit")
    browsers.follow(page.locator("#listen a.btn"))
    top_up(page)
    check(page, "receipt")
    browsers.follow(page.locator("main a.btn").first)
    expect(page).to_have_url(re.compile(r"/listen$"))

    browsers.follow(page.locator(".narrow > p > a").first)
    check(page, "player-offered")
    box = page.locator(".player__whole input[name=consent]")
    expect(box).not_to_be_checked()
    box.check()
    page.locator(".player__whole button").click()
    expect(page.locator("[data-whole-said]")).not_to_be_empty()
    assert_whole_plays(page)
    check(page, "player-open")

    page.reload()
    expect(page.locator(".player__whole form")).to_have_count(0)
    page.locator(".player__btn").click()
    assert_whole_plays(page)
    page.goto("/nl/my/listening")
    expect(page.locator("tbody tr")).to_have_count(1)
    check(page, "my-listening")
    page.goto("/nl/wallet")
    expect(page.locator("main .lead")).to_contain_text("4,75")


def test_who_runs_out_of_credit_is_led_to_it_and_back(context: BrowserContext) -> None:
    page = context.new_page()
    open_recording(page)
    page.goto("/nl/wallet")
    top_up(page)
    spend_all(page)

    open_recording(page)
    browsers.follow(page.locator(".player__whole a.btn"))
    expect(page.locator("#listen")).to_be_visible()
    page.goto("/nl/day-pass")
    check(page, "day-pass-order")
    page.go_back()
    browsers.follow(page.locator("#listen a.btn"))
    top_up(page)
    browsers.follow(page.locator("main a.btn").first)
    browsers.follow(page.locator("#listen button"))

    expect(page).to_have_url(re.compile(r"#player$"))
    page.locator(".player__btn").click()
    assert_whole_plays(page)


def test_without_script_the_same_form_leads_back_to_the_player(plain: BrowserContext) -> None:
    page = plain.new_page()
    page.goto("/nl/wallet")
    top_up(page)
    open_recording(page)
    page.locator(".player__whole input[name=consent]").check()

    browsers.follow(page.locator(".player__whole button"))

    sound = page.locator(".player audio").get_attribute("src") or ""
    assert sound.startswith("/sound/")
    heard = page.request.get(sound, headers={"Range": "bytes=0-1023"})
    assert (heard.status, len(heard.body())) == (206, 1024)


def test_a_guest_buys_a_day_pass_without_credit_and_hears_with_it(plain: BrowserContext) -> None:
    page = plain.new_page()
    open_recording(page)
    recording = page.url
    browsers.follow(page.locator(".player__whole a.btn"))
    browsers.follow(page.locator("#pass a[href$='/day-pass']"))
    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page.locator("#email-error, #consent-error")).to_have_count(2)
    page.locator("#email").fill("gast@huis.example")
    page.locator("#consent").check()
    browsers.follow(page.locator("main form button[type=submit]"))
    browsers.follow(page.locator("button[value=ideal]"))
    browsers.await_still(page, "main p[role=status] strong")

    page.goto(recording)
    browsers.follow(page.locator(".player__whole button"))

    sound = page.locator(".player audio").get_attribute("src") or ""
    assert page.request.get(sound, headers={"Range": "bytes=0-1023"}).status == 206


def open_recording(page: Page) -> None:
    """Open a recording whose whole can be heard; the site makes the sound of a few ready when it has started."""
    for _ in range(PATIENT_LOOKS):
        page.goto("/nl/search?kind=recording&reuse=direct&q=Late+dienst")
        for address in addresses_of(page):
            page.goto(address)
            if page.locator(".player__whole").count():
                return
        page.wait_for_timeout(1000)
    pytest.fail("no recording can be heard whole")


def addresses_of(page: Page) -> list[str]:
    links = page.locator(".card h2 a, .card h3 a").all()
    return list(dict.fromkeys(str(link.get_attribute("href")).split("?")[0] for link in links))


def top_up(page: Page) -> None:
    """Fill in the form of the wallet's page and pay with the sandbox."""
    page.locator("label.choice:has(input[value='500'])").click()
    if page.locator("#email").count():
        page.locator("#email").fill("gast@huis.example")
    browsers.follow(page.locator("#top-up button[type=submit]"))
    browsers.follow(page.locator("button[value=ideal]"))
    browsers.await_still(page, "#credit")


def spend_all(page: Page) -> None:
    """Buy copies of two other recordings, which is all that the least of the top-ups is good for."""
    page.goto("/nl/search?kind=recording&reuse=direct&q=Op+de+bok")
    bought = 0
    for address in addresses_of(page):
        page.goto(f"{address}/listen")
        if bought == 2 or not page.locator("#download button").count():
            continue
        bought += 1
        if page.locator("#consent-download").count():
            page.locator("#consent-download").check()
        browsers.follow(page.locator("#download button"))
        expect(page.locator("#download a[href^='/copies/']")).to_be_visible()


def assert_whole_plays(page: Page) -> None:
    page.wait_for_function(
        "() => { const a = document.querySelector('.player audio');"
        " return a.src.includes('/sound/') && a.currentTime > 0.2 && a.duration > 0; }"
    )
    assert page.evaluate("() => document.querySelector('.player audio').duration") > 31


def check(page: Page, name: str) -> None:
    """Photograph the page where SCREENSHOTS names a folder, and let axe look at it, which needs script."""
    folder = os.environ.get("SCREENSHOTS")
    width = (page.viewport_size or {"width": 0})["width"]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{scheme}-{width}.png", full_page=True)
        if AXE.exists():
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate(
                "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
                "v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | ')))",
                RULES,
            )
            assert found == [], f"{name}, {scheme}"
    page.emulate_media(color_scheme="light")
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
