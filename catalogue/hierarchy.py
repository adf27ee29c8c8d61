"""The archival tree: what lies above and below an entry, fonds down to item."""

from collections.abc import Collection

from sqlalchemy import Select, bindparam, literal, select
from sqlalchemy.orm import aliased

from archive.db import db
from catalogue.entries import Entry

DEEPEST = 20  # levels; deeper is a mistake in the data, and no endless walk round a circle


def above(entry_ids: Collection[int]) -> dict[int, list[Entry]]:
    """Return what lies above each of some entries, the nearest first, in one query."""
    found: dict[int, list[Entry]] = {entry_id: [] for entry_id in entry_ids}
    for entry_id, entry in db.session.execute(_ABOVE, {"entry_ids": list(entry_ids)}):
        found[entry_id].append(entry)
    return found


def below(entry_ids: Collection[int]) -> set[int]:
    """Return the ids of all that lies below some entries."""
    down = select(Entry.id).where(Entry.parent_id.in_(entry_ids)).cte("down", recursive=True)
    down = down.union(select(Entry.id).join(down, Entry.parent_id == down.c.id))
    return set(db.session.scalars(select(down.c.id)))


def _above() -> Select[tuple[int, Entry]]:
    start = select(Entry.id.label("start"), Entry.parent_id.label("id"), literal(1).label("depth"))
    asked = Entry.id.in_(bindparam("entry_ids", expanding=True))
    up = start.where(asked, Entry.parent_id.is_not(None)).cte("up", recursive=True)
    parent = aliased(Entry)
    step = select(up.c.start, parent.parent_id, up.c.depth + 1).join(parent, parent.id == up.c.id)
    up = up.union_all(step.where(parent.parent_id.is_not(None), up.c.depth < DEEPEST))
    return select(up.c.start, Entry).join(Entry, Entry.id == up.c.id).order_by(up.c.start, up.c.depth)


# Every page of an entry asks this, and building it takes longer than running it.
_ABOVE = _above()
