"""Checkout Sessions: opened by the shop, closed by its order, by the payer or by the clock.

Rules: https://docs.stripe.com/api/checkout/sessions
"""

from typing import Any

from licensing.sandbox import events, listings, objects, request_types, session_rules, store
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work


def create(work: Work, params: dict[str, Any]) -> Json:
    """Open a session; raise ApiError naming the parameter that Stripe would refuse."""
    session_rules.check(params, work.now)
    items = [objects.line_item(line, work.now) for line in params["line_items"]]
    methods = session_rules.methods(params, sum(item["amount_total"] for item in items))
    session = objects.session(params, items, methods, work.now, work.base_url)
    work.db.execute(
        "INSERT INTO open_sessions (id, expires_at) VALUES (?, ?)", (session["id"], session["expires_at"])
    )
    return store.put(work, session)


def get(work: Work, name: str) -> Json:
    """Return the session; raise ApiError when there is none of that id."""
    return store.get(work, "checkout.session", name)


def listing(work: Work, params: dict[str, Any]) -> Json:
    """List sessions by state or intent."""
    played = frozenset(
        ("created", "ending_before", "expand", "limit", "payment_intent", "starting_after", "status")
    )
    request_types.refuse_unplayed(params, played)
    wanted = {name: params[name] for name in ("payment_intent", "status") if name in params}

    def fits(session: Json) -> bool:
        return wanted.items() <= session.items()

    return listings.page(work, "checkout.session", params, "/v1/checkout/sessions", fits)


def line_items(work: Work, params: dict[str, Any], name: str) -> Json:
    """List the lines of a session in the order given."""
    return listings.excerpt(
        get(work, name)["_line_items"], params, f"/v1/checkout/sessions/{name}/line_items"
    )


def expire(work: Work, _params: dict[str, Any], name: str) -> Json:
    """Close an open session for the shop; raise ApiError when it is complete or expired already."""
    session = get(work, name)
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of `{session['status']}`."
        )
    session = close(work, session, status="expired", event="checkout.session.expired")
    if session["payment_intent"]:
        _cancel_intent(work, session["payment_intent"])
    return session


def close(work: Work, session: Json, *, status: str, event: str, **changes: object) -> Json:
    """End an open session as expired or complete and tell so; nobody can pay it any more."""
    work.db.execute("DELETE FROM open_sessions WHERE id = ?", (session["id"],))
    session = store.put(work, session | {"status": status, "url": None} | changes)
    events.record(work, event, session)
    return session


def expire_overdue(work: Work) -> None:
    """Close every session whose time is up."""
    rows = work.db.execute("SELECT id FROM open_sessions WHERE expires_at <= ?", (work.now,)).fetchall()
    for row in rows:
        expire(work, {}, row["id"])


def _cancel_intent(work: Work, name: str) -> None:
    ended = {"status": "canceled", "canceled_at": work.now, "cancellation_reason": "expired"}
    intent = store.put(work, store.get(work, "payment_intent", name) | ended)
    events.record(work, "payment_intent.canceled", intent)
