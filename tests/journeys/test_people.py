"""Finding people: suggestions by keyboard, by pointer and without script; the pages of one person and of two."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window, window

__all__ = ["window"]

pytestmark = pytest.mark.browser


def type_slowly(page: Page, text: str, box: str = "#q") -> Locator:
    """Type as people do and wait for the list."""
    field = page.locator(box)
    field.click()
    field.press_sequentially(text, delay=30)
    options = page.locator("[role=option]")
    expect(options.first).to_be_visible()
    return options


def test_a_suggestion_is_chosen_by_keyboard(page: Page, site: Site) -> None:
    page.goto("/nl/")
    type_slowly(page, "terw")
    field = page.locator("#q")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("main [role=status].vh")).to_have_text(re.compile(r"\d+"))

    field.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("Joop Terwindt")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    with browsers.leaving(page):
        field.press("Enter")

    expect(page).to_have_url(re.compile(r"/nl/people/"))
    expect(page.locator("h1")).to_have_text("joop terwindt")


def test_a_suggestion_is_chosen_by_pointer_and_found_by_another_name(page: Page, site: Site) -> None:
    page.goto("/en/")
    options = type_slowly(page, "Wijngaarde, E")
    expect(page.locator("#q")).to_be_focused()

    browsers.follow(options.first)

    expect(page.locator("h1")).to_have_text("edgar wijngaarde")


def test_up_from_the_box_is_the_last_and_escape_closes_the_list(page: Page, site: Site) -> None:
    page.goto("/nl/")
    options = type_slowly(page, "terw")
    field = page.locator("#q")

    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    field.press("Escape")
    expect(page.locator("[role=listbox]").first).to_be_hidden()
    expect(field).to_have_value("terw")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("ArrowDown")
    expect(options.first).to_be_visible()


def test_enter_without_choosing_searches(page: Page, site: Site) -> None:
    page.goto("/nl/")
    type_slowly(page, "terw")

    with browsers.leaving(page):
        page.locator("#q").press("Enter")

    expect(page).to_have_url(re.compile(r"/nl/search\?.*q=terw"))


def test_an_answer_that_comes_late_is_not_shown(page: Page, site: Site) -> None:
    page.goto("/nl/")
    page.route("**/suggest*q=terw*", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.locator("#q").press_sequentially("terw", delay=10)
    page.wait_for_timeout(250)
    page.locator("#q").fill("hogend")

    expect(page.locator("[role=option]").first).to_contain_text("Hogendoorn")
    page.wait_for_timeout(800)
    expect(page.locator(".suggest__name", has_text=re.compile("^Joop Terwindt"))).to_have_count(0)
    expect(page.locator("[role=option]").first).to_contain_text("Hogendoorn")


def test_the_masthead_of_an_entry_suggests_too(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/nl/search?kind=recording&q=Blauw+uur")
    browsers.follow(page.locator(".card h2 a").first)

    browsers.follow(type_slowly(page, "hogend", "#find").first)

    expect(page.locator("h1")).to_have_text("lies hogendoorn")


def test_without_script_the_box_searches(chromium: Browser, site: Site) -> None:
    with browsers.visiting(chromium, base_url=site.address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/nl/")
        assert page.locator("[role=combobox]").count() == 0
        page.locator("#q").fill("terwindt")
        with browsers.leaving(page):
            page.locator("#q").press("Enter")

        expect(page.locator(".card").first).to_be_visible()


def test_from_a_line_up_to_a_person_to_everything_two_did_together(page: Page, site: Site) -> None:
    page.goto("/nl/search?kind=recording&q=Blauw+uur")
    browsers.follow(page.locator(".card h2 a").first)
    browsers.follow(page.locator("dl.facts").get_by_role("link", name="Joop Terwindt", exact=True).first)
    expect(page.locator("h1")).to_have_text("joop terwindt")
    times = page.locator(".company tbody tr").first
    number = times.locator("td .num").inner_text()

    browsers.follow(times.locator("a"))

    expect(page.locator("h1")).to_have_text(re.compile("^joop terwindt (en|and) "))
    expect(page.locator(".lead")).to_contain_text(number)
    expect(page.locator(".times > li")).to_have_count(int(number))


def test_somebody_is_found_within_the_company(page: Page, site: Site) -> None:
    page.goto("/nl/")
    browsers.follow(type_slowly(page, "wijngaarde").first)
    everybody = page.locator(".company tbody tr").count()
    field = page.locator("#name")
    field.fill("hogend")
    with browsers.leaving(page):
        field.press("Enter")

    expect(page.locator(".company tbody tr")).to_have_count(1)
    browsers.follow(page.locator(".within a"))
    expect(page.locator(".company tbody tr")).to_have_count(everybody)


def test_people_and_suggestions_are_accessible(window: Window) -> None:
    page, lang = window.page, window.lang
    page.goto(f"/{lang}/")
    type_slowly(page, "ter")
    page.locator("#q").press("ArrowDown")
    window.check("suggestions")
    with browsers.leaving(page):
        page.locator("#q").press("Enter")
    window.check("person")
    browsers.follow(page.locator(".company tbody a").first)
    window.check("pair")
