"""The desk of archive staff: the work list, new entries, and moving an entry from the list."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.accounts import Role as StaffRole
from archive.errors import Refused
from archive.language import language
from archive.sign_in import staff_only
from catalogue import entries, work_list
from catalogue.editing import starting
from catalogue.entries import Status
from catalogue.views import desk_editor, desk_list, desk_typing


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk", "desk", desk)
    pages.add_url_rule("/desk/new", "desk_new", desk_new, methods=["GET", "POST"])
    pages.add_url_rule("/desk/entries/<pid>/status", "desk_status", desk_status, methods=["POST"])
    desk_editor.register(pages)
    desk_typing.register(pages)


@staff_only()
def desk() -> ResponseReturnValue:
    """Show the work list with the chosen entry beside it."""
    status = desk_list.status_of(request.args.get("status", ""), Status.REVIEW)
    words = request.args.get("q", "")[: desk_list.MAX_WORDS]
    work = work_list.read(status, words, request.args.get("page", 1, int))
    chosen = next((row for row in work.rows if row.entry.pid == request.args.get("entry")), None)
    chosen = chosen or (work.rows[0] if work.rows else None)
    return render_template(
        "catalogue/desk.html",
        work=work,
        words=words,
        chosen=chosen,
        checks=work_list.checks(chosen, language()) if chosen else [],
        moves=desk_list.moves(chosen.entry) if chosen else [],
    )


@staff_only(StaffRole.CATALOGUER)
def desk_new() -> ResponseReturnValue:
    """Begin a new entry; it is a draft from the start."""
    if request.method == "GET":
        return render_template("catalogue/desk_new.html", form=request.args, errors={}, kinds=starting.KINDS)
    made = starting.start(request.form, g.account.id)
    if isinstance(made, dict):
        page = render_template(
            "catalogue/desk_new.html", form=request.form, errors=made, kinds=starting.KINDS
        )
        return page, 422
    return redirect(url_for("catalogue.desk_entry", pid=made.pid), 303)


@staff_only(StaffRole.CATALOGUER)
def desk_status(pid: str) -> ResponseReturnValue:
    """Publish, send to review, or withdraw, from the work list."""
    entry = entries.get(pid)
    before = entry.status
    to = desk_list.status_of(request.form.get("to", ""), Status.REVIEW)
    try:
        entries.move(entry, to, g.account.id, request.form.get("reason", "")[:1000])
    except Refused as refusal:
        return desk_editor.refused(entry, refusal), 409
    return redirect(url_for("catalogue.desk", status=before.value, moved=pid), 303)
