"""Sending back what came by transfer: staff order it here and send it at the bank, whose statement then settles it.

The money leaves suspense when it is promised and the bank account when it has gone.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, event, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit
from archive.db import Model, db, enum_column, lock_row
from archive.errors import Invalid, NotFound, Refused
from archive.triggers import append_only
from licensing import anomalies, bank_money, ledger
from licensing.bank_entries import BankEntry
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.orders import Order, OrderStatus

_REFERENCE = re.compile(r"TR-(\d{5,12})")


class ReturnStatus(str, Enum):
    """Where a return stands."""

    TO_SEND = "to_send"
    SENT = "sent"
    WITHDRAWN = "withdrawn"  # not sent after all: the money is kept for the order again


MOVES: dict[ReturnStatus, frozenset[ReturnStatus]] = {
    ReturnStatus.TO_SEND: frozenset({ReturnStatus.SENT, ReturnStatus.WITHDRAWN}),
    ReturnStatus.SENT: frozenset(),
    ReturnStatus.WITHDRAWN: frozenset(),
}


class BankReturn(Model):
    """Money that goes back to where a transfer came from."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "is_positive"),
        CheckConstraint("entry_id IS NOT NULL OR refund_reference IS NOT NULL", "gives_back_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("bank_entry.id"), index=True)  # as which it came
    refund_reference: Mapped[str | None] = mapped_column(unique=True)  # of the refund that is sent this way
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    status: Mapped[ReturnStatus] = mapped_column(enum_column(ReturnStatus))
    why: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    sent_entry_id: Mapped[int | None] = mapped_column(ForeignKey("bank_entry.id"), unique=True)

    entry: Mapped[BankEntry | None] = relationship(foreign_keys=[entry_id])
    order: Mapped[Order] = relationship()

    @property
    def amount(self) -> Money:
        """How much goes back."""
        return Money(self.amount_minor, self.currency)

    @property
    def reference(self) -> str:
        """What staff write into the transfer, so that the statement can be matched."""
        return f"TR-{self.id:05d}"


class BankReturnEvent(Model):
    """One move of a return."""

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("bank_return.id"), index=True)
    before: Mapped[ReturnStatus | None] = mapped_column(enum_column(ReturnStatus, "returnstatus_before"))
    after: Mapped[ReturnStatus] = mapped_column(enum_column(ReturnStatus))
    at: Mapped[datetime]
    why: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # None: the site


event.listen(BankReturnEvent.__table__, "after_create", append_only("bank_return_event"))


def ask(entry: BankEntry, why: str, moment: datetime, account_id: int) -> BankReturn:
    """Order that what is too much of a transfer goes back. Raise Invalid without a reason, Refused when nothing is."""
    if not why.strip():
        raise Invalid("Say why the money goes back: it is kept with the order.")
    if entry.order is None:
        raise Refused(
            "Say first which order this transfer is for, or set it aside and send it back at the bank."
        )
    lock_row(entry.order)  # of two who send back, the second sees what is left
    amount = left_of(entry)
    if not amount:
        raise Refused("Nothing of this transfer is left to send back.")
    made = BankReturn(
        entry_id=entry.id,
        order=entry.order,
        amount_minor=amount.minor,
        currency=amount.currency,
        status=ReturnStatus.TO_SEND,
        why=why,
        asked_at=moment,
        asked_by_id=account_id,
    )
    db.session.add(made)
    db.session.flush()
    _write(made, None, why, moment, account_id)
    _book(made, "transfer_return", AccountKind.SUSPENSE, AccountKind.REFUND_CLEARING, moment)
    _tell(made.order, moment)
    audit.record("transfer.return_asked", "order", made.order.number, account_id, minor=amount.minor, why=why)
    return made


