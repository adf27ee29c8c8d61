"""Parties, for staff: find, add, edit, and make two of them one."""

from collections.abc import Mapping

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock
from archive.accounts import Role
from archive.errors import DomainError
from archive.language import language
from archive.sign_in import staff_only
from licensing import countries, parties, party_forms, party_merging, rights_words
from licensing.parties import Party

SHOWN = 200
Faults = Mapping[str, str]
Form = Mapping[str, str]


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    both = ["GET", "POST"]
    pages.add_url_rule("/desk/parties", "desk_parties", desk_parties)
    pages.add_url_rule("/desk/parties/new", "desk_party_new", party_new, methods=both)
    pages.add_url_rule("/desk/parties/<int:number>", "desk_party", party, methods=both)
    pages.add_url_rule("/desk/parties/<int:number>/merge", "desk_party_merge", merge, methods=["POST"])


@staff_only(Role.LICENSING, Role.CATALOGUER)
def desk_parties() -> ResponseReturnValue:
    """List parties; those with some words in their name."""
    words = " ".join(request.args.get("q", "").split())[:200]
    found = parties.like(words, SHOWN)
    return render_template(
        "licensing/desk_parties.html",
        words=words,
        parties=found,
        uses=party_merging.uses([each.id for each in found]),
        kinds=rights_words.PARTY_KINDS,
        country=lambda code: countries.label(code, language()),
    )


@staff_only(Role.LICENSING)
def party_new() -> ResponseReturnValue:
    """Add a party. A faulty form comes back with 422 and everything in it."""
    if request.method == "GET":
        return _page(None, {"name": request.args.get("name", "")[:200]})
    details, faults = party_forms.read(request.form)
    if faults:
        return _page(None, request.form, faults), 422
    added = parties.add(details["kind"], details["name"])
    parties.revise(added, details, added.version, g.account.id)
    return redirect(url_for("licensing.desk_party", number=added.id, saved=1), 303)


@staff_only(Role.LICENSING)
def party(number: int) -> ResponseReturnValue:
    """Edit a party. Raises NotFound; 409 when somebody else saved first."""
    found = parties.get(number)
    if request.method == "GET":
        return _page(found, party_forms.typed(found))
    details, faults = party_forms.read(request.form)
    if faults:
        return _page(found, request.form, faults), 422
    try:
        parties.revise(found, details, party_forms.version(request.form), g.account.id)
    except DomainError as refusal:
        return _page(found, request.form, {"version": refusal.sentence()}), refusal.status
    return redirect(url_for("licensing.desk_party", number=number, saved=1), 303)


@staff_only(Role.LICENSING)
def merge(number: int) -> ResponseReturnValue:
    """Let this party take the place of another. A refusal comes back beside the form."""
    kept = parties.get(number)
    try:
        gone = party_forms.other(request.form)
        party_merging.merge(kept, gone, clock.now(), g.account.id, request.form.get("why", "")[:500])
    except DomainError as refusal:
        return _page(kept, party_forms.typed(kept), {"other": refusal.sentence()}), refusal.status
    return redirect(url_for("licensing.desk_party", number=number, saved="merged"), 303)


def _page(found: Party | None, typed: Form, faults: Faults | None = None) -> str:
    return render_template(
        "licensing/desk_party.html",
        party=found,
        current=parties.current(found) if found else None,
        typed=typed,
        faults=faults or {},
        other=request.form,
        entries=party_merging.entries_of(found.id, SHOWN) if found else [],
        offered=parties.like("", SHOWN) if found else [],
        kinds=[(kind.value, _(label)) for kind, label in rights_words.PARTY_KINDS.items()],
        tax_profiles=[(each.value, _(label)) for each, label in rights_words.TAX_PROFILES.items()],
        payouts=[(each.value, _(label)) for each, label in rights_words.PAYOUTS.items()],
        countries=[("", _("not known")), *countries.choices(language())],
    )
