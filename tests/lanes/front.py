"""What stands before a peer and adds the little that it lacks: the one address of Stripe's that our gateway opens a
payment with. All else goes to the peer and comes back as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import requests
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

KEY = {"Authorization": "Bearer sk_test_12345"}
LINE = "line_items[0][price_data]"
Json = dict[str, Any]


class Peer:
    """A peer's API, asked without a library."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, **form: Any) -> Json:
        """Ask for a change; return what it answers, errors too, and nothing where it says nothing."""
        answer = requests.post(f"{self.url}{path}", data=form, headers=KEY, timeout=30)
        answered: Json = answer.json() if answer.content else {}
        return answered

    def get(self, path: str) -> Json:
        answered: Json = requests.get(f"{self.url}{path}", headers=KEY, timeout=30).json()
        return answered


class Front:
    """Remembers what was asked for in each session. A child says what the peer makes of it."""

    def __init__(self, peer: Peer) -> None:
        self.peer, self.asked = peer, dict[str, Json]()

    def create(self, form: Json) -> Json:
        """Open a session."""
        raise NotImplementedError

    def show(self, name: str) -> Json:
        """Show a session with its intent, charge and fee."""
        raise NotImplementedError

    def expire(self, name: str) -> Json:
        """Close a session."""
        raise NotImplementedError


def session_of(name: str, form: Json, **more: Any) -> Json:
    """Make a session of what was asked for."""
    return {
        "id": name,
        "object": "checkout.session",
        "amount_total": int(form[f"{LINE}[unit_amount]"]),
        "client_reference_id": form["client_reference_id"],
        "currency": form[f"{LINE}[currency]"],
        "livemode": False,
        "payment_intent": None,
        **more,
    }


@contextmanager
def standing(front: Front) -> Iterator[str]:
    """Let a front answer while inside; gives its address."""
    app = Flask("front")

    @app.route("/v1/checkout/sessions", methods=["POST"])
    def create() -> Response:
        return jsonify(front.create(dict(parse_qsl(request.get_data(as_text=True)))))

    @app.route("/v1/checkout/sessions/<name>")
    def show(name: str) -> Response:
        return jsonify(front.show(name))

    @app.route("/v1/checkout/sessions/<name>/expire", methods=["POST"])
    def expire(name: str) -> tuple[Response, int]:
        answer = front.expire(name)
        return jsonify(answer), 400 if "error" in answer else 200

    @app.route("/v1/<path:path>", methods=["GET", "POST"])
    def forward(path: str) -> Response:
        answer = requests.request(
            request.method,
            f"{front.peer.url}/v1/{path}",
            params=request.args,
            data=request.get_data(),
            headers=KEY | {"Content-Type": request.headers.get("Content-Type", "")},
            timeout=30,
        )
        return Response(answer.content, answer.status_code, content_type=answer.headers["Content-Type"])

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
