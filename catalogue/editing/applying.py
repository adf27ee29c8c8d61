"""Writes a change to an entry and all its parts. What has been read has no faults left; who and what is new is added
here.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Enum as SqlEnum
from sqlalchemy import inspect

from archive.db import Model, db, lock_row
from catalogue import (
    agents,
    credits,
    drafts,
    entries,
    entry_files,
    folding,
    identifiers,
    places,
    recordings,
    relations,
    releases,
    sources,
    terms,
)
from catalogue.agents import Agent, AgentKind
from catalogue.credits import Certainty, Credit, Role
from catalogue.editing.picking import New
from catalogue.editing.present import PARTS, Described
from catalogue.editing.reading import Change
from catalogue.editing.values import ID
from catalogue.entries import Entry
from catalogue.places import PlaceKind
from catalogue.relations import RelationKind
from catalogue.releases import Track
from catalogue.terms import TermScheme

Rows = list[dict[str, Any]]


def save(described: Described, change: Change, account_id: int) -> None:
    """Apply a change and save it; a change of nothing is no new version."""
    apply(described, change, account_id)
    if not change.is_empty:
        entries.save(described.entry, account_id, change.comment)


def apply(described: Described, change: Change, account_id: int) -> None:
    """Apply a change and forget the draft of it; raise Refused when somebody else saved in the meantime (nothing is
    changed then). `entries.save` or `entries.move` finishes it.
    """
    entry = described.entry
    lock_row(entry)  # two who save at once come one after the other
    entries.require_version(entry, change.seen_version)
    _add_agents(change)
    _set(entry, change.entry)
    if change.part:
        _set(described.part or _add_part(entry), change.part)
    for name, rows in change.tables.items():
        _WRITERS[name](described, rows)
    drafts.discard(entry.id, account_id)


def _add_agents(change: Change) -> None:
    """Add who is new, each once, however many lines name them; a namesake who is known already is somebody else."""
    made: dict[New, Agent] = {}
    for said in (change.part, *(row for rows in change.tables.values() for row in rows)):
        for name, value in said.items():
            if isinstance(value, New) and value.kind in _AGENT_KINDS:
                if value not in made:
                    made[value] = agents.add(AgentKind(value.kind), value.name)
                said[name] = made[value]


_AGENT_KINDS = frozenset(kind.value for kind in AgentKind)


def add_part(entry: Entry) -> None:
    """Give a new entry what its kind adds."""
    if entry.kind in PARTS:
        _add_part(entry)


def _add_part(entry: Entry) -> Any:
    part = PARTS[entry.kind](entry_id=entry.id)
    for column in inspect(type(part)).columns:
        if isinstance(column.type, SqlEnum) and column.default is None:
            setattr(part, column.key, _stored(column, _FIRST[column.key]))
    db.session.add(part)
    db.session.flush()
    return part


# What a new entry is until somebody says otherwise.
_FIRST = {"session_type": "unknown", "image_type": "photograph"}


def _set(thing: Model, columns: dict[str, Any]) -> None:
    known = inspect(type(thing)).columns
    for name, value in columns.items():
        if name == "date_text" and isinstance(thing, Entry):
            entries.set_date(thing, value)
        elif name in known:
            setattr(thing, name, _stored(known[name], _number(name, value)))


def _stored(column: Any, value: Any) -> Any:
    if value is None and not column.nullable:
        return column.default.arg
    kind: Any = column.type.enum_class if isinstance(column.type, SqlEnum) else None
    return kind(value) if kind and value is not None else value


def _number(name: str, value: Any) -> Any:
    """Give the number of what was picked, adding it if it is new."""
    if name == "place_id":
        return _place_id(value)
    if isinstance(value, New):
        return _term_id(value, TermScheme(name.removesuffix("_id")))
    return getattr(value, "id", value)


def _place_id(value: Any) -> int | None:
    if not isinstance(value, New):
        return value.id if value is not None else None
    name, _comma, town = (part.strip() for part in value.name.partition(","))
    kind = PlaceKind(value.kind)
    within = (
        places.ensure(PlaceKind.CITY, town) if town and kind in (PlaceKind.VENUE, PlaceKind.STUDIO) else None
    )
    return places.ensure(kind, name if within else value.name, within).id


def _term_id(value: Any, scheme: TermScheme) -> int | None:
    if not isinstance(value, New):
        return value.id if value is not None else None
    code = "-".join(folding.words(value.name)) or value.name
    return terms.ensure(scheme, code, value.name, value.name, []).id


def _write_people(described: Described, rows: Rows) -> None:
    known = {credit.id: credit for credit in described.people}
    credits.replace(described.entry.id, [_credit(row, known.get(row[ID])) for row in rows])


_NOT_OF_ALL_KINDS = ("leader", "region", "tracks_text")


def _credit(row: dict[str, Any], old: Credit | None) -> Credit:
    """Make a credit; what the form does not show stays as it was."""
    role = Role(row["role"])
    hidden: dict[str, Any] = {"leader": False}
    if old is not None:
        hidden = {
            name: getattr(old, name) for name in (*_NOT_OF_ALL_KINDS, "instrument_id", "instrument_text")
        }
    shown = {name: row[name] for name in _NOT_OF_ALL_KINDS if name in row}
    if "instrument" in row:
        shown["instrument_id"] = row["instrument"].id if row["instrument"] else None
        is_same = old is not None and old.instrument_id == shown["instrument_id"]
        shown["instrument_text"] = old.instrument_text if old is not None and is_same else None
    return Credit(
        agent_id=row["name"].id if row["name"] else None,
        role=role,
        role_text=old.role_text if old and old.role is role else None,
        credited_as=row["credited_as"],
        certainty=Certainty(row["certainty"]),
        **{**hidden, **shown},
    )


def _write_titles(described: Described, rows: Rows) -> None:
    names = ("text", "lang", "kind")
    described.entry.alt_titles = [
        {name: row[name] for name in names if row[name]} for row in rows if row["text"]
    ]


def _write_words(scheme: TermScheme) -> Callable[[Described, Rows], None]:
    def write(described: Described, rows: Rows) -> None:
        found = [_term_id(row["term"], scheme) for row in rows]
        terms.replace(described.entry.id, scheme, [term_id for term_id in found if term_id is not None])

    return write


def _write_identifiers(described: Described, rows: Rows) -> None:
    identifiers.replace_of_entry(described.entry.id, [(row["scheme"], row["value"]) for row in rows])


def _write_relations(described: Described, rows: Rows) -> None:
    relations.replace(described.entry.id, [(RelationKind(row["kind"]), row["entry"].id) for row in rows])


def _write_sources(described: Described, rows: Rows) -> None:
    sources.replace(described.entry.id, rows)


def _write_carriers(described: Described, rows: Rows) -> None:
    plain = [(row[ID], {name: value for name, value in row.items() if name != ID}) for row in rows]
    entry_files.replace_carriers(described.entry.id, plain)


def _write_segments(described: Described, rows: Rows) -> None:
    # The same words at the same moment are said once.
    told = {(row["start_ms"], row["label_nl"], row["who"]): row for row in rows}
    plain = [{name: value for name, value in row.items() if name != ID} for row in told.values()]
    recordings.replace_segments(described.entry.id, plain)


def _write_tracks(described: Described, rows: Rows) -> None:
    known = {track.id: track for track in described.tracks}
    releases.replace_tracks(described.entry.id, [_track(row, known.get(row[ID])) for row in rows])


def _track(row: dict[str, Any], old: Track | None) -> Track:
    return Track(
        number=row["number"],
        printed_title=row["printed_title"],
        side=row["side"],
        duration_ms=row["duration_ms"] or None,
        recording_id=row["recording"].id if row["recording"] else None,
        is_part=old.is_part if old else False,
    )


_WRITERS: dict[str, Callable[[Described, Rows], None]] = {
    "people": _write_people,
    "alt_titles": _write_titles,
    "genres": _write_words(TermScheme.GENRE),
    "subjects": _write_words(TermScheme.SUBJECT),
    "identifiers": _write_identifiers,
    "relations": _write_relations,
    "sources": _write_sources,
    "carriers": _write_carriers,
    "segments": _write_segments,
    "tracks": _write_tracks,
}
