"""The editor in a browser: dates understood while typing, names picked, drafts that survive, two editors, the last
look, and all of it by keyboard.
"""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, LocatorAssertions, Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window, window  # noqa: F401 - a fixture
from tests.journeys.test_staff import sign_in

pytestmark = pytest.mark.browser

KEPT = re.compile(r"\d\d?:\d\d")

Cookies = list[Any]


@pytest.fixture(scope="module")
def cookies(site: Site, chromium: Browser) -> Cookies:
    """Those of a cataloguer, who signs in once: too many attempts are refused."""
    with browsers.visiting(chromium, base_url=site.address) as context:
        sign_in(context.new_page(), site, "cataloguer")
        return list(context.cookies())


@pytest.fixture
def desk(page: Page, cookies: Cookies) -> Page:
    """A page of the cataloguer's."""
    page.context.add_cookies(cookies)
    return page


def test_a_new_entry_is_described_and_published_after_a_last_look(desk: Page) -> None:
    begin(desk, "session", "Nacht in de Kade")
    desk.locator("#date").fill("voorjaar 1961")
    expect(desk.locator("[data-understood=date]")).to_contain_text("1961")
    desk.locator("#date").fill("ooit")
    expect(desk.locator("[data-understood=date]")).to_have_class(re.compile("is-unclear"))
    desk.locator("#date").fill("14 maart 1958")

    pick(desk, "people-0-name", "hogend", "Lies Hogendoorn")
    desk.locator("#people-0-instrument").fill("tp")
    name = f"Wim Nieuweling {time.time_ns() % 1_000_000}"  # nobody yet, also when the site is kept
    pick(desk, "people-1-name", name, name).to_have_value("new:person")
    desk.locator("#people [data-add]").click()
    expect(desk.locator("[data-line] [name='people.name']")).to_have_count(4)

    browsers.follow(desk.locator(".savebar [value=published]"))
    expect(desk.locator(".changes")).to_contain_text("Nacht in de Kade")
    expect(desk.locator(".changes ins", has_text=name)).to_be_visible()
    browsers.follow(desk.locator("main form .btn[type=submit]"))

    expect(desk.locator("[role=status]").first).to_be_visible()
    expect(desk.locator(".tag--direct").first).to_be_visible()
    expect(desk.locator("#people-0-instrument")).not_to_have_value("tp")
    withdraw(desk)


def test_what_was_typed_waits_until_one_returns(desk: Page) -> None:
    pid = begin(desk, "work", "Half een gedachte")
    desk.locator("#description_nl").fill("Nog niet af")
    expect(desk.locator("[data-draft-said]")).to_have_text(KEPT)

    desk.goto("/nl/desk?status=draft")
    desk.goto(f"/nl/desk/entries/{pid}")

    expect(desk.locator("#description_nl")).to_have_value("Nog niet af")
    expect(desk.locator(".notice--warn")).to_be_visible()
    browsers.follow(desk.locator("button[form=discard]"))
    expect(desk.locator("#description_nl")).to_have_value("")


def test_a_draft_is_kept_when_one_leaves_at_once(desk: Page) -> None:
    pid = begin(desk, "work", "Meteen weg")
    desk.locator("#description_nl").fill("Snel getypt")
    browsers.follow(desk.locator(".crumbs a").first)

    desk.goto(f"/nl/desk/entries/{pid}")

    expect(desk.locator("#description_nl")).to_have_value("Snel getypt")


