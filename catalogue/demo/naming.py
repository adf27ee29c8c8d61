"""The names that entries of the demo refer to: places, people and groups with all their names, instruments."""

from sqlalchemy import select

from archive.db import db
from catalogue import agents, instruments, places
from catalogue.agents import Agent as AgentRow
from catalogue.demo.content import Agent, Content, Place
from catalogue.demo.describing import Known
from catalogue.entries import Entry
from catalogue.places import Place as PlaceRow


def ensure(content: Content) -> Known:
    """Add the names that are missing; return all of them, and which entries of the content are there."""
    return Known(
        agents=_ensure_agents(content),
        places=_ensure_places(content),
        terms={code: term.id for code, term in instruments.ensure_all().items()},
        entries=dict(db.session.execute(select(Entry.pid, Entry.id).where(Entry.is_demo)).tuples().all()),
    )


def _ensure_agents(content: Content) -> dict[str, int]:
    known = dict(db.session.execute(select(AgentRow.pid, AgentRow.id)).tuples().all())
    return {
        agent.name: known[agent.pid] if agent.pid in known else _add_agent(agent) for agent in content.agents
    }


def _add_agent(told: Agent) -> int:
    agent = agents.add(told.kind, told.name, pid=told.pid)
    agent.born_edtf, agent.died_edtf = told.born, told.died
    agent.bio_nl, agent.bio_en = told.nl, told.en
    for kind, name in told.names:
        agents.add_name(agent, name, kind)
    return agent.id


def _ensure_places(content: Content) -> dict[str, int]:
    there: dict[str, PlaceRow] = {}
    for told in sorted(content.places, key=lambda place: place.city is not None):
        there[told.name] = _ensure_place(told, there.get(told.city or ""))
    return {name: place.id for name, place in there.items()}


def _ensure_place(told: Place, city: PlaceRow | None) -> PlaceRow:
    place = places.ensure(told.kind, told.name, city, told.pid)
    if place.pid == told.pid:
        place.variants, place.lat, place.lon = list(told.variants), told.lat, told.lon
        db.session.flush()
    return place
