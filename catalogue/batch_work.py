"""The work of batches: find out what each entry will say, say it, take it back. In transactions of a fixed number of
entries, each of which leaves the batch whole, so that a job that is killed goes on where it was and doubles nothing.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from archive import audit, clock, jobs
from archive.db import db
from archive.errors import DomainError
from archive.jobs import Payload
from archive.transactions import transaction
from catalogue import batches, entries, operations, restoring, snapshots
from catalogue.batches import Batch, BatchEntry, BatchState, RowState
from catalogue.entries import Entry, Status
from catalogue.operations import Operation, Reason, Unfit
from catalogue.search import index
from catalogue.search import query as questions
from catalogue.search.query import SearchQuery
from catalogue.snapshots import Snapshot

log = logging.getLogger(__name__)

AT_ONCE = 250  # entries in one transaction: half a second in which nobody else writes
MOST_QUESTIONS = 3  # asked anew when the index changed meanwhile


@dataclass(frozen=True)
class _Step:
    """One stage of a batch: which entries it takes, what it does with some of them, and where it leads."""

    takes: RowState
    work: Callable[[Batch, Sequence[BatchEntry]], None]
    leads_to: BatchState


def work(payload: Payload) -> None:
    """Job: go on with a batch until it waits for somebody."""
    batch_id, job_id = payload["batch_id"], payload["job_id"]
    _ask(batch_id)
    while _go_on(batch_id, job_id, AT_ONCE):
        pass


def check_now(batch: Batch, limit: int) -> None:
    """Find out at once what the entries of a small batch will say, in the caller's transaction."""
    found = batches.rows(batch.id, [RowState.WAITING], limit + 1)
    if batch.question is None and len(found) <= limit:
        _check(batch, found)
        db.session.flush()
        batches.move(batch, BatchState.READY)


def _go_on(batch_id: int, job_id: int, limit: int) -> bool:
    try:
        with transaction():
            return _do_some(batch_id, job_id, limit)
    except (IntegrityError, DataError):
        # One of them is against a rule of the database. Alone it is told from the others.
        log.warning(
            "some entries of a batch are saved one by one", exc_info=True, extra={"batch_id": batch_id}
        )
    return all(_one_alone(batch_id, job_id) for _one in range(limit))


def _one_alone(batch_id: int, job_id: int) -> bool:
    try:
        with transaction():
            return _do_some(batch_id, job_id, 1)
    except (IntegrityError, DataError):
        with transaction():
            batch = batches.get(batch_id)
            for row in batches.rows(batch_id, [_STEPS[batch.state].takes], 1):
                _refuse(row, batch)
        return True


def _refuse(row: BatchEntry, batch: Batch) -> None:
    row.state = RowState.KEPT if batch.state is BatchState.UNDOING else RowState.REFUSED
    row.reason = Reason.NOT_SAVED


def _do_some(batch_id: int, job_id: int, limit: int) -> bool:
    """Do the next entries of a batch; say whether there may be more to do."""
    batch = db.session.scalar(select(Batch).where(Batch.id == batch_id).with_for_update())
    step = _STEPS.get(batch.state) if batch else None
    if batch is None or step is None:
        return False
    jobs.extend_lease(job_id)
    found = batches.rows(batch_id, [step.takes], limit)
    if not found:
        batches.move(batch, step.leads_to)
        return False
    step.work(batch, found)
    return True


def _check(batch: Batch, rows: Sequence[BatchEntry]) -> None:
    """Find out what entries will say, and keep it: what was shown is what will be done."""
    operation = operations.from_json(batch.operation)
    known = _entries(rows)
    said = snapshots.of(list(known.values()))
    for row in rows:
        if known[row.entry_id].version != row.seen_version:
            row.state, row.reason = RowState.OVERTAKEN, Reason.EDITED
        else:
            _say(row, operation, said[row.entry_id])


def _say(row: BatchEntry, operation: Operation, snapshot: Snapshot) -> None:
    try:
        after = operations.outcome(operation, snapshot)
    except Unfit as refusal:
        row.state, row.reason = RowState.REFUSED, refusal.reason
        return
    row.before, row.after = {name: snapshot[name] for name in after}, after
    row.state = RowState.SAME if row.before == after else RowState.CHANGES


def _apply(batch: Batch, rows: Sequence[BatchEntry]) -> None:
    known = _entries(rows)
    changed = []
    for row in rows:
        entry = known[row.entry_id]
        if entry.version != row.seen_version:
            row.state, row.reason = RowState.OVERTAKEN, Reason.EDITED
            continue
        row.reason = _put(entry, row.after or {})
        if row.reason is None:
            row.state, row.version_after = RowState.APPLIED, entry.version + 1  # `_save` counts on
            changed.append(row)
        else:
            row.state = RowState.REFUSED
    _save([known[row.entry_id] for row in changed], batch.account_id, batch.comment)
    _note_moves(changed, known, batch.account_id, batch.comment)


