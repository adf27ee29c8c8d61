"""Which columns lead to an agent, a place or an entry, and what becomes of each in a merge.

Every foreign key to one of them is named here, or in STAYING with the reason; a test holds new tables to that. Tables
are named and not imported, because many stand above what is merged. Those of licensing are not named: what was sold
and claimed keeps to the entry it was sold and claimed of, whose row stays and leads on.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

from archive.db import Model
from catalogue.merges import MergeKind

# What makes two credits the same but for who (or of what) they are.
_PART = ("role", "role_text", "tracks_text", "instrument_id", "region")
_PRINTED = ("role", "role_text", "tracks_text", "instrument_id", "credited_as")


@dataclass(frozen=True)
class Link:
    """A column that leads to things of one kind."""

    table_name: str
    column_name: str
    same: tuple[str, ...] = ()  # what makes two rows of one thing the same: only one of them stays
    better: tuple[str, ...] = ()  # of the same two the one stays that has these
    content: tuple[str, ...] = ()  # what a row is known by that may be written anew under another `id`
    numbered: str = ""  # the column of its place among the others
    elsewhere: str = ""  # the column at the other end: both ends at one thing would say nothing
    forgets: str = ""  # the column that begins again at 0: it counted what the one that goes had become
    is_shared: bool = False  # the one that goes keeps its row too: what was sold of it is still delivered
    is_single: bool = False  # a thing has one row at most; that of the one that goes stays where it is

    @property
    def name(self) -> str:
        """The table and its column."""
        return f"{self.table_name}.{self.column_name}"

    @property
    def table(self) -> Table:
        """The table itself."""
        return Model.metadata.tables[self.table_name]

    @property
    def column(self) -> Column[Any]:
        """The column itself."""
        return self.table.c[self.column_name]


LINKS: dict[MergeKind, tuple[Link, ...]] = {
    MergeKind.AGENT: (
        Link(
            "credit",
            "agent_id",
            same=("entry_id", *_PART),
            better=("leader",),
            content=("entry_id", *_PRINTED),
        ),
        Link("identifier", "agent_id", same=("scheme", "value"), content=("scheme", "value")),
        Link("recording_session", "broadcaster_id"),
        Link("recording_session", "label_id"),
        Link("release", "label_id"),
    ),
    MergeKind.PLACE: (
        Link("entry", "place_id"),
        Link("place", "parent_id"),
        Link("identifier", "place_id", same=("scheme", "value"), content=("scheme", "value")),
    ),
    MergeKind.ENTRY: (
        Link(
            "credit",
            "entry_id",
            same=("agent_id", *_PART),
            better=("leader",),
            content=("agent_id", *_PRINTED),
            numbered="position",
        ),
        Link("identifier", "entry_id", same=("scheme", "value"), content=("scheme", "value")),
        Link("entry_term", "entry_id", same=("term_id",)),
        Link(
            "entry_source",
            "entry_id",
            same=("source_id", "field", "locator"),
            content=("source_id", "field", "locator"),
        ),
        Link("entry_file", "entry_id", same=("asset_id",), is_shared=True),
        Link("holding", "entry_id", content=("shelfmark", "carrier_nl", "carrier_en", "location")),
        Link(
            "segment",
            "recording_id",
            same=("start_ms", "label_nl", "who"),
            content=("start_ms", "label_nl", "who"),
        ),
        Link(
            "track",
            "release_id",
            same=("side", "number", "printed_title", "recording_id"),
            content=("side", "number", "printed_title", "recording_id"),
            numbered="position",
        ),
        Link("track", "recording_id"),
        Link("relation", "from_id", same=("to_id", "kind"), content=("to_id", "kind"), elsewhere="to_id"),
        Link("relation", "to_id", same=("from_id", "kind"), content=("from_id", "kind"), elsewhere="from_id"),
        Link("correction", "entry_id"),
        Link("arrival", "entry_id"),
        Link("entry", "parent_id"),
        Link("recording", "session_id"),
        Link("recording", "work_id"),
        Link("image", "session_id"),
        Link("import_row", "entry_id"),
        Link("import_row", "session_id"),
        Link("imported_entry", "entry_id", forgets="version", is_single=True),
    ),
}

# What a merge leaves where it is.
STAYING = {
    "agent.merged_into_id": "an earlier merge: its redirect leads on through this one",
    "place.merged_into_id": "an earlier merge: its redirect leads on through this one",
    "entry.merged_into_id": "an earlier merge: its redirect leads on through this one",
    "agent_name.agent_id": "names go as objects, so that search hears of it (catalogue.merging.names)",
    "name_part.agent_pid": "written anew from the names",
    "name_part.place_pid": "written anew from the names",
    "authority_revision.agent_id": "history",
    "authority_revision.place_id": "history",
    "revision.entry_id": "history",
    "selection_item.entry_id": "what a reader kept; their list shows what became of it",
    "batch_entry.entry_id": "history",
    "import_change.entry_id": "history",
    "draft.entry_id": "what somebody was typing, to be shown when it is refused",
    "index_change.entry_id": "what the index has still to hear of the one that goes",
    "recording_session.entry_id": "what the one that goes is; fields are chosen one by one",
    "recording.entry_id": "what the one that goes is; fields are chosen one by one",
    "image.entry_id": "what the one that goes is; fields are chosen one by one",
    "work.entry_id": "what the one that goes is; fields are chosen one by one",
    "release.entry_id": "what the one that goes is; fields are chosen one by one",
    "performance.entry_id": "what the one that goes is; fields are chosen one by one",
}


def named(kind: MergeKind, name: str) -> Link | None:
    """Find a link by its table and column; None when there is no such link any more."""
    return next((link for link in LINKS[kind] if link.name == name), None)
