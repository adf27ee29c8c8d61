"""Name parts: where each word of a name begins, so that names are found by the beginning of any word.

A row holds the words of one name, folded and turned round so that another one comes first: "Coleman Hawkins" has
the rows "coleman hawkins" and "hawkins coleman". An ordinary index finds beginnings by a range, in SQLite and
PostgreSQL alike, and one row answers what is typed in either order. The search's own index cannot: it knows names as
words of entries, not which words make up one name of whom; full-text and trigram indexes differ in each database.

The database session itself watches names, so that whoever adds or changes one need not think of this table.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    ForeignKey,
    Text,
    column,
    delete,
    event,
    insert,
    inspect,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from archive.db import Model, db
from catalogue import folding
from catalogue.agents import Agent, AgentName
from catalogue.places import Place

MAX_WORDS = 12  # of a name; a whole line-up pasted as one name has more
MAX_ROWS = 20_000  # looked at for one question
SHORTEST = 2  # letters of a question
BATCH = 1_000  # rows written at once

# Compared byte by byte, so that a beginning is a range; SQLite does so anyway.
_BYTES = Text().with_variant(Text(collation="C"), "postgresql")

# The columns that `fill` reads, as they were when this table was made.
_AGENT = table("agent", column("id"), column("pid"), column("name"))
_AGENT_NAME = table("agent_name", column("agent_id"), column("name"))
_PLACE = table("place", column("pid"), column("name"), column("variants", JSON))


class NamePart(Model):
    """The words of one name of an agent or a place, beginning with one of them."""

    __table_args__ = (CheckConstraint("(agent_pid IS NULL) != (place_pid IS NULL)", "has_one_bearer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(_BYTES, index=True)
    name: Mapped[str]  # as written
    agent_pid: Mapped[str | None] = mapped_column(ForeignKey("agent.pid", ondelete="CASCADE"), index=True)
    place_pid: Mapped[str | None] = mapped_column(ForeignKey("place.pid", ondelete="CASCADE"), index=True)


class Match(NamedTuple):
    """A name that answers, and the pid of its bearer."""

    pid: str
    name: str
    is_place: bool


def find(typed: str) -> list[Match]:
    """Find the names with a word beginning for each word that was typed, in any order; each name once."""
    wanted = words_of(typed)
    longest = max(wanted, key=len, default="")
    if len(longest) < SHORTEST:
        return []
    beginning = longest[:-1] + chr(ord(longest[-1]) + 1)
    query = (
        select(NamePart.part, NamePart.name, NamePart.agent_pid, NamePart.place_pid)
        .where(NamePart.part >= longest, NamePart.part < beginning)
        .limit(MAX_ROWS)
    )
    found = {
        Match(agent_pid or place_pid, name, agent_pid is None)
        for part, name, agent_pid, place_pid in db.session.execute(query)
        if _has_all(part, wanted)
    }
    return sorted(found)


def words_of(typed: str) -> list[str]:
    """Return the folded words of what was typed, each in its first way of writing."""
    return [word for ways in folding.readings(typed) for word in ways[0]][:MAX_WORDS]


def fill(connection: Connection) -> None:
    """Write the parts of all names that there are into an empty table; for a migration."""
    other = select(_AGENT.c.pid, _AGENT_NAME.c.name).where(_AGENT.c.id == _AGENT_NAME.c.agent_id)
    agents = connection.execute(union_all(select(_AGENT.c.pid, _AGENT.c.name), other)).all()
    places = connection.execute(select(_PLACE.c.pid, _PLACE.c.name, _PLACE.c.variants)).all()
    rows = [row for pid, name in agents for row in _rows(name, agent_pid=pid)]
    rows += [
        row
        for pid, name, variants in places
        for each in dict.fromkeys([name, *variants])
        for row in _rows(each, place_pid=pid)
    ]
    for start in range(0, len(rows), BATCH):
        connection.execute(insert(NamePart), rows[start : start + BATCH])


def _rows(name: str, agent_pid: str | None = None, place_pid: str | None = None) -> Iterator[dict[str, Any]]:
    words = list(dict.fromkeys(folding.words(name)))[:MAX_WORDS]
    for at in range(len(words)):
        part = " ".join([*words[at:], *words[:at]])
        yield {"part": part, "name": name, "agent_pid": agent_pid, "place_pid": place_pid}


def _has_all(part: str, wanted: Iterable[str]) -> bool:
    padded = f" {part}"
    return all(f" {word}" in padded for word in wanted)


@event.listens_for(Agent, "after_insert")
def _is_new_agent(_mapper: Mapper[Any], connection: Connection, agent: Agent) -> None:
    _insert(connection, _rows(agent.name, agent_pid=agent.pid))


@event.listens_for(Agent, "after_update")
def _is_changed_agent(_mapper: Mapper[Any], connection: Connection, agent: Agent) -> None:
    attributes = inspect(agent).attrs
    if attributes.name.history.has_changes() or attributes.merged_into_id.history.has_changes():
        _write_anew(connection, [agent.id])


@event.listens_for(AgentName, "after_insert")
@event.listens_for(AgentName, "after_update")
@event.listens_for(AgentName, "after_delete")
def _goes_by_another_name(_mapper: Mapper[Any], connection: Connection, name: AgentName) -> None:
    before = inspect(name).attrs.agent_id.history.deleted or ()  # when two agents become one
    _write_anew(connection, [name.agent_id, *before])


@event.listens_for(Place, "after_insert")
@event.listens_for(Place, "after_update")
def _is_place(_mapper: Mapper[Any], connection: Connection, place: Place) -> None:
    attributes = inspect(place).attrs
    watched = (attributes.name, attributes.variants, attributes.merged_into_id)
    if any(attribute.history.has_changes() for attribute in watched):
        connection.execute(delete(NamePart).where(NamePart.place_pid == place.pid))
        # What was merged is found by the one that stays, which has its names.
        names = [] if place.merged_into_id else dict.fromkeys([place.name, *place.variants])
        _insert(connection, (row for name in names for row in _rows(name, place_pid=place.pid)))


def _write_anew(connection: Connection, agent_ids: Iterable[int]) -> None:
    for agent_id in agent_ids:
        bearer = select(Agent.pid, Agent.merged_into_id).where(Agent.id == agent_id)
        for pid, _merged_into_id in (found := connection.execute(bearer).all()):
            connection.execute(delete(NamePart).where(NamePart.agent_pid == pid))
        if not found or found[0].merged_into_id is not None:
            continue  # what was merged is found by the one that stays, which has its names
        own = select(_AGENT.c.pid, _AGENT.c.name).where(_AGENT.c.id == agent_id)
        other = select(_AGENT.c.pid, _AGENT_NAME.c.name).where(
            _AGENT.c.id == agent_id, _AGENT_NAME.c.agent_id == _AGENT.c.id
        )
        names = connection.execute(union_all(own, other)).all()
        _insert(connection, (row for pid, name in names for row in _rows(name, agent_pid=pid)))


def _insert(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    listed = list(rows)
    if listed:
        connection.execute(insert(NamePart), listed)
