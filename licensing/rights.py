"""Rights: the claims on each layer of an entry, kept with their evidence, and what follows for the entry.

The rule itself is pure and lives in `permissions`; here its facts are gathered and its outcome is handed down
to the catalogue, which shows re-use and lowest price without knowing why.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, event, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive import audit, clock
from archive.db import Model, db, enum_column
from archive.errors import Refused
from archive.transactions import transaction
from catalogue import entries, entry_files, pictures
from catalogue.entries import Entry, EntryKind, Reuse
from catalogue.pictures import ImageType
from licensing import (
    claim_history,
    claim_triggers,
    consents,
    permissions,
    pricing,
    rates,
    shares,
    statements,
)
from licensing.claims import CLASS_OF, Basis, Claim, ClaimStatus, Layer, Part, Use
from licensing.consents import RightsConsent
from licensing.money import FULL
from licensing.parties import Party
from licensing.permissions import Decision, Facts
from licensing.reasons import Verdict
from licensing.vocabulary import ASSET_TYPES, COUNTRIES, LAYERS, USES_OF, WORLDWIDE

REFRESH_JOB = "rights.refresh"
REFRESH_EVERY = timedelta(hours=6)
BATCH = 200  # entries in one transaction

# What "can be licensed" means for a search: at least at home.
HOME = COUNTRIES["netherlands"]


class RightsClaim(Model):
    """One claim: who holds how much of a layer, and on what ground we rely on it."""

    __table_args__ = (
        CheckConstraint("share_bp BETWEEN 1 AND 10000", "share_is_a_part"),
        CheckConstraint("valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", "days_in_order"),
        CheckConstraint(
            "(in_ms IS NULL) = (out_ms IS NULL) AND (in_ms IS NULL OR (in_ms >= 0 AND in_ms < out_ms))",
            "part_in_order",
        ),
        CheckConstraint("supersedes_id <> id", "supersedes_another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    layer: Mapped[Layer] = mapped_column(enum_column(Layer))
    party_id: Mapped[int | None] = mapped_column(
        ForeignKey("party.id"), index=True
    )  # None: unknown, or the archive
    share_bp: Mapped[int] = mapped_column(default=FULL)  # of the layer, in basis points
    basis: Mapped[Basis] = mapped_column(enum_column(Basis))
    territory: Mapped[list[str]]  # ISO 3166 codes, or WW
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    status: Mapped[ClaimStatus] = mapped_column(enum_column(ClaimStatus))
    limits: Mapped[dict[str, Any]]  # use class -> ask or deny: what a mandate or a donor keeps back
    notified_on: Mapped[date | None]  # out of commerce: first day of the public notice
    opted_out_on: Mapped[date | None]  # out of commerce: the holder objected
    statement_uri: Mapped[str | None]  # the holder's own statement, such as a Creative Commons licence
    note_nl: Mapped[str | None]  # shown on the entry's page instead of the general sentence
    note_en: Mapped[str | None]
    evidence: Mapped[str | None]  # where it is written: the number of a file, for staff
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    in_ms: Mapped[int | None]  # with out_ms: it is about this stretch of a recording only
    out_ms: Mapped[int | None]
    supersedes_id: Mapped[int | None] = mapped_column(
        ForeignKey("rights_claim.id"), unique=True
    )  # a claim is followed by one other at most

    entry: Mapped[Entry] = relationship()
    party: Mapped[Party | None] = relationship()

    @property
    def part(self) -> Part | None:
        """The stretch that it is about; None: all of it."""
        return Part(self.in_ms, self.out_ms) if self.in_ms is not None and self.out_ms is not None else None

    def as_claim(self) -> Claim:
        """Give the claim as the rules want it."""
        return Claim(
            layer=self.layer,
            basis=self.basis,
            status=self.status,
            holder=self.party.name if self.party else None,
            party_id=self.party_id,
            part=self.part,
            share_bp=self.share_bp,
            territory=frozenset(self.territory),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            limits={Use(use): Verdict(verdict) for use, verdict in self.limits.items()},
            notified_on=self.notified_on,
            opted_out_on=self.opted_out_on,
            statement_uri=self.statement_uri,
            note_nl=self.note_nl,
            note_en=self.note_en,
        )


event.listen(RightsClaim.__table__, "after_create", claim_triggers.on_create)


def record(
    entry: Entry,
    layer: Layer,
    basis: Basis,
    status: ClaimStatus,
    moment: datetime,
    *,
    party: Party | None = None,
    account_id: int | None = None,
    why: str = "",
    **details: Any,
) -> RightsClaim:
    """Add a claim; `details` are further columns. Call `refresh` when all claims of the entry are there.

    Raise Refused where more than the whole of a layer would be claimed somewhere on some day.
    """
    take_in_hand(entry.id)
    claim = RightsClaim(
        entry_id=entry.id,
        layer=layer,
        basis=basis,
        status=status,
        party=party,
        recorded_at=moment,
        recorded_by_id=account_id,
        **{"territory": [WORLDWIDE], "limits": {}, "share_bp": FULL} | details,
    )
    require_shares([*claims_of(entry.id), claim.as_claim()])
    db.session.add(claim)
    db.session.flush()
    claim_history.note(claim.id, None, status, moment, account_id, why)
    audit.record(
        "rights.claimed", "entry", entry.pid, account_id, layer=layer.value, basis=basis.value, claim=claim.id
    )
    return claim


def take_in_hand(entry_id: int) -> None:
    """Let nobody else claim rights on an entry until this transaction ends."""
    db.session.execute(select(Entry.id).where(Entry.id == entry_id).with_for_update())


def require_shares(claims: Sequence[Claim]) -> None:
    """Raise Refused where more than the whole of a layer is claimed somewhere on some day."""
    if too_much := shares.excess(claims):
        raise Refused(
            "Together the claims would come to %(percent)s%% of “%(layer)s”. Change, end or dispute another claim"
            " first.",
            percent=f"{too_much.total_bp / 100:g}",
            layer=lazy_gettext(LAYERS[too_much.layer.value]),
        )


def claims_of(entry_id: int) -> list[Claim]:
    """Give the claims on an entry, in the order in which they were recorded."""
    return claims_of_many([entry_id])[entry_id]


def claims_of_many(entry_ids: Collection[int]) -> dict[int, list[Claim]]:
    """Give the claims on each of some entries, in the order in which they were recorded; in one query."""
    found: dict[int, list[Claim]] = {entry_id: [] for entry_id in entry_ids}
    rows = db.session.scalars(
        select(RightsClaim)
        .where(RightsClaim.entry_id.in_(entry_ids))
        .options(joinedload(RightsClaim.party))
        .order_by(RightsClaim.id)
    )
    for row in rows:
        found[row.entry_id].append(row.as_claim())
    return found


def rows_of(entry_id: int) -> list[RightsClaim]:
    """Give all claims on an entry as they are kept, with their parties, in the order in which they were recorded."""
    query = select(RightsClaim).where(RightsClaim.entry_id == entry_id)
    return list(db.session.scalars(query.options(joinedload(RightsClaim.party)).order_by(RightsClaim.id)))


def facts_of(entry: Entry) -> Facts:
    """Gather what the rules want to know of an entry beside its claims."""
    return facts_of_many([entry])[entry.id]


def facts_of_many(several: Sequence[Entry]) -> dict[int, Facts]:
    """Gather what the rules want to know of each of some entries, by id; in three queries."""
    ids = [entry.id for entry in several]
    filed, given = entry_files.with_master(ids), consents.of_many(ids)
    types = pictures.types_of([entry.id for entry in several if entry.kind is EntryKind.IMAGE])
    return {
        entry.id: Facts(
            _layers_of(entry, types.get(entry.id)),
            has_master=entry.id in filed,
            consents=given.get(entry.id, ()),
        )
        for entry in several
    }


def decide(entry: Entry, use: Use, on: date, territory: frozenset[str], part: Part | None = None) -> Decision:
    """Decide whether a use of an entry, or of a part of it, is allowed on a day in a territory."""
    return permissions.may_use(claims_of(entry.id), facts_of(entry), use, on, territory, part)


def decide_many(
    several: Sequence[Entry], use: Use, on: date, territory: frozenset[str]
) -> dict[int, Decision]:
    """Decide about each of some entries, by id; in four queries."""
    claims, facts = claims_of_many([entry.id for entry in several]), facts_of_many(several)
    return {
        entry.id: permissions.may_use(claims[entry.id], facts[entry.id], use, on, territory)
        for entry in several
    }


def summarise(claims: Sequence[Claim], facts: Facts, on: date) -> tuple[Reuse, str]:
    """Say in one word what may be done, and give the statement of the most restrictive layer."""
    return _reuse(claims, facts, on), statements.of(claims, facts.layers)


def refresh(entry: Entry, on: date) -> bool:
    """Hand down to the catalogue what follows from the claims on a day; say whether it changed anything."""
    claims, facts = claims_of(entry.id), facts_of(entry)
    reuse, statement = summarise(claims, facts, on)
    price_from = _price_from(entry, claims, facts, on) if reuse is Reuse.DIRECT else None
    if reuse is Reuse.DIRECT and price_from is None:
        reuse = Reuse.ON_REQUEST
    return entries.set_reuse(entry, reuse, statement, price_from)


def refresh_changed(payload: dict[str, Any]) -> None:
    """Job: hand down anew what follows for an entry that got or lost its master."""
    with transaction():
        entry = db.session.get(Entry, payload["entry_id"])
        if entry is not None:
            refresh(entry, clock.now().date())


def refresh_dated(_payload: dict[str, Any]) -> None:
    """Job: hand down anew what follows from claims that begin, end, or wait for the end of a notice."""
    today = clock.now().date()
    dated = or_(
        RightsClaim.valid_from.is_not(None),
        RightsClaim.valid_to.is_not(None),
        RightsClaim.notified_on.is_not(None),
    )
    claimed, consented = select(RightsClaim.entry_id).where(dated), select(RightsConsent.entry_id)
    _refresh_all(sorted(db.session.scalars(claimed.union(consented))), today)


def refresh_priced(_payload: dict[str, Any]) -> None:
    """Job: hand down anew what follows for all entries with claims, as other prices are in force."""
    claimed = select(RightsClaim.entry_id).distinct().order_by(RightsClaim.entry_id)
    _refresh_all(list(db.session.scalars(claimed)), clock.now().date())


def _refresh_all(ids: Sequence[int], today: date) -> None:
    db.session.rollback()
    for at in range(0, len(ids), BATCH):
        with transaction():
            for entry in db.session.scalars(select(Entry).where(Entry.id.in_(ids[at : at + BATCH]))):
                refresh(entry, today)


def _layers_of(entry: Entry, image_type: ImageType | None) -> frozenset[Layer]:
    if entry.kind is EntryKind.RECORDING:
        return frozenset({Layer.COMPOSITION, Layer.PERFORMANCE, Layer.MASTER})
    if entry.kind is EntryKind.IMAGE and image_type in (None, ImageType.PHOTOGRAPH):
        return frozenset({Layer.PHOTOGRAPH})
    return frozenset()


def _reuse(claims: Sequence[Claim], facts: Facts, on: date) -> Reuse:
    sales = {_verdict(claims, facts, use, on) for use in CLASS_OF.values()}
    if Verdict.ALLOW in sales:
        return Reuse.DIRECT
    if Verdict.ASK in sales:
        return Reuse.ON_REQUEST
    may_be_heard = _verdict(claims, facts, Use.PREVIEW_30S, on) is Verdict.ALLOW
    return Reuse.LISTEN_ONLY if may_be_heard else Reuse.NONE


def _price_from(entry: Entry, claims: Sequence[Claim], facts: Facts, on: date) -> int | None:
    card, asset_type = rates.active_on(on), ASSET_TYPES.get(entry.kind.value)
    if card is None or asset_type is None:
        return None
    allowed = [
        use for use in USES_OF[asset_type] if _verdict(claims, facts, CLASS_OF[use], on) is Verdict.ALLOW
    ]
    lowest = pricing.lowest(card, asset_type, allowed)
    return lowest.minor if lowest else None


def _verdict(claims: Sequence[Claim], facts: Facts, use: Use, on: date) -> Verdict:
    return permissions.may_use(claims, facts, use, on, HOME).verdict
