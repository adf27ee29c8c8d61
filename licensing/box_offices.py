"""Box offices: what a ticket for a performance costs, where it may be seen, how many there are, and the address of
the stream, which is the venue's and which holders of a ticket alone get to know.

`taken` counts the places that are held or sold. It goes up by one guarded statement and can never pass the quota:
of twenty who want the last place, one gets it.
"""

from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit
from archive.db import Model, db, enum_column
from archive.errors import NotFound, Refused
from catalogue.entries import Entry
from catalogue.performances import Performance
from licensing.money import Money
from licensing.seasons import Season
from licensing.ticket_rules import Tariff

MOST = 50_000  # minor units somebody may give for one ticket; more is a slip of the finger


class FreeReason(str, Enum):
    """Why a ticket costs nothing: never by accident."""

    FUNDED = "funded"  # somebody else paid for it
    INVITATION = "invitation"
    PRESS = "press"
    EDUCATION = "education"


class BoxOffice(Model):
    """The sale of tickets for one performance."""

    __table_args__ = (
        CheckConstraint(
            "floor_minor > 0 OR (floor_minor = 0 AND free_reason IS NOT NULL)", "free_for_a_reason"
        ),
        CheckConstraint("free_reason IS NULL OR floor_minor = 0", "reason_when_free"),
        CheckConstraint("(early_minor IS NULL) = (early_until IS NULL)", "early_until_a_day"),
        CheckConstraint("early_minor > 0 AND early_minor < floor_minor", "early_costs_less"),
        CheckConstraint("suggested_minor >= floor_minor", "suggests_enough"),
        CheckConstraint("quota > 0", "has_places"),
        CheckConstraint("taken >= 0 AND (quota IS NULL OR taken <= quota)", "never_oversold"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    stream_url: Mapped[str | None]  # of the venue's own provider; a secret
    currency: Mapped[str]
    floor_minor: Mapped[int]  # the least that one pays, VAT included
    suggested_minor: Mapped[int | None]  # what the form starts with
    early_minor: Mapped[int | None]
    early_until: Mapped[datetime | None]
    regions: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO 3166; none: everywhere
    quota: Mapped[int | None]  # None: as many as want to
    taken: Mapped[int] = mapped_column(default=0)
    free_reason: Mapped[FreeReason | None] = mapped_column(enum_column(FreeReason))
    season_id: Mapped[int | None] = mapped_column(ForeignKey("season.id"), index=True)
    is_open: Mapped[bool] = mapped_column(default=False)  # whether tickets can be had

    entry: Mapped[Entry] = relationship()
    season: Mapped[Season | None] = relationship()

    @property
    def tariff(self) -> Tariff:
        """What a ticket costs."""
        early = None if self.early_minor is None else Money(self.early_minor, self.currency)
        return Tariff(Money(self.floor_minor, self.currency), early, self.early_until)

    @property
    def left(self) -> int | None:
        """How many places are left; None: there is no end to them."""
        return None if self.quota is None else self.quota - self.taken

    @property
    def is_full(self) -> bool:
        """Whether every place is held or sold."""
        return self.left == 0


def find(entry_id: int) -> BoxOffice | None:
    """Find the box office of a performance."""
    return db.session.get(BoxOffice, entry_id)


def get(entry_id: int) -> BoxOffice:
    """Get the box office of a performance; raise NotFound."""
    found = find(entry_id)
    if found is None:
        raise NotFound("There are no tickets for this performance.")
    return found


def of(entry_ids: Collection[int]) -> dict[int, BoxOffice]:
    """Return the box offices of some performances, by entry, in one query."""
    if not entry_ids:
        return {}
    query = select(BoxOffice).where(BoxOffice.entry_id.in_(entry_ids))
    return {office.entry_id: office for office in db.session.scalars(query)}


def of_season(season_id: int, moment: datetime) -> list[tuple[BoxOffice, Performance]]:
    """Return what a pass for a season opens: performances that are on sale and can still be seen, first one first."""
    query = (
        select(BoxOffice, Performance)
        .join(Performance, Performance.entry_id == BoxOffice.entry_id)
        .where(BoxOffice.season_id == season_id, BoxOffice.is_open, Performance.viewing_until > moment)
        .order_by(Performance.starts_at, Performance.entry_id)
    )
    return [(office, performance) for office, performance in db.session.execute(query)]


def set_terms(entry: Entry, terms: dict[str, Any], account_id: int | None) -> BoxOffice:
    """Set what tickets for a performance cost and how many there are: columns by name. Raise Refused for a quota below
    what is taken.
    """
    office = db.session.get(BoxOffice, entry.id, with_for_update=True) or BoxOffice(
        entry_id=entry.id, taken=0
    )
    quota = terms.get("quota")
    if quota is not None and quota < office.taken:
        raise Refused(
            "%(taken)s places are held or sold already; the number of places cannot be lower.",
            taken=office.taken,
        )
    for name, value in terms.items():
        setattr(office, name, value)
    db.session.add(office)
    db.session.flush()
    audit.record("box_office.set", "entry", entry.pid, account_id, **_for_audit(office))
    return office


def _for_audit(office: BoxOffice) -> dict[str, Any]:
    """Say what is sold; the address of the stream is a secret and stays out."""
    plain = ("floor_minor", "suggested_minor", "early_minor", "quota", "regions", "is_open", "season_id")
    return {
        **{name: getattr(office, name) for name in plain},
        "early_until": office.early_until.isoformat() if office.early_until else None,
        "free_reason": office.free_reason.value if office.free_reason else None,
    }


def take(entry_id: int) -> bool:
    """Take one place, or say that there is none: one statement, which waits for whoever takes another (Lesson 36)."""
    guarded = update(BoxOffice).where(
        BoxOffice.entry_id == entry_id, (BoxOffice.quota.is_(None)) | (BoxOffice.taken < BoxOffice.quota)
    )
    return _count(guarded.values(taken=BoxOffice.taken + 1))


def give_back(entry_id: int) -> None:
    """Put one place back."""
    _count(
        update(BoxOffice)
        .where(BoxOffice.entry_id == entry_id, BoxOffice.taken > 0)
        .values(taken=BoxOffice.taken - 1)
    )


def _count(statement: Any) -> bool:
    found = statement.returning(BoxOffice).execution_options(
        populate_existing=True, synchronize_session=False
    )
    return db.session.scalar(found) is not None
