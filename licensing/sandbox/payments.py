"""What a payer does on the hosted page, and what their bank says afterwards.

Cards, iDEAL and Bancontact answer at once, but for a card whose bank asks first whether it is you (3-D Secure). A
direct debit completes the session unpaid and is decided later.
"""

from typing import Any

from licensing.sandbox import behaviour, events, listings, objects, request_types, sessions, store
from licensing.sandbox.store import Json, Work

CHARGES_PLAYED = frozenset(
    ("created", "ending_before", "expand", "limit", "payment_intent", "starting_after")
)
LATE = {"sepa_debit": "debit_succeeds", "sepa_debit_fails": "debit_fails"}
ASKS_FIRST = "card_asks"
CONFIRMED, REFUSED = "confirmed", "refused"  # what a payer answers their bank
FAILURES = {
    "card_declined": "Your card was declined.",
    "payment_method_provider_decline": "The payment was declined by the bank.",
    "insufficient_funds": "The account has too little money.",
}


def outcomes(session: Json) -> list[str]:
    """Return what a payer can choose to let happen with this session."""
    if session.get("_is_asked"):
        return [CONFIRMED, REFUSED]
    late = [name for name in LATE if "sepa_debit" in session["payment_method_types"]]
    at_once = [name for name in ("ideal", "card", "bancontact") if name in session["payment_method_types"]]
    asking = [ASKS_FIRST] if "card" in at_once else []
    return [*at_once, *asking, *late, "fail"]


def pay(work: Work, session: Json, outcome: str) -> Json:
    """Let one of the outcomes happen to an open session and return the session after it."""
    intent = _intent(work, session)
    if outcome == "fail":
        return _decline(work, session, intent)
    if outcome in LATE:
        return _begin_debit(work, session, intent, LATE[outcome])
    if outcome == ASKS_FIRST:
        return _ask(work, session, intent)
    if outcome == REFUSED:
        return _refuse_answer(work, session, intent)
    method = "card" if outcome == CONFIRMED else outcome
    charge = objects.charge(intent, method, "succeeded", session["customer_email"], work.now)
    _book(work, charge, method)
    _receive(work, intent, charge)
    return _complete(work, session | {"_is_asked": False}, intent, "paid")


def settle(work: Work, name: str, *, paid: bool) -> None:
    """Let the bank decide on a direct debit, by the intent's id."""
    intent = store.get(work, "payment_intent", name)
    session = sessions.get(work, intent["_session"])
    charge = store.get(work, "charge", intent["latest_charge"])
    if paid:
        charge |= {"status": "succeeded", "captured": True, "amount_captured": charge["amount"]}
        _book(work, charge, "sepa_debit")
        _receive(work, intent, charge)
        session = store.put(work, session | {"payment_status": "paid"})
        events.record(work, "checkout.session.async_payment_succeeded", session)
    else:
        _refuse(work, intent, charge, "insufficient_funds")
        events.record(work, "checkout.session.async_payment_failed", session)


def charges(work: Work, params: dict[str, Any]) -> Json:
    """List charges, of one intent if asked."""
    request_types.refuse_unplayed(params, CHARGES_PLAYED)
    wanted = {name: params[name] for name in ("payment_intent",) if name in params}
    return listings.page(
        work, "charge", params, "/v1/charges", lambda charge: wanted.items() <= charge.items()
    )


def _intent(work: Work, session: Json) -> Json:
    """Return the intent of the session; the first try to pay makes it."""
    if session["payment_intent"]:
        return store.get(work, "payment_intent", session["payment_intent"])
    intent = store.put(work, objects.payment_intent(session, work.now))
    events.record(work, "payment_intent.created", intent)
    return intent


def _decline(work: Work, session: Json, intent: Json) -> Json:
    method = session["payment_method_types"][0]
    charge = objects.charge(intent, method, "failed", session["customer_email"], work.now)
    _refuse(work, intent, charge, "card_declined" if method == "card" else "payment_method_provider_decline")
    return store.put(work, session | {"payment_intent": intent["id"]})


def _refuse(work: Work, intent: Json, charge: Json, code: str) -> None:
    """Let a charge fail and send its intent back to where another method may be tried."""
    message = FAILURES[code]
    failed = {"status": "failed", "paid": False, "failure_code": code, "failure_message": message}
    events.record(work, "charge.failed", store.put(work, charge | failed))
    kind = "card_error" if code == "card_declined" else "invalid_request_error"
    changes = {
        "latest_charge": charge["id"],
        "last_payment_error": {"charge": charge["id"], "code": code, "message": message, "type": kind},
        "status": "requires_payment_method",
    }
    events.record(work, "payment_intent.payment_failed", store.put(work, intent | changes))


def _ask(work: Work, session: Json, intent: Json) -> Json:
    """Let the bank ask whether it is the holder of the card who pays; nothing is charged before the answer."""
    changes = {"status": "requires_action", "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {}}}
    events.record(work, "payment_intent.requires_action", store.put(work, intent | changes))
    return store.put(work, session | {"payment_intent": intent["id"], "_is_asked": True})


def _refuse_answer(work: Work, session: Json, intent: Json) -> Json:
    error = {
        "code": "payment_intent_authentication_failure",
        "message": "The bank could not make sure that it is you.",
        "type": "invalid_request_error",
    }
    changes = {"status": "requires_payment_method", "next_action": None, "last_payment_error": error}
    events.record(work, "payment_intent.payment_failed", store.put(work, intent | changes))
    return store.put(work, session | {"_is_asked": False})


def _begin_debit(work: Work, session: Json, intent: Json, verdict: str) -> Json:
    charge = objects.charge(intent, "sepa_debit", "pending", session["customer_email"], work.now)
    events.record(work, "charge.pending", store.put(work, charge))
    changes = {
        "status": "processing",
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
    }
    events.record(work, "payment_intent.processing", store.put(work, intent | changes))
    start_timer(work, verdict, intent["id"])
    return _complete(work, session, intent, "unpaid")


def start_timer(work: Work, what: str, target: str) -> None:
    """Let something happen to an object after the time that banks take, by the script in force."""
    due_at = work.now + behaviour.read(work).settle_seconds
    work.db.execute("INSERT INTO timers (due_at, what, target) VALUES (?, ?, ?)", (int(due_at), what, target))


def _book(work: Work, charge: Json, method: str) -> None:
    """Put a collected charge on the balance, less the fee."""
    entry = store.put(work, objects.balance_transaction(charge, method, work.now))
    charge["balance_transaction"] = entry["id"]
    events.record(work, "charge.succeeded", store.put(work, charge))


def _receive(work: Work, intent: Json, charge: Json) -> None:
    changes = {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": charge["payment_method"],
        "status": "succeeded",
    }
    events.record(work, "payment_intent.succeeded", store.put(work, intent | changes))


def _complete(work: Work, session: Json, intent: Json, payment_status: str) -> Json:
    details = {
        **dict.fromkeys(("business_name", "individual_name", "name", "phone")),
        "address": objects.NO_ADDRESS,
        "email": session["customer_email"],
        "tax_exempt": "none",
        "tax_ids": [],
    }
    return sessions.close(
        work,
        session,
        status="complete",
        event="checkout.session.completed",
        payment_status=payment_status,
        payment_intent=intent["id"],
        customer_details=details,
    )
