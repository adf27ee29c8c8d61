"""The provider's own books, in our words: disputes, payouts, what moved its balance, and the events it has kept.

`stripe_books` is the first real one. What is read here is compared with our ledger; nothing is ever written there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from flask import current_app

from licensing.gateways.gateway import ProviderEvent
from licensing.money import Money


class DisputeStanding(str, Enum):
    """What the provider says of a dispute."""

    WARNING = "warning"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class Movement:
    """What one balance transaction did to our balance there: `amount` negative when taken; `fee` kept besides."""

    provider_ref: str
    amount: Money
    fee: Money


@dataclass(frozen=True)
class DisputeReport:
    """What the provider's object of a dispute says now."""

    provider_ref: str
    reference: str | None  # of our payment, where the provider knows it
    intent_id: str | None
    charge_id: str | None
    amount: Money
    reason: str
    standing: DisputeStanding
    due_by: datetime | None
    is_live: bool
    movements: tuple[Movement, ...]


class PayoutStanding(str, Enum):
    """What the provider says of a payout to our bank."""

    PENDING = "pending"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True)
class PayoutReport:
    """What the provider's object of a payout says now."""

    provider_ref: str
    amount: Money
    standing: PayoutStanding
    arrives_on: date
    failure: str
    is_live: bool


@dataclass(frozen=True)
class BalanceLine:
    """One line of the provider's account: what moved our balance there, and because of which object."""

    provider_ref: str
    kind: str  # the provider's word: charge, refund, payout, adjustment, stripe_fee ...
    source: str | None  # the object it is about
    amount: Money  # before fees; negative when it goes out
    fee: Money
    created: datetime
    description: str
    intent_id: str | None = None  # of the payment that the object is about
    reference: str | None = None  # of our payment, where the provider knows it


class ProviderBooks(Protocol):
    """What a provider must let us read to prove our books. All raise GatewayUnavailable."""

    def dispute(self, provider_ref: str) -> DisputeReport:
        """Read a dispute again."""

    def payout(self, provider_ref: str) -> PayoutReport:
        """Read a payout again."""

    def lines(self, since: datetime, until: datetime) -> Iterator[BalanceLine]:
        """List what moved the balance, newest first."""

    def balance(self) -> dict[str, Money]:
        """Read our balance there by currency, with what is pending."""

    def events(self, since: datetime) -> Iterator[tuple[ProviderEvent, bytes]]:
        """List the events that the provider has kept, newest first, each as it would have posted it."""


def books() -> ProviderBooks:
    """Return the provider's books of the running site."""
    chosen: ProviderBooks = current_app.extensions["provider_books"]
    return chosen
