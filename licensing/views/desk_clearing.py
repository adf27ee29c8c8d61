"""Clearances and quotes at the desk: what a request still needs, asked, recorded, left out; and its quote, drafted,
mended and sent.
"""

from datetime import date

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock
from archive.accounts import Role
from archive.errors import DomainError, Invalid
from archive.language import language
from archive.sign_in import staff_only
from licensing import (
    clearance_decisions,
    clearance_links,
    clearance_needs,
    clearance_sheet,
    clearances,
    money,
    reuse_requests,
)
from licensing.clearance_answers import Answer, Reply
from licensing.clearances import CURRENCY
from licensing.money import Money, NotAnAmount
from licensing.reuse_requests import ReuseRequest

DECISIONS = {
    "waive": clearance_decisions.waive,
    "exclude": clearance_decisions.exclude,
    "reopen": clearance_decisions.reopen,
}


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    of_request = "/desk/requests/<number>/clearances"
    pages.add_url_rule(of_request, "desk_clearances", desk_clearances)
    pages.add_url_rule(f"{of_request}/open", "desk_clearance_open", open_all, methods=["POST"])
    pages.add_url_rule("/desk/clearances/<int:id_>/ask", "desk_clearance_ask", ask, methods=["POST"])
    pages.add_url_rule("/desk/clearances/<int:id_>/record", "desk_clearance_record", record, methods=["POST"])
    for what in DECISIONS:
        address, name = f"/desk/clearances/<int:id_>/{what}", f"desk_clearance_{what}"
        pages.add_url_rule(address, name, decide, methods=["POST"], defaults={"what": what})


@staff_only(Role.LICENSING)
def desk_clearances(number: str) -> ResponseReturnValue:
    """Show how each piece of a request stands, and what can be done about it."""
    return _page(reuse_requests.get_by_number(number), None)


@staff_only(Role.LICENSING)
def open_all(number: str) -> ResponseReturnValue:
    """Open the clearances that a request needs."""
    found = reuse_requests.get_by_number(number)
    clearance_needs.open_for(found, clock.now(), g.account.id)
    return _back(found)


@staff_only(Role.LICENSING)
def ask(id_: int) -> ResponseReturnValue:
    """Write to the rights holder, with what the archive offers to pay, if anything."""
    found = clearances.get(id_)
    try:
        clearance_links.ask(found, clock.now(), g.account.id, read_amount(request.form.get("offered", "")))
    except DomainError as refusal:
        return _page(found.request, refusal, found.id), refusal.status
    return _back(found.request)


@staff_only(Role.LICENSING)
def record(id_: int) -> ResponseReturnValue:
    """Write down an answer that came by telephone or letter."""
    found, form = clearances.get(id_), request.form
    try:
        answer = Answer(
            _reply(form.get("reply", "")),
            " ".join(form.get("name", "").split()),
            form.get("words", "").strip() or None,
            read_amount(form.get("fee", "")),
            _day(form.get("valid_to", "")),
        )
        clearance_decisions.record(found, answer, form.get("evidence", ""), clock.now(), g.account.id)
    except DomainError as refusal:
        return _page(found.request, refusal, found.id), refusal.status
    return _back(found.request)


@staff_only(Role.LICENSING)
def decide(id_: int, what: str) -> ResponseReturnValue:
    """Leave a layer out, do without a consent, or take that back, with the reason."""
    found = clearances.get(id_)
    try:
        DECISIONS[what](found, request.form.get("why", ""), clock.now(), g.account.id)
    except DomainError as refusal:
        return _page(found.request, refusal, found.id), refusal.status
    return _back(found.request)


def read_amount(text: str) -> Money | None:
    """Read an amount that staff typed, None for nothing; raise Invalid."""
    if not text.strip():
        return None
    try:
        return money.parse(text, CURRENCY)
    except NotAnAmount as error:
        raise Invalid("Fill in an amount in euros without VAT, such as 75 or 75,00.") from error


def _reply(text: str) -> Reply:
    try:
        return Reply(text)
    except ValueError as error:
        raise Invalid("Choose yes, yes with conditions, or no.") from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError as error:
        raise Invalid("Give the last day as a date.") from error


def _page(found: ReuseRequest, refusal: DomainError | None, typed_for: int | None = None) -> str:
    return render_template(
        "licensing/desk_clearances.html",
        words={status: _(word) for status, word in clearance_sheet.STATUSES.items()},
        sheet=clearance_sheet.of(found, clock.now(), language()),
        refusal=refusal.sentence() if refusal else None,
        typed=request.form,
        typed_for=typed_for,
        title=_("Clearances of %(number)s", number=found.number),
    )


def _back(found: ReuseRequest) -> ResponseReturnValue:
    # A form on the request's own page says so, and comes back to it.
    if request.form.get("back") == "request":
        return redirect(url_for("licensing.desk_request", number=found.number, _anchor="clearances"), 303)
    return redirect(url_for("licensing.desk_clearances", number=found.number), 303)
