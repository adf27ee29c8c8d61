"""Triggers that freeze a royalty statement once it is closed: its lines and numbers stay, and of the statement itself
only its state moves on. Code refuses first (see `royalty_closing`); this refuses what goes around the code.
"""

from typing import Any

from sqlalchemy import Connection, Table

from archive.triggers import freeze

_MOVING = frozenset({"status", "sent_at"})
_IS_FROZEN = "(SELECT status FROM royalty_statement WHERE id = {row}.statement_id) <> 'open'"
_LINE = {
    "INSERT": _IS_FROZEN.format(row="NEW"),
    "UPDATE": f"{_IS_FROZEN.format(row='OLD')} OR {_IS_FROZEN.format(row='NEW')}",
    "DELETE": _IS_FROZEN.format(row="OLD"),
}


def freeze_statement(target: Table, connection: Connection, **_: Any) -> None:
    """Listen for "after_create" of the table of statements."""
    columns = [column.name for column in target.columns if column.name not in _MOVING]
    differs = " OR ".join(_differs(name) for name in columns)
    refused = {
        "UPDATE": f"OLD.status <> 'open' AND ({differs} OR NEW.status = 'open')",
        "DELETE": "OLD.status <> 'open'",
    }
    freeze(connection, target.name, refused, "a closed statement is frozen")


def freeze_line(target: Table, connection: Connection, **_: Any) -> None:
    """Listen for "after_create" of the table of lines."""
    freeze(connection, target.name, _LINE, "a closed statement is frozen")


def _differs(column: str) -> str:
    return f"COALESCE(CAST(NEW.{column} AS TEXT), '') <> COALESCE(CAST(OLD.{column} AS TEXT), '')"
