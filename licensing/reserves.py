"""Reserves: what is kept for holders who are unknown or not agreed upon, and its release to the one who is found."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from archive import audit
from archive.db import db
from archive.errors import Invalid, Refused
from catalogue.entries import Entry
from licensing import royalty_accounts, royalty_booking
from licensing.claims import Layer
from licensing.dividing import Holder
from licensing.money import FULL, Money
from licensing.parties import Party
from licensing.royalty_accounts import Accrual, AccrualKind, AccrualPart, RoyaltyMovement
from licensing.royalty_booking import Change
from licensing.royalty_rules import Fees


@dataclass(frozen=True)
class Reserve:
    """What is kept on one layer of one entry, from so many sales."""

    entry_id: int
    pid: str
    title: str
    layer: Layer
    amount: Money
    sales: int


def standing() -> list[Reserve]:
    """List what is kept, by layer and entry, the largest first."""
    total = func.sum(RoyaltyMovement.amount_minor)
    sales = func.count(func.distinct(AccrualPart.accrual_id))
    rows = db.session.execute(
        select(Entry.id, Entry.pid, Entry.title, AccrualPart.layer, RoyaltyMovement.currency, total, sales)
        .join(AccrualPart, AccrualPart.id == RoyaltyMovement.part_id)
        .join(Accrual, Accrual.id == AccrualPart.accrual_id)
        .join(Entry, Entry.id == Accrual.entry_id)
        .where(AccrualPart.holder == Holder.RESERVE)
        .group_by(Entry.id, Entry.pid, Entry.title, AccrualPart.layer, RoyaltyMovement.currency)
        .having(total != 0)
        .order_by(total.desc(), Entry.id, AccrualPart.layer)
    )
    return [
        Reserve(entry_id, pid, title, layer, Money(int(minor), currency), count)
        for entry_id, pid, title, layer, currency, minor, count in rows
    ]


def total(currency: str) -> Money:
    """Add up all that is kept."""
    return Money(_sum(RoyaltyMovement.party_id.is_(None), currency), currency)


def get_entry(pid: str) -> Entry:
    """Get an entry by its pid, whatever its state; raise Invalid."""
    entry = db.session.scalar(select(Entry).where(Entry.pid == pid.strip()))
    if entry is None:
        raise Invalid("There is no entry with this number.")
    return entry


def withheld_from(party_id: int, currency: str) -> Money:
    """Add up what a party claims and others dispute, as far as it is still kept."""
    claimed = (AccrualPart.holder == Holder.RESERVE) & (AccrualPart.party_id == party_id)
    return Money(_sum(claimed, currency), currency)


def release(
    entry: Entry,
    layer: Layer,
    party: Party,
    of_reserve_bp: int,
    why: str,
    moment: datetime,
    account_id: int | None = None,
) -> Money:
    """Give a party that was found so much of what is kept on a layer, in basis points; return what that comes to.

    The commission stays that of the day of each sale. Raise Invalid without a reason or for an impossible part, Refused
    when nothing is left for it.
    """
    if not why.strip():
        raise Invalid("Write down how the holder was found, and where the evidence is.")
    if not 0 < of_reserve_bp <= FULL:
        raise Invalid("The part of the reserve lies above 0 and at most at 100 per cent.")
    _take_in_hand(entry.id)
    given = _released(entry.id, layer)
    kept = [
        part for part in _kept(entry.id, layer) if party.id not in {made.party_id for made in given[part.id]}
    ]
    if not kept:
        raise Refused("Nothing is kept on this layer for this party, or it was given its part already.")
    released = [
        _release_part(part, given[part.id], party, of_reserve_bp, why, moment, account_id) for part in kept
    ]
    amount = sum(released[1:], released[0])
    audit.record(
        "reserve.released",
        "party",
        str(party.id),
        account_id,
        entry=entry.pid,
        layer=layer.value,
        of_reserve_bp=of_reserve_bp,
        amount_minor=amount.minor,
        why=why,
    )
    return amount


def _release_part(
    part: AccrualPart,
    given: Sequence[AccrualPart],
    party: Party,
    of_reserve_bp: int,
    why: str,
    moment: datetime,
    account_id: int | None,
) -> Money:
    done = sum(made.of_parent_bp or 0 for made in given)
    if done + of_reserve_bp > FULL:
        raise Refused("Less than that is left of what is kept on this layer. Choose a smaller part.")
    found = _child(part, party, done, of_reserve_bp, moment)
    db.session.add(found)
    db.session.flush()
    key = f"release:{part.id}:{party.id}"
    change = Change(why=why, account_id=account_id)
    royalty_booking.happen(part.accrual, AccrualKind.RELEASED, key, moment, change)
    return Money(
        royalty_accounts.booked([found.id]).get(found.id, royalty_accounts.Sums()).amount,
        part.accrual.currency,
    )


def _child(part: AccrualPart, party: Party, done_bp: int, bp: int, moment: datetime) -> AccrualPart:
    currency = part.accrual.currency

    def share_of(minor: int) -> int:
        # Up to here less up to there, so that all parts together are the whole to the cent.
        whole = Money(minor, currency)
        return (whole.times(Fraction(done_bp + bp, FULL)) - whole.times(Fraction(done_bp, FULL))).minor

    return AccrualPart(
        accrual_id=part.accrual_id,
        parent_id=part.id,
        of_parent_bp=bp,
        layer=part.layer,
        holder=Holder.PARTY,
        party_id=party.id,
        claim_number=part.claim_number,
        basis=part.basis,
        share_bp=Money(part.share_bp, currency).percent_of(bp).minor,
        commission_bp=part.commission_bp,
        fees=Fees.ARCHIVE,
        base_minor=share_of(part.base_minor),
        vat_minor=share_of(part.vat_minor),
        made_at=moment,
    )


def _take_in_hand(entry_id: int) -> None:
    # Two desks may each find a holder for most of the same reserve.
    db.session.execute(
        select(Accrual.id).where(Accrual.entry_id == entry_id).order_by(Accrual.id).with_for_update()
    )


def _kept(entry_id: int, layer: Layer) -> list[AccrualPart]:
    query = (
        select(AccrualPart)
        .join(Accrual, Accrual.id == AccrualPart.accrual_id)
        .where(Accrual.entry_id == entry_id, AccrualPart.layer == layer, AccrualPart.holder == Holder.RESERVE)
        .options(joinedload(AccrualPart.accrual))
        .order_by(AccrualPart.id)
    )
    found = list(db.session.scalars(query))
    booked = royalty_accounts.booked([part.id for part in found])
    return [part for part in found if booked.get(part.id, royalty_accounts.Sums()).base]


def _released(entry_id: int, layer: Layer) -> defaultdict[int, list[AccrualPart]]:
    query = (
        select(AccrualPart)
        .join(Accrual, Accrual.id == AccrualPart.accrual_id)
        .where(Accrual.entry_id == entry_id, AccrualPart.layer == layer, AccrualPart.parent_id.is_not(None))
    )
    found: defaultdict[int, list[AccrualPart]] = defaultdict(list)
    for part in db.session.scalars(query):
        found[part.parent_id or 0].append(part)
    return found


def _sum(which: ColumnElement[bool], currency: str) -> int:
    query = (
        select(func.coalesce(func.sum(RoyaltyMovement.amount_minor), 0))
        .join(AccrualPart, AccrualPart.id == RoyaltyMovement.part_id)
        .where(RoyaltyMovement.currency == currency, which)
    )
    return int(db.session.scalar(query) or 0)
