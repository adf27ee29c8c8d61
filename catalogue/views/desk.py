"""The desk of archive staff: the work list, the editor, publishing and withdrawing."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from archive.accounts import Role as StaffRole
from archive.errors import Refused
from archive.language import language
from archive.sign_in import staff_only
from catalogue import credits, editing, entries, entry_files, revisions, terms, work_list
from catalogue.credits import Role
from catalogue.entries import Entry, Status
from catalogue.terms import TermScheme

EMPTY_LINES = 3


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk", "desk", desk)
    pages.add_url_rule("/desk/entries/<pid>", "desk_entry", desk_entry, methods=["GET", "POST"])
    pages.add_url_rule("/desk/entries/<pid>/status", "desk_status", desk_status, methods=["POST"])


@staff_only()
def desk() -> ResponseReturnValue:
    """Show the work list with the chosen entry beside it."""
    status = _status(request.args.get("status", ""))
    words = request.args.get("q", "")[:200]
    work = work_list.read(status, words, request.args.get("page", 1, int))
    chosen = next((row for row in work.rows if row.entry.pid == request.args.get("entry")), None)
    chosen = chosen or (work.rows[0] if work.rows else None)
    return render_template(
        "catalogue/desk.html",
        work=work,
        words=words,
        chosen=chosen,
        checks=work_list.checks(chosen, language()) if chosen else [],
        moves=_moves(chosen.entry) if chosen else [],
    )


@staff_only(StaffRole.CATALOGUER)
def desk_entry(pid: str) -> ResponseReturnValue:
    """Edit an entry: title, date, people, descriptions. A faulty form comes back with 422 and everything in
    it.
    """
    entry = entries.get(pid)
    if request.method == "GET":
        return _editor(entry)
    instruments = terms.by_code(TermScheme.INSTRUMENT).values()
    change, errors = editing.read(request.form, frozenset(term.id for term in instruments))
    if errors:
        return _editor(entry, errors, request.form), 422
    try:
        editing.apply(entry, change, g.account.id)
    except Refused as refusal:
        return _editor(entry, {"version": refusal.sentence()}, request.form), 409
    return redirect(url_for("catalogue.desk_entry", pid=pid, saved=entry.version), 303)


@staff_only(StaffRole.CATALOGUER)
def desk_status(pid: str) -> ResponseReturnValue:
    """Publish, send to review, or withdraw."""
    entry = entries.get(pid)
    before = entry.status
    to = _status(request.form.get("to", ""))
    try:
        entries.move(entry, to, g.account.id, request.form.get("reason", "")[:1000])
    except Refused as refusal:
        return _editor(entry, {"reason": refusal.sentence()}), 409
    return redirect(url_for("catalogue.desk", status=before.value, moved=pid), 303)


def _editor(
    entry: Entry, errors: dict[str, str] | None = None, form: MultiDict[str, str] | None = None
) -> str:
    """Show the editor with what the entry says, or with what was posted by its own form."""
    files = entry_files.of(entry.id)[entry.id]
    people = credits.of(entry.id)[entry.id]
    row = work_list.Row(entry, people, files)
    instruments = sorted(
        terms.by_code(TermScheme.INSTRUMENT).values(), key=lambda term: term.label(language()).casefold()
    )
    return render_template(
        "catalogue/desk_entry.html",
        entry=entry,
        row=row,
        people=people,
        form=form,
        errors=errors or {},
        understood=editing.understood(form.get("date") if form else entry.date_text, language()),
        instruments=instruments,
        roles=list(Role),
        empty_lines=EMPTY_LINES,
        checks=work_list.checks(row, language()),
        moves=_moves(entry),
        history=revisions.history(entry.id),
    )


def _moves(entry: Entry) -> list[Status]:
    return sorted(entries.MOVES[entry.status], key=list(Status).index, reverse=True)


def _status(text: str) -> Status:
    return Status(text) if text in {status.value for status in Status} else Status.REVIEW
