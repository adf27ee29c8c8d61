"""Successions: which order renews or extends which licence, and the days that follow.

A renewal runs on from the end of what it renews. An extension takes its place today and counts its term from the
first day of what it extends.
"""

from datetime import date, timedelta
from enum import Enum

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column, lock_row
from licensing import licences, vocabulary
from licensing.licences import Licence
from licensing.orders import OrderLine


class SuccessionKind(str, Enum):
    """What a licence is to another one."""

    RENEWAL = "renewal"
    EXTENSION = "extension"


class Succession(Model):
    """An order line that follows a licence."""

    id: Mapped[int] = mapped_column(primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), unique=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence.id"), index=True)
    kind: Mapped[SuccessionKind] = mapped_column(enum_column(SuccessionKind))

    licence: Mapped[Licence] = relationship()


def add(line: OrderLine, licence: Licence, kind: SuccessionKind) -> Succession:
    """Say what an order line follows, once."""
    known = of_line(line.id)
    if known is not None:
        return known
    succession = Succession(order_line_id=line.id, licence=licence, kind=kind)
    db.session.add(succession)
    db.session.flush()
    return succession


def of_line(order_line_id: int) -> Succession | None:
    """Find what an order line follows."""
    return db.session.scalar(select(Succession).where(Succession.order_line_id == order_line_id))


def tip(licence: Licence) -> Licence:
    """Give the last licence of the line that this one began, and hold it."""
    while (found := licences.successor_of(licence.id)) is not None:
        licence = found
    lock_row(licence)
    return licence


def days(kind: SuccessionKind, before: Licence, term: str, today: date) -> tuple[date, date | None]:
    """Give the first and the last day (None: without end) of what follows `before`."""
    if kind is SuccessionKind.EXTENSION:
        return today, vocabulary.last_day(term, before.starts_on)
    after = before.ends_on + timedelta(days=1) if before.ends_on else today
    first = max(after, today)
    return first, vocabulary.last_day(term, first)
