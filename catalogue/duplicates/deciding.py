"""The queue of pairs that may be one, and what staff decide of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from archive import audit
from archive.db import db
from archive.errors import NotFound
from catalogue.agents import Agent
from catalogue.credits import Credit
from catalogue.duplicate_pairs import DuplicatePair, PairKind, PairState
from catalogue.entries import Entry
from catalogue.places import Place

PAGE = 30

Bearer = Agent | Place | Entry

# By what column, and what of it, the uses of something are counted.
_USES: dict[PairKind, tuple[Any, Any]] = {
    PairKind.AGENT: (Credit.agent_id, func.count(Credit.entry_id.distinct())),
    PairKind.PLACE: (Entry.place_id, func.count(Entry.id)),
    PairKind.ENTRY: (Credit.entry_id, func.count(Credit.id)),
}


@dataclass(frozen=True)
class Row:
    """A pair with those who may be one, and on how many entries each is; of entries how many credits each has."""

    pair: DuplicatePair
    first: Bearer
    second: Bearer
    first_uses: int
    second_uses: int


@dataclass(frozen=True)
class Queue:
    """One page of the pairs of one state."""

    state: PairState
    counts: dict[PairState, int]
    rows: list[Row]
    page: int
    pages: int


def read(state: PairState, page: int) -> Queue:
    """Return a page of the queue, the likeliest first, in a fixed number of queries."""
    counts = dict.fromkeys(PairState, 0)
    grouped = select(DuplicatePair.state, func.count()).group_by(DuplicatePair.state)
    for found, count in db.session.execute(grouped):
        counts[found] = count
    pages = max(1, -(-counts[state] // PAGE))
    page = min(max(page, 1), pages)
    query = (
        select(DuplicatePair)
        .where(DuplicatePair.state == state)
        .order_by(DuplicatePair.score.desc(), DuplicatePair.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return Queue(state, counts, _rows(list(db.session.scalars(query))), page, pages)


def get(pair_id: int) -> DuplicatePair:
    """Get a pair; raise NotFound."""
    pair = db.session.get(DuplicatePair, pair_id)
    if pair is None:
        raise NotFound("This pair is no longer in the queue: the two were merged, or are no longer alike.")
    return pair


def call_different(pair_id: int, account_id: int | None, moment: datetime) -> DuplicatePair:
    """Say that two are not the same; they are never suggested again. Raise NotFound."""
    pair = get(pair_id)
    pair.state, pair.decided_by_id, pair.decided_at = PairState.DIFFERENT, account_id, moment
    _record("different", pair, account_id)
    return pair


def reopen(pair_id: int, account_id: int | None) -> DuplicatePair:
    """Put a pair back into the queue; raise NotFound."""
    pair = get(pair_id)
    pair.state, pair.decided_by_id, pair.decided_at = PairState.OPEN, None, None
    _record("reopened", pair, account_id)
    return pair


def _record(what: str, pair: DuplicatePair, account_id: int | None) -> None:
    db.session.flush()
    audit.record(
        f"duplicate.{what}",
        pair.kind.value,
        str(pair.first_id),
        account_id,
        other=pair.second_id,
        names=[pair.first_name, pair.second_name],
    )


def _rows(pairs: list[DuplicatePair]) -> list[Row]:
    bearers: dict[tuple[PairKind, int], Bearer] = {}
    uses: dict[tuple[PairKind, int], int] = {}
    for kind in PairKind:
        ids = {number for pair in pairs if pair.kind is kind for number in (pair.first_id, pair.second_id)}
        if ids:
            bearers |= {(kind, one.id): one for one in _read(kind, ids)}
            uses |= {(kind, number): count for number, count in _uses(kind, ids).items()}
    return [
        Row(
            pair,
            bearers[pair.kind, pair.first_id],
            bearers[pair.kind, pair.second_id],
            uses.get((pair.kind, pair.first_id), 0),
            uses.get((pair.kind, pair.second_id), 0),
        )
        for pair in pairs
    ]


def _read(kind: PairKind, ids: set[int]) -> list[Bearer]:
    if kind is PairKind.AGENT:
        return list(db.session.scalars(select(Agent).where(Agent.id.in_(ids))))
    if kind is PairKind.ENTRY:
        return list(db.session.scalars(select(Entry).where(Entry.id.in_(ids))))
    return list(
        db.session.scalars(select(Place).options(selectinload(Place.parent)).where(Place.id.in_(ids)))
    )


def _uses(kind: PairKind, ids: set[int]) -> dict[int, int]:
    column, counted = _USES[kind]
    query = select(column, counted).where(column.in_(ids)).group_by(column)
    return {number: count for number, count in db.session.execute(query) if number is not None}
