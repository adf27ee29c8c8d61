"""Two side by side before they become one, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from archive.db import Model, db
from catalogue import snapshots
from catalogue.agents import Agent
from catalogue.entries import Entry
from catalogue.merges import Merge, MergeKind
from catalogue.merging import fields, joining, moving, names
from catalogue.merging.fields import KEPT, MERGED, Field, Thing
from catalogue.pages import authorities, changes, links
from catalogue.places import Place

PAGE = 50

# What moves, by table and column; and what stays with the one that goes (`catalogue.merging.links`).
MOVING = {
    "credit.agent_id": _l("Credits"),
    "credit.entry_id": _l("People"),
    "identifier.agent_id": _l("Identifiers"),
    "identifier.place_id": _l("Identifiers"),
    "identifier.entry_id": _l("Identifiers"),
    "recording_session.broadcaster_id": _l("Sessions broadcast"),
    "recording_session.label_id": _l("Sessions as label"),
    "release.label_id": _l("Releases as label"),
    "entry.place_id": _l("Entries made here"),
    "place.parent_id": _l("Places inside"),
    "entry_term.entry_id": _l("Subjects and genres"),
    "entry_source.entry_id": _l("Sources"),
    "entry_file.entry_id": _l("Files"),
    "holding.entry_id": _l("Carriers"),
    "segment.recording_id": _l("Parts with a name"),
    "track.release_id": _l("Tracks"),
    "track.recording_id": _l("Tracks on releases"),
    "entry.parent_id": _l("Entries inside"),
    "relation.from_id": _l("What it says of other entries"),
    "relation.to_id": _l("What other entries say of it"),
    "correction.entry_id": _l("Suggestions from visitors"),
    "arrival.entry_id": _l("Files on their way"),
    "recording.session_id": _l("Takes"),
    "recording.work_id": _l("Recordings of the work"),
    "image.session_id": _l("Pictures made there"),
    "import_row.entry_id": _l("Rows of imports"),
    "import_row.session_id": _l("Rows of imports, as session"),
    "imported_entry.entry_id": _l("Imports"),
    names.LINK: _l("Names"),
    "field": _l("Field"),
}


@dataclass(frozen=True)
class Side:
    """One of the two, with how much leads to it."""

    thing: Any
    name: str
    about: str
    url: str
    counts: list[tuple[str, int]]
    others: list[tuple[str, int]] = field(default_factory=list)  # of floors above: these stay where they are


@dataclass(frozen=True)
class Choice:
    """What both say in one field; `suggested` says whose value is chosen at first."""

    name: str
    label: str
    kept: str
    merged: str
    suggested: str

    @property
    def is_open(self) -> bool:
        """Whether there is anything to choose."""
        return self.kept != self.merged


@dataclass(frozen=True)
class Page:
    """Both sides and the fields."""

    kind: MergeKind
    kept: Side
    merged: Side
    choices: list[Choice]


@dataclass(frozen=True)
class Outcome:
    """A merge that was made, and perhaps undone."""

    made: Merge
    kept: Side
    merged: Side
    left_over: list[str]


def make(kept: Thing, merged: Thing, lang: str) -> Page:
    """Set two side by side."""
    kind = fields.kind_of(kept)
    return Page(kind, _side(kept), _side(merged), _choices(kept, merged, lang))


def outcome(made: Merge) -> Outcome:
    """Tell what came of a merge."""
    kept, merged = joining.things(made)
    return Outcome(made, _side(kept), _side(merged), _left_over(made))


def recent(page: int) -> list[tuple[Merge, str, str]]:
    """Return a page of all merges, newest first, each with the names of the one that stays and the one that went."""
    query = select(Merge).order_by(Merge.id.desc()).limit(PAGE).offset((max(page, 1) - 1) * PAGE)
    found = list(db.session.scalars(query))
    known: dict[tuple[MergeKind, int], str] = {}
    for kind, table in fields.KINDS.items():
        ids = {number for made in found if made.kind is kind for number in (made.kept_id, made.merged_id)}
        if ids:
            listed: Iterable[Thing] = db.session.scalars(select(table).where(table.id.in_(ids)))
            known |= {(kind, thing.id): name_of(thing) for thing in listed}
    return [(made, known[made.kind, made.kept_id], known[made.kind, made.merged_id]) for made in found]


def name_of(thing: Thing) -> str:
    """Return what a thing is called."""
    if isinstance(thing, Place):
        return thing.line
    return thing.title if isinstance(thing, Entry) else thing.name


def url_of(thing: Thing) -> str:
    """Return the address of the desk's page of a thing."""
    names_of_pages = {
        MergeKind.AGENT: "catalogue.desk_agent",
        MergeKind.PLACE: "catalogue.desk_place",
        MergeKind.ENTRY: "catalogue.desk_entry",
    }
    return links.to_entry(names_of_pages[fields.kind_of(thing)], thing.pid)


