"""The calls under /v1: who may call, what is checked first, what is answered twice the same.

A call goes through scripted faults, the key, the request types, the idempotency key, and one transaction.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, request

from licensing.sandbox import (
    api_errors,
    balance,
    behaviour,
    clockwork,
    disputes,
    events,
    expansion,
    idempotency,
    objects,
    payments,
    payouts,
    refunds,
    request_types,
    sessions,
    store,
)
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.idempotency import Answer
from licensing.sandbox.store import Json, Work
from licensing.sandbox.till import DROP, Till

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Call:
    """One address of the API: method, path, the request type it takes, the function that does it."""

    method: str
    path: str
    takes: str
    run: Callable[..., Json]


def _retrieve(kind: str) -> Callable[..., Json]:
    def retrieve(work: Work, _params: dict[str, Any], name: str) -> Json:
        return store.get(work, kind, name)

    return retrieve


CALLS = (
    Call("POST", "/v1/checkout/sessions", "session.create", sessions.create),
    Call("GET", "/v1/checkout/sessions", "session.list", sessions.listing),
    Call("GET", "/v1/checkout/sessions/<name>", "session.retrieve", _retrieve("checkout.session")),
    Call("POST", "/v1/checkout/sessions/<name>/expire", "session.expire", sessions.expire),
    Call("GET", "/v1/checkout/sessions/<name>/line_items", "session.line_items", sessions.line_items),
    Call("GET", "/v1/payment_intents/<name>", "payment_intent.retrieve", _retrieve("payment_intent")),
    Call("GET", "/v1/charges", "charge.list", payments.charges),
    Call("GET", "/v1/charges/<name>", "charge.retrieve", _retrieve("charge")),
    Call("POST", "/v1/refunds", "refund.create", refunds.create),
    Call("GET", "/v1/refunds", "refund.list", refunds.listing),
    Call("GET", "/v1/refunds/<name>", "refund.retrieve", _retrieve("refund")),
    Call("GET", "/v1/balance_transactions", "balance_transaction.list", balance.listing),
    Call(
        "GET",
        "/v1/balance_transactions/<name>",
        "balance_transaction.retrieve",
        _retrieve("balance_transaction"),
    ),
    Call("GET", "/v1/balance", "balance.retrieve", balance.retrieve),
    Call("GET", "/v1/disputes", "dispute.list", disputes.listing),
    Call("GET", "/v1/disputes/<name>", "dispute.retrieve", _retrieve("dispute")),
    Call("GET", "/v1/payouts", "payout.list", payouts.listing),
    Call("GET", "/v1/payouts/<name>", "payout.retrieve", _retrieve("payout")),
    Call("GET", "/v1/events", "event.list", events.listing),
    Call("GET", "/v1/events/<name>", "event.retrieve", _retrieve("event")),
)


def init_app(app: Flask, till: Till) -> None:
    """Add every call of the API to the app."""
    for call in CALLS:
        app.add_url_rule(
            call.path,
            endpoint=f"{call.method} {call.path}",
            methods=[call.method],
            view_func=_view(till, call),
        )


def _view(till: Till, call: Call) -> Callable[..., Response]:
    def view(**names: str) -> Response:
        request_id = objects.new_id("req", 14)
        try:
            answer = _answer(till, call, names, request_id)
        except ApiError as error:
            answer = Answer(error.status, error.body(), request_id)
        return respond(answer, request_id)

    return view


def respond(answer: Answer, request_id: str) -> Response:
    """Turn an answer into a response with the headers that Stripe sends."""
    response = jsonify(answer.body)
    response.status_code = answer.status
    response.headers["Request-Id"] = request_id
    response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", request_types.API_VERSION)
    if "Idempotency-Key" in request.headers:
        response.headers["Idempotency-Key"] = request.headers["Idempotency-Key"]
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = answer.request_id
    return response


def _answer(till: Till, call: Call, names: dict[str, str], request_id: str) -> Answer:
    with till.store.work() as work:
        clockwork.advance(work)
        fault, seconds = behaviour.take_fault(work, request.path)
    _stumble(fault)
    _authenticate(request.headers.get("Authorization", ""))
    pairs = _pairs(call.method)
    params = request_types.validate(call.takes, pairs)
    key = request.headers.get("Idempotency-Key", "") if call.method == "POST" else ""
    idempotency.check(key)
    with till.keys.holding(key) if key else nullcontext():
        if fault == "slow":
            time.sleep(seconds)
        with till.store.work(
            base_url=request.host_url.rstrip("/"), request_id=request_id, idempotency_key=key or None
        ) as work:
            return _once(
                work, call, names, params, idempotency.fingerprint(pairs), broken=fault == "stored_500"
            )


def _stumble(fault: str) -> None:
    """Meet the scripted faults that need no work done first."""
    if fault == "429":
        raise ApiError("Too many requests hit the API too quickly.", status=429, code="rate_limit")
    if fault == "500":
        raise _broken()
    if fault in ("drop", "drop_after_commit"):
        request.environ[DROP] = True
    if fault == "drop":
        raise _broken()


def _broken() -> ApiError:
    return ApiError("An unknown error occurred.", status=500, kind="api_error")


def _authenticate(header: str) -> None:
    scheme, _, secret = header.partition(" ")
    if scheme != "Bearer" or not secret:
        raise api_errors.unauthorised("You did not provide an API key in the Authorization header (Bearer).")
    if not secret.startswith("sk_test_"):
        raise api_errors.unauthorised(
            "Invalid API Key provided: the sandbox takes keys that begin with sk_test_."
        )


def _pairs(method: str) -> Pairs:
    if method == "GET":
        return list(request.args.items(multi=True))
    if request.args:
        raise api_errors.unknown(next(iter(request.args)))
    return list(request.form.items(multi=True))


def _once(
    work: Work, call: Call, names: dict[str, str], params: dict[str, Any], digest: str, *, broken: bool
) -> Answer:
    """Do the work, or repeat the answer that its idempotency key has already had."""
    key, request_id = work.idempotency_key, work.request_id or ""
    known = idempotency.recall(work, key, request.path, digest) if key else None
    if known:
        return known
    # Refused work is undone while its answer is kept, in one transaction.
    work.db.execute("SAVEPOINT work")
    try:
        if broken:
            raise _broken()
        answer = Answer(200, _run(work, call, names, params), request_id)
    except ApiError as error:
        work.db.execute("ROLLBACK TO work")
        answer = Answer(error.status, error.body(), request_id)
    if key:
        idempotency.keep(work, key, request.path, digest, answer)
    return answer


def _run(work: Work, call: Call, names: dict[str, str], params: dict[str, Any]) -> Json:
    body = call.run(work, params, **names)
    return expansion.show(work, body, params.get("expand", []))
