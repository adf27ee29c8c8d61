"""Bank entries: what came to or left the archive's account, each once, as the bank's statements say.

What the bank said never changes (triggers refuse it); what we made of it moves by one function that writes down why.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, event, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column, lock_row, only_writer
from archive.errors import NotFound, Refused
from archive.triggers import append_only, freeze
from licensing.camt import Line, Statement
from licensing.money import Money
from licensing.orders import Order
from licensing.payments import Payment

ASKED_AT_ONCE = 1_000


class EntryStatus(str, Enum):
    """What we made of an entry."""

    NEW = "new"
    PLACED = "placed"  # belongs to an order
    ASIDE = "aside"  # has nothing to do with an order


MOVES: dict[EntryStatus, frozenset[EntryStatus]] = {
    EntryStatus.NEW: frozenset({EntryStatus.PLACED, EntryStatus.ASIDE}),
    EntryStatus.ASIDE: frozenset({EntryStatus.NEW}),
    EntryStatus.PLACED: frozenset(),
}


class BankStatement(Model):
    """One statement as it was read in; a file read again is the same statement."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]  # the bank's
    iban: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)  # checksum of the file and place in it
    filename: Mapped[str]
    currency: Mapped[str]
    opening_minor: Mapped[int | None]
    closing_minor: Mapped[int | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    lines: Mapped[int]
    lines_new: Mapped[int]
    read_at: Mapped[datetime]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)


