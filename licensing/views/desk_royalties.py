"""Royalties at the desk: what is owed, the statements of a period, the reserve; for those who license."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock
from archive.accounts import Role
from archive.errors import DomainError
from archive.sign_in import staff_only
from licensing import (
    payout_terms,
    payouts,
    periods,
    reserves,
    royalty_approval,
    royalty_closing,
    royalty_desk,
    royalty_drafts,
    royalty_forms,
    royalty_pages,
    statement_periods,
)
from licensing.money import Money
from licensing.periods import Period

CURRENCY = payout_terms.CURRENCY
REFRESH_SECONDS = 3
licensing_only = staff_only(Role.LICENSING)


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/desk/royalties", "desk_royalties", desk_royalties)
    pages.add_url_rule("/desk/royalties/period", "desk_royalty_period", desk_royalty_period)
    pages.add_url_rule("/desk/royalties/reserve", "desk_royalty_reserve", desk_royalty_reserve)
    for address, name, view in (
        ("close", "desk_royalty_close", close),
        ("periods/<int:number>/approve", "desk_royalty_approve", approve),
        ("periods/<int:number>/bank.csv", "desk_royalty_bank", bank),
        ("reserve", "desk_royalty_release", release),
    ):
        pages.add_url_rule(f"/desk/royalties/{address}", name, view, methods=["POST"])


@licensing_only
def desk_royalties() -> ResponseReturnValue:
    """Show what is owed, kept and paid in all; the periods; who is owed."""
    return render_template(
        "licensing/desk_royalties.html",
        figures=royalty_desk.figures(CURRENCY),
        periods=royalty_desk.periods_with_totals(CURRENCY),
        owed=royalty_desk.owed(CURRENCY),
        suggested=periods.last_quarter(periods.day_of(clock.now())).name,
    )


@licensing_only
def desk_royalty_period() -> ResponseReturnValue:
    """Show the statements of a period, or what they would say if it were closed now."""
    try:
        return _show_period(royalty_forms.period(request.args))
    except DomainError as refusal:
        return _ask_for_period(refusal)


@licensing_only
def close() -> ResponseReturnValue:
    """Let the statements of a period be closed; a job does it."""
    period = royalty_forms.period(request.form)
    try:
        royalty_closing.ask(period, clock.now(), g.account.id)
    except DomainError as refusal:
        return _show_period(period, refusal), refusal.status
    return redirect(url_for("licensing.desk_royalty_period", period=period.name), 303)


@licensing_only
def approve(number: int) -> ResponseReturnValue:
    """Approve all closed statements of a period, and tell the parties."""
    period = statement_periods.get(number)
    royalty_approval.approve_all(number, clock.now(), g.account.id)
    return redirect(url_for("licensing.desk_royalty_period", period=period.period.name), 303)


@licensing_only
def bank(number: int) -> ResponseReturnValue:
    """Send the list of transfers for the bank; account numbers are in full, so taking it is written down."""
    period = statement_periods.get(number)
    answer = Response(payouts.bank_list(number, clock.now(), g.account.id), mimetype="text/csv")
    name = period.period.name.replace("/", "_")
    answer.headers["Content-Disposition"] = f'attachment; filename="transfers-{name}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@licensing_only
def desk_royalty_reserve() -> ResponseReturnValue:
    """Show what is kept for unknown or disputed holders, by layer and entry."""
    return _show_reserve()


@licensing_only
def release() -> ResponseReturnValue:
    """Give what is kept on a layer of an entry to the holder that was found."""
    form = request.form
    try:
        entry, layer = royalty_forms.kept(form)
        party, share = royalty_forms.party(form), royalty_forms.percent(form, "share")
        released = reserves.release(
            entry, layer, party, share, form.get("why", ""), clock.now(), g.account.id
        )
    except DomainError as refusal:
        return _show_reserve(refusal), refusal.status
    address = url_for("licensing.desk_royalty_reserve", released=released.minor, party=party.id)
    return redirect(address, 303)


def _show_period(period: Period, refusal: DomainError | None = None) -> str:
    asked = royalty_desk.find_period(period.first_day, period.last_day)
    rows = royalty_desk.of_period(asked) if asked else []
    is_running = asked is not None and asked.closed_at is None
    return render_template(
        "licensing/desk_royalty_period.html",
        name=period.name,
        period=period,
        asked=asked,
        rows=rows,
        states=royalty_pages.STATES,
        counts={
            state: sum(1 for row, _left in rows if row.status is state) for state in royalty_pages.STATES
        },
        to_pay=sum((left for _row, left in rows if left.currency == CURRENCY), Money(0, CURRENCY)),
        previews=[] if asked else royalty_drafts.previews(period, CURRENCY),
        is_over=period.last_day < periods.day_of(clock.now()),
        refusal=refusal,
        refresh=REFRESH_SECONDS if is_running else None,
    )


def _ask_for_period(refusal: DomainError) -> ResponseReturnValue:
    page = render_template(
        "licensing/desk_royalties.html",
        figures=royalty_desk.figures(CURRENCY),
        periods=royalty_desk.periods_with_totals(CURRENCY),
        owed=royalty_desk.owed(CURRENCY),
        suggested=request.args.get("period", ""),
        error=refusal.sentence(),
    )
    return page, refusal.status


def _show_reserve(refusal: DomainError | None = None) -> str:
    return render_template(
        "licensing/desk_royalty_reserve.html",
        reserves=reserves.standing(),
        total=reserves.total(CURRENCY),
        layer_label=royalty_pages.layer_label,
        refusal=refusal,
        form=request.form,
        party=royalty_desk.find_party(request.args.get("party", type=int)),
        amount=Money(request.args.get("released", 0, type=int), CURRENCY),
    )
