"""The editor: an entry's form, what somebody has typed and not saved, the last look before publishing, and what to do
when two people change one entry.
"""

from collections.abc import Mapping

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive import clock
from archive.accounts import Role as StaffRole
from archive.errors import Refused
from archive.language import language
from archive.sign_in import staff_only
from archive.transactions import keep_work
from catalogue import drafts, entries, entry_files, redirects, revisions, work_list
from catalogue.editing import applying, differing, forms, page, present, reading, values
from catalogue.editing.present import Described
from catalogue.editing.reading import Change, Problems
from catalogue.editing.values import Values
from catalogue.entries import Entry, Status
from catalogue.views import desk_list, page_values

HISTORY_SHOWN = 5
LINE_UP = "lineup"


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/entries/<pid>", "desk_entry", desk_entry, methods=["GET", "POST"])
    pages.add_url_rule("/desk/entries/<pid>/changes", "desk_changes", desk_changes)
    pages.add_url_rule("/desk/entries/<pid>/publish", "desk_publish", desk_publish, methods=["POST"])
    pages.add_url_rule("/desk/entries/<pid>/choices", "desk_choices", desk_choices, methods=["POST"])


@staff_only(StaffRole.CATALOGUER)
def desk_entry(pid: str) -> ResponseReturnValue:
    """Edit an entry. A faulty form comes back with 422 and everything in it, a late one with 409 and both texts."""
    entry = entries.get(pid)
    described = present.read(entry)
    if request.method == "GET":
        redirects.require_unmerged(entry)
        draft = drafts.find(entry.id, g.account.id)
        return _editor(described, draft.form if draft else present.as_typed(described), Problems(), draft)
    form = _posted()
    do = values.first(form, "do")
    if do == LINE_UP:
        _keep(entry, page.with_line_up_of_session(described, form))
        return redirect(desk_list.address("catalogue.desk_entry", entry, _anchor="people"), 303)
    return _save(described, form, do)


@staff_only(StaffRole.CATALOGUER)
def desk_changes(pid: str) -> ResponseReturnValue:
    """Show what the public sees now against what it will see."""
    entry = entries.get(pid)
    described = present.read(entry)
    now = present.as_typed(described)
    draft = drafts.find(entry.id, g.account.id)
    is_seen = entries.is_public(entry, clock.now().date())
    return render_template(
        "catalogue/desk_changes.html",
        entry=entry,
        is_seen=is_seen,
        draft=draft,
        version=draft.seen_version if draft else entry.version,
        differences=differing.differences(now if is_seen else {}, draft.form if draft else now, entry.kind),
        back=desk_list.address("catalogue.desk_entry", entry),
        publish=desk_list.address("catalogue.desk_publish", entry),
    )


@staff_only(StaffRole.CATALOGUER)
def desk_publish(pid: str) -> ResponseReturnValue:
    """Publish what was looked at: one's own draft, or the entry as it is. What is another by now is shown first."""
    entry = entries.get(pid)
    described = present.read(entry)
    draft = drafts.find(entry.id, g.account.id)
    seen = draft.seen_version if draft else entry.version
    if request.form.get("version", "") != str(seen):
        return redirect(desk_list.address("catalogue.desk_changes", entry), 303)
    form = dict(draft.form) if draft else present.as_typed(described) | {"version": [str(seen)]}
    return _save(described, form, Status.PUBLISHED.value, is_looked_at=True)


@staff_only(StaffRole.CATALOGUER)
def desk_choices(pid: str) -> ResponseReturnValue:
    """Make one text of one's own and another editor's, as chosen field by field; it goes on as a draft."""
    entry = entries.get(pid)
    described = present.read(entry)
    draft = drafts.find(entry.id, g.account.id)
    if draft is None:
        return redirect(desk_list.address("catalogue.desk_entry", entry), 303)
    now = present.as_typed(described)
    choices = {
        name.removeprefix("take."): texts[0] for name, texts in _posted().items() if name.startswith("take.")
    }
    settled = differing.settle(draft.form, now, entry.kind, choices)
    if settled is None:
        return _conflict(described, draft.form, now, choices), 422
    _keep(entry, settled | _seen(entry, now))
    return redirect(desk_list.address("catalogue.desk_entry", entry), 303)


