"""What no constraint can say of invoices: the credit notes of one never exceed it."""

from typing import Any

from sqlalchemy import Connection, Table

from archive.triggers import freeze

_CREDITED = (
    "(SELECT COALESCE(SUM(note.gross_minor), 0) FROM invoice AS note"
    " WHERE note.refers_to_id = NEW.refers_to_id)"
)
_WHOLE = "(SELECT whole.gross_minor FROM invoice AS whole WHERE whole.id = NEW.refers_to_id)"
_REFUSED = {"INSERT": f"NEW.refers_to_id IS NOT NULL AND {_CREDITED} + NEW.gross_minor > {_WHOLE}"}


def on_create(_target: Table, connection: Connection, **_: Any) -> None:
    """Listen for "after_create" of the table."""
    freeze(connection, "invoice", _REFUSED, "credit notes never exceed their invoice")
