"""Form fields nested and typed by the request types of Stripe's own library."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.sandbox import request_types
from licensing.sandbox.api_errors import ApiError

TEXT = st.text(st.characters(codec="utf-8"), min_size=1)
KEYS = st.text(st.characters(codec="utf-8", exclude_characters="[]"), min_size=1, max_size=40)
AMOUNTS = st.integers(0, 99_999_999)


def encoded(value: Any, key: str) -> list[tuple[str, str]]:
    """Write a value as form fields in the way of Stripe's library."""
    if isinstance(value, dict):
        return [pair for name, inner in value.items() for pair in encoded(inner, f"{key}[{name}]")]
    if isinstance(value, list):
        return [pair for number, inner in enumerate(value) for pair in encoded(inner, f"{key}[{number}]")]
    return [(key, str(value).lower() if isinstance(value, bool) else str(value))]


@settings(max_examples=40)
@given(
    lines=st.lists(st.tuples(TEXT, AMOUNTS, st.integers(1, 99)), min_size=1, max_size=12),
    metadata=st.dictionaries(KEYS, TEXT, max_size=5),
    adaptive=st.booleans(),
)
def test_what_is_sent_is_what_is_read(
    lines: list[tuple[str, int, int]], metadata: dict[str, str], adaptive: bool
) -> None:
    sent: dict[str, Any] = {
        "adaptive_pricing": {"enabled": adaptive},
        "line_items": [
            {
                "price_data": {"currency": "eur", "product_data": {"name": name}, "unit_amount": amount},
                "quantity": quantity,
            }
            for name, amount, quantity in lines
        ],
        "metadata": metadata,
    }
    pairs = [pair for name, value in sent.items() for pair in encoded(value, name)]

    read = request_types.validate("session.create", pairs)

    assert read == {name: value for name, value in sent.items() if value != {}}


@given(pairs=st.lists(st.tuples(st.text("abc[]019"), TEXT), max_size=6))
def test_no_form_breaks_the_reader(pairs: list[tuple[str, str]]) -> None:
    with suppress(ApiError):
        request_types.validate("session.create", pairs)


def test_a_time_filter_may_be_a_moment_or_a_span() -> None:
    assert request_types.validate("event.list", [("created", "5")]) == {"created": 5}
    assert request_types.validate("event.list", [("created[gte]", "5")]) == {"created": {"gte": 5}}


def test_settings_of_the_client_are_no_form_fields() -> None:
    with pytest.raises(ApiError, match="idempotency_key"):
        request_types.validate("refund.create", [("idempotency_key", "x")])


def test_an_empty_value_unsets_a_key_of_metadata() -> None:
    assert request_types.validate("refund.create", [("metadata[a]", ""), ("metadata[b]", "2")]) == {
        "metadata": {"b": "2"}
    }
