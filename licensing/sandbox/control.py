"""The sandbox's own addresses, for tests and demonstrations: write the script, look inside.

JSON only, so that a page of another site cannot reach them from a browser.
"""

from flask import Flask, Response, jsonify, request

from licensing.sandbox import behaviour, deliveries
from licensing.sandbox.store import Json, Work
from licensing.sandbox.till import Till


def init_app(app: Flask, till: Till) -> None:
    """Add the two addresses to the app."""

    @app.post("/_sandbox/behaviour")
    def write_script() -> tuple[Response, int] | Response:
        if not request.is_json:
            return jsonify(error="Send application/json."), 415
        try:
            script = behaviour.parse(request.get_json())
        except ValueError as error:
            return jsonify(error=str(error)), 400
        with till.store.work() as work:
            behaviour.write(work, script)
        return jsonify(behaviour.shown(script))

    @app.get("/_sandbox/state")
    def state() -> Response:
        with till.store.work() as work:
            return jsonify(_state(work) | {"keys_in_use": till.keys.held()})


def _state(work: Work) -> Json:
    counts = work.db.execute("SELECT object, count(*) AS number FROM objects GROUP BY object ORDER BY object")
    return {
        "now": work.now,
        "script": behaviour.shown(behaviour.read(work)),
        "objects": {row["object"]: row["number"] for row in counts},
        "deliveries": deliveries.overview(work),
        "idempotency_keys": [
            row["key"] for row in work.db.execute("SELECT key FROM answers ORDER BY created, key")
        ],
    }