def test_two_editors_see_both_texts_and_choose(
    desk: Page, site: Site, chromium: Browser, cookies: Cookies
) -> None:
    pid = begin(desk, "work", "Twee schrijvers")
    with browsers.visiting(chromium, base_url=site.address) as context:
        context.add_cookies(cookies)
        other = context.new_page()
        other.goto(f"/nl/desk/entries/{pid}")
        other.locator("#title").fill("Titel van de ander")
        other.locator("#description_en").fill("By the other")
        desk.locator("#title").fill("Eigen titel")
        desk.locator("#description_nl").fill("Eigen tekst")
        browsers.follow(other.locator(".savebar [value=saved]"))

    browsers.follow(desk.locator(".savebar [value=saved]"))

    expect(desk.locator(".clash")).to_have_count(3)
    for text in ("Titel van de ander", "Eigen titel", "By the other", "Eigen tekst"):
        expect(desk.locator("main")).to_contain_text(text)
    desk.locator("[name='take.title'][value=mine]").check()
    browsers.follow(desk.locator("main form .btn"))
    browsers.follow(desk.locator(".savebar [value=saved]"))
    expect(desk.locator("h1")).to_have_text("Eigen titel")
    expect(desk.locator("#description_en")).to_have_value("By the other")
    expect(desk.locator("#description_nl")).to_have_value("Eigen tekst")


def test_an_entry_is_edited_saved_and_left_by_keyboard_alone(desk: Page) -> None:
    first = begin(desk, "work", "Toetsen een")
    begin(desk, "work", "Toetsen twee")
    desk.goto("/nl/desk?status=draft&q=Toetsen")
    desk.locator("body").press("e")
    desk.wait_for_url("**/desk/entries/**")

    desk.locator("body").press("?")
    expect(desk.locator("#keys")).to_be_visible()
    desk.keyboard.press("Escape")
    focus(desk, "title")
    desk.keyboard.press("End")
    desk.keyboard.type(", beter")
    with browsers.leaving(desk):
        desk.keyboard.press("Control+s")
    expect(desk.locator("h1")).to_have_text("Toetsen twee, beter")

    focus(desk, "title")
    desk.keyboard.press("Escape")
    with browsers.leaving(desk):
        desk.keyboard.press("j")
    assert f"/desk/entries/{first}" in desk.url
    with browsers.leaving(desk):
        desk.keyboard.press("p")
    with browsers.leaving(desk):
        desk.keyboard.press("p")
    expect(desk.locator(".tag--direct").first).to_be_visible()
    with browsers.leaving(desk):
        desk.keyboard.press("u")
    assert "/desk?status=draft&q=Toetsen" in desk.url
    desk.goto(f"/nl/desk/entries/{first}")
    withdraw(desk)


def test_somebody_is_framed_on_a_picture_by_pointer_and_by_keys(desk: Page) -> None:
    desk.goto("/en/search?kind=image")
    address = desk.locator("a[href*='/entries/']").first.get_attribute("href") or ""
    desk.goto(f"/en/desk/entries/{address.split('?')[0].rsplit('/', 1)[-1]}")
    line = desk.locator("#people [data-line]").last
    line.locator("[name='people.name']").fill("Iemand Onbekend")
    region, sheet = line.locator("[name='people.region']"), desk.locator("[data-sheet]")

    desk.locator("[data-people] button", has_text="Iemand Onbekend").click()
    drag(sheet, (20, 10), (35, 40))
    expect(region).to_have_value("20, 10, 15, 30")
    expect(desk.locator(".regions__frame.is-chosen")).to_be_visible()

    sheet.press("ArrowRight")
    sheet.press("Shift+ArrowDown")
    expect(region).to_have_value("21, 10, 15, 31")
    expect(desk.locator("[data-regions] [data-said]")).to_have_text("Iemand Onbekend: 21, 10, 15, 31")
    region.fill("1, 2, 3, 4")
    sheet.press("Delete")
    expect(region).to_have_value("")
    expect(desk.locator(".regions__frame.is-chosen")).to_have_count(0)
    expect(desk.locator("[data-draft-said]")).to_have_text(KEPT)
    desk.reload()
    browsers.follow(desk.locator("[form=discard]"))


