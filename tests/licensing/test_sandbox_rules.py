"""What the sandbox refuses, because Stripe would."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.licensing import sandbox_shop
from tests.licensing.sandbox_shop import Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with sandbox_shop.opened(folder) as shop:
        yield shop


def line(**price_data: Any) -> list[dict[str, Any]]:
    price = {"currency": "eur", "unit_amount": 100, "product_data": {"name": "Licence"}} | price_data
    return [
        {"quantity": 1, "price_data": {name: value for name, value in price.items() if value is not None}}
    ]


UNIT_AMOUNT = "line_items[0][price_data][unit_amount]"

REFUSED: list[tuple[dict[str, Any], str, str | None]] = [
    # unknown to Stripe's own request types
    ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
    ({"sucess_url": "http://x"}, "sucess_url", "parameter_unknown"),
    ({"line_items": line(unit_price=5)}, "line_items[0][price_data][unit_price]", "parameter_unknown"),
    # missing
    ({"mode": None}, "mode", "parameter_missing"),
    ({"line_items": None}, "line_items", "parameter_missing"),
    ({"success_url": None}, "success_url", "parameter_missing"),
    ({"line_items": line(currency=None)}, "line_items[0][price_data][currency]", "parameter_missing"),
    ({"line_items": line(unit_amount=None)}, UNIT_AMOUNT, "parameter_missing"),
    ({"line_items": line(product_data={"description": "x"})}, "line_items[0][price_data][product_data][name]",
     "parameter_missing"),
    # of the wrong type
    ({"mode": "pay"}, "mode", None),
    ({"expires_at": "tomorrow"}, "expires_at", "parameter_invalid_integer"),
    ({"line_items": line(unit_amount="1.50")}, UNIT_AMOUNT, "parameter_invalid_integer"),
    ({"line_items": "licence"}, "line_items", None),
    ({"adaptive_pricing": {"enabled": "perhaps"}}, "adaptive_pricing[enabled]", None),
    ({"metadata": "order 17"}, "metadata", None),
    ({"locale": "nds"}, "locale", None),
    ({"allowed_payment_method_types": ["ideal", "barter"]}, "allowed_payment_method_types[1]", None),
    ({"client_reference_id": {"order": "17"}}, "client_reference_id", None),
    ({"cancel_url": ""}, "cancel_url", "parameter_invalid_empty"),
    # beyond the limits
    ({"success_url": "orders/17"}, "success_url", "url_invalid"),
    ({"cancel_url": "javascript:alert(1)"}, "cancel_url", "url_invalid"),
    ({"client_reference_id": "x" * 201}, "client_reference_id", None),
    ({"customer_email": "nobody"}, "customer_email", "email_invalid"),
    ({"metadata": {f"k{n}": "v" for n in range(51)}}, "metadata", None),
    ({"metadata": {"k" * 41: "v"}}, f"metadata[{'k' * 41}]", None),
    ({"payment_intent_data": {"metadata": {"k": "v" * 501}}}, "payment_intent_data[metadata][k]", None),
    ({"line_items": line() * 101}, "line_items", None),
    ({"line_items": line(unit_amount=-1)}, UNIT_AMOUNT, "parameter_invalid_integer"),
    ({"allowed_payment_method_types": ["klarna"]}, "allowed_payment_method_types", None),
    # known to Stripe and not played: said so instead of ignored
    ({"mode": "subscription"}, "mode=subscription", "sandbox_unsupported"),
    ({"line_items": line(currency="usd")}, "line_items[0][price_data][currency]", "sandbox_unsupported"),
    ({"invoice_creation": {"enabled": True}}, "invoice_creation.enabled", "sandbox_unsupported"),
    ({"payment_intent_data": {"capture_method": "manual"}}, "payment_intent_data.capture_method",
     "sandbox_unsupported"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "param", "code"), REFUSED, ids=[f"{case[1]}-{case[2]}" for case in REFUSED]
)
def test_a_faulty_session_is_refused_and_the_parameter_named(
    shop: Shop, changes: dict[str, Any], param: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.open_session(**changes)

    assert (refusal.value.http_status, refusal.value.param, refusal.value.code) == (400, param, code)
    assert str(refusal.value.request_id).startswith("req_")


def test_a_refusal_leaves_nothing_behind(shop: Shop) -> None:
    before = shop.state()["objects"]

    with pytest.raises(stripe.InvalidRequestError):
        shop.open_session(expires_at=1)

    assert shop.state()["objects"] == before


@pytest.mark.parametrize(("cents", "code"), [(49, "amount_too_small"), (100_000_000, "amount_too_large")])
def test_an_amount_outside_what_cards_take_is_refused(shop: Shop, cents: int, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.open_session(cents=cents)

    assert refusal.value.code == code


def test_half_a_euro_is_enough_for_a_card(shop: Shop) -> None:
    assert shop.open_session(cents=50).amount_total == 50


@pytest.mark.parametrize(
    ("cents", "methods"),
    [
        (50, ["card", "sepa_debit"]),
        (99, ["card", "sepa_debit"]),
        (100, ["card", "ideal", "bancontact", "sepa_debit"]),
    ],
)
def test_a_method_that_does_not_take_so_little_is_not_offered(
    shop: Shop, cents: int, methods: list[str]
) -> None:
    session = shop.open_session(cents=cents)

    assert session.payment_method_types == methods
    assert shop.pay(session, "ideal").status_code == (303 if "ideal" in methods else 400)


@pytest.mark.parametrize(
    ("cents", "allowed", "least"),
    [
        (49, ["card", "ideal"], "€0.50"),
        (99, ["ideal"], "€1.00"),
        (50, ["bancontact", "ideal"], "€1.00"),
        (49, ["sepa_debit"], "€0.50"),
    ],
)
def test_less_than_every_method_takes_is_refused_with_the_least(
    shop: Shop, cents: int, allowed: list[str], least: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=f"at least {least} eur") as refusal:
        shop.open_session(cents=cents, allowed_payment_method_types=allowed)

    assert refusal.value.code == "amount_too_small"


@pytest.mark.parametrize("seconds", [1_790, 86_500])
def test_a_session_lasts_between_half_an_hour_and_a_day(shop: Shop, seconds: int) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="expires_at") as refusal:
        shop.open_session(expires_at=int(time.time()) + seconds)

    assert refusal.value.param == "expires_at"


def test_a_session_lasts_a_day_when_nothing_is_said(shop: Shop) -> None:
    session = shop.open_session()

    assert session.expires_at - session.created == 86_400


def test_filters_decide_which_methods_are_offered(shop: Shop) -> None:
    session = shop.open_session(
        allowed_payment_method_types=["ideal", "card", "klarna"], excluded_payment_method_types=["card"]
    )

    assert session.payment_method_types == ["ideal"]


@pytest.mark.parametrize("key", ["sk_live_real_money", "rk_test_restricted", "nonsense"])
def test_only_test_keys_are_taken(shop: Shop, key: str) -> None:
    with (
        sandbox_shop.client_of(shop.sandbox.base_url, key) as client,
        pytest.raises(stripe.AuthenticationError) as refusal,
    ):
        client.v1.events.list()

    assert refusal.value.http_status == 401


def test_a_call_without_a_key_is_refused(shop: Shop) -> None:
    answer = shop.http.get(f"{shop.sandbox.base_url}/v1/events")

    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/checkout/sessions/cs_test_none"])
def test_what_is_not_there_is_404_in_stripes_shape(shop: Shop, path: str) -> None:
    answer = shop.http.get(f"{shop.sandbox.base_url}{path}", headers={"Authorization": "Bearer sk_test_x"})

    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert answer.headers["Request-Id"].startswith("req_")


def test_a_call_under_another_host_name_is_refused(shop: Shop) -> None:
    answer = shop.http.get(f"{shop.sandbox.base_url}/_sandbox/state", headers={"Host": "evil.example"})

    assert answer.status_code == 400
