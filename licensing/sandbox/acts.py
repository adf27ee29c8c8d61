"""What the world does without the shop: a payer's bank disputes, staff refund in the dashboard, a payout goes out.

Tests and demonstrations post these as JSON to /_sandbox/...; the events that follow name no request, as
Stripe's do for what is done in its dashboard.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, request

from licensing.sandbox import clockwork, disputes, expansion, payouts, refunds
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work
from licensing.sandbox.till import Till

Act = Callable[..., Json]


def _dispute(work: Work, given: Json) -> Json:
    known: dict[str, str] = {name: given[name] for name in ("charge", "payment_intent") if name in given}
    return disputes.begin(work, refunds.charge_of(work, known), given)


def _refund(work: Work, given: Json) -> Json:
    return refunds.create(work, given)


def _move_refund(work: Work, given: Json, name: str) -> Json:
    return refunds.settle(work, name, paid=given["status"] == "succeeded")


def _move_dispute(work: Work, given: Json, name: str) -> Json:
    return disputes.move(work, name, given["status"])


def _move_payout(work: Work, given: Json, name: str) -> Json:
    return payouts.move(work, name, given["status"])


# Address, what its JSON may name and must name, and what it does.
ACTS: tuple[tuple[str, dict[str, type], frozenset[str], Act], ...] = (
    (
        "/_sandbox/disputes",
        {"charge": str, "payment_intent": str, "amount": int, "reason": str, "inquiry": bool},
        frozenset(),
        _dispute,
    ),
    ("/_sandbox/disputes/<name>", {"status": str}, frozenset(("status",)), _move_dispute),
    (
        "/_sandbox/refunds",
        {"charge": str, "payment_intent": str, "amount": int, "reason": str},
        frozenset(),
        _refund,
    ),
    ("/_sandbox/refunds/<name>", {"status": str}, frozenset(("status",)), _move_refund),
    ("/_sandbox/payouts", {"amount": int, "in_transit": bool}, frozenset(), payouts.begin),
    ("/_sandbox/payouts/<name>", {"status": str}, frozenset(("status",)), _move_payout),
)


def init_app(app: Flask, till: Till) -> None:
    """Add the addresses of all acts to the app."""
    for path, takes, needs, act in ACTS:
        app.add_url_rule(path, endpoint=path, methods=["POST"], view_func=_view(till, takes, needs, act))


def _view(till: Till, takes: dict[str, type], needs: frozenset[str], act: Act) -> Callable[..., Any]:
    def view(**names: str) -> tuple[Response, int] | Response:
        if not request.is_json:
            return jsonify(error="Send application/json."), 415
        given = request.get_json()
        if not _fits(given, takes, needs):
            return jsonify(error=f"Send an object with some of: {', '.join(takes)}."), 400
        try:
            with till.store.work() as work:
                clockwork.advance(work)
                return jsonify(expansion.show(work, act(work, given, **names), []))
        except ApiError as error:
            return jsonify(error.body()), error.status

    return view


def _fits(given: Any, takes: dict[str, type], needs: frozenset[str]) -> bool:
    return (
        isinstance(given, dict)
        and needs <= given.keys()
        and all(type(value) is takes.get(name) for name, value in given.items())
    )
