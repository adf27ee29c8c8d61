"""What one running sandbox consists of, and how a scripted fault hangs up without an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask

from licensing.sandbox.idempotency import KeysInUse
from licensing.sandbox.store import Store
from licensing.sandbox.webhooks import Sender

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DROP = "sandbox.drop"


@dataclass(frozen=True)
class Till:
    """The memory, the idempotency keys of running calls, the thread that sends webhooks."""

    store: Store
    keys: KeysInUse
    sender: Sender


class DroppingFlask(Flask):
    """A Flask that can hang up: the server closes the connection without a byte on an OSError."""

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = super().wsgi_app(environ, start_response)
        if environ.get(DROP):
            raise ConnectionAbortedError("scripted")
        return answer
