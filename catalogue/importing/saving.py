"""The first save of many new entries at once, in a few statements for all instead of a dozen for each.

It leaves behind what `entries.add`, `entries.move` and `entries.save` do, history, audit and index included; a test
compares the two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, inspect

from archive import audit, clock
from archive.audit import Action
from archive.config import current
from archive.db import db
from catalogue import outbox, pids, revisions
from catalogue.entries import Entry, EntryKind, Reuse, Status
from catalogue.outbox import IndexChange

CreditRow = dict[str, Any]

_EMPTY = [column.key for column in inspect(Entry).columns if column.nullable]
_NOT_IN_HISTORY = ("entry_id", "position")  # of a credit, see `credits.snapshot`


@dataclass(frozen=True)
class NewEntry:
    """An entry at its first version, and the rows of its credits in their order."""

    entry: Entry
    credits: Sequence[CreditRow]


def blank(kind: EntryKind, moment: datetime, *, publish: bool) -> Entry:
    """Make an entry at its first version, public at once or a draft; all but its description is filled in."""
    now = clock.now()
    empty = dict.fromkeys(_EMPTY)  # said, not left out: SQLAlchemy would ask the database what stands there
    return Entry(
        **empty
        | {
            "pid": pids.mint(current().naan, pids.SHOULDER),
            "kind": kind,
            "created_at": moment,
            "updated_at": now,
            "version": 1,
            "reuse": Reuse.ON_REQUEST,
            "status": Status.PUBLISHED if publish else Status.DRAFT,
            "first_public_at": now if publish else None,
            "public_at": now if publish else None,
        }
    )


def keep(made: Sequence[NewEntry], comment: str) -> None:
    """Write history, audit and outbox of new entries; they and their credits are in the database already."""
    if not made:
        return
    for each in made:
        credits = [_plain(row) for row in each.credits]
        revisions.keep(each.entry, credits, None, comment, each.entry.updated_at)
    db.session.flush()
    db.session.execute(insert(IndexChange), [{"entry_id": each.entry.id} for each in made])
    outbox.call_job()
    audit.record_all([action for each in made for action in _actions(each.entry, comment)])


def _actions(entry: Entry, comment: str) -> Iterator[Action]:
    yield Action("entry.saved", "entry", entry.pid, None, {"version": entry.version, "comment": comment})
    if entry.status is not Status.DRAFT:
        moved = {"before": Status.DRAFT.value, "after": entry.status.value, "reason": comment}
        yield Action("entry.moved", "entry", entry.pid, None, moved)


def _plain(row: CreditRow) -> CreditRow:
    said = {name: value for name, value in row.items() if name not in _NOT_IN_HISTORY}
    return said | {"role": row["role"].value, "certainty": row["certainty"].value}
