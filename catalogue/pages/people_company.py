"""Company: everybody who was there with somebody, how often and in which years."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask import url_for
from sqlalchemy import select

from archive.db import db
from catalogue import name_parts, terms
from catalogue.agents import Agent, AgentKind
from catalogue.pages import people, people_figures
from catalogue.search import counts, finding
from catalogue.search.index import Companion
from catalogue.terms import TermScheme

SHOWN = 50  # before "all"
MAX_TYPED = 100  # characters of a name looked for
MAX_NAMES = 10_000  # in one query


class Known(NamedTuple):
    """What is told of somebody in a list."""

    name: str
    kind: AgentKind


@dataclass(frozen=True)
class Row:
    """Somebody who was there too."""

    pid: str
    name: str
    kind: str
    note: str  # what they play mostly, or what sort of group it is
    url: str  # of the page of both
    occasions: int
    share: int  # of the most occasions with anybody, in hundredths
    first_year: int | None
    last_year: int | None
    years: str | None


@dataclass(frozen=True)
class Company:
    """Those who are shown, of all there are."""

    rows: list[Row]
    total: int  # of those that fit what was typed
    size: int  # of all
    typed: str
    all_url: str | None  # where the others are, if not all are here
    is_limited: bool


def make(agent: Agent, typed: str, *, everybody: bool, lang: str, today: date) -> Company:
    """List the company of an agent: those with a name that begins so, the first ones or all."""
    typed = " ".join(typed.split())[:MAX_TYPED]
    found, is_limited = people_figures.companions(agent, today)
    fitting = _fitting(found, typed)
    shown = fitting if everybody else fitting[:SHOWN]
    most = max((one.occasions for one in found), default=1)
    played: Mapping[str, str] = {}
    if not is_limited:
        played = finding.ask(lambda _engine: counts.main_instruments(today), dict)
    return Company(
        rows=_rows(agent.pid, shown, most, played, lang),
        total=len(fitting),
        size=len(found),
        typed=typed,
        all_url=_all_url(agent.pid, typed) if len(shown) < len(fitting) else None,
        is_limited=is_limited,
    )


def _fitting(found: Iterable[Companion], typed: str) -> list[Companion]:
    if not typed:
        return list(found)
    named = {match.pid for match in name_parts.find(typed)}
    return [one for one in found if one.pid in named]


def _rows(pid: str, shown: list[Companion], most: int, played: Mapping[str, str], lang: str) -> list[Row]:
    known = _known([one.pid for one in shown])
    words = {code: term.label(lang) for code, term in terms.by_code(TermScheme.INSTRUMENT).items()}
    rows = [
        Row(
            pid=one.pid,
            name=known[one.pid].name,
            kind=known[one.pid].kind.value,
            note=_note(known[one.pid].kind, words.get(played.get(one.pid, ""), "")),
            url=url_for("catalogue.pair", pid=pid, other=one.pid),
            occasions=one.occasions,
            share=max(1, round(100 * one.occasions / most)),
            first_year=one.first_year,
            last_year=one.last_year,
            years=people.years_label(one.first_year, one.last_year),
        )
        for one in shown
        if one.pid in known
    ]
    return sorted(rows, key=lambda row: (-row.occasions, row.name.casefold()))


def _known(pids: list[str]) -> dict[str, Known]:
    known: dict[str, Known] = {}
    for start in range(0, len(pids), MAX_NAMES):
        asked = Agent.pid.in_(pids[start : start + MAX_NAMES])
        query = select(Agent.pid, Agent.name, Agent.kind).where(asked)
        known |= {pid: Known(name, kind) for pid, name, kind in db.session.execute(query)}
    return known


def _note(kind: AgentKind, instrument: str) -> str:
    return instrument if kind is AgentKind.PERSON else str(people.KINDS[kind])


def _all_url(pid: str, typed: str) -> str:
    return url_for("catalogue.person", pid=pid, all="1", name=typed or None, _anchor="company")
