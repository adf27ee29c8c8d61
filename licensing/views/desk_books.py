"""The books, for staff: the inbox of what does not fit, and the ledger with its trial balance on any day."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock
from archive.accounts import Role
from archive.errors import Forbidden, Invalid, Refused
from archive.language import language
from archive.sign_in import staff_only
from licensing import account_words, anomalies, inbox, ledger_days, proofs, reconciliation
from licensing.money import Money

SHOWN_DONE = 20
SHOWN_COMPARISONS = 10
MAX_WHY = 1_000


def register(pages: Blueprint, api: Blueprint) -> None:
    """Put these views on the floor's pages and its interface for programs."""
    pages.add_url_rule("/desk/inbox", "desk_inbox", desk_inbox)
    pages.add_url_rule("/desk/inbox/<int:number>", "desk_inbox_item", desk_inbox_item)
    pages.add_url_rule(
        "/desk/inbox/<int:number>/repair", "desk_inbox_repair", desk_inbox_repair, methods=["POST"]
    )
    pages.add_url_rule("/desk/inbox/<int:number>/done", "desk_inbox_done", desk_inbox_done, methods=["POST"])
    pages.add_url_rule("/desk/ledger", "desk_ledger", desk_ledger)
    api.add_url_rule("/ledger", "ledger", ledger_totals)


@staff_only(Role.LICENSING)
def desk_inbox() -> ResponseReturnValue:
    """List what waits for a person, oldest first, with the first one beside it."""
    return _inbox(None)


@staff_only(Role.LICENSING)
def desk_inbox_item(number: int) -> ResponseReturnValue:
    """Show one thing beside the list."""
    return _inbox(anomalies.get(number))


@staff_only(Role.LICENSING)
def desk_inbox_repair(number: int) -> ResponseReturnValue:
    """Press the button of a thing; pressed twice, it is done once."""
    try:
        inbox.repair(number, g.account.id, clock.now(), request.form.get("choice", ""))
    except (Invalid, Refused) as refusal:
        return _inbox(anomalies.get(number), refusal.sentence()), refusal.status
    return redirect(url_for("licensing.desk_inbox", did="repair"), 303)


@staff_only(Role.LICENSING)
def desk_inbox_done(number: int) -> ResponseReturnValue:
    """Take a thing out, with the reason."""
    why = request.form.get("why", "")
    try:
        if len(why) > MAX_WHY:
            raise Invalid("Say it in at most 1,000 characters.")
        anomalies.done(number, why, g.account.id, clock.now())
    except Invalid as refusal:
        return _inbox(anomalies.get(number), refusal.sentence()), refusal.status
    return redirect(url_for("licensing.desk_inbox", did="done"), 303)


@staff_only(Role.LICENSING)
def desk_ledger() -> ResponseReturnValue:
    """Show the trial balance at the end of a day, what was compared last, and, when asked, the proofs."""
    day, error = _day_asked()
    totals = ledger_days.balance_on(day)
    page = render_template(
        "licensing/desk_ledger.html",
        day=day,
        asked=request.args.get("on", day.isoformat()),
        error=error,
        rows=_rows(totals),
        sides=_sides(totals),
        closed=ledger_days.latest(),
        comparisons=reconciliation.latest(SHOWN_COMPARISONS),
        outcomes=proofs.run() if "prove" in request.args else None,
        money=Money,
    )
    return (page, 422) if error else page


def ledger_totals() -> ResponseReturnValue:
    """Answer the trial balance at the end of a day (`on`, else today), in minor units. Raise Forbidden, Invalid.

    For a program that is signed in as staff: a page to sign in on would be no answer to it.
    """
    account = g.get("account")
    if account is None or account.role not in (Role.LICENSING, Role.ADMIN):
        raise Forbidden("Only staff of the licensing desk can read the ledger. Sign in on the site first.")
    day, error = _day_asked()
    if error:
        raise Invalid("Write the day as 2026-11-22.")
    totals, closed = ledger_days.balance_on(day), ledger_days.latest()
    answer = jsonify(
        on=day.isoformat(),
        closed_until=closed.day.isoformat() if closed else None,
        totals=_sums(totals),
        accounts=[
            {"kind": kind, "owner": owner, "currency": currency, "balance_minor": minor}
            for (kind, owner, currency), minor in sorted(totals.items())
        ],
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _inbox(chosen: anomalies.Anomaly | None, error: str | None = None) -> str:
    waiting = inbox.items(anomalies.open_ones())
    shown = inbox.items([chosen])[0] if chosen else (waiting[0] if waiting else None)
    detail: list[tuple[str, Any]] = inbox.detail(shown.anomaly) if shown else []
    return render_template(
        "licensing/desk_inbox.html",
        waiting=waiting,
        shown=shown,
        detail=detail,
        choices=shown.kind.choices(shown.anomaly) if shown and shown.kind.choices else [],
        is_named=chosen is not None,
        done=inbox.items(anomalies.latest_done(SHOWN_DONE)),
        error=error,
        why=request.form.get("why", ""),
        says=_,
    )


def _day_asked() -> tuple[date, str]:
    today = clock.day_here(clock.now())
    try:
        text = request.args.get("on", "")
        return (datetime.strptime(text, "%Y-%m-%d").date() if text else today), ""  # noqa: DTZ007 - a day
    except ValueError:
        return today, _("Write the day as 2026-11-22.")


def _sums(totals: dict[tuple[str, str, str], int]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for (_kind, _owner, currency), minor in totals.items():
        sums[currency] = sums.get(currency, 0) + minor
    return sums


def _rows(totals: dict[tuple[str, str, str], int]) -> list[tuple[str, str, Money]]:
    """Name each account that is not empty: its kind, whose it is, its balance."""
    whose = account_words.owners([(kind, owner) for kind, owner, _currency in totals], language())
    return [
        (account_words.kind(kind), whose[kind, owner], Money(minor, currency))
        for (kind, owner, currency), minor in sorted(totals.items())
        if minor
    ]


def _sides(totals: dict[tuple[str, str, str], int]) -> dict[str, tuple[Money, Money]]:
    """Add up both sides of each currency: what we have or cost us, what we owe or earned us."""
    sides: dict[str, tuple[Money, Money]] = {}
    for (_kind, _owner, currency), minor in totals.items():
        have, owe = sides.get(currency, (Money(0, currency), Money(0, currency)))
        sides[currency] = have + Money(max(0, minor), currency), owe + Money(max(0, -minor), currency)
    return sides
