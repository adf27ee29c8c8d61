"""Triggers that freeze a rate card once it is no longer a draft, on SQLite and PostgreSQL alike.

Its rows, factors and packages cannot be added to, changed or deleted; of the card itself only status and last day move,
and only forwards. Code refuses first (see `rates`); this refuses what goes around the code.
"""

from typing import Any

from sqlalchemy import Connection, Table

from archive.triggers import freeze

_CARD_IS_FROZEN = "(SELECT status FROM rate_card WHERE id = {row}.card_id) <> 'draft'"
_PART = {
    "INSERT": _CARD_IS_FROZEN.format(row="NEW"),
    "UPDATE": f"{_CARD_IS_FROZEN.format(row='OLD')} OR {_CARD_IS_FROZEN.format(row='NEW')}",
    "DELETE": _CARD_IS_FROZEN.format(row="OLD"),
}
_SAME = ("id", "name", "version", "currency", "valid_from", "defaults")
_CARD = {
    "UPDATE": "OLD.status <> 'draft' AND ("
    + " OR ".join(f"CAST(NEW.{column} AS TEXT) <> CAST(OLD.{column} AS TEXT)" for column in _SAME)
    + " OR NEW.status = 'draft' OR (OLD.status = 'retired' AND NEW.status <> 'retired'))",
    "DELETE": "OLD.status <> 'draft'",
}
_REFUSED = {"rate_card": _CARD, "rate_row": _PART, "rate_factor": _PART, "rate_package": _PART}


def on_create(target: Table, connection: Connection, **_: Any) -> None:
    """Listen for "after_create" of one of the four tables."""
    create(connection, target.name)


def create(connection: Connection, table: str) -> None:
    """Create the triggers of one of the four tables; migrations call this too."""
    freeze(connection, table, _REFUSED[table], "a rate card in force is frozen")
