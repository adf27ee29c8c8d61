"""The desk: two people, places or entries made one, seen side by side first; and undone."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from archive.accounts import Role as StaffRole
from archive.db import db
from archive.errors import DomainError, Invalid, NotFound, Refused
from archive.language import language
from archive.sign_in import staff_only
from catalogue import pids, redirects
from catalogue.agents import Agent
from catalogue.editing import picking
from catalogue.editing.picking import Choice
from catalogue.entries import Entry
from catalogue.merges import Merge, MergeKind
from catalogue.merging import fields, joining
from catalogue.merging.fields import Thing
from catalogue.merging.joining import Order
from catalogue.pages import merging as merging_page

LONGEST = 300  # characters of a question or remark
FIELD = "field."
MOST_WORDS, MOST_OFFERED = 4, 12


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    address = "/desk/merge/<any(agent, place, entry):kind>/<pid>"
    pages.add_url_rule(address, "desk_merge", desk_merge, methods=["GET", "POST"])
    pages.add_url_rule("/desk/merges", "desk_merges", desk_merges)
    pages.add_url_rule("/desk/merges/<int:number>", "desk_merged", desk_merged)
    pages.add_url_rule("/desk/merges/<int:number>/undo", "desk_merge_undo", undo, methods=["POST"])


@staff_only(StaffRole.CATALOGUER)
def desk_merge(kind: str, pid: str) -> ResponseReturnValue:
    """Choose what to merge, see both sides, and merge. Raises NotFound, Moved; 409 when one of them was changed."""
    kept = _get(MergeKind(kind), pid)
    redirects.require_unmerged(kept)
    other = request.values.get("with", "")
    if not other:
        return _choose(kept)
    merged = _get(MergeKind(kind), pids.normalise(other) or other)
    try:
        joining.check(kept, merged)
        if request.method == "GET":
            return _page(kept, merged)
        made = joining.merge(MergeKind(kind), _order(kept, merged), g.account.id)
    except (Invalid, Refused) as refusal:
        return _refused(kept, merged, refusal)
    return redirect(url_for("catalogue.desk_merged", number=made.id, done="merged"), 303)


@staff_only()
def desk_merges() -> ResponseReturnValue:
    """List what was merged, newest first."""
    page = max(1, request.args.get("page", 1, int))
    return render_template(
        "catalogue/desk_merges.html", rows=merging_page.recent(page), page=page, size=merging_page.PAGE
    )


@staff_only()
def desk_merged(number: int) -> ResponseReturnValue:
    """Show what came of a merge. Raises NotFound."""
    return _outcome(_made(number))


@staff_only(StaffRole.CATALOGUER)
def undo(number: int) -> ResponseReturnValue:
    """Undo a merge. Raises NotFound; 409 when it cannot be undone now."""
    made = _made(number)
    try:
        kept, merged = map(merging_page.name_of, joining.things(made))
        said = _("Merge undone: %(merged)s out of %(kept)s", merged=merged, kept=kept)
        joining.undo(made.id, g.account.id, said)
    except Refused as refusal:
        return _outcome(made, refusal.sentence()), 409
    return redirect(url_for("catalogue.desk_merged", number=number, done="undone"), 303)


def _get(kind: MergeKind, pid: str) -> Thing:
    table: Any = fields.KINDS[kind]
    found: Thing | None = db.session.scalar(select(table).where(table.pid == pid))
    if found is None:
        raise NotFound("There is nothing with this number. Check the number, or search for a name.")
    return found


def _made(number: int) -> Merge:
    made = db.session.get(Merge, number)
    if made is None:
        raise NotFound("There is no such merge.")
    return made


def _order(kept: Thing, merged: Thing) -> Order:
    choices = {
        name.removeprefix(FIELD): side for name, side in request.form.items() if name.startswith(FIELD)
    }
    seen = (request.form.get("seen_kept", -1, int), request.form.get("seen_merged", -1, int))
    comment = " ".join(request.form.get("comment", "").split())[:LONGEST]
    names = {"merged": merging_page.name_of(merged), "kept": merging_page.name_of(kept)}
    said = ": ".join(part for part in (_("Merged: %(merged)s into %(kept)s", **names), comment) if part)
    return Order(kept.id, merged.id, choices, *seen, comment, said)


def _choose(kept: Thing) -> str:
    typed = " ".join(request.args.get("q", "").split())[:LONGEST]
    name = merging_page.name_of(kept)
    return render_template(
        "catalogue/desk_merge_choose.html",
        kind=fields.kind_of(kept),
        kept=kept,
        name=name,
        back=merging_page.url_of(kept),
        typed=typed,
        found=[one for one in _offered(kept, name, typed) if one.value != picking.CHOSEN + kept.pid],
    )


def _offered(kept: Thing, name: str, typed: str) -> list[Choice]:
    """Offer what was typed; before that, whatever shares a word: the other name is spelt in another way."""
    asked = [typed] if typed else [name, *name.split()[:MOST_WORDS]]
    found = {one.value: one for words in asked for one in _candidates(kept, words)}
    return list(found.values())[:MOST_OFFERED]


def _candidates(kept: Thing, typed: str) -> list[Choice]:
    if isinstance(kept, Agent):
        return picking.agent_choices(typed)
    if isinstance(kept, Entry):
        return picking.entry_choices(typed, kept.kind.value)
    return picking.place_choices(typed)


def _page(kept: Thing, merged: Thing, refusal: DomainError | None = None) -> str:
    page = merging_page.make(kept, merged, language())
    return render_template("catalogue/desk_merge.html", page=page, refusal=refusal, typed=request.form)


def _refused(kept: Thing, merged: Thing, refusal: DomainError) -> ResponseReturnValue:
    """Show both again as they are now with what was chosen; one that was merged meanwhile leads to what stays."""
    if isinstance(refusal, redirects.Moved) or type(kept) is not type(merged) or kept.id == merged.id:
        stays = redirects.survivor(kept)
        return render_template(
            "catalogue/desk_merge_refused.html",
            refusal=refusal,
            name=merging_page.name_of(stays),
            back=merging_page.url_of(stays),
        ), refusal.status
    return _page(kept, merged, refusal), refusal.status


def _outcome(made: Merge, refusal: str | None = None) -> str:
    page = merging_page.outcome(made)
    return render_template("catalogue/desk_merged.html", page=page, made=made, refusal=refusal)
