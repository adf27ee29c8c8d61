"""The work of batches of claims: find out what each entry comes to, make the claims, take them back. In transactions of
a fixed number of entries, each of which leaves the batch whole, so that a job that is killed doubles nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from archive import clock, jobs
from archive.db import db
from archive.errors import DomainError, Invalid
from archive.jobs import Payload
from archive.transactions import transaction
from catalogue import batch_work, batches
from catalogue.batches import BatchState, RowState
from catalogue.entries import Entry
from catalogue.search import query as questions
from licensing import claim_batches, claiming, permissions, rights, shares
from licensing.claim_batches import ClaimBatch, ClaimBatchEntry, Filling
from licensing.claiming import Said
from licensing.claims import Claim, ClaimStatus, Use
from licensing.permissions import Facts
from licensing.rights import RightsClaim
from licensing.vocabulary import N_

AT_ONCE = 50
TOO_MUCH = N_("More than the whole of the layer would be claimed.")
SHOWN = [use for use in Use if use not in (Use.VIEW_META, Use.DATA_MINING_AI)]


@dataclass(frozen=True)
class _Step:
    """One stage of a batch: which entries it takes, what it does with one, and where it leads."""

    takes: RowState
    work: Callable[[ClaimBatch, Said, ClaimBatchEntry], None]
    leads_to: BatchState


def work(payload: Payload) -> None:
    """Job: go on with a batch until it waits for somebody."""
    batch_id = payload["batch_id"]
    _ask(batch_id)
    while _do_some(batch_id, payload["job_id"]):
        pass


def check_now(batch: ClaimBatch, limit: int) -> None:
    """Find out at once what the entries of a small batch come to, in the caller's transaction."""
    found = claim_batches.rows(batch.id, [RowState.WAITING], limit + 1)
    if batch.question is None and len(found) <= limit:
        said = claim_batches.from_json(batch.claim)
        for row in found:
            _check(batch, said, row)
        db.session.flush()
        batches.move(batch, BatchState.READY)


def _do_some(batch_id: int, job_id: int) -> bool:
    """Do the next entries of a batch; say whether there may be more to do."""
    with transaction():
        batch = db.session.scalar(select(ClaimBatch).where(ClaimBatch.id == batch_id).with_for_update())
        stage = _STEPS.get(batch.state) if batch else None
        if batch is None or stage is None:
            return False
        jobs.extend_lease(job_id)
        found = claim_batches.rows(batch_id, [stage.takes], AT_ONCE)
        if not found:
            batches.move(batch, stage.leads_to)
            return False
        said = claim_batches.from_json(batch.claim)
        for row in found:
            stage.work(batch, said, row)
        return True


def _check(batch: ClaimBatch, said: Said, row: ClaimBatchEntry) -> None:
    """Find out what an entry comes to, and keep it: what was shown is what will be done."""
    entry, standing = row.entry, _standing(row.entry_id)
    row.seen = _mark(row.entry_id)
    ended = _followed(batch, said, standing)
    row.before = row.after = _decisions(entry, [claim.as_claim() for claim in standing])
    if ended is None:
        row.state = RowState.SAME
        return
    after = [claim.as_claim() for claim in standing if claim not in ended] + [_pure(said)]
    row.reason = _fault(entry, said, after)
    row.state = RowState.REFUSED if row.reason else RowState.CHANGES
    if row.reason is None:
        row.after = _decisions(entry, after)


def _apply(batch: ClaimBatch, said: Said, row: ClaimBatchEntry) -> None:
    rights.take_in_hand(row.entry_id)
    if _mark(row.entry_id) != row.seen:
        row.state = RowState.OVERTAKEN
        return
    moment = clock.now()
    ended = _followed(batch, said, _standing(row.entry_id)) or []
    try:
        with db.session.begin_nested():
            for claim in ended:
                claiming.step(claim, ClaimStatus.SUPERSEDED, moment, batch.account_id, batch.why)
            follows = ended[0].id if ended else None
            made = claiming.put(row.entry, said, moment, batch.account_id, batch.why, supersedes_id=follows)
    except DomainError as fault:
        row.state, row.reason = RowState.REFUSED, fault.message
        return
    row.ended, row.made_id = [claim.id for claim in ended], made.id
    row.state, row.left = RowState.APPLIED, _mark(row.entry_id)
    rights.refresh(row.entry, moment.date())


