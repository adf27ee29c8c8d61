"""The rights of one entry, for staff: uses by layers, the claims with their history, consents, searches."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock
from archive.accounts import Role
from archive.errors import DomainError, Invalid
from archive.language import language
from archive.sign_in import staff_only
from catalogue import entries
from catalogue.entries import Entry
from licensing import (
    claim_history,
    claiming,
    consents,
    countries,
    parties,
    permissions,
    rights,
    rights_forms,
    rights_matrix,
    rights_words,
    searches,
    wording,
)
from licensing.claims import Basis, ClaimStatus, Layer, Part, Use
from licensing.parties import PartyKind
from licensing.reasons import Verdict
from licensing.rights import RightsClaim
from licensing.vocabulary import LAYERS, TERRITORIES

OFFERED = 500  # parties in a list to choose from
EVERYWHERE = "world"

Form = Mapping[str, str]
Faults = Mapping[str, str]


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    both = ["GET", "POST"]
    entry, claim, consent = "/desk/rights/<pid>", "/desk/rights/claims/<int:number>", "/desk/rights/consents"
    pages.add_url_rule(entry, "desk_rights", desk_rights)
    pages.add_url_rule(f"{entry}/claims/new", "desk_rights_claim_new", claim_new, methods=both)
    pages.add_url_rule(claim, "desk_rights_claim", claim_change, methods=both)
    pages.add_url_rule(f"{claim}/move", "desk_rights_claim_move", claim_move, methods=["POST"])
    pages.add_url_rule(f"{entry}/consents/new", "desk_rights_consent_new", consent_new, methods=both)
    address = f"{consent}/<int:number>/withdraw"
    pages.add_url_rule(address, "desk_rights_consent_withdraw", consent_withdraw, methods=["POST"])
    pages.add_url_rule(f"{entry}/searches/new", "desk_rights_search_new", search_new, methods=both)


@staff_only(Role.LICENSING, Role.CATALOGUER)
def desk_rights(pid: str) -> ResponseReturnValue:
    """Show what may be done with an entry on a day in a territory, and why. Raises NotFound."""
    return _page(entries.get(pid))


@staff_only(Role.LICENSING)
def claim_new(pid: str) -> ResponseReturnValue:
    """Add a claim. A faulty form comes back with 422 (409 where shares do not fit) and everything in it."""
    entry = entries.get(pid)
    if request.method == "GET":
        return _claim_page(entry, None, {"layer": request.args.get("layer", ""), "status": "confirmed"})
    said, faults = rights_forms.claim(request.form)
    if said is None:
        return _claim_page(entry, None, request.form, faults), 422
    try:
        claiming.add(entry, said, clock.now(), g.account.id, _why())
    except DomainError as refusal:
        return _claim_page(entry, None, request.form, {"claim": refusal.sentence()}), refusal.status
    return redirect(url_for("licensing.desk_rights", pid=pid, saved="claim", _anchor="claims"), 303)


@staff_only(Role.LICENSING)
def claim_change(number: int) -> ResponseReturnValue:
    """Let another claim take the place of one. As adding one; 409 also when somebody else was first."""
    claim = claiming.get(number)
    entry = claim.entry
    if request.method == "GET":
        return _claim_page(entry, claim, _typed(claim))
    said, faults = rights_forms.claim(request.form)
    if said is None:
        return _claim_page(entry, claim, request.form, faults), 422
    try:
        claiming.change(claim, said, clock.now(), g.account.id, _why())
    except DomainError as refusal:
        return _claim_page(entry, claim, request.form, {"claim": refusal.sentence()}), refusal.status
    return redirect(url_for("licensing.desk_rights", pid=entry.pid, saved="claim", _anchor="claims"), 303)


@staff_only(Role.LICENSING)
def claim_move(number: int) -> ResponseReturnValue:
    """Confirm, dispute or end a claim, with the reason why."""
    claim = claiming.get(number)
    to = request.form.get("to", "")
    try:
        if to not in {status.value for status in ClaimStatus}:
            raise Invalid("Choose what becomes of the claim.")
        claiming.move(claim, ClaimStatus(to), clock.now(), g.account.id, _why())
    except DomainError as refusal:
        return _page(claim.entry, {f"claim-{number}": refusal.sentence()}), refusal.status
    return redirect(
        url_for("licensing.desk_rights", pid=claim.entry.pid, saved="claim", _anchor="claims"), 303
    )


@staff_only(Role.LICENSING)
def consent_new(pid: str) -> ResponseReturnValue:
    """Add a consent. A faulty form comes back with 422 and everything in it."""
    entry = entries.get(pid)
    if request.method == "GET":
        return _consent_page(entry, {"territory": "WW"}, [])
    ticked = request.form.getlist("uses")
    read, faults = rights_forms.consent(request.form, ticked)
    if read is None:
        return _consent_page(entry, request.form, ticked, faults), 422
    moment = clock.now()
    try:
        consents.add(entry, *read, moment, g.account.id)
    except DomainError as refusal:
        return _consent_page(entry, request.form, ticked, {"consent": refusal.sentence()}), refusal.status
    rights.refresh(entry, moment.date())
    return redirect(url_for("licensing.desk_rights", pid=pid, saved="consent", _anchor="consents"), 303)


@staff_only(Role.LICENSING)
def consent_withdraw(number: int) -> ResponseReturnValue:
    """Write down that a consent was taken back, from today."""
    consent, moment = consents.get(number), clock.now()
    try:
        if not _why():
            raise Invalid("Say how the person let us know.")
        consents.withdraw(consent, moment.date(), _why(), g.account.id)
    except DomainError as refusal:
        return _page(consent.entry, {f"consent-{number}": refusal.sentence()}), refusal.status
    rights.refresh(consent.entry, moment.date())
    address = url_for("licensing.desk_rights", pid=consent.entry.pid, saved="consent", _anchor="consents")
    return redirect(address, 303)


@staff_only(Role.LICENSING, Role.CATALOGUER)
def search_new(pid: str) -> ResponseReturnValue:
    """Keep a search for an unknown holder. A faulty form comes back with 422 and everything in it."""
    entry, moment = entries.get(pid), clock.now()
    if request.method == "GET":
        typed = {"searched_on": moment.date().isoformat(), "layer": request.args.get("layer", "")}
        return _search_page(entry, typed)
    try:
        layer, source, on, words = rights_forms.search(request.form)
        searches.add(entry, layer, source, words, on or moment.date(), moment, g.account.id)
    except DomainError as refusal:
        return _search_page(entry, request.form, {"search": refusal.sentence()}), refusal.status
    return redirect(url_for("licensing.desk_rights", pid=pid, saved="search", _anchor="searches"), 303)


def _why() -> str:
    return " ".join(request.form.get("why", "").split())[:500]


def _page(entry: Entry, faults: Faults | None = None) -> str:
    on, place, part, asked_wrong = _asked()
    claims, facts = rights.claims_of(entry.id), rights.facts_of(entry)
    territory = rights_forms.place(place) or permissions.EVERYWHERE
    rows = rights.rows_of(entry.id)
    events: dict[int, list[claim_history.ClaimEvent]] = {}
    for event in claim_history.of([row.id for row in rows]):
        events.setdefault(event.claim_id, []).append(event)
    return render_template(
        "licensing/desk_rights.html",
        entry=entry,
        matrix=rights_matrix.of(claims, facts, on, territory, part),
        on=on,
        place=place,
        places=_places(),
        part_in=request.args.get("part_in", ""),
        part_out=request.args.get("part_out", ""),
        asked_wrong=asked_wrong,
        claims=[row for row in rows if row.status is not ClaimStatus.SUPERSEDED],
        past=[row for row in reversed(rows) if row.status is ClaimStatus.SUPERSEDED],
        events=events,
        moves={row.id: claiming.MOVES[row.status] for row in rows},
        consents=consents.of(entry.id),
        searches=searches.of(entry.id),
        today=clock.now().date(),
        faults=faults or {},
        may_write=g.account.role is not Role.CATALOGUER,
        reason=wording.reason_in_cell,
        **words(),
    )


def _asked() -> tuple[date, str, Part | None, Faults]:
    """Read day, territory and part from the address; what cannot be read is told, and today and the world stand."""
    wrong, on, part = {}, None, None
    try:
        on = rights_forms.day(request.args.get("on", ""))
    except Invalid as fault:
        wrong["on"] = fault.sentence()
    try:
        part = rights_forms.part(request.args.get("part_in", ""), request.args.get("part_out", ""))
    except Invalid as fault:
        wrong["part_in"] = fault.sentence()
    place = request.args.get("territory", "") or EVERYWHERE
    if rights_forms.place(place) is None:
        wrong["territory"] = _("We do not know this territory, so the table is for the whole world.")
        place = EVERYWHERE
    return on or clock.now().date(), place, part, wrong


def _claim_page(entry: Entry, claim: RightsClaim | None, typed: Form, faults: Faults | None = None) -> str:
    return render_template(
        "licensing/desk_rights_claim.html",
        entry=entry,
        claim=claim,
        typed=typed,
        faults=faults or {},
        offered=parties.like("", OFFERED),
        **words(),
    )


def _consent_page(entry: Entry, typed: Form, ticked: list[str], faults: Faults | None = None) -> str:
    return render_template(
        "licensing/desk_rights_consent.html",
        entry=entry,
        typed=typed,
        ticked=ticked,
        faults=faults or {},
        offered=parties.like("", OFFERED),
        kinds=[(kind.value, _(label)) for kind, label in consents.KINDS.items()],
        **words(),
    )


def _search_page(entry: Entry, typed: Form, faults: Faults | None = None) -> str:
    sources = [(source.value, _(label)) for source, label in searches.SOURCES.items()]
    return render_template(
        "licensing/desk_rights_search.html",
        entry=entry,
        typed=typed,
        faults=faults or {},
        sources=sources,
        **words(),
    )


def _typed(claim: RightsClaim) -> dict[str, str]:
    """Give a claim as its form holds it."""
    begins, ends = rights_forms.shown(claim.part)
    days = ("valid_from", "valid_to", "notified_on", "opted_out_on")
    texts = ("statement_uri", "note_nl", "note_en", "evidence")
    plain = {name: str(getattr(claim, name) or "") for name in (*days, *texts)}
    limits = {f"limit_{use}": verdict for use, verdict in claim.limits.items()}
    return (
        plain
        | limits
        | {
            "layer": claim.layer.value,
            "basis": claim.basis.value,
            "status": claim.status.value,
            "party": f"{claim.party.name} · {claim.party.id}" if claim.party else "",
            "share": f"{claim.share_bp / 100:g}",
            "territory": " ".join(claim.territory),
            "part_in": begins,
            "part_out": ends,
        }
    )


def _places() -> list[tuple[str, str]]:
    named = [(code, _(label)) for code, label in TERRITORIES.items()]
    return named + countries.choices(language())


def words() -> dict[str, Any]:
    """Name everything that the templates show by its code."""
    return {
        "layers": [(layer.value, _(LAYERS[layer.value])) for layer in Layer],
        "bases": [(basis.value, _(rights_words.BASES[basis])) for basis in Basis],
        "statuses": [(status.value, _(rights_words.STATUSES[status])) for status in ClaimStatus],
        "uses": [(use.value, _(rights_words.USES[use])) for use in Use if use in rights_words.USES],
        "verdicts": {verdict.value: _(rights_words.VERDICTS[verdict]) for verdict in Verdict},
        "party_kinds": [(kind.value, _(rights_words.PARTY_KINDS[kind])) for kind in PartyKind],
        "consent_kinds": {kind.value: _(label) for kind, label in consents.KINDS.items()},
        "source_kinds": {source.value: _(label) for source, label in searches.SOURCES.items()},
        "shown_part": rights_forms.shown,
    }
