"""What an import says, before any database: entries that belong together, each with a digest of its content.

The digest decides whether an entry changes: the same words make the same digest on every machine and day.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Self

from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.importing.remarks import Remark
from catalogue.recordings import TakeStatus


@dataclass(frozen=True)
class PlannedCredit:
    """Who did what: agent by name, instrument by code, and the texts as the source writes them.

    Without `agent_kind` the name stays a text: it stands for several people, or nobody knows for whom.
    """

    role: Role
    name: str
    agent_kind: AgentKind | None
    instrument: str | None = None
    instrument_text: str | None = None
    leader: bool = False
    credited_as: str | None = None


@dataclass(frozen=True)
class PlannedPerson(PlannedCredit):
    """Somebody whom the source tells from all others of the name by identifiers: scheme and value, its own first."""

    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PlannedSource:
    """A citation; `field` is what it is the source of (None: the whole), `note` what it says there."""

    citation: str
    field: str | None = None
    note: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class PlannedSolo:
    """One stretch of a recording, in milliseconds."""

    start_ms: int
    end_ms: int | None
    label_nl: str
    label_en: str
    who: str


@dataclass(frozen=True)
class PlannedEntry:
    """What all kinds of entry have. `key` tells it from all others of the same mapping."""

    key: str
    title: str
    title_lang: str | None
    title_en: str | None  # beside a supplied Dutch title
    date_text: str | None
    credits: tuple[PlannedCredit, ...]
    sources: tuple[PlannedSource, ...]
    credit_line: str

    @cached_property
    def digest(self) -> str:
        """Checksum of all that is said here."""
        return digest({**asdict(self), "as": type(self).__name__})


@dataclass(frozen=True)
class PlannedCollection(PlannedEntry):
    """The collection that the imported entries hang under."""

    description_nl: str
    description_en: str


@dataclass(frozen=True)
class PlannedRecording(PlannedEntry):
    """One take; it inherits the line-up of its session."""

    session_key: str
    position: int
    take: str | None
    take_status: TakeStatus
    identifiers: tuple[tuple[str, str], ...]
    solos: tuple[PlannedSolo, ...]
    duration_ms: int | None = None
    shelfmark: str | None = None
    description_nl: str = ""
    description_en: str = ""


@dataclass(frozen=True)
class PlannedSession(PlannedEntry):
    """One occasion with its line-up."""

    label: str | None
    venue: str | None = None
    city: str | None = None


@dataclass(frozen=True)
class PlannedConcert(PlannedEntry):
    """A concert with its people and its programme."""

    venue: str | None
    city: str | None
    description_nl: str
    description_en: str
    shelfmark: str | None = None


@dataclass(frozen=True)
class PlannedPhotograph(PlannedEntry):
    """One photograph as a thing: its carrier in words, its size."""

    shelfmark: str | None
    carrier_nl: str
    carrier_en: str
    width_mm: int | None
    height_mm: int | None
    description_nl: str = ""
    description_en: str = ""


@dataclass(frozen=True)
class GroupPlan:
    """What rows that belong together become: a head, what was made at it, and of each row the key of its entry."""

    head: PlannedEntry
    parts: tuple[PlannedEntry, ...]
    entry_of: dict[str, str]
    names: tuple[str, ...]  # of people in all rows of the table, as read, one for each time
    labels: tuple[str, ...]
    remarks: tuple[Remark, ...]

    @classmethod
    def of_one(
        cls, head: PlannedEntry, rows: Iterable[str], remarks: Iterable[Remark], names: Iterable[str] = ()
    ) -> Self:
        """Return the plan of rows, by their keys, that all become one entry."""
        return cls(head, (), dict.fromkeys(rows, head.key), tuple(names), (), tuple(remarks))

    @property
    def entries(self) -> tuple[PlannedEntry, ...]:
        """All entries, the head first."""
        return (self.head, *self.parts)


def digest(said: Mapping[str, Any]) -> str:
    """Make a checksum (sha256, hexadecimal) of plain values, whatever the order of their names."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{value!r} has no plain form")