class BankEntry(Model):
    """One amount on the account."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "is_positive"),
        CheckConstraint("(status = 'placed') = (order_id IS NOT NULL)", "is_placed_with_an_order"),
        CheckConstraint("payment_id IS NULL OR order_id IS NOT NULL", "payment_has_an_order"),
        CheckConstraint("is_credit OR status != 'placed'", "only_what_came_is_placed"),
        Index(None, "status", "is_credit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)  # of what the bank says, so that it comes in once
    bank_reference: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    is_credit: Mapped[bool]
    booked_on: Mapped[date]
    name: Mapped[str]
    iban: Mapped[str]
    end_to_end: Mapped[str]
    reference: Mapped[str]
    text: Mapped[str]
    status: Mapped[EntryStatus] = mapped_column(enum_column(EntryStatus))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)

    order: Mapped[Order | None] = relationship()
    payment: Mapped[Payment | None] = relationship()

    @property
    def amount(self) -> Money:
        """How much, without its direction."""
        return Money(self.amount_minor, self.currency)

    @property
    def said(self) -> str:
        """All that the payer wrote, in one line."""
        wrote = (self.reference, self.text, self.end_to_end if self.end_to_end != "NOTPROVIDED" else "")
        return " ".join(dict.fromkeys(part for part in wrote if part))


class BankEntryEvent(Model):
    """One move of an entry."""

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("bank_entry.id"), index=True)
    before: Mapped[EntryStatus | None] = mapped_column(enum_column(EntryStatus, "entrystatus_before"))
    after: Mapped[EntryStatus] = mapped_column(enum_column(EntryStatus))
    at: Mapped[datetime]
    why: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # None: the site


_OF_THE_BANK = (
    "key",
    "amount_minor",
    "currency",
    "is_credit",
    "booked_on",
    "name",
    "iban",
    "reference",
    "text",
)
_CHANGED = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in _OF_THE_BANK)


def _freeze(_target: Any, connection: Connection, **_: Any) -> None:
    freeze(connection, "bank_entry", {"UPDATE": _CHANGED, "DELETE": "1 = 1"}, "what the bank said stays")


event.listen(BankEntry.__table__, "after_create", _freeze)
event.listen(BankStatement.__table__, "after_create", append_only("bank_statement"))
event.listen(BankEntryEvent.__table__, "after_create", append_only("bank_entry_event"))


def keep(
    statement: Statement, file_key: str, filename: str, moment: datetime, account_id: int | None
) -> list[BankEntry] | None:
    """Store a statement and those of its lines that are not here yet; return these, None for a file read before."""
    only_writer("bank_statement")
    if db.session.scalar(select(BankStatement.id).where(BankStatement.key == file_key)) is not None:
        return None
    keys = keys_of(statement.iban, statement.lines)
    known = _known(keys)
    fresh = [pair for pair in zip(keys, statement.lines, strict=True) if pair[0] not in known]
    kept = BankStatement(
        key=file_key,
        filename=filename,
        lines_new=len(fresh),
        read_at=moment,
        read_by_id=account_id,
        **_facts(statement),
    )
    db.session.add(kept)
    db.session.flush()
    return [_add(kept, key, line, moment) for key, line in fresh]


def keys_of(iban: str, lines: Sequence[Line]) -> list[str]:
    """Give the lines of a statement keys that stay the same in every file that tells of them.

    Banks may leave out their reference or use one twice, so equal lines are counted.
    """
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        facts = [iban, line.amount.currency, line.amount.minor, line.is_credit, line.booked_on.isoformat()]
        facts += [line.bank_reference] if line.bank_reference else [line.name, line.iban, line.end_to_end]
        facts += [] if line.bank_reference else [line.reference, line.text]
        said = "\n".join(str(fact) for fact in facts)
        seen[said] += 1
        keys.append(hashlib.sha256(f"{said}\n{seen[said]}".encode()).hexdigest())
    return keys


def move(
    entry: BankEntry, to: EntryStatus, why: str, moment: datetime, account_id: int | None, order: Order | None
) -> None:
    """Move an entry, with its order when it is placed. Raise Refused for a move that is not allowed."""
    lock_row(entry)  # two desks may decide at the same moment
    if to not in MOVES[entry.status]:
        raise Refused("Somebody has dealt with this transfer already. Look at it again.")
    _write(entry, entry.status, to, why, moment, account_id)
    entry.status, entry.order_id = to, order.id if order else None
    db.session.flush()


def get(entry_id: int) -> BankEntry:
    """Get an entry; raise NotFound."""
    entry = db.session.get(BankEntry, entry_id)
    if entry is None:
        raise NotFound("There is no such entry on the bank account.")
    return entry


def to_place() -> list[BankEntry]:
    """List what came in and has no place yet, oldest first."""
    query = select(BankEntry).where(BankEntry.status == EntryStatus.NEW, BankEntry.is_credit)
    return list(db.session.scalars(query.order_by(BankEntry.booked_on, BankEntry.id)))


def of_order(order_id: int) -> list[BankEntry]:
    """List what came in for an order, oldest first."""
    query = select(BankEntry).where(BankEntry.order_id == order_id)
    return list(db.session.scalars(query.order_by(BankEntry.booked_on, BankEntry.id)))


def received(payment: Payment) -> Money:
    """Add up what came in for a payment: a sum over entries, never a counter."""
    query = select(func.sum(BankEntry.amount_minor)).where(BankEntry.payment_id == payment.id)
    return Money(int(db.session.scalar(query) or 0), payment.currency)


def statements(limit: int) -> list[BankStatement]:
    """Return the newest statements."""
    return list(db.session.scalars(select(BankStatement).order_by(BankStatement.id.desc()).limit(limit)))


def _known(keys: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), ASKED_AT_ONCE):  # a database takes so many values in one question
        asked = keys[start : start + ASKED_AT_ONCE]
        found.update(db.session.scalars(select(BankEntry.key).where(BankEntry.key.in_(asked))))
    return found


def _facts(statement: Statement) -> dict[str, Any]:
    days = sorted(line.booked_on for line in statement.lines)
    amounts = [amount for amount in (statement.opening, statement.closing) if amount is not None]
    amounts += [line.amount for line in statement.lines]
    return {
        "number": statement.number,
        "iban": statement.iban,
        "currency": amounts[0].currency if amounts else "EUR",
        "opening_minor": statement.opening.minor if statement.opening is not None else None,
        "closing_minor": statement.closing.minor if statement.closing is not None else None,
        "first_day": days[0] if days else None,
        "last_day": days[-1] if days else None,
        "lines": len(statement.lines),
    }


def _add(statement: BankStatement, key: str, line: Line, moment: datetime) -> BankEntry:
    entry = BankEntry(
        statement_id=statement.id,
        key=key,
        bank_reference=line.bank_reference,
        amount_minor=line.amount.minor,
        currency=line.amount.currency,
        is_credit=line.is_credit,
        booked_on=line.booked_on,
        name=line.name,
        iban=line.iban,
        end_to_end=line.end_to_end,
        reference=line.reference,
        text=line.text,
        status=EntryStatus.NEW,
    )
    db.session.add(entry)
    db.session.flush()
    _write(entry, None, EntryStatus.NEW, "on a statement", moment, None)
    return entry


def _write(
    entry: BankEntry,
    before: EntryStatus | None,
    after: EntryStatus,
    why: str,
    moment: datetime,
    account_id: int | None,
) -> None:
    db.session.add(
        BankEntryEvent(
            entry_id=entry.id, before=before, after=after, at=moment, why=why, account_id=account_id
        )
    )
    db.session.flush()
