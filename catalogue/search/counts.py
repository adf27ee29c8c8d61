"""How many public entries each value of a filter has: what the index counts anyway, kept until it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

from catalogue.search import index
from catalogue.search.index import SearchIndex
from catalogue.search.query import SearchQuery

Counts = Mapping[str, int]


@dataclass
class _Kept:
    """What one version of an index holds on one day: an embargo may end at midnight."""

    version: str
    today: date
    counts: dict[str, Counts] = field(default_factory=dict)  # by filter
    instruments: Mapping[str, str] | None = None


_kept: WeakKeyDictionary[SearchIndex, _Kept] = WeakKeyDictionary()


def of(name: str, today: date) -> Counts:
    """Return the entries of each value of a filter; raise DamagedIndexError."""
    kept = _present(today)
    if name not in kept.counts:
        kept.counts[name] = dict(index.current().values(SearchQuery(), name, today))
    return kept.counts[name]


def main_instruments(today: date) -> Mapping[str, str]:
    """Return the code of what each player, by pid, plays most; raise DamagedIndexError."""
    kept = _present(today)
    if kept.instruments is None:
        instruments: dict[str, str] = {}
        for value in of("plays", today):  # the most frequent first
            pid, _slash, code = value.partition("/")
            instruments.setdefault(pid, code)
        kept.instruments = instruments
    return kept.instruments


def _present(today: date) -> _Kept:
    engine = index.current()
    version = engine.version()
    kept = _kept.get(engine)
    if kept is None or (kept.version, kept.today) != (version, today):
        kept = _kept[engine] = _Kept(version, today)
    return kept
