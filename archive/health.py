"""The house's own open addresses: the front door, and what a monitor asks. A check says which part fails by a
code, never why.
"""

import io
import logging
from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue

from archive import clock, language, rate_limits, schema, storage
from archive.db import db
from archive.transactions import transaction

log = logging.getLogger(__name__)

Check = Callable[[], bool]

pages = Blueprint("archive_open", __name__)

PROBE = b"Can a file be kept here?"


@pages.get("/")
def front_door() -> ResponseReturnValue:
    """Lead to the home page in the reader's language."""
    response = redirect(url_for("catalogue.home", lang=language.preferred()), 302)
    response.vary.add("Accept-Language")
    return response


@pages.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that the process is alive; asks nothing of any part."""
    return _never_kept(jsonify(status="ok"))


@pages.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say whether the site can do its work; 503 with the codes of the parts that cannot.

    What is only done less well for now, such as search from the database, is named and leaves the site ready.
    """
    checks = {"database": can_write, "tables": schema.is_current, "storage": can_store}
    checks |= dict(current_app.extensions.get("readiness", []))
    failing = [name for name, check in checks.items() if not _passes(name, check)]
    weakened = [
        name for name, check in current_app.extensions.get("degradable", []) if not _passes(name, check)
    ]
    response = jsonify(status="ok" if not failing else "unavailable", failing=failing, degraded=weakened)
    response.status_code = 503 if failing else 200
    return _never_kept(response)


def can_write() -> bool:
    """Write a row and commit it: a disk that is full still opens and still answers SELECT 1."""
    db.session.rollback()
    with transaction():
        rate_limits.check("readiness", 1_000_000, timedelta(minutes=5), clock.now())
    return True


def can_store() -> bool:
    """Put a file away and take it out again."""
    vault = storage.vault()
    key = vault.put(io.BytesIO(PROBE), ".probe").key
    vault.delete(key)
    return True


def _passes(name: str, check: Check) -> bool:
    try:
        return check()
    except Exception:
        # A check may fail in any way its part can; the log says how, the answer only that it did.
        log.exception("readiness check failed", extra={"check": name})
        return False


def _never_kept(response: Response) -> Response:
    response.cache_control.no_store = True
    return response
