"""Performances of the demo: one that is coming, one that was played and can still be seen, and one that is free.
What tickets cost and what artists get is set by the same functions that the desk calls.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from archive import clock
from archive.transactions import transaction
from catalogue import agents, credits, entries, performances, pids, places
from catalogue.agents import AgentKind
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.places import PlaceKind
from licensing import box_offices, deals, seasons
from licensing.box_offices import FreeReason
from licensing.deal_rules import Basis, Terms
from licensing.deals import Artist
from licensing.money import Money

FILE = Path(__file__).with_name("data") / "demo_performances.toml"
CURRENCY = "EUR"


def pid_of(code: str) -> str:
    """Return the pid of a performance of the demo, always the same."""
    return pids.derive(f"demo performance {code}")


def load(moment: datetime) -> int:
    """Announce the performances that are not there yet; return how many. Begin with no transaction open."""
    said, added = tomllib.loads(FILE.read_text(encoding="utf-8")), 0
    for row in said["performance"]:
        with transaction():
            added += _announce(row, said["season"], moment)
    return added


def _announce(row: Mapping[str, Any], season: Mapping[str, Any], moment: datetime) -> bool:
    if entries.find(pid_of(row["code"])) is not None:
        return False
    entry = entries.add(EntryKind.PERFORMANCE, row["title"], moment, pid=pid_of(row["code"]), is_demo=True)
    entry.title_lang, entry.description_nl, entry.description_en = "nl", row["nl"], row["en"]
    entry.place = places.ensure(PlaceKind.VENUE, row["venue"], places.ensure(PlaceKind.CITY, row["city"]))
    _set_times(entry, row, moment)
    credits.replace(entry.id, [_player(entry, name) for name in row["players"]])
    box_offices.set_terms(entry, _terms(row, season, moment), None)
    if "deal" in row:
        _agree(entry, row["deal"], moment)
    entries.move(entry, Status.PUBLISHED, None)
    return True


def _set_times(entry: Entry, row: Mapping[str, Any], moment: datetime) -> None:
    day = clock.day_here(moment) + timedelta(days=row["days"])
    starts = datetime.combine(day, time.fromisoformat(row["hour"]), clock.HERE)
    ends = starts + timedelta(minutes=row["lasts"])
    opens = starts + timedelta(minutes=row["opens"])
    performances.set_times(entry, starts, ends, opens, ends + timedelta(days=row["seen"]))


def _player(entry: Entry, name: str) -> Credit:
    agent = agents.ensure(AgentKind.ENSEMBLE, name)
    return Credit(entry_id=entry.id, agent=agent, role=Role.PERFORMER, leader=True)


def _terms(row: Mapping[str, Any], season: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    said = dict(row["tickets"])
    early_days, reason = said.pop("early_days", None), said.pop("free_reason", None)
    series = seasons.ensure(season["code"], season["title"], Money(season["floor_minor"], CURRENCY))
    return said | {
        "currency": CURRENCY,
        "stream_url": row["stream"],
        "regions": [],
        "is_open": True,
        "early_until": moment + timedelta(days=early_days) if early_days else None,
        "free_reason": FreeReason(reason) if reason else None,
        "season": series if row["in_season"] else None,
    }


def _agree(entry: Entry, said: Mapping[str, Any], moment: datetime) -> None:
    terms = Terms(Basis(said["basis"]), Money(said["guarantee_minor"], CURRENCY), said["share_bp"])
    artists = [Artist(name, email, lang, weight) for name, email, lang, weight in said["artists"]]
    costs = [(label, Money(minor, CURRENCY)) for label, minor in said["costs"]]
    deals.agree(entry, terms, artists, costs, moment, None)
