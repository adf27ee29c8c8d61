"""What has still to be sent to which webhook endpoint, when, and how often it was tried.

Due times follow the real clock and not the sandbox's: a test may stop time, the network does not.
"""

import json
import sqlite3
import time

from licensing.sandbox import behaviour, endpoints, store
from licensing.sandbox.store import Json, Work


def enqueue(work: Work, event: Json) -> None:
    """Queue an event once for each endpoint, or as the script says: more often, later, or not at all."""
    script = behaviour.read(work)
    copies, due_at = 1, time.time()
    if script.holds_for(event["type"]):
        copies = 0 if script.drop else 1 + int(script.duplicate)
        due_at += script.delay_seconds
    rows = [(event["id"], due_at, position) for position in endpoints.positions(work)] * copies
    work.db.executemany("INSERT INTO deliveries (event, due_at, endpoint) VALUES (?, ?, ?)", rows)


def due(work: Work, *, newest_first: bool) -> list[sqlite3.Row]:
    """Return what may be sent now."""
    rows = work.db.execute(
        "SELECT deliveries.*, url, secret FROM deliveries JOIN endpoints ON position = endpoint"
        " WHERE delivered_at IS NULL AND due_at <= ? ORDER BY seq",
        (time.time(),),
    ).fetchall()
    return rows[::-1] if newest_first else rows


def succeeded(work: Work, delivery: sqlite3.Row, answer: str) -> None:
    """Note that the endpoint took it, on the event too."""
    work.db.execute(
        "UPDATE deliveries SET delivered_at = ?, attempts = attempts + 1, last_answer = ? WHERE seq = ?",
        (time.time(), answer, delivery["seq"]),
    )
    event = store.find(work, "event", delivery["event"])
    if event is not None:
        store.put(work, event | {"pending_webhooks": _pending(work, delivery["event"])})


def failed(work: Work, delivery: sqlite3.Row, answer: str, wait: float) -> None:
    """Note that the endpoint did not take it, and try again after `wait` seconds."""
    work.db.execute(
        "UPDATE deliveries SET due_at = ?, attempts = attempts + 1, last_answer = ? WHERE seq = ?",
        (time.time() + wait, answer, delivery["seq"]),
    )


def overview(work: Work) -> list[Json]:
    """Return every delivery with its event's type, oldest first."""
    rows = work.db.execute(
        "SELECT deliveries.*, objects.body FROM deliveries"
        " JOIN objects ON objects.id = event ORDER BY deliveries.seq"
    )
    return [
        {
            "event": row["event"],
            "type": json.loads(row["body"])["type"],
            "endpoint": row["endpoint"],
            "attempts": row["attempts"],
            "delivered": row["delivered_at"] is not None,
            "last_answer": row["last_answer"],
        }
        for row in rows
    ]


def _pending(work: Work, event: str) -> int:
    """Count the endpoints that have not taken an event yet."""
    taken = "SELECT endpoint FROM deliveries WHERE event = ? AND delivered_at IS NOT NULL"
    query = f"SELECT count(*) AS number FROM endpoints WHERE position NOT IN ({taken})"  # noqa: S608 - our own words
    return int(work.db.execute(query, (event,)).fetchone()["number"])
