"""Uses that somebody wanted and could not have at once, counted by day: what a missing clearance costs.

Counted where it is answered: a price that somebody asked for by choosing, an order form that had to be closed. Requests
that came to nothing are counted from themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db, enum_column
from archive.transactions import after_commit
from catalogue.entries import Entry
from licensing import permissions, rights
from licensing.claims import CLASS_OF, Claim, ClaimStatus
from licensing.offers import Offer
from licensing.parties import Party
from licensing.projects import ProjectItem
from licensing.reasons import Reason, Verdict
from licensing.reuse_requests import RequestStatus, ReuseRequest
from licensing.rights import RightsClaim
from licensing.vocabulary import COUNTRIES

LOOKED_BACK = timedelta(days=365)
MOST = 5_000  # different questions that are looked at
LOST = frozenset(
    {RequestStatus.REJECTED, RequestStatus.DECLINED, RequestStatus.CLOSED_LOST, RequestStatus.WITHDRAWN}
)

Wanted = tuple[int, str, str]  # entry, use, territory


class MissedUse(Model):
    """How often a use of an entry in a territory was asked for on a day and not to be had at once."""

    __table_args__ = (
        UniqueConstraint("entry_id", "use", "territory", "verdict", "day"),
        CheckConstraint("times > 0", "happened"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    use: Mapped[str]  # code of `vocabulary.USES`
    territory: Mapped[str]  # code of `vocabulary.TERRITORIES`
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict))
    day: Mapped[date] = mapped_column(index=True)
    times: Mapped[int]


@dataclass
class Obstacle:
    """What stands in the way: a layer, who holds it (None: unknown), the verdict; and what it cost in a year."""

    layer: str
    party: Party | None
    verdict: Verdict
    entries: set[int] = field(default_factory=set)  # that somebody asked for
    asked: int = 0
    lost: int = 0  # requests that came to nothing
    in_all: int = 0  # entries on which the same party, or nobody, has this layer


def count(entry_id: int, offer: Offer, day: date) -> None:
    """Count what an offer could not give, once the answer is safe: a mark is not worth an answer."""
    answers, verdict = offer.choice.answers(), offer.decision.verdict
    if verdict is not Verdict.ALLOW and not offer.misread:
        after_commit(partial(note, entry_id, answers, verdict, day))


def note(entry_id: int, answers: dict[str, str], verdict: Verdict, day: date) -> None:
    """Count one use that was asked for; what is allowed, or no use that we know, is not counted."""
    use, territory = answers.get("use", ""), answers.get("territory", "")
    if verdict is Verdict.ALLOW or use not in CLASS_OF or territory not in COUNTRIES:
        return
    same = (
        MissedUse.entry_id == entry_id,
        MissedUse.use == use,
        MissedUse.territory == territory,
        MissedUse.verdict == verdict,
        MissedUse.day == day,
    )
    known = db.session.scalar(select(MissedUse).where(*same).with_for_update())
    if known is None:
        db.session.add(
            MissedUse(entry_id=entry_id, use=use, territory=territory, verdict=verdict, day=day, times=1)
        )
    else:
        known.times += 1


def obstacles(today: date) -> list[Obstacle]:
    """Say what stands in the way of the uses that were asked for in a year, what costs most first."""
    asked, lost = _asked(today), _lost(today)
    wanted = sorted({*asked, *lost})[:MOST]
    ids = {entry_id for entry_id, _use, _territory in wanted}
    claims, entries = rights.claims_of_many(ids), _entries(ids)
    facts = rights.facts_of_many(entries)
    found: dict[tuple[str, int | None, Verdict], Obstacle] = {}
    parties: dict[int, Party] = {}
    for question in wanted:
        entry_id, use, territory = question
        judged = permissions.judged(
            claims[entry_id], facts[entry_id], CLASS_OF[use], today, COUNTRIES[territory]
        )
        for layer, party_id, verdict in _in_the_way(judged):
            obstacle = found.setdefault(
                (layer, party_id, verdict), Obstacle(layer, _party(party_id, parties), verdict)
            )
            obstacle.entries.add(entry_id)
            obstacle.asked += asked.get(question, 0)
            obstacle.lost += lost.get(question, 0)
    _count_all(found)
    return sorted(found.values(), key=lambda each: (-each.lost, -each.asked, -len(each.entries), each.layer))


def _asked(today: date) -> dict[Wanted, int]:
    query = (
        select(MissedUse.entry_id, MissedUse.use, MissedUse.territory, func.sum(MissedUse.times))
        .where(MissedUse.day > today - LOOKED_BACK)
        .group_by(MissedUse.entry_id, MissedUse.use, MissedUse.territory)
        .order_by(func.sum(MissedUse.times).desc())
        .limit(MOST)
    )
    return {(entry_id, use, where): times for entry_id, use, where, times in db.session.execute(query)}


def _lost(today: date) -> dict[Wanted, int]:
    query = (
        select(ProjectItem.entry_id, ReuseRequest.choice)
        .join(ReuseRequest, ReuseRequest.project_id == ProjectItem.project_id)
        .where(ReuseRequest.status.in_(LOST), func.date(ReuseRequest.closed_at) > today - LOOKED_BACK)
        .limit(MOST)
    )
    found: dict[Wanted, int] = {}
    for entry_id, choice in db.session.execute(query):
        use, territory = choice.get("use", "documentary"), choice.get("territory", "netherlands")
        if use in CLASS_OF and territory in COUNTRIES:
            question = (entry_id, use, territory)
            found[question] = found.get(question, 0) + 1
    return found


def _in_the_way(judged: Iterable[tuple[Claim | None, Reason]]) -> set[tuple[str, int | None, Verdict]]:
    return {
        (reason.layer, claim.party_id if claim else None, reason.verdict)
        for claim, reason in judged
        if reason.verdict is not Verdict.ALLOW
    }


def _entries(ids: Iterable[int]) -> list[Entry]:
    return list(db.session.scalars(select(Entry).where(Entry.id.in_(list(ids)))))


def _party(party_id: int | None, known: dict[int, Party]) -> Party | None:
    if party_id is not None and party_id not in known:
        known[party_id] = db.session.get_one(Party, party_id)
    return known[party_id] if party_id is not None else None


def _count_all(found: dict[tuple[str, int | None, Verdict], Obstacle]) -> None:
    query = (
        select(RightsClaim.layer, RightsClaim.party_id, func.count(RightsClaim.entry_id.distinct()))
        .where(RightsClaim.status != ClaimStatus.SUPERSEDED)
        .group_by(RightsClaim.layer, RightsClaim.party_id)
    )
    totals = {(layer.value, party_id): total for layer, party_id, total in db.session.execute(query)}
    for (layer, party_id, _verdict), obstacle in found.items():
        obstacle.in_all = max(totals.get((layer, party_id), 0), len(obstacle.entries))
