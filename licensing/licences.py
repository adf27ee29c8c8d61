"""Licences: what a paid order gives, with a number, a public code, and a document that never changes once
it is issued.
"""

import secrets
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.errors import NotFound
from catalogue.entries import Entry
from licensing.orders import OrderLine

# No vowels, so no words; no look-alikes, so that it can be read from paper.
CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
CODE_GROUPS = 3
CODE_GROUP_LENGTH = 4


class LicenceStatus(str, Enum):
    """What a licence is worth. Its end by time is not a status: the dates say it."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Standing(str, Enum):
    """What the public check answers on a day."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Licence(Model):
    """One licence for one entry."""

    __table_args__ = (CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", "runs_forward"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(
        unique=True
    )  # printed on the document; answers the check, opens nothing
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    grant: Mapped[dict[str, Any]]  # the terms as answered on the ticket, and the layers granted and not
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # None: without end
    status: Mapped[LicenceStatus] = mapped_column(enum_column(LicenceStatus), default=LicenceStatus.ACTIVE)
    status_reason: Mapped[str | None]
    issued_at: Mapped[datetime]

    entry: Mapped[Entry] = relationship()
    line: Mapped[OrderLine] = relationship()


def issue(
    line: OrderLine, grant: dict[str, Any], starts_on: date, ends_on: date | None, moment: datetime
) -> Licence:
    """Issue the licence of an order line, once; `ends_on` None means without end."""
    known = db.session.scalar(select(Licence).where(Licence.order_line_id == line.id))
    if known is not None:
        return known
    licence = Licence(
        number=f"pending-{line.id}",
        code=_new_code(),
        order_line_id=line.id,
        entry_id=line.entry_id,
        grant=grant,
        starts_on=starts_on,
        ends_on=ends_on,
        status=LicenceStatus.ACTIVE,
        issued_at=moment,
    )
    db.session.add(licence)
    db.session.flush()
    licence.number = f"L{moment:%Y}-{licence.id:05d}"
    db.session.flush()
    return licence


def standing(licence: Licence, today: date) -> Standing:
    """Say what a licence is worth on a day."""
    if licence.status is not LicenceStatus.ACTIVE:
        return Standing(licence.status.value)
    if today < licence.starts_on:
        return Standing.NOT_YET
    if licence.ends_on is not None and licence.ends_on < today:
        return Standing.EXPIRED
    return Standing.VALID


def get_by_code(code: str) -> Licence:
    """Get a licence by its public code, as typed from paper; raise NotFound."""
    plain = "".join(character for character in code.upper() if character in CODE_ALPHABET)
    grouped = "-".join(
        plain[at : at + CODE_GROUP_LENGTH]
        for at in range(0, CODE_GROUPS * CODE_GROUP_LENGTH, CODE_GROUP_LENGTH)
    )
    licence = db.session.scalar(select(Licence).where(Licence.code == grouped))
    if licence is None:
        raise NotFound(
            "There is no licence with this code. Check it against the document, character by character."
        )
    return licence


def of_order(order_id: int) -> list[Licence]:
    """Return the licences of an order."""
    query = (
        select(Licence)
        .join(OrderLine, OrderLine.id == Licence.order_line_id)
        .where(OrderLine.order_id == order_id)
    )
    return list(db.session.scalars(query.order_by(Licence.id)))


def _new_code() -> str:
    return "-".join(
        "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_GROUP_LENGTH)) for _ in range(CODE_GROUPS)
    )
