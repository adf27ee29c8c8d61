"""Authorities: what agents and places have in common. `save` is the one door for changes of them: it counts versions,
keeps history and audit.

The index follows of itself (catalogue.shared_changes), and so do the parts of names (catalogue.name_parts).
"""

from typing import Any

from sqlalchemy import select

from archive import audit, clock
from archive.db import db
from archive.errors import NotFound, Refused
from catalogue import authority_revisions, redirects, snapshots
from catalogue.agents import Agent
from catalogue.identifiers import Identifier
from catalogue.places import Place

Authority = Agent | Place

_NOT_SAID = frozenset({"id", "pid", "version", "name_key", "merged_into_id"})


def get_agent(pid: str) -> Agent:
    """Get an agent, merged or not; raise NotFound."""
    found = db.session.scalar(select(Agent).where(Agent.pid == pid))
    if found is None:
        raise NotFound("There is nobody with this number. Check the number, or search for a name.")
    return found


def get_place(pid: str) -> Place:
    """Get a place, merged or not; raise NotFound."""
    found = db.session.scalar(select(Place).where(Place.pid == pid))
    if found is None:
        raise NotFound("There is no place with this number. Check the number, or search for a name.")
    return found


def require_version(thing: Authority, seen_version: int) -> None:
    """Raise Refused when somebody else has saved it since `seen_version`, Moved when it was merged."""
    redirects.require_unmerged(thing)
    if seen_version != thing.version:
        raise Refused(
            "Somebody else has saved this in the meantime. Compare with what stands there now, and save again."
        )


def save(thing: Authority, account_id: int | None, comment: str = "") -> None:
    """Finish a change: version, history, audit."""
    moment = clock.now()
    thing.version += 1
    db.session.flush()
    authority_revisions.keep(thing, snapshot(thing), account_id, comment, moment)
    kind = "agent" if isinstance(thing, Agent) else "place"
    audit.record(f"{kind}.saved", kind, thing.pid, account_id, version=thing.version, comment=comment)


def snapshot(thing: Authority) -> dict[str, Any]:
    """Return what an agent or a place is now as plain values, names and identifiers included."""
    columns = [column.name for column in thing.__table__.columns if column.name not in _NOT_SAID]
    said: dict[str, Any] = {name: snapshots.plain(getattr(thing, name)) for name in columns}
    if isinstance(thing, Agent):
        said["names"] = [
            {"name": known.name, "kind": known.kind.value} for known in sorted(thing.names, key=_by_id)
        ]
    said["identifiers"] = [f"{one.scheme}:{one.value}" for one in identifiers_of(thing)]
    return said


def identifiers_of(thing: Authority) -> list[Identifier]:
    """Return the identifiers of an agent or a place."""
    owner = Identifier.agent_id if isinstance(thing, Agent) else Identifier.place_id
    query = select(Identifier).where(owner == thing.id).order_by(Identifier.scheme, Identifier.value)
    return list(db.session.scalars(query))


def _by_id(known: Any) -> int:
    return known.id or 0