def left_of(entry: BankEntry) -> Money:
    """Say how much of a transfer can go back: what pays for nothing, and no more than came with it."""
    if entry.order is None or not _is_settled(entry.order):
        return Money(0, entry.currency)
    gone = db.session.scalar(
        select(func.sum(BankReturn.amount_minor)).where(
            BankReturn.entry_id == entry.id, BankReturn.status != ReturnStatus.WITHDRAWN
        )
    )
    left = entry.amount - Money(int(gone or 0), entry.currency)
    return max(min(left, bank_money.kept_for(entry.order)), Money(0, entry.currency))


def withdraw(found: BankReturn, why: str, moment: datetime, account_id: int) -> None:
    """Keep the money after all, as it was not sent. Raise Invalid without a reason, Refused when it has gone."""
    if not why.strip():
        raise Invalid("Say why the money does not go back: it is kept with the order.")
    _move(found, ReturnStatus.WITHDRAWN, why, moment, account_id)
    _book(found, "transfer_return_kept", AccountKind.REFUND_CLEARING, AccountKind.SUSPENSE, moment)
    audit.record("transfer.return_withdrawn", "order", found.order.number, account_id, why=why)


def note_sent(entries: Iterable[BankEntry], moment: datetime) -> None:
    """Settle the returns that the bank's statement shows as gone."""
    for entry in entries:
        found = None if entry.is_credit else _named(entry)
        if found is None:
            continue
        if found.amount != entry.amount:
            anomalies.file("transfer_return_differs", found.reference, moment, sent=entry.amount.show("en"))
            continue
        _move(found, ReturnStatus.SENT, f"on the statement of {entry.booked_on}", moment, None)
        found.sent_entry_id = entry.id
        _book(found, "transfer_returned", AccountKind.REFUND_CLEARING, AccountKind.BANK, moment)


def get(number: int) -> BankReturn:
    """Get a return; raise NotFound."""
    found = db.session.get(BankReturn, number)
    if found is None:
        raise NotFound("There is no such return.")
    return found


def to_send() -> list[BankReturn]:
    """List what staff have to send at the bank, oldest first."""
    query = select(BankReturn).where(BankReturn.status == ReturnStatus.TO_SEND)
    return list(db.session.scalars(query.order_by(BankReturn.id)))


def _is_settled(order: Order) -> bool:
    # While an order waits, what came for it is a part of its price, not too much.
    return order.status in (OrderStatus.PAID, OrderStatus.EXPIRED, OrderStatus.CANCELLED)


def _named(entry: BankEntry) -> BankReturn | None:
    written = _REFERENCE.search(f"{entry.end_to_end} {entry.text} {entry.reference}")
    found = db.session.get(BankReturn, int(written[1])) if written else None
    return found if found is not None and found.status is ReturnStatus.TO_SEND else None


def _move(found: BankReturn, to: ReturnStatus, why: str, moment: datetime, account_id: int | None) -> None:
    lock_row(found)
    if to not in MOVES[found.status]:
        raise Refused("This return has been sent or withdrawn already.")
    before, found.status = found.status, to
    _write(found, before, why, moment, account_id)


def _write(
    found: BankReturn, before: ReturnStatus | None, why: str, moment: datetime, account_id: int | None
) -> None:
    db.session.add(
        BankReturnEvent(
            return_id=found.id, before=before, after=found.status, at=moment, why=why, account_id=account_id
        )
    )
    db.session.flush()


def _book(found: BankReturn, kind: str, debit: AccountKind, credit: AccountKind, moment: datetime) -> None:
    number, amount = found.order.number, found.amount
    postings = [
        Posting(debit, amount, number),
        Posting(credit, -amount, "" if credit is AccountKind.BANK else number),
    ]
    ledger.post(kind, number, f"{kind}:{found.id}", postings, moment)


def _tell(order: Order, moment: datetime) -> None:
    if not bank_money.kept_for(order):
        for kind in ("transfer_over", "paid_twice"):
            anomalies.settle(kind, order.number, "it goes back", moment)
