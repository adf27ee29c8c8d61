"""Drafts: what somebody has typed on an entry and not saved yet. One for each entry and account, never public, offered
again on return, gone once it is saved.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db


class Draft(Model):
    """The form as it was typed."""

    __table_args__ = (UniqueConstraint("entry_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    form: Mapped[dict[str, Any]]  # the fields by name, each a list of texts
    seen_version: Mapped[int]  # of the entry that was being changed
    at: Mapped[datetime]


def find(entry_id: int, account_id: int) -> Draft | None:
    """Find what somebody has not saved yet."""
    query = select(Draft).where(Draft.entry_id == entry_id, Draft.account_id == account_id)
    return db.session.scalar(query)


def keep(
    entry_id: int, account_id: int, form: dict[str, list[str]], seen_version: int, moment: datetime
) -> Draft:
    """Keep what somebody has typed so far, in place of what was kept before."""
    draft = find(entry_id, account_id)
    if draft is None:
        draft = Draft(entry_id=entry_id, account_id=account_id)
        db.session.add(draft)
    draft.form, draft.seen_version, draft.at = form, seen_version, moment
    db.session.flush()
    return draft


def discard(entry_id: int, account_id: int) -> None:
    """Forget what was not saved."""
    db.session.execute(delete(Draft).where(Draft.entry_id == entry_id, Draft.account_id == account_id))
