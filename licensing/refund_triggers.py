"""What no constraint can say of refunds: together they never exceed their payment, and what is asked never changes."""

from typing import Any

from sqlalchemy import Connection, Table

from archive.triggers import freeze

# A refund that failed or was given up returns nothing.
_LIVE = "NEW.status NOT IN ('failed', 'cancelled')"
_ALL = (
    "(SELECT COALESCE(SUM(other.amount_minor), 0) FROM refund AS other"
    " WHERE other.payment_id = NEW.payment_id AND other.status NOT IN ('failed', 'cancelled'){others})"
)


def _too_much(others: str) -> str:
    return f"({_LIVE} AND {_ALL.format(others=others)} + NEW.amount_minor > NEW.payment_minor)"


_REFUSED = {
    "INSERT": _too_much(""),  # the new row is not there yet, and may have no id
    "UPDATE": f"{_too_much(' AND other.id <> NEW.id')}"
    " OR NEW.payment_id <> OLD.payment_id OR NEW.payment_minor <> OLD.payment_minor"
    " OR (OLD.provider_ref IS NOT NULL AND COALESCE(NEW.provider_ref, '') <> OLD.provider_ref)",
    "DELETE": "1 = 1",
}


def on_create(_target: Table, connection: Connection, **_: Any) -> None:
    """Listen for "after_create" of the table."""
    freeze(connection, "refund", _REFUSED, "refunds stay, and never exceed their payment")
