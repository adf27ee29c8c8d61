"""How much of somebody there is in the register: entries by kind, years, instruments; from the index, else the
database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalogue.agents import Agent
from catalogue.search import fallback_companions, finding
from catalogue.search.index import Companion, SearchIndex
from catalogue.search.query import SearchQuery


@dataclass(frozen=True)
class Figures:
    """What everybody may see of somebody, counted; `query` asks for all of it."""

    query: SearchQuery
    kinds: Mapping[str, int]
    first_year: int | None
    last_year: int | None
    instruments: tuple[tuple[str, int], ...]  # codes, most played first
    is_limited: bool = False

    @property
    def total(self) -> int:
        """The number of entries."""
        return sum(self.kinds.values())


def read(agent: Agent, today: date) -> Figures:
    """Count what an agent has part in."""
    return finding.ask(lambda engine: _from_index(engine, agent, today), lambda: _from_database(agent, today))


def companions(agent: Agent, today: date) -> tuple[tuple[Companion, ...], bool]:
    """List who was there with an agent, most occasions first; and whether it took the database to say so."""
    return finding.ask(
        lambda engine: (engine.companions(agent.pid, today), False),
        lambda: (fallback_companions.companions(agent.id, today), True),
    )


def _from_index(engine: SearchIndex, agent: Agent, today: date) -> Figures:
    query = _of("person", agent)
    result = engine.search(query, today)
    if not result.total:  # labels and broadcasters are on sessions, not in line-ups
        query = _of("label", agent)
        result = engine.search(query, today)
    played = [
        (value.partition("/")[2], count)
        for value, count in engine.values(query, "plays", today)
        if value.startswith(f"{agent.pid}/")
    ]
    return Figures(
        query,
        kinds=dict(result.facets.get("kind", ())),
        first_year=min(result.years, default=None),
        last_year=max(result.years, default=None),
        instruments=tuple(played),
    )


def _from_database(agent: Agent, today: date) -> Figures:
    kinds = fallback_companions.kinds(agent.id, today)
    first_year, last_year = fallback_companions.years(agent.id, today) or (None, None)
    return Figures(
        _of("person", agent),
        kinds={kind.value: count for kind, count in kinds.items()},
        first_year=first_year,
        last_year=last_year,
        instruments=fallback_companions.instruments(agent.id, today),
        is_limited=True,
    )


def _of(name: str, agent: Agent) -> SearchQuery:
    return SearchQuery(sort="added").with_value(name, agent.pid)
