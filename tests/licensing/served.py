"""A whole site with one recording for sale that answers on an address of its own, and a payment provider that can
reach it there.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

import wsgi
from archive import clock, config, job_runner
from archive.db import db
from archive.transactions import transaction
from catalogue.entries import Entry
from licensing import orders, payments, rates
from licensing.orders import Order
from licensing.payments import Payment
from tests import databases
from tests.browsers import Visitor
from tests.licensing import sales

# From the address of the site's webhook to a provider that runs meanwhile: the address of its API.
Provider = Callable[[str], AbstractContextManager[str]]


@dataclass(frozen=True)
class ServedShop:
    """What a test works with: the site, where it answers, and where its provider does."""

    app: Flask
    address: str
    provider: str
    entry: Entry

    def place(self, minor: int = 18_050) -> Order:
        """Place an order for a licence, without VAT, that nobody has begun to pay."""
        with transaction():
            return sales.placed([sales.line_for(self.entry, minor)], moment=clock.now())

    def begin(self, order: Order) -> str:
        """Begin to pay; return the address of the payment page."""
        page = self.page_of(order)
        with transaction():
            back = f"{page}/return?session={{CHECKOUT_SESSION_ID}}"
            return payments.begin(order, clock.now(), return_url=back, cancel_url=page)

    def page_of(self, order: Order) -> str:
        """The address of an order's page."""
        return f"{self.address}/nl/orders/{orders.link_token(order)}"

    def work(self) -> None:
        """Let the job runner do what is due."""
        job_runner.run_due()
        db.session.rollback()

    def the_payment(self) -> Payment:
        """The payment made last, as it is on disk."""
        db.session.rollback()
        return db.session.scalars(select(Payment).order_by(Payment.id.desc())).first() or Payment()

    def post_event(self, body: bytes, signature: str) -> int:
        """Post what a provider would; return how the site answers."""
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
        return requests.post(
            f"{self.address}/webhooks/stripe", data=body, headers=headers, timeout=60
        ).status_code


@contextmanager
def opened(folder: Path, provider: Provider, *secrets: str, port: int = 0) -> Iterator[ServedShop]:
    """Serve a site that believes what is signed with one of the secrets, on a free port unless one is named."""
    server = make_server("127.0.0.1", port, Flask("none"), threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with (
            provider(f"{address}/webhooks/stripe") as api_base,
            _site(folder, address, api_base, secrets) as site,
        ):
            server.app = site
            rates.activate(rates.load(rates.CARD_OF_2026))
            entry = sales.entry_for_sale()
            db.session.commit()
            yield ServedShop(site, address, api_base, entry)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _site(folder: Path, address: str, api_base: str, secrets: tuple[str, ...]) -> Iterator[Flask]:
    settings = config.read({"DATA_DIR": str(folder / "site"), "BASE_URL": address, "VIES_URL": ""})
    site = wsgi.create_app(
        replace(settings, stripe_api_base=api_base, stripe_webhook_secret=",".join(secrets))
    )
    site.testing = True
    site.test_client_class = Visitor
    with site.app_context():
        databases.make_tables(site)
        try:
            yield site
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
