"""Grants: the right to hear one recording, to fetch it, or to hear everything, for a while; charged once.

A grant belongs to a wallet, or to the line of an order; what is heard with a day pass belongs to the pass. While it is
open there is no second one for the same holder and use: the database sees to that.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    event,
    false,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive.db import Model, db, enum_column
from archive.errors import Refused
from archive.triggers import append_only
from catalogue.entries import Entry
from licensing.orders import OrderLine
from licensing.small_prices import GrantKind
from licensing.totals import Totals
from licensing.use_prices import FreeReason
from licensing.wallet import Wallet


class GrantStatus(str, Enum):
    """Where a grant stands; running out of time is a move as well, made when it is next looked at."""

    OPEN = "open"
    ENDED = "ended"
    REVERSED = "reversed"  # it never began, and what it cost was given back
    REVOKED = "revoked"  # by staff, or because the money went back


MOVES: dict[GrantStatus, frozenset[GrantStatus]] = {
    GrantStatus.OPEN: frozenset({GrantStatus.ENDED, GrantStatus.REVERSED, GrantStatus.REVOKED}),
    GrantStatus.ENDED: frozenset(),
    GrantStatus.REVERSED: frozenset(),
    GrantStatus.REVOKED: frozenset(),
}
_ONE_PIECE = text("status = 'open' AND entry_id IS NOT NULL")
_A_PASS = text("status = 'open' AND entry_id IS NULL")


class Grant(Totals, Model):
    """What somebody may do, from when to when, and what it was charged. Whose it was is forgotten later."""

    __tablename__ = "use_grant"  # "grant" is a word of SQL
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", "ends_after_it_starts"),
        CheckConstraint("(kind = 'pass') = (entry_id IS NULL)", "is_about_an_entry"),
        CheckConstraint("net_minor + vat_minor = gross_minor", "totals_add_up"),
        CheckConstraint("net_minor >= 0 AND vat_minor >= 0", "is_not_negative"),
        CheckConstraint("(gross_minor = 0) = (free_reason IS NOT NULL)", "free_has_a_reason"),
        CheckConstraint("(COALESCE(free_reason, '') = 'pass') = (pass_id IS NOT NULL)", "pass_is_named"),
        CheckConstraint("used >= 0 AND (max_uses IS NULL OR used <= max_uses)", "within_limit"),
        CheckConstraint(
            "wallet_id IS NOT NULL OR order_line_id IS NOT NULL OR pass_id IS NOT NULL"
            " OR forgotten_at IS NOT NULL",
            "belongs_to_somebody",
        ),
        Index(
            "uq_use_grant_open_use",
            *("wallet_id", "entry_id", "kind"),
            unique=True,
            sqlite_where=_ONE_PIECE,
            postgresql_where=_ONE_PIECE,
        ),
        Index(
            "uq_use_grant_open_under_pass",
            *("pass_id", "entry_id"),
            unique=True,
            sqlite_where=_ONE_PIECE,
            postgresql_where=_ONE_PIECE,
        ),
        Index(
            "uq_use_grant_open_pass", "wallet_id", unique=True, sqlite_where=_A_PASS, postgresql_where=_A_PASS
        ),
        Index(None, "status", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # what a signed link carries
    kind: Mapped[GrantKind] = mapped_column(enum_column(GrantKind))
    status: Mapped[GrantStatus] = mapped_column(enum_column(GrantStatus))
    wallet_id: Mapped[int | None] = mapped_column(ForeignKey("wallet.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), unique=True)
    pass_id: Mapped[int | None] = mapped_column(ForeignKey("use_grant.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    started_at: Mapped[datetime | None]  # when the first sound was sent
    used: Mapped[int]  # how often the file was fetched from its beginning; of a download
    max_uses: Mapped[int | None]
    vat_country: Mapped[str]
    vat_bp: Mapped[int]
    free_reason: Mapped[FreeReason | None] = mapped_column(enum_column(FreeReason))
    price_list: Mapped[str]  # version
    country: Mapped[str]  # of who listens, as far as known
    decided: Mapped[list[Any]]  # why the rights allowed it, then: layer and reason
    charge: Mapped[str | None] = mapped_column(unique=True)  # the ledger's reference; dropped with the wallet
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("supply_consent.id"), index=True)
    divided_at: Mapped[datetime | None]  # of a pass: when its price went to what was heard with it
    forgotten_at: Mapped[datetime | None]

    entry: Mapped[Entry | None] = relationship()
    order_line: Mapped[OrderLine | None] = relationship()

    @property
    def piece(self) -> Entry:
        """The entry it is about; raise ValueError for a pass."""
        if self.entry is None:
            raise ValueError("a day pass is not about one entry")
        return self.entry

    @property
    def left(self) -> int:
        """How often a download may still be fetched."""
        return (self.max_uses or 0) - self.used

    def is_in_force(self, moment: datetime) -> bool:
        """Say whether it opens anything now."""
        return self.status is GrantStatus.OPEN and self.starts_at <= moment < self.ends_at


class GrantEvent(Model):
    """One move of a grant."""

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("use_grant.id"), index=True)
    before: Mapped[GrantStatus | None] = mapped_column(enum_column(GrantStatus, "grantstatus_before"))
    after: Mapped[GrantStatus] = mapped_column(enum_column(GrantStatus))
    at: Mapped[datetime]
    why: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)


event.listen(GrantEvent.__table__, "after_create", append_only("grant_event"))


@dataclass(frozen=True)
class Holder:
    """Who asks: the wallet of a visitor, and the day passes that the browser has shown to hold."""

    wallet_id: int | None = None
    pass_keys: tuple[str, ...] = ()

    @property
    def is_nobody(self) -> bool:
        """Whether nothing can be this visitor's."""
        return self.wallet_id is None and not self.pass_keys


