"""Runs the sandbox on loopback: as a process of its own, or in a thread for tests."""

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import waitress.server
from flask import Flask

from licensing.sandbox import endpoints, server, webhooks
from licensing.sandbox.endpoints import Endpoint
from licensing.sandbox.till import Till

HOST = "127.0.0.1"
THREADS = 8


@dataclass(frozen=True)
class Running:
    """A sandbox that answers: its address without a closing slash, and what it works with."""

    base_url: str
    till: Till


@contextmanager
def running(
    folder: Path,
    webhook_url: str,
    webhook_secret: str,
    clock: Callable[[], datetime] = server.wall_clock,
    *,
    also: Sequence[Endpoint] = (),
    waits: Sequence[float] = webhooks.WAITS,
    pause: float = 0.25,
    port: int = 0,
) -> Iterator[Running]:
    """Run a sandbox in a thread, on a free port unless one is named, until the block ends."""
    shops = [Endpoint(webhook_url, webhook_secret), *also]
    app = server.create_app(folder, shops, clock, waits=waits, pause=pause)
    made = server.till(app)
    channels: dict[int, Any] = {}
    web = _bind(app, port, channels)
    thread = threading.Thread(target=web.run, name="sandbox-web", daemon=True)
    thread.start()
    made.sender.start()
    try:
        yield Running(f"http://{HOST}:{web.effective_port}", made)
    finally:
        made.sender.end()
        # Open connections would keep the loop alive until they time out; it must close them itself.
        web.trigger.pull_trigger(lambda: [channel.close() for channel in list(channels.values())])
        thread.join()
        web.task_dispatcher.shutdown()
        made.store.close()


def _bind(app: Flask, port: int, channels: dict[int, Any]) -> Any:
    # A dropped call reaches waitress as an OSError, which it must not answer with an error page.
    return waitress.server.create_server(
        app, map=channels, host=HOST, port=port, threads=THREADS, log_socket_errors=False, ident="sandbox"
    )


def main(arguments: Sequence[str]) -> None:
    """Serve until SIGTERM or Ctrl-C; the first line printed is the address."""
    options = _read(arguments)
    shops = [Endpoint(*told) for told in zip(options.webhook_url, options.webhook_secret, strict=True)]
    app = server.create_app(options.folder, shops)
    made = server.till(app)
    web = _bind(app, options.port, {})
    signal.signal(signal.SIGTERM, _stop)
    made.sender.start()
    sys.stdout.write(f"Payment sandbox, no money moves: http://{HOST}:{web.effective_port}\n")
    sys.stdout.flush()
    web.run()
    made.sender.end()
    made.store.close()


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m licensing.sandbox", description="Stripe's API for tests, on loopback."
    )
    parser.add_argument("--port", type=int, default=4242)
    parser.add_argument("--folder", type=Path, required=True, help="keeps all state; made when absent")
    url_help = "where events are posted; on this machine, http; given again, another endpoint is told too"
    parser.add_argument("--webhook-url", required=True, action="append", help=url_help)
    parser.add_argument(
        "--webhook-secret", required=True, action="append", help="signs the events of an endpoint, whsec_..."
    )
    options = parser.parse_args(arguments)
    if len(options.webhook_url) != len(options.webhook_secret):
        parser.error("Each --webhook-url has a --webhook-secret of its own.")
    try:
        for url in options.webhook_url:
            endpoints.loopback(url)
    except ValueError as error:
        parser.error(str(error))
    return options


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
