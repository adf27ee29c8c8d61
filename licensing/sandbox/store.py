"""Everything the sandbox remembers: one SQLite file, one connection, one transaction at a time.

Objects are kept as the JSON that the API shows. Keys that begin with an underscore are the sandbox's own.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from licensing.sandbox import api_errors

Json = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    object TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_by_age ON objects (object, created, seq);
CREATE TABLE IF NOT EXISTS open_sessions (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS timers (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    due_at INTEGER NOT NULL,
    what TEXT NOT NULL,
    target TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS endpoints (position INTEGER PRIMARY KEY, url TEXT NOT NULL, secret TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    endpoint INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    delivered_at REAL,
    last_answer TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (due_at) WHERE delivered_at IS NULL;
CREATE TABLE IF NOT EXISTS script (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), body TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Work:
    """One transaction, its moment (seconds since 1970, UTC) and the request behind it, if any."""

    db: sqlite3.Connection
    now: int
    base_url: str = ""
    request_id: str | None = None
    idempotency_key: str | None = None


class Store:
    """The open file and the clock it goes by. All threads share it, one transaction after another."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        folder.mkdir(parents=True, exist_ok=True)
        self._turn = threading.RLock()
        self._connection = sqlite3.connect(
            folder / "sandbox.sqlite3", isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        # A killed process loses nothing in WAL mode; only a power cut could take the last transactions.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)
        self._add_endpoint()

    @contextmanager
    def work(
        self, *, base_url: str = "", request_id: str | None = None, idempotency_key: str | None = None
    ) -> Iterator[Work]:
        """Commit when the block ends, roll back when it raises."""
        with self._turn:
            now = int(self._clock().timestamp())
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Work(self._connection, now, base_url, request_id, idempotency_key)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _add_endpoint(self) -> None:
        """Bring a folder of when there was one endpoint up to date."""
        columns = [row["name"] for row in self._connection.execute("PRAGMA table_info(deliveries)")]
        if "endpoint" not in columns:
            self._connection.execute("ALTER TABLE deliveries ADD COLUMN endpoint INTEGER NOT NULL DEFAULT 0")

    def close(self) -> None:
        with self._turn:
            self._connection.close()


def put(work: Work, body: Json) -> Json:
    """Add the object, or replace the one of that id; its place in lists stays."""
    work.db.execute(
        "INSERT INTO objects (id, object, created, body) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        (body["id"], body["object"], body["created"], json.dumps(body)),
    )
    return body


def find(work: Work, kind: str, name: str) -> Json | None:
    """Return the object of that kind (`checkout.session`, `refund` ...) and id, or None."""
    row = work.db.execute("SELECT body FROM objects WHERE id = ? AND object = ?", (name, kind)).fetchone()
    return None if row is None else json.loads(row["body"])


def get(work: Work, kind: str, name: str) -> Json:
    """Return the object of that kind and id; raise ApiError when there is none."""
    body = find(work, kind, name)
    if body is None:
        raise api_errors.no_such(kind, name)
    return body


def every(work: Work, kind: str) -> Iterator[Json]:
    """Yield all objects of a kind, newest first."""
    rows = work.db.execute("SELECT body FROM objects WHERE object = ? ORDER BY seq DESC", (kind,))
    return (json.loads(row["body"]) for row in rows)
