"""What happens to a fee, and what it changes on each of its parts; nothing that was booked is ever changed.

Of each part the difference is booked between what it is worth now and what was booked before.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from archive.db import db
from licensing import dividing, ledger, royalty_accounts
from licensing.dividing import Holder, Worth
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.royalty_accounts import Accrual, AccrualEvent, AccrualKind, AccrualPart, RoyaltyMovement, Sums
from licensing.royalty_rules import Fees


@dataclass(frozen=True)
class Change:
    """What an event brings: money that goes back, what the provider kept, and who had it happen and why."""

    net_back: Money | None = None
    fees: Money | None = None
    why: str = ""
    account_id: int | None = None


NOTHING = Change()


def happen(
    accrual: Accrual, kind: AccrualKind, key: str, moment: datetime, change: Change = NOTHING
) -> AccrualEvent:
    """Write an event down and book on each part what it changes."""
    found, postings = write(accrual, kind, key, moment, change)
    if postings:
        reference = accrual.number or accrual.use
        ledger.post(f"royalty_{kind.value}", reference, f"royalty:{key}", postings, moment)
    return found


def write(
    accrual: Accrual, kind: AccrualKind, key: str, moment: datetime, change: Change = NOTHING
) -> tuple[AccrualEvent, list[Posting]]:
    """Write an event down, and what it changes on each part; return what the caller must book in the ledger."""
    take_in_hand(accrual.id)
    found = AccrualEvent(
        accrual_id=accrual.id,
        kind=kind,
        net_back_minor=change.net_back.minor if change.net_back else 0,
        fees_minor=change.fees.minor if change.fees else 0,
        key=key,
        why=change.why,
        account_id=change.account_id,
        at=moment,
    )
    db.session.add(found)
    db.session.flush()
    return found, _settle(accrual, found)


def take_in_hand(accrual_id: int) -> None:
    """Let nothing else happen to this fee until the transaction ends: what stands booked is added up next."""
    db.session.execute(select(Accrual.id).where(Accrual.id == accrual_id).with_for_update())


def account_of(part: AccrualPart) -> tuple[AccountKind, str]:
    """Name the ledger's account that a part is royalty_accounts.booked on."""
    if part.holder is Holder.PARTY:
        return AccountKind.ROYALTY_PAYABLE, str(part.party_id)
    return AccountKind.ROYALTY_RESERVE, part.layer.value if part.layer else ""


def _settle(accrual: Accrual, happened: AccrualEvent) -> list[Posting]:
    """Write on each part the difference between what it is worth now and what was royalty_accounts.booked before."""
    net_back, fees = royalty_accounts.so_far(accrual.id)
    parts = [part for part in royalty_accounts.parts_of(accrual.id) if part.holder is not Holder.ARCHIVE]
    before = royalty_accounts.booked([part.id for part in parts])
    postings = []
    for part in parts:
        now = _sums(part, parts, Fraction(accrual.net_minor - net_back, accrual.net_minor), accrual, fees)
        movement = _movement(part, happened, before.get(part.id, Sums()), now, accrual.currency)
        if movement is not None:
            db.session.add(movement)
            kind, owner = account_of(part)
            postings.append(Posting(kind, Money(-movement.amount_minor, accrual.currency), owner))
    total = sum((-posting.amount.minor for posting in postings), 0)
    postings.append(Posting(AccountKind.ROYALTY_EXPENSE, Money(total, accrual.currency)))
    return [posting for posting in _merged(postings) if posting.amount]


def _sums(
    part: AccrualPart, parts: list[AccrualPart], kept: Fraction, accrual: Accrual, fees_minor: int
) -> Sums:
    """Work out what a part is worth, without what was released of it."""
    released = [other for other in parts if other.parent_id == part.id]
    base = part.base_minor - sum(other.base_minor for other in released)
    vat = part.vat_minor - sum(other.vat_minor for other in released)
    borne = Fraction(fees_minor * base, accrual.net_minor) if part.fees is Fees.SHARED else Fraction(0)
    found = _worth(base, vat, borne, part.commission_bp, kept, accrual.currency)
    units = int(kept > 0 and base > 0)
    return Sums(units, found.base.minor, found.vat.minor, found.fees.minor, found.amount.minor)


def _worth(base: int, vat: int, borne: Fraction, commission_bp: int, kept: Fraction, currency: str) -> Worth:
    fees = Money(1, currency).times(borne)
    return dividing.worth(Money(base, currency), Money(vat, currency), fees, commission_bp, kept)


def _movement(
    part: AccrualPart, happened: AccrualEvent, before: Sums, now: Sums, currency: str
) -> RoyaltyMovement | None:
    if before == now:
        return None
    return RoyaltyMovement(
        event_id=happened.id,
        part_id=part.id,
        party_id=part.party_id if part.holder is Holder.PARTY else None,
        kind=happened.kind,
        currency=currency,
        units=now.units - before.units,
        base_minor=now.base - before.base,
        vat_minor=now.vat - before.vat,
        fees_minor=now.fees - before.fees,
        amount_minor=now.amount - before.amount,
        at=happened.at,
    )


def _merged(postings: list[Posting]) -> list[Posting]:
    """Add up the postings on one account."""
    sums: defaultdict[tuple[AccountKind, str, str], int] = defaultdict(int)
    for posting in postings:
        sums[posting.kind, posting.owner, posting.amount.currency] += posting.amount.minor
    return [Posting(kind, Money(minor, currency), owner) for (kind, owner, currency), minor in sums.items()]
