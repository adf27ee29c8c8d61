"""What the editor asks while somebody types: who or what a name may be, how a date is understood; and keeping what was
typed so far.
"""

from typing import Any

from flask import Blueprint, Response, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import format_time, ngettext
from flask_babel import gettext as _

from archive import clock
from archive.accounts import Role as StaffRole
from archive.language import language
from archive.sign_in import staff_only
from catalogue import drafts, entries
from catalogue.editing import differing, page, picking, present, reading
from catalogue.editing.picking import Choice
from catalogue.entries import EntryKind
from catalogue.views import desk_list

MAX_TYPED = 200  # characters
MAX_DRAFT = 500_000  # characters of a whole form


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/pick/<of>", "desk_pick", desk_pick)
    pages.add_url_rule("/desk/date", "desk_date", desk_date)
    pages.add_url_rule("/desk/entries/<pid>/draft", "desk_draft", desk_draft, methods=["POST"])


@staff_only(StaffRole.CATALOGUER)
def desk_pick(of: str) -> ResponseReturnValue:
    """Offer people, places or entries (of one kind, `of=entry-session`) for what was typed, and to add a new one."""
    typed = " ".join(request.args.get("q", "").split())[:MAX_TYPED]
    found, new = _found(of, typed)
    added = [Choice(picking.NEW + kind, typed, str(label)) for kind, label in new.items()] if typed else []
    groups = [_group(_("Known"), found), _group(_("New"), added)]
    number = len(found)
    said = ngettext("%(num)s suggestion", "%(num)s suggestions", number) if number else _("No suggestions")
    body = {
        "q": typed,
        "label": _("Suggestions"),
        "said": said,
        "groups": [group for group in groups if group],
    }
    return _private(jsonify(body))


@staff_only(StaffRole.CATALOGUER)
def desk_date() -> ResponseReturnValue:
    """Say how a date is understood."""
    said = page.understand(request.args.get("text", "")[:MAX_TYPED], language())
    if said is None:
        return _private(jsonify({"is_understood": None, "said": ""}))
    words = [_("Understood as: %(date)s", date=said.words) if said.words else "", said.remark]
    body = {"is_understood": bool(said.words), "said": " ".join(word for word in words if word)}
    return _private(jsonify(body))


@staff_only(StaffRole.CATALOGUER)
def desk_draft(pid: str) -> ResponseReturnValue:
    """Keep what was typed so far, for this account alone; or forget it, when asked to."""
    entry = entries.get(pid)
    if request.form.get("do") == "discard":
        drafts.discard(entry.id, g.account.id)
        return redirect(desk_list.address("catalogue.desk_entry", entry), 303)
    form = {name: texts for name, texts in request.form.to_dict(flat=False).items() if name != "csrf_token"}
    if sum(len(text) for texts in form.values() for text in texts) > MAX_DRAFT:
        return jsonify({"said": _("This is too much to keep as a draft. Save it.")}), 413
    if not differing.clashes(form, present.as_typed(present.read(entry)), entry.kind):
        # Nothing to keep; or it was saved while this was on its way.
        drafts.discard(entry.id, g.account.id)
        return jsonify({"said": ""})
    moment = clock.now()
    drafts.keep(entry.id, g.account.id, form, reading.version_of(form), moment)
    said = _("Draft kept at %(time)s", time=format_time(moment, "short"))
    return jsonify({"said": said, "is_late": reading.version_of(form) != entry.version})


def _found(of: str, typed: str) -> tuple[list[Choice], dict[str, Any]]:
    """Return what there is, and which kinds of new things may be added."""
    if of == "agent":
        return picking.agent_choices(typed), {kind.value: label for kind, label in picking.NEW_AGENTS.items()}
    if of == "place":
        return picking.place_choices(typed), {kind.value: label for kind, label in picking.NEW_PLACES.items()}
    kind = of.removeprefix("entry").lstrip("-")
    return picking.entry_choices(typed, kind if kind in {each.value for each in EntryKind} else ""), {}


def _group(label: str, choices: list[Choice]) -> dict[str, object] | None:
    """Write choices as the list under a box shows them."""
    if not choices:
        return None
    shown = [
        {"label": one.label, "note": one.note, "found": "", "count": 0, "value": one.value} for one in choices
    ]
    return {"label": label, "suggestions": shown}


def _private(response: Response) -> Response:
    response.cache_control.no_store = True
    return response
