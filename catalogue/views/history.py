"""The history of an entry for staff: who saved it when and why, what differs between two versions, and back to one."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.accounts import Role
from archive.errors import Refused
from archive.language import language
from archive.sign_in import staff_only
from catalogue import entries, restoring, revisions
from catalogue.entries import Entry
from catalogue.pages import changes
from catalogue.revisions import Version

LONGEST_COMMENT = 500
NO_VERSION = -1


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/entries/<pid>/history", "desk_history", desk_history)
    pages.add_url_rule("/desk/entries/<pid>/restore", "desk_restore", desk_restore, methods=["POST"])


@staff_only()
def desk_history(pid: str) -> ResponseReturnValue:
    """List the versions of an entry and compare two of them."""
    return _page(entries.get(pid))


@staff_only(Role.CATALOGUER)
def desk_restore(pid: str) -> ResponseReturnValue:
    """Set an entry back to one of its versions, as a new one; 409 when somebody saved since the page was shown."""
    entry = entries.get(pid)
    version = _number(request.form.get("version", ""))
    kept = revisions.get(entry.id, version)
    try:
        entries.require_version(entry, _number(request.form.get("seen_version", "")))
    except Refused as refusal:
        return _page(entry, refusal.sentence()), 409
    comment = " ".join(request.form.get("comment", "").split())[:LONGEST_COMMENT]
    lost = restoring.restore(entry, kept.snapshot, g.account.id, comment or f"= {version}")
    return redirect(url_for("catalogue.desk_history", pid=pid, restored=version, lost=lost or None), 303)


def _page(entry: Entry, refusal: str | None = None) -> str:
    known = revisions.versions(entry.id)
    older, newer = _chosen(known)
    differences = []
    if older is not None and newer is not None:
        pair = [revisions.get(entry.id, version.number).snapshot for version in (older, newer)]
        differences = changes.between([(pair[0], pair[1])], language())[0]
    return render_template(
        "catalogue/desk_history.html",
        entry=entry,
        versions=known,
        older=older,
        newer=newer,
        changes=differences,
        refusal=refusal,
        restored=request.args.get("restored", type=int),
        lost=[changes.field_label(name) for name in request.args.getlist("lost")[:20]],
    )


def _chosen(known: list[Version]) -> tuple[Version | None, Version | None]:
    """Return the two versions that were asked for, the older first; else the last two."""
    by_number = {version.number: version for version in known}
    asked = {by_number.get(_number(request.args.get(name, ""))) for name in ("from", "to")} - {None}
    if len(asked) == 2:
        older, newer = sorted((version for version in asked if version), key=lambda version: version.number)
        return older, newer
    return (known[1], known[0]) if len(known) > 1 else (None, None)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else NO_VERSION
