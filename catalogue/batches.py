"""Batches: one change of many entries, seen before it is made, made as a whole, and undone as a whole.

The set is frozen when it is first shown: ids, versions, and exactly what each entry will say. Whatever somebody else
saves after that stands, and is told in the report.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, cast

from sqlalchemy import (
    JSON,
    CheckConstraint,
    CursorResult,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from archive import audit, jobs
from archive.accounts import Account
from archive.db import Model, db, enum_column
from archive.errors import NotFound, Refused
from catalogue import operations
from catalogue.entries import Entry
from catalogue.operations import Operation, Reason

JOB = "batches.work"
MAX_ENTRIES = 100_000


class BatchState(str, Enum):
    """How far a batch is."""

    GATHERING = "gathering"  # finding the entries, and what each will say
    READY = "ready"  # to be looked at
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"  # looked at and not wanted


MOVES: dict[BatchState, frozenset[BatchState]] = {
    BatchState.GATHERING: frozenset({BatchState.READY, BatchState.DROPPED}),
    BatchState.READY: frozenset({BatchState.APPLYING, BatchState.DROPPED}),
    BatchState.APPLYING: frozenset({BatchState.APPLIED}),
    BatchState.APPLIED: frozenset({BatchState.UNDOING}),
    BatchState.UNDOING: frozenset({BatchState.UNDONE}),
    BatchState.UNDONE: frozenset(),
    BatchState.DROPPED: frozenset(),
}
AT_WORK = frozenset({BatchState.GATHERING, BatchState.APPLYING, BatchState.UNDOING})


class RowState(str, Enum):
    """What becomes of one entry of a batch."""

    WAITING = "waiting"  # not looked at yet
    CHANGES = "changes"  # will be changed
    SAME = "same"  # says it already
    REFUSED = "refused"  # cannot be changed, see the reason
    OVERTAKEN = "overtaken"  # somebody saved it after the batch was looked at: left alone
    APPLIED = "applied"
    UNDONE = "undone"
    KEPT = "kept"  # somebody saved it after the batch: that later edit stands


class InSteps:
    """What every sort of batch has: a number, and how far it is."""

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[BatchState] = mapped_column(enum_column(BatchState))


class Batch(InSteps, Model):
    """One change of many entries."""

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    operation: Mapped[dict[str, Any]]
    comment: Mapped[str]  # for the history of each entry
    question: Mapped[list[Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # of a search that is still to be asked: names and values
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    undo_comment: Mapped[str | None]
    undo_reason: Mapped[str | None]  # on the page of what was published and is withdrawn by the undoing

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    undone_by: Mapped[Account | None] = relationship(foreign_keys=[undone_by_id])


class BatchEntry(Model):
    """One entry of a batch: what it said and is to say of all that the operation touches."""

    __table_args__ = (
        UniqueConstraint("batch_id", "entry_id"),
        Index(None, "batch_id", "state", "id"),
        CheckConstraint("state != 'applied' OR version_after IS NOT NULL", "applied_as_a_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    seen_version: Mapped[int]
    state: Mapped[RowState] = mapped_column(enum_column(RowState), default=RowState.WAITING)
    reason: Mapped[Reason | None] = mapped_column(enum_column(Reason))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    version_after: Mapped[int | None]

    entry: Mapped[Entry] = relationship()


@dataclass(frozen=True)
class Origin:
    """Which entries: found by a query of ids in the database, or the answers to a question of the search."""

    entry_ids: Select[tuple[int]] | None = None
    question: Sequence[tuple[str, str]] | None = None
    total: int = 0  # of the answers, when the question was put


def begin(origin: Origin, operation: Operation, account_id: int, comment: str, moment: datetime) -> Batch:
    """Freeze a set of entries for an operation; a job finds out what each will say. Raise Refused."""
    require_few(origin.total)
    batch = Batch(
        account_id=account_id,
        created_at=moment,
        state=BatchState.GATHERING,
        operation=operations.as_json(operation),
        comment=comment,
        question=[list(pair) for pair in origin.question] if origin.question is not None else None,
    )
    db.session.add(batch)
    db.session.flush()
    if origin.entry_ids is not None:
        freeze(batch, origin.entry_ids)
        require_some(sum(counts(batch.id).values()))
    call_job(batch.id)
    return batch


def require_some(total: int) -> None:
    """Raise Refused unless something was chosen, and not too much."""
    if not total:
        raise Refused("Nothing was chosen. Choose entries in the list first.")
    require_few(total)


def require_few(total: int) -> None:
    """Raise Refused for more entries than are changed at once."""
    if total > MAX_ENTRIES:
        raise Refused("At most %(limit)s entries can be changed at once. Choose fewer.", limit=MAX_ENTRIES)


def freeze(batch: Batch, entry_ids: Select[tuple[int]]) -> None:
    """Put entries into a batch with the versions they have now."""
    waiting = literal(RowState.WAITING, BatchEntry.__table__.c.state.type)
    rows = select(literal(batch.id), Entry.id, Entry.version, waiting).where(Entry.id.in_(entry_ids))
    names = ["batch_id", "entry_id", "seen_version", "state"]
    db.session.execute(insert(BatchEntry).from_select(names, rows.order_by(Entry.id)))


def get(batch_id: int) -> Batch:
    """Get a batch; raise NotFound."""
    found = db.session.get(Batch, batch_id)
    if found is None:
        raise NotFound("There is no batch with this number. Choose one from the list.")
    return found


def latest(limit: int) -> list[Batch]:
    """Return the newest batches."""
    return list(db.session.scalars(select(Batch).order_by(Batch.id.desc()).limit(limit)))


def counts(batch_id: int) -> dict[RowState, int]:
    """Count the entries of a batch by what becomes of them."""
    query = (
        select(BatchEntry.state, func.count())
        .where(BatchEntry.batch_id == batch_id)
        .group_by(BatchEntry.state)
    )
    return {state: total for state, total in db.session.execute(query)}  # noqa: C416 - rows are no tuples to mypy


def totals(batch_ids: Collection[int]) -> dict[int, int]:
    """Count the entries of each of some batches."""
    query = select(BatchEntry.batch_id, func.count()).where(BatchEntry.batch_id.in_(batch_ids))
    return {number: total for number, total in db.session.execute(query.group_by(BatchEntry.batch_id))}  # noqa: C416


def rows(batch_id: int, states: Collection[RowState], limit: int, offset: int = 0) -> list[BatchEntry]:
    """Return entries of a batch in their order."""
    query = select(BatchEntry).where(BatchEntry.batch_id == batch_id, BatchEntry.state.in_(states))
    return list(db.session.scalars(query.order_by(BatchEntry.id).limit(limit).offset(offset)))


def undone_since(rows: Sequence[BatchEntry]) -> dict[int, int]:
    """Count, by entry, the later batches that changed it and were undone."""
    earlier = aliased(BatchEntry)
    query = (
        select(BatchEntry.entry_id, func.count())
        .join(earlier, earlier.entry_id == BatchEntry.entry_id)
        .where(
            earlier.id.in_([row.id for row in rows]),
            BatchEntry.state == RowState.UNDONE,
            BatchEntry.version_after > earlier.version_after,
        )
        .group_by(BatchEntry.entry_id)
    )
    return {entry_id: times for entry_id, times in db.session.execute(query)}  # noqa: C416


def apply(batch: Batch, account_id: int, moment: datetime) -> None:
    """Let a job make the change; raise Refused where it was begun or dropped before."""
    move(batch, BatchState.APPLYING)
    batch.account_id, batch.applied_at = account_id, moment
    audit.record("batch.applied", "batch", str(batch.id), account_id, operation=batch.operation["action"])
    call_job(batch.id)


def undo(batch: Batch, account_id: int, moment: datetime, comment: str, reason: str | None) -> None:
    """Let a job take the change back; raise Refused where that was begun before."""
    move(batch, BatchState.UNDOING)
    batch.undone_at, batch.undone_by_id = moment, account_id
    batch.undo_comment, batch.undo_reason = comment, reason
    audit.record("batch.undone", "batch", str(batch.id), account_id, operation=batch.operation["action"])
    call_job(batch.id)


def move(batch: InSteps, to: BatchState) -> None:
    """Move a batch of any sort to another state; raise Refused where it cannot, also when somebody else was first."""
    before, sort = [state for state, following in MOVES.items() if to in following], type(batch)
    moved = db.session.execute(
        update(sort)
        .where(sort.id == batch.id, sort.state.in_(before))
        .values(state=to)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(batch)
    if cast("CursorResult[Any]", moved).rowcount != 1:
        raise Refused("This step was taken before, or cannot be taken from where the batch stands now.")


def call_job(batch_id: int) -> None:
    """Ask for the job that goes on with a batch, once."""
    jobs.enqueue(JOB, {"batch_id": batch_id}, key=f"{JOB}.{batch_id}")
