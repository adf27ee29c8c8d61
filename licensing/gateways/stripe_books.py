"""Stripe's own books, read through its API: disputes, payouts, balance transactions, the balance, and kept events.

Its times are seconds since 1970, its amounts minor units, its currencies lower case.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from licensing.gateways.books import (
    BalanceLine,
    DisputeReport,
    DisputeStanding,
    Movement,
    PayoutReport,
    PayoutStanding,
)
from licensing.gateways.gateway import BadEvent, GatewayUnavailable, ProviderEvent
from licensing.gateways.stripe_gateway import translated
from licensing.money import Money

if TYPE_CHECKING:
    import stripe

PAGE = 100
# A bank's question that came to nothing, and one that Stripe kept from becoming a dispute, are as good as won.
_STANDINGS = {
    "warning_needs_response": DisputeStanding.WARNING,
    "warning_under_review": DisputeStanding.WARNING,
    "warning_closed": DisputeStanding.WON,
    "prevented": DisputeStanding.WON,
    "needs_response": DisputeStanding.NEEDS_RESPONSE,
    "under_review": DisputeStanding.UNDER_REVIEW,
    "won": DisputeStanding.WON,
    "lost": DisputeStanding.LOST,
}


class StripeBooks:
    """The provider's books, spoken as Stripe API calls; `read_event` makes an event of ours of the body of one."""

    def __init__(self, client: "stripe.StripeClient", read_event: Callable[[bytes], ProviderEvent]) -> None:
        self._client, self._read_event = client, read_event

    def dispute(self, provider_ref: str) -> DisputeReport:
        """Retrieve a dispute with its intent, which knows our reference."""
        with translated():
            found = self._client.v1.disputes.retrieve(provider_ref, {"expand": ["payment_intent"]})
        return _dispute(found.to_dict())

    def payout(self, provider_ref: str) -> PayoutReport:
        """Retrieve a payout."""
        with translated():
            found = self._client.v1.payouts.retrieve(provider_ref)
        return _payout(found.to_dict())

    def lines(self, since: datetime, until: datetime) -> Iterator[BalanceLine]:
        """List the balance transactions of a time."""
        created: Any = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        with translated():
            page = self._client.v1.balance_transactions.list(
                {"created": created, "limit": PAGE, "expand": ["data.source"]}
            )
            for found in page.auto_paging_iter():
                yield _line(found.to_dict())

    def balance(self) -> dict[str, Money]:
        """Add up what is available and what is pending, by currency."""
        with translated():
            found = self._client.v1.balance.retrieve().to_dict()
        sums: dict[str, Money] = {}
        for part in (*found["available"], *found["pending"]):
            amount = _money(part["amount"], part["currency"])
            sums[amount.currency] = sums[amount.currency] + amount if amount.currency in sums else amount
        return sums

    def events(self, since: datetime) -> Iterator[tuple[ProviderEvent, bytes]]:
        """List the events since a moment; Stripe keeps them for 30 days."""
        created: Any = {"gte": int(since.timestamp())}
        with translated():
            for found in self._client.v1.events.list({"created": created, "limit": PAGE}).auto_paging_iter():
                body = json.dumps(found.to_dict()).encode()
                try:
                    yield self._read_event(body), body
                except BadEvent as error:
                    raise GatewayUnavailable(
                        "The payment provider listed an event that is none.", reason=str(error)
                    ) from error


def _dispute(found: dict[str, Any]) -> DisputeReport:
    intent = found.get("payment_intent")
    details = intent if isinstance(intent, dict) else {"id": intent, "metadata": {}}
    due_by = (found.get("evidence_details") or {}).get("due_by")
    return DisputeReport(
        provider_ref=found["id"],
        reference=(details.get("metadata") or {}).get("payment"),
        intent_id=details.get("id"),
        charge_id=_id(found.get("charge")),
        amount=_money(found["amount"], found["currency"]),
        reason=found.get("reason") or "",
        standing=_STANDINGS.get(found["status"], DisputeStanding.NEEDS_RESPONSE),
        due_by=None if due_by is None else datetime.fromtimestamp(due_by, UTC),
        is_live=bool(found["livemode"]),
        movements=tuple(_movement(line) for line in found.get("balance_transactions") or ()),
    )


def _movement(found: dict[str, Any]) -> Movement:
    currency = found["currency"]
    return Movement(found["id"], _money(found["amount"], currency), _money(found["fee"], currency))


def _payout(found: dict[str, Any]) -> PayoutReport:
    return PayoutReport(
        provider_ref=found["id"],
        amount=_money(found["amount"], found["currency"]),
        standing=PayoutStanding(found["status"]),
        arrives_on=datetime.fromtimestamp(found["arrival_date"], UTC).date(),
        failure=found.get("failure_message") or "",
        is_live=bool(found["livemode"]),
    )


def _line(found: dict[str, Any]) -> BalanceLine:
    currency, source = found["currency"], found.get("source")
    known = source if isinstance(source, dict) else {}
    return BalanceLine(
        provider_ref=found["id"],
        kind=found["type"],
        source=_id(source),
        amount=_money(found["amount"], currency),
        fee=_money(found["fee"], currency),
        created=datetime.fromtimestamp(found["created"], UTC),
        description=found.get("description") or "",
        intent_id=_id(known.get("payment_intent")),
        reference=(known.get("metadata") or {}).get("payment"),
    )


def _money(minor: int, currency: str) -> Money:
    return Money(minor, currency.upper())


def _id(thing: Any) -> str | None:
    name = thing["id"] if isinstance(thing, dict) else thing
    return None if name is None else str(name)
