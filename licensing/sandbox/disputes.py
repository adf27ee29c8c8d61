"""Disputes: a payer's bank takes money back, and may give it back to us.

Rules: https://docs.stripe.com/disputes/how-disputes-work. A direct debit that is disputed is lost at once.
"""

from typing import Any

from licensing.sandbox import balance, events, fees, listings, objects, request_types, store
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work

PLAYED = frozenset(
    ("charge", "created", "ending_before", "expand", "limit", "payment_intent", "starting_after")
)
NEXT = {
    "needs_response": ("under_review", "won", "lost"),
    "under_review": ("won", "lost"),
    "warning_needs_response": ("warning_under_review", "warning_closed", "needs_response"),
    "warning_under_review": ("warning_closed", "needs_response"),
}
FINAL = ("won", "lost", "warning_closed")


def begin(work: Work, charge: Json, given: Json) -> Json:
    """Let the payer's bank dispute a charge: `amount`, `reason`, or as an `inquiry` that moves no money yet.

    Raise ApiError when nothing was collected or more is disputed than is left.
    """
    amount = given.get("amount", _left(charge))
    if charge["status"] != "succeeded" or amount < 1:
        raise ApiError(f"Of charge {charge['id']} nothing can be disputed.", param="amount")
    _require_left(charge, amount)
    is_debit = charge["payment_method_details"]["type"] == "sepa_debit"
    status = "warning_needs_response" if given.get("inquiry") else "needs_response"
    dispute = objects.dispute(charge, amount, given.get("reason", "fraudulent"), status, work.now)
    if is_debit:
        dispute |= {"status": "lost", "evidence_details": dispute["evidence_details"] | {"due_by": None}}
    events.record(work, "charge.dispute.created", store.put(work, dispute))
    if not given.get("inquiry"):
        dispute = _withdraw(work, dispute)
    if is_debit:
        events.record(work, "charge.dispute.closed", dispute)
    return dispute


def move(work: Work, name: str, status: str) -> Json:
    """Let a dispute go on: under_review, won, lost, and so on; raise ApiError for a move no bank makes.

    An inquiry that turns into a dispute takes money, so no more than refunds and other disputes have left.
    """
    dispute = store.get(work, "dispute", name)
    if status not in NEXT.get(dispute["status"], ()):
        raise ApiError(f"A dispute that is {dispute['status']} cannot become {status}.", param="status")
    was_inquiry = dispute["status"].startswith("warning")
    if was_inquiry and status == "needs_response":
        _require_left(store.get(work, "charge", dispute["charge"]), dispute["amount"])
    dispute = store.put(work, dispute | {"status": status})
    if was_inquiry and status == "needs_response":
        dispute = _withdraw(work, dispute)
    events.record(work, "charge.dispute.closed" if status in FINAL else "charge.dispute.updated", dispute)
    return _reinstate(work, dispute) if status == "won" else dispute


def listing(work: Work, params: dict[str, Any]) -> Json:
    """List disputes, of one charge or intent if asked."""
    request_types.refuse_unplayed(params, PLAYED)
    wanted = {name: params[name] for name in ("charge", "payment_intent") if name in params}
    return listings.page(
        work, "dispute", params, "/v1/disputes", lambda dispute: wanted.items() <= dispute.items()
    )


def _left(charge: Json) -> int:
    left: int = charge["amount"] - charge["amount_refunded"] - charge.get("_disputed", 0)
    return left


def _require_left(charge: Json, amount: int) -> None:
    if amount > _left(charge):
        raise ApiError(
            f"Charge {charge['id']} has {_left(charge)} cents that can be disputed.", param="amount"
        )


def _withdraw(work: Work, dispute: Json) -> Json:
    """Take the amount and the fee from the balance; the charge cannot be refunded any more."""
    entry = balance.adjust(
        work, dispute, "adjustment", -dispute["amount"], fee=fees.DISPUTE, category="dispute"
    )
    dispute = _with_entry(work, dispute, entry) | {"is_charge_refundable": False}
    _mark(work, dispute["charge"], dispute["amount"])
    events.record(work, "charge.dispute.funds_withdrawn", store.put(work, dispute))
    return dispute


def _reinstate(work: Work, dispute: Json) -> Json:
    """Give the amount back to the balance; the fee is not returned."""
    entry = balance.adjust(work, dispute, "adjustment", dispute["amount"], category="dispute_reversal")
    dispute = _with_entry(work, dispute, entry)
    _mark(work, dispute["charge"], -dispute["amount"])
    events.record(work, "charge.dispute.funds_reinstated", store.put(work, dispute))
    return dispute


def _with_entry(work: Work, dispute: Json, entry: Json) -> Json:
    entries = [*dispute["balance_transactions"], entry]
    return store.put(work, dispute | {"balance_transactions": entries})


def _mark(work: Work, name: str, amount: int) -> None:
    charge = store.get(work, "charge", name)
    store.put(work, charge | {"disputed": True, "_disputed": charge.get("_disputed", 0) + amount})
