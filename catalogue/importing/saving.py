"""The first save of many new entries at once, in a few statements for all instead of a dozen for each.

It leaves behind what `entries.add`, `entries.move` and `entries.save` do, history, audit and index included; a test
compares the two.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import insert, inspect

from archive import audit, clock
from archive.audit import Action
from archive.config import current
from archive.db import db
from catalogue import outbox, pids, revisions
from catalogue.entries import Entry, EntryKind, Reuse, Status
from catalogue.outbox import IndexChange

_EMPTY = [column.key for column in inspect(Entry).columns if column.nullable]


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


def keep(made: Sequence[Entry], comment: str) -> None:
    """Write history, audit and outbox of new entries; they and all their parts are in the database already."""
    if not made:
        return
    revisions.keep(made, None, comment, made[0].updated_at)
    db.session.execute(insert(IndexChange), [{"entry_id": entry.id} for entry in made])
    outbox.call_job()
    audit.record_all([action for entry in made for action in _actions(entry, comment)])


def _actions(entry: Entry, comment: str) -> Iterator[Action]:
    yield Action("entry.saved", "entry", entry.pid, None, {"version": entry.version, "comment": comment})
    if entry.status is not Status.DRAFT:
        moved = {"before": Status.DRAFT.value, "after": entry.status.value, "reason": comment}
        yield Action("entry.moved", "entry", entry.pid, None, moved)
