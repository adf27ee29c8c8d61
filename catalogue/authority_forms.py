"""What staff change of agents and places: read from a form into typed values, then applied in one go. Nothing is
applied when anything is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from archive.config import current
from archive.db import db, lock_row
from catalogue import agents, authorities, dates, folding, hierarchy, identifier_rules, pids, redirects
from catalogue.agents import Agent, AgentKind, AgentName, NameKind
from catalogue.editing import picking, typed
from catalogue.editing.picking import Asked, Choice, Unclear
from catalogue.identifiers import Identifier
from catalogue.places import Place, PlaceKind

MAX_NAME = 300
MAX_TEXT = 20_000
MAX_LINES = 100
NO_VERSION = -1
SCHEMES = tuple(identifier_rules.SCHEMES)
_AGENT_KINDS = {kind.value: kind for kind in AgentKind}
_NAME_KINDS = {kind.value: kind for kind in NameKind}
_PLACE_KINDS = {kind.value: kind for kind in PlaceKind}

Kind = TypeVar("Kind")


class Form(Protocol):
    """What a posted form offers (werkzeug's MultiDict)."""

    def get(self, key: str, default: str) -> str:
        """Return the first value of a field."""

    def getlist(self, key: str) -> Sequence[str]:
        """Return all values of a field."""


@dataclass(frozen=True)
class AgentChange:
    """All that the form of an agent says."""

    name: str
    sort_name: str
    kind: AgentKind
    disambiguation: str | None
    born_edtf: str | None
    died_edtf: str | None
    bio_nl: str | None
    bio_en: str | None
    living_private: bool
    names: dict[str, NameKind]
    identifiers: tuple[tuple[str, str], ...]
    comment: str
    seen_version: int


@dataclass(frozen=True)
class PlaceChange:
    """All that the form of a place says."""

    name: str
    kind: PlaceKind
    parent: Place | None
    variants: list[str]
    address: str | None
    lat: float | None
    lon: float | None
    identifiers: tuple[tuple[str, str], ...]
    comment: str
    seen_version: int


class Faults(dict[str, str]):
    """What is wrong, by field; and for a place that may be several, which."""

    choices: tuple[Choice, ...] = ()


def read_agent(form: Form) -> tuple[AgentChange, Faults]:
    """Read the form of an agent; return what it says and what is wrong with it."""
    faults = Faults()
    kind = _kind(form, _AGENT_KINDS, AgentKind.PERSON)
    name = _name(form, faults)
    change = AgentChange(
        name=name,
        sort_name=_line(form, "sort_name") or agents.name_to_sort_by(kind, name),
        kind=kind,
        disambiguation=_line(form, "disambiguation") or None,
        born_edtf=_date(form, "born", faults),
        died_edtf=_date(form, "died", faults),
        bio_nl=_text(form, "bio_nl", faults),
        bio_en=_text(form, "bio_en", faults),
        living_private=form.get("living_private", "") == "1",
        names=_names(form, name),
        identifiers=_identifiers(form, faults),
        comment=_line(form, "comment"),
        seen_version=_version(form),
    )
    return change, faults


def read_place(form: Form, place: Place | None) -> tuple[PlaceChange, Faults]:
    """Read the form of a place, or of a new one; return what it says and what is wrong with it."""
    faults = Faults()
    name = _name(form, faults)
    variants = [" ".join(line.split())[:MAX_NAME] for line in form.get("variants", "").splitlines()]
    change = PlaceChange(
        name=name,
        kind=_kind(form, _PLACE_KINDS, PlaceKind.VENUE),
        parent=_parent(form, place, faults),
        variants=[each for each in dict.fromkeys(variants) if each and each != name][:MAX_LINES],
        address=_line(form, "address") or None,
        lat=_degrees(form, "lat", 90, faults),
        lon=_degrees(form, "lon", 180, faults),
        identifiers=_identifiers(form, faults),
        comment=_line(form, "comment"),
        seen_version=_version(form),
    )
    if (change.lat is None) != (change.lon is None) and not {"lat", "lon"} & faults.keys():
        faults["lon" if change.lon is None else "lat"] = _("Type both degrees, or neither.")
    return change, faults


def add_agent(change: AgentChange, account_id: int) -> Agent:
    """Add an agent as the form says."""
    agent = agents.add(change.kind, change.name)
    _write_agent(agent, change, account_id)
    return agent


def change_agent(agent: Agent, change: AgentChange, account_id: int) -> None:
    """Apply a change and save; raise Refused, with nothing changed, when somebody else saved in the meantime."""
    lock_row(agent)
    authorities.require_version(agent, change.seen_version)
    _write_agent(agent, change, account_id)


def add_place(change: PlaceChange, account_id: int) -> Place:
    """Add a place as the form says."""
    place = Place(
        pid=pids.mint(current().naan, pids.SHOULDER), kind=change.kind, name=change.name, variants=[]
    )
    db.session.add(place)
    db.session.flush()
    _write_place(place, change, account_id)
    return place


def change_place(place: Place, change: PlaceChange, account_id: int) -> None:
    """Apply a change and save; raise Refused, with nothing changed, when somebody else saved in the meantime."""
    lock_row(place)
    authorities.require_version(place, change.seen_version)
    _write_place(place, change, account_id)


def _write_agent(agent: Agent, change: AgentChange, account_id: int) -> None:
    agent.name, agent.sort_name, agent.kind = change.name, change.sort_name, change.kind
    agent.name_key = folding.name_key(change.name)
    agent.disambiguation, agent.living_private = change.disambiguation, change.living_private
    agent.born_edtf, agent.died_edtf = change.born_edtf, change.died_edtf
    agent.bio_nl, agent.bio_en = change.bio_nl, change.bio_en
    for known in list(agent.names):
        if known.name not in change.names:
            agent.names.remove(known)
        else:
            known.kind = change.names[known.name]
    had = {known.name for known in agent.names}
    for name, kind in change.names.items():
        if name not in had:
            agent.names.append(AgentName(name=name, kind=kind, folded=folding.fold(name)))
    _write_identifiers("agent_id", agent.id, change.identifiers)
    authorities.save(agent, account_id, change.comment)


def _write_place(place: Place, change: PlaceChange, account_id: int) -> None:
    place.name, place.kind, place.parent = change.name, change.kind, change.parent
    place.variants, place.address = change.variants, change.address
    place.lat, place.lon = change.lat, change.lon
    _write_identifiers("place_id", place.id, change.identifiers)
    authorities.save(place, account_id, change.comment)


def _write_identifiers(owner: str, owner_id: int, wanted: Sequence[tuple[str, str]]) -> None:
    column = getattr(Identifier, owner)
    known = {
        (scheme, value): number
        for number, scheme, value in db.session.execute(
            select(Identifier.id, Identifier.scheme, Identifier.value).where(column == owner_id)
        )
    }
    gone = [number for pair, number in known.items() if pair not in wanted]
    if gone:
        db.session.execute(delete(Identifier).where(Identifier.id.in_(gone)))
    new = [{"scheme": scheme, "value": value, owner: owner_id} for scheme, value in wanted]
    new = [row for row in new if (row["scheme"], row["value"]) not in known]
    if new:
        db.session.execute(insert(Identifier), new)


def _name(form: Form, faults: Faults) -> str:
    name = _line(form, "name")
    if not name:
        faults["name"] = _("A name is needed. Type the name under which the catalogue shows it.")
    return name


def _line(form: Form, name: str) -> str:
    return " ".join(form.get(name, "").split())[:MAX_NAME]


def _text(form: Form, name: str, faults: Faults) -> str | None:
    text = form.get(name, "").strip().replace("\r\n", "\n")
    if len(text) > MAX_TEXT:
        faults[name] = _("At most %(limit)s characters fit here.", limit=MAX_TEXT)
    return text or None


def _kind(form: Form, kinds: Mapping[str, Kind], default: Kind) -> Kind:
    return kinds.get(form.get("kind", ""), default)


def _date(form: Form, name: str, faults: Faults) -> str | None:
    text = _line(form, name)
    edtf = dates.read(text).edtf if text else None
    if text and edtf is None:
        faults[name] = _("This date is not understood. Type it as in 14 maart 1958, 1958 or ca. 1956.")
    return edtf


def _names(form: Form, name: str) -> dict[str, NameKind]:
    texts, kinds = form.getlist("other_name")[:MAX_LINES], form.getlist("other_kind")
    found = {}
    for at, text in enumerate(texts):
        other = " ".join(text.split())[:MAX_NAME]
        if other and other != name:
            kind = kinds[at] if at < len(kinds) else ""
            found[other] = _NAME_KINDS.get(kind, NameKind.VARIANT)
    return found


def _identifiers(form: Form, faults: Faults) -> tuple[tuple[str, str], ...]:
    schemes, texts = form.getlist("scheme"), form.getlist("value")[:MAX_LINES]
    found: dict[tuple[str, str], None] = {}
    for at, text in enumerate(texts):
        scheme = schemes[at] if at < len(schemes) else ""
        if not text.strip():
            continue
        pasted = identifier_rules.recognise(text)
        scheme, text = pasted if pasted is not None and not scheme else (scheme, text)
        if not scheme:
            faults[f"value-{at}"] = _("Choose what sort of number this is.")
            continue
        try:
            found[scheme, typed.identifier(scheme, text)] = None
        except typed.Unreadable as wrong:
            faults[f"value-{at}"] = str(wrong)
    return tuple(found)


def _degrees(form: Form, name: str, most: int, faults: Faults) -> float | None:
    text = _line(form, name).replace(",", ".")
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError:
        degrees = most + 1.0
    if not -most <= degrees <= most:
        faults[name] = _("Type degrees between -%(most)s and %(most)s, as in 51.9059.", most=most)
        return None
    return degrees


def _parent(form: Form, place: Place | None, faults: Faults) -> Place | None:
    found = picking.place(Asked(_line(form, "parent"), form.get("parent_pick", "")))
    if isinstance(found, Unclear):
        known = tuple(one for one in found.choices if not one.value.startswith(picking.NEW))
        faults["parent"], faults.choices = found.message, known
        return None
    if not isinstance(found, Place):
        return None
    above, steps = redirects.survivor(found), 0
    inner: Place | None = above
    while inner is not None and steps < hierarchy.DEEPEST:
        if place is not None and inner.id == place.id:
            faults["parent"] = _("A place cannot lie in itself. Choose the place around it.")
        inner, steps = inner.parent, steps + 1
    return above


def _version(form: Form) -> int:
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else NO_VERSION
