"""Known items asked, and what comes of it: success at one and at ten, reciprocal rank, empty answers, rungs. Pure."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalogue.search.index import SearchResult

AT_MOST = 10  # places that are looked at
HELD_OUT = 3  # one item in so many is held out of tuning


@dataclass(frozen=True)
class Item:
    """A question with the entries that bear everything asked: any of them is a right answer."""

    stratum: str
    q: str
    right: frozenset[str]  # pids

    @property
    def is_held_out(self) -> bool:
        """Whether tuning may not see it; for the same words always the same."""
        return hashlib.sha256(self.q.encode()).digest()[0] % HELD_OUT == 0


@dataclass(frozen=True)
class Outcome:
    """Where the first right answer to an item stood, from 1 on; 0 if it was not among the first ten."""

    item: Item
    place: int
    total: int
    rung: str
    first: str  # pid of what stood first; "" if nothing was found


@dataclass(frozen=True)
class Score:
    """What the outcomes of one stratum come to; shares between 0 and 1."""

    items: int
    success_at_1: float
    success_at_10: float
    mrr: float
    zero: float
    rungs: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        """Give plain values."""
        return {
            "items": self.items,
            "success_at_1": round(self.success_at_1, 4),
            "success_at_10": round(self.success_at_10, 4),
            "mrr_at_10": round(self.mrr, 4),
            "zero_results": round(self.zero, 4),
            "rungs": dict(self.rungs),
        }


def ask(items: Iterable[Item], find: Callable[[str], SearchResult]) -> list[Outcome]:
    """Ask every item."""
    return [_outcome(item, find(item.q)) for item in items]


def _outcome(item: Item, result: SearchResult) -> Outcome:
    return Outcome(
        item,
        place(result.pids, item.right),
        result.total,
        result.rung,
        result.pids[0] if result.pids else "",
    )


def place(pids: Sequence[str], right: frozenset[str]) -> int:
    """Give the place, from 1 on, of the first right one among the first ten; 0 if there is none."""
    return next((at for at, pid in enumerate(pids[:AT_MOST], start=1) if pid in right), 0)


def score(outcomes: Sequence[Outcome]) -> Score:
    """Sum up; at least one outcome."""
    count = len(outcomes)
    return Score(
        items=count,
        success_at_1=sum(one.place == 1 for one in outcomes) / count,
        success_at_10=sum(one.place > 0 for one in outcomes) / count,
        mrr=sum(1 / one.place for one in outcomes if one.place) / count,
        zero=sum(one.total == 0 for one in outcomes) / count,
        rungs=Counter(one.rung for one in outcomes),
    )


def by_stratum(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """Part outcomes by stratum, in the order in which the strata come."""
    parted: dict[str, list[Outcome]] = {}
    for one in outcomes:
        parted.setdefault(one.item.stratum, []).append(one)
    return parted


def misses(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """List what did not stand first, of the items that tuning may see."""
    return [one for one in outcomes if one.place != 1 and not one.item.is_held_out]