def _side(thing: Thing) -> Side:
    kind = fields.kind_of(thing)
    counted = [(str(MOVING.get(name, name)), count) for name, count in moving.counts(kind, thing.id).items()]
    if isinstance(thing, Agent) and thing.names:
        counted.append((str(_("Other names")), len(thing.names)))
    return Side(thing, name_of(thing), _about(thing), url_of(thing), counted, _held_above(kind, thing.id))


def _about(thing: Thing) -> str:
    if isinstance(thing, Agent):
        return ", ".join(
            str(part) for part in (authorities.AGENT_KINDS[thing.kind], thing.disambiguation) if part
        )
    if isinstance(thing, Place):
        return str(authorities.PLACE_KINDS[thing.kind])
    return ", ".join(part for part in (thing.date_text, thing.shelfmark) if part)


def _held_above(kind: MergeKind, thing_id: int) -> list[tuple[str, int]]:
    """Count what floors above keep of a thing: it stays, and goes on referring to the row that went."""
    own = fields.KINDS[kind].__tablename__
    columns = {
        key.parent.table.name.replace("_", " "): key.parent
        for mapper in Model.registry.mappers
        if not mapper.class_.__module__.startswith(("archive.", "catalogue."))
        for key in mapper.local_table.foreign_keys
        if key.column.table.name == own
    }
    return list(moving.counted(columns, thing_id).items())


def _choices(kept: Thing, merged: Thing, lang: str) -> list[Choice]:
    listed = fields.of(kept)
    own, others = fields.read(kept, listed), fields.read(merged, listed)
    show = _entry_texts if isinstance(kept, Entry) else _authority_texts
    mine, theirs = (show(listed, [values[one.name] for one in listed], lang) for values in (own, others))
    found = []
    for one, text, other in zip(listed, mine, theirs, strict=True):
        said = [fields.say(values[one.name]) for values in (own, others)]
        if said == [None, None]:
            continue
        suggested = MERGED if said[0] is None else KEPT
        found.append(Choice(one.name, _label(kept, one), text, other, suggested))
    return found


def _label(thing: Thing, one: Field) -> str:
    if isinstance(thing, Entry):
        return changes.field_label(one.columns[0])
    return str(authorities.FIELDS.get(one.columns[0], one.columns[0]))


def _authority_texts(listed: Sequence[Field], values: Sequence[fields.Values], lang: str) -> list[str]:
    return [
        ", ".join(authorities.shown(name, value, lang) for name, value in said.items() if value is not None)
        if "lat" in one.columns
        else authorities.shown(one.columns[0], said[one.columns[0]], lang)
        for one, said in zip(listed, values, strict=True)
    ]


def _entry_texts(listed: Sequence[Field], values: Sequence[fields.Values], lang: str) -> list[str]:
    """Write what an entry says as its history does: as what became of nothing."""
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for one, said in zip(listed, values, strict=True):
        column = one.columns[0]
        nothing: dict[str, Any] = {column: None}
        something: dict[str, Any] = {column: said[column]}
        part = next((each for each in snapshots.PARTS if each.table_name == one.table_name), None)
        if part is None:
            pairs.append((nothing, something))
        else:
            pairs.append(({part.name: [nothing]}, {part.name: [something]}))
    return [found[0].after if found else "" for found in changes.between(pairs, lang)]


def _left_over(made: Merge) -> list[str]:
    rows: list[dict[str, Any]] = list(made.left_over or [])
    ids = {row["entry_id"] for row in rows if row.get("entry_id")}
    titles = dict(db.session.execute(select(Entry.id, Entry.title).where(Entry.id.in_(ids))).tuples().all())
    return [_left_line(row, titles) for row in rows]


def _left_line(row: Mapping[str, Any], titles: Mapping[int, str]) -> str:
    what = str(MOVING.get(row["link"], row["link"]))
    if row["link"] == "field":
        column = row["field"].rpartition(".")[2]
        return f"{what}: {authorities.FIELDS.get(column) or changes.field_label(column)}"
    about = titles.get(row.get("entry_id") or 0) or row.get("name") or row.get("value") or row.get("title")
    if isinstance(about, dict):
        about = about.get("text")
    printed = row.get("credited_as")
    return ": ".join(str(part) for part in (what, about, printed) if part)
