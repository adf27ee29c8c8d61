"""The register of licences at the desk: find one, see what it is worth and why, hold it, end it."""

from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from archive import clock
from archive.accounts import Role
from archive.errors import Invalid, Refused
from archive.sign_in import staff_only
from licensing import delivery, licence_register
from licensing.licence_register import DECIDE, Decision, Tab
from licensing.licences import Licence, LicenceStatus, Standing

MAX_WORDS = 200
MAX_REASON = 2_000
TABS = {
    Tab.VALID: _l("In force"),
    Tab.EXPIRING: _l("Ends soon"),
    Tab.EXPIRED: _l("Ended"),
    Tab.SUSPENDED: _l("Held"),
    Tab.REVOKED: _l("Revoked"),
    Tab.ALL: _l("All"),
}
STANDINGS = {
    Standing.VALID: _l("In force"),
    Standing.NOT_YET: _l("Not yet in force"),
    Standing.EXPIRED: _l("Ended"),
    Standing.SUSPENDED: _l("Held"),
    Standing.REVOKED: _l("Revoked"),
    Standing.REPLACED: _l("Replaced by another"),
}
STATUSES = {
    LicenceStatus.PENDING: _l("Issued, not yet paid"),
    LicenceStatus.ACTIVE: _l("In force"),
    LicenceStatus.SUSPENDED: _l("Held"),
    LicenceStatus.REVOKED: _l("Revoked"),
    LicenceStatus.SUPERSEDED: _l("Replaced by another"),
}
DECISIONS = {
    Decision.SUSPEND: _l("Hold"),
    Decision.RESUME: _l("Put in force again"),
    Decision.REVOKE: _l("Revoke for good"),
}
LOOKS = {
    Standing.VALID: "tag--direct",
    Standing.SUSPENDED: "tag--ask",
    Standing.REVOKED: "tag--late",
    Standing.EXPIRED: "tag--none",
    Standing.REPLACED: "tag--none",
}


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/licences", "desk_licences", desk_licences)
    pages.add_url_rule("/desk/licences/<number>", "desk_licence", desk_licence)
    pages.add_url_rule(
        "/desk/licences/<number>/decide", "desk_licence_decide", desk_licence_decide, methods=["POST"]
    )


@staff_only(Role.LICENSING)
def desk_licences() -> ResponseReturnValue:
    """List a part of the register with the first licence beside it."""
    return _page(None)


@staff_only(Role.LICENSING)
def desk_licence(number: str) -> ResponseReturnValue:
    """Show one licence beside the list."""
    return _page(licence_register.get(number))


@staff_only(Role.LICENSING)
def desk_licence_decide(number: str) -> ResponseReturnValue:
    """Hold a licence, put it in force again, or revoke it, unless it stands otherwise than its page said."""
    found, form = licence_register.get(number), request.form
    decision = next((each for each in Decision if each.value == form.get("do")), None)
    try:
        if decision is None or len(form.get("why", "")) > MAX_REASON:
            raise Invalid("Choose what is to be done, and say why in at most 2,000 characters.")
        if form.get("seen") != found.status.value:
            raise Refused("It was changed by somebody else in the meantime.")
        decide, _before, _after = DECIDE[decision]
        decide(found, form.get("why", "").strip(), clock.now(), g.account.id)
    except (Invalid, Refused) as refusal:
        return _page(found, refusal.sentence()), refusal.status
    kept: dict[str, Any] = {**_here(), "decided": decision.value}
    return redirect(url_for("licensing.desk_licence", number=number, **kept), 303)


def _page(chosen: Licence | None, error: str | None = None) -> str:
    today = _today()
    tab = next((tab for tab in Tab if tab.value == request.args.get("tab")), Tab.VALID)
    words = request.args.get("q", "").strip()[:MAX_WORDS]
    page = licence_register.read(
        tab, words, today, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    shown = chosen or (page.rows[0].licence if page.rows else None)
    return render_template(
        "licensing/desk_licences.html",
        tab=tab,
        words=words,
        page=page,
        here=_here(),
        counts=licence_register.counts(today),
        sheet=licence_register.sheet(shown, today) if shown else None,
        is_named=chosen is not None,
        error=error,
        why=request.form.get("why", ""),
        tabs=TABS,
        standings=STANDINGS,
        statuses=STATUSES,
        decisions=DECISIONS,
        looks=LOOKS,
        delivery=delivery.of_licence(shown.id) if shown else None,
    )


def _here() -> dict[str, str]:
    kept = ("tab", "q", "after", "before")
    return {name: request.args[name][:MAX_WORDS] for name in kept if request.args.get(name)}


def _today() -> date:
    return clock.day_here(clock.now())
