"""Selling tickets: the order of one ticket, or of a pass for a series, which is a ticket for each performance of it.

The price is what the buyer chose to pay, VAT included, and is that of the moment of the order: who is sent to pay
before the early price ends pays the early price (Lesson 5).
"""

from datetime import datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _

from archive import clock
from archive.errors import Invalid, Refused
from archive.language import speaking
from catalogue import performances
from catalogue.entries import Entry
from catalogue.performances import Performance, Standing
from licensing import box_offices, orders, taxes, ticket_letters, ticket_rules, tickets
from licensing.box_offices import BoxOffice
from licensing.money import Money
from licensing.orders import Buyer, LineKind, Order, PricedLine
from licensing.seasons import Season
from licensing.tickets import Ticket

TERMS = "tickets-2026-1"  # of the conditions that somebody agrees to who orders a ticket


def order_ticket(
    office: BoxOffice, buyer: Buyer, pays: Money, *, form_key: str, consent: dict[str, Any], moment: datetime
) -> Order:
    """Place the order of one ticket; raise Invalid for too little or too much, Refused where it is not for sale."""
    performance = _require_sale(office, buyer, moment)
    most = Money(box_offices.MOST, office.currency)
    if not office.tariff.accepts(pays, moment, most):
        raise Invalid(
            "A ticket costs %(least)s at least, and %(most)s at most.",
            field="pays",
            least=office.tariff.least(moment).show(buyer.lang),
            most=most.show(buyer.lang),
        )
    line = _line(office, performance, buyer, pays, {"early": office.tariff.is_early(moment)}, moment)
    return orders.place(buyer, [line], form_key=form_key, consent=consent, terms=TERMS, moment=moment)


def order_season(
    season: Season, buyer: Buyer, pays: Money, *, form_key: str, consent: dict[str, Any], moment: datetime
) -> Order:
    """Place the order of a pass: a ticket for each performance that can still be seen, at a part of the price.

    Raise Invalid for too little or too much, Refused where it is not for sale.
    """
    found = box_offices.of_season(season.id, moment)
    if not season.is_open or not found:
        raise Refused("The pass for “%(title)s” is no longer for sale.", title=season.title)
    most = Money(box_offices.MOST, season.currency)
    if not season.floor <= pays <= most:
        least, top = season.floor.show(buyer.lang), most.show(buyer.lang)
        raise Invalid(
            "The pass costs %(least)s at least, and %(most)s at most.", field="pays", least=least, most=top
        )
    for office, _performance in found:
        _require_sale(office, buyer, moment)
    parts = ticket_rules.spread(
        pays, {office.entry_id: office.tariff.floor for office, _performance in found}
    )
    choice = {"season": season.code}
    lines = [
        _line(office, performance, buyer, parts[office.entry_id], choice, moment)
        for office, performance in found
    ]
    return orders.place(buyer, lines, form_key=form_key, consent=consent, terms=TERMS, moment=moment)


def give(entry: Entry, holder: Buyer, form_key: str, moment: datetime) -> Ticket:
    """Give a ticket that costs nothing and send it; a form sent again finds the ticket it gave. Raise Refused where it
    is not to be had.
    """
    known = tickets.find(form_key)
    if known is not None:
        return known
    _require_sale(box_offices.get(entry.id), holder, moment)
    given = tickets.give(entry, holder, form_key, moment)
    ticket_letters.send(given)
    return given


def _require_region(office: BoxOffice, country: str) -> None:
    """Raise Refused where a performance may not be shown."""
    if not ticket_rules.may_see(country, office.regions):
        raise Refused(
            "“%(title)s” may not be shown in the country that you chose. Nothing was charged.",
            title=office.entry.title,
        )


def _require_sale(office: BoxOffice, buyer: Buyer, moment: datetime) -> Performance:
    performance = performances.find(office.entry_id)
    is_over = performance is None or performance.standing(moment) is Standing.OVER
    if performance is None or is_over or not office.is_open:
        raise Refused("Tickets for “%(title)s” are no longer for sale.", title=office.entry.title)
    _require_region(office, buyer.country)
    return performance


def _line(
    office: BoxOffice,
    performance: Performance,
    buyer: Buyer,
    pays: Money,
    choice: dict[str, Any],
    moment: datetime,
) -> PricedLine:
    rate = taxes.tax_of_sale(LineKind.TICKET, buyer.country, moment.date())
    taxed = taxes.included_in(pays, rate)
    return PricedLine(
        entry_id=office.entry_id,
        title=office.entry.title,
        kind=LineKind.TICKET,
        choice=choice | {"pays_minor": pays.minor},
        summary=summary(performance, buyer.lang),
        net=taxed.net,
        vat=taxed.vat,
        vat_code=rate.un_code,
        vat_bp=rate.bp,
        vat_country=rate.country,
        trace=[],
        rate_card=TERMS,
    )


def summary(performance: Performance, lang: str) -> str:
    """Say what a ticket is for, in a line."""
    with speaking(lang):
        starts = performance.starts_at.astimezone(clock.HERE).replace(tzinfo=None)
        when = format_datetime(starts, "d MMMM y, HH:mm", rebase=False)
        return str(_("Ticket, %(when)s", when=when))
