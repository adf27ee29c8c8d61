"""Idempotency keys: the first answer is kept and given again, whatever it was.

Rules: https://docs.stripe.com/api/idempotent_requests. An answer is stored in the transaction that did the
work, so a killed process leaves either both or neither.
"""

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work

REMEMBERED = 24 * 60 * 60  # seconds; Stripe may forget a key after that


@dataclass(frozen=True)
class Answer:
    """What a call is answered: status, body, and the request that the answer was first made for."""

    status: int
    body: Json
    request_id: str
    replayed: bool = False


class KeysInUse:
    """The keys of the calls that are running now, in this process."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._lock = threading.Lock()

    def held(self) -> list[str]:
        """Return the keys of the calls that run at this moment."""
        with self._lock:
            return sorted(self._keys)

    @contextmanager
    def holding(self, key: str) -> Iterator[None]:
        """Hold a key for the length of a call; raise ApiError 409 when another call holds it."""
        with self._lock:
            if key in self._keys:
                raise ApiError(
                    "There is currently another in-progress request using this Idempotent Key"
                    f" (that probably means you submitted twice): {key}",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


def check(key: str) -> None:
    """Raise ApiError for a key longer than Stripe takes."""
    if len(key) > 255:
        raise ApiError("Idempotency keys can have up to 255 characters.", param="Idempotency-Key")


def fingerprint(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a digest of form fields that does not depend on their order."""
    return hashlib.sha256(json.dumps(sorted(pairs)).encode()).hexdigest()


def recall(work: Work, key: str, endpoint: str, digest: str) -> Answer | None:
    """Return the answer kept under a key; raise ApiError when it was given to a different request."""
    row = work.db.execute("SELECT * FROM answers WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row["endpoint"] != endpoint:
        raise _misused(
            "Keys for idempotent requests can only be used for the same endpoint they were first used for"
            f" ('{endpoint}' vs '{row['endpoint']}').",
            key,
        )
    if row["fingerprint"] != digest:
        raise _misused(
            "Keys for idempotent requests can only be used with the same parameters"
            " they were first used with.",
            key,
        )
    return Answer(row["status"], json.loads(row["body"]), row["request_id"], replayed=True)


def _misused(what: str, key: str) -> ApiError:
    advice = f" Try using a key other than '{key}' if you meant to execute a different request."
    return ApiError(what + advice, kind="idempotency_error")


def keep(work: Work, key: str, endpoint: str, digest: str, answer: Answer) -> None:
    """Keep an answer under a key."""
    work.db.execute(
        "INSERT INTO answers (key, endpoint, fingerprint, status, body, request_id, created)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, endpoint, digest, answer.status, json.dumps(answer.body), answer.request_id, work.now),
    )


def forget(work: Work) -> None:
    """Drop the answers that are older than a day."""
    work.db.execute("DELETE FROM answers WHERE created <= ?", (work.now - REMEMBERED,))
