"""Triggers that freeze a quote once it is sent: its lines and amounts stay, and of the quote itself only the answer to
it is added. Code refuses first (see `quotes`); this refuses what goes around the code.
"""

from typing import Any

from sqlalchemy import Connection, Table

from archive.triggers import freeze

_QUOTE_IS_FROZEN = "(SELECT status FROM quote WHERE id = {row}.quote_id) <> 'draft'"
_LINE = {
    "INSERT": _QUOTE_IS_FROZEN.format(row="NEW"),
    "UPDATE": f"{_QUOTE_IS_FROZEN.format(row='OLD')} OR {_QUOTE_IS_FROZEN.format(row='NEW')}",
    "DELETE": _QUOTE_IS_FROZEN.format(row="OLD"),
}
# What the buyer has read and may hold us to.
_SAME = (
    "id",
    "key",
    "number",
    "request_id",
    "version",
    "lang",
    "card_version",
    "valid_until",
    "currency",
    "net_minor",
    "vat_minor",
    "gross_minor",
    "terms_version",
    "message",
    "left_out",
    "sent_at",
)
# The answer: given once.
_ONCE = ("answered_at", "answer", "accepted_by", "accepted_evidence", "order_id")


def _differs(column: str) -> str:
    return f"COALESCE(CAST(NEW.{column} AS TEXT), '') <> COALESCE(CAST(OLD.{column} AS TEXT), '')"


_QUOTE = {
    "UPDATE": "OLD.status <> 'draft' AND ("
    + " OR ".join(_differs(column) for column in _SAME)
    + " OR NEW.status = 'draft'"
    + " OR (OLD.status NOT IN ('sent') AND NEW.status <> OLD.status)"
    + "".join(f" OR (OLD.{column} IS NOT NULL AND {_differs(column)})" for column in _ONCE)
    + ")",
    "DELETE": "OLD.status <> 'draft'",
}
_REFUSED = {"quote": _QUOTE, "quote_line": _LINE}


def on_create(target: Table, connection: Connection, **_: Any) -> None:
    """Listen for "after_create" of one of the two tables."""
    freeze(connection, target.name, _REFUSED[target.name], "a quote that was sent is frozen")
