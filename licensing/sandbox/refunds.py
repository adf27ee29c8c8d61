"""Refunds: never more than was paid, and each once.

Rules: https://docs.stripe.com/api/refunds
"""

from typing import Any

from licensing.sandbox import events, listings, objects, payments, request_types, session_rules, store
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work

PLAYED = frozenset(("amount", "charge", "currency", "expand", "metadata", "payment_intent", "reason"))


def create(work: Work, params: dict[str, Any]) -> Json:
    """Give back part or all of what is left of a charge; raise ApiError when too little is left."""
    request_types.refuse_unplayed(params, PLAYED)
    session_rules.check_metadata(params.get("metadata"), "metadata")
    charge = _charge(work, params)
    amount = _amount(params, charge)
    refund = objects.refund(charge, params, amount, work.now)
    method = charge["payment_method_details"]["type"]
    entry = store.put(work, objects.balance_transaction(refund, method, work.now))
    store.put(work, refund | {"balance_transaction": entry["id"]})
    _take_off(work, charge, amount)
    events.record(work, "refund.created", store.get(work, "refund", refund["id"]))
    if refund["status"] == "pending":
        payments.start_timer(work, "refund_succeeds", refund["id"])
    return store.get(work, "refund", refund["id"])


def settle(work: Work, name: str) -> None:
    """Let the bank confirm a refund."""
    refund = store.get(work, "refund", name) | {"status": "succeeded", "pending_reason": None}
    events.record(work, "refund.updated", store.put(work, refund))


def listing(work: Work, params: dict[str, Any]) -> Json:
    """List refunds, of one charge or intent if asked."""
    wanted = {name: params[name] for name in ("charge", "payment_intent") if name in params}
    return listings.page(
        work, "refund", params, "/v1/refunds", lambda refund: wanted.items() <= refund.items()
    )


def _charge(work: Work, params: dict[str, Any]) -> Json:
    """Return the charge that a refund is meant for."""
    if ("charge" in params) == ("payment_intent" in params):
        raise ApiError(
            "One of the following params should be provided for this request: payment_intent or charge.",
            param="payment_intent",
            code="parameter_missing",
        )
    if "charge" in params:
        charge = store.get(work, "charge", params["charge"])
    else:
        charge = _charge_of_intent(work, params["payment_intent"])
    if charge["status"] != "succeeded":
        raise ApiError(
            f"Charge {charge['id']} has no successful payment to refund.", code="charge_not_refundable"
        )
    return charge


def _charge_of_intent(work: Work, name: str) -> Json:
    charge_id = store.get(work, "payment_intent", name)["latest_charge"]
    if charge_id is None:
        raise ApiError(
            f"This PaymentIntent ({name}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return store.get(work, "charge", charge_id)


def _amount(params: dict[str, Any], charge: Json) -> int:
    left: int = charge["amount"] - charge["amount_refunded"]
    amount: int = params.get("amount", left)
    if left == 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if params.get("currency", charge["currency"]) != charge["currency"]:
        raise ApiError("The currency is not the currency of the charge.", param="currency")
    if amount < 1:
        raise ApiError("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        raise ApiError(
            f"Refund amount ({_euros(amount)}) is greater than unrefunded amount on charge ({_euros(left)})",
            param="amount",
        )
    return amount


def _euros(amount: int) -> str:
    return f"€{amount // 100}.{amount % 100:02}"


def _take_off(work: Work, charge: Json, amount: int) -> None:
    refunded = charge["amount_refunded"] + amount
    changes = {"amount_refunded": refunded, "refunded": refunded == charge["amount"]}
    events.record(work, "charge.refunded", store.put(work, charge | changes))
