"""What the desk shows of performances, and what it puts into the forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from archive import clock
from archive.db import db
from catalogue import performances
from catalogue.entries import Entry
from catalogue.performances import Performance
from licensing import box_offices, deal_payouts, deal_statements, deals, performance_forms, tickets
from licensing.box_offices import BoxOffice
from licensing.deal_payouts import DealPayout
from licensing.deal_rules import Outcome
from licensing.deal_statements import DealStatement
from licensing.deals import Deal, DealArtist
from licensing.money import Money

BLANK: dict[str, str] = {"quota": "", "is_open": "1"}


@dataclass(frozen=True)
class Row:
    """One performance in the desk's list."""

    entry: Entry
    performance: Performance
    office: BoxOffice | None
    sold: int
    income: Money


@dataclass(frozen=True)
class ArtistRow:
    """One artist of a deal."""

    artist: DealArtist
    token: str
    owed: Money
    payouts: list[DealPayout]


@dataclass(frozen=True)
class Sheet:
    """A deal as it stands."""

    deal: Deal
    tickets: int
    outcome: Outcome
    statements: list[DealStatement]
    artists: list[ArtistRow]


def listed() -> list[Row]:
    """List all performances, the last one first."""
    query = select(Entry, Performance).join(Performance, Performance.entry_id == Entry.id)
    found = list(db.session.execute(query.order_by(Performance.starts_at.desc(), Entry.id)))
    offices = box_offices.of([entry.id for entry, _performance in found])
    income = tickets.income_of([entry.id for entry, _performance in found])
    nothing = (0, Money(0, "EUR"))
    return [
        Row(entry, performance, offices.get(entry.id), *income.get(entry.id, nothing))
        for entry, performance in found
    ]


def sheet(entry: Entry) -> Sheet | None:
    """Give the deal about a performance as it stands; None when none was written down."""
    deal = deals.find_of(entry.id)
    if deal is None:
        return None
    count, outcome = deal_statements.so_far(deal)
    rows = [
        ArtistRow(artist, deals.link_token(artist), deal_payouts.owed(artist), deal_payouts.of(artist.id))
        for artist in deal.artists
    ]
    return Sheet(deal, count, outcome, deal_statements.of(deal.id), rows)


def typed(entry: Entry) -> dict[str, Any]:
    """Write a performance as its forms would send it."""
    performance, office, deal = (
        performances.find(entry.id),
        box_offices.find(entry.id),
        deals.find_of(entry.id),
    )
    said: dict[str, Any] = {"title": entry.title}
    if performance is not None:
        said |= {name: _local(getattr(performance, name)) for name in performance_forms.TIMES}
    return said | (_office(office) if office else {}) | (_deal(deal) if deal else {})


def _office(office: BoxOffice) -> dict[str, str]:
    season = office.season
    return {
        "floor": _plain(office.floor_minor, office.currency),
        "suggested": _plain(office.suggested_minor, office.currency),
        "early": _plain(office.early_minor, office.currency),
        "early_until": _local(office.early_until) if office.early_until else "",
        "free_reason": office.free_reason.value if office.free_reason else "",
        "quota": "" if office.quota is None else str(office.quota),
        "regions": " ".join(office.regions),
        "stream_url": office.stream_url or "",
        "is_open": "1" if office.is_open else "",
        "season_code": season.code if season else "",
        "season_title": season.title if season else "",
        "season_floor": season.floor.plain() if season else "",
    }


def _deal(deal: Deal) -> dict[str, str]:
    artists = [f"{each.name}; {each.email}; {each.weight}; {each.lang}" for each in deal.artists]
    return {
        "basis": deal.basis.value,
        "guarantee": deal.terms.guarantee.plain(),
        "share": f"{deal.share_bp / 100:g}",
        "artists": "\n".join(artists),
        "costs": "\n".join(f"{cost.label}; {cost.amount.plain()}" for cost in deal.costs),
    }


def _plain(minor: int | None, currency: str) -> str:
    return "" if minor is None else Money(minor, currency).plain()


def _local(moment: datetime) -> str:
    return moment.astimezone(clock.HERE).strftime("%Y-%m-%dT%H:%M")
