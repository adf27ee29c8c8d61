"""Many entries at once, for staff: choose what is to be done, see what each will say, have it done, and undone."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from archive import clock
from archive.accounts import Role as StaffRole
from archive.db import db
from archive.errors import Refused
from archive.language import language
from archive.sign_in import staff_only
from catalogue import batch_origins, batch_work, batches, operation_forms, operations
from catalogue.batches import AT_WORK, Batch, BatchState, RowState
from catalogue.credits import Role
from catalogue.editing import words
from catalogue.entries import Access, Status
from catalogue.operations import FIELDS, Action
from catalogue.pages import batches as pages_of
from catalogue.pages import changes, labels
from catalogue.terms import Term, TermScheme

SMALL = 200  # entries of which is found out at once what they will say
LISTED = 50
MAX_COMMENT = 500


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/batches", "desk_batches", desk_batches)
    pages.add_url_rule("/desk/batches/new", "desk_batch_new", desk_batch_new, methods=["GET", "POST"])
    pages.add_url_rule("/desk/batches/<int:number>", "desk_batch", desk_batch)
    for name, view in (("apply", desk_batch_apply), ("drop", desk_batch_drop), ("undo", desk_batch_undo)):
        address = f"/desk/batches/<int:number>/{name}"
        pages.add_url_rule(address, f"desk_batch_{name}", view, methods=["POST"])


@staff_only(StaffRole.CATALOGUER)
def desk_batches() -> ResponseReturnValue:
    """List the last batches."""
    found = batches.latest(LISTED)
    said = pages_of.described([operations.from_json(batch.operation) for batch in found], language())
    totals = batches.totals([batch.id for batch in found])
    rows = [(batch, words, totals.get(batch.id, 0)) for batch, words in zip(found, said, strict=True)]
    return render_template("catalogue/desk_batches.html", rows=rows, states=pages_of.STATES)


@staff_only(StaffRole.CATALOGUER)
def desk_batch_new() -> ResponseReturnValue:
    """Choose what is done to the entries that were chosen; then show what each will say."""
    if request.method == "GET":
        return _choose(batch_origins.read(request.args.items(multi=True)), {}, MultiDict())
    chosen = batch_origins.read(request.form.items(multi=True))
    operation, errors = operation_forms.read(request.form)
    if operation is None:
        return _choose(chosen, errors, request.form), 422
    comment = " ".join(request.form.get("comment", "").split())[:MAX_COMMENT]
    words = pages_of.described([operation], language())[0]
    try:
        batch = batches.begin(chosen.origin, operation, g.account.id, comment or words, clock.now())
    except Refused as refusal:
        return _choose(chosen, {"chosen": refusal.sentence()}, request.form), 409
    batch_work.check_now(batch, SMALL)
    return redirect(url_for("catalogue.desk_batch", number=batch.id), 303)


@staff_only(StaffRole.CATALOGUER)
def desk_batch(number: int) -> ResponseReturnValue:
    """Show a batch: what every entry says before and after, how far it is, or what became of it."""
    return _page(batches.get(number))


@staff_only(StaffRole.CATALOGUER)
def desk_batch_apply(number: int) -> ResponseReturnValue:
    """Have a batch done."""
    batch = batches.get(number)
    if batch.state is BatchState.APPLYING:
        batches.call_job(batch.id)  # somebody who sees nothing move may press again
    else:
        try:
            batches.apply(batch, g.account.id, clock.now())
        except Refused as refusal:
            return _page(batch, refusal.sentence()), 409
    return redirect(url_for("catalogue.desk_batch", number=number), 303)


@staff_only(StaffRole.CATALOGUER)
def desk_batch_drop(number: int) -> ResponseReturnValue:
    """Leave a batch undone that was only looked at."""
    batch = batches.get(number)
    try:
        batches.move(batch, BatchState.DROPPED)
    except Refused as refusal:
        return _page(batch, refusal.sentence()), 409
    return redirect(url_for("catalogue.desk_batches"), 303)


@staff_only(StaffRole.CATALOGUER)
def desk_batch_undo(number: int) -> ResponseReturnValue:
    """Have a batch undone: entries that somebody saved afterwards keep what they say."""
    batch = batches.get(number)
    reason = request.form.get("reason", "").strip()[: operation_forms.MAX_REASON]
    if _needs_reason(batch) and not reason:
        error = _("Say why the entries are withdrawn; their pages will show the reason.")
        return _page(batch, error), 422
    if batch.state is BatchState.UNDOING:
        batches.call_job(batch.id)
    else:
        try:
            comment = _("Batch %(number)s undone", number=batch.id)
            batches.undo(batch, g.account.id, clock.now(), comment, reason or None)
        except Refused as refusal:
            return _page(batch, refusal.sentence()), 409
    return redirect(url_for("catalogue.desk_batch", number=number), 303)


def _choose(chosen: batch_origins.Chosen, errors: dict[str, str], form: MultiDict[str, str]) -> str:
    terms = list(db.session.scalars(select(Term)))
    terms.sort(key=lambda term: term.label(language()).casefold())
    return render_template(
        "catalogue/desk_batch_new.html",
        chosen=chosen,
        form=form,
        errors=errors,
        actions=[action.value for action in Action],
        fields=[(name, changes.field_label(field.name)) for name, field in FIELDS.items()],
        terms=[term for term in terms if term.scheme in operation_forms.ABOUT],
        instruments=[term for term in terms if term.scheme is TermScheme.INSTRUMENT],
        roles=[(role.value, labels.ROLES[role]) for role in Role],
        accesses=[(access.value, words.ACCESSES[access]) for access in Access],
        statuses=[(status.value, labels.STATUSES[status]) for status in Status],
    )


def _page(batch: Batch, refusal: str | None = None) -> str:
    counts = batches.counts(batch.id)
    tabs = pages_of.tabs(counts)
    shown = _shown(request.args.get("show", ""), [tab.state for tab in tabs])
    total = counts.get(shown, 0) if shown else 0
    pages = max(1, -(-total // pages_of.PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "catalogue/desk_batch.html",
        batch=batch,
        words=pages_of.described([operations.from_json(batch.operation)], language())[0],
        state=pages_of.STATES[batch.state],
        is_at_work=batch.state in AT_WORK,
        progress=pages_of.progress(batch, counts),
        counts={state.value: number for state, number in counts.items()},
        total=sum(counts.values()),
        tabs=tabs,
        shown=shown,
        lines=pages_of.lines(batch.id, shown, page, language()) if shown else [],
        page=page,
        pages=pages,
        needs_reason=_needs_reason(batch),
        refusal=refusal,
    )


def _shown(asked: str, present: list[RowState]) -> RowState | None:
    by_value = {state.value: state for state in present}
    return by_value.get(asked) or (present[0] if present else None)


def _needs_reason(batch: Batch) -> bool:
    """Say whether undoing withdraws what the batch has published."""
    operation = operations.from_json(batch.operation)
    return operation.action is Action.STATUS and operation.text == Status.PUBLISHED.value
