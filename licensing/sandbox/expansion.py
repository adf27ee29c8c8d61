"""Objects as the API shows them: without the sandbox's own keys, with `expand[]` followed.

Rules: https://docs.stripe.com/api/expanding_objects
"""

from collections import defaultdict

from licensing.sandbox import balance, listings, store
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work

DEEPEST = 4

# The kind of object behind a field that holds its id.
BEHIND = {
    ("checkout.session", "payment_intent"): "payment_intent",
    ("payment_intent", "latest_charge"): "charge",
    ("charge", "balance_transaction"): "balance_transaction",
    ("charge", "payment_intent"): "payment_intent",
    ("dispute", "charge"): "charge",
    ("dispute", "payment_intent"): "payment_intent",
    ("payout", "balance_transaction"): "balance_transaction",
    ("payout", "failure_balance_transaction"): "balance_transaction",
    ("refund", "balance_transaction"): "balance_transaction",
    ("refund", "failure_balance_transaction"): "balance_transaction",
    ("refund", "charge"): "charge",
    ("refund", "payment_intent"): "payment_intent",
}
# What an entry of the balance comes from, by the beginning of its id.
SOURCES = {"ch": "charge", "py": "charge", "re": "refund", "pyr": "refund", "du": "dispute", "po": "payout"}


def show(work: Work, body: Json, paths: list[str]) -> Json:
    """Return the object for an answer; raise ApiError for a path that leads nowhere or too deep."""
    for path in paths:
        if path.count(".") >= DEEPEST:
            raise ApiError(
                f"You cannot expand more than {DEEPEST} levels of a property ({path}).", param="expand"
            )
    return _shown(work, body, [path.split(".") for path in paths])


def _shown(work: Work, body: Json, paths: list[list[str]]) -> Json:
    inner: dict[str, list[list[str]]] = defaultdict(list)
    for head, *rest in paths:
        inner[head] += [rest] if rest else []
    plain = {name: value for name, value in body.items() if not name.startswith("_")}
    if body["object"] == "list":
        plain["data"] = [_shown(work, item, inner.get("data", [])) for item in body["data"]]
        inner.pop("data", None)
    if body["object"] == "balance_transaction":
        plain["status"] = "available" if balance.is_available(body, work.now) else "pending"
    return plain | {name: _expanded(work, body, name, below) for name, below in inner.items()}


def _expanded(work: Work, body: Json, name: str, paths: list[list[str]]) -> Json | None:
    carried = _carried(work, body, name)
    if carried is not None:
        return _shown(work, carried, paths)
    kind = _kind_behind(body, name)
    if kind is None:
        raise ApiError(f"This property cannot be expanded ({name}).", param="expand")
    if body[name] is None:
        return None
    found = store.find(work, kind, body[name])
    return None if found is None else _shown(work, found, paths)


def _kind_behind(body: Json, name: str) -> str | None:
    if (body["object"], name) == ("balance_transaction", "source"):
        return SOURCES[body["source"].partition("_")[0]]
    return BEHIND.get((body["object"], name))


def _carried(work: Work, body: Json, name: str) -> Json | None:
    """Return a list that is part of the object but shown on request only."""
    if (body["object"], name) == ("checkout.session", "line_items"):
        return listings.excerpt(body["_line_items"], {}, f"/v1/checkout/sessions/{body['id']}/line_items")
    if (body["object"], name) == ("charge", "refunds"):
        refunds = [refund for refund in store.every(work, "refund") if refund["charge"] == body["id"]]
        return listings.envelope(
            refunds[:10], f"/v1/charges/{body['id']}/refunds", has_more=len(refunds) > 10
        )
    return None
