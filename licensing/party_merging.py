"""Two parties that are one: what stands now is held by the one that stays, and the other leads to it.

Claims and consents of the past keep the party they were recorded with.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update

from archive import audit
from archive.db import db
from archive.errors import Invalid, Refused
from catalogue.entries import Entry
from licensing import claim_history, parties, rights
from licensing.claims import ClaimStatus
from licensing.consents import RightsConsent
from licensing.parties import Party
from licensing.rights import RightsClaim


def merge(kept: Party, gone: Party, moment: datetime, account_id: int | None, why: str) -> None:
    """Let one party take the place of another. Raise Invalid, and Refused where that was done before."""
    if kept.id == gone.id or parties.current(kept).id == gone.id:
        raise Invalid("Choose another party: nobody can be merged with itself.")
    if not why.strip():
        raise Invalid("Say how you know that they are one; the history keeps it.")
    _lead_on(kept, gone)
    standing = select(RightsClaim).where(
        RightsClaim.party_id == gone.id, RightsClaim.status != ClaimStatus.SUPERSEDED
    )
    claims = list(db.session.scalars(standing))
    for claim in claims:
        claim.party_id = kept.id
        claim_history.note(claim.id, claim.status, claim.status, moment, account_id, why)
    _move_consents(kept, gone)
    db.session.flush()
    moved = [claim.id for claim in claims]
    audit.record("party.merged", "party", str(gone.id), account_id, into=kept.id, why=why, claims=moved)
    for entry in {claim.entry for claim in claims}:
        rights.refresh(entry, moment.date())


def uses(party_ids: list[int]) -> dict[int, int]:
    """Count the entries that each of some parties has a standing claim on."""
    query = (
        select(RightsClaim.party_id, func.count(RightsClaim.entry_id.distinct()))
        .where(RightsClaim.party_id.in_(party_ids), RightsClaim.status != ClaimStatus.SUPERSEDED)
        .group_by(RightsClaim.party_id)
    )
    return {party_id: total for party_id, total in db.session.execute(query) if party_id is not None}


def entries_of(party_id: int, limit: int) -> list[tuple[Entry, RightsClaim]]:
    """Give the entries that a party has a standing claim on, with the claim, by title."""
    query = (
        select(Entry, RightsClaim)
        .join(RightsClaim, RightsClaim.entry_id == Entry.id)
        .where(RightsClaim.party_id == party_id, RightsClaim.status != ClaimStatus.SUPERSEDED)
        .order_by(Entry.title, Entry.id, RightsClaim.id)
    )
    return [(entry, claim) for entry, claim in db.session.execute(query.limit(limit))]


def _lead_on(kept: Party, gone: Party) -> None:
    if kept.merged_into_id is not None:
        raise Refused("This party was merged into another one itself. Choose that one.")
    found = db.session.execute(
        update(Party)
        .where(Party.id == gone.id, Party.merged_into_id.is_(None))
        .values(merged_into_id=kept.id, version=Party.version + 1)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", found).rowcount != 1:
        raise Refused("This party was merged before.")
    db.session.refresh(gone)


def _move_consents(kept: Party, gone: Party) -> None:
    db.session.execute(
        update(RightsConsent)
        .where(RightsConsent.party_id == gone.id)
        .values(party_id=kept.id)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
