"""Payouts: the balance goes to the archive's bank, and sometimes comes back.

Rules: https://docs.stripe.com/api/payouts
"""

from typing import Any

from licensing.sandbox import balance, events, listings, objects, request_types, store
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work

PLAYED = frozenset(("created", "ending_before", "expand", "limit", "starting_after", "status"))
FAILURE = {
    "failure_code": "account_closed",
    "failure_message": "The bank account has been closed.",
}


def begin(work: Work, given: Json) -> Json:
    """Send the whole balance to the bank, or `amount` cents of it; `paid` at once unless `in_transit` is true.

    Raise ApiError when the balance is less.
    """
    carried = balance.unpaid(work)
    total = sum(entry["net"] for entry in carried)
    amount = given.get("amount", total)
    if not 1 <= amount <= total:
        raise ApiError(f"You have insufficient funds: the balance is {total} cents.", param="amount")
    payout = objects.payout(amount, "amount" not in given, work.now)
    entry = balance.adjust(work, payout, "payout", -amount)
    payout = store.put(work, payout | {"balance_transaction": entry["id"]})
    # A payout of all names what it carried; of a part, nothing but itself (`reconciliation_status`).
    for each in (*carried, entry) if payout["automatic"] else ():
        store.put(work, each | {"_payout": payout["id"], "available_on": min(each["available_on"], work.now)})
    events.record(work, "payout.created", payout)
    return payout if given.get("in_transit") else move(work, payout["id"], "paid")


def move(work: Work, name: str, status: str) -> Json:
    """Let the bank take a payout (`paid`) or send it back (`failed`, also after it was paid)."""
    payout = store.get(work, "payout", name)
    if status not in {"in_transit": ("paid", "failed"), "paid": ("failed",)}.get(payout["status"], ()):
        raise ApiError(f"A payout that is {payout['status']} cannot become {status}.", param="status")
    payout |= {"status": status}
    if status == "failed":
        entry = balance.adjust(work, payout, "payout_failure", payout["amount"], category="payout_reversal")
        payout |= FAILURE | {"failure_balance_transaction": entry["id"]}
    events.record(work, f"payout.{status}", store.put(work, payout))
    return payout


def listing(work: Work, params: dict[str, Any]) -> Json:
    """List payouts by their state."""
    request_types.refuse_unplayed(params, PLAYED)
    wanted = {name: params[name] for name in ("status",) if name in params}
    return listings.page(
        work, "payout", params, "/v1/payouts", lambda payout: wanted.items() <= payout.items()
    )
