"""A use that needs a consent, in a real browser: asked for, cleared by a link, quoted, accepted; or refused."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_helping import mailbox, next_mail
from tests.journeys.test_pages import SIZES, Window
from tests.journeys.test_staff import sign_in

pytestmark = pytest.mark.browser

WINDOWS = [("nl", "light", "1280"), ("nl", "dark", "390"), ("en", "dark", "1280"), ("en", "light", "390")]
HOLDER = "Omroep De Schakel"  # holds the broadcast of some of the demo's recordings
BROADCASTER, BUYER = "rechten@deschakel.example", "noor@studio.example"


def test_a_use_is_cleared_by_a_link_quoted_and_accepted(page: Page, site: Site, chromium: Browser) -> None:
    number = send_request(page, site)
    with at_the_desk(chromium, site) as desk:
        give_address(desk)
        asked = ask_the_broadcaster(desk, site, number)
        do_without_the_players(desk, number)
    look(chromium, site, {"clearance": asked})

    page.goto(asked)
    expect(page.locator("main")).to_contain_text("Slotscène")
    page.locator("[value=conditions]").locator("xpath=..").click()
    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page.locator(".summary")).to_be_visible()
    page.locator("#words").fill("Met naam in de aftiteling.")
    page.locator("#fee").fill("85")
    page.locator("#name").fill("Mies Dekker")
    page.locator("#may_decide").check()
    browsers.follow(page.locator("main form button[type=submit]"))
    expect(page.locator("main")).to_contain_text("Met naam in de aftiteling.")
    expect(page.locator("main form")).to_have_count(0)

    before = len(mailbox(site, BUYER))
    with at_the_desk(chromium, site) as desk:
        quote = send_quote(desk, number)
    link = link_in(next_mail(site, BUYER, before), "quotes")
    at_desk = {"desk-quote": quote, "desk-clearances": f"/desk/requests/{number}/clearances"}
    look(chromium, site, {"quote": link, "clearance-answered": asked}, at_desk)

    page.goto(link)
    expect(page.locator("main")).to_contain_text("€ 85,00")
    browsers.follow(page.locator("form[action$='/accept'] button[type=submit]"))
    expect(page.locator(".summary")).to_be_visible()
    page.locator("#consent").check()
    page.locator("#terms").check()
    browsers.follow(page.locator("form[action$='/accept'] button[type=submit]"))
    expect(page).to_have_url(re.compile(r"/nl/orders/"))
    expect(page.locator("form[action$='/pay'] button:not([name=way])")).to_be_visible()

    page.goto(link)
    expect(page.locator("form[action$='/accept']")).to_have_count(0)
    expect(page.locator(".notice a[href*='/orders/']")).to_be_visible()


def test_a_refusal_is_told_with_its_reason(page: Page, site: Site, chromium: Browser) -> None:
    number = send_request(page, site)
    with at_the_desk(chromium, site) as desk:
        give_address(desk)
        asked = ask_the_broadcaster(desk, site, number)
        do_without_the_players(desk, number)
    page.goto(asked)
    page.locator("[value=no]").locator("xpath=..").click()
    page.locator("#words").fill("Niet voor een documentaire over die avond.")
    page.locator("#name").fill("Mies Dekker")
    page.locator("#may_decide").check()
    browsers.follow(page.locator("main form button[type=submit]"))

    with at_the_desk(chromium, site) as desk:
        desk.goto(f"/nl/desk/requests/{number}/clearances")
        expect(desk.locator("main")).to_contain_text("Niet voor een documentaire over die avond.")
        browsers.follow(desk.locator("form[action$='/quote'] button"))
        expect(desk.locator("main")).to_contain_text(HOLDER)
        browsers.follow(desk.locator("form[action$='/send'] button"))
        expect(desk.locator("[role=alert]")).to_be_visible()


def send_request(page: Page, site: Site) -> str:
    """Ask for a recording of a broadcast; return the number of the request."""
    before = len(mailbox(site, BUYER))
    page.goto("/nl/search?kind=recording&reuse=on_request&q=Wacht+op+mij+bij+de+tram")
    browsers.follow(page.locator(".card h2 a, .card h3 a").first)
    pid = page.url.split("/entries/")[1].split("?")[0]
    page.goto(f"/nl/entries/{pid}/request?use=documentary&territory=europe&term=5_years")
    page.locator("#title").fill("Slotscène")
    page.locator("#name").fill("Noor Adriaanse")
    page.locator("#email").fill(BUYER)
    page.locator("#organisation").fill("Studio Lek")
    browsers.follow(page.locator("main form button[type=submit]"))
    found = re.search(r"V\d{4}-\d{5}", next_mail(site, BUYER, before))
    assert found
    return found[0]


@contextmanager
def at_the_desk(chromium: Browser, site: Site) -> Iterator[Page]:
    """Sit at the licensing desk."""
    with browsers.visiting(chromium, base_url=site.address, locale="nl-NL") as context:
        page = context.new_page()
        sign_in(page, site, "licensing")
        yield page


def give_address(desk: Page) -> None:
    """Note where the broadcaster can be asked."""
    desk.goto(f"/nl/desk/parties?q={HOLDER.replace(' ', '+')}")
    browsers.follow(desk.locator("main a", has_text=HOLDER).first)
    desk.locator("#email").fill(BROADCASTER)
    browsers.follow(desk.locator("main form:has(#email) button[type=submit]").first)


def ask_the_broadcaster(desk: Page, site: Site, number: str) -> str:
    """Open what is needed and ask by mail; return the link that the broadcaster gets."""
    before = len(mailbox(site, BROADCASTER))
    desk.goto(f"/nl/desk/requests/{number}")
    browsers.follow(desk.locator("button[name=step][value=triage]"))
    desk.goto(f"/nl/desk/requests/{number}/clearances")
    browsers.follow(desk.locator("form[action$='/clearances/open'] button"))
    ticket = desk.locator("article", has_text=HOLDER)
    ticket.locator("[name=offered]").fill("60")
    browsers.follow(ticket.locator("form[action$='/ask'] button"))
    return link_in(next_mail(site, BROADCASTER, before), "clearances")


def do_without_the_players(desk: Page, number: str) -> None:
    """Vouch for the performers, of whom nobody is known."""
    desk.goto(f"/nl/desk/requests/{number}/clearances")
    unknown = desk.locator("article").filter(has_not_text=HOLDER).filter(has=desk.locator("[name=why]"))
    unknown.locator("[name=why]").fill("Makers niet te vinden; naburige rechten lopen via Sena.")
    browsers.follow(unknown.locator("button[formaction$='/waive']"))


def send_quote(desk: Page, number: str) -> str:
    """Draft the quote, give a discount with a reason, and send it; return its address at the desk."""
    desk.goto(f"/nl/desk/requests/{number}/clearances")
    browsers.follow(desk.locator("form[action$='/quote'] button"))
    first = desk.locator("section[aria-labelledby=mend] form").first
    first.locator("[name=amount]").fill("150")
    first.locator("[name=reason]").fill("Vaste klant")
    browsers.follow(first.locator("button").first)
    browsers.follow(desk.locator("form[action$='/send'] button"))
    expect(desk.locator("form[action$='/send']")).to_have_count(0)
    return desk.url.split("/nl", 1)[1]


def link_in(mail: str, kind: str) -> str:
    """Read the link to a question or a quote in a mail."""
    found = re.search(rf"https?://[^\s/]+(/nl/{kind}/\S+)", mail)
    assert found, mail
    return found[1]


def look(
    chromium: Browser, site: Site, pages: dict[str, str] | None = None, desk: dict[str, str] | None = None
) -> None:
    """Check pages in four windows: nothing wrong for axe-core, nothing sticks out."""
    for lang, scheme, size in WINDOWS:
        width, height = SIZES[size]
        with browsers.visiting(
            chromium,
            base_url=site.address,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            bypass_csp=True,
        ) as context:
            window = Window(context.new_page(), lang, f"{lang}-{scheme}-{size}")
            if desk:
                sign_in(window.page, site, "licensing")
            for what, address in {**(pages or {}), **(desk or {})}.items():
                window.page.goto(f"/{lang}/{address.removeprefix('/nl/').lstrip('/')}")
                window.check(what)
