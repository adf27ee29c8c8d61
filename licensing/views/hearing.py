"""Hearing a recording whole: what can be chosen, the press of the button, and what a visitor has opened."""

from datetime import datetime
from typing import Any

from flask import Blueprint, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock
from archive.config import current
from archive.errors import DomainError, NotFound
from archive.language import language
from catalogue import entries
from catalogue.entries import Entry
from licensing import grants, listening, listening_pages, periods, royalty_forms, streams, supply_consents
from licensing.grants import Grant
from licensing.listening import Wish
from licensing.money import Money
from licensing.small_prices import GrantKind
from licensing.use_prices import PriceMode
from licensing.views import pass_presence, trying
from licensing.views.collecting import private

CURRENCY = "EUR"
SHOWN = 200


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/entries/<pid>/listen", "listen", choose)
    pages.add_url_rule("/entries/<pid>/listen", "listen_now", listen, methods=["POST"])
    pages.add_url_rule("/entries/<pid>/listen/address", "listen_address", fresh_address)
    pages.add_url_rule("/entries/<pid>/copy", "buy_copy", copy, methods=["POST"])
    pages.add_url_rule("/entries/<pid>/day-pass", "buy_pass", day_pass, methods=["POST"])
    pages.add_url_rule("/my/listening", "my_listening", mine)
    pages.add_url_rule("/my/listening/pass/<token>", "use_pass", use_pass, methods=["POST"])


def choose(pid: str) -> ResponseReturnValue:
    """Show what can be had of a recording, and for how much."""
    entry = _entry(pid, clock.now())
    listening_pages.remember(entry)
    return private(_page(entry))


def listen(pid: str) -> ResponseReturnValue:
    """Open the whole of a recording: for a script its address, else its page with the player."""
    entry, moment = _entry(pid, clock.now()), clock.now()
    try:
        grant = _take(GrantKind.LISTEN, entry, moment)
    except DomainError as refusal:
        if _wants_json():
            raise
        return private(_page(entry, GrantKind.LISTEN, refusal)), refusal.status
    if _wants_json():
        return _opened(grant)
    return redirect(url_for("catalogue.entry", pid=entry.pid, _anchor="player"), 303)


def fresh_address(pid: str) -> ResponseReturnValue:
    """Give a script a fresh address of what is open already; it never costs anything. Raise NotFound."""
    moment = clock.now()
    whole = listening_pages.whole(_entry(pid, moment), listening_pages.credit(), moment)
    if whole.grant is None:
        raise NotFound("The time for this is over. Load the page again.")
    return _opened(whole.grant)


def copy(pid: str) -> ResponseReturnValue:
    """Buy a copy to keep from credit; its link is on the page that follows."""
    return _buy(GrantKind.DOWNLOAD, pid)


def day_pass(pid: str) -> ResponseReturnValue:
    """Buy a day pass from credit, from the page of a recording."""
    return _buy(GrantKind.PASS, pid)


def mine() -> ResponseReturnValue:
    """Show what a visitor has opened lately, and what was agreed to."""
    credit, moment = listening_pages.credit(), clock.now()
    held = [] if credit.holder.is_nobody else grants.held_by(credit.holder, SHOWN)
    page = render_template(
        "licensing/my_listening.html",
        wallet=credit.owner,
        rows=[_row(grant, moment) for grant in held],
        consent=supply_consents.find(credit.owner.id) if credit.owner else None,
        forget_days=current().forget_listeners_days,
    )
    return private(page)


def use_pass(token: str) -> ResponseReturnValue:
    """Let this browser keep a day pass that was bought by an order."""
    key = streams.read_pass(token)
    found = grants.find_by_key(key) if key else None
    if found is None:
        raise NotFound("There is no such day pass. Open your order and press the button there.")
    return pass_presence.remember(make_response(redirect(url_for("licensing.my_listening"), 303)), token)


def _buy(kind: GrantKind, pid: str) -> ResponseReturnValue:
    moment = clock.now()
    entry = _entry(pid, moment)
    try:
        _take(kind, entry, moment)
    except DomainError as refusal:
        return private(_page(entry, kind, refusal)), refusal.status
    return redirect(url_for("licensing.listen", pid=entry.pid, _anchor=kind.value), 303)


def _take(kind: GrantKind, entry: Entry, moment: datetime) -> Grant:
    credit = listening_pages.credit()
    subject = None if kind is GrantKind.PASS else entry
    grant = listening.take(kind, subject, credit.holder, credit.owner, _wish(), moment)
    trying.used(grant)
    g.pop("listening_credit", None)  # the page that follows must know of the consent and the new balance
    return grant


def _wish() -> Wish:
    form = request.form
    seen = form.get("price_minor", "")
    return Wish(
        language(),
        seen=Money(int(seen), CURRENCY) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None,
        offered=royalty_forms.amount(form, "amount", CURRENCY) if form.get("amount", "").strip() else None,
        is_ticked=form.get("consent") == "1",
    )


def _page(entry: Entry, tried: GrantKind | None = None, refusal: DomainError | None = None) -> str:
    credit, moment = listening_pages.credit(), clock.now()
    return render_template(
        "licensing/listen.html",
        entry=entry,
        choices=listening_pages.choices(entry, credit, moment),
        who=credit,
        tried=tried,
        refusal=refusal,
        form=request.form,
        address=listening_pages.address,
        modes=PriceMode,
    )


def _opened(grant: Grant) -> ResponseReturnValue:
    response = jsonify(address=listening_pages.address(grant), said=listening_pages.said_of(grant))
    response.cache_control.no_store = True
    return response


def _row(grant: Grant, moment: datetime) -> dict[str, Any]:
    return {
        "grant": grant,
        "is_open": grant.is_in_force(moment),
        "address": listening_pages.address(grant) if grant.kind is GrantKind.DOWNLOAD else None,
    }


def _entry(pid: str, moment: datetime) -> Entry:
    return entries.get_public(pid, periods.day_of(moment))


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