def refused(entry: Entry, refusal: Refused) -> str:
    """Show the editor of an entry that could not be moved, with the reason."""
    described = present.read(entry)
    return _editor(described, present.as_typed(described), Problems({"reason": refusal.sentence()}))


def _save(described: Described, form: Values, do: str, *, is_looked_at: bool = False) -> ResponseReturnValue:
    entry, now = described.entry, present.as_typed(described)
    if reading.version_of(form) != entry.version:
        settled = differing.settle_alone(form, now, entry.kind)
        if settled is None:
            _keep(entry, form)
            keep_work()  # what was typed is kept although it cannot be saved
            return _conflict(described, form, now, {}), 409
        form = settled | _seen(entry, now)
    change, problems = reading.read(form, described, now)
    if problems.messages:
        return _editor(described, form, problems), 422
    if do == Status.PUBLISHED.value and not is_looked_at:
        _keep(entry, form)
        return redirect(desk_list.address("catalogue.desk_changes", entry), 303)
    try:
        _write(described, change, do, values.first(form, "reason")[:1000])
    except Refused as refusal:
        return _editor(described, form, Problems({"reason": refusal.sentence()})), 409
    return redirect(desk_list.address("catalogue.desk_entry", entry, saved=do or "saved"), 303)


def _write(described: Described, change: Change, do: str, reason: str) -> None:
    entry = described.entry
    redirects.require_unmerged(entry)
    if do in {status.value for status in Status} and Status(do) is not entry.status:
        applying.apply(described, change, g.account.id)
        entries.move(entry, Status(do), g.account.id, reason or change.comment)
    else:
        applying.save(described, change, g.account.id)


def _editor(described: Described, form: Values, problems: Problems, draft: drafts.Draft | None = None) -> str:
    """Show the editor with a form."""
    entry = described.entry
    row = work_list.Row(entry, list(described.people), entry_files.of(entry.id)[entry.id])
    place = desk_list.place(entry)
    shown = {
        "version": [str(entry.version)],
        "comment": [""],
        **_seen(entry, present.as_typed(described)),
        **form,
    }
    return render_template(
        "catalogue/desk_entry.html",
        entry=entry,
        row=row,
        draft=draft,
        checks=work_list.checks(row, language()),
        moves=desk_list.moves(entry),
        history=revisions.versions(entry.id)[:HISTORY_SHOWN],
        place=place,
        neighbours=work_list.neighbours(place, entry),
        **page_values.of(page.make(described, shown, problems)),
    )


def _conflict(described: Described, form: Values, now: Values, choices: Mapping[str, str]) -> str:
    """Show two texts side by side."""
    entry = described.entry
    latest = revisions.versions(entry.id)
    return render_template(
        "catalogue/desk_conflict.html",
        entry=entry,
        clashes=differing.clashes(form, now, entry.kind),
        choices=choices,
        latest=latest[0] if latest else None,
        action=desk_list.address("catalogue.desk_choices", entry),
        back=desk_list.address("catalogue.desk_entry", entry),
        is_asked_again=bool(choices),
    )


def _keep(entry: Entry, form: Values) -> None:
    drafts.keep(entry.id, g.account.id, form, reading.version_of(form), clock.now())


def _seen(entry: Entry, now: Values) -> Values:
    """Say which state of the entry a form starts from."""
    return {"version": [str(entry.version)], "seen": [values.digests(now, forms.groups_of(entry.kind))]}


def _posted() -> Values:
    """Return what was posted; the token is nothing to keep."""
    return {name: texts for name, texts in request.form.to_dict(flat=False).items() if name != "csrf_token"}
