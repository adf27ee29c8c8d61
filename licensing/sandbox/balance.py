"""The account's balance: what every charge, refund, dispute and payout does to it, and what it comes to.

Rules: https://docs.stripe.com/reports/balance-transaction-types and https://docs.stripe.com/api/balance
"""

from typing import Any

from licensing.sandbox import listings, objects, request_types, store
from licensing.sandbox.store import Json, Work

CURRENCY = "eur"
PLAYED = frozenset(
    ("created", "currency", "ending_before", "expand", "limit", "payout", "source", "starting_after", "type")
)


def adjust(work: Work, source: Json, kind: str, amount: int, *, fee: int = 0, category: str = "") -> Json:
    """Put an entry of that type on the balance for an object; `amount` and `fee` in cents."""
    entry = objects.balance_entry(source, kind, amount, fee, category or kind, work.now)
    return store.put(work, entry)


def retrieve(work: Work, _params: dict[str, Any]) -> Json:
    """Return the balance: what can be paid out now, and what is still on its way."""
    available = pending = 0
    for entry in store.every(work, "balance_transaction"):
        if is_available(entry, work.now):
            available += entry["net"]
        else:
            pending += entry["net"]
    return {
        **dict.fromkeys(
            ("connect_reserved", "instant_available", "issuing", "refund_and_dispute_prefunding")
        ),
        "object": "balance",
        "available": [_part(available)],
        "livemode": False,
        "pending": [_part(pending)],
    }


def _part(amount: int) -> Json:
    return {"amount": amount, "currency": CURRENCY, "source_types": {"card": amount}}


def is_available(entry: Json, now: int) -> bool:
    """Whether an entry counts for the available part of the balance."""
    return bool(entry["available_on"] <= now)


def unpaid(work: Work) -> list[Json]:
    """Return the entries that no payout has carried to the bank yet."""
    entries = store.every(work, "balance_transaction")
    return [entry for entry in entries if not entry.get("_payout")]


def listing(work: Work, params: dict[str, Any]) -> Json:
    """List entries by currency, source, type, or the payout that they went with."""
    request_types.refuse_unplayed(params, PLAYED)
    wanted: dict[str, str] = {name: params[name] for name in ("currency", "source", "type") if name in params}
    if "payout" in params:
        wanted["_payout"] = store.get(work, "payout", params["payout"])["id"]
    return listings.page(
        work,
        "balance_transaction",
        params,
        "/v1/balance_transactions",
        lambda entry: wanted.items() <= entry.items(),
    )
