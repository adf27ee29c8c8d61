"""History: a snapshot of an entry at each save, with who, when and why. Rows are only ever added.

Snapshots of before 22 November 2026 hold the entry's own columns and its credits alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, UniqueConstraint, event, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.accounts import Account
from archive.db import Model, db
from archive.errors import NotFound
from archive.triggers import append_only
from catalogue import snapshots

if TYPE_CHECKING:
    from catalogue.entries import Entry


class Revision(Model):
    """What an entry said at one version."""

    __table_args__ = (UniqueConstraint("entry_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    version: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
    comment: Mapped[str]
    snapshot: Mapped[dict[str, Any]]


@dataclass(frozen=True)
class Version:
    """One save: who (None: the system), when and why."""

    number: int
    at: datetime
    by: str | None
    comment: str


event.listen(Revision.__table__, "after_create", append_only("revision"))


def keep(entries: Sequence["Entry"], account_id: int | None, comment: str, moment: datetime) -> None:
    """Keep what some entries say now, with all their parts, as the database holds them."""
    said = snapshots.of(entries)
    rows = [
        {
            "entry_id": entry.id,
            "version": entry.version,
            "account_id": account_id,
            "at": moment,
            "comment": comment,
            "snapshot": said[entry.id],
        }
        for entry in entries
    ]
    if rows:
        db.session.execute(insert(Revision), rows)


def history(entry_id: int) -> list[Revision]:
    """Return the revisions of an entry, newest first."""
    query = select(Revision).where(Revision.entry_id == entry_id).order_by(Revision.version.desc())
    return list(db.session.scalars(query))


def versions(entry_id: int) -> list[Version]:
    """Return who saved an entry when and why, newest first, without what it said."""
    columns = select(Revision.version, Revision.at, Account.name, Revision.comment)
    query = columns.outerjoin(Account, Account.id == Revision.account_id).where(Revision.entry_id == entry_id)
    return [Version(*row) for row in db.session.execute(query.order_by(Revision.version.desc()))]


def get(entry_id: int, version: int) -> Revision:
    """Get what an entry said at a version; raise NotFound."""
    query = select(Revision).where(Revision.entry_id == entry_id, Revision.version == version)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("The history of this entry has no such version. Choose one from the list.")
    return found
