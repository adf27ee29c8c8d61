"""The seam to ways of paying, in our own words. `stripe_gateway` is the first real one, `transfer_gateway` (money that
comes straight to the bank) the second.

What they hold of a payment, read again, is the truth; what a provider sends us is only a hint that something happened.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from flask import current_app

from archive.errors import Unavailable
from licensing.money import Money

STRIPE = "stripe"
TRANSFER = "transfer"  # straight to the archive's bank account


class Outcome(str, Enum):
    """What the provider says of a payment."""

    OPEN = "open"
    PROCESSING = "processing"  # the buyer is done, the money is not there yet (SEPA)
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class CheckoutRequest:
    """All the provider must know to ask for one payment."""

    reference: str  # ours; comes back with everything the provider tells us
    order_number: str
    idempotency_key: str
    amount: Money
    description: str
    email: str
    lang: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    created_at: datetime  # of our payment: a retry after the provider has forgotten the key must look first


@dataclass(frozen=True)
class Checkout:
    """A payment page that is open."""

    session_id: str
    url: str


@dataclass(frozen=True)
class PaymentReport:
    """What the provider's object says now."""

    outcome: Outcome
    reference: str | None
    amount: Money
    is_live: bool
    session_id: str
    intent_id: str | None
    charge_id: str | None
    method: str | None
    fee: Money | None
    country: str | None = (
        None  # ISO 3166-1 alpha-2 of the card or the bank that paid, where the method tells it
    )


class RefundOutcome(str, Enum):
    """What the provider says of a refund."""

    PENDING = "pending"  # the money has left our balance and is not with the buyer's bank yet
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # the money came back to our balance; this may still follow a success
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class RefundRequest:
    """All the provider must know to give money back."""

    reference: str  # ours; comes back with everything the provider tells us
    payment: str  # our reference of the payment that it is taken from
    intent_id: str
    idempotency_key: str
    amount: Money
    created_at: datetime  # of our refund: a retry after the provider has forgotten the key must look first


@dataclass(frozen=True)
class RefundReport:
    """What the provider's object of one refund says now; those made in its own pages have no reference of ours."""

    provider_ref: str
    reference: str | None
    amount: Money
    outcome: RefundOutcome
    why_failed: str


@dataclass(frozen=True)
class ProviderEvent:
    """A signed hint."""

    id: str
    type: str
    reference: str | None  # of our payment, when the event is about one
    is_live: bool
    api_version: str | None
    created: datetime
    object_id: str | None = None  # what it is about, by the provider's name
    intent_id: str | None = None  # of the payment it is about


class GatewayUnavailable(Unavailable):
    """The provider did not answer, or not in a way we understand; asking again later may help."""


class RefundRefused(Exception):
    """The provider will not give this money back, and asking again will not help: its message says why."""


class BadEvent(Exception):
    """What was posted does not come from the provider, is too old, or is no event."""


class PaymentGateway(Protocol):
    """What every way of paying must be able to do."""

    is_live: bool  # whether real money moves
    lasts: timedelta  # how long a buyer has for one attempt

    def start_checkout(self, request: CheckoutRequest) -> Checkout:
        """Open a payment page; the same request again gives the same page. Raise GatewayUnavailable."""

    def read(self, session_id: str) -> PaymentReport:
        """Say how a payment stands, from the first source. Raise GatewayUnavailable."""

    def expire(self, session_id: str) -> PaymentReport:
        """Close a payment page unless money is on its way, and say how the payment stands then.

        Raise GatewayUnavailable.
        """


class ProviderGateway(PaymentGateway, Protocol):
    """What a payment provider can do besides: it tells us when something happens."""

    def refund(self, request: RefundRequest) -> RefundReport:
        """Give money back; the same request again gives the same refund. Raise GatewayUnavailable, RefundRefused."""

    def refunds_of(self, intent_id: str) -> list[RefundReport]:
        """Read all refunds of a payment again, oldest first, whoever made them. Raise GatewayUnavailable."""

    def verify(self, body: bytes, signature: str) -> ProviderEvent:
        """Check the signature over the raw body and read the event. Raise BadEvent."""


def gateway() -> ProviderGateway:
    """Return the payment provider of the running site."""
    chosen: ProviderGateway = current_app.extensions["payment_gateway"]
    return chosen


def gateway_of(provider: str) -> PaymentGateway:
    """Return the gateway that a payment was begun with."""
    if provider == STRIPE:
        return gateway()
    chosen: PaymentGateway = current_app.extensions["transfer_gateway"]
    return chosen
