"""Our search behind Flask, in two processes of the product's web server on one socket: the site's own way to answer.

`python -m tests.benchmarks.http_site FOLDER PORT` serves an index until SIGTERM.
"""

import multiprocessing
import signal
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from flask import Flask, Response, json, request
from waitress.server import create_server

from archive import serving
from catalogue.search.query import SearchQuery
from tests.benchmarks.engines.nachtregister import Nachtregister
from tests.benchmarks.records import KEYS

PROCESSES = 2
HOST = "127.0.0.1"
BACKLOG = 256


def create_app(folder: Path) -> Flask:
    """Make a site of one page: answers as JSON."""
    app = Flask(__name__)
    engine = Nachtregister(folder)
    engine.open()

    @app.get("/search")
    def search() -> Response:
        page = engine.page(_asked())
        body = {"total": page.total, "hits": [asdict(hit) for hit in page.hits], "facets": page.facets}
        return Response(json.dumps(body), mimetype="application/json")

    return app


def _asked() -> SearchQuery:
    given = request.args
    return SearchQuery(
        q=given.get("q", ""),
        filters=tuple((name, tuple(given.getlist(name))) for name in KEYS if name in given),
        from_year=given.get("from", type=int),
        to_year=given.get("to", type=int),
        sort=given.get("sort", "added"),
        page=given.get("page", 1, type=int),
    )


def serve(folder: Path, port: int) -> None:
    """Serve from several processes until told to stop."""
    listening = socket.create_server((HOST, port), backlog=BACKLOG)
    context = multiprocessing.get_context("fork")  # they share the socket
    processes = [context.Process(target=_serve_from, args=(folder, listening)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()

    def stop(_number: int, _frame: FrameType | None) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    for process in processes:
        process.join()


def _serve_from(folder: Path, listening: socket.socket) -> None:
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit())
    app = create_app(folder)
    create_server(
        app, sockets=[listening], threads=serving.THREADS, connection_limit=serving.CONNECTIONS
    ).run()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
