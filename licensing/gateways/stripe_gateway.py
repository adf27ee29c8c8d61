"""Stripe by hosted Checkout: the only file that knows the `stripe` library. With the sandbox only the
settings differ.

No script of Stripe's runs on our pages; the buyer goes to its page and comes back (PCI DSS SAQ A).
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe

from licensing.gateways.gateway import (
    BadEvent,
    Checkout,
    CheckoutRequest,
    GatewayUnavailable,
    Outcome,
    PaymentReport,
    ProviderEvent,
    RefundOutcome,
    RefundRefused,
    RefundReport,
    RefundRequest,
)
from licensing.money import Money

TIMEOUT_SECONDS = 12
RETRIES = 2
# Stripe may forget an idempotency key after 24 hours; older retries look for the session first.
KEYS_KEPT = timedelta(hours=23)
CLOCK_SKEW = timedelta(minutes=5)
MAX_EVENT_BYTES = 512 * 1024

_REFUND_OUTCOMES = {
    "pending": RefundOutcome.PENDING,
    # The buyer must tell the bank where the money should go (https://docs.stripe.com/refunds): it is on its way.
    "requires_action": RefundOutcome.PENDING,
    "succeeded": RefundOutcome.SUCCEEDED,
    "failed": RefundOutcome.FAILED,
    "canceled": RefundOutcome.CANCELLED,
}
_EXPAND = ["payment_intent.latest_charge.balance_transaction"]


class StripeGateway:
    """The payment seam, spoken as Stripe API calls."""

    # Stripe allows 30 minutes to 24 hours from when it is asked; so a lost answer can be asked again for an
    # hour and a half.
    lasts = timedelta(hours=2)

    def __init__(
        self, key: str, webhook_secrets: list[str], api_base: str, clock: Callable[[], datetime]
    ) -> None:
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": api_base},
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )
        self._secrets = webhook_secrets
        self._clock = clock
        self.is_live = key.startswith(("sk_live_", "rk_live_"))

    @property
    def client(self) -> stripe.StripeClient:
        """The library's client, for what else is read at the same provider."""
        return self._client

    def start_checkout(self, request: CheckoutRequest) -> Checkout:
        """Create a Checkout Session, or find the one that an earlier try created."""
        with translated():
            if self._clock() - request.created_at > KEYS_KEPT:
                found = self._find(request)
                if found is not None:
                    return found
            session = self._client.v1.checkout.sessions.create(
                _session_parameters(request),  # type: ignore[arg-type]
                {"idempotency_key": request.idempotency_key},
            )
        return _checkout(session)

    def read(self, session_id: str) -> PaymentReport:
        """Retrieve the session with its intent, charge and fee."""
        with translated():
            session = self._client.v1.checkout.sessions.retrieve(session_id, {"expand": _EXPAND})
            return _report(session)

    def refund(self, request: RefundRequest) -> RefundReport:
        """Create a refund, or find the one that an earlier try created."""
        with translated():
            if self._clock() - request.created_at > KEYS_KEPT:
                found = self._find_refund(request)
                if found is not None:
                    return found
            try:
                refund = self._client.v1.refunds.create(
                    {
                        "payment_intent": request.intent_id,
                        "amount": request.amount.minor,
                        "metadata": {"payment": request.payment, "refund": request.reference},
                    },
                    {"idempotency_key": request.idempotency_key},
                )
            except stripe.InvalidRequestError as error:
                raise RefundRefused(error.user_message or str(error)) from error
            return _refund_report(refund)

    def refunds_of(self, intent_id: str) -> list[RefundReport]:
        """List the refunds of an intent, those made in the dashboard as well."""
        with translated():
            found = self._client.v1.refunds.list({"payment_intent": intent_id, "limit": 100})
            return [_refund_report(refund) for refund in found.auto_paging_iter()][::-1]

    def expire(self, session_id: str) -> PaymentReport:
        """Expire the session (not the intent, which could still be paid on the open page), and read it."""
        with translated(), suppress(stripe.InvalidRequestError):
            # Refused where the session is complete or expired already: reading says which.
            self._client.v1.checkout.sessions.expire(session_id)
        return self.read(session_id)

    def verify(self, body: bytes, signature: str) -> ProviderEvent:
        """Check the signature with each secret (two while rotating), then what the library does not check."""
        if len(body) > MAX_EVENT_BYTES:
            raise BadEvent("the event is too large")
        if not any(self._fits(body, signature, secret) for secret in self._secrets):
            raise BadEvent("the signature does not fit the body, or is too old")
        return self.read_event(body)

    def _fits(self, body: bytes, signature: str, secret: str) -> bool:
        try:
            stripe.WebhookSignature.verify_header(
                body.decode("utf-8"), signature, secret, stripe.Webhook.DEFAULT_TOLERANCE
            )
        except (stripe.SignatureVerificationError, ValueError, OverflowError, TypeError):
            # A header of 400 digits overflows, one with accents cannot be compared, a body that is no text cannot
            # be decoded: none of them is Stripe's.
            return False
        return True

    def read_event(self, body: bytes) -> ProviderEvent:
        """Read an event that is known to come from the provider. Raise BadEvent."""
        try:
            event = json.loads(body)
            subject = event["data"]["object"]
            created = datetime.fromtimestamp(int(event["created"]), UTC)
            read = ProviderEvent(
                id=_text(event["id"]),
                type=_text(event["type"]),
                reference=(subject.get("metadata") or {}).get("payment")
                or subject.get("client_reference_id"),
                is_live=bool(event["livemode"]),
                api_version=event.get("api_version"),
                created=created,
                object_id=_optional(subject.get("id")),
                intent_id=_intent_of(subject),
            )
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise BadEvent("the body is signed but is not an event") from error
        if read.is_live != self.is_live:
            raise BadEvent("a test event for a live site, or the reverse")
        if created > self._clock() + CLOCK_SKEW:
            raise BadEvent("the event lies in the future")
        return read

    def _find(self, request: CheckoutRequest) -> Checkout | None:
        since = int((request.created_at - CLOCK_SKEW).timestamp())
        sessions = self._client.v1.checkout.sessions.list({"created": {"gte": since}, "limit": 100})
        for session in sessions.auto_paging_iter():
            if session.client_reference_id == request.reference and session.url:
                return _checkout(session)
        return None

    def _find_refund(self, request: RefundRequest) -> RefundReport | None:
        reports = self.refunds_of(request.intent_id)
        return next((report for report in reports if report.reference == request.reference), None)


