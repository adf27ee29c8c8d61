"""What the database refuses of the ledger: transactions that do not sum to zero, entries added to what is complete, and
bookings on a day that is closed. `ledger` attaches it to the tables.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from archive import triggers

IS_SEALED = "EXISTS (SELECT 1 FROM ledger_seal WHERE ledger_seal.transaction_id = NEW.transaction_id)"
IS_EMPTY = "NOT EXISTS (SELECT 1 FROM ledger_entry WHERE ledger_entry.transaction_id = NEW.transaction_id)"
DOES_NOT_SUM_TO_ZERO = (
    "EXISTS (SELECT 1 FROM ledger_entry JOIN ledger_account ON ledger_account.id = ledger_entry.account_id"
    " WHERE ledger_entry.transaction_id = NEW.transaction_id"
    " GROUP BY ledger_account.currency HAVING SUM(ledger_entry.amount_minor) <> 0)"
)
DAY_IS_CLOSED = "EXISTS (SELECT 1 FROM ledger_day WHERE NEW.occurred_at < ledger_day.ends_at)"


class Refusing:
    """A listener for "after_create" that refuses rows of a table, and says why."""

    def __init__(self, table: str, refused: Mapping[str, str], why: str) -> None:
        self._table, self._refused, self._why = table, refused, why

    def __call__(self, _target: Any, connection: Connection, **_: Any) -> None:
        triggers.freeze(connection, self._table, self._refused, self._why)


BY_TABLE = {
    "ledger_entry": Refusing("ledger_entry", {"INSERT": IS_SEALED}, "the transaction is complete"),
    "ledger_seal": Refusing(
        "ledger_seal",
        {"INSERT": f"{IS_EMPTY} OR {DOES_NOT_SUM_TO_ZERO}"},
        "the transaction does not sum to zero",
    ),
    "ledger_transaction": Refusing("ledger_transaction", {"INSERT": DAY_IS_CLOSED}, "the day is closed"),
}
