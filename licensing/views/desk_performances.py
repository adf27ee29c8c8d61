"""Performances at the desk: the list, one with its tickets and its deal, and what was paid to its artists."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import addresses, clock
from archive.accounts import Role
from archive.errors import DomainError, Invalid, NotFound
from archive.sign_in import staff_only
from catalogue import entries, performances
from catalogue.entries import Entry, EntryKind, Status
from licensing import (
    box_offices,
    deal_payouts,
    deals,
    orders,
    performance_desk,
    performance_forms,
    royalty_forms,
    stream_desk,
    stream_failures,
)
from licensing.deals import DealArtist

licensing_only = staff_only(Role.LICENSING)


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    base = "/desk/performances"
    pages.add_url_rule(base, "desk_performances", performance_list)
    pages.add_url_rule(f"{base}/new", "desk_performance_new", new, methods=["GET", "POST"])
    pages.add_url_rule(f"{base}/<pid>", "desk_performance", performance, methods=["GET", "POST"])
    pages.add_url_rule(f"{base}/<pid>/deal", "desk_performance_deal", agree, methods=["POST"])
    pages.add_url_rule(f"{base}/<pid>/stream", "desk_stream_failed", stream_failed, methods=["POST"])
    pages.add_url_rule(f"{base}/<pid>/stream/refunds", "desk_stream_refund", refund_all, methods=["POST"])
    pages.add_url_rule(f"{base}/<pid>/payouts", "desk_performance_payout", pay, methods=["POST"])


@licensing_only
def performance_list() -> ResponseReturnValue:
    """List all performances, the last one first, with what they sold."""
    return render_template("licensing/desk_performances.html", rows=performance_desk.listed())


@licensing_only
def new() -> ResponseReturnValue:
    """Make a performance: a draft entry with its hours and its tickets."""
    form = request.form
    if request.method == "GET":
        return _show(None, performance_desk.BLANK)
    try:
        title, times, terms = (
            performance_forms.title(form),
            performance_forms.times(form),
            performance_forms.terms(form),
        )
        made = entries.add(EntryKind.PERFORMANCE, title, clock.now())
        performances.set_times(made, *times)
        _finish(made, terms, "Made at the desk")
    except DomainError as refusal:
        return _show(None, form, refusal), refusal.status
    return redirect(url_for("licensing.desk_performance", pid=made.pid), 303)


@licensing_only
def performance(pid: str) -> ResponseReturnValue:
    """Show a performance, or change its hours and its tickets."""
    found = _get(pid)
    if request.method == "GET":
        return _show(found, performance_desk.typed(found))
    form = request.form
    try:
        title, times, terms = (
            performance_forms.title(form),
            performance_forms.times(form),
            performance_forms.terms(form),
        )
        found.title = title
        performances.set_times(found, *times)
        _finish(found, terms, "Changed at the desk")
    except DomainError as refusal:
        return _show(found, form, refusal), refusal.status
    return redirect(url_for("licensing.desk_performance", pid=pid), 303)


@licensing_only
def agree(pid: str) -> ResponseReturnValue:
    """Write down what was agreed with the artists."""
    found = _get(pid)
    try:
        terms, artists, costs = performance_forms.deal(request.form)
        deals.agree(found, terms, artists, costs, clock.now(), g.account.id)
    except DomainError as refusal:
        return _refused(found, refusal)
    return redirect(url_for("licensing.desk_performance", pid=pid, _anchor="deal"), 303)


@licensing_only
def pay(pid: str) -> ResponseReturnValue:
    """Write down what the bank paid to an artist."""
    found, form = _get(pid), request.form
    try:
        artist = _artist(found, form.get("artist", ""))
        deal_payouts.record(
            artist,
            royalty_forms.amount(form, "amount", artist.deal.currency),
            royalty_forms.day(form, "paid_on"),
            form.get("bank_reference", ""),
            form_key=form.get("form_key", ""),
            moment=clock.now(),
            account_id=g.account.id,
        )
    except DomainError as refusal:
        return _refused(found, refusal)
    return redirect(url_for("licensing.desk_performance", pid=pid, _anchor="artists"), 303)


@licensing_only
def stream_failed(pid: str) -> ResponseReturnValue:
    """Write down that the stream failed, and what went wrong."""
    found = _get(pid)
    try:
        stream_failures.mark(found, request.form.get("failed_what", ""), clock.now(), g.account.id)
    except DomainError as refusal:
        return _refused(found, refusal)
    return redirect(url_for("licensing.desk_performance", pid=pid, _anchor="stream"), 303)


@licensing_only
def refund_all(pid: str) -> ResponseReturnValue:
    """Give a share of the price back for every ticket."""
    found, form = _get(pid), request.form
    try:
        stream_failures.give_back(
            found,
            royalty_forms.percent(form, "refund_share"),
            form.get("failed_what", ""),
            form_key=form.get("form_key", ""),
            moment=clock.now(),
            account_id=g.account.id,
        )
    except DomainError as refusal:
        return _refused(found, refusal)
    return redirect(url_for("licensing.desk_performance", pid=pid, _anchor="stream"), 303)


def _refused(found: Entry, refusal: DomainError) -> ResponseReturnValue:
    """Show the page again with what was typed into one of its forms, and why it cannot be."""
    typed = performance_desk.typed(found) | request.form.to_dict()
    return _show(found, typed, refusal), refusal.status


def _finish(entry: Entry, terms: dict[str, Any], comment: str) -> None:
    box_offices.set_terms(entry, terms, g.account.id)
    entries.save(entry, g.account.id, comment)
    if request.form.get("publish") == "1" and entry.status is not Status.PUBLISHED:
        entries.move(entry, Status.PUBLISHED, g.account.id)


def _get(pid: str) -> Entry:
    found = entries.get(pid)
    if found.kind is not EntryKind.PERFORMANCE:
        raise NotFound("This entry is no performance. Choose one from the list.")
    return found


def _artist(entry: Entry, number: str) -> DealArtist:
    deal = deals.find_of(entry.id)
    for artist in deal.artists if deal else ():
        if str(artist.id) == number:
            return artist
    raise Invalid("Choose whom the bank paid.", field="artist")


def _show(entry: Entry | None, typed: Any, refusal: DomainError | None = None) -> str:
    errors = {str(refusal.details.get("field", "refusal")): refusal.sentence()} if refusal else {}
    sheet = performance_desk.sheet(entry) if entry else None
    return render_template(
        "licensing/desk_performance.html",
        entry=entry,
        typed=typed,
        errors=errors,
        sheet=sheet,
        stream=stream_desk.sheet(entry, clock.now()) if entry else None,
        links=[
            addresses.absolute("licensing.deal", lang=row.artist.lang, token=row.token)
            for row in sheet.artists
        ]
        if sheet
        else [],
        form_key=orders.new_form_key(),
    )