@contextmanager
def translated() -> Iterator[None]:
    """Let every failure of the provider be GatewayUnavailable, an answer that lacks what we need as well."""
    try:
        yield
    except (stripe.StripeError, AttributeError, KeyError, TypeError) as error:
        raise GatewayUnavailable(
            "The payment provider cannot be reached at the moment. Your order is kept; try again in a few minutes.",
            reason=type(error).__name__,
        ) from error


def _session_parameters(request: CheckoutRequest) -> dict[str, Any]:
    return {
        "mode": "payment",
        "client_reference_id": request.reference,
        # In the session and in the intent: refunds and disputes only know the latter.
        "metadata": {"payment": request.reference},
        "payment_intent_data": {"metadata": {"payment": request.reference}},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.amount.currency.lower(),
                    "unit_amount": request.amount.minor,
                    "product_data": {"name": request.description[:250]},
                },
            }
        ],
        "customer_email": request.email,
        "locale": request.lang,
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
        # Another currency on the payment page would break the comparison of amounts; its default is a
        # switch elsewhere.
        "adaptive_pricing": {"enabled": False},
    }


def _checkout(session: Any) -> Checkout:
    if not session.url:
        raise GatewayUnavailable("The payment page is closed already. Start the payment again.")
    return Checkout(session_id=session.id, url=session.url)


def _report(session: Any) -> PaymentReport:
    currency = session.currency.upper()
    intent = getattr(session, "payment_intent", None)
    charge = getattr(intent, "latest_charge", None)
    balance: Any = getattr(charge, "balance_transaction", None)
    fee = getattr(balance, "fee", None)
    return PaymentReport(
        outcome=_outcome(session, intent),
        reference=session.client_reference_id,
        amount=Money(session.amount_total, currency),
        is_live=bool(session.livemode),
        session_id=session.id,
        intent_id=_id(intent),
        charge_id=_id(charge),
        method=getattr(getattr(charge, "payment_method_details", None), "type", None),
        fee=None if fee is None else Money(fee, balance.currency.upper()),
        country=_country(getattr(charge, "payment_method_details", None)),
    )


def _country(details: Any) -> str | None:
    """Tell where the card or the bank is: Stripe says it, or else the bank's BIC does (ISO 9362: letters 5 and 6)."""
    method = getattr(details, str(getattr(details, "type", None)), None)
    bic: str = getattr(method, "bic", None) or ""
    country: str | None = getattr(method, "country", None)
    return country or bic[4:6] or None


def _outcome(session: Any, intent: Any) -> Outcome:
    if session.status == "expired":
        return Outcome.EXPIRED
    if session.status != "complete":
        return Outcome.OPEN
    if session.payment_status in ("paid", "no_payment_required"):
        return Outcome.PAID
    # Completed but unpaid is waiting (SEPA), until the intent asks for another method: then it has failed.
    status = getattr(intent, "status", None)
    return Outcome.FAILED if status in ("requires_payment_method", "canceled") else Outcome.PROCESSING


def _refund_report(refund: Any) -> RefundReport:
    return RefundReport(
        provider_ref=refund.id,
        reference=getattr(refund.metadata, "refund", None),
        amount=Money(refund.amount, refund.currency.upper()),
        outcome=_REFUND_OUTCOMES[refund.status],
        why_failed=getattr(refund, "failure_reason", None) or "",
    )


def _id(thing: Any) -> str | None:
    return thing if isinstance(thing, str) or thing is None else thing.id


def _intent_of(subject: dict[str, Any]) -> str | None:
    """Find the intent that an event's object is, or is about: refunds and disputes carry no reference of ours."""
    if subject.get("object") == "payment_intent":
        return _optional(subject.get("id"))
    return _optional(subject.get("payment_intent"))


def _optional(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("not a text")
    return value
