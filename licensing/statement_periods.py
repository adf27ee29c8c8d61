"""The periods whose royalty statements are closed, or being closed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from archive.errors import NotFound
from licensing.periods import Period


class StatementPeriod(Model):
    """A period whose statements are closed, or being closed."""

    __table_args__ = (
        UniqueConstraint("first_day", "last_day"),
        CheckConstraint("first_day <= last_day", "days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    total: Mapped[int]  # statements to be closed, as counted when that was asked
    closed_at: Mapped[datetime | None]  # when the last one was

    @property
    def period(self) -> Period:
        """Its days."""
        return Period(self.first_day, self.last_day)


def newest_first() -> list[StatementPeriod]:
    """Return the periods, newest first."""
    return list(db.session.scalars(select(StatementPeriod).order_by(StatementPeriod.last_day.desc())))


def get(period_id: int) -> StatementPeriod:
    """Get a period by its number; raise NotFound."""
    found = db.session.get(StatementPeriod, period_id)
    if found is None:
        raise NotFound("There are no statements of such a period.")
    return found
