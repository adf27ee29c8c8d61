"""The inbox of things about money that a person must look at. Filed once per kind and reference while open;
never deleted.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db


class Anomaly(Model):
    """One difference between what should be and what is."""

    __table_args__ = (
        Index(
            "uq_anomaly_open",
            "kind",
            "reference",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # amount_differs, refunded_at_provider, unknown_payment ...
    reference: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]
    filed_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)


def file(kind: str, reference: str, moment: datetime, **detail: Any) -> None:
    """Put something into the inbox, unless it is there already."""
    known = select(Anomaly.id).where(
        Anomaly.kind == kind, Anomaly.reference == reference, Anomaly.done_at.is_(None)
    )
    if db.session.scalar(known) is not None:
        return
    with suppress(IntegrityError), db.session.begin_nested():  # somebody else may be filing the same now
        db.session.add(Anomaly(kind=kind, reference=reference, detail=detail, filed_at=moment))


def open_ones() -> list[Anomaly]:
    """Return what waits for a person, oldest first."""
    return list(db.session.scalars(select(Anomaly).where(Anomaly.done_at.is_(None)).order_by(Anomaly.id)))
