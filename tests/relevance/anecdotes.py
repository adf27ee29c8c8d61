"""Stories told about nights at Carnegie Hall, each with the concert it is about."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.relevance import concerts, measuring


@dataclass(frozen=True)
class Anecdote:
    """What somebody tells, and the pid of the concert."""

    story: str
    pid: str


def read() -> list[Anecdote]:
    """Read the table."""
    text = Path(__file__).with_name("anecdotes.toml").read_text(encoding="utf-8")
    return [Anecdote(row["story"], concerts.pid(row["concert"])) for row in tomllib.loads(text)["anecdote"]]


def places(told: list[Anecdote], ask: Callable[[str], tuple[str, ...]]) -> list[int]:
    """Ask each story and give the place of its concert among the first ten, 0 where it is not."""
    return [measuring.place(ask(one.story), frozenset([one.pid])) for one in told]