def _undo(batch: ClaimBatch, said: Said, row: ClaimBatchEntry) -> None:  # noqa: ARG001 - as the other steps
    rights.take_in_hand(row.entry_id)
    if _mark(row.entry_id) != row.left or row.made_id is None:
        row.state = RowState.KEPT
        return
    moment, why = clock.now(), batch.why
    made = claiming.get(row.made_id)
    claiming.step(made, ClaimStatus.SUPERSEDED, moment, batch.undone_by_id, why)
    for place, claim_id in enumerate(row.ended or []):
        follows = made.id if place == 0 else None
        claiming.put_again(claiming.get(claim_id), moment, batch.undone_by_id, why, supersedes_id=follows)
    row.state = RowState.UNDONE
    rights.refresh(row.entry, moment.date())


def _followed(batch: ClaimBatch, said: Said, standing: Sequence[RightsClaim]) -> list[RightsClaim] | None:
    """Give the claims that the new one takes the place of; None: there is nothing to do."""
    here = [claim for claim in standing if claim.layer is said.layer and claim.part == said.part]
    if batch.filling is Filling.FILL:
        return None if here else []
    if len(here) == 1 and here[0].as_claim() == _pure(said) and here[0].evidence == said.evidence:
        return None
    return here


def _fault(entry: Entry, said: Said, after: Sequence[Claim]) -> str | None:
    try:
        claiming.require_sense(entry, said)
    except Invalid as fault:
        return fault.message
    return TOO_MUCH if shares.excess(after) else None


def _pure(said: Said) -> Claim:
    return Claim(
        layer=said.layer,
        basis=said.basis,
        status=said.status,
        holder=said.party.name if said.party else None,
        party_id=said.party.id if said.party else None,
        part=said.part,
        share_bp=said.share_bp,
        territory=frozenset(said.territory),
        valid_from=said.valid_from,
        valid_to=said.valid_to,
        limits=dict(said.limits),
        notified_on=said.notified_on,
        opted_out_on=said.opted_out_on,
        statement_uri=said.statement_uri,
        note_nl=said.note_nl,
        note_en=said.note_en,
    )


def _decisions(entry: Entry, claims: Sequence[Claim]) -> dict[str, str]:
    facts, today = rights.facts_of(entry), clock.now().date()
    return {use.value: _verdict(claims, facts, use, today) for use in SHOWN}


def _verdict(claims: Sequence[Claim], facts: Facts, use: Use, on: date) -> str:
    return permissions.may_use(claims, facts, use, on, rights.HOME).verdict.value


def _standing(entry_id: int) -> list[RightsClaim]:
    return [row for row in rights.rows_of(entry_id) if row.status is not ClaimStatus.SUPERSEDED]


def _mark(entry_id: int) -> str:
    return " ".join(f"{row.id}:{row.status.value}" for row in rights.rows_of(entry_id))


def _ask(batch_id: int) -> None:
    """Put the answers to a question of the search into their batch, unless they are there."""
    batch = claim_batches.get(batch_id)
    if batch.question is None or batch.state is not BatchState.GATHERING:
        return
    pids = batch_work.answers(questions.read([(name, value) for name, value in batch.question]))
    with transaction():
        batch = claim_batches.get(batch_id)
        if batch.question is not None and batch.state is BatchState.GATHERING:
            batch.question = None
            for start in range(0, len(pids), batch_work.AT_ONCE):
                some = pids[start : start + batch_work.AT_ONCE]
                claim_batches.freeze(batch, select(Entry.id).where(Entry.pid.in_(some)))


_STEPS = {
    BatchState.GATHERING: _Step(RowState.WAITING, _check, BatchState.READY),
    BatchState.APPLYING: _Step(RowState.CHANGES, _apply, BatchState.APPLIED),
    BatchState.UNDOING: _Step(RowState.APPLIED, _undo, BatchState.UNDONE),
}
