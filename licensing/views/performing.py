"""Performances for the public: the list, the form of a ticket or a pass, and the ticket behind its secret link."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock, rate_limits
from archive.errors import DomainError, Invalid, Refused
from archive.language import language
from catalogue import entries, performances
from catalogue.entries import Entry
from licensing import (
    box_offices,
    countries,
    orders,
    performance_pages,
    seasons,
    ticket_forms,
    ticket_sales,
    ticket_viewing,
    tickets,
)
from licensing.orders import Order
from licensing.performance_pages import TicketPage, season_page, ticket_page
from licensing.ticket_forms import FreeTicketForm, TicketForm
from licensing.tickets import Ticket
from licensing.views.ordering import go_and_pay

DEVICE = "ticket"  # the cookie of a device that shows a stream; its path is the page of the ticket
FREE_PER_HOUR = 10  # tickets without a price that one network address may ask for
HOUR = timedelta(hours=1)


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/performances", "performances", performance_list)
    pages.add_url_rule("/performances/<pid>/ticket", "ticket_form", ticket_form, methods=["GET", "POST"])
    pages.add_url_rule("/performances/series/<code>", "season_form", season_form, methods=["GET", "POST"])
    pages.add_url_rule("/tickets/<token>", "ticket", ticket)
    pages.add_url_rule("/tickets/<token>/open", "open_ticket", open_ticket, methods=["POST"])


def performance_list() -> ResponseReturnValue:
    """List what can be seen now or later, and what is over."""
    ahead, past = performance_pages.listed(clock.now())
    return render_template("licensing/performances.html", ahead=ahead, past=past)


def ticket_form(pid: str) -> ResponseReturnValue:
    """Ask who a ticket is for and what they pay; on sending, go to the payment page, or to a ticket that is free."""
    moment = clock.now()
    entry = entries.get_public(pid, moment.date())
    office = box_offices.get(entry.id)
    page = ticket_page(entry, office, moment)
    if office.tariff.is_free:
        return _give(entry, page, moment)
    return _sell(page, partial(ticket_sales.order_ticket, office), office.currency, moment)


def season_form(code: str) -> ResponseReturnValue:
    """Ask who a pass is for and what they pay; on sending, go to the payment page."""
    moment, season = clock.now(), seasons.get(code)
    place = partial(ticket_sales.order_season, season)
    return _sell(season_page(season, moment), place, season.currency, moment)


def ticket(token: str) -> ResponseReturnValue:
    """Show a ticket: when its stream can be seen, and on the device it is opened on, where."""
    found = tickets.get_by_token(token)
    return _show_ticket(found, token)


def open_ticket(token: str) -> ResponseReturnValue:
    """Open a ticket on this device and close it on every other."""
    found, moment = tickets.get_by_token(token), clock.now()
    try:
        device = ticket_viewing.open_on(found, request.cookies.get(DEVICE), moment)
    except DomainError as refusal:
        return _show_ticket(found, token, refusal)
    answer = redirect(url_for("licensing.ticket", token=token), 303)
    performance = performances.find(found.entry_id)
    answer.set_cookie(
        DEVICE,
        device,
        expires=performance.viewing_until if performance else None,
        path=f"/{language()}/tickets/{token}",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _sell(
    page: TicketPage, place: Callable[..., Order], currency: str, moment: datetime
) -> ResponseReturnValue:
    form = TicketForm()
    if not form.is_submitted():
        form.form_key.data, form.pays.data = orders.new_form_key(), page.typed(language())
        return _show(page, form)
    if not form.validate():
        return _show(page, form), 422
    try:
        order = place(
            form.buyer(page.title, language()),
            form.amount(currency),
            form_key=form.form_key.data or "",
            consent=ticket_forms.consent_of(form, moment),
            moment=moment,
        )
        return go_and_pay(order, moment)
    except (Invalid, Refused) as refusal:
        return _show(page, form, refusal), refusal.status


def _give(entry: Entry, page: TicketPage, moment: datetime) -> ResponseReturnValue:
    form = FreeTicketForm()
    if not form.is_submitted():
        form.form_key.data = orders.new_form_key()
        return _show(page, form)
    if not form.validate():
        return _show(page, form), 422
    rate_limits.check(
        f"free ticket {rate_limits.address_key(request.remote_addr)}", FREE_PER_HOUR, HOUR, moment
    )
    try:
        given = ticket_sales.give(
            entry, form.buyer(entry.title, language()), form.form_key.data or "", moment
        )
    except (Invalid, Refused) as refusal:
        return _show(page, form, refusal), refusal.status
    return redirect(url_for("licensing.ticket", token=tickets.link_token(given)), 303)


def _show(page: TicketPage, form: FreeTicketForm, refusal: DomainError | None = None) -> str:
    errors = {name: messages[0] for name, messages in form.errors.items() if name and messages}
    if refusal is not None:
        errors[str(refusal.details.get("field", "pays"))] = refusal.sentence()
    return render_template(
        "licensing/ticket_form.html",
        page=page,
        form=form,
        errors=errors,
        countries=countries.choices(language()),
    )


def _show_ticket(found: Ticket, token: str, refusal: DomainError | None = None) -> ResponseReturnValue:
    moment = clock.now()
    performance = performances.find(found.entry_id)
    answer = render_template(
        "licensing/ticket.html",
        ticket=found,
        token=token,
        performance=performance,
        standing=performance.standing(moment) if performance else None,
        stream=ticket_viewing.stream_for(found, request.cookies.get(DEVICE), moment),
        refusal=refusal,
        devices_left=tickets.MAX_DEVICES - found.devices,
    )
    return answer, refusal.status if refusal else 200, {"Cache-Control": "no-store"}
