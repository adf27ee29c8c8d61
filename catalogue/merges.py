"""Merges: which two things were made one, when and by whom, and every link that went along, for an undo."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db, enum_column


class MergeKind(str, Enum):
    """What was merged."""

    AGENT = "agent"
    PLACE = "place"
    ENTRY = "entry"


class LinkFate(str, Enum):
    """What became of a link of the one that went."""

    MOVED = "moved"
    DROPPED = "dropped"  # the one that stays had the same
    ADDED = "added"  # came into being by the merge: the name of the one that went


class Merge(Model):
    """One thing merged into another of its kind; `merged_id` is the one that went."""

    __table_args__ = (
        CheckConstraint("kept_id != merged_id", "of_two"),
        Index(None, "kind", "kept_id"),
        Index(None, "kind", "merged_id"),
        # Whatever two people do at the same moment, nothing is merged twice.
        Index(
            "uq_merge_standing",
            "kind",
            "merged_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MergeKind] = mapped_column(enum_column(MergeKind))
    kept_id: Mapped[int]  # of agent, place or entry: none of them is ever deleted
    merged_id: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
    comment: Mapped[str]
    fields: Mapped[dict[str, Any]]  # of the one that stays: what each said before and after
    before: Mapped[dict[str, Any]]  # of the one that went: what the merge changed of it
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    # What an undo could not restore, as it had been changed since.
    left_over: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))


class MergeLink(Model):
    """One row that referred to the one that went, as it was before."""

    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("merge.id", ondelete="CASCADE"), index=True)
    link: Mapped[str]  # table and column: "credit.agent_id"
    fate: Mapped[LinkFate] = mapped_column(enum_column(LinkFate))
    row: Mapped[dict[str, Any]]


def standing(kind: MergeKind, merged_id: int) -> Merge | None:
    """Find the merge by which a thing went and that was not undone."""
    return db.session.scalar(
        select(Merge).where(Merge.kind == kind, Merge.merged_id == merged_id, Merge.undone_at.is_(None))
    )


def into(kind: MergeKind, kept_id: int) -> list[Merge]:
    """Return the merges into a thing that stand, newest first."""
    query = select(Merge).where(Merge.kind == kind, Merge.kept_id == kept_id, Merge.undone_at.is_(None))
    return list(db.session.scalars(query.order_by(Merge.id.desc())))


def links(merge_id: int) -> list[MergeLink]:
    """Return all links of a merge in the order in which they went."""
    query = select(MergeLink).where(MergeLink.merge_id == merge_id).order_by(MergeLink.id)
    return list(db.session.scalars(query))
