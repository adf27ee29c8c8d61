"""The one rule: what returns is committed, what raises is rolled back. For views, jobs and commands alike.

Unsafe requests, jobs and commands begin as writers (see `archive.db.writing`). A view that answers with an
error status has refused something, so its work is rolled back too, unless it says otherwise with
`keep_work`.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import OperationalError

from archive import db as database
from archive.db import db

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Put every request under the rule."""
    app.before_request(_begin)
    app.after_request(_finish)


def keep_work() -> None:
    """Commit although the answer will be an error: a failed sign-in must be counted, a refused event
    stored.
    """
    g.keep_work = True


def after_commit(action: Callable[[], None]) -> None:
    """Run `action` in a transaction of its own when this request's work is safe; for small marks such as
    "last seen".
    """
    g.setdefault("after_commit", []).append(action)


@contextmanager
def transaction() -> Iterator[None]:
    """Do a job's or a command's work under the rule. What was read before is read anew inside."""
    _end_reading()
    with database.writing():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


def commit_intent() -> None:
    """Commit before a service is called: what we are about to ask must be on disk first, and no lock held meanwhile.

    The only other place that commits; `licensing.payments` and `licensing.vat_numbers` are its only callers (a test
    holds it to that).
    """
    db.session.commit()


def _end_reading() -> None:
    # A transaction that has only read would have to turn writer, which SQLite refuses at once when another
    # process has written in between.
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("work was left outside a transaction")
    session.rollback()


def writes(view: View) -> View:
    """Mark a view that writes although it answers GET: a counted download, a return from the payment page."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def reads(view: View) -> View:
    """Mark a view that only reads although it answers POST: a question that is too long for an address."""
    view.writes = False  # type: ignore[attr-defined]
    return view


def _begin() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    database.expect_writes(getattr(view, "writes", request.method not in SAFE_METHODS))


def _finish(response: Response) -> Response:
    if response.status_code >= 400 and not g.get("keep_work", False):
        db.session.rollback()
        return response
    db.session.commit()
    _do_small_marks()
    return response


def _do_small_marks() -> None:
    for action in g.pop("after_commit", []):
        try:
            with transaction():
                action()
        except OperationalError:
            # On a full disk every page can still be read: a mark is not worth the answer.
            log.warning("a small mark was lost", exc_info=True)
