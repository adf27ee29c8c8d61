"""Licences: what a paid order gives, with a number and a public code. What it grants never changes; what it is
worth moves by one function that writes down who, when and why.
"""

import secrets
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit
from archive.db import Model, db, enum_column, lock_row
from archive.errors import Invalid, NotFound, Refused
from archive.triggers import append_only
from catalogue.entries import Entry
from licensing.orders import OrderLine
from licensing.vocabulary import COUNTRIES, N_

# No vowels, so no words; no look-alikes, so that it can be read from paper.
CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
CODE_GROUPS = 3
CODE_GROUP_LENGTH = 4
NO_SUCH_CODE = N_(
    "There is no licence with this code. Check it against the document, character by character."
)


class LicenceStatus(str, Enum):
    """What a licence is worth. Its end by time is not a status: the dates say it."""

    PENDING = "pending"  # issued, and not yet paid for
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"  # another licence took its place before its end


MOVES: dict[LicenceStatus, frozenset[LicenceStatus]] = {
    LicenceStatus.PENDING: frozenset({LicenceStatus.ACTIVE, LicenceStatus.REVOKED}),
    LicenceStatus.ACTIVE: frozenset(
        {LicenceStatus.SUSPENDED, LicenceStatus.REVOKED, LicenceStatus.SUPERSEDED}
    ),
    LicenceStatus.SUSPENDED: frozenset({LicenceStatus.ACTIVE, LicenceStatus.REVOKED}),
    LicenceStatus.REVOKED: frozenset(),
    LicenceStatus.SUPERSEDED: frozenset(),
}


