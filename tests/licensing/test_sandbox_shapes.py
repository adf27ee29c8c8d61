"""The sandbox's answers held against the object types that Stripe generates for its own library."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import stripe

from licensing.sandbox import fees
from tests.licensing import sandbox_shop
from tests.licensing.sandbox_shop import Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with sandbox_shop.opened(folder) as shop:
        yield shop


def faults(kind: Any, body: dict[str, Any], path: str = "") -> list[str]:
    """Name the fields of an answer that its type does not know, and those it demands and does not find."""
    hints = {name: hint for name, hint in kind.__annotations__.items() if name != "OBJECT_NAME"}
    found = [f"unknown {path}{name}" for name in body.keys() - hints.keys()]
    found += [
        f"missing {path}{name}" for name, hint in hints.items() if name not in body and not _may_lack(hint)
    ]
    for name, inner in getattr(kind, "_inner_class_types", {}).items():
        values = body.get(name) if isinstance(body.get(name), list) else [body.get(name)]
        for value in values or []:
            if isinstance(value, dict):
                found += faults(inner, value, f"{path}{name}.")
    return found


def _may_lack(hint: Any) -> bool:
    return type(None) in get_args(hint)


@pytest.mark.parametrize("outcome", ["card", "ideal", "bancontact", "sepa_debit", "fail"])
def test_everything_a_payment_leaves_has_stripes_fields(shop: Shop, outcome: str) -> None:
    shop.script(settle_seconds=3600)
    session = shop.paid_session(outcome, customer_email="payer@example.org")
    intent = session.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)

    found = faults(stripe.checkout.Session, session.to_dict())
    found += faults(stripe.PaymentIntent, intent.to_dict())
    found += faults(stripe.Charge, charge.to_dict())

    assert found == []


def test_everything_else_has_stripes_fields(shop: Shop) -> None:
    intent = shop.paid_session("card").payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    refund = shop.client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    [line] = shop.client.v1.checkout.sessions.line_items.list(shop.open_session().id).data
    price = line.price
    assert price is not None

    found = faults(stripe.Refund, refund.to_dict())
    found += faults(stripe.LineItem, line.to_dict())
    found += faults(stripe.Price, price.to_dict())
    for entry in shop.client.v1.balance_transactions.list({"limit": 2}).data:
        found += faults(stripe.BalanceTransaction, entry.to_dict())
    for event in shop.client.v1.events.list({"limit": 100}).data:
        found += faults(stripe.Event, event.to_dict())

    assert found == []


def test_every_event_type_is_one_of_stripes(shop: Shop) -> None:
    shop.script(settle_seconds=0)
    for outcome in ("card", "ideal", "sepa_debit", "sepa_debit_fails", "fail"):
        shop.paid_session(outcome)
    shop.await_webhook("checkout.session.async_payment_succeeded")

    types = {event.type for event in shop.client.v1.events.list({"limit": 100}).data}

    assert types <= set(get_args(stripe.Event.__annotations__["type"]))


@pytest.mark.parametrize(
    ("method", "cents", "fee"),
    [
        ("card", 10_000, 175),
        ("card", 100, 27),  # 1.5 cents round up
        ("card", 99, 26),
        ("ideal", 50, 29),
        ("ideal", 99_999_999, 29),
        ("sepa_debit", 5_000, 35),
    ],
)
def test_the_fee_is_a_share_and_a_fixed_part(method: str, cents: int, fee: int) -> None:
    assert fees.fee(method, cents) == fee
