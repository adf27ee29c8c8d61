"""The desk of rights and prices as people see it: claims, rights holders, rate cards, what is missed."""

import pytest

from tests import browsers
from tests.journeys.conftest import Site
from tests.journeys.test_helping import open_first
from tests.journeys.test_pages import Window, window  # noqa: F401 - a fixture
from tests.journeys.test_staff import sign_in

pytestmark = pytest.mark.browser


def test_rights_and_prices_are_accessible(window: Window, site: Site) -> None:  # noqa: F811
    page, desk = window.page, f"/{window.lang}/desk"
    sign_in(page, site, "admin")
    pid = open_first(page, "recording", window.lang, "Kleine+Nieuwstraat")
    for what, address in {
        "rights": f"{desk}/rights/{pid}",
        "claim": f"{desk}/rights/{pid}/claims/new",
        "consent": f"{desk}/rights/{pid}/consents/new",
        "parties": f"{desk}/parties",
        "party": f"{desk}/parties/1",
        "missed": f"{desk}/rights/missed",
        "rates": f"{desk}/rates",
        "rate-card": f"{desk}/rates/2026-2",
    }.items():
        page.goto(address)
        window.check(what)
    page.goto(f"{desk}/rights/{pid}/claims/new")
    browsers.follow(page.locator("main form .btn[type=submit]").first)
    window.check("claim-errors")
