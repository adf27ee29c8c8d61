"""The public in a real browser: a suggestion becomes a correction, a selection is kept, a search is saved."""

import email
import email.policy
import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_pages import Window, window  # noqa: F401 - the fixture
from tests.journeys.test_staff import sign_in

pytestmark = pytest.mark.browser

SECONDS = 60  # for a mail to be posted by the job runner


def fresh(name: str) -> str:
    """An address that no earlier run on this site has used."""
    return f"{name}-{time.time_ns()}@example.org"


def mailbox(site: Site, address: str) -> list[str]:
    """The texts of all mails to an address, the oldest first."""
    found = []
    for path in sorted((site.data / "mail").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))  # type: ignore[attr-defined]
        if message["To"] == address and body:
            found.append(body.get_content())
    return found


def next_mail(site: Site, address: str, before: int) -> str:
    """Wait for one more mail than there were."""
    for _ in range(SECONDS * 5):
        mails = mailbox(site, address)
        if len(mails) > before:
            return mails[-1]
        time.sleep(0.2)
    raise AssertionError(f"no mail came to {address}")


def sign_in_by_mail(page: Page, site: Site, address: str) -> None:
    """Ask for a link where one is asked to, and open it."""
    before = len(mailbox(site, address))
    page.locator("#email").fill(address)
    browsers.follow(page.locator("main form button[type=submit]"))
    link = re.search(r"https?://\S+/sign-in/mail/\S+", next_mail(site, address, before))
    assert link
    page.goto(link[0])
    browsers.follow(page.locator("main form button[type=submit]"))


def open_first(page: Page, kind: str, lang: str = "nl", words: str = "") -> str:
    """Open the first result of a kind; return its pid."""
    page.goto(f"/{lang}/search?kind={kind}&q={words}")
    browsers.follow(page.locator(".card h2 a, .card h3 a").first)
    return page.url.split("/entries/")[1].split("?")[0]


def test_a_suggestion_becomes_a_correction_by_one_key(page: Page, site: Site, chromium: Browser) -> None:
    pid = open_first(page, "recording", words="Maasbrug")
    old = page.locator("h1").inner_text()
    browsers.follow(page.locator(f"a[href$='/entries/{pid}/correct']"))
    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page.locator(".summary")).to_be_focused()

    page.locator("input[name=about][value=title]").check()
    page.locator("#proposed").fill(f"{old} (nagehoord)")
    page.locator("#source").fill("Zo kondigt hij het zelf aan.")
    page.locator("#name").fill("Coba van Rhijn")
    helper = fresh("helper")
    page.locator("#contact").fill(helper)
    page.locator("#consent").check()
    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page.locator("h1")).to_be_visible()
    expect(page).to_have_url(re.compile("/thanks"))

    with browsers.visiting(chromium, base_url=site.address, locale="nl-NL") as context:
        desk = context.new_page()
        sign_in(desk, site, "cataloguer")
        desk.goto("/nl/desk/suggestions")
        expect(desk.locator(".difference ins").last).to_contain_text("nagehoord")
        with browsers.leaving(desk):
            desk.keyboard.press("a")
        expect(desk.locator("[role=status]")).to_be_visible()

    assert "Coba van Rhijn" in next_mail(site, helper, 0)
    page.goto(f"/nl/entries/{pid}")
    expect(page.locator("h1")).to_contain_text("nagehoord")


def test_a_face_is_pointed_at_with_the_keyboard_alone(page: Page) -> None:
    open_first(page, "image")
    browsers.follow(page.locator("a[href$='/who']"))
    mark = page.locator("[data-mark]")
    expect(mark).to_be_hidden()

    page.locator("#x").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")

    expect(mark).to_be_visible()
    assert page.locator("#x").input_value() == "45"
    expect(page.locator("input[name=spot]")).to_be_checked()
    page.locator(".spot__sheet").click(position={"x": 10, "y": 10})
    assert int(page.locator("#x").input_value()) < 10
    page.locator("#proposed").fill("Lies Hogendoorn")
    page.locator("#source").fill("Mijn tante; tweede van links.")
    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page).to_have_url(re.compile("/thanks"))


def test_what_is_kept_without_an_account_is_there_after_signing_in(page: Page, site: Site) -> None:
    open_first(page, "recording")
    browsers.follow(page.locator("form[action$='/collect'] button"))
    expect(page.locator(".count")).to_have_text(re.compile("^1"))
    open_first(page, "image")
    browsers.follow(page.locator("form[action$='/collect'] button"))
    page.goto("/nl/selections")
    expect(page.locator(".kept__item")).to_have_count(2)
    first = page.locator(".kept__item h2").first.inner_text()
    page.locator(".kept__item textarea").first.fill("voor de inleiding")
    browsers.follow(page.locator("button[name=down]").first)
    expect(page.locator(".kept__item h2").nth(1)).to_have_text(first)
    expect(page.locator(".kept__item textarea").nth(1)).to_have_value("voor de inleiding")

    browsers.follow(page.locator(".notice a"))
    sign_in_by_mail(page, site, fresh("keeper"))

    expect(page).to_have_url(re.compile("/nl/selections/"))
    expect(page.locator(".kept__item")).to_have_count(2)
    expect(page.locator(".kept__item textarea").nth(1)).to_have_value("voor de inleiding")
    browsers.follow(page.locator("button[name=to][value=begin]"))
    expect(page.locator("#share-url")).to_contain_text("/selections/shared/")


