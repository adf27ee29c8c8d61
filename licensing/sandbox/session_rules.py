"""What Stripe demands of a new Checkout Session beyond the types of its parameters.

Limits: https://docs.stripe.com/api/checkout/sessions/create and
https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts (half a euro for whoever is paid out in euros).
"""

from typing import Any
from urllib.parse import urlsplit

from licensing.sandbox import api_errors, request_types
from licensing.sandbox.api_errors import ApiError

# Method -> the least that it takes, in cents. Bank redirects were seen to refuse less than a euro, which no list of
# Stripe's says (stripe/stripe-php #1592): who copes with the stricter rule copes with both.
LEAST = {"card": 50, "ideal": 100, "bancontact": 100, "sepa_debit": 50}
METHODS = tuple(LEAST)
CURRENCY = "eur"  # the methods above take no other
LARGEST = 99_999_999  # cents
SOONEST, LATEST = 30 * 60, 24 * 60 * 60  # seconds from creation to expires_at

PLAYED = frozenset(
    (
        "adaptive_pricing",
        "allowed_payment_method_types",
        "cancel_url",
        "client_reference_id",
        "customer_email",
        "excluded_payment_method_types",
        "expand",
        "expires_at",
        "line_items.metadata",
        "line_items.price_data.currency",
        "line_items.price_data.product_data.description",
        "line_items.price_data.product_data.metadata",
        "line_items.price_data.product_data.name",
        "line_items.price_data.unit_amount",
        "line_items.quantity",
        "locale",
        "metadata",
        "mode",
        "payment_intent_data.description",
        "payment_intent_data.metadata",
        "success_url",
        "ui_mode",
    )
)


def check(params: dict[str, Any], now: int) -> None:
    """Raise ApiError naming the first parameter that is missing, out of bounds or not played here."""
    request_types.refuse_unplayed(params, PLAYED)
    _check_ways(params)
    _check_texts(params)
    _check_expiry(params, now)
    _check_lines(params)


def _check_ways(params: dict[str, Any]) -> None:
    for name in ("mode", "line_items", "success_url"):
        if not params.get(name):
            raise api_errors.missing(name)
    for name, only in (("mode", "payment"), ("ui_mode", "hosted_page")):
        if params.get(name, only) != only:
            raise api_errors.unsupported(f"{name}={params[name]}")
    for name in ("success_url", "cancel_url"):
        if name in params and not _is_url(params[name]):
            raise ApiError("Not a valid URL", param=name, code="url_invalid")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text


def _check_texts(params: dict[str, Any]) -> None:
    if len(params.get("client_reference_id", "")) > 200:
        raise ApiError("Invalid string: must be at most 200 characters", param="client_reference_id")
    if "@" not in params.get("customer_email", "@"):
        raise ApiError(
            f"Invalid email address: {params['customer_email']}", param="customer_email", code="email_invalid"
        )
    check_metadata(params.get("metadata"), "metadata")
    check_metadata(params.get("payment_intent_data", {}).get("metadata"), "payment_intent_data[metadata]")


def check_metadata(metadata: dict[str, str] | str | None, param: str) -> None:
    """Raise ApiError beyond 50 keys, 40 characters a key, 500 a value (https://docs.stripe.com/api/metadata)."""
    entries = metadata if isinstance(metadata, dict) else {}
    if len(entries) > 50:
        raise ApiError("Metadata can have up to 50 keys.", param=param)
    for key, value in entries.items():
        if len(key) > 40 or len(value) > 500:
            raise ApiError(
                "Metadata keys have up to 40 characters, values up to 500.", param=f"{param}[{key}]"
            )


def _check_expiry(params: dict[str, Any], now: int) -> None:
    wait = params.get("expires_at", now + LATEST) - now
    if wait < SOONEST:
        raise ApiError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if wait > LATEST:
        raise ApiError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _check_lines(params: dict[str, Any]) -> None:
    lines: list[dict[str, Any]] = params["line_items"]
    if len(lines) > 100:
        raise ApiError("You can have at most 100 line items.", param="line_items")
    for number, line in enumerate(lines):
        _check_line(line, f"line_items[{number}]")


def _check_line(line: dict[str, Any], path: str) -> None:
    for name in ("price_data", "quantity"):
        if name not in line:
            raise api_errors.missing(f"{path}[{name}]")
    for name in ("unit_amount", "product_data"):
        if name not in line["price_data"]:
            raise api_errors.missing(f"{path}[price_data][{name}]")
    if line["price_data"]["currency"] != CURRENCY:
        raise api_errors.unsupported(f"{path}[price_data][currency]")
    for name, value, least in (
        (f"{path}[quantity]", line["quantity"], 1),
        (f"{path}[price_data][unit_amount]", line["price_data"]["unit_amount"], 0),
    ):
        if value < least:
            raise ApiError(
                f"This value must be at least {least}.", param=name, code="parameter_invalid_integer"
            )


def methods(params: dict[str, Any], total: int) -> list[str]:
    """Return the methods that the filters leave and that take so many cents; raise ApiError where none does."""
    allowed = params.get("allowed_payment_method_types", METHODS)
    barred = params.get("excluded_payment_method_types", ())
    left = [method for method in METHODS if method in allowed and method not in barred]
    if not left:
        raise ApiError(
            "No valid payment method types for this Checkout Session.", param="allowed_payment_method_types"
        )
    _check_total(total, min(LEAST[method] for method in left))
    return [method for method in left if total >= LEAST[method]]


def _check_total(total: int, least: int) -> None:
    if total < least:
        raise ApiError(
            f"The Checkout Session's total amount due must add up to at least €{least / 100:.2f} eur",
            code="amount_too_small",
        )
    if total > LARGEST:
        raise ApiError(
            "The Checkout Session's total amount must be no more than €999,999.99", code="amount_too_large"
        )