def add(moment: datetime, why: str, **columns: Any) -> Grant:
    """Open a grant; `columns` are those of the table."""
    grant = Grant(
        key=secrets.token_urlsafe(16),
        status=GrantStatus.OPEN,
        starts_at=moment,
        used=0,
        charge=secrets.token_urlsafe(12),
        **columns,
    )
    db.session.add(grant)
    db.session.flush()
    _note(grant, None, why, moment, None)
    return grant


def move(grant: Grant, to: GrantStatus, moment: datetime, why: str, account_id: int | None = None) -> None:
    """Move a grant; nothing happens when it is there already. Raise Refused for a move that is not allowed."""
    if grant.status is to:
        return
    if to not in MOVES[grant.status]:
        raise Refused(
            "This grant is %(before)s, so it cannot become %(after)s.",
            before=grant.status.value,
            after=to.value,
        )
    before, grant.status = grant.status, to
    _note(grant, before, why, moment, account_id)


def find_open(holder: Holder, kind: GrantKind, entry_id: int | None) -> Grant | None:
    """Find the grant of a use that a visitor holds, also when its time has just run out."""
    query = select(Grant).where(
        Grant.kind == kind, Grant.status == GrantStatus.OPEN, is_held_by(holder), Grant.entry_id == entry_id
    )
    return db.session.scalar(query.order_by(Grant.ends_at.desc()).limit(1))


def find_pass(holder: Holder, moment: datetime) -> Grant | None:
    """Find the day pass of a visitor that is in force and ends last."""
    query = select(Grant).where(
        Grant.kind == GrantKind.PASS,
        Grant.status == GrantStatus.OPEN,
        Grant.ends_at > moment,
        is_held_by(holder),
    )
    return db.session.scalar(query.order_by(Grant.ends_at.desc()).limit(1))


def find_by_key(key: str) -> Grant | None:
    """Find the grant that a link names."""
    return db.session.scalar(select(Grant).where(Grant.key == key).options(joinedload(Grant.entry)))


def find_held(key: str, holder: Holder) -> Grant | None:
    """Find the grant that a link names, if it is the visitor's."""
    query = select(Grant).where(Grant.key == key, is_held_by(holder)).options(joinedload(Grant.entry))
    return db.session.scalar(query)


def of_line(order_line_id: int) -> Grant | None:
    """Find the grant that a line of an order gave."""
    return db.session.scalar(select(Grant).where(Grant.order_line_id == order_line_id))


def of_lines(line_ids: Collection[int]) -> list[Grant]:
    """Return the grants that lines of an order gave."""
    query = select(Grant).where(Grant.order_line_id.in_(line_ids)).options(joinedload(Grant.entry))
    return list(db.session.scalars(query.order_by(Grant.id)))


def find_under(pass_id: int, entry_id: int) -> Grant | None:
    """Find what opens an entry with a pass."""
    query = select(Grant).where(
        Grant.pass_id == pass_id, Grant.entry_id == entry_id, Grant.status == GrantStatus.OPEN
    )
    return db.session.scalar(query)


def open_under(pass_id: int) -> list[Grant]:
    """Return what is open with a pass."""
    return list(
        db.session.scalars(select(Grant).where(Grant.pass_id == pass_id, Grant.status == GrantStatus.OPEN))
    )


def under(pass_id: int) -> list[Grant]:
    """Return what was heard with a pass, in the order in which it began."""
    query = select(Grant).where(Grant.pass_id == pass_id, Grant.started_at.is_not(None))
    return list(db.session.scalars(query.order_by(Grant.id)))


def held_by(holder: Holder, limit: int) -> list[Grant]:
    """Return the newest grants of a visitor, with their entries."""
    query = select(Grant).where(is_held_by(holder)).options(joinedload(Grant.entry))
    return list(db.session.scalars(query.order_by(Grant.id.desc()).limit(limit)))


def is_held_by(holder: Holder) -> ColumnElement[bool]:
    """Give the condition that a grant is a visitor's: of the wallet, a pass shown, or under such a pass."""
    held: list[ColumnElement[bool]] = [false()]
    if holder.wallet_id is not None:
        taken_over = select(Wallet.id).where(Wallet.merged_into_id == holder.wallet_id)
        held += [Grant.wallet_id == holder.wallet_id, Grant.wallet_id.in_(taken_over)]
    if holder.pass_keys:
        shown = select(Grant.id).where(Grant.key.in_(holder.pass_keys), Grant.kind == GrantKind.PASS)
        held.append(or_(Grant.id.in_(shown), Grant.pass_id.in_(shown)))
    return or_(*held)


def mark_started(grant_id: int, moment: datetime) -> None:
    """Note when the first sound of a grant was sent, once."""
    grant = db.session.get(Grant, grant_id)
    if grant is not None and grant.started_at is None:
        grant.started_at = moment


def _note(
    grant: Grant, before: GrantStatus | None, why: str, moment: datetime, account_id: int | None
) -> None:
    moved = GrantEvent(
        grant_id=grant.id, before=before, after=grant.status, at=moment, why=why, account_id=account_id
    )
    db.session.add(moved)
    db.session.flush()
