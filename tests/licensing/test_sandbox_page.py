"""The hosted payment page: what it says, what it may load, and how it behaves in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import browsers
from tests.licensing import sandbox_shop
from tests.licensing.sandbox_shop import Shop

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with sandbox_shop.opened(folder) as shop:
        yield shop


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page without script that fails the test when the policy or the console complains."""
    complaints: list[str] = []
    with browsers.visiting(chromium, java_script_enabled=False) as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        yield page
    assert complaints == []


def text_of(shop: Shop, address: str, **headers: str) -> str:
    return shop.http.get(address, headers=headers).text


def test_the_page_says_in_both_languages_that_it_is_a_test(shop: Shop) -> None:
    text = text_of(shop, str(shop.open_session().url))

    assert "TESTBETALING, er gaat geen geld om" in text
    assert "TEST PAYMENT, no money moves" in text


def test_the_page_shows_the_lines_and_the_total_in_the_language_of_the_session(shop: Shop) -> None:
    english = text_of(shop, str(shop.open_session(cents=121_841, locale="en-GB").url))
    dutch = text_of(shop, str(shop.open_session(cents=121_841, locale="nl").url))

    assert '<html lang="en">' in english
    assert "Licence NR-0412" in english
    assert "€1,218.41" in english
    assert '<html lang="nl">' in dutch
    assert "€\xa01.218,41" in dutch


def test_the_browser_decides_the_language_when_the_session_does_not(shop: Shop) -> None:
    address = str(shop.open_session(locale="auto").url)

    assert '<html lang="nl">' in text_of(shop, address, **{"Accept-Language": "nl-BE,nl;q=0.9,en;q=0.5"})
    assert '<html lang="en">' in text_of(shop, address, **{"Accept-Language": "fr"})


def test_only_the_methods_of_the_session_are_offered(shop: Shop) -> None:
    session = shop.open_session(allowed_payment_method_types=["card"])

    assert re.findall(r'name="outcome" value="(\w+)"', text_of(shop, str(session.url))) == [
        "card",
        "fail",
        "card_asks",
    ]
    assert shop.pay(session, "ideal").status_code == 400


def test_the_policy_allows_nothing_but_our_own_style_and_the_way_back(shop: Shop) -> None:
    answer = shop.http.get(str(shop.open_session().url))

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; font-src 'self';")
    assert policy.endswith(f"form-action 'self' {shop.site}")
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_what_the_shop_wrote_cannot_become_markup(shop: Shop) -> None:
    nasty = '<script>alert("1")</script>'
    line = {"currency": "eur", "unit_amount": 100, "product_data": {"name": nasty}}
    session = shop.open_session(line_items=[{"quantity": 1, "price_data": line}], client_reference_id=nasty)

    assert nasty not in text_of(shop, str(session.url))


def test_a_page_that_nobody_knows_is_not_found(shop: Shop) -> None:
    assert shop.http.get(f"{shop.sandbox.base_url}/pay/cs_test_none").status_code == 404


def test_an_expired_page_says_so_and_points_back(shop: Shop) -> None:
    session = shop.open_session(locale="en")
    shop.client.v1.checkout.sessions.expire(session.id)

    answer = shop.http.get(str(session.url))

    assert answer.status_code == 410
    assert "Nothing was charged" in answer.text
    assert f'href="{shop.site}/cancelled"' in answer.text


def test_a_paid_page_cannot_be_paid_again_and_points_onwards(shop: Shop) -> None:
    session = shop.open_session(locale="en")
    shop.pay(session)

    text = text_of(shop, str(session.url))

    assert "cannot be made twice" in text
    assert f'href="{shop.site}/orders/17?session={session.id}"' in text
    assert "<form" not in text


@pytest.mark.browser
def test_a_payer_without_script_pays_and_lands_in_the_shop(shop: Shop, page: Page) -> None:
    session = shop.open_session(locale="en")
    page.goto(str(session.url))

    browsers.follow(page.get_by_role("button", name="Pay by iDEAL | Wero"))

    assert page.url == f"{shop.site}/orders/17?session={session.id}"
    assert shop.reread(session).payment_status == "paid"


@pytest.mark.browser
def test_a_payer_whose_payment_is_declined_reads_so_and_tries_again(shop: Shop, page: Page) -> None:
    session = shop.open_session(locale="en")
    page.goto(str(session.url))

    browsers.follow(page.get_by_role("button", name="Decline the payment"))
    notice = page.get_by_role("alert").inner_text()
    browsers.follow(page.get_by_role("button", name="Pay by card"))

    assert notice.startswith("The payment was declined.")
    assert page.url == f"{shop.site}/orders/17?session={session.id}"


@pytest.mark.browser
def test_a_payer_who_walks_away_is_back_in_the_shop_and_the_session_stays_open(
    shop: Shop, page: Page
) -> None:
    session = shop.open_session(locale="en")
    page.goto(str(session.url))

    browsers.follow(page.get_by_role("link", name="Back without paying"))

    assert page.url == f"{shop.site}/cancelled"
    assert shop.reread(session).status == "open"


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_scrolls_sideways_and_every_control_is_large_enough(
    shop: Shop, chromium: Browser, width: int
) -> None:
    with browsers.visiting(chromium, viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.goto(str(shop.open_session(locale="nl").url))

        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        heights = page.eval_on_selector_all("button, a.back", "found => found.map(one => one.offsetHeight)")

    assert overflow <= 0
    assert min(heights) >= 44


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_open_declined_and_closed_page(
    shop: Shop, chromium: Browser, scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed in frontend/node_modules")
    session = shop.open_session(locale="en")
    found = []
    with browsers.visiting(chromium, color_scheme=scheme) as context:
        page = context.new_page()
        for outcome in ("fail", "ideal", "none"):
            page.goto(str(session.url))
            page.evaluate(AXE.read_text())
            result = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
            found += [violation["id"] for violation in result["violations"]]
            shop.pay(session, outcome)

    assert found == []
