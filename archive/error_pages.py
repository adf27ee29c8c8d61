"""What a refusal looks like: a page in the reader's language, or problem+json (RFC 9457) for the API and for
clients that prefer JSON.

An answer says what to do next and never what went wrong inside; that is for the log.
"""

import logging
import sqlite3
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError

from archive.config import current
from archive.errors import DomainError, Unavailable

log = logging.getLogger(__name__)

MAX_ADDRESS = 8_000  # bytes; what RFC 9110, 4.1 asks every server to take at least
RETRY_SECONDS = 10
PASSING = (
    "SQLITE_FULL",
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_IOERR",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
)


@dataclass(frozen=True)
class Kind:
    """What is said of all answers with one status: a code for machines, a heading, what to do."""

    code: str
    heading: Any  # translated when shown
    message: Any


KINDS = {
    400: Kind(
        "bad-request",
        _l("we could not read that"),
        _l("Something in the address or the form is not as it should be. Go back, and try once more."),
    ),
    401: Kind("not-signed-in", _l("sign in first"), _l("This page is for people who have signed in.")),
    403: Kind(
        "forbidden",
        _l("not for you"),
        _l("Your account may not see or do this. If it should, ask whoever looks after the accounts."),
    ),
    404: Kind(
        "not-found",
        _l("not in the register"),
        _l(
            "There is nothing at this address. Perhaps a letter went missing; "
            "the search knows everything that is public."
        ),
    ),
    405: Kind(
        "method-not-allowed",
        _l("not that way"),
        _l("This address cannot be used like this. Go back, and use the buttons on the page."),
    ),
    406: Kind(
        "not-acceptable",
        _l("not in this form"),
        _l("This exists in other formats only; ask for one of those."),
    ),
    409: Kind(
        "refused",
        _l("not now"),
        _l("Something changed in the meantime. Go back, look at how it stands now, and try again."),
    ),
    410: Kind("gone", _l("no longer here"), _l("This entry was public once and has been withdrawn.")),
    413: Kind("too-large", _l("too big"), _l("What you sent is larger than this page accepts.")),
    414: Kind(
        "address-too-long", _l("too long"), _l("This address is too long. Use fewer words or filters.")
    ),
    415: Kind("unsupported-type", _l("not this kind"), _l("This kind of file is not accepted here.")),
    416: Kind(
        "no-such-part", _l("no such part"), _l("The file has no such part; ask for one that lies inside it.")
    ),
    422: Kind(
        "invalid",
        _l("not quite right"),
        _l("Something that was filled in cannot be used. Go back and look at it once more."),
    ),
    429: Kind(
        "too-many",
        _l("a little slower"),
        _l("You asked more often than we can answer. Wait a minute and try again."),
    ),
    500: Kind(
        "internal-error", _l("that broke"), _l("A mistake of ours. It has been noted; try again in a while.")
    ),
    503: Kind(
        "unavailable",
        _l("back in a moment"),
        _l("A part of the site does not work at the moment. Nothing is lost; try again in a few minutes."),
    ),
}


@dataclass(frozen=True)
class Problem:
    """One refusal, ready to be shown."""

    status: int
    code: str
    heading: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def init_app(app: Flask) -> None:
    """Turn what views raise into answers, and refuse addresses that nothing could answer."""
    app.before_request(_refuse_odd_addresses)
    app.register_error_handler(DomainError, answer)
    app.register_error_handler(CSRFError, lambda _error: _answer(_of_stale_form()))
    app.register_error_handler(HTTPException, lambda error: _answer(of_http_error(error)))
    app.register_error_handler(OperationalError, _of_database_error)
    app.register_error_handler(PoolTimeoutError, _of_database_error)


def answer(error: DomainError) -> Response:
    """Answer with a refusal of ours."""
    return _answer(of_domain_error(error))


def of_domain_error(error: DomainError) -> Problem:
    """Describe a refusal of ours."""
    details = dict(error.details)
    headers = {}
    if error.status in (429, 503):
        headers["Retry-After"] = str(details.setdefault("retry_after", RETRY_SECONDS))
    heading = str(_kind(error.status).heading)
    message = error.sentence() if error.message else str(_kind(error.status).message)
    return Problem(error.status, error.code, heading, message, details, headers)


def of_http_error(error: HTTPException) -> Problem:
    """Describe a refusal of Flask's, or an error that nobody foresaw."""
    if isinstance(error, InternalServerError) and is_passing(error.original_exception):
        return of_domain_error(_busy())
    status = error.code or 500
    kind = _kind(status)
    kept = ("Allow", "Retry-After", "Content-Range", "WWW-Authenticate")
    headers = {name: value for name, value in error.get_response().headers.items() if name in kept}
    return Problem(status, kind.code, str(kind.heading), str(kind.message), headers=headers)


def is_passing(error: BaseException | None) -> bool:
    """Say whether a database error is of the disk, a lock or the connection and may pass; others are our fault."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, OperationalError):
        return False
    # SQLite has one class for a full disk and for faulty SQL; PostgreSQL keeps them apart (PEP 249).
    return not isinstance(error.orig, sqlite3.Error) or error.orig.sqlite_errorname.startswith(PASSING)


def _kind(status: int) -> Kind:
    return KINDS.get(status) or KINDS[500 if status >= 500 else 400]


def _busy() -> Unavailable:
    return Unavailable("The archive cannot write at the moment. Nothing was changed; try again in a minute.")


def _of_stale_form() -> Problem:
    message = _(
        "This form was open for too long, or cookies are off. Load the page again and send it once more."
    )
    return Problem(400, "stale-form", _("load the page again"), message)


def _of_database_error(error: OperationalError | PoolTimeoutError) -> Response:
    if not is_passing(error):
        raise error
    log.error("the database cannot be used: %s", error)
    return _answer(of_domain_error(_busy()))


def _refuse_odd_addresses() -> None:
    if len(request.environ.get("REQUEST_URI") or request.full_path) > MAX_ADDRESS:
        abort(414)
    if "\0" in request.path or b"%00" in request.query_string or b"\0" in request.query_string:
        abort(400)


def _answer(problem: Problem) -> Response:
    response = _as_json(problem) if _wants_json() else _as_page(problem)
    response.status_code = problem.status
    response.headers.extend(problem.headers)
    response.vary.add("Accept")
    return response


def _wants_json() -> bool:
    if request.path.startswith("/api/"):
        return True
    kinds = ("text/html", "application/problem+json", "application/json")
    best = request.accept_mimetypes.best_match(kinds, default="text/html")
    return best != "text/html"


def _as_json(problem: Problem) -> Response:
    reserved = {
        "type": f"{current().base_url}/api/#problem-{problem.code}",
        "title": problem.heading.capitalize(),
        "status": problem.status,
        "detail": problem.message,
        "instance": quote(request.path),
    }
    response = jsonify(problem.details | reserved)
    response.mimetype = "application/problem+json"
    return response


def _as_page(problem: Problem) -> Response:
    context = {
        "code": problem.status,
        "heading": problem.heading,
        "message": problem.message,
        "title": problem.details.get("title"),
        "reason": problem.details.get("reason"),
    }
    try:
        page = render_template(["errors/error.html", "errors/plain.html"], **context)
    except Exception:
        # The page of an error must come out whatever is broken: the layout may need the very part that fails.
        log.exception("the error page cannot be made")
        page = render_template("errors/plain.html", **context)
    return current_app.make_response(page)
