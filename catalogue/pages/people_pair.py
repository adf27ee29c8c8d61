"""The page of two people: every occasion both were there for, in order of time, with what each of them did.

Read from the database at once and whole: the index would give it a page of results at a time, and its answers widen.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import select

from archive.config import current
from archive.db import db
from archive.errors import NotFound
from catalogue import appearances, entries
from catalogue.agents import Agent
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind
from catalogue.pages import labels, links, people, pieces, questions
from catalogue.pages.pieces import Row
from catalogue.pages.references import Crumb
from catalogue.places import Place
from catalogue.search.document import year_span
from catalogue.search.query import SearchQuery
from catalogue.terms import Term

MOST = 2_000  # entries; no two people in any discography come near

_LAST = 99_999_999  # what has no date comes last


@dataclass(frozen=True)
class Named:
    """One of the two."""

    pid: str
    name: str
    url: str


@dataclass(frozen=True)
class Occasion:
    """One time that both were there: a session, or a recording that belongs to no session that everybody may see."""

    entry: Entry
    dated: Entry  # where its date stands
    place: Place | None
    title: str
    kind_label: str
    url: str
    date: str | None
    place_line: str | None
    played: tuple[tuple[str, ...], tuple[str, ...]]  # by the first, by the second
    codes: tuple[tuple[str, ...], tuple[str, ...]]  # the same as codes of instruments
    recordings: tuple[str, ...]  # pids of those with both that belong to it


@dataclass(frozen=True)
class Page:
    """All that the page shows."""

    first: Named
    second: Named
    crumbs: list[Crumb]
    sessions: list[Occasion]
    recordings: list[Occasion]
    total: int
    first_year: int | None
    last_year: int | None
    years: str | None
    search_url: str
    canonical: str  # the address that counts, whole: two people have two


@dataclass(frozen=True)
class _Time:
    """The rows of one occasion: the session if it has both in its line-up, and recordings."""

    rows: list[Row]

    @property
    def session(self) -> Entry | None:
        """The session itself."""
        return self.rows[0].session_entry

    @property
    def dated(self) -> Entry:
        """Where the date stands."""
        own = next((row.entry for row in self.rows if row.entry.date_text or row.entry.date_edtf), None)
        at = self.session
        return at if at is not None and (at.date_text or at.date_edtf) else own or self.rows[0].entry

    @property
    def order(self) -> tuple[int, str, int]:
        """What to sort by: the day, then the title."""
        dated = self.dated
        return dated.date_lo or dated.date_hi or _LAST, self.rows[0].entry.title, self.rows[0].entry.id


def make(first: Agent, second: Agent, lang: str, today: date) -> Page:
    """Make the page of two agents; raise NotFound when they were never there together."""
    times = _times(first, second, today)
    if not times:
        raise NotFound("These two are not in the register together. Look at either of them.")
    parts = _parts((first, second), times)
    shown = [_occasion(time, (first, second), parts, lang, today) for time in times]
    years = _years(times)
    one, other = sorted((first.pid, second.pid))
    together = SearchQuery(sort="oldest").with_value("person", first.pid).with_value("with", second.pid)
    return Page(
        first=Named(first.pid, first.name, people.url(first.pid)),
        second=Named(second.pid, second.name, people.url(second.pid)),
        crumbs=people.crumbs(Crumb(first.name, people.url(first.pid)), Crumb(second.name, None)),
        sessions=[occasion for occasion in shown if occasion.entry.kind is EntryKind.SESSION],
        recordings=[occasion for occasion in shown if occasion.entry.kind is not EntryKind.SESSION],
        total=len(times),
        first_year=years[0],
        last_year=years[1],
        years=people.years_label(*years),
        search_url=questions.url(together),
        canonical=current().base_url + url_for("catalogue.pair", pid=one, other=other),
    )


def _times(first: Agent, second: Agent, today: date) -> list[_Time]:
    rows = pieces.rows(
        Entry.kind.in_((EntryKind.SESSION, EntryKind.RECORDING)),
        appearances.was_there(first.id),
        appearances.was_there(second.id),
        appearances.is_public(today),
        order=(Entry.id,),
        limit=MOST,
    )
    by_occasion: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_occasion[(row.session_entry or row.entry).id].append(row)
    return sorted((_Time(together) for together in by_occasion.values()), key=lambda time: time.order)


def _parts(
    agents: Sequence[Agent], times: Iterable[_Time]
) -> dict[tuple[int, int], list[tuple[Role, Term | None]]]:
    """Read what each of them did, by entry and agent."""
    ids = {row.entry.id for time in times for row in time.rows}
    ids |= {time.session.id for time in times if time.session is not None}
    query = (
        select(Credit.entry_id, Credit.agent_id, Credit.role, Term)
        .outerjoin(Term, Term.id == Credit.instrument_id)
        .where(
            Credit.agent_id.in_([agent.id for agent in agents]),
            Credit.entry_id.in_(ids),
            Credit.role.in_(appearances.PRESENT),
        )
        .order_by(Credit.entry_id, Credit.position, Credit.id)
    )
    parts = defaultdict(list)
    for entry_id, agent_id, role, term in db.session.execute(query):
        parts[entry_id, agent_id].append((role, term))
    return parts


def _occasion(
    time: _Time,
    agents: tuple[Agent, Agent],
    parts: dict[tuple[int, int], list[tuple[Role, Term | None]]],
    lang: str,
    today: date,
) -> Occasion:
    at = time.session
    entry = at if at is not None and entries.is_public(at, today) else time.rows[0].entry
    where = {row.entry.id for row in time.rows} | ({at.id} if at is not None else set())
    did = tuple(
        [part for entry_id in sorted(where) for part in parts.get((entry_id, agent.id), ())]
        for agent in agents
    )
    place = entry.place or (at.place if at is not None else None)
    return Occasion(
        entry=entry,
        dated=time.dated,
        place=place,
        title=labels.title(entry, lang),
        kind_label=_kind_label(time.rows[0], entry),
        url=links.to_entry("catalogue.entry", entry.pid),
        date=labels.date_label(time.dated, lang),
        place_line=place.line if place else None,
        played=(_played(did[0], lang), _played(did[1], lang)),
        codes=(_codes(did[0]), _codes(did[1])),
        recordings=tuple(row.entry.pid for row in time.rows if row.entry is not entry),
    )


def _kind_label(row: Row, entry: Entry) -> str:
    names = labels.SESSIONS if entry.kind is EntryKind.SESSION else labels.RECORDINGS
    return str(names[row.session.session_type]) if row.session else str(labels.KINDS[entry.kind])


def _played(did: Iterable[tuple[Role, Term | None]], lang: str) -> tuple[str, ...]:
    words = [term.label(lang) if term else str(labels.ROLES[role]).lower() for role, term in did]
    return tuple(dict.fromkeys(words))


def _codes(did: Iterable[tuple[Role, Term | None]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.code for _role, term in did if term))


def _years(times: Iterable[_Time]) -> tuple[int | None, int | None]:
    spans = [span for time in times if (span := year_span(time.dated.date_lo, time.dated.date_hi))]
    if not spans:
        return None, None
    return min(first for first, _last in spans), max(last for _first, last in spans)
