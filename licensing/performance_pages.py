"""What pages show of performances: when they can be seen, what a ticket costs, and the same for search engines."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from archive import addresses, clock
from archive.config import current
from archive.db import db
from archive.language import language
from catalogue import credits, entries, performances
from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.entries import Entry, Status
from catalogue.performances import Performance, Standing
from catalogue.places import Place
from licensing import box_offices, countries, reservations, tickets
from licensing.box_offices import BoxOffice, FreeReason
from licensing.money import Money
from licensing.offers_on_pages import entry_at_hand
from licensing.orders import Order
from licensing.reservations import ReservationStatus
from licensing.seasons import Season
from licensing.tickets import TicketStatus

FEW = 10  # places that are left; before that, their number says nothing
PAST_SHOWN = 50

FREE_REASONS = {
    FreeReason.FUNDED: _l("Free: paid for by a fund or a sponsor"),
    FreeReason.INVITATION: _l("Free: for invited guests"),
    FreeReason.PRESS: _l("Free: for the press"),
    FreeReason.EDUCATION: _l("Free: for education"),
}


@dataclass(frozen=True)
class Ticketing:
    """The tickets of one performance, at a moment."""

    performance: Performance
    office: BoxOffice
    standing: Standing
    least: Money
    is_early: bool
    regions: list[str]
    can_be_had: bool

    @property
    def few_left(self) -> int | None:
        """How many places are left, when that is worth saying."""
        left = self.office.left
        return left if left is not None and 0 < left <= FEW else None

    @property
    def why_free(self) -> str:
        """Why it costs nothing; empty when it costs something."""
        return str(FREE_REASONS[self.office.free_reason]) if self.office.free_reason else ""


@dataclass(frozen=True)
class Listed:
    """One performance in the list."""

    entry: Entry
    performance: Performance
    ticketing: Ticketing | None


@dataclass(frozen=True)
class TicketPage:
    """What the form of a ticket or a pass shows: which performances it opens, and what it costs."""

    title: str
    opens: list[tuple[Entry, Performance]]
    least: Money | None  # None: it is free
    suggested: Money | None
    early_until: datetime | None  # the least is the early price, until then
    why_free: str
    regions: list[str]

    def typed(self, lang: str) -> str:
        """Write what the form starts with, as people type it."""
        amount = self.suggested or self.least
        return "" if amount is None else amount.plain().replace(".", "," if lang == "nl" else ".")


def template_globals() -> dict[str, Callable[..., object]]:
    """Name what templates may call: the tickets of a performance's page, its markup, the tickets of an order."""
    return {
        "performance_tickets": _on_page,
        "performance_markup": _markup_on_page,
        "order_tickets": tickets_of_order,
        "found_no_place": found_no_place,
    }


def ticketing(performance: Performance, office: BoxOffice | None, moment: datetime) -> Ticketing | None:
    """Say what tickets for a performance cost now; None without a box office."""
    if office is None:
        return None
    standing, lang = performance.standing(moment), language()
    return Ticketing(
        performance=performance,
        office=office,
        standing=standing,
        least=office.tariff.least(moment),
        is_early=office.tariff.is_early(moment),
        regions=[countries.label(code, lang) for code in office.regions],
        can_be_had=office.is_open and not office.is_full and standing is not Standing.OVER,
    )


def listed(moment: datetime) -> tuple[list[Listed], list[Listed]]:
    """List the public performances that can be seen now or later, and those that are over, newest first."""
    base = (
        select(Entry, Performance)
        .join(Performance, Performance.entry_id == Entry.id)
        .options(joinedload(Entry.place).joinedload(Place.parent))
        .where(Entry.status == Status.PUBLISHED)
    )
    ahead = base.where(Performance.viewing_until > moment).order_by(Performance.starts_at, Entry.id)
    past = base.where(Performance.viewing_until <= moment).order_by(Performance.starts_at.desc(), Entry.id)
    return _listed(ahead, moment), _listed(past.limit(PAST_SHOWN), moment)


def ticket_page(entry: Entry, office: BoxOffice, moment: datetime) -> TicketPage:
    """Say what the form of a ticket shows."""
    performance = performances.find(entry.id)
    tariff, lang = office.tariff, language()
    suggested = None if office.suggested_minor is None else Money(office.suggested_minor, office.currency)
    return TicketPage(
        title=entry.title,
        opens=[(entry, performance)] if performance else [],
        least=None if tariff.is_free else tariff.least(moment),
        suggested=suggested,
        early_until=tariff.early_until if tariff.is_early(moment) else None,
        why_free=str(FREE_REASONS[office.free_reason]) if office.free_reason else "",
        regions=[countries.label(code, lang) for code in office.regions],
    )


