"""The web server: waitress, one process, sixteen threads. On SIGTERM it stops listening, finishes what it has
begun and goes.

One process keeps slow clients from taking a worker each (waitress reads requests without one), and makes
locks in memory true.
"""

import logging
import signal
import time
from types import FrameType

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer, create_server
from waitress.task import WSGITask

from archive.db import db

log = logging.getLogger(__name__)

THREADS = 16
CONNECTIONS = 800  # open at once; waitress itself stops at 100, which slow clients reach in a second
SILENT_SECONDS = 60  # after which a connection that says nothing is closed
MAX_BODY_BYTES = 16 * 1024 * 1024  # more is cut off while it comes in; what is less the application judges
DRAIN_SECONDS = 20
POLL_SECONDS = 1.0
DRAIN_POLL_SECONDS = 0.05
LINGER_SECONDS = 1.0


class PortTakenError(Exception):
    """Another program listens on this port."""


class Draining:
    """Whether this server has been told to stop."""

    def __init__(self) -> None:
        self.since: float | None = None

    def begin(self) -> None:
        """Note the moment."""
        self.since = self.since or time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether those who have not finished by now are left behind."""
        return self.since is not None and time.monotonic() - self.since > DRAIN_SECONDS


def serve(app: Flask, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; raise PortTakenError when the port cannot be had."""
    draining = Draining()
    server = _listen(app, host, port, draining)
    with app.app_context():
        # With no connection open SQLite removes its shared memory, and on a full disk cannot make it anew:
        # reads would fail.
        kept = db.engine.connect()

    def stop(*_: int | FrameType | None) -> None:
        draining.begin()
        server.pull_trigger()  # wakes the loop, which else sleeps on: Python goes on waiting after a signal (PEP 475)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    log.info("listening on http://%s:%s", host, port)
    try:
        _run(server, draining)
    finally:
        server.task_dispatcher.shutdown(timeout=1)
        kept.close()


def _listen(app: Flask, host: str, port: int, draining: Draining) -> TcpWSGIServer:
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            channel_timeout=SILENT_SECONDS,
            max_request_body_size=MAX_BODY_BYTES,
            ident=None,
            clear_untrusted_proxy_headers=False,  # the application trusts as many proxies as it is told of
        )
    except OSError as error:
        raise PortTakenError(f"Port {port} on {host} cannot be used: {error.strerror}.") from error
    server.channel_class = _channel_class(draining)
    return server


def _channel_class(draining: Draining) -> type[HTTPChannel]:
    class Task(WSGITask):  # type: ignore[misc]  # waitress carries no types
        """Tells the client to come back on a new connection while we drain."""

        def build_response_header(self) -> bytes:
            if draining.since is not None:
                self.set_close_on_finish()
            header: bytes = super().build_response_header()
            return header

    class Channel(HTTPChannel):  # type: ignore[misc]
        task_class = Task

    return Channel


def _run(server: TcpWSGIServer, draining: Draining) -> None:
    sockets = server._map
    while draining.since is None:
        wasyncore.loop(timeout=POLL_SECONDS, map=sockets, use_poll=True, count=1)
    _take_last_callers(server)
    wasyncore.dispatcher.close(server)
    while server.active_channels and not draining.is_over:
        wasyncore.loop(timeout=DRAIN_POLL_SECONDS, map=sockets, use_poll=True, count=1)
        for channel in list(server.active_channels.values()):
            if _is_idle(channel):
                channel.will_close = True
    if server.active_channels:
        log.warning("stopped with %d connections unfinished", len(server.active_channels))


def _take_last_callers(server: TcpWSGIServer) -> None:
    # Connections that the kernel has accepted for us would be reset with the listening socket.
    before = -1
    while before != len(server.active_channels):
        before = len(server.active_channels)
        server.handle_accept()


def _is_idle(channel: HTTPChannel) -> bool:
    # A kept connection gets a moment: its next question may be on its way, and is answered with "Connection:
    # close".
    if time.time() - channel.last_activity < LINGER_SECONDS:
        return False
    with channel.requests_lock:
        return not (channel.requests or channel.request or channel.total_outbufs_len)
