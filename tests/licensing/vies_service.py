"""A small VIES on loopback, that answers as a test tells it to; for tests of what follows from the answers."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from flask import Flask

GERMAN, BELGIAN, GREEK = "DE136695976", "BE0403170701", "EL094259216"


def said(valid: bool, **more: Any) -> bytes:
    """Write an answer as the Commission's service does."""
    body = {"valid": valid, "requestIdentifier": "WAPIAAAAY1", "name": "STUDIO LEK GMBH", "address": "BERLIN"}
    return json.dumps(body | more).encode()


UNREACHABLE = json.dumps(
    {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE", "message": "MS_UNAVAILABLE"}]}
).encode()


@dataclass
class Service:
    """What the service answers, and what it was asked."""

    address: str
    answer: bytes = said(True)
    status: int = 200
    delay: float = 0
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def running(app: Flask) -> Iterator[Service]:
    """Let a site ask a VIES of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            service.asked.append({"path": self.path, **json.loads(self.rfile.read(length))})
            time.sleep(service.delay)
            self.send_response(service.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(service.answer)))
            self.end_headers()
            self.wfile.write(service.answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service = Service(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], vies_url=service.address)
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