class Standing(str, Enum):
    """What the public check answers on a day."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"


_BY_STATUS = {
    LicenceStatus.PENDING: Standing.NOT_YET,
    LicenceStatus.SUSPENDED: Standing.SUSPENDED,
    LicenceStatus.REVOKED: Standing.REVOKED,
    LicenceStatus.SUPERSEDED: Standing.REPLACED,
}


class Licence(Model):
    """One licence for one entry."""

    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", "runs_forward"),
        Index(None, "entry_id", "use_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(
        unique=True
    )  # printed on the document; answers the check, opens nothing
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), unique=True)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    grant: Mapped[dict[str, Any]]  # the terms as answered on the ticket, and the layers granted and not
    use_code: Mapped[str]
    territory: Mapped[list[str]]  # ISO 3166 codes, or WW
    is_exclusive: Mapped[bool]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # None: without end
    status: Mapped[LicenceStatus] = mapped_column(enum_column(LicenceStatus))
    supersedes_id: Mapped[int | None] = mapped_column(
        ForeignKey("licence.id"), unique=True
    )  # the licence that this one renews or extends
    revoked_reason: Mapped[str | None]  # for the licensee; the public check does not say it
    issued_at: Mapped[datetime]

    entry: Mapped[Entry] = relationship()
    line: Mapped[OrderLine] = relationship()


class LicenceEvent(Model):
    """One move of a licence."""

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence.id"), index=True)
    before: Mapped[LicenceStatus | None] = mapped_column(enum_column(LicenceStatus, "licencestatus_before"))
    after: Mapped[LicenceStatus] = mapped_column(enum_column(LicenceStatus))
    at: Mapped[datetime]
    why: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # None: the site


event.listen(LicenceEvent.__table__, "after_create", append_only("licence_event"))


def issue(
    line: OrderLine,
    grant: dict[str, Any],
    starts_on: date,
    ends_on: date | None,
    moment: datetime,
    agreement_id: int | None = None,
    supersedes_id: int | None = None,
) -> Licence:
    """Issue the licence of an order line, once and pending; `ends_on` None means without end."""
    known = db.session.scalar(select(Licence).where(Licence.order_line_id == line.id))
    if known is not None:
        return known
    licence = Licence(
        number=f"pending-{line.id}",
        code=new_code(),
        order_line_id=line.id,
        agreement_id=agreement_id,
        supersedes_id=supersedes_id,
        entry_id=line.entry_id,
        grant=grant,
        use_code=line.choice["use"],
        territory=sorted(COUNTRIES[line.choice["territory"]]),
        is_exclusive=line.is_exclusive,
        starts_on=starts_on,
        ends_on=ends_on,
        status=LicenceStatus.PENDING,
        issued_at=moment,
    )
    db.session.add(licence)
    db.session.flush()
    licence.number = f"L{moment:%Y}-{licence.id:05d}"
    _write(licence, None, moment, "issued", None)
    return licence


def activate(licence: Licence, why: str, moment: datetime) -> None:
    """Put a licence in force, when it is paid."""
    move(licence, LicenceStatus.ACTIVE, why, moment, None)


def suspend(licence: Licence, why: str, moment: datetime, account_id: int | None) -> None:
    """Hold a licence for the time being; its deliveries stop at the next request."""
    move(licence, LicenceStatus.SUSPENDED, why, moment, account_id)


def resume(licence: Licence, why: str, moment: datetime, account_id: int | None) -> None:
    """Put a suspended licence in force again."""
    move(licence, LicenceStatus.ACTIVE, why, moment, account_id)


def revoke(licence: Licence, why: str, moment: datetime, account_id: int | None) -> None:
    """End a licence for good; `why` is kept for the licensee."""
    move(licence, LicenceStatus.REVOKED, why, moment, account_id)
    licence.revoked_reason = why
    db.session.flush()


def supersede(licence: Licence, why: str, moment: datetime, account_id: int | None) -> None:
    """Let another licence take the place of this one before its end."""
    move(licence, LicenceStatus.SUPERSEDED, why, moment, account_id)


def move(licence: Licence, to: LicenceStatus, why: str, moment: datetime, account_id: int | None) -> None:
    """Move a licence, with the reason; nothing happens when it is there already. Raise Invalid without a
    reason, Refused for a move that is not allowed.
    """
    if not why.strip():
        raise Invalid("Say why: it is kept with the licence.")
    lock_row(licence)  # two desks may decide at the same moment
    if licence.status is to:
        return
    if to not in MOVES[licence.status]:
        raise Refused(
            "Licence %(number)s is %(before)s, so it cannot become %(after)s.",
            number=licence.number,
            before=licence.status.value,
            after=to.value,
        )
    before, licence.status = licence.status, to
    _write(licence, before, moment, why, account_id)
    if account_id is not None:
        audit.record(f"licence.{to.value}", "licence", licence.number, account_id, why=why)


def events_of(licence_id: int) -> list[LicenceEvent]:
    """Return what happened to a licence, oldest first."""
    query = select(LicenceEvent).where(LicenceEvent.licence_id == licence_id)
    return list(db.session.scalars(query.order_by(LicenceEvent.id)))


def successor_of(licence_id: int) -> Licence | None:
    """Find the licence that renews or extends this one."""
    return db.session.scalar(select(Licence).where(Licence.supersedes_id == licence_id))


def standing(licence: Licence, today: date) -> Standing:
    """Say what a licence is worth on a day."""
    if licence.status in _BY_STATUS:
        return _BY_STATUS[licence.status]
    if today < licence.starts_on:
        return Standing.NOT_YET
    if licence.ends_on is not None and licence.ends_on < today:
        return Standing.EXPIRED
    return Standing.VALID


def get_by_number(number: str) -> Licence:
    """Get a licence by its number; raise NotFound."""
    licence = db.session.scalar(select(Licence).where(Licence.number == number))
    if licence is None:
        raise NotFound("There is no licence with this number.")
    return licence


def get_by_code(code: str) -> Licence:
    """Get a licence by its public code, as typed from paper; raise NotFound."""
    licence = find_by_code(code)
    if licence is None:
        raise NotFound(NO_SUCH_CODE)
    return licence


def find_by_code(code: str) -> Licence | None:
    """Find a licence by its public code, as typed from paper."""
    return db.session.scalar(select(Licence).where(Licence.code == grouped(code)))


def grouped(code: str) -> str:
    """Write a code as it is printed, whatever was typed between its characters."""
    plain = "".join(character for character in code.upper() if character in CODE_ALPHABET)
    return "-".join(
        plain[at : at + CODE_GROUP_LENGTH]
        for at in range(0, CODE_GROUPS * CODE_GROUP_LENGTH, CODE_GROUP_LENGTH)
    )


def of_order(order_id: int) -> list[Licence]:
    """Return the licences of an order."""
    query = (
        select(Licence)
        .join(OrderLine, OrderLine.id == Licence.order_line_id)
        .where(OrderLine.order_id == order_id)
    )
    return list(db.session.scalars(query.order_by(Licence.id)))


def _write(
    licence: Licence, before: LicenceStatus | None, moment: datetime, why: str, account_id: int | None
) -> None:
    db.session.add(
        LicenceEvent(
            licence_id=licence.id,
            before=before,
            after=licence.status,
            at=moment,
            why=why,
            account_id=account_id,
        )
    )
    db.session.flush()


def new_code() -> str:
    """Make a public code: 59 bits, which the check lets nobody guess."""
    return "-".join(
        "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_GROUP_LENGTH)) for _ in range(CODE_GROUPS)
    )
