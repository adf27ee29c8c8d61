"""Numbers of documents: consecutive in a series and year, without gaps or doubles (Directive 2006/112/EC, art. 226
under 2; Wet op de omzetbelasting 1968, art. 35a).

A number is taken in the transaction that uses it: who takes the next one waits until that has ended, and what is
rolled back gives its number back.
"""

from sqlalchemy import CheckConstraint, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db


class NumberSeries(Model):
    """The next free number of a series in a year."""

    __table_args__ = (CheckConstraint("next_no > 1", "one_was_taken"),)

    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_no: Mapped[int]


def take(series: str, year: int) -> int:
    """Take the next number of a series in a year; the first is 1."""
    return _next(series, year) or _first(series, year) or _must(_next(series, year))


def _next(series: str, year: int) -> int | None:
    return db.session.scalar(
        update(NumberSeries)
        .where(NumberSeries.series == series, NumberSeries.year == year)
        .values(next_no=NumberSeries.next_no + 1)
        .returning(NumberSeries.next_no - 1)
        .execution_options(synchronize_session=False)
    )


def _first(series: str, year: int) -> int | None:
    try:
        with db.session.begin_nested():
            db.session.add(NumberSeries(series=series, year=year, next_no=2))
    except IntegrityError:
        return None  # another transaction was first, and has ended
    return 1


def _must(number: int | None) -> int:
    if number is None:
        raise RuntimeError("a number series vanished while a number was taken from it")
    return number


def taken(series: str, year: int) -> int:
    """Say how many numbers of a series have been taken."""
    found = db.session.scalar(
        select(NumberSeries.next_no).where(NumberSeries.series == series, NumberSeries.year == year)
    )
    return (found or 1) - 1
