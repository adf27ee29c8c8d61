"""Suggestions while somebody types: people, places, instruments, sessions and titles that begin so, with counts.

Names come from the database, titles from the index, and only what the index counts is offered: it holds what is public.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, select
from sqlalchemy.orm import joinedload

from archive.db import db
from catalogue import folding, name_parts
from catalogue.agents import Agent, AgentKind
from catalogue.name_parts import Match
from catalogue.pages import people, questions, suggested_titles
from catalogue.pages.suggested_titles import Suggestion
from catalogue.places import Place
from catalogue.search import counts, finding
from catalogue.search.query import SearchQuery
from catalogue.terms import Term, TermScheme

MAX_TYPED = 100  # characters
LOOKED_AT = 60  # bearers of a name, the most frequent, of whom the first of each kind are offered
MOST = {"person": 5, "ensemble": 3, "place": 3, "instrument": 2, "session": 3, "title": 3}

LABELS = {
    "person": _l("People"),
    "ensemble": _l("Ensembles and organisations"),
    "place": _l("Places"),
    "instrument": _l("Instruments"),
    "session": _l("Sessions"),
    "title": _l("Titles"),
}


@dataclass(frozen=True)
class Group:
    """Suggestions of one kind, the most frequent first."""

    kind: str
    label: str
    suggestions: list[Suggestion]


@dataclass(frozen=True)
class _Named:
    """Who or what answers: how many entries it has, and by which of its names it was found."""

    count: int
    names: list[str] = field(default_factory=list)


class _Played(NamedTuple):
    """An instrument in both languages, with its other spellings."""

    code: str
    dutch: str
    english: str
    aliases: list[str]

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be looked for by."""
        return self.dutch, self.english, *self.aliases

    def label(self, lang: str) -> str:
        """Return the word in Dutch or English."""
        return self.dutch if lang == "nl" else self.english


_WHO = select(
    Agent.pid,
    Agent.kind,
    Agent.name,
    Agent.disambiguation,
    case((Agent.living_private, None), else_=Agent.born_edtf).label("born_edtf"),
    case((Agent.living_private, None), else_=Agent.died_edtf).label("died_edtf"),
)


def make(typed: str, lang: str, today: date) -> list[Group]:
    """Suggest what begins with what was typed; nothing while the index cannot be used."""
    words = name_parts.words_of(typed[:MAX_TYPED])
    if max(map(len, words), default=0) < name_parts.SHORTEST:
        return []
    return finding.ask(lambda _engine: _groups(words, lang, today), list)


def number(groups: Iterable[Group]) -> int:
    """Count the suggestions."""
    return sum(len(group.suggestions) for group in groups)


def _groups(words: list[str], lang: str, today: date) -> list[Group]:
    matches = name_parts.find(" ".join(words))
    played = _vocabulary(today)
    agents = _agents([match for match in matches if not match.is_place], words, played, lang, today)
    found = {
        "person": [one for kind, one in agents if kind is AgentKind.PERSON],
        "ensemble": [one for kind, one in agents if kind is not AgentKind.PERSON],
        "place": _places([match for match in matches if match.is_place], words, today),
        "instrument": _instruments(words, played, lang, today),
        **suggested_titles.make(words, lang, today, MOST["title"]),
    }
    return [Group(kind, str(LABELS[kind]), found[kind][:most]) for kind, most in MOST.items() if found[kind]]


def _vocabulary(today: date) -> dict[str, _Played]:
    """Read the instruments that are played on anything public, by code."""
    query = select(Term.code, Term.label_nl, Term.label_en, Term.aliases).where(
        Term.scheme == TermScheme.INSTRUMENT, Term.code.in_(list(counts.of("instrument", today)))
    )
    return {row[0]: _Played(*row) for row in db.session.execute(query)}


def _agents(
    matches: list[Match], words: list[str], played: dict[str, _Played], lang: str, today: date
) -> list[tuple[AgentKind, Suggestion]]:
    people_counts, labels = counts.of("person", today), counts.of("label", today)
    named = _named(matches, words, lambda pid: people_counts.get(pid) or labels.get(pid, 0))
    mostly = counts.main_instruments(today)
    known = {row.pid: row for row in db.session.execute(_WHO.where(Agent.pid.in_(list(named))))}
    found = []
    for pid, one in named.items():
        if (agent := known.get(pid)) is not None:
            instrument = played[mostly[pid]].label(lang) if mostly.get(pid) in played else None
            note = [agent.disambiguation, instrument, people.life(agent.born_edtf, agent.died_edtf)]
            found.append((agent.kind, _agent(pid, agent.name, one, note)))
    return found


def _agent(pid: str, name: str, named: _Named, note: Iterable[str | None]) -> Suggestion:
    return Suggestion(
        label=name,
        url=people.url(pid),
        count=named.count,
        note=", ".join(part for part in note if part),
        found=_found(name, named.names),
    )


def _places(matches: list[Match], words: list[str], today: date) -> list[Suggestion]:
    named = _named(matches, words, lambda pid: counts.of("place", today).get(pid, 0))
    most = list(named)[: MOST["place"]]
    query = select(Place).options(joinedload(Place.parent)).where(Place.pid.in_(most))
    known = {place.pid: place for place in db.session.scalars(query)}
    return [
        Suggestion(
            label=place.name,
            url=questions.url(SearchQuery(sort="added").with_value("place", pid)),
            count=named[pid].count,
            note=place.parent.name if place.parent else "",
            found=_found(place.name, named[pid].names),
        )
        for pid in most
        if (place := known.get(pid)) is not None
    ]


def _named(matches: Iterable[Match], words: list[str], count: Callable[[str], int]) -> dict[str, _Named]:
    """Put bearers of names with what is public in order: who is called exactly so, then the most frequent."""
    named: dict[str, _Named] = {}
    for match in matches:
        if number := count(match.pid):
            named.setdefault(match.pid, _Named(number)).names.append(match.name)
    exact = {match.pid for match in matches if name_parts.words_of(match.name) == words}
    order = sorted(named, key=lambda pid: (pid not in exact, -named[pid].count, pid))
    return {pid: named[pid] for pid in order[:LOOKED_AT]}


def _found(name: str, names: list[str]) -> str | None:
    return None if name in names else str(_("Found as %(text)s", text=min(names, key=len)))


def _instruments(words: list[str], played: dict[str, _Played], lang: str, today: date) -> list[Suggestion]:
    number = counts.of("instrument", today)
    found = [
        Suggestion(
            label=one.label(lang),
            url=questions.url(SearchQuery(sort="added").with_value("instrument", one.code)),
            count=number[one.code],
            note="",
            found=_found(one.label(lang), names),
        )
        for one in played.values()
        if (names := [name for name in one.names if _begins(name, words)])
    ]
    return sorted(found, key=lambda one: (-one.count, one.label))


def _begins(name: str, words: list[str]) -> bool:
    own = folding.words(name)
    return all(any(word.startswith(typed) for word in own) for typed in words)
