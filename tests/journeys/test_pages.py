"""Every page as people see it: accessible, within the window, and photographed when SCREENSHOTS names a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import browsers
from tests.journeys.conftest import ROOT, Site
from tests.journeys.test_buying import PAID, fill_in_the_order
from tests.journeys.test_staff import sign_in

pytestmark = pytest.mark.browser

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"1280": (1280, 900), "390": (390, 844)}
NARROWEST = 320  # WCAG 2.2, 1.4.10: nothing may need sideways scrolling at this width


@pytest.fixture
def window(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator["Window"]:
    lang, scheme, size = request.param
    width, height = SIZES[size]
    with browsers.visiting(
        chromium,
        base_url=site.address,
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="nl-NL" if lang == "nl" else "en-GB",
        bypass_csp=True,  # axe is put into the page by its text; the policy itself is tested elsewhere
    ) as context:
        yield Window(context.new_page(), lang, f"{lang}-{scheme}-{size}")


class Window:
    """A page in one language, scheme and size. What is checked is loaded, and does not reload itself."""

    def __init__(self, page: Page, lang: str, name: str) -> None:
        self.page, self.lang, self.name = page, lang, name

    def check(self, what: str) -> None:
        """Photograph the page, then assert that nothing is wrong with it."""
        self._photograph(what)
        assert self._sticks_out() == 0, f"{what} scrolls sideways"
        size = self.page.viewport_size
        assert size
        self.page.set_viewport_size({"width": NARROWEST, "height": size["height"]})
        assert self._sticks_out() == 0, f"{what} scrolls sideways at {NARROWEST} pixels"
        self.page.set_viewport_size(size)
        if not AXE.exists():
            pytest.skip("axe-core has not been fetched")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
            "v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | ')))",
            RULES,
        )
        assert found == [], what

    def _sticks_out(self) -> int:
        pixels: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return pixels

    def _photograph(self, what: str) -> None:
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            path = Path(folder) / f"{what}-{self.name}.png"
            self.page.screenshot(path=path, full_page=True)


def test_public_pages_are_accessible(window: Window) -> None:
    page, lang = window.page, window.lang
    for what, address in {
        "home": f"/{lang}/",
        "search": f"/{lang}/search?q=trompet&kind=recording&kind=image",
        "nothing": f"/{lang}/search?q=klokhuis+zeppelin",
        "licences": f"/{lang}/licences",
        "places": f"/{lang}/places",
        "sign-in": f"/{lang}/sign-in",
        "missing": f"/{lang}/entries/nr0000000000000",
    }.items():
        page.goto(address)
        window.check(what)


@pytest.mark.parametrize("kind", ["recording", "image", "session", "collection"])
def test_entry_pages_and_their_tickets_are_accessible(window: Window, kind: str) -> None:
    query = "Blauw+uur" if kind == "recording" else ""
    window.page.goto(f"/{window.lang}/search?kind={kind}&q={query}")
    browsers.follow(window.page.locator(".card h2 a, .card h3 a").first)

    window.check(kind)


def test_the_way_to_pay_is_accessible(window: Window) -> None:
    page = window.page
    page.goto(f"/{window.lang}/search?kind=recording&reuse=direct")
    browsers.follow(page.locator(".card h2 a, .card h3 a").nth(1))
    browsers.follow(page.locator("button[formaction$='/order']"))
    window.check("order-form")
    browsers.follow(page.locator("main form button[type=submit]:not([name=way])"))
    window.check("order-form-errors")
    fill_in_the_order(page)
    window.check("payment-sandbox")
    browsers.follow(page.locator("button[value=ideal]"))
    browsers.await_still(page, PAID)
    window.check("order-paid")
    browsers.follow(page.locator("a[href*='/licences/']").first)
    window.check("licence")


def test_the_desk_is_accessible(window: Window, site: Site) -> None:
    page = window.page
    sign_in(page, site, "admin")
    page.goto(f"/{window.lang}/desk?status=review")
    window.check("desk")
    browsers.follow(page.locator(".queue__detail a.btn").first)
    window.check("desk-entry")
    page.goto(f"/{window.lang}/desk/orders")
    window.check("desk-orders")
