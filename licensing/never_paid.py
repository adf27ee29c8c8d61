"""The out-of-commerce rule where money is near: what is online on a non-commercial basis is sold to nobody.

The decision denies it already (see `permissions`). This refuses what goes around the decision: an offer or a quote of
before the claim came in, an order that waits for its money.
"""

from collections.abc import Collection

from sqlalchemy import select

from archive.db import db
from archive.errors import Refused
from catalogue.entries import Entry
from licensing.claims import Basis, ClaimStatus
from licensing.rights import RightsClaim


def refuse(entry_ids: Collection[int]) -> None:
    """Raise Refused when one of some entries may be heard here because it is out of commerce (art. 18c Auteurswet)."""
    title = find(entry_ids)
    if title is not None:
        raise Refused(
            "“%(title)s” is out of commerce: it may be heard here free of charge, but nothing of it may be sold or"
            " licensed. Nothing was charged.",
            title=title,
        )


def find(entry_ids: Collection[int]) -> str | None:
    """Give the title of the first of some entries that is out of commerce."""
    return db.session.scalar(
        select(Entry.title)
        .join(RightsClaim, RightsClaim.entry_id == Entry.id)
        .where(
            Entry.id.in_(entry_ids),
            RightsClaim.basis == Basis.OUT_OF_COMMERCE,
            RightsClaim.status != ClaimStatus.SUPERSEDED,
        )
        .order_by(Entry.id)
        .limit(1)
    )
