"""Identifiers that others gave: each belongs to exactly one thing and is unique within its scheme for that
kind of thing.
"""

from collections.abc import Iterable

from sqlalchemy import CheckConstraint, ForeignKey, Index, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from catalogue import identifier_rules


class Identifier(Model):
    """One identifier of an entry, an agent or a place."""

    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN entry_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN agent_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END) = 1",
            "has_one_owner",
        ),
        Index("uq_identifier_entry", "scheme", "value", "entry_id", unique=True),
        Index("uq_identifier_agent", "scheme", "value", "agent_id", unique=True),
        Index("uq_identifier_place", "scheme", "value", "place_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str]  # isrc, iswc, mbid, discogs, wikidata, matrix, catalogue_no, accession ...
    value: Mapped[str]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), index=True)

    @property
    def url(self) -> str | None:
        """Where the identifier leads, if anywhere."""
        return identifier_rules.address(self.scheme, self.value)


def of_entry(entry_id: int) -> list[Identifier]:
    """Return the identifiers of an entry."""
    return list(
        db.session.scalars(
            select(Identifier)
            .where(Identifier.entry_id == entry_id)
            .order_by(Identifier.scheme, Identifier.value)
        )
    )


def add_to_entry(entry_id: int, scheme: str, value: str) -> None:
    """Give an entry an identifier, once."""
    known = select(Identifier.id).where(
        Identifier.entry_id == entry_id, Identifier.scheme == scheme, Identifier.value == value
    )
    if db.session.scalar(known) is None:
        db.session.add(Identifier(entry_id=entry_id, scheme=scheme, value=value))
        db.session.flush()


def replace_of_entry(entry_id: int, wanted: Iterable[tuple[str, str]]) -> None:
    """Give an entry these identifiers, as scheme and value, and no others."""
    db.session.execute(delete(Identifier).where(Identifier.entry_id == entry_id))
    rows = [
        {"entry_id": entry_id, "scheme": scheme, "value": value} for scheme, value in dict.fromkeys(wanted)
    ]
    if rows:
        db.session.execute(insert(Identifier), rows)
