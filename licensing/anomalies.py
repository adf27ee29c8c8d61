"""The inbox of things about money that a person must look at. Filed once per kind and reference while open;
never deleted.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from archive import audit
from archive.db import Model, db
from archive.errors import Invalid, NotFound


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
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # None: the site
    done_why: Mapped[str | None]


def file(kind: str, reference: str, moment: datetime, **detail: Any) -> None:
    """Put something into the inbox, unless it is there already."""
    if db.session.scalar(_open(kind, reference)) is not None:
        return
    with suppress(IntegrityError), db.session.begin_nested():  # somebody else may be filing the same now
        db.session.add(Anomaly(kind=kind, reference=reference, detail=detail, filed_at=moment))


def done(anomaly_id: int, why: str, account_id: int, moment: datetime) -> Anomaly:
    """Take something out of the inbox, with the reason; nothing happens when it is out. Raise Invalid, NotFound."""
    anomaly = get(anomaly_id)
    if not why.strip():
        raise Invalid("Say what was done about it: it is kept.")
    if anomaly.done_at is None:
        anomaly.done_at, anomaly.done_by_id, anomaly.done_why = moment, account_id, why.strip()
        db.session.flush()
        audit.record("anomaly.done", anomaly.kind, anomaly.reference, account_id, why=anomaly.done_why)
    return anomaly


def settle(kind: str, reference: str, why: str, moment: datetime) -> None:
    """Take out what has come right by itself; nothing happens when it is not there."""
    anomaly = db.session.scalar(_open(kind, reference))
    if anomaly is not None:
        anomaly.done_at, anomaly.done_why = moment, why
        db.session.flush()


def get(anomaly_id: int) -> Anomaly:
    """Get one, and let nobody else change it until the transaction ends; raise NotFound."""
    anomaly = db.session.get(Anomaly, anomaly_id, with_for_update=True)
    if anomaly is None:
        raise NotFound("There is no such thing in the inbox.")
    return anomaly


def latest_done(limit: int) -> list[Anomaly]:
    """Return what was done last, newest first."""
    query = select(Anomaly).where(Anomaly.done_at.is_not(None)).order_by(Anomaly.done_at.desc())
    return list(db.session.scalars(query.limit(limit)))


def open_ones() -> list[Anomaly]:
    """Return what waits for a person, oldest first."""
    return list(db.session.scalars(select(Anomaly).where(Anomaly.done_at.is_(None)).order_by(Anomaly.id)))


def _open(kind: str, reference: str) -> Select[tuple[Anomaly]]:
    return select(Anomaly).where(
        Anomaly.kind == kind, Anomaly.reference == reference, Anomaly.done_at.is_(None)
    )
