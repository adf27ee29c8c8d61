"""The job that looks for duplicates among all agents, places, recordings and releases and keeps the pairs for the queue
of staff.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from archive import jobs
from archive.db import db
from archive.jobs import Payload
from archive.transactions import transaction
from catalogue.agents import Agent, AgentKind, AgentName
from catalogue.credits import Credit, Role
from catalogue.duplicate_pairs import DuplicatePair, PairKind, PairState
from catalogue.duplicates import alike, entry_pairs, entry_reading, evidence
from catalogue.duplicates.alike import Alike, Pair
from catalogue.duplicates.entry_pairs import Described
from catalogue.duplicates.evidence import Appearance, Facts
from catalogue.entries import Entry
from catalogue.identifiers import Identifier
from catalogue.places import Place
from catalogue.recordings import Recording
from catalogue.terms import Term

JOB = "duplicates.refresh"
EVERY = timedelta(days=1)
BATCH = 500
# What is alike of people by given and family names says nothing of places.
OF_PLACES = frozenset(
    {Alike.SAME, Alike.SWAPPED, Alike.ONE_SLIP, Alike.TWO_SLIPS, Alike.PART_MORE, Alike.ONE_WORD}
)

TABLES: dict[PairKind, type[Agent] | type[Place] | type[Entry]] = {
    PairKind.AGENT: Agent,
    PairKind.PLACE: Place,
    PairKind.ENTRY: Entry,
}

Ids = tuple[int, int]


@dataclass(frozen=True)
class Suggestion:
    """Two that may be one, as they are kept: what is alike, and by what names."""

    likeness: str
    first: str
    second: str
    score: int
    evidence: list[dict[str, Any]]


def call() -> None:
    """Ask for the job; once, however often."""
    jobs.enqueue(JOB, {}, key=JOB)


def refresh(payload: Payload) -> None:
    """Job: look at everything again. What staff decided stays; running twice changes nothing."""
    for kind, read in ((PairKind.AGENT, _agents), (PairKind.PLACE, _places), (PairKind.ENTRY, _entries)):
        found = read()
        db.session.rollback()
        with transaction():
            jobs.extend_lease(payload["job_id"])
            _keep(kind, found)


def _agents() -> dict[Ids, Suggestion]:
    found: dict[Ids, Pair] = {}
    for kind in AgentKind:
        found |= _of_names(_names_of_agents(kind), frozenset(Alike))
    facts = _facts_of_agents({agent_id for ids in found for agent_id in ids})
    return _weighed(found, facts)


def _places() -> dict[Ids, Suggestion]:
    bearers: dict[str, set[int]] = defaultdict(set)
    facts = {}
    query = select(Place.id, Place.name, Place.variants, Place.parent_id)
    for place_id, name, variants, parent_id in db.session.execute(
        query.where(Place.merged_into_id.is_(None))
    ):
        for each in [name, *variants]:
            bearers[each].add(place_id)
        facts[place_id] = Facts(parent_id=parent_id)
    found = {
        ids: pair
        for ids, pair in _of_names(bearers, OF_PLACES).items()
        if ids[0] != facts[ids[1]].parent_id and ids[1] != facts[ids[0]].parent_id
    }
    return _weighed(found, facts)


def _entries() -> dict[Ids, Suggestion]:
    return _described(entry_reading.recordings()) | _described(entry_reading.releases())


def _described(entries: Sequence[Described]) -> dict[Ids, Suggestion]:
    by_id = {entry.id: entry for entry in entries}
    found = {}
    for ids, common in entry_pairs.pairs(entries).items():
        a, b = by_id[ids[0]], by_id[ids[1]]
        found[ids] = Suggestion(common.value, a.title, b.title, *entry_pairs.weigh(common, a, b))
    return found


def _weighed(found: Mapping[Ids, Pair], facts: Mapping[int, Facts]) -> dict[Ids, Suggestion]:
    nothing = Facts()
    return {
        ids: Suggestion(
            pair.alike.value,
            pair.first,
            pair.second,
            *evidence.weigh(pair.alike, pair.rivals, facts.get(ids[0], nothing), facts.get(ids[1], nothing)),
        )
        for ids, pair in found.items()
    }


def _of_names(bearers: Mapping[str, Collection[int]], wanted: Collection[Alike]) -> dict[Ids, Pair]:
    """Turn pairs of names into pairs of those who bear them, each with its surest names."""
    found: dict[Ids, Pair] = {}
    same = (Pair(name, name, Alike.SAME, 0) for name, ids in bearers.items() if len(ids) > 1)
    for pair in (*same, *alike.pairs(bearers)):
        if pair.alike not in wanted:
            continue
        for one in bearers[pair.first]:
            for other in bearers[pair.second]:
                ids, turned = (one, other), pair
                if one > other:
                    ids, turned = (other, one), pair._replace(first=pair.second, second=pair.first)
                if one != other and (ids not in found or _base(turned) > _base(found[ids])):
                    found[ids] = turned
    return found


def _base(pair: Pair) -> int:
    return evidence.SCORES[pair.alike] - evidence.PER_RIVAL * pair.rivals


def _names_of_agents(kind: AgentKind) -> dict[str, set[int]]:
    bearers: dict[str, set[int]] = defaultdict(set)
    of_kind = (Agent.kind == kind, Agent.merged_into_id.is_(None))
    own = select(Agent.id, Agent.name).where(*of_kind)
    other = select(AgentName.agent_id, AgentName.name).join(Agent, Agent.id == AgentName.agent_id)
    for query in (own, other.where(*of_kind)):
        for agent_id, name in db.session.execute(query):
            bearers[name].add(agent_id)
    return bearers


def _facts_of_agents(agent_ids: Collection[int]) -> dict[int, Facts]:
    found: dict[int, Facts] = {}
    for batch in _batches(sorted(agent_ids)):
        numbers, played = _identifiers(batch), _appearances(batch)
        query = select(Agent.id, Agent.born_edtf, Agent.died_edtf, Agent.disambiguation)
        for agent_id, born, died, told_apart in db.session.execute(query.where(Agent.id.in_(batch))):
            found[agent_id] = Facts(born, died, told_apart, frozenset(numbers[agent_id]), played[agent_id])
    return found


def _identifiers(agent_ids: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    query = select(Identifier.agent_id, Identifier.scheme, Identifier.value)
    for agent_id, scheme, value in db.session.execute(query.where(Identifier.agent_id.in_(agent_ids))):
        if agent_id is not None:
            found[agent_id].add((scheme, value))
    return found


def _appearances(agent_ids: Collection[int]) -> dict[int, dict[int, Appearance]]:
    """Read where some agents played, in one query; a take counts as the session it was made at."""
    occasion = func.coalesce(Recording.session_id, Entry.id)
    query = (
        select(
            Credit.agent_id, occasion, Entry.title, Term.code, Entry.date_lo, Entry.date_hi, Entry.place_id
        )
        .join(Entry, Entry.id == Credit.entry_id)
        .outerjoin(Recording, Recording.entry_id == Entry.id)
        .outerjoin(Term, Term.id == Credit.instrument_id)
        .where(Credit.agent_id.in_(agent_ids), Credit.role == Role.PERFORMER)
    )
    found: dict[int, dict[int, Appearance]] = defaultdict(dict)
    for agent_id, occasion_id, title, code, lo, hi, place_id in db.session.execute(query):
        before = found[agent_id].get(occasion_id)
        played = (before.instruments if before else frozenset()) | ({code} if code else set())
        found[agent_id][occasion_id] = Appearance(
            occasion_id,
            before.title if before else title,
            frozenset(played),
            lo if lo is not None and lo == hi else None,
            lo // 10_000 if lo is not None else None,
            place_id,
        )
    return found


def _keep(kind: PairKind, found: Mapping[Ids, Suggestion]) -> None:
    """Let the table hold what was found and nothing else that is open."""
    query = select(DuplicatePair.first_id, DuplicatePair.second_id, DuplicatePair.id, DuplicatePair.state)
    known = {
        (a, b): (number, state)
        for a, b, number, state in db.session.execute(query.where(DuplicatePair.kind == kind))
    }
    gone = _merged(kind)
    stale = [number for ids, (number, state) in known.items() if state is PairState.OPEN and ids not in found]
    for batch in _batches(stale):
        db.session.execute(delete(DuplicatePair).where(DuplicatePair.id.in_(batch)))
    new = []
    for ids, one in found.items():
        row = {
            "likeness": one.likeness,
            "first_name": one.first,
            "second_name": one.second,
            "score": one.score,
            "evidence": one.evidence,
        }
        if ids in known:
            db.session.execute(update(DuplicatePair).where(DuplicatePair.id == known[ids][0]).values(row))
        elif gone.isdisjoint(ids):
            new.append(
                {"kind": kind, "first_id": ids[0], "second_id": ids[1], "state": PairState.OPEN, **row}
            )
    for batch in _batches(new):
        db.session.execute(insert(DuplicatePair), batch)


def _merged(kind: PairKind) -> set[int]:
    # Somebody may have merged two while the names were being compared.
    table = TABLES[kind]
    return set(db.session.scalars(select(table.id).where(table.merged_into_id.is_not(None))))


def _batches(things: Iterable[Any]) -> Iterator[list[Any]]:
    listed = list(things)
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]
