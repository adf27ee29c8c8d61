"""Seasons: a series of performances that one pass opens, at a price of its own."""

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from archive.errors import Invalid, NotFound
from licensing.money import Money


class Season(Model):
    """A series with a pass. Which performances are in it stands with their box offices."""

    __table_args__ = (CheckConstraint("floor_minor > 0", "costs_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # in its address
    title: Mapped[str]
    currency: Mapped[str]
    floor_minor: Mapped[int]  # the least that one pays for the pass, VAT included
    is_open: Mapped[bool] = mapped_column(default=True)

    @property
    def floor(self) -> Money:
        """The least that one pays for the pass."""
        return Money(self.floor_minor, self.currency)


def ensure(code: str, title: str, floor: Money, *, is_open: bool = True) -> Season:
    """Make a season, or change the one of this code; raise Invalid for a price of nothing."""
    if floor.minor <= 0:
        raise Invalid("A season pass costs something. Fill in its price.", field="season_floor")
    season = find(code) or Season(code=code)
    season.title, season.is_open = title, is_open
    season.currency, season.floor_minor = floor.currency, floor.minor
    db.session.add(season)
    db.session.flush()
    return season


def find(code: str) -> Season | None:
    """Find a season by the code in its address."""
    return db.session.scalar(select(Season).where(Season.code == code))


def get(code: str) -> Season:
    """Get a season by the code in its address; raise NotFound."""
    season = find(code)
    if season is None:
        raise NotFound("There is no such series. Look at the list of performances.")
    return season
