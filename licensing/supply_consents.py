"""Consent to be supplied at once: who buys a use that begins at once gives up the right to withdraw from it
(Dutch Civil Code 6:230p under g; Directive 2011/83/EU, art. 16 under m).

Given once per wallet and per version of the text, never ticked beforehand, and kept as it was read.
"""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from archive.triggers import append_only

VERSION = "2026-1"  # of the texts below; a new text is a new version, and everybody is asked again
FOR_ONE_ORDER = _l(
    "Begin at once. I know that I cannot withdraw from the order once the day pass is open, or the copy can be fetched."
)


class SupplyConsent(Model):
    """The text that the owner of a wallet has agreed to, as it was shown."""

    __table_args__ = (UniqueConstraint("wallet_id", "text_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"))
    text_version: Mapped[str]
    text: Mapped[str]
    lang: Mapped[str]
    given_at: Mapped[datetime]


event.listen(SupplyConsent.__table__, "after_create", append_only("supply_consent"))


def text() -> str:
    """Give the text in the reader's language."""
    said: str = _(
        "Begin at once, also for what I choose later. I know that I cannot withdraw from a use once it has begun."
    )
    return said


def find(wallet_id: int) -> SupplyConsent | None:
    """Find the consent of a wallet to the text of now."""
    return db.session.scalar(
        select(SupplyConsent).where(
            SupplyConsent.wallet_id == wallet_id, SupplyConsent.text_version == VERSION
        )
    )


def add(wallet_id: int, lang: str, moment: datetime) -> SupplyConsent:
    """Write down that the owner of a wallet has ticked the text of now."""
    given = SupplyConsent(wallet_id=wallet_id, text_version=VERSION, text=text(), lang=lang, given_at=moment)
    db.session.add(given)
    db.session.flush()
    return given
