"""Claims on many entries, for staff: choose the claim, see which decisions change, have it done, and undone."""

from collections.abc import Mapping

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock
from archive.accounts import Role
from archive.errors import DomainError, Refused
from archive.sign_in import staff_only
from catalogue import batch_origins, batches
from catalogue.batch_origins import Chosen
from catalogue.batches import AT_WORK, BatchState, RowState
from catalogue.pages import batches as pages_of
from licensing import claim_batch_work, claim_batches, parties, rights_forms, rights_words
from licensing.claim_batches import ClaimBatch, Filling
from licensing.claims import Use
from licensing.reasons import Verdict
from licensing.views import desk_rights
from licensing.vocabulary import LAYERS

SMALL = 50  # entries of which is found out at once what they come to
LISTED = 50
STARTS = {"territory": "WW", "share": "100", "status": "asserted", "filling": "fill"}


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/rights/batches", "desk_rights_batches", every)
    pages.add_url_rule("/desk/rights/batches/new", "desk_rights_batch_new", new, methods=["GET", "POST"])
    pages.add_url_rule("/desk/rights/batches/<int:number>", "desk_rights_batch", one)
    address = "/desk/rights/batches/<int:number>/step"
    pages.add_url_rule(address, "desk_rights_batch_step", step, methods=["POST"])


@staff_only(Role.LICENSING)
def every() -> ResponseReturnValue:
    """List the last batches."""
    return render_template(
        "licensing/desk_rights_batches.html",
        batches=claim_batches.latest(LISTED),
        states=pages_of.STATES,
        words=_words_of,
    )


@staff_only(Role.LICENSING)
def new() -> ResponseReturnValue:
    """Choose the claim for the entries that were chosen; then show what changes."""
    if request.method == "GET":
        return _choose(batch_origins.read(request.args.items(multi=True)), STARTS, {})
    chosen = batch_origins.read(request.form.items(multi=True))
    said, faults = rights_forms.claim(request.form)
    if said is None:
        return _choose(chosen, request.form, faults), 422
    known = {filling.value for filling in Filling}
    filling = Filling(asked) if (asked := request.form.get("filling", "")) in known else Filling.FILL
    why = " ".join(request.form.get("why", "").split())[:500]
    try:
        batch = claim_batches.begin(chosen.origin, filling, said, g.account.id, why, clock.now())
    except Refused as refusal:
        return _choose(chosen, request.form, {"claim": refusal.sentence()}), 409
    claim_batch_work.check_now(batch, SMALL)
    return redirect(url_for("licensing.desk_rights_batch", number=batch.id), 303)


@staff_only(Role.LICENSING)
def one(number: int) -> ResponseReturnValue:
    """Show a batch: which decisions change, how far it is, or what became of it."""
    return _page(claim_batches.get(number))


@staff_only(Role.LICENSING)
def step(number: int) -> ResponseReturnValue:
    """Have a batch done, undone, or leave it; what is at work is only asked for again."""
    batch, to = claim_batches.get(number), request.form.get("to", "")
    try:
        if batch.state in AT_WORK:
            claim_batches.call_job(batch.id)
        elif to == "apply":
            claim_batches.apply(batch, g.account.id, clock.now())
        elif to == "undo":
            claim_batches.undo(batch, g.account.id, clock.now())
        else:
            batches.move(batch, BatchState.DROPPED)
    except DomainError as refusal:
        return _page(batch, refusal.sentence()), refusal.status
    return redirect(url_for("licensing.desk_rights_batch", number=number), 303)


def _choose(chosen: Chosen, typed: Mapping[str, str], faults: Mapping[str, str]) -> str:
    return render_template(
        "licensing/desk_rights_batch_new.html",
        chosen=chosen,
        typed=typed,
        faults=faults,
        offered=parties.like("", desk_rights.OFFERED),
        fillings=[
            (Filling.FILL.value, _("Only where nothing is recorded of this layer")),
            (Filling.REPLACE.value, _("In the place of what is recorded of this layer")),
        ],
        **desk_rights.words(),
    )


def _page(batch: ClaimBatch, refusal: str | None = None) -> str:
    counts = claim_batches.counts(batch.id)
    total, waiting = sum(counts.values()), _waiting(batch)
    return render_template(
        "licensing/desk_rights_batch.html",
        batch=batch,
        words=_words_of(batch),
        state=pages_of.STATES[batch.state],
        is_at_work=batch.state in AT_WORK,
        done=total - counts.get(waiting, 0) if waiting else total,
        total=total,
        tabs=pages_of.tabs(counts),
        counts={state.value: number for state, number in counts.items()},
        turns=_turns(batch.id),
        lines=claim_batches.rows(batch.id, list(RowState), LISTED),
        labels={tab.state: tab.label for tab in pages_of.tabs(counts)},
        refusal=refusal,
        verdicts={verdict.value: _(rights_words.VERDICTS[verdict]) for verdict in Verdict},
    )


def _waiting(batch: ClaimBatch) -> RowState | None:
    takes = {
        BatchState.GATHERING: RowState.WAITING,
        BatchState.APPLYING: RowState.CHANGES,
        BatchState.UNDOING: RowState.APPLIED,
    }
    return takes.get(batch.state)


def _turns(batch_id: int) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """Give each use whose decision changes for some entries: its name, and (before, after, entries)."""
    found = claim_batches.turns(batch_id)
    by_use: dict[str, list[tuple[str, str, int]]] = {}
    for (use, before, after), number in sorted(found.items()):
        if before != after:
            by_use.setdefault(use, []).append((before, after, number))
    return [(_(rights_words.USES[Use(use)]), turns) for use, turns in by_use.items()]


def _words_of(batch: ClaimBatch) -> str:
    said = claim_batches.from_json(batch.claim)
    holder = said.party.name if said.party else ""
    texts = [_(LAYERS[said.layer.value]), _(rights_words.BASES[said.basis]), holder]
    return ", ".join(text for text in texts if text)
