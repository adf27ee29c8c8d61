"""What the provider sends: each event is stored once, by its id, in the transaction that queues what follows from it.

An event is a hint: its type says what is to be read again. What it says itself is never believed, so the same fact
told twice, late or in another order does nothing more.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from licensing import anomalies, dispute_handling, payments, provider_payouts, refund_sending
from licensing.gateways.gateway import ProviderEvent as Hint

Route = Callable[[Hint, datetime], None]


class ProviderEvent(Model):
    """One event as it came in."""

    event_id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(index=True)
    reference: Mapped[str | None] = mapped_column(index=True)  # of our payment
    is_live: Mapped[bool]
    api_version: Mapped[str | None]
    created: Mapped[datetime]
    received_at: Mapped[datetime]
    was_missed: Mapped[bool]  # found in the provider's list: it was never delivered
    body: Mapped[str]


def receive(hint: Hint, body: bytes, moment: datetime, *, was_missed: bool = False) -> bool:
    """Store an event and queue what it hints at; False when it has been here before."""
    if db.session.get(ProviderEvent, hint.id) is not None:
        return False
    event = ProviderEvent(
        event_id=hint.id,
        type=hint.type,
        reference=hint.reference,
        is_live=hint.is_live,
        api_version=hint.api_version,
        created=hint.created,
        received_at=moment,
        was_missed=was_missed,
        body=body.decode("utf-8"),
    )
    try:
        with db.session.begin_nested():
            db.session.add(event)
    except IntegrityError:  # it came in twice at this very moment, and the other one is on disk
        return False
    route = ROUTES.get(hint.type)
    if route is not None:
        route(hint, moment)
    return True


def _payment(hint: Hint, moment: datetime) -> None:
    """Read the payment again. One that claims to be ours and is not must be seen by a person."""
    payment = _find_payment(hint)
    if payment is not None:
        payments.queue_sync(payment)
    elif hint.type in CLAIMING:
        anomalies.file("unknown_payment", hint.reference or hint.id, moment, event=hint.id, type=hint.type)


def _refund(hint: Hint, moment: datetime) -> None:
    payment = _find_payment(hint)
    if payment is not None:
        refund_sending.queue_sync(payment)
    elif hint.type == "charge.refunded":
        # A refund itself names an intent that we may not know of yet; its charge carries our reference.
        anomalies.file("unknown_payment", hint.intent_id or hint.id, moment, event=hint.id, type=hint.type)


def _dispute(hint: Hint, moment: datetime) -> None:  # noqa: ARG001 - a route takes both
    if hint.object_id is not None:
        dispute_handling.queue_sync(hint.object_id)


def _payout(hint: Hint, moment: datetime) -> None:  # noqa: ARG001 - a route takes both
    if hint.object_id is not None:
        provider_payouts.queue_sync(hint.object_id)


def _find_payment(hint: Hint) -> payments.Payment | None:
    by_reference = payments.find(hint.reference) if hint.reference else None
    return by_reference or payments.find_by_intent(hint.intent_id)


# Another system may share the provider's account: these alone say that a payment was made, and for whom.
CLAIMING = frozenset(
    {
        "charge.succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
    }
)
# Type of event -> what is read again. Any other type is stored and answered well.
ROUTES: dict[str, Route] = {
    **dict.fromkeys(CLAIMING, _payment),
    "payment_intent.succeeded": _payment,
    "payment_intent.payment_failed": _payment,
    "payment_intent.canceled": _payment,
    "charge.updated": _payment,
    "charge.refunded": _refund,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.closed": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "payout.created": _payout,
    "payout.updated": _payout,
    "payout.paid": _payout,
    "payout.failed": _payout,
    "payout.canceled": _payout,
}
