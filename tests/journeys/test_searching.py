"""Searching as people do it: filters, all values of one, widened questions, nothing found, the door before robots."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.journeys import test_pages
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window

pytestmark = pytest.mark.browser

window = test_pages.window  # every language, scheme and size that pages are looked at in

MANY = "/en/search?kind=recording&kind=image&reuse=direct"  # one value more than robots get


def test_pages_of_search_are_accessible(window: Window) -> None:
    for what, address in {
        "search-years": "search?from=1955&to=1960&kind=recording",
        "search-widened": "search?q=terwint",
        "search-some-words": "search?q=blauw+klokhuis+uur",
        "search-nothing": "search?q=blauw+uur&kind=collection&from=1990",
        "search-values": "search/values/person?q=trompet",
        "search-values-begun": "search/values/person?starts=jo",
        "search-door": MANY.removeprefix("/en/"),
    }.items():
        window.page.goto(f"/{window.lang}/{address}")
        window.check(what)


def test_filters_are_ticked_shown_and_taken_off(page: Page) -> None:
    page.goto("/en/search?q=trompet")
    everything = count_of(page)

    page.get_by_label("Recordings").check()
    page.get_by_label("Pictures").check()
    page.get_by_label(re.compile("^On request")).check()
    browsers.follow(page.get_by_role("button", name="Show results"))

    assert count_of(page) < everything
    expect(page.get_by_label("Recordings")).to_be_checked()
    expect(page.locator(".chip")).to_have_text(
        [re.compile(word) for word in ("Recordings", "Pictures", "On request")]
    )
    for _ in range(3):
        browsers.follow(page.locator(".chip").first)
    assert count_of(page) == everything


def test_somebody_far_down_is_found_in_the_list_of_all(page: Page) -> None:
    page.goto("/en/search")
    page.locator("summary", has_text="Person").click()
    browsers.follow(page.get_by_role("link", name=re.compile("^Show all .*Person$")))

    page.get_by_label("Look for a name in this list").fill("WIJNG")
    browsers.follow(page.locator(".values__find").get_by_role("button"))
    expect(page.locator(".value").first).to_contain_text("Wijngaarde")
    offered = page.locator(".value").first.inner_text()
    browsers.follow(page.locator(".value").first)

    name, count = re.split(r"\s+(?=\d+$)", offered)
    assert count_of(page) == int(count)
    expect(page.locator(".chip")).to_contain_text(name)
    expect(page.locator("input[name=person]:checked")).to_have_count(1)


def test_a_slip_of_the_pen_is_forgiven_and_another_spelling_offered(page: Page) -> None:
    page.goto("/en/search?q=terwint")

    expect(page.locator(".hint[role=status]")).to_contain_text("spelt nearly so")
    browsers.follow(page.get_by_role("link", name="terwindt", exact=True))

    expect(page.locator(".hint[role=status]")).to_have_count(0)
    expect(page.locator("h1")).to_contain_text("results for terwindt")


def test_the_beginning_of_a_word_finds_it(page: Page) -> None:
    page.goto("/en/search?q=terwi")

    expect(page.locator(".hint[role=status]")).to_contain_text("words that begin with “terwi”")
    assert count_of(page) > 0


def test_a_word_that_nobody_has_can_be_left_out(page: Page) -> None:
    page.goto("/en/search?q=blauw+klokhuis+uur")

    expect(page.get_by_text("No entry has the word “klokhuis”.")).to_be_visible()
    way = page.get_by_role("link", name=re.compile("^without “klokhuis”"))
    offered = int(re.findall(r"\d+", way.inner_text())[-1])
    browsers.follow(way)

    assert count_of(page) == offered
    expect(page.locator("#q")).to_have_value("blauw uur")


def test_nothing_found_shows_the_filter_that_stands_in_the_way(page: Page) -> None:
    page.goto("/en/search?q=blauw+uur&kind=collection")

    expect(page.locator("h1")).to_have_text("Nothing found")
    way = page.locator(".empty").get_by_role("link", name=re.compile("^Kind"))
    offered = int(re.findall(r"\d+", way.inner_text())[-1])
    browsers.follow(way)

    assert count_of(page) == offered > 0


def test_what_may_lie_outside_the_years_comes_last_and_what_has_no_date_is_a_click_away(page: Page) -> None:
    page.goto("/en/search?from=1955&to=1955&sort=oldest")
    cards = page.locator(".grid > *")

    page.locator(".grid__divider").scroll_into_view_if_needed()
    expect(page.locator(".grid__divider")).to_contain_text("outside 1955")
    expect(cards.first).to_have_class("card")
    undated = page.get_by_role("link", name=re.compile("^Undated"))
    offered = int(re.findall(r"\d+", undated.inner_text())[0])
    browsers.follow(undated)

    assert count_of(page) == offered
    expect(page.locator("#from")).to_have_value("")


@pytest.mark.parametrize("keeps_cookies", [True, False], ids=["with cookies", "without cookies"])
def test_a_stranger_with_many_filters_gets_on_with_one_press(
    chromium: Browser, site: Site, keeps_cookies: bool
) -> None:
    with browsers.visiting(chromium, base_url=site.address, locale="en-GB") as context:
        page = context.new_page()
        answer = page.goto(MANY)
        assert answer
        assert answer.status == 403

        if not keeps_cookies:
            context.clear_cookies()
        browsers.follow(page.get_by_role("button", name="Show the results"))

        assert count_of(page) > 0
        assert page.url == site.address + MANY


def count_of(page: Page) -> int:
    """Read the number of answers from the heading."""
    return int(page.locator("h1").inner_text().split()[0].replace(",", ""))
