"""What a question means, as a small tree: words to find, years, somebody on an instrument, groups of these. Pure."""

from dataclasses import dataclass
from enum import Enum

from catalogue.folding import Reading


class Scope(str, Enum):
    """Where words must stand."""

    ANYWHERE = ""
    PERSON = "person"
    LEADER = "leader"
    INSTRUMENT = "instrument"
    PLACE = "place"
    LABEL = "label"
    TITLE = "title"
    ID = "id"  # shelfmarks and identifiers, compared without case, spaces, hyphens and dots


@dataclass(frozen=True)
class Words:
    """Words that must all be there, each in one of its readings; those of one name in the same name."""

    readings: tuple[Reading, ...]
    scope: Scope = Scope.ANYWHERE
    is_phrase: bool = False  # side by side, in this order
    is_beginning: bool = False  # the last one need only begin so
    is_optional: bool = False  # count when they are there


@dataclass(frozen=True)
class Years:
    """What may have happened in a range of years, open at a side that is None."""

    first: int | None
    last: int | None


@dataclass(frozen=True)
class Played:
    """Somebody on an instrument, both in one credit."""

    person: Words
    instrument: Words


@dataclass(frozen=True)
class Group:
    """All of these (or, `is_any`, one of them at least), and none of those."""

    wanted: tuple["Node", ...] = ()
    unwanted: tuple["Node", ...] = ()
    is_any: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked, so that everything answers."""
        return not self.wanted and not self.unwanted


Node = Words | Years | Played | Group


@dataclass(frozen=True)
class Parsed:
    """A question read, with narrower ways to understand it that come first where they are answered."""

    question: Group
    narrower: tuple[tuple[str, Group], ...] = ()  # how it was understood, such as "ben webster · tenor"
    ignored: tuple[str, ...] = ()  # what could not be read as it was meant and was taken as plain words
