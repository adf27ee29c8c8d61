"""Duplicate pairs: two people, ensembles, organisations, places or entries that may be one, with what speaks for and
against.

The pairs are worked out by a job (catalogue.duplicates); what staff decided stays.
"""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, delete, or_
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db, enum_column


class PairKind(str, Enum):
    """What may be twice in the catalogue."""

    AGENT = "agent"
    PLACE = "place"
    ENTRY = "entry"  # a recording or a release


class PairState(str, Enum):
    """Open until somebody has looked. Two that are different are never suggested again."""

    OPEN = "open"
    DIFFERENT = "different"


class DuplicatePair(Model):
    """Two things that may be one; the lower id comes first."""

    __table_args__ = (
        CheckConstraint("first_id < second_id", "in_order"),
        UniqueConstraint("kind", "first_id", "second_id"),
        Index(None, "kind", "second_id"),
        Index(None, "state", "score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PairKind] = mapped_column(enum_column(PairKind))
    first_id: Mapped[int]  # of agent, place or entry: none of them is ever deleted
    second_id: Mapped[int]
    likeness: Mapped[str]  # a duplicates.alike.Alike, of entries a duplicates.entry_pairs.Common
    first_name: Mapped[str]  # the two names that are alike, or the titles
    second_name: Mapped[str]
    score: Mapped[int]  # 0 to 100; the likeliest come first
    evidence: Mapped[list[Any]]  # {"speaks": "for" or "against", "what", and values}
    state: Mapped[PairState] = mapped_column(enum_column(PairState), default=PairState.OPEN)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    decided_at: Mapped[datetime | None]


def forget(kind: PairKind, thing_id: int) -> None:
    """Forget the open pairs of a thing: it was merged, or comes back; the job looks again."""
    of_it = or_(DuplicatePair.first_id == thing_id, DuplicatePair.second_id == thing_id)
    db.session.execute(
        delete(DuplicatePair).where(DuplicatePair.kind == kind, of_it, DuplicatePair.state == PairState.OPEN)
    )
