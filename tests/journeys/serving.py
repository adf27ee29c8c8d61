"""A small site of a journey's own, served on loopback: what the journey needs is put into it, and nothing else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

import wsgi
from archive import accounts, clock, job_runner
from archive.accounts import Role
from archive.db import db
from archive.transactions import transaction
from tests import databases
from tests.journeys.conftest import Site

DESK, PASSWORD = "licenties@example.org", "paard batterij nietje"


@contextmanager
def served(folder: Path, fill: Callable[[], None], **changes: Any) -> Iterator[Site]:
    """Serve a site with one account of the licensing desk and what `fill` puts in; `changes` are of its settings.

    The block runs inside its application context: what the site does in the background is done by `work`.
    """
    server = make_server("127.0.0.1", 0, Flask("none"), threaded=True)  # the settings need its port
    address = f"http://127.0.0.1:{server.server_port}"
    settings = databases.settings({"DATA_DIR": str(folder / "site"), "BASE_URL": address, "VIES_URL": ""})
    flask = server.app = wsgi.create_app(replace(settings, **changes))
    with flask.app_context():
        databases.make_tables(flask)
        with transaction():
            accounts.add(DESK, "Licenties", Role.LICENSING, PASSWORD, clock.now())
            fill()
        known = settings.data_dir / "demo-accounts.txt"
        known.write_text(f"licensing {DESK} {PASSWORD}\n", encoding="utf-8")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield Site(address, settings.data_dir)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            databases.close(flask)


def work() -> None:
    """Let the job runner do what is due."""
    job_runner.run_due()
    db.session.rollback()
