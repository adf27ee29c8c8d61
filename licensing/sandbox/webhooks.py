"""Sends events to the shop, signed as Stripe signs them, again and again until the shop takes them.

Signature scheme: https://docs.stripe.com/webhooks#verify-manually. A thread of its own, which also lets time
pass in the sandbox.
"""

import hashlib
import hmac
import http.client
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Sequence
from urllib.parse import SplitResult

from licensing.sandbox import behaviour, clockwork, deliveries, endpoints, store
from licensing.sandbox.behaviour import Script
from licensing.sandbox.store import Json, Store

log = logging.getLogger(__name__)

WAITS = (1.0, 3.0, 10.0, 30.0, 120.0, 600.0, 3600.0)  # seconds between tries; the last repeats
TIMEOUT = 15.0
HOUR = 3600


def signature(secret: str, body: str, timestamp: int) -> str:
    """Return the header `Stripe-Signature` for a body."""
    digest = hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def dressed(event: Json, script: Script, secret: str, now: int) -> tuple[str, str]:
    """Return body and signature of one try, spoilt as the script says."""
    if not script.holds_for(event["type"]):
        script = behaviour.ORDERLY
    shown = event | ({"livemode": True} if script.livemode else {})
    if script.missing_id:
        shown = {name: value for name, value in shown.items() if name != "id"}
    body = json.dumps(shown, indent=2)
    secret = f"{secret}-forged" if script.forge_signature else secret
    return body, signature(secret, body, now - HOUR if script.old_timestamp else now)


def post(target: SplitResult, body: str, header: str) -> tuple[bool, str]:
    """Send one body; return whether the shop took it and what it answered. Redirects are not followed."""
    connection = http.client.HTTPConnection(target.hostname or "", target.port or 80, timeout=TIMEOUT)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": header,
        "User-Agent": "Stripe/1.0",
    }
    path = f"{target.path or '/'}{'?' + target.query if target.query else ''}"
    try:
        connection.request("POST", path, body.encode(), headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return False, type(error).__name__
    finally:
        connection.close()
    return 200 <= status < 300, str(status)


class Sender(threading.Thread):
    """The thread: every round it lets time pass in the sandbox and sends what is due."""

    def __init__(self, memory: Store, waits: Sequence[float], pause: float) -> None:
        super().__init__(name="sandbox-webhooks", daemon=True)
        self._memory, self._waits, self._pause = memory, waits, pause
        self._stirred, self._ended = threading.Event(), threading.Event()

    def wake(self) -> None:
        """Look at once whether something is due, and not only at the next round."""
        self._stirred.set()

    def end(self) -> None:
        """Finish the try that is under way and stop; what is left is sent after the next start."""
        self._ended.set()
        self._stirred.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        while not self._ended.is_set():
            self._stirred.clear()
            self.round()
            self._stirred.wait(self._pause)

    def round(self) -> None:
        """Let time pass, then try once everything that is due."""
        with self._memory.work() as work:
            clockwork.advance(work)
            waiting = deliveries.due(work, newest_first=behaviour.read(work).reorder)
        for delivery in waiting:
            if not self._ended.is_set():
                self._try(delivery)

    def _try(self, delivery: sqlite3.Row) -> None:
        with self._memory.work() as work:
            event = store.get(work, "event", delivery["event"])
            script = behaviour.read(work)
        body, header = dressed(event, script, delivery["secret"], int(time.time()))
        taken, answer = post(endpoints.loopback(delivery["url"]), body, header)
        log.info("webhook event=%s type=%s answer=%s", event["id"], event["type"], answer)
        wait = self._waits[min(delivery["attempts"], len(self._waits) - 1)]
        with self._memory.work() as work:
            if taken:
                deliveries.succeeded(work, delivery, answer)
            else:
                deliveries.failed(work, delivery, answer, wait)