def _undo(batch: Batch, rows: Sequence[BatchEntry]) -> None:
    known = _entries(rows)
    undone = batches.undone_since(rows)
    changed = []
    for row in rows:
        entry = known[row.entry_id]
        # A batch done and undone since has made two versions and left things as they were.
        if entry.version != (row.version_after or 0) + 2 * undone.get(row.entry_id, 0):
            row.state, row.reason = RowState.KEPT, Reason.EDITED
            continue
        row.reason = _put(entry, _earlier(entry, row.before or {}, batch))
        row.state = RowState.KEPT if row.reason is Reason.NO_SUCH_MOVE else RowState.UNDONE
        if row.state is RowState.UNDONE:
            changed.append(row)
    _save([known[row.entry_id] for row in changed], batch.undone_by_id, batch.undo_comment or "")
    _note_moves(changed, known, batch.undone_by_id, batch.undo_comment or "")


def _earlier(entry: Entry, before: Snapshot, batch: Batch) -> Snapshot:
    """Return what an entry is to say again. What was public once cannot become a draft: its address is known."""
    if "status" in before and entry.status is Status.PUBLISHED and before["status"] in _NOT_YET_PUBLIC:
        return {"status": Status.WITHDRAWN.value, "withdrawn_reason": batch.undo_reason}
    return before


def _put(entry: Entry, said: Snapshot) -> Reason | None:
    """Let an entry say something; return why it cannot (GONE: not all of it)."""
    if "status" in said:
        try:
            entries.step(entry, Status(said["status"]), said["withdrawn_reason"] or "")
        except DomainError:
            return Reason.NO_SUCH_MOVE
        return None
    return Reason.GONE if restoring.put_back(entry, said) else None


def _save(changed: Sequence[Entry], account_id: int | None, comment: str) -> None:
    if changed:
        entries.save_all(changed, account_id, comment)


def _note_moves(
    changed: Sequence[BatchEntry], known: Mapping[int, Entry], account_id: int | None, comment: str
) -> None:
    moves = []
    for row in changed:
        before = row.before if row.state is RowState.APPLIED else row.after
        if before and "status" in before:
            entry = known[row.entry_id]
            moves.append(entries.was_moved(entry, Status(before["status"]), account_id, comment))
    if moves:
        audit.record_all(moves)


def _entries(rows: Sequence[BatchEntry]) -> dict[int, Entry]:
    """Take entries in hand, so that nobody saves them meanwhile."""
    query = select(Entry).where(Entry.id.in_([row.entry_id for row in rows])).order_by(Entry.id)
    return {entry.id: entry for entry in db.session.scalars(query.with_for_update())}


def _ask(batch_id: int) -> None:
    """Put the answers to a question of the search into their batch, unless they are there."""
    batch = batches.get(batch_id)
    if batch.question is None or batch.state is not BatchState.GATHERING:
        return
    found = answers(questions.read([(name, value) for name, value in batch.question]))
    with transaction():
        batch = batches.get(batch_id)
        if batch.question is not None and batch.state is BatchState.GATHERING:
            batch.question = None
            for start in range(0, len(found), AT_ONCE):
                pids = found[start : start + AT_ONCE]
                batches.freeze(batch, select(Entry.id).where(Entry.pid.in_(pids)))


def answers(asked: SearchQuery) -> list[str]:
    """Return the pids of all answers to a question, as far as a batch can hold them."""
    engine, today = index.current(), clock.now().date()
    found: dict[str, None] = {}
    for _time in range(MOST_QUESTIONS):
        version, total, found = engine.version(), None, {}
        for page in range(1, batches.MAX_ENTRIES // questions.PAGE_SIZE + 2):
            result = engine.search(asked.on_page(page), today)
            found |= dict.fromkeys(result.pids)
            total = result.total
            if page * questions.PAGE_SIZE >= total or not result.pids:
                break
        if engine.version() == version:
            break
    return list(found)[: batches.MAX_ENTRIES]


_NOT_YET_PUBLIC = frozenset({Status.DRAFT.value, Status.REVIEW.value})
_STEPS = {
    BatchState.GATHERING: _Step(RowState.WAITING, _check, BatchState.READY),
    BatchState.APPLYING: _Step(RowState.CHANGES, _apply, BatchState.APPLIED),
    BatchState.UNDOING: _Step(RowState.APPLIED, _undo, BatchState.UNDONE),
}
