"""Reading a bank statement in: each amount once, and what names our reference goes to its order at once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from archive import audit
from archive.config import current
from archive.errors import Invalid
from licensing import bank_entries, bank_money, bank_returns, camt
from licensing.bank_entries import BankEntry
from licensing.camt import Statement


@dataclass(frozen=True)
class Taken:
    """What became of a file: lines in it, new ones, those that came in, and how many of these found their order."""

    lines: int
    new: int
    came_in: int
    placed: int


def take(content: bytes, filename: str, moment: datetime, account_id: int | None) -> Taken:
    """Read a file of CAMT.053. Raise Invalid for one that cannot be read or is about another account."""
    statements = camt.read(content)
    for statement in statements:
        _require_sense(statement)
    digest = hashlib.sha256(content).hexdigest()
    fresh: list[BankEntry] = []
    for place, statement in enumerate(statements):
        kept = bank_entries.keep(statement, f"{digest}:{place}", filename, moment, account_id)
        fresh += kept or []
    placed = bank_money.place_known(fresh, moment)
    bank_returns.note_sent(fresh, moment)
    taken = Taken(
        lines=sum(len(statement.lines) for statement in statements),
        new=len(fresh),
        came_in=sum(1 for entry in fresh if entry.is_credit),
        placed=placed,
    )
    audit.record("bank_statement.read", "bank_statement", digest[:16], account_id, **vars(taken))
    return taken


def _require_sense(statement: Statement) -> None:
    ours = current().seller_iban
    if statement.iban != ours:
        raise Invalid(
            "This statement is of the account %(iban)s, not of the archive's own, %(ours)s.",
            iban=statement.iban or "?",
            ours=ours or "?",
        )
    if not statement.adds_up:
        raise Invalid(
            "The balances of this statement do not fit its lines: a part is missing. Download it again."
        )
