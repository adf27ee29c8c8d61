"""Where the payment provider posts its events. The signature over the raw body is the only proof of who is
asking.
"""

import logging

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from archive import clock
from archive.web_security import csrf
from licensing import provider_events
from licensing.gateways.gateway import BadEvent, gateway

log = logging.getLogger(__name__)


def register(open_pages: Blueprint) -> None:
    """Put this view on the floor's pages without a language."""
    open_pages.add_url_rule(
        "/webhooks/stripe", "stripe_webhook", csrf.exempt(stripe_webhook), methods=["POST"]
    )


def stripe_webhook() -> ResponseReturnValue:
    """Store a genuine event and queue what it hints at; 400 for anything else. An event seen before is
    answered well.
    """
    body = request.get_data(
        cache=True
    )  # the raw bytes: the signature is over them, not over what a parser makes of them
    try:
        hint = gateway().verify(body, request.headers.get("Stripe-Signature", ""))
    except BadEvent as error:
        log.warning("webhook refused: %s", error)
        return {"received": False}, 400
    is_new = provider_events.receive(hint, body, clock.now())
    return {"received": True, "new": is_new}
