"""What the demo collection holds, as plain values: the tables of `content/*.toml`, read and nothing done with yet."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalogue import pids
from catalogue.agents import AgentKind, NameKind
from catalogue.demo.lineups import Part
from catalogue.entries import Access, Reuse, Status
from catalogue.pictures import ImageType
from catalogue.places import PlaceKind
from catalogue.recording_sessions import SessionType
from catalogue.recordings import TakeStatus

Both = tuple[str, str]  # Dutch and English


@dataclass(frozen=True)
class Place:
    """A city, or a room in one."""

    name: str
    kind: PlaceKind
    city: str | None = None
    variants: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None

    @property
    def pid(self) -> str:
        """Its identifier, on every machine the same."""
        return pids.derive(f"demo:place:{self.name}")


@dataclass(frozen=True)
class Agent:
    """A person, ensemble or organisation with its other names."""

    kind: AgentKind
    name: str
    nl: str
    en: str
    names: tuple[tuple[NameKind, str], ...] = ()
    born: str | None = None
    died: str | None = None
    role: str | None = None  # of an organisation: broadcaster or label

    @property
    def pid(self) -> str:
        """Its identifier, on every machine the same."""
        return pids.derive(f"demo:{self.kind.value}:{self.name}")


@dataclass(frozen=True)
class Collection:
    """A fonds or series."""

    key: str
    title: str
    level: str
    shelfmark: str
    date: str
    extent: str
    nl: str
    en: str
    title_en: str | None = None
    parent: str | None = None
    makers: tuple[Part, ...] = ()

    @property
    def pid(self) -> str:
        """Its identifier, on every machine the same."""
        return pids.derive(f"demo:collection:{self.key}")


@dataclass(frozen=True)
class Work:
    """A composition."""

    title: str
    makers: tuple[Part, ...]
    year: str
    iswc: str | None = None

    @property
    def pid(self) -> str:
        """Its identifier, on every machine the same."""
        return pids.derive(f"demo:work:{self.title}")


@dataclass(frozen=True)
class Play:
    """What the made-up band is told: form and key, beats a minute, seconds wished for."""

    form: str
    key: str
    tempo: float
    seconds: float


@dataclass(frozen=True)
class Take:
    """One recording."""

    shelf: str
    title: str
    play: Play
    rights: str
    nl: str
    en: str
    work: str | None
    matrix: str | None = None
    catalogue: str | None = None
    take: str | None = None
    take_status: TakeStatus = TakeStatus.UNKNOWN
    given: str | None = None  # title on the carrier
    lineup: tuple[Part, ...] = ()  # only if it differs from the session's
    date: str | None = None
    course: tuple[tuple[str, int, str, float], ...] = ()  # label, bars, who (an instrument), tempo
    status: Status = Status.PUBLISHED
    withdrawn: str | None = None  # why
    embargo: datetime.date | None = None

    @property
    def pid(self) -> str:
        """Its identifier, on every machine the same."""
        return pids.derive(f"demo:{self.shelf}")


@dataclass(frozen=True)
class Session:
    """An occasion with its line-up and what was recorded there."""

    key: str
    type: SessionType
    title: str
    date: str
    year: int  # of the sound; the date as the source has it may say less
    place: str
    lineup: tuple[Part, ...]
    collection: str
    carrier: str
    room: str
    nl: str
    en: str
    takes: tuple[Take, ...]
    title_en: str | None = None
    leader: str | None = None  # as announced
    ensemble: str | None = None
    broadcaster: str | None = None
    label: str | None = None
    programme: str | None = None
    crew: tuple[Part, ...] = ()
    generation: str | None = None
    condition: Both | None = None
    applause: bool = False
    language: str | None = None
    sources: tuple[tuple[str, str | None], ...] = ()  # code, where in it
    status: Status = Status.PUBLISHED
    embargo: datetime.date | None = None

    @property
    def pid(self) -> str:
        """Its identifier, on every machine the same."""
        return pids.derive(f"demo:session:{self.key}")


@dataclass(frozen=True)
class Image:
    """One photograph, poster, sleeve, programme or cutting, and how it is drawn (see `pictures.Picture`)."""

    shelf: str
    title: str
    draw: str
    seed: int
    ink: str
    date: str
    place: str
    collection: str
    carrier: str
    rights: str
    nl: str
    en: str
    alt_nl: str
    alt_en: str
    title_en: str | None = None
    type: ImageType = ImageType.PHOTOGRAPH
    shape: str = "landscape"
    lines: tuple[str, ...] = ()
    by: str | None = None
    designer: str | None = None
    depicts: tuple[str, ...] = ()
    session: str | None = None
    access: Access | None = None
    status: Status = Status.PUBLISHED
    withdrawn: str | None = None
    embargo: datetime.date | None = None

    @property
    def pid(self) -> str:
        """Its identifier, on every machine the same."""
        return pids.derive(f"demo:{self.shelf}")


@dataclass(frozen=True)
class Situation:
    """How things stand with the rights: the claims, as the floor above reads them, and what should follow."""

    code: str
    reuse: Reuse
    claims: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Content:
    """The whole collection."""

    places: tuple[Place, ...]
    agents: tuple[Agent, ...]
    collections: tuple[Collection, ...]
    works: tuple[Work, ...]
    sessions: tuple[Session, ...]
    images: tuple[Image, ...]
    situations: Mapping[str, Situation]
    carriers: Mapping[str, Both]
    citations: Mapping[str, str]

    @property
    def takes(self) -> list[tuple[Session, Take]]:
        """List the recordings, each with its session."""
        return [(session, take) for session in self.sessions for take in session.takes]

    def work(self, title: str) -> Work:
        """Find a work by its title."""
        return next(work for work in self.works if work.title == title)

    def agent(self, name: str) -> Agent:
        """Find somebody by name."""
        return next(agent for agent in self.agents if agent.name == name)


def lineup_of(session: Session, take: Take) -> tuple[Part, ...]:
    """Give the line-up of a recording: its own, else that of its session."""
    return take.lineup or session.lineup
