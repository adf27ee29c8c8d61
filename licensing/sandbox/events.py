"""Events: what happened, with the object as it was at that moment, listed and queued for the webhook."""

from fnmatch import fnmatchcase
from typing import Any

from licensing.sandbox import deliveries, endpoints, listings, objects, store
from licensing.sandbox.api_errors import ApiError
from licensing.sandbox.store import Json, Work


def record(work: Work, kind: str, snapshot: Json) -> None:
    """Store an event about an object and queue it for every endpoint in the same transaction."""
    event = objects.event(kind, snapshot, work.now, work.request_id, work.idempotency_key)
    event["pending_webhooks"] = len(endpoints.positions(work))
    deliveries.enqueue(work, store.put(work, event))


def listing(work: Work, params: dict[str, Any]) -> Json:
    """List events, newest first; `type` takes a wildcard, `types` up to twenty exact names."""
    wanted = params.get("types") or [params.get("type", "*")]
    if "type" in params and "types" in params:
        raise ApiError("You may pass either `type` or `types`, but not both.", param="types")
    if len(wanted) > 20:
        raise ApiError("You may pass up to 20 types.", param="types")

    def fits(event: Json) -> bool:
        delivered = event["pending_webhooks"] == 0
        return any(fnmatchcase(event["type"], name) for name in wanted) and (
            params.get("delivery_success", delivered) == delivered
        )

    return listings.page(work, "event", params, "/v1/events", fits)
