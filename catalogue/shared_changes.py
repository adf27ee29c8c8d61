"""Changes of what many entries share: an agent, a place, a term, a session or collection. One row each, written in
the transaction of the change; the job runner works through the entries that carry it, a batch at a time.

The database session itself watches what is shared, so that whoever renames something need not think of the index.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Index, delete, event, func, insert, inspect, select, update
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    ORMExecuteState,
    Session,
    SessionTransaction,
    aliased,
    mapped_column,
    object_session,
)

from archive.db import Model, db, enum_column
from catalogue import outbox
from catalogue.agents import Agent, AgentName
from catalogue.credits import Credit
from catalogue.places import Place
from catalogue.terms import Term


class Shared(str, Enum):
    """What entries share; an entry is shared by what lies under it or was made at it."""

    AGENT = "agent"
    PLACE = "place"
    TERM = "term"
    ENTRY = "entry"


class SharedChange(Model):
    """Something shared that has changed, and how far the index has followed."""

    __table_args__ = (Index(None, "kind", "shared_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Shared] = mapped_column(enum_column(Shared))
    shared_id: Mapped[int]  # no foreign key: what is gone is carried by nothing
    reached: Mapped[int] = mapped_column(default=0)  # id of the last entry whose document was made anew


@dataclass(frozen=True)
class Waiting:
    """A change as the job runner works through it."""

    id: int
    kind: Shared
    shared_id: int
    reached: int


# What of them is in search documents (catalogue.search.composing).
_WATCHED: dict[type[Model], tuple[Shared, tuple[str, ...]]] = {
    Agent: (Shared.AGENT, ("name",)),
    Place: (Shared.PLACE, ("name", "variants", "kind", "parent_id")),
    Term: (Shared.TERM, ("code", "label_nl", "label_en", "aliases")),
}
_NOTED, _NEW_AGENTS = (
    "shared things noted",
    "new agents",
)  # kept with a session: in this flush, this transaction


def add(kind: Shared, shared_ids: Collection[int]) -> None:
    """Queue things that were changed by a statement, which the session does not see: credits of one agent given
    to another, say.
    """
    if shared_ids:
        rows = [{"kind": kind, "shared_id": shared_id, "reached": 0} for shared_id in shared_ids]
        db.session.execute(insert(SharedChange), rows)
        outbox.call_job()


def count() -> int:
    """Count the changes that wait."""
    return db.session.scalar(select(func.count()).select_from(SharedChange)) or 0


def next_batch(limit: int) -> list[Waiting]:
    """Return the oldest changes, leaving out those that a later one of the same thing repeats."""
    later = aliased(SharedChange)
    is_repeated = (
        select(later.id)
        .where(
            later.kind == SharedChange.kind,
            later.shared_id == SharedChange.shared_id,
            later.id > SharedChange.id,
        )
        .exists()
    )
    columns = select(SharedChange.id, SharedChange.kind, SharedChange.shared_id, SharedChange.reached)
    query = columns.where(~is_repeated).order_by(SharedChange.id).limit(limit)
    return [Waiting(*row) for row in db.session.execute(query)]


def finish(change: Waiting) -> None:
    """Forget a change, and those it repeats, once the index holds all entries that carry the thing."""
    db.session.execute(
        delete(SharedChange).where(
            SharedChange.kind == change.kind,
            SharedChange.shared_id == change.shared_id,
            SharedChange.id <= change.id,
        )
    )


def go_on(change: Waiting, reached: int) -> None:
    """Remember how far the index has followed."""
    db.session.execute(update(SharedChange).where(SharedChange.id == change.id).values(reached=reached))


@event.listens_for(Agent, "after_update")
@event.listens_for(Place, "after_update")
@event.listens_for(Term, "after_update")
def _was_changed(_mapper: Mapper[Any], connection: Connection, thing: Any) -> None:
    kind, columns = _WATCHED[type(thing)]
    attributes = inspect(thing).attrs
    if any(attributes[column].history.has_changes() for column in columns):
        _note(connection, thing, kind, thing.id)


@event.listens_for(AgentName, "after_insert")
@event.listens_for(AgentName, "after_update")
@event.listens_for(AgentName, "after_delete")
def _goes_by_another_name(_mapper: Mapper[Any], connection: Connection, name: AgentName) -> None:
    before = inspect(name).attrs.agent_id.history.deleted or ()  # when two agents become one
    for agent_id in (name.agent_id, *before):
        # What was added in this very transaction is in no document yet: an import adds thousands.
        if agent_id not in _session(name).info.get(_NEW_AGENTS, ()):
            _note(connection, name, Shared.AGENT, agent_id)


@event.listens_for(Credit, "after_update")
def _is_of_somebody_else(_mapper: Mapper[Any], connection: Connection, credit: Credit) -> None:
    if credit.agent_id is not None and inspect(credit).attrs.agent_id.history.has_changes():
        _note(connection, credit, Shared.AGENT, credit.agent_id)


@event.listens_for(Agent, "after_insert")
def _is_new(_mapper: Mapper[Any], _connection: Connection, agent: Agent) -> None:
    _session(agent).info.setdefault(_NEW_AGENTS, set()).add(agent.id)


@event.listens_for(db.session, "after_flush_postexec")
def _call_job(session: Session, _context: object) -> None:
    if session.info.pop(_NOTED, None):
        outbox.call_job()


@event.listens_for(db.session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_NOTED, None)
        session.info.pop(_NEW_AGENTS, None)


@event.listens_for(db.session, "do_orm_execute")
def _refuse_unseen(state: ORMExecuteState) -> None:
    names = (*_WATCHED, AgentName)
    writes = state.is_update or state.is_delete
    if writes and state.bind_mapper is not None and state.bind_mapper.class_ in names:
        raise RuntimeError("change names on their objects: a statement would pass the index by")


def _note(connection: Connection, thing: object, kind: Shared, shared_id: int) -> None:
    # Within a flush nothing can be added to the session, but statements can be run.
    noted = _session(thing).info.setdefault(_NOTED, set())
    if (kind, shared_id) not in noted:
        connection.execute(insert(SharedChange).values(kind=kind, shared_id=shared_id, reached=0))
        noted.add((kind, shared_id))


def _session(thing: object) -> Session:
    session = object_session(thing)
    if session is None:
        raise RuntimeError("what is being written belongs to a session")
    return session
