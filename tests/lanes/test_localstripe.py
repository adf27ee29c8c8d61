"""Intents, refunds, signed webhooks and a direct debit that fails, against localstripe: a server by others."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import clock
from archive.db import db
from archive.transactions import transaction
from licensing import ledger, refunds
from licensing.gateways.gateway import GatewayUnavailable, gateway
from licensing.ledger import AccountKind
from licensing.money import Money
from licensing.orders import OrderStatus
from licensing.payments import PaymentStatus
from licensing.refunds import Refund, RefundStatus
from tests.lanes.front import Front, Json, Peer, session_of, standing
from tests.licensing import served
from tests.licensing.sandbox_shop import eventually
from tests.licensing.served import ServedShop

SECRET, OTHER_SECRET, WRONG = "whsec_one", "whsec_two", "whsec_of_somebody_else"
FAILING_IBAN = "DE62370400440532013001"


class Sessions(Front):
    """A session is an intent of localstripe's: it has no Checkout."""

    def create(self, form: Json) -> Json:
        metadata = {"metadata[payment]": form["payment_intent_data[metadata][payment]"]}
        amount = {"amount": form["line_items[0][price_data][unit_amount]"], "currency": "eur"}
        intent = self.peer.post("/v1/payment_intents", **amount, **metadata)
        self.asked[name := f"cs_{intent['id']}"] = form
        return session_of(name, form, status="open", payment_status="unpaid", url=f"{self.peer.url}/{name}")

    def show(self, name: str) -> Json:
        expand = "expand[]=latest_charge.balance_transaction"
        intent = self.peer.get(f"/v1/payment_intents/{name.removeprefix('cs_')}?{expand}")
        is_over = intent["status"] == "processing" or intent["latest_charge"] is not None
        is_paid = intent["status"] == "succeeded"
        return session_of(
            name,
            self.asked[name],
            status="expired" if intent["status"] == "canceled" else "complete" if is_over else "open",
            payment_status="paid" if is_paid else "unpaid",
            payment_intent=intent,
            url=None,
        )

    def expire(self, name: str) -> Json:
        return self.peer.post(f"/v1/payment_intents/{name.removeprefix('cs_')}/cancel")


@pytest.fixture
def peer() -> Peer:
    if not (url := os.environ.get("LOCALSTRIPE_URL")):
        pytest.skip("LOCALSTRIPE_URL does not name localstripe; `make test-stripe-lanes` starts it")
    return Peer(url)


@pytest.fixture
def shop(tmp_path: Path, peer: Peer) -> Iterator[ServedShop]:
    @contextmanager
    def provider(webhook: str) -> Iterator[str]:
        for name, secret in (("one", SECRET), ("two", OTHER_SECRET), ("wrong", WRONG)):
            peer.post(f"/_config/webhooks/{name}", url=f"{webhook}?{name}", secret=secret)
        with standing(Sessions(peer)) as front:
            yield front

    with served.opened(tmp_path, provider, SECRET, OTHER_SECRET) as opened:
        yield opened


def pay(shop: ServedShop, peer: Peer, method: str = "pm_card_visa") -> str:
    """Order, and pay with a method; return the intent."""
    shop.begin(shop.place())
    intent = (shop.the_payment().session_id or "").removeprefix("cs_")
    peer.post(f"/v1/payment_intents/{intent}", payment_method=method)
    peer.post(f"/v1/payment_intents/{intent}/confirm")
    return intent


def becomes(shop: ServedShop, status: PaymentStatus) -> None:
    """Wait until what the peer tells has brought the payment there."""

    def is_there() -> bool:
        shop.work()
        return shop.the_payment().status is status

    eventually(is_there, 30)


def test_a_card_payment_told_by_signed_webhooks_is_booked_once(shop: ServedShop, peer: Peer) -> None:
    pay(shop, peer)

    becomes(shop, PaymentStatus.SUCCEEDED)

    assert shop.the_payment().order.status is OrderStatus.PAID
    assert ledger.balance(AccountKind.STRIPE_CLEARING, "EUR") == Money(21841, "EUR")
    assert ledger.unbalanced_transactions() == []


def test_refunds_of_parts_reach_the_provider_and_our_books(shop: ServedShop, peer: Peer) -> None:
    intent = pay(shop, peer)
    becomes(shop, PaymentStatus.SUCCEEDED)

    for minor, key in ((5_000, "one"), (7_000, "two")):
        with transaction():
            asked = refunds.ask(
                shop.the_payment(), Money(minor, "EUR"), "Te veel", key=key, moment=clock.now()
            )
            refunds.approve(asked, clock.now())
        shop.work()

    reports = gateway().refunds_of(intent)
    assert sorted(report.amount.minor for report in reports) == [5_000, 7_000]
    assert set(db.session.scalars(select(Refund.status))) == {RefundStatus.SUCCEEDED}
    assert ledger.balance(AccountKind.STRIPE_CLEARING, "EUR") == Money(21_841 - 12_000, "EUR")


def test_a_direct_debit_that_bounces_is_failed_and_can_be_paid_anew(shop: ServedShop, peer: Peer) -> None:
    bank = {"billing_details[email]": "noor@studio.example", "billing_details[name]": "Noor"}
    debit = {"type": "sepa_debit", "sepa_debit[iban]": FAILING_IBAN}
    method = peer.post("/v1/payment_methods", **debit, **bank)

    pay(shop, peer, method["id"])
    becomes(shop, PaymentStatus.FAILED)
    pay_again = shop.begin(shop.the_payment().order)

    assert shop.the_payment().status is PaymentStatus.SESSION_OPEN
    assert pay_again.startswith(peer.url)
    assert ledger.balance(AccountKind.STRIPE_CLEARING, "EUR") == Money(0, "EUR")


def test_what_the_provider_does_not_know_is_unavailable_and_no_crash(shop: ServedShop, peer: Peer) -> None:
    with pytest.raises(GatewayUnavailable):
        gateway().refunds_of("pi_of_nobody")