def season_page(season: Season, moment: datetime) -> TicketPage:
    """Say what the form of a pass shows."""
    found = box_offices.of_season(season.id, moment)
    regions = sorted({code for office, _performance in found for code in office.regions})
    return TicketPage(
        title=season.title,
        opens=[(office.entry, performance) for office, performance in found],
        least=season.floor,
        suggested=None,
        early_until=None,
        why_free="",
        regions=[countries.label(code, language()) for code in regions],
    )


def tickets_of_order(order: Order) -> list[dict[str, Any]]:
    """Give the tickets that an order bought, with their links."""
    return [
        {
            "title": ticket.entry.title,
            "performance": performances.find(ticket.entry_id),
            "token": tickets.link_token(ticket),
        }
        for ticket in tickets.of_order(order.id)
        if ticket.status is TicketStatus.VALID
    ]


def found_no_place(order: Order) -> bool:
    """Say whether an order was paid when the last place had been sold."""
    return any(place.status is ReservationStatus.REFUSED for place in reservations.of_order(order.id))


def markup(entry: Entry, performance: Performance, found: Ticketing | None) -> dict[str, Any]:
    """Describe a performance in schema.org: an event of a performance, and the broadcast of it where it is live."""
    lang = language()
    page = addresses.absolute("catalogue.entry", lang=lang, pid=entry.pid)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MusicEvent",
        "@id": f"{current().base_url}/id/{entry.pid}",
        "name": entry.title,
        "url": page,
        "startDate": _iso(performance.starts_at),
        "endDate": _iso(performance.ends_at),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": [{"@type": "VirtualLocation", "url": page}, *_place(entry)],
        "organizer": {"@type": "Organization", "name": current().site_name, "url": current().base_url},
    }
    if performers := _performers(entry):
        data["performer"] = performers
    if found is not None and found.can_be_had:
        data["offers"] = _offer(entry, found, lang)
    if not performance.is_live:
        return data
    broadcast = {
        "@type": "BroadcastEvent",
        "name": entry.title,
        "isLiveBroadcast": True,
        "startDate": _iso(performance.opens_at),
        "endDate": _iso(performance.viewing_until),
        "url": page,
    }
    return {"@context": "https://schema.org", **broadcast, "broadcastOfEvent": data}


def _offer(entry: Entry, found: Ticketing, lang: str) -> dict[str, Any]:
    left = found.office.left
    return {
        "@type": "Offer",
        "url": addresses.absolute("licensing.ticket_form", lang=lang, pid=entry.pid),
        "price": found.least.plain(),
        "priceCurrency": found.least.currency,
        "availability": "https://schema.org/"
        + ("InStock" if left is None or left > FEW else "LimitedAvailability"),
        "validThrough": _iso(found.performance.viewing_until),
        **({"eligibleRegion": found.office.regions} if found.office.regions else {}),
    }


def _performers(entry: Entry) -> list[dict[str, str]]:
    playing = {
        credit.agent.name: "Person" if credit.agent.kind is AgentKind.PERSON else "MusicGroup"
        for credit in credits.of(entry.id)[entry.id]
        if credit.agent is not None and credit.role in (Role.PERFORMER, Role.CONDUCTOR)
    }
    return [{"@type": kind, "name": name} for name, kind in playing.items()]


def _place(entry: Entry) -> list[dict[str, str]]:
    return [{"@type": "Place", "name": entry.place.line}] if entry.place else []


def _iso(moment: datetime) -> str:
    return moment.astimezone(clock.HERE).isoformat()


def _listed(query: Any, moment: datetime) -> list[Listed]:
    rows = [
        (entry, found)
        for entry, found in db.session.execute(query)
        if entries.is_public(entry, moment.date())
    ]
    offices = box_offices.of([entry.id for entry, _found in rows])
    return [Listed(entry, found, ticketing(found, offices.get(entry.id), moment)) for entry, found in rows]


def _on_page(pid: str) -> Ticketing | None:
    entry = entry_at_hand(pid)
    performance = performances.find(entry.id)
    return ticketing(performance, box_offices.find(entry.id), clock.now()) if performance else None


def _markup_on_page(pid: str) -> dict[str, Any]:
    entry = entry_at_hand(pid)
    performance = performances.find(entry.id)
    return markup(entry, performance, _on_page(pid)) if performance else {}
