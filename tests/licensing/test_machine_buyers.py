"""Prices for programs bear the tax that an order of the same buyer would bear; nothing is asked of VIES for them."""

from pathlib import Path
from typing import Any

import pytest

from archive import clock
from archive.db import db
from licensing import oss, taxes, vat_numbers
from licensing.vies import Answer, Standing
from tests.licensing.shop import CHOICE, Shop
from tests.licensing.vies_service import GERMAN

PAGE = Path(__file__).parents[2] / "docs" / "licensing" / "vat.md"


def price(at: Shop, **who: str) -> tuple[int, Any]:
    answer = at.browser.get(f"/api/v1/entries/{at.entry.pid}/price", query_string=CHOICE | who)
    return answer.status_code, answer.get_json()


def quote(at: Shop, buyer: Any) -> tuple[int, Any]:
    body = {"items": [{"pid": at.entry.pid, "choice": CHOICE}], "buyer": buyer}
    answer = at.browser.post("/api/v1/quotes", json=body)
    return answer.status_code, answer.get_json()


def test_without_a_buyer_a_price_is_for_a_consumer_at_home(open_shop: Shop) -> None:
    _status, body = price(open_shop)

    assert (body["vat_country"], body["vat_bp"], body["total_minor"]) == ("NL", 2100, 21841)
    assert body["buyer"] == {"country": "NL", "vat_number": None, "vat_number_standing": None}


def test_a_number_pays_vat_until_it_is_known_to_be_valid(open_shop: Shop) -> None:
    _status, before = price(open_shop, country="DE", vat_number=GERMAN)
    vat_numbers.register(GERMAN, clock.now())
    vat_numbers.note(GERMAN, Answer(Standing.VALID, "W1"), clock.now())
    db.session.commit()

    _status, after = price(open_shop, country="DE", vat_number="de 136 695 976")
    _status, many = quote(open_shop, {"country": "DE", "vat_number": GERMAN})

    assert (before["total_minor"], before["buyer"]["vat_number_standing"]) == (21841, "not_checked")
    assert (after["total_minor"], after["vat_code"]) == (18050, "AE")
    assert (many["total_minor"], many["vat"][0]["code"]) == (18050, "AE")


def test_outside_the_union_a_price_has_no_vat(open_shop: Shop) -> None:
    _status, body = price(open_shop, country="US")

    assert (body["vat_code"], body["vat_minor"], body["total_minor"]) == ("O", 0, 18050)


@pytest.mark.parametrize(
    "buyer",
    [
        {"country": "XX"},
        {"country": 5},
        {"country": ["NL"]},
        {"country": "DE", "vat_number": "DE1"},
        {"country": "BE", "vat_number": GERMAN},
        {"country": "DE", "vat_number": {"a": 1}},
        "DE",
        [1],
        None,
    ],
)
def test_a_buyer_that_cannot_be_is_refused_in_words(open_shop: Shop, buyer: Any) -> None:
    status, body = quote(open_shop, buyer)

    assert (status, bool(body["detail"])) == (422, True)


def test_the_page_for_staff_names_the_figures_of_the_rules() -> None:
    told = PAGE.read_text(encoding="utf-8")
    rate = taxes.rate_for("NL", taxes.Category.STANDARD, clock.now().date())

    assert f"in the Netherlands, anybody | {rate.bp // 100}% |" in told
    assert f"€{oss.THRESHOLD.minor // 100:,} a year" in told
    assert f"At €{oss.THRESHOLD.minor // 100 * oss.NEAR_BP // 10_000:,}" in told
    assert f"for {vat_numbers.TRUSTED.days} days" in told
    assert f"{vat_numbers.FIRST_RETRY.seconds // 60} minutes" in told
    assert f"at most {vat_numbers.LAST_RETRY.seconds // 3600} hours" in told
