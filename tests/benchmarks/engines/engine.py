"""What every engine must do here: fill an index from a catalogue, open it, and make whole pages of results."""

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import ClassVar

from tests.benchmarks import questions
from tests.benchmarks.questions import Question
from tests.benchmarks.records import Record

Counts = list[tuple[str, int]]


class Reading(Enum):
    """What a question means to an engine, where they differ."""

    PLAIN = "plain"  # words of names may stand in different names; a slip is one letter, in every word
    LADDER = "ladder"  # all in one name; what is found exactly is not looked for more widely, long words may have two


class CannotRunError(Exception):
    """This machine lacks what an engine needs; the message says what."""


@dataclass(frozen=True)
class Hit:
    """One record on a page: everything stored of it, and its title and description with what was found marked."""

    stored: dict[str, str]
    marked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """A page of results, as a site shows it."""

    total: int
    hits: list[Hit]
    facets: dict[str, Counts] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """The records on the page, in order."""
        return [hit.stored["id"] for hit in self.hits]


class Engine(ABC):
    """One engine with an index in a folder."""

    kinds: ClassVar[frozenset[str]] = frozenset(questions.KINDS)  # of questions that it can answer
    reading: ClassVar[Reading] = Reading.PLAIN

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    @abstractmethod
    def version() -> str:
        """Name the software with its version; raise CannotRunError."""

    @abstractmethod
    def build(self, catalogue: Path) -> None:
        """Fill an empty folder; everything is on disk on return."""

    @abstractmethod
    def open(self) -> None:
        """Make ready to answer."""

    @abstractmethod
    def search(self, question: Question) -> Page:
        """Make a page."""

    @abstractmethod
    def words(self, question: Question) -> Sequence[str]:
        """Suggest words that begin so, or words that may have been meant."""

    def update(self, record: Record) -> None:
        """Put a record in the place of the one with the same id; on disk and to be found on return."""
        raise NotImplementedError

    def size(self) -> int:
        """Return the bytes of the index on disk."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def processes(self) -> list[int]:
        """List the processes whose memory one reader takes."""
        return [os.getpid()]
