"""From what was typed to the person, place, entry or word that is meant. What is unknown or may be several things is
never guessed: it comes back with choices.

Beside the text stands what was chosen: `pid` as long as the text is one of its names, `=pid` whatever the text, and
`new:person` and the like for what is not there yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from archive.db import db
from archive.language import language
from catalogue import folding, instruments, name_parts, pids, redirects
from catalogue.agents import Agent, AgentKind, AgentName
from catalogue.entries import Entry
from catalogue.pages import labels, people
from catalogue.places import Place, PlaceKind
from catalogue.terms import Term, TermScheme

CHOSEN, NEW = "=", "new:"
MOST_CHOICES = 8

NEW_AGENTS = {
    AgentKind.PERSON: _l("a new person"),
    AgentKind.ENSEMBLE: _l("a new ensemble"),
    AgentKind.ORGANISATION: _l("a new organisation"),
}
NEW_PLACES = {
    PlaceKind.VENUE: _l("a new hall"),
    PlaceKind.STUDIO: _l("a new studio"),
    PlaceKind.CITY: _l("a new town"),
    PlaceKind.COUNTRY: _l("a new country"),
}


_AGENTS = {AgentKind.ENSEMBLE: _l("ensemble"), AgentKind.ORGANISATION: _l("organisation")}
_PLACE_KINDS = {
    PlaceKind.VENUE: _l("hall"),
    PlaceKind.STUDIO: _l("studio"),
    PlaceKind.CITY: _l("town"),
    PlaceKind.COUNTRY: _l("country"),
}


@dataclass(frozen=True)
class Asked:
    """What was typed, and what was chosen beside it."""

    text: str
    pick: str


@dataclass(frozen=True)
class Choice:
    """One thing that may be meant."""

    value: str  # of the pick
    label: str
    note: str = ""


@dataclass(frozen=True)
class New:
    """Something to be added under this name when the entry is saved."""

    kind: str
    name: str


@dataclass(frozen=True)
class Unclear:
    """Nobody can tell what is meant; here is what may be."""

    message: str
    choices: tuple[Choice, ...] = ()


def agents(asked: Sequence[Asked]) -> list[Agent | New | Unclear | None]:
    """Find the people, ensembles and organisations that are meant, all in three queries at most."""
    picked = _agents_by_pid([_pid(one) for one in asked])
    named = _agents_by_name([one.text for one in asked if _is_open(one, picked)])
    return [_agent(one, picked, named) for one in asked]


def place(asked: Asked) -> Place | New | Unclear | None:
    """Find the place that is meant."""
    if not asked.text:
        return None
    if asked.pick.startswith(NEW):
        return _new(asked, PlaceKind)
    picked = db.session.scalar(_PLACES.where(Place.pid == _pid(asked))) if _pid(asked) else None
    if picked is not None and (asked.pick.startswith(CHOSEN) or _is_called(picked, asked.text)):
        return redirects.survivor(picked)
    name = asked.text.partition(",")[0].strip()
    query = _PLACES.where(Place.name.in_({asked.text, name}), Place.merged_into_id.is_(None))
    found = [one for one in db.session.scalars(query) if _is_called(one, asked.text)]
    return (
        found[0]
        if len(found) == 1
        else _unclear(asked.text, bool(found), place_choices(asked.text), NEW_PLACES)
    )


def entry(asked: Asked, kind: str, but_not: int) -> Entry | Unclear | None:
    """Find the entry that is meant: by its number, shelfmark or title, of one kind or any."""
    if not asked.text:
        return None
    wanted = [Entry.kind == kind] if kind else []
    pid = _pid(asked) or pids.normalise(asked.text)
    picked = db.session.scalar(select(Entry).where(Entry.pid == pid, *wanted)) if pid else None
    if picked is not None and (not asked.pick or asked.pick.startswith(CHOSEN) or picked.title == asked.text):
        return picked if picked.id != but_not else Unclear(str(_("An entry cannot refer to itself.")))
    exact = or_(Entry.title == asked.text, Entry.shelfmark == asked.text)
    found = list(db.session.scalars(select(Entry).where(exact, Entry.id != but_not, *wanted).limit(2)))
    if len(found) == 1:
        return found[0]
    choices = entry_choices(asked.text, kind)
    return Unclear(_message(asked.text, bool(found), bool(choices)), tuple(choices))


def term(asked: Asked, scheme: TermScheme, known: Iterable[Term]) -> Term | New | Unclear | None:
    """Find the word of a vocabulary that is meant, by any of its spellings; instruments are a closed list."""
    if not asked.text:
        return None
    listed = list(known)
    wanted = folding.fold(asked.text)
    by_list = instruments.find(asked.text) if scheme is TermScheme.INSTRUMENT else None
    code = by_list.code if by_list else None
    found = next((one for one in listed if one.code == code or wanted in _spellings(one)), None)
    if found is not None:
        return found
    if asked.pick == f"{NEW}term" and scheme is not TermScheme.INSTRUMENT:
        return New("term", asked.text)
    near = [one for one in listed if any(spelling.startswith(wanted[:3]) for spelling in _spellings(one))]
    choices = [Choice(CHOSEN + one.code, one.label(language())) for one in near[:MOST_CHOICES]]
    if asked.pick.startswith(CHOSEN):
        chosen = next((one for one in listed if one.code == asked.pick[1:]), None)
        if chosen is not None:
            return chosen
    if scheme is not TermScheme.INSTRUMENT:
        choices.append(Choice(f"{NEW}term", str(_("a new word")), asked.text))
    return Unclear(_message(asked.text, False, bool(near)), tuple(choices))


def agent_choices(text: str) -> list[Choice]:
    """Offer who has a name with these beginnings of words."""
    wanted = list(dict.fromkeys(match.pid for match in name_parts.find(text) if not match.is_place))
    found = set(_agents_by_pid(wanted[:200]).values())
    ordered = sorted(
        found, key=lambda agent: (agent.name.casefold() != text.casefold(), len(agent.name), agent.name)
    )
    return [Choice(CHOSEN + agent.pid, agent.name, _about(agent)) for agent in ordered[:MOST_CHOICES]]


def place_choices(text: str) -> list[Choice]:
    """Offer the places that have a name with these beginnings of words."""
    wanted = [match.pid for match in name_parts.find(text.partition(",")[0]) if match.is_place]
    query = _PLACES.where(Place.pid.in_(wanted[:200]), Place.merged_into_id.is_(None))
    found = sorted(db.session.scalars(query), key=lambda one: (len(one.name), one.line))
    return [Choice(CHOSEN + one.pid, one.line, _place_kind(one)) for one in found[:MOST_CHOICES]]


def entry_choices(text: str, kind: str) -> list[Choice]:
    """Offer the entries whose title holds all these words, or whose shelfmark begins so."""
    words = text.split()[:8]
    if not words:
        return []
    in_title = [Entry.title.icontains(word, autoescape=True) for word in words]
    is_meant = or_(Entry.shelfmark.istartswith(text, autoescape=True), Entry.pid == text, and_(*in_title))
    query = select(Entry).where(
        is_meant, Entry.merged_into_id.is_(None), *([Entry.kind == kind] if kind else [])
    )
    found = db.session.scalars(query.order_by(Entry.updated_at.desc()).limit(MOST_CHOICES))
    return [Choice(CHOSEN + one.pid, one.title, _about_entry(one)) for one in found]


def name_of(thing: Agent | Place | Entry | Term | None) -> str:
    """Return the text that stands for a thing in the form."""
    if thing is None:
        return ""
    if isinstance(thing, Place):
        return thing.line
    if isinstance(thing, Term):
        return thing.label(language())
    return thing.title if isinstance(thing, Entry) else thing.name


_PLACES = select(Place).options(joinedload(Place.parent))


def _agents_by_pid(wanted: Sequence[str]) -> dict[str, Agent]:
    """Read agents with their names, by the pid that was asked for; of one that was merged, the one that stays."""
    asked = {pid for pid in wanted if pid}
    if not asked:
        return {}
    query = select(Agent).options(selectinload(Agent.names)).where(Agent.pid.in_(asked))
    return {agent.pid: redirects.survivor(agent) for agent in db.session.scalars(query)}


def _agents_by_name(texts: Sequence[str]) -> dict[str, list[Agent]]:
    """Find by each text who is called so, under whatever name, however it is spelt."""
    keys = {text: folding.name_key(text) for text in texts if text}
    if not keys:
        return {}
    folded = {folding.fold(text) for text in keys}
    variants = select(AgentName.agent_id).where(AgentName.folded.in_(folded))
    query = (
        select(Agent)
        .options(selectinload(Agent.names))
        .where(or_(Agent.name_key.in_(keys.values()), Agent.id.in_(variants)), Agent.merged_into_id.is_(None))
        .order_by(Agent.id)
    )
    found = list(db.session.scalars(query))
    return {text: [agent for agent in found if _goes_by(agent, text)] for text in keys}


def _agent(
    one: Asked, picked: dict[str, Agent], named: dict[str, list[Agent]]
) -> Agent | New | Unclear | None:
    if not one.text:
        return None
    if one.pick.startswith(NEW):
        return _new(one, AgentKind)
    if not _is_open(one, picked):
        return picked[_pid(one)]
    found = named.get(one.text, [])
    exact = [agent for agent in found if agent.name == one.text] or found
    if len(exact) == 1:
        return exact[0]
    return _unclear(one.text, bool(found), agent_choices(one.text), NEW_AGENTS)


def _is_open(one: Asked, picked: dict[str, Agent]) -> bool:
    """Say whether the name decides, because nothing was chosen or the text was changed afterwards."""
    agent = picked.get(_pid(one))
    return agent is None or not (one.pick.startswith(CHOSEN) or _goes_by(agent, one.text))


def _goes_by(agent: Agent, text: str) -> bool:
    return folding.fold(text) in {folding.fold(agent.name), *(name.folded for name in agent.names)}


def _is_called(one: Place, text: str) -> bool:
    return text in (one.line, one.name, *one.variants)


def _pid(one: Asked) -> str:
    return "" if one.pick.startswith(NEW) else one.pick.removeprefix(CHOSEN)


def _new(one: Asked, kinds: Any) -> New | Unclear:
    kind = one.pick.removeprefix(NEW)
    if kind in {each.value for each in kinds}:
        return New(kind, one.text)
    return Unclear(str(_("Choose one of the list.")))


def _unclear(text: str, are_several: bool, choices: Iterable[Choice], new: dict[Any, Any]) -> Unclear:
    offered = list(choices)
    message = _message(text, are_several, bool(offered))
    added = [Choice(NEW + kind.value, str(label), text) for kind, label in new.items()]
    return Unclear(message, (*offered, *added))


def _message(text: str, are_several: bool, are_near: bool) -> str:
    if are_several:
        return str(_("Several are called “%(text)s”. Choose which one.", text=text))
    if are_near:
        return str(_("“%(text)s” is not known. Choose who or what is meant.", text=text))
    return str(_("“%(text)s” is not known. Check the spelling.", text=text))


def _about(agent: Agent) -> str:
    life = people.life(agent.born_edtf, agent.died_edtf)
    kind = "" if agent.kind is AgentKind.PERSON else str(_AGENTS[agent.kind])
    return ", ".join(part for part in (kind, agent.disambiguation, life) if part)


def _place_kind(one: Place) -> str:
    return str(_PLACE_KINDS[one.kind])


def _about_entry(one: Entry) -> str:
    parts = (str(labels.KINDS[one.kind]), one.date_text, one.shelfmark)
    return ", ".join(part for part in parts if part)


def _spellings(one: Term) -> set[str]:
    return {folding.fold(text) for text in (one.code, one.label_nl, one.label_en, *one.aliases)}
