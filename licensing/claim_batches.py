"""Claims on many entries at once: seen before they are made, made as a whole, and undone as a whole.

The set of entries and what each has is frozen when it is first shown; whatever somebody else records after that stands.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive import audit, jobs
from archive.accounts import Account
from archive.db import Model, db, enum_column
from archive.errors import NotFound
from catalogue import batches
from catalogue.batches import BatchState, InSteps, Origin, RowState
from catalogue.entries import Entry
from licensing import parties
from licensing.claiming import Said
from licensing.claims import Basis, ClaimStatus, Layer, Part, Use
from licensing.reasons import Verdict

JOB = "claim_batches.work"
_DAYS = ("valid_from", "valid_to", "notified_on", "opted_out_on")


class Filling(str, Enum):
    """What happens to what is there: only empty layers are filled, or what stands is followed."""

    FILL = "fill"
    REPLACE = "replace"


class ClaimBatch(InSteps, Model):
    """One claim for many entries."""

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    filling: Mapped[Filling] = mapped_column(enum_column(Filling))
    claim: Mapped[dict[str, Any]]  # what the claim says, see `as_json`
    why: Mapped[str]
    question: Mapped[list[Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # of a search still to be asked
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    undone_by: Mapped[Account | None] = relationship(foreign_keys=[undone_by_id])


class ClaimBatchEntry(Model):
    """One entry of a batch: the marks of its claims, what may be done before and after, and what was made."""

    __table_args__ = (UniqueConstraint("batch_id", "entry_id"), Index(None, "batch_id", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("claim_batch.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    state: Mapped[RowState] = mapped_column(enum_column(RowState))
    reason: Mapped[str | None]  # why it was refused, a msgid
    seen: Mapped[str | None]  # mark of its claims when it was looked at
    left: Mapped[str | None]  # mark of its claims after the change
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # use class -> verdict
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    ended: Mapped[list[Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # ids of claims that were followed
    made_id: Mapped[int | None] = mapped_column(ForeignKey("rights_claim.id"), index=True)

    entry: Mapped[Entry] = relationship()


def begin(
    origin: Origin, filling: Filling, said: Said, account_id: int, why: str, moment: datetime
) -> ClaimBatch:
    """Freeze a set of entries for a claim; a job finds out what each comes to. Raise Refused."""
    batch = ClaimBatch(
        account_id=account_id,
        created_at=moment,
        state=BatchState.GATHERING,
        filling=filling,
        claim=as_json(said),
        why=why,
        question=[list(pair) for pair in origin.question] if origin.question is not None else None,
    )
    db.session.add(batch)
    db.session.flush()
    if origin.entry_ids is not None:
        freeze(batch, origin.entry_ids)
    total = origin.total if origin.entry_ids is None else sum(counts(batch.id).values())
    batches.require_some(total)
    call_job(batch.id)
    return batch


def freeze(batch: ClaimBatch, entry_ids: Select[tuple[int]]) -> None:
    """Put entries into a batch."""
    waiting = literal(RowState.WAITING, ClaimBatchEntry.__table__.c.state.type)
    rows = select(literal(batch.id), Entry.id, waiting).where(Entry.id.in_(entry_ids)).order_by(Entry.id)
    db.session.execute(insert(ClaimBatchEntry).from_select(["batch_id", "entry_id", "state"], rows))


def get(batch_id: int) -> ClaimBatch:
    """Get a batch; raise NotFound."""
    found = db.session.get(ClaimBatch, batch_id)
    if found is None:
        raise NotFound("There is no batch with this number. Choose one from the list.")
    return found


def latest(limit: int) -> list[ClaimBatch]:
    """Return the newest batches."""
    return list(db.session.scalars(select(ClaimBatch).order_by(ClaimBatch.id.desc()).limit(limit)))


def counts(batch_id: int) -> dict[RowState, int]:
    """Count the entries of a batch by what becomes of them."""
    query = select(ClaimBatchEntry.state, func.count()).where(ClaimBatchEntry.batch_id == batch_id)
    return dict(db.session.execute(query.group_by(ClaimBatchEntry.state)).tuples().all())


def rows(batch_id: int, states: Collection[RowState], limit: int) -> list[ClaimBatchEntry]:
    """Return entries of a batch in their order."""
    query = select(ClaimBatchEntry).where(
        ClaimBatchEntry.batch_id == batch_id, ClaimBatchEntry.state.in_(states)
    )
    return list(db.session.scalars(query.order_by(ClaimBatchEntry.id).limit(limit)))


def turns(batch_id: int) -> dict[tuple[str, str, str], int]:
    """Count, for each use, how many entries go from which verdict to which: {(use, before, after): entries}."""
    query = select(ClaimBatchEntry.before, ClaimBatchEntry.after).where(
        ClaimBatchEntry.batch_id == batch_id, ClaimBatchEntry.after.is_not(None)
    )
    found: dict[tuple[str, str, str], int] = {}
    for before, after in db.session.execute(query):
        for use, verdict in (before or {}).items():
            turn = (use, verdict, (after or {})[use])
            found[turn] = found.get(turn, 0) + 1
    return found


def apply(batch: ClaimBatch, account_id: int, moment: datetime) -> None:
    """Let a job make the claims; raise Refused where it was begun or dropped before."""
    batches.move(batch, BatchState.APPLYING)
    batch.account_id, batch.applied_at = account_id, moment
    audit.record("claim_batch.applied", "claim_batch", str(batch.id), account_id, why=batch.why)
    call_job(batch.id)


def undo(batch: ClaimBatch, account_id: int, moment: datetime) -> None:
    """Let a job take the claims back; raise Refused where that was begun before."""
    batches.move(batch, BatchState.UNDOING)
    batch.undone_at, batch.undone_by_id = moment, account_id
    audit.record("claim_batch.undone", "claim_batch", str(batch.id), account_id)
    call_job(batch.id)


def call_job(batch_id: int) -> None:
    """Ask for the job that goes on with a batch, once."""
    jobs.enqueue(JOB, {"batch_id": batch_id}, key=f"{JOB}.{batch_id}")


def as_json(said: Said) -> dict[str, Any]:
    """Write what a claim says, to keep it."""
    columns = said.columns()
    days = {name: columns[name].isoformat() if columns[name] else None for name in _DAYS}
    codes = {"layer": said.layer.value, "basis": said.basis.value, "status": said.status.value}
    return columns | days | codes | {"party_id": said.party.id if said.party else None}


def from_json(kept: dict[str, Any]) -> Said:
    """Read what a claim says back."""
    days: dict[str, Any] = {name: date.fromisoformat(kept[name]) if kept[name] else None for name in _DAYS}
    texts = {name: kept[name] for name in ("statement_uri", "note_nl", "note_en", "evidence", "share_bp")}
    return Said(
        Layer(kept["layer"]),
        Basis(kept["basis"]),
        ClaimStatus(kept["status"]),
        party=parties.get(kept["party_id"]) if kept["party_id"] else None,
        territory=_texts(kept["territory"]),
        part=Part(kept["in_ms"], kept["out_ms"]) if kept["in_ms"] is not None else None,
        limits={Use(use): Verdict(verdict) for use, verdict in kept["limits"].items()},
        **days,
        **texts,
    )


def _texts(kept: Sequence[Any]) -> list[str]:
    return [str(code) for code in kept]
