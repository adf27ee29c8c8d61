"""Whom an import names: agents found by the source's own identifiers or by their names, and added once.

Somebody with an identifier is whoever has it; else the agent of exactly that name, unless that one has another
identifier of the same scheme: then two people have one name, and stay two.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Set

from sqlalchemy import insert, select, union_all

from archive.db import db
from catalogue import agents, folding, redirects
from catalogue.agents import Agent, AgentKind, AgentName, NameKind
from catalogue.identifiers import Identifier
from catalogue.importing.publications import PlannedPart
from catalogue.importing.records import PlannedCredit, PlannedPerson

Key = tuple[str, str]  # scheme and value of an identifier
Name = tuple[AgentKind, str]


class People:
    """Remembers the agents while a run lasts."""

    def __init__(self) -> None:
        self._meant: dict[Key, int] = {}  # whom the source's own identifiers mean
        self._named: dict[Name, list[int]] = {}  # agents by name, the oldest first
        self._having: dict[Key, list[int]] = defaultdict(list)  # agents by identifier
        self._identifiers: dict[int, set[Key]] = defaultdict(set)  # by agent
        self._called: dict[
            int, set[str]
        ] = {}  # all names of those who were credited by another one, by agent

    def find_or_add(self, credits: Iterable[PlannedCredit], labels: Set[str]) -> None:
        """Look up the agents of many credits at once, and labels; add those that are not there.

        How somebody with an identifier is credited becomes one of their names.
        """
        credits = list(credits)
        names = {(AgentKind.ORGANISATION, label) for label in labels}
        new: dict[Key, PlannedPerson] = {}
        years = {_name(each): (each.born, each.died) for each in credits if isinstance(each, PlannedPart)}
        for credit in credits:
            if isinstance(credit, PlannedPerson) and credit.identifiers:
                if credit.identifiers[0] not in self._meant:
                    new.setdefault(credit.identifiers[0], credit)
            elif credit.agent_kind:
                names.add((credit.agent_kind, credit.name))
        if new or not names <= self._named.keys():
            self._look_up(names | {_name(person) for person in new.values()}, new.values())
        for kind, name in sorted(names):
            if not self._named[kind, name]:
                self._named[kind, name].append(_add(kind, name, *years.get((kind, name), (None, None))))
        self._identify(new)
        self._keep_names(credits)

    def id_of(self, credit: PlannedCredit) -> int | None:
        """Return the agent of a credit, None where the name stays a text. Ask after `find_or_add`."""
        if isinstance(credit, PlannedPerson) and credit.identifiers:
            return self._meant[credit.identifiers[0]]
        return self._named[credit.agent_kind, credit.name][0] if credit.agent_kind else None

    def id_of_label(self, name: str) -> int:
        """Return the agent of a label. Ask after `find_or_add`."""
        return self._named[AgentKind.ORGANISATION, name][0]

    def _look_up(self, names: Set[Name], people: Iterable[PlannedPerson]) -> None:
        missing = names - self._named.keys()
        self._named |= {name: [] for name in missing}
        query = select(Agent.kind, Agent.name, Agent.id).order_by(Agent.id)
        rows = db.session.execute(query.where(Agent.name.in_({name for _, name in missing}))).all()
        merged = redirects.all_of(Agent)
        for kind, name, agent_id in sorted(rows, key=lambda row: row.id in merged):
            stays = merged.get(agent_id, agent_id)
            if (kind, name) in missing and stays not in self._named[kind, name]:
                self._named[kind, name].append(stays)
        values = {value for person in people for _, value in person.identifiers}
        known = select(Identifier.agent_id).where(
            Identifier.value.in_(values), Identifier.agent_id.is_not(None)
        )
        found = {agent_id for agent_id in db.session.scalars(known) if agent_id}
        self._read_identifiers({*found, *(agent_id for name in missing for agent_id in self._named[name])})

    def _read_identifiers(self, agent_ids: Collection[int]) -> None:
        unread = set(agent_ids) - self._identifiers.keys()
        given = select(Identifier.agent_id, Identifier.scheme, Identifier.value).order_by(Identifier.id)
        for agent_id, scheme, value in db.session.execute(given.where(Identifier.agent_id.in_(unread))):
            if agent_id is not None:
                self._note(agent_id, (scheme, value))

    def _identify(self, new: dict[Key, PlannedPerson]) -> None:
        added: list[dict[str, str | int]] = []
        for own, person in new.items():
            agent_id = self._meant[own] = self._find(person) or self._add(person)
            for key in person.identifiers:
                if key not in self._identifiers[agent_id]:
                    self._note(agent_id, key)
                    added.append({"scheme": key[0], "value": key[1], "agent_id": agent_id})
        if added:
            db.session.execute(insert(Identifier), added)

    def _find(self, person: PlannedPerson) -> int | None:
        own = self._having[person.identifiers[0]]
        alike = [agent_id for key in person.identifiers for agent_id in self._having[key]]
        alike += self._named[_name(person)]
        return next(iter([*own, *(agent_id for agent_id in alike if self._may_be(agent_id, person))]), None)

    def _may_be(self, agent_id: int, person: PlannedPerson) -> bool:
        """Say whether no identifier of an agent speaks against its being this person."""
        had = self._identifiers[agent_id]
        schemes = {scheme for scheme, _ in had}
        return all(key in had or key[0] not in schemes for key in person.identifiers)

    def _add(self, person: PlannedPerson) -> int:
        agent_id = _add(*_name(person))
        self._named[_name(person)].append(agent_id)
        return agent_id

    def _keep_names(self, credits: Iterable[PlannedCredit]) -> None:
        said: dict[int, dict[str, None]] = defaultdict(dict)
        for credit in credits:
            if isinstance(credit, PlannedPerson) and credit.identifiers and credit.credited_as:
                said[self._meant[credit.identifiers[0]]][credit.credited_as] = None
        self._read_names(said.keys() - self._called.keys())
        for agent_id, names in said.items():
            for name in names:
                if name not in self._called[agent_id]:
                    self._called[agent_id].add(name)
                    folded = folding.fold(name)
                    db.session.add(
                        AgentName(agent_id=agent_id, name=name, kind=NameKind.VARIANT, folded=folded)
                    )
        db.session.flush()

    def _read_names(self, agent_ids: Collection[int]) -> None:
        self._called |= {agent_id: set() for agent_id in agent_ids}
        own = select(Agent.id, Agent.name).where(Agent.id.in_(agent_ids))
        others = select(AgentName.agent_id, AgentName.name).where(AgentName.agent_id.in_(agent_ids))
        for agent_id, name in db.session.execute(union_all(own, others)):
            self._called[agent_id].add(name)

    def _note(self, agent_id: int, key: Key) -> None:
        self._identifiers[agent_id].add(key)
        self._having[key].append(agent_id)


def _name(person: PlannedPerson) -> Name:
    return (person.agent_kind or AgentKind.PERSON, person.name)


def _add(kind: AgentKind, name: str, born: str | None = None, died: str | None = None) -> int:
    agent = agents.add(kind, name)
    agent.born_edtf, agent.died_edtf = born, died
    return agent.id
