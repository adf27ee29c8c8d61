"""Refunds: never more than was paid, and each once.

Rules: https://docs.stripe.com/api/refunds
"""

from typing import Any

from licensing.sandbox import (
    balance,
    behaviour,
    events,
    listings,
    objects,
    payments,
    request_types,
    session_rules,
    store,
)
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work

PLAYED = frozenset(("amount", "charge", "currency", "expand", "metadata", "payment_intent", "reason"))


def create(work: Work, params: dict[str, Any]) -> Json:
    """Give back part or all of what is left of a charge; raise ApiError when too little is left."""
    request_types.refuse_unplayed(params, PLAYED)
    session_rules.check_metadata(params.get("metadata"), "metadata")
    charge = charge_of(work, params)
    _check_refundable(charge)
    amount = _amount(params, charge)
    refund = objects.refund(charge, params, amount, work.now)
    method = charge["payment_method_details"]["type"]
    entry = store.put(work, objects.balance_transaction(refund, method, work.now))
    store.put(work, refund | {"balance_transaction": entry["id"]})
    _take_off(work, charge, amount)
    events.record(work, "refund.created", store.get(work, "refund", refund["id"]))
    if refund["status"] == "pending":
        verdict = "refund_fails" if behaviour.read(work).refunds_fail else "refund_succeeds"
        payments.start_timer(work, verdict, refund["id"])
    return store.get(work, "refund", refund["id"])


def settle(work: Work, name: str, *, paid: bool) -> Json:
    """Let the payer's bank take a refund or send it back; raise ApiError when it has failed before."""
    refund = store.get(work, "refund", name)
    if refund["status"] == "failed" or (paid and refund["status"] == "succeeded"):
        raise ApiError(f"Refund {name} is {refund['status']} already.", param="status")
    if not paid:
        return _fail(work, refund)
    refund |= {"status": "succeeded", "pending_reason": None}
    events.record(work, "refund.updated", store.put(work, refund))
    return refund


def settle_if_pending(work: Work, name: str, *, paid: bool) -> None:
    """Let the bank decide on a refund that nobody has decided by hand."""
    if store.get(work, "refund", name)["status"] == "pending":
        settle(work, name, paid=paid)


def _fail(work: Work, refund: Json) -> Json:
    """Put the money of a refund back on the balance, and on what may be refunded of its charge."""
    by_card = refund["id"].startswith("re_")
    kind = "refund_failure" if by_card else "payment_failure_refund"
    entry = balance.adjust(work, refund, kind, refund["amount"], category="refund_failure")
    refund |= {
        "status": "failed",
        "pending_reason": None,
        "failure_reason": "unknown",
        "failure_balance_transaction": entry["id"],
    }
    store.put(work, refund)
    charge = store.get(work, "charge", refund["charge"])
    left = charge["amount_refunded"] - refund["amount"]
    store.put(work, charge | {"amount_refunded": left, "refunded": False})
    for kind in ("refund.updated", "refund.failed", "charge.refund.updated"):
        events.record(work, kind, refund)
    return refund


def listing(work: Work, params: dict[str, Any]) -> Json:
    """List refunds, of one charge or intent if asked."""
    wanted = {name: params[name] for name in ("charge", "payment_intent") if name in params}
    return listings.page(
        work, "refund", params, "/v1/refunds", lambda refund: wanted.items() <= refund.items()
    )


def charge_of(work: Work, params: dict[str, Any]) -> Json:
    """Return the charge that a refund or a dispute is meant for; raise ApiError when it is not clear which."""
    if ("charge" in params) == ("payment_intent" in params):
        raise ApiError(
            "One of the following params should be provided for this request: payment_intent or charge.",
            param="payment_intent",
            code="parameter_missing",
        )
    if "charge" in params:
        return store.get(work, "charge", params["charge"])
    return _charge_of_intent(work, params["payment_intent"])


def _check_refundable(charge: Json) -> None:
    if charge.get("_disputed"):
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if charge["status"] != "succeeded":
        raise ApiError(
            f"Charge {charge['id']} has no successful payment to refund.", code="charge_not_refundable"
        )


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
