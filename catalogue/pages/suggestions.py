"""Suggestions while somebody types: people, places, instruments, sessions and titles that begin so, with counts.

Names come from the database, titles from the index, and only what the index counts is offered: it holds what is public.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from archive.db import db
from catalogue import folding, name_parts, terms
from catalogue.agents import Agent, AgentKind
from catalogue.name_parts import Match
from catalogue.pages import people, questions, suggested_titles
from catalogue.pages.suggested_titles import Suggestion
from catalogue.places import Place
from catalogue.search import asking, counts
from catalogue.search.query import SearchQuery
from catalogue.terms import Term, TermScheme

MAX_TYPED = 100  # characters
LOOKED_AT = 200  # bearers of a name, the most frequent, of whom the first of each kind are offered
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


def make(typed: str, lang: str, today: date) -> list[Group]:
    """Suggest what begins with what was typed; nothing while the index cannot be used."""
    words = name_parts.words_of(typed[:MAX_TYPED])
    if max(map(len, words), default=0) < name_parts.SHORTEST:
        return []
    return asking.ask(lambda _engine: _groups(words, lang, today), list)


def number(groups: Iterable[Group]) -> int:
    """Count the suggestions."""
    return sum(len(group.suggestions) for group in groups)


def _groups(words: list[str], lang: str, today: date) -> list[Group]:
    matches = name_parts.find(" ".join(words))
    agents = _agents([match for match in matches if not match.is_place], words, lang, today)
    found = {
        "person": [one for kind, one in agents if kind is AgentKind.PERSON],
        "ensemble": [one for kind, one in agents if kind is not AgentKind.PERSON],
        "place": _places([match for match in matches if match.is_place], words, today),
        "instrument": _instruments(words, lang, today),
        **suggested_titles.make(words, lang, today, MOST["title"]),
    }
    return [Group(kind, str(LABELS[kind]), found[kind][:most]) for kind, most in MOST.items() if found[kind]]


def _agents(
    matches: list[Match], words: list[str], lang: str, today: date
) -> list[tuple[AgentKind, Suggestion]]:
    people_counts, labels = counts.of("person", today), counts.of("label", today)
    named = _named(matches, words, lambda pid: people_counts.get(pid) or labels.get(pid, 0))
    played = counts.main_instruments(today)
    instruments = {code: term.label(lang) for code, term in terms.by_code(TermScheme.INSTRUMENT).items()}
    query = select(Agent).where(Agent.pid.in_(list(named)))
    known = {agent.pid: agent for agent in db.session.scalars(query)}
    return [
        (agent.kind, _agent(agent, one, instruments.get(played.get(pid, ""))))
        for pid, one in named.items()
        if (agent := known.get(pid)) is not None
    ]


def _agent(agent: Agent, named: _Named, instrument: str | None) -> Suggestion:
    note = [agent.disambiguation, instrument, people.life(agent)]
    return Suggestion(
        label=agent.name,
        url=people.url(agent.pid),
        count=named.count,
        note=", ".join(part for part in note if part),
        found=_found(agent.name, named.names),
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


def _instruments(words: list[str], lang: str, today: date) -> list[Suggestion]:
    number = counts.of("instrument", today)
    query = select(Term).where(Term.scheme == TermScheme.INSTRUMENT, Term.code.in_(list(number)))
    found = [
        Suggestion(
            label=term.label(lang),
            url=questions.url(SearchQuery(sort="added").with_value("instrument", term.code)),
            count=number[term.code],
            note="",
            found=_found(term.label(lang), names),
        )
        for term in db.session.scalars(query)
        if (names := [name for name in (term.label_nl, term.label_en, *term.aliases) if _begins(name, words)])
    ]
    return sorted(found, key=lambda one: (-one.count, one.label))


def _begins(name: str, words: list[str]) -> bool:
    own = folding.words(name)
    return all(any(word.startswith(typed) for word in own) for typed in words)
