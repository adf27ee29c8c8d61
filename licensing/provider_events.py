"""What the provider sends: each event is stored once, by its id, in the transaction that queues what
follows from it.
"""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from licensing import anomalies, payments, refund_sending
from licensing.gateways.gateway import ProviderEvent as Hint

# Money that moved at the provider without us: kept for a person until it is booked by itself.
_FOR_A_PERSON = ("charge.dispute.",)
_REFUNDS = ("charge.refunded", "refund.")


class ProviderEvent(Model):
    """One event as it came in."""

    event_id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(index=True)
    reference: Mapped[str | None] = mapped_column(index=True)  # of our payment
    is_live: Mapped[bool]
    api_version: Mapped[str | None]
    created: Mapped[datetime]
    received_at: Mapped[datetime]
    body: Mapped[str]


def receive(hint: Hint, body: bytes, moment: datetime) -> bool:
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
        body=body.decode("utf-8"),
    )
    try:
        with db.session.begin_nested():
            db.session.add(event)
    except IntegrityError:  # it came in twice at this very moment, and the other one is on disk
        return False
    _follow(hint, moment)
    return True


def _follow(hint: Hint, moment: datetime) -> None:
    payment = payments.find(hint.reference) if hint.reference else None
    if hint.type.startswith(_FOR_A_PERSON):
        anomalies.file("moved_at_provider", hint.reference or hint.id, moment, event=hint.id, type=hint.type)
    if payment is not None and hint.type.startswith(_REFUNDS):
        refund_sending.queue_sync(payment)
    elif payment is not None:
        payments.queue_sync(payment)
    elif hint.type.startswith(("checkout.session.", "charge.succeeded")):
        # Another system may share the provider's account; a payment that claims to be ours and is not must be seen.
        anomalies.file("unknown_payment", hint.reference or hint.id, moment, event=hint.id, type=hint.type)
