"""Relations between entries: a photograph documents a session, a recording is a cover of another, a work is a
version of one.

Kept once, on the entry that says it; the other one's page can ask who refers to it.
"""

from collections.abc import Sequence
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, delete, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive.db import Model, db, enum_column
from catalogue.entries import Entry


class RelationKind(str, Enum):
    """What one entry is to another."""

    DOCUMENTS = "documents"
    COVER_OF = "cover_of"
    VERSION_OF = "version_of"
    REFERENCES = "references"


class Relation(Model):
    """One statement: an entry documents, covers, varies or mentions another."""

    __table_args__ = (
        UniqueConstraint("from_id", "to_id", "kind"),
        CheckConstraint("from_id != to_id", "leads_elsewhere"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RelationKind] = mapped_column(enum_column(RelationKind))

    origin: Mapped[Entry] = relationship(foreign_keys=[from_id])
    target: Mapped[Entry] = relationship(foreign_keys=[to_id])


def of(entry_id: int) -> list[Relation]:
    """Return what an entry says of others, with those entries, in one query."""
    query = select(Relation).options(joinedload(Relation.target)).where(Relation.from_id == entry_id)
    return list(db.session.scalars(query.order_by(Relation.kind, Relation.id)))


def around(entry_id: int) -> list[Relation]:
    """Return what an entry says of others and others of it, with those entries, in one query."""
    both = joinedload(Relation.target), joinedload(Relation.origin)
    is_part = or_(Relation.from_id == entry_id, Relation.to_id == entry_id)
    query = select(Relation).options(*both).where(is_part)
    return list(db.session.scalars(query.order_by(Relation.kind, Relation.id)))


def replace(entry_id: int, wanted: Sequence[tuple[RelationKind, int]]) -> None:
    """Let an entry say this of others, and nothing else; each once."""
    db.session.execute(delete(Relation).where(Relation.from_id == entry_id))
    for kind, to_id in dict.fromkeys(wanted):
        db.session.add(Relation(from_id=entry_id, to_id=to_id, kind=kind))
    db.session.flush()
