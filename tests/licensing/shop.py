"""A whole site with one recording for sale and a payment sandbox of its own on loopback. Its events are
delivered by the test, by hand.
"""

import hashlib
import hmac
import io
import json
import re
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import wsgi
from archive import assets, clock, job_runner
from archive.assets import AssetRole
from archive.db import db
from catalogue import entries, entry_files
from catalogue.entries import Entry, EntryKind, Status
from catalogue.recordings import LineUp, Recording, TakeStatus
from licensing import parties, rates, rights
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.orders import Order
from licensing.parties import PartyKind
from licensing.payments import Payment
from licensing.sandbox import process
from tests import databases
from tests.browsers import Visitor

SECRET = "whsec_of_the_test_shop"
CHOICE = {"use": "documentary", "territory": "europe", "term": "5_years", "duration": "30s"}
BUYER = {
    "name": "Noor Adriaanse",
    "email": "noor@studio.example",
    "organisation": "Studio Lek",
    "country": "NL",
    "project": "Slotscène",
    "consent": "1",
    "terms": "1",
}


@dataclass
class Shop:
    """What a test of the sale works with."""

    app: Flask
    browser: FlaskClient
    sandbox: process.Running
    entry: Entry
    master: bytes

    def order_address(self, **choice: str) -> str:
        query = "&".join(f"{key}={value}" for key, value in (CHOICE | choice).items())
        return f"/nl/entries/{self.entry.pid}/order?{query}"

    def fill_in(self, **changes: Any) -> dict[str, str]:
        """Open the order form and fill it in; what `changes` says None of is left out."""
        page = self.browser.get(self.order_address()).get_data(as_text=True)
        hidden = dict(re.findall(r'name="(csrf_token|form_key|total_minor)"[^>]*value="([^"]+)"', page))
        filled = hidden | BUYER | changes
        return {name: value for name, value in filled.items() if value is not None}

    def order(self, **changes: Any) -> str:
        """Order by the form; return the address of the payment page."""
        answer = self.browser.post(self.order_address(), data=self.fill_in(**changes))
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return str(answer.headers["Location"])

    def pay(self, address: str, outcome: str = "ideal") -> str:
        """Press a button on the payment page; return where it leads."""
        answer = requests.post(address, data={"outcome": outcome}, allow_redirects=False, timeout=60)
        return answer.headers["Location"]

    def events(self) -> list[dict[str, Any]]:
        """What the provider has to tell, oldest first."""
        answer = requests.get(
            f"{self.sandbox.base_url}/v1/events?limit=100",
            headers={"Authorization": "Bearer sk_test_shop"},
            timeout=60,
        )
        return list(reversed(answer.json()["data"]))

    def event(self, kind: str) -> dict[str, Any]:
        return next(event for event in self.events() if event["type"] == kind)

    def deliver(self, event: dict[str, Any] | bytes, *, secret: str = SECRET, at: int | None = None) -> int:
        """Post an event as the provider does, signed; return the status of our answer."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        return self.post_event(body, signature(body, secret, at))

    def post_event(self, body: bytes, header: str) -> int:
        answer = self.browser.post(
            "/webhooks/stripe",
            data=body,
            content_type="application/json",
            headers={"Stripe-Signature": header},
        )
        return answer.status_code

    def fetch(self, address: str, **headers: str) -> TestResponse:
        """Get an answer whole and close its file."""
        with self.browser.get(address, headers=headers) as answer:
            answer.get_data()
            return answer

    def work(self) -> None:
        """Let the job runner do what is due."""
        job_runner.run_due()
        db.session.rollback()

    def script(self, **script: Any) -> None:
        requests.post(
            f"{self.sandbox.base_url}/_sandbox/behaviour", json=script, timeout=60
        ).raise_for_status()

    def act(self, address: str, **given: Any) -> dict[str, Any]:
        """Do something in the provider's own pages: refunds, disputes, payouts."""
        answer = requests.post(f"{self.sandbox.base_url}/_sandbox/{address}", json=given, timeout=60)
        answer.raise_for_status()
        done: dict[str, Any] = answer.json()
        return done

    def the_order(self) -> Order:
        db.session.rollback()
        return db.session.scalars(select(Order)).one()

    def the_payment(self) -> Payment:
        db.session.rollback()
        return db.session.scalars(select(Payment)).one()


def signature(body: bytes, secret: str, at: int | None = None) -> str:
    """Sign a body as Stripe does: HMAC-SHA256 over moment and body."""
    moment = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


@contextmanager
def opened(folder: Path) -> Iterator[Shop]:
    """Open a shop in a folder."""
    settings = databases.settings(
        {"DATA_DIR": str(folder / "site"), "BASE_URL": "http://localhost", "VIES_URL": ""}
    )
    # The provider's own deliveries lead nowhere: a test says which event comes when.
    with process.running(folder / "sandbox", "http://127.0.0.1:9/nowhere", SECRET, pause=30) as sandbox:
        site = wsgi.create_app(
            replace(
                settings, stripe_api_base=sandbox.base_url, stripe_webhook_secret=f"whsec_retired,{SECRET}"
            )
        )
        site.testing = True
        site.test_client_class = Visitor
        with site.app_context():
            databases.make_tables(site)
            master = tone()
            rates.activate(rates.load(rates.CARD_OF_2026))
            entry = recording_for_sale(master)
            db.session.commit()
            yield Shop(site, site.test_client(), sandbox, entry, master)
            databases.close(site)


def recording_for_sale(master: bytes, title: str = "Blauw uur", shelfmark: str = "NR-0412") -> Entry:
    """Add a published recording with a master file and all rights cleared."""
    moment = clock.now()
    entry = entries.add(EntryKind.RECORDING, title, moment, shelfmark=shelfmark)
    db.session.add(
        Recording(
            entry_id=entry.id,
            position=1,
            take_status=TakeStatus.ISSUED,
            lineup=LineUp.OWN,
            duration_ms=402_000,
        )
    )
    file = assets.keep(
        master,
        role=AssetRole.MASTER,
        filename=f"{shelfmark}.wav",
        media_type="audio/wav",
        suffix=".wav",
        moment=moment,
    )
    entry_files.attach(entry.id, file)
    for layer in (Layer.MASTER, Layer.PERFORMANCE):
        rights.record(entry, layer, Basis.OWNED, ClaimStatus.CONFIRMED, moment)
    society = parties.ensure(PartyKind.CMO, "Buma/Stemra")
    rights.record(entry, Layer.COMPOSITION, Basis.COLLECTIVE, ClaimStatus.CONFIRMED, moment, party=society)
    entries.move(entry, Status.PUBLISHED, None)
    rights.refresh(entry, moment.date())
    return entry


def tone() -> bytes:
    """Half a second of a sound, as WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(
            b"".join((3000 * (-1) ** (n // 20)).to_bytes(2, "little", signed=True) for n in range(4000))
        )
    return file.getvalue()
