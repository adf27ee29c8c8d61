"""What the index knows of one public entry: everything it may be found by, gathered in one place. Pure."""

import hashlib
from dataclasses import dataclass
from enum import Enum

from catalogue.search.query import UNDATED

FIRST_DAY, LAST_DAY = 0, 99_999_999  # of a date that is open at a side

MAX_DECADES = 12  # of an entry dated within more, only the first ones are offered


@dataclass(frozen=True)
class Name:
    """A name somebody may look for, and the one under which the catalogue shows its bearer."""

    text: str
    shown: str


class Part(str, Enum):
    """What somebody named in an entry is to it, as far as it can be asked for."""

    PERSON = "person"
    LEADER = "leader"
    LABEL = "label"  # record companies and broadcasters


@dataclass(frozen=True)
class Bearer:
    """One person, ensemble or organisation of an entry: found by any of its names, together with what it plays."""

    part: Part
    shown: str
    names: tuple[str, ...]  # in every spelling, the shown one included
    instruments: tuple[str, ...] = ()  # labels in both languages and abbreviations


@dataclass(frozen=True)
class Document:
    """One public entry as the index takes it in."""

    pid: str
    kind: str
    titles: tuple[str, ...]  # the title first
    bearers: tuple[Bearer, ...] = ()
    subjects: tuple[str, ...] = ()  # instruments, terms and types, in both languages; years
    places: tuple[str, ...] = ()
    prose: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()  # shelfmarks and identifiers
    persons: tuple[str, ...] = ()  # pids
    players: tuple[str, ...] = ()  # pids of those who were there: who performed, conducted or spoke
    leaders: tuple[str, ...] = ()  # pids
    labels: tuple[str, ...] = ()  # pids of record companies and broadcasters
    plays: tuple[str, ...] = ()  # a player's pid, a slash and the code of an instrument
    occasion: str = ""  # pid of the session it is or was made at; of a recording without one, its own
    instruments: tuple[str, ...] = ()  # codes
    place_pids: tuple[str, ...] = ()  # of venue and city
    collections: tuple[str, ...] = ()  # pids of all collections above
    reuse: str | None = None
    lo: int | None = None  # yyyymmdd
    hi: int | None = None
    price: int | None = None  # minor units
    embargo: int = 0  # yyyymmdd of the day from which it is public; 0 for always
    added: int = 0  # first public, in seconds since 1970

    @property
    def names(self) -> tuple[Name, ...]:
        """The names of all bearers, each with the one that is shown."""
        return tuple(dict.fromkeys(Name(text, one.shown) for one in self.bearers for text in one.names))

    @property
    def digest(self) -> str:
        """A short name of all it says; another one after any change."""
        return hashlib.blake2b(repr(self).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()

    def values(self) -> dict[str, tuple[str, ...]]:
        """Return by name the values it is filtered and counted by; decades are worked out from its dates."""
        return {
            "kind": (self.kind,),
            "reuse": (self.reuse,) if self.reuse else (),
            "place": self.place_pids,
            "instrument": self.instruments,
            "person": self.persons,
            "leader": self.leaders,
            "label": self.labels,
            "collection": self.collections,
            "plays": self.plays,
            "player": self.players,
            "occasion": (self.occasion,) if self.occasion else (),
        }

    @property
    def decades(self) -> tuple[str, ...]:
        """The decades its date may lie in, as "1950"; or that it has no date."""
        return decades(self.lo, self.hi)


def decades(lo: int | None, hi: int | None) -> tuple[str, ...]:
    """List the decades between two bounds (yyyymmdd); of an open side only that of the known bound."""
    years = year_span(lo, hi)
    if years is None:
        return (UNDATED,)
    first, last = (year // 10 * 10 for year in years)
    return tuple(str(decade) for decade in range(first, last + 1, 10))[:MAX_DECADES]


def year_span(lo: int | None, hi: int | None) -> tuple[int, int] | None:
    """Return the first and last year between two bounds (yyyymmdd), the known one for an open side."""
    if lo is None and hi is None:
        return None
    first = lo if lo is not None else hi
    last = hi if hi is not None else lo
    return (first or 0) // 10000, (last or 0) // 10000