def drag(sheet: Locator, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Drag over a sheet, from and to places in percent."""
    sheet.scroll_into_view_if_needed()
    box = sheet.locator("img").bounding_box()
    assert box
    (x, y), (to_x, to_y) = (
        (box["x"] + box["width"] * left / 100, box["y"] + box["height"] * top / 100)
        for left, top in (start, end)
    )
    mouse = sheet.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move((x + to_x) / 2, (y + to_y) / 2)
    mouse.move(to_x, to_y)
    mouse.up()


def test_without_script_a_name_comes_back_with_choices(
    site: Site, chromium: Browser, cookies: Cookies
) -> None:
    with browsers.visiting(chromium, base_url=site.address, java_script_enabled=False) as context:
        context.add_cookies(cookies)
        page = context.new_page()
        begin(page, "session", "Zonder script")
        page.locator("#people-0-name").fill("Hogendoorn")
        browsers.follow(page.locator(".savebar [value=saved]"))

        page.locator("#people .pick select").first.select_option(index=1)
        browsers.follow(page.locator(".savebar [value=saved]"))

        expect(page.locator("#people-0-name")).to_have_value("Lies Hogendoorn")


def test_the_pages_of_the_editor_are_accessible(window: Window, cookies: Cookies) -> None:  # noqa: F811
    page, lang = window.page, window.lang
    page.context.add_cookies(cookies)
    page.goto(f"/{lang}/desk/new")
    window.check("desk-new")
    for status in ("review", "published"):
        page.goto(f"/{lang}/desk?status={status}")
        browsers.follow(page.locator(".queue__detail .btn").first)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        window.check(f"editor-{status}")
    page.locator("#title").fill("Blauw uur, bij nacht")
    page.locator("#description_nl").fill("Stoelen schuiven. Er wordt gelachen.")
    browsers.follow(page.locator(".savebar [value=published]"))
    window.check("editor-changes")
    browsers.follow(page.locator(".crumbs a"))
    browsers.follow(page.locator("button[form=discard]"))
    begin(page, "recording", "[Fout]", lang)
    page.locator("#people-0-name").fill("Hogendoorn")
    page.locator("#duration").fill("lang")
    browsers.follow(page.locator(".savebar [value=saved]"))
    window.check("editor-wrong")
    see_two_texts(page, begin(page, "session", "Twee teksten", lang))
    window.check("editor-two-texts")


def withdraw(page: Page) -> None:
    """Take an entry away again, so that other journeys find the demo collection as it was."""
    page.locator("#reason").fill("Alleen een proef")
    browsers.follow(page.locator("button[value=withdrawn]"))
    expect(page.locator(".tag--late").first).to_be_visible()


def see_two_texts(page: Page, pid: str) -> None:
    """Let somebody else save first, in another tab."""
    other = page.context.new_page()
    other.goto(f"/nl/desk/entries/{pid}")
    other.locator("#title").fill("Van de ander")
    other.locator("#description_nl").fill("Van de ander alleen")
    browsers.follow(other.locator(".savebar [value=saved]"))
    page.locator("#title").fill("Van mij")
    browsers.follow(page.locator(".savebar [value=saved]"))


def begin(page: Page, kind: str, title: str, lang: str = "nl") -> str:
    """Begin an entry; return its pid."""
    page.goto(f"/{lang}/desk/new")
    page.locator("#kind").select_option(kind)
    page.locator("#title").fill(title)
    browsers.follow(page.locator("main form .btn"))
    return page.url.split("/entries/")[1].split("?")[0]


def pick(page: Page, field: str, typed: str, name: str) -> LocatorAssertions:
    """Type in a field and choose from the list by keyboard; return an expectation of what was chosen."""
    box = page.locator(f"#{field}")
    box.press_sequentially(typed)
    expect(page.locator("[role=option]", has_text=name).first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value(name)
    return expect(box.locator("xpath=..").locator("[name$='.pick']"))


def focus(page: Page, field: str) -> None:
    """Go to a field by the Tab key."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == field:
            return
    raise AssertionError(f"{field} cannot be reached by keyboard")
