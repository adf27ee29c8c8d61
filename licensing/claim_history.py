"""The history of rights claims: from which status to which, when, by whom and why. Rows are only ever added."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, event, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive.accounts import Account
from archive.db import Model, db, enum_column
from archive.triggers import append_only
from licensing.claims import ClaimStatus


class ClaimEvent(Model):
    """One step of a claim."""

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("rights_claim.id"), index=True)
    from_status: Mapped[ClaimStatus | None] = mapped_column(enum_column(ClaimStatus, "from_status"))
    to_status: Mapped[ClaimStatus] = mapped_column(enum_column(ClaimStatus, "to_status"))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    why: Mapped[str]

    account: Mapped[Account | None] = relationship()


event.listen(ClaimEvent.__table__, "after_create", append_only("claim_event"))


def note(
    claim_id: int, before: ClaimStatus | None, after: ClaimStatus, moment: datetime, by: int | None, why: str
) -> None:
    """Write down one step."""
    db.session.add(
        ClaimEvent(claim_id=claim_id, from_status=before, to_status=after, at=moment, account_id=by, why=why)
    )
    db.session.flush()


def of(claim_ids: Collection[int]) -> list[ClaimEvent]:
    """Give the steps of some claims with who took them, oldest first."""
    query = (
        select(ClaimEvent).where(ClaimEvent.claim_id.in_(claim_ids)).options(joinedload(ClaimEvent.account))
    )
    return list(db.session.scalars(query.order_by(ClaimEvent.id)))


def status_before_the_last(claim_id: int) -> ClaimStatus:
    """Say what a claim was before its last step; what was recorded without a history counts as not checked."""
    query = select(ClaimEvent.from_status).where(ClaimEvent.claim_id == claim_id)
    found = db.session.scalars(query.order_by(ClaimEvent.id.desc()).limit(1)).first()
    return found or ClaimStatus.ASSERTED
