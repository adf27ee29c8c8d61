"""Agents and places as the desk shows them: lists, who uses one, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from archive.accounts import Account
from archive.db import db
from catalogue import authority_revisions, dates, name_parts
from catalogue.agents import Agent, AgentKind, NameKind
from catalogue.authority_revisions import AuthorityRevision
from catalogue.credits import Credit, Role
from catalogue.entries import Entry
from catalogue.pages import labels, people
from catalogue.pages.changes import Change
from catalogue.places import Place, PlaceKind
from catalogue.recording_sessions import RecordingSession
from catalogue.releases import Release

PAGE = 50
SHOWN = 30  # of those who use one
REVISIONS = 20

AGENT_KINDS = {
    AgentKind.PERSON: _l("Person"),
    AgentKind.ENSEMBLE: _l("Ensemble"),
    AgentKind.ORGANISATION: _l("Organisation"),
}
NAME_KINDS = {
    NameKind.VARIANT: _l("other spelling"),
    NameKind.STAGE: _l("stage name"),
    NameKind.BIRTH: _l("name at birth"),
    NameKind.TRANSLITERATION: _l("transliteration"),
    NameKind.MISPRINT: _l("misprint"),
}
PLACE_KINDS = {
    PlaceKind.VENUE: _l("Hall"),
    PlaceKind.STUDIO: _l("Studio"),
    PlaceKind.CITY: _l("Town"),
    PlaceKind.COUNTRY: _l("Country"),
}
FIELDS = {
    "name": _l("Name"),
    "sort_name": _l("Sorted as"),
    "kind": _l("Kind"),
    "disambiguation": _l("To tell apart"),
    "born_edtf": _l("Born or founded"),
    "died_edtf": _l("Died or ended"),
    "bio_nl": _l("Biography in Dutch"),
    "bio_en": _l("Biography in English"),
    "living_private": _l("Dates are private"),
    "names": _l("Other names"),
    "identifiers": _l("Identifiers"),
    "parent_id": _l("Lies in"),
    "variants": _l("Other names"),
    "address": _l("Address"),
    "lat": _l("Latitude"),
    "lon": _l("Longitude"),
}

Authority = Agent | Place


@dataclass(frozen=True)
class Row:
    """One agent or place in the list, and on how many entries it is."""

    thing: Any
    name: str
    about: str
    uses: int


@dataclass(frozen=True)
class Listing:
    """One page of agents or places."""

    words: str
    kind: str
    total: int
    rows: list[Row]
    page: int
    pages: int


@dataclass(frozen=True)
class Use:
    """One entry on which an agent or a place is, and as what."""

    entry: Entry
    parts: list[str]


@dataclass(frozen=True)
class Uses:
    """The first entries, and how many there are."""

    total: int
    shown: list[Use]


@dataclass(frozen=True)
class Version:
    """One version with who saved it and what became different."""

    revision: AuthorityRevision
    by: str | None
    changes: list[Change]


def agents(words: str, kind: str, page: int) -> Listing:
    """Return a page of the agents with a name in which all words begin so, in the order of their names."""
    query = select(Agent).where(Agent.merged_into_id.is_(None))
    if kind in {each.value for each in AgentKind}:
        query = query.where(Agent.kind == AgentKind(kind))
    if words:
        query = query.where(Agent.pid.in_(_called(words, is_place=False)))
    return _listing(query.order_by(Agent.sort_name, Agent.id), words, kind, page, _agent_uses)


def places(words: str, kind: str, page: int) -> Listing:
    """Return a page of the places with a name in which all words begin so, in the order of their names."""
    query = select(Place).options(joinedload(Place.parent)).where(Place.merged_into_id.is_(None))
    if kind in {each.value for each in PlaceKind}:
        query = query.where(Place.kind == PlaceKind(kind))
    if words:
        query = query.where(Place.pid.in_(_called(words, is_place=True)))
    return _listing(query.order_by(Place.name, Place.id), words, kind, page, _place_uses)


def uses_of(thing: Authority) -> Uses:
    """Return the entries on which an agent or a place is, the earliest first."""
    return _uses_of_agent(thing) if isinstance(thing, Agent) else _uses_of_place(thing)


def history(thing: Authority, lang: str) -> list[Version]:
    """Return the last versions of an agent or a place, newest first, each with what became different."""
    revisions = authority_revisions.history(thing)[: REVISIONS + 1]
    ids = {revision.account_id for revision in revisions if revision.account_id}
    names = dict(
        db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids))).tuples().all()
    )
    befores = [*(revision.snapshot for revision in revisions[1:]), None] if revisions else []
    return [
        Version(revision, names.get(revision.account_id or 0), _changes(before, revision.snapshot, lang))
        for revision, before in zip(revisions, befores, strict=True)
    ][:REVISIONS]


def _called(words: str, *, is_place: bool) -> list[str]:
    return list({match.pid for match in name_parts.find(words) if match.is_place is is_place})


def _listing(query: Select[Any], words: str, kind: str, page: int, count_uses: Any) -> Listing:
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    found = list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)))
    uses = count_uses([thing.id for thing in found])
    rows = [Row(thing, *_in_list(thing), uses.get(thing.id, 0)) for thing in found]
    return Listing(words, kind, total, rows, page, pages)


def _in_list(thing: Authority) -> tuple[str, str]:
    if isinstance(thing, Place):
        return thing.line, ", ".join(str(part) for part in (PLACE_KINDS[thing.kind], thing.address) if part)
    about = (AGENT_KINDS[thing.kind], thing.disambiguation, people.life(thing.born_edtf, thing.died_edtf))
    return thing.sort_name, ", ".join(str(part) for part in about if part)


def _agent_uses(ids: Sequence[int]) -> dict[int, int]:
    counted = select(Credit.agent_id, func.count(Credit.entry_id.distinct()))
    return _counts(counted.where(Credit.agent_id.in_(ids)).group_by(Credit.agent_id))


def _place_uses(ids: Sequence[int]) -> dict[int, int]:
    counted = select(Entry.place_id, func.count()).where(Entry.place_id.in_(ids))
    return _counts(counted.group_by(Entry.place_id))


def _counts(query: Select[Any]) -> dict[int, int]:
    return {number: count for number, count in db.session.execute(query)}  # noqa: C416 - rows are no tuples to mypy


def _uses_of_agent(agent: Agent) -> Uses:
    credited = select(Credit.entry_id).where(Credit.agent_id == agent.id)
    organised = or_(RecordingSession.label_id == agent.id, RecordingSession.broadcaster_id == agent.id)
    issued = select(RecordingSession.entry_id).where(organised)
    released = select(Release.entry_id).where(Release.label_id == agent.id)
    is_used = or_(Entry.id.in_(credited), Entry.id.in_(issued), Entry.id.in_(released))
    total, found = _first(select(Entry).where(is_used))
    parts: dict[int, list[str]] = {entry.id: [] for entry in found}
    query = (
        select(Credit)
        .options(joinedload(Credit.instrument))
        .where(Credit.agent_id == agent.id, Credit.entry_id.in_(parts))
        .order_by(Credit.position)
    )
    for credit in db.session.scalars(query):
        parts[credit.entry_id].append(_part(credit))
    return Uses(total, [Use(entry, parts[entry.id] or [_("label or broadcaster")]) for entry in found])


def _part(credit: Credit) -> str:
    is_played = credit.role is Role.PERFORMER and credit.instrument_text
    what = credit.instrument_text if is_played else str(labels.ROLES[credit.role])
    return f"{what} (“{credit.credited_as}”)" if credit.credited_as else str(what)


def _uses_of_place(place: Place) -> Uses:
    total, found = _first(select(Entry).where(Entry.place_id == place.id))
    return Uses(total, [Use(entry, []) for entry in found])


def _first(query: Select[tuple[Entry]]) -> tuple[int, list[Entry]]:
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Entry.date_lo.is_(None), Entry.date_lo, Entry.id).limit(SHOWN)
    return total, list(db.session.scalars(ordered))


def _changes(before: dict[str, Any] | None, after: dict[str, Any], lang: str) -> list[Change]:
    if before is None:
        return []
    found = []
    for name in after:
        was, now = before.get(name), after[name]
        if was == now:
            continue
        if isinstance(now, list):
            old, new = ([_line(each) for each in side or []] for side in (was, now))
            gone, came = [each for each in old if each not in new], [each for each in new if each not in old]
            found.append(Change(str(FIELDS[name]), gone=tuple(gone), new=tuple(came), is_list=True))
        else:
            found.append(Change(str(FIELDS.get(name, name)), shown(name, was, lang), shown(name, now, lang)))
    return found


def _line(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['name']} ({NAME_KINDS[NameKind(value['kind'])]})"
    return str(value)


def shown(name: str, value: Any, lang: str) -> str:
    """Write one value of an agent or a place, as JSON holds it."""
    if value is None:
        return ""
    if name == "kind":
        kinds: list[tuple[Any, Any]] = [*AGENT_KINDS.items(), *PLACE_KINDS.items()]
        return str(next((words for kind, words in kinds if kind.value == value), value))
    if name.endswith("_edtf"):
        return dates.show(value, lang)
    if name == "living_private":
        return str(_("yes") if value else _("no"))
    if name == "parent_id":
        found = db.session.get(Place, value)
        return found.line if found else ""
    return str(value)
