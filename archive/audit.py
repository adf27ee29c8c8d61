"""The audit log: who did what to which thing, when. Rows are only ever added (a trigger refuses the rest),
each chained to the one before it by a hash, so that an edit, a deletion or a swap shows. People appear by
account id only: erasing a person leaves the chain whole.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, event, func, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import clock
from archive.db import Model, db, only_writer
from archive.triggers import append_only


@dataclass(frozen=True)
class Action:
    """What is to be recorded: an action on a thing, by an account or (None) the system or a guest."""

    name: str
    kind: str
    object_id: str
    account_id: int | None
    detail: dict[str, Any] = field(default_factory=dict)


class AuditEntry(Model):
    """One action: `object_kind` and `object_id` say on what; `detail` holds before and after."""

    __table_args__ = (Index(None, "object_kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id"), index=True
    )  # None: the system or a guest
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    detail: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(unique=True)  # sha256 over the previous hash and this row


event.listen(AuditEntry.__table__, "after_create", append_only("audit_entry"))


def record(action: str, kind: str, object_id: str, account_id: int | None, **detail: Any) -> AuditEntry:
    """Write one action into the caller's transaction."""
    return record_all([Action(action, kind, object_id, account_id, detail)])[0]


def record_all(actions: Sequence[Action]) -> list[AuditEntry]:
    """Write several actions in their order into the caller's transaction."""
    only_writer("audit_entry")  # two that read the same last hash would fork the chain
    previous = db.session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or ""
    moment, entries = clock.now(), []
    for action in actions:
        entry = AuditEntry(
            at=moment,
            account_id=action.account_id,
            action=action.name,
            object_kind=action.kind,
            object_id=action.object_id,
            detail=action.detail,
        )
        entry.hash = previous = _digest(previous, entry)
        entries.append(entry)
    db.session.add_all(entries)
    db.session.flush()
    return entries


def first_broken() -> int | None:
    """Re-read the whole chain; return the id of the first entry that does not follow from the one before,
    or None.
    """
    previous = ""
    query = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    with closing(db.session.scalars(query)) as entries:
        for entry in entries:
            if entry.hash != _digest(previous, entry):
                return entry.id
            previous = entry.hash
    return None


def head() -> tuple[int, str | None]:
    """Return the number of entries and the newest hash; kept elsewhere, it shows when the tail was cut."""
    count = db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    return count, db.session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))


def _digest(previous: str, entry: AuditEntry) -> str:
    said = [
        previous,
        entry.at.isoformat(),
        entry.account_id,
        entry.action,
        entry.object_kind,
        entry.object_id,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
