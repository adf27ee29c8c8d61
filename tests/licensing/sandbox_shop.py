"""A shop for the sandbox to serve in tests: it takes webhooks and payers, and has Stripe's own client."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
import stripe

from licensing.sandbox import process
from licensing.sandbox.endpoints import Endpoint

SECRET = "whsec_test_of_the_sandbox"
WAITS = (0.03, 0.06)


class MovableClock:
    """The time, moved ahead by as much as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, **amount: float) -> None:
        self.ahead += timedelta(**amount)


@dataclass(frozen=True)
class Delivery:
    """One webhook as it arrived."""

    body: bytes
    signature: str

    @property
    def event(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed


@dataclass
class Shop:
    """What a test works with."""

    sandbox: process.Running
    client: stripe.StripeClient
    site: str
    clock: MovableClock
    http: requests.Session
    received: list[Delivery] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)  # statuses to answer webhooks with before taking them

    def open_session(self, *, cents: int = 21_841, key: str = "", **changes: Any) -> stripe.checkout.Session:
        line = {
            "quantity": 1,
            "price_data": {
                "currency": "eur",
                "unit_amount": cents,
                "product_data": {"name": "Licence NR-0412"},
            },
        }
        params: Any = {
            "mode": "payment",
            "line_items": [line],
            "success_url": f"{self.site}/orders/17?session={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{self.site}/cancelled",
            "client_reference_id": "order-17",
            "metadata": {"order": "17"},
            "payment_intent_data": {"metadata": {"order": "17"}},
        } | changes
        params = {name: value for name, value in params.items() if value is not None}
        return self.client.v1.checkout.sessions.create(params, {"idempotency_key": key} if key else {})

    def pay(self, session: stripe.checkout.Session, outcome: str = "ideal") -> requests.Response:
        return self.http.post(
            f"{self.sandbox.base_url}/pay/{session.id}", data={"outcome": outcome}, allow_redirects=False
        )

    def paid_session(self, outcome: str = "ideal", **changes: Any) -> stripe.checkout.Session:
        session = self.open_session(**changes)
        self.pay(session, outcome)
        return self.reread(session)

    def reread(self, session: stripe.checkout.Session) -> stripe.checkout.Session:
        paths = ["payment_intent.latest_charge.balance_transaction"]
        return self.client.v1.checkout.sessions.retrieve(session.id, {"expand": paths})

    def script(self, **script: Any) -> requests.Response:
        return self.http.post(f"{self.sandbox.base_url}/_sandbox/behaviour", json=script)

    def state(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.http.get(f"{self.sandbox.base_url}/_sandbox/state").json()
        return seen

    def types(self) -> list[str]:
        return [delivery.event["type"] for delivery in self.received]

    def await_webhook(self, kind: str, count: int = 1) -> Delivery:
        eventually(lambda: self.types().count(kind) >= count)
        return next(delivery for delivery in self.received if delivery.event["type"] == kind)


def headers_of(answered: stripe.StripeObject) -> Mapping[str, str]:
    """Return the headers of the answer that an object came with."""
    assert answered.last_response is not None
    headers: Mapping[str, str] = answered.last_response.headers
    return headers


def eventually(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds; fail the test when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@contextmanager
def opened(folder: Path, also: Sequence[Endpoint] = ()) -> Iterator[Shop]:
    """Open a shop with a sandbox of its own on the folder, which tells other endpoints too."""
    received: list[Delivery] = []
    refusals: list[int] = []
    clock = MovableClock()
    with (
        listening(received, refusals) as site,
        process.running(
            folder, f"{site}/webhooks/stripe", SECRET, clock, also=also, waits=WAITS, pause=0.02
        ) as sandbox,
        requests.Session() as http,
        client_of(sandbox.base_url) as client,
    ):
        yield Shop(sandbox, client, site, clock, http, received, refusals)


@contextmanager
def client_of(base_url: str, key: str = "sk_test_shop", retries: int = 0) -> Iterator[stripe.StripeClient]:
    """Stripe's own client, pointed at the sandbox."""
    with requests.Session() as session:
        yield stripe.StripeClient(
            key,
            base_addresses={"api": base_url},
            max_network_retries=retries,
            http_client=stripe.RequestsClient(session=session),
        )


@contextmanager
def listening(received: list[Delivery], refusals: list[int]) -> Iterator[str]:
    """Take webhooks and show a page to payers who return; yields the site's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(Delivery(body, self.headers["Stripe-Signature"]))
            self._answer(refusals.pop(0) if refusals else 200)

        def do_GET(self) -> None:
            self._answer(200, f"<!doctype html><html lang=en><title>shop</title><h1>{self.path}</h1>")

        def _answer(self, status: int, text: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_arguments: Any) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{web.server_port}"
        web.shutdown()
        thread.join()