def test_keeping_and_helping_need_no_script(chromium: Browser, site: Site) -> None:
    with browsers.visiting(chromium, base_url=site.address, java_script_enabled=False) as context:
        page = context.new_page()
        pid = open_first(page, "image", "en")
        browsers.follow(page.locator("form[action$='/collect'] button"))
        page.goto("/en/selections")
        expect(page.locator(".kept__item")).to_have_count(1)
        page.goto(f"/en/entries/{pid}/who")
        expect(page.locator("[data-spot]")).to_be_hidden()
        page.locator("#proposed").fill("Lies Hogendoorn")
        page.locator("#source").fill("My aunt, second from the left.")
        browsers.follow(page.locator("main form button[type=submit]"))
        expect(page).to_have_url(re.compile("/thanks"))


def test_a_search_is_saved_and_can_be_ended(page: Page, site: Site) -> None:
    page.goto("/nl/search?q=trompet&kind=recording")
    browsers.follow(page.locator("a[href*='/searches/new']"))
    sign_in_by_mail(page, site, fresh("searcher"))
    expect(page).to_have_url(re.compile("/nl/searches/new"))
    browsers.follow(page.locator("main form button[type=submit]"))

    expect(page.locator("#searches [role=status], .own [role=status]")).to_be_visible()
    browsers.follow(page.locator("button[name=to][value=stop]"))
    expect(page.locator("button[name=to][value=resume]")).to_be_visible()
    browsers.follow(page.locator("a[href$='/account/erase']"))
    browsers.follow(page.locator("main form button[type=submit]"))
    page.goto("/nl/account")
    expect(page).to_have_url(re.compile("sign-in/mail"))


def test_the_pages_of_helping_and_keeping_are_accessible(window: Window, site: Site) -> None:  # noqa: F811
    page, lang = window.page, window.lang
    pid = open_first(page, "image", lang)
    page.goto(f"/{lang}/entries/{pid}/who")
    page.locator("#x").focus()
    page.keyboard.press("ArrowLeft")
    window.check("who")
    page.goto(f"/{lang}/entries/{pid}/correct")
    window.check("correct")
    browsers.follow(page.locator("main form button[type=submit]"))
    window.check("correct-errors")
    page.goto(f"/{lang}/entries/{pid}/thanks")
    window.check("thanks")
    page.goto(f"/{lang}/entries/{pid}")
    browsers.follow(page.locator("form[action$='/collect'] button"))
    open_first(page, "recording", lang)
    browsers.follow(page.locator("form[action$='/collect'] button"))
    window.check("recording-kept")
    page.goto(f"/{lang}/selections")
    window.check("selection-in-browser")
    page.goto(f"/{lang}/sign-in/mail?after=/{lang}/selections")
    window.check("sign-in-mail")
    sign_in_by_mail(page, site, fresh(window.name))
    browsers.follow(page.locator("button[name=to][value=begin]"))
    window.check("selection")
    shared = page.locator("#share-url a").get_attribute("href")
    assert shared
    page.goto(shared)
    window.check("selection-shared")
    page.goto(f"/{lang}/searches/new?q=trompet&kind=recording")
    window.check("save-search")
    browsers.follow(page.locator("main form button[type=submit]"))
    window.check("account")
    page.goto(f"/{lang}/account/erase")
    window.check("erase")


def test_the_queue_of_suggestions_is_accessible(window: Window, site: Site) -> None:  # noqa: F811
    page, lang = window.page, window.lang
    pid = open_first(page, "image", lang)
    page.goto(f"/{lang}/entries/{pid}/who")
    page.locator("#x").focus()
    page.keyboard.press("ArrowLeft")
    page.locator("#proposed").fill("Joop Terwindt")
    page.locator("#source").fill("Zo staat het achterop.")
    browsers.follow(page.locator("main form button[type=submit]"))
    page.goto(f"/{lang}/entries/{pid}/correct")
    page.locator("input[name=about][value=title]").check()
    page.locator("#proposed").fill("Een heel andere titel, met veel meer woorden dan er stonden")
    page.locator("#source").fill("Zo staat het in het programmaboek van die avond.")
    browsers.follow(page.locator("main form button[type=submit]"))
    sign_in(page, site, "cataloguer")
    page.goto(f"/{lang}/desk/suggestions")
    window.check("desk-suggestions")
    browsers.follow(page.locator(".qrow h3 a").last)
    window.check("desk-suggestions-text")
    browsers.follow(page.locator(".qrow h3 a").nth(-2))
    expect(page.locator(".spot__still")).to_be_visible()
    window.check("desk-suggestions-person")
