"""Triggers that freeze an agreement, on SQLite and PostgreSQL alike: what was agreed never changes, a document once
printed stays, and no agreement is deleted. Only its state moves.
"""

from typing import Any

from sqlalchemy import Connection, Table

from archive.triggers import freeze

_SAME = (
    "code",
    "order_id",
    "template_version",
    "licensee",
    "layers_granted",
    "layers_excluded",
    "accepted_at",
)
_PRINTED = ("storage_key", "sha256", "size")
_UPDATE = (
    " OR ".join(f"CAST(NEW.{column} AS TEXT) <> CAST(OLD.{column} AS TEXT)" for column in _SAME)
    # The number is made from the row's own id, right after it.
    + " OR (NEW.number <> OLD.number AND substr(OLD.number, 1, 8) <> 'pending-')"
    + "".join(
        f" OR (OLD.{column} IS NOT NULL AND (NEW.{column} IS NULL OR NEW.{column} <> OLD.{column}))"
        for column in _PRINTED
    )
)
_REFUSED = {"UPDATE": _UPDATE, "DELETE": "1 = 1"}


def on_create(_target: Table, connection: Connection, **_: Any) -> None:
    """Listen for "after_create" of the table."""
    freeze(connection, "agreement", _REFUSED, "an agreement is frozen")
