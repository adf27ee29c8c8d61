"""Places: venues and studios in cities in countries."""

from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.config import current
from archive.db import Model, db, enum_column
from catalogue import pids, redirects


class PlaceKind(str, Enum):
    """How large a place is."""

    VENUE = "venue"
    STUDIO = "studio"
    CITY = "city"
    COUNTRY = "country"


class Place(Model):
    """One place; a venue names its city as parent."""

    __table_args__ = (CheckConstraint("merged_into_id != id", "merged_into_another"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pid: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind))
    name: Mapped[str] = mapped_column(index=True)
    variants: Mapped[list[str]]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    address: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)

    parent: Mapped["Place | None"] = relationship(remote_side="Place.id", foreign_keys=[parent_id])

    @property
    def line(self) -> str:
        """The name as on a card: venue and city."""
        return f"{self.name}, {self.parent.name}" if self.parent else self.name

    @property
    def city(self) -> "Place":
        """The city the place lies in, or the place itself."""
        return self.parent if self.parent is not None and self.parent.kind is PlaceKind.CITY else self


def ensure(kind: PlaceKind, name: str, parent: Place | None = None, pid: str | None = None) -> Place:
    """Find a place by kind, name and parent, or add it. Of a place that was merged it gives the one that stays."""
    named = select(Place).where(
        Place.kind == kind, Place.name == name, Place.parent_id == (parent.id if parent else None)
    )
    found = db.session.scalar(named.order_by(Place.merged_into_id.is_not(None), Place.id).limit(1))
    if found is not None:
        return redirects.survivor(found)
    place = Place(
        pid=pid or pids.mint(current().naan, pids.SHOULDER), kind=kind, name=name, variants=[], parent=parent
    )
    db.session.add(place)
    db.session.flush()
    return place
