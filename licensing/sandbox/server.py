"""Builds the sandbox's app: the API, the hosted page, the control addresses, on one memory."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from licensing.sandbox import acts, api, control, endpoints, objects, pages, webhooks
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.endpoints import Endpoint
from licensing.sandbox.idempotency import Answer, KeysInUse
from licensing.sandbox.store import Store
from licensing.sandbox.till import DroppingFlask, Till

PROJECT = Path(__file__).parents[2]
LARGEST_REQUEST = 256 * 1024
HERE = ["127.0.0.1", "localhost"]


def wall_clock() -> datetime:
    """Return the time; the sandbox is a process of its own and does not share the site's clock."""
    return datetime.now(UTC)


def create_app(
    folder: Path,
    shops: Sequence[Endpoint],
    clock: Callable[[], datetime] = wall_clock,
    *,
    waits: Sequence[float] = webhooks.WAITS,
    pause: float = 0.25,
) -> Flask:
    """Build the app on a folder that keeps all its state; `till(app).sender` is not started yet.

    `shops` are where events are sent, `waits` the seconds between tries of a webhook, `pause` those between rounds
    of the sender. Raise ValueError for a webhook URL that is not on this machine.
    """
    app = DroppingFlask("licensing.sandbox", template_folder=PROJECT / "templates", static_url_path="/assets")
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST, TRUSTED_HOSTS=HERE)
    app.jinja_env.undefined = StrictUndefined
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it, its base type has not
    for shop in shops:
        endpoints.loopback(shop.url)
    memory = Store(folder, clock)
    with memory.work() as work:
        endpoints.replace(work, shops)
    made = Till(memory, KeysInUse(), webhooks.Sender(memory, waits, pause))
    app.extensions["sandbox"] = made
    for part in (api, pages, control, acts):
        part.init_app(app, made)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(_harden)
    app.after_request(lambda response: _wake(made, response))
    return app


def till(app: Flask) -> Till:
    """Return what the app works with."""
    made: Till = app.extensions["sandbox"]
    return made


def _http_error(error: HTTPException) -> Response | HTTPException:
    """Answer in Stripe's shape where the API is meant."""
    if not request.path.startswith("/v1/"):
        return error
    status = 404 if error.code in (404, 405) else error.code or 500
    unknown = f"Unrecognized request URL ({request.method}: {request.path})."
    refusal = ApiError(unknown if status == 404 else error.description or error.name, status=status)
    request_id = objects.new_id("req", 14)
    return api.respond(Answer(status, refusal.body(), request_id), request_id)


def _harden(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", f"{pages.POLICY}; form-action 'none'")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _wake(made: Till, response: Response) -> Response:
    if request.method == "POST":
        made.sender.wake()
    return response
