"""History: a snapshot of an entry at each save, with who, when and why. Rows are only ever added."""

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, UniqueConstraint, event, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from archive.triggers import append_only

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


event.listen(Revision.__table__, "after_create", append_only("revision"))


def keep(
    entry: "Entry", credits: list[dict[str, Any]], account_id: int | None, comment: str, moment: datetime
) -> None:
    """Keep what the entry says now, its credits included."""
    columns = inspect(type(entry)).columns
    snapshot: dict[str, Any] = {column.key: _plain(getattr(entry, column.key)) for column in columns}
    snapshot["credits"] = credits
    db.session.add(
        Revision(
            entry_id=entry.id,
            version=entry.version,
            account_id=account_id,
            at=moment,
            comment=comment,
            snapshot=snapshot,
        )
    )


def history(entry_id: int) -> list[Revision]:
    """Return the revisions of an entry, newest first."""
    query = select(Revision).where(Revision.entry_id == entry_id).order_by(Revision.version.desc())
    return list(db.session.scalars(query))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
