"""Questions with the number of somebody or something that was merged: asked of what stays.

Addresses and saved searches outlive a merge.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Select, select

from archive.db import db
from catalogue import redirects
from catalogue.agents import Agent
from catalogue.entries import Entry
from catalogue.places import Place
from catalogue.search.query import SearchQuery

Table = type[Agent] | type[Place] | type[Entry]

# What the values of a filter are the numbers of; `plays` has an instrument behind it.
_TABLES: dict[str, Table] = {
    "person": Agent,
    "with": Agent,
    "leader": Agent,
    "label": Agent,
    "plays": Agent,
    "place": Place,
    "collection": Entry,
}


def followed(query: SearchQuery) -> SearchQuery:
    """Return the question with the numbers of what stays, each once; one look-up for each table asked for."""
    pids: dict[Table, set[str]] = {}
    for name, values in query.filters:
        if name in _TABLES:
            pids.setdefault(_TABLES[name], set()).update(value.partition("/")[0] for value in values)
    moved = {old: new for table, asked in pids.items() for old, new in _moved(table, asked).items()}
    if not moved:
        return query
    changed = tuple(
        (name, tuple(dict.fromkeys(_now(one, moved) for one in values))) for name, values in query.filters
    )
    return replace(query, filters=changed)


def _moved(table: Table, pids: Collection[str]) -> dict[str, str]:
    merged: Select[tuple[Agent | Place | Entry]] = select(table)
    found = merged.where(table.pid.in_(pids), table.merged_into_id.is_not(None))
    return {thing.pid: redirects.survivor(thing).pid for thing in db.session.scalars(found)}


def _now(value: str, moved: dict[str, str]) -> str:
    pid, slash, rest = value.partition("/")
    return f"{moved.get(pid, pid)}{slash}{rest}"
