"""Merging two people, two places or two entries into one, and undoing it.

Both rows are locked first and both versions compared with what staff had before their eyes, so that of two who merge
or edit at the same moment the second is told. The one that goes stays as a row that leads to the other.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from archive import audit, clock
from archive.db import db
from archive.errors import Invalid, Refused
from catalogue import authorities, duplicate_pairs, entries, hierarchy, merges, redirects, shared_changes
from catalogue.agents import Agent
from catalogue.duplicate_pairs import PairKind
from catalogue.entries import Entry, Status
from catalogue.merges import Merge, MergeKind, MergeLink
from catalogue.merging import fields, links, moving, names, stored
from catalogue.merging.fields import Thing
from catalogue.places import Place
from catalogue.shared_changes import Shared

_SHARED = {
    MergeKind.AGENT: Shared.AGENT,
    MergeKind.PLACE: Shared.PLACE,
    MergeKind.ENTRY: Shared.ENTRY,
}


@dataclass(frozen=True)
class Order:
    """What staff ask: which of two stays, what of the other it takes over, and the versions they saw."""

    kept_id: int
    merged_id: int
    choices: Mapping[str, str]  # by the name of a field: whose value stays
    seen_kept: int
    seen_merged: int
    comment: str = ""
    said: str = ""  # in the histories of both


def check(kept: Thing, merged: Thing) -> None:
    """Raise Invalid or Refused when two things cannot be merged, whatever is chosen."""
    if type(kept) is not type(merged) or kept.id == merged.id:
        raise Invalid("A merge takes two different ones of the same kind. Choose another one.")
    for thing in (kept, merged):
        redirects.require_unmerged(thing)
    if not isinstance(kept, Place) and not isinstance(merged, Place) and kept.kind != merged.kind:
        raise Invalid("These two are of different kinds. Mend the kind of one of them first.")
    if _lies_in(kept, merged) or _lies_in(merged, kept):
        raise Refused("One of these two lies in the other. Give it another place first.")
    if isinstance(kept, Entry) and isinstance(merged, Entry):
        _require_public(kept, merged)


def merge(kind: MergeKind, order: Order, account_id: int | None) -> Merge:
    """Merge two things; raise Invalid, Refused or Moved, with nothing changed."""
    kept, merged = _locked(kind, order.kept_id, order.merged_id)
    check(kept, merged)
    if (kept.version, merged.version) != (order.seen_kept, order.seen_merged):
        raise Refused(
            "One of the two was changed in the meantime. Look at them again: below is how they stand now."
        )
    made = Merge(
        kind=kind,
        kept_id=kept.id,
        merged_id=merged.id,
        account_id=account_id,
        at=clock.now(),
        comment=order.comment,
        fields={},
        before={},
    )
    db.session.add(made)
    db.session.flush()
    made.fields = fields.take(kept, merged, order.choices)
    names.take_over(made, kept, merged)
    printed = _printed(kept, merged)
    made.before = {**_state(merged), "printed": printed}
    moving.move(made, printed)
    _send_on(merged, kept)
    db.session.flush()
    _finish(made, kept, merged, account_id, order.said or order.comment)
    return made


def undo(merge_id: int, account_id: int | None, said: str = "") -> Merge:
    """Undo a merge: all goes back that was not changed since, and `left_over` lists the rest; `said` goes into the
    histories. Raise Refused when it is undone already, or when the one that stayed has been merged itself.
    """
    made = db.session.get_one(Merge, merge_id)
    kept, merged = _locked(made.kind, made.kept_id, made.merged_id)
    db.session.refresh(made)
    if made.undone_at is not None:
        raise Refused("This merge has been undone already.")
    if kept.merged_into_id is not None:
        raise Refused("The one that stayed has itself been merged since. Undo that merge first.")
    kept_links: dict[str, list[MergeLink]] = defaultdict(list)
    for link in merges.links(made.id):
        kept_links[link.link].append(link)
    _bring_back(merged, made.before)
    left = _put_back(made, kept_links)
    left += [{"link": names.LINK, **row} for row in names.give_back(kept, merged, kept_links[names.LINK])]
    left += [{"link": "field", "field": name} for name in fields.give_back(kept, made.fields)]
    made.undone_at, made.undone_by_id, made.left_over = clock.now(), account_id, left
    db.session.flush()
    _finish(made, kept, merged, account_id, said)
    return made


def things(made: Merge) -> tuple[Thing, Thing]:
    """Return the two things of a merge: the one that stays, and the one that went."""
    table: Any = fields.KINDS[made.kind]
    return db.session.get_one(table, made.kept_id), db.session.get_one(table, made.merged_id)


def _locked(kind: MergeKind, kept_id: int, merged_id: int) -> tuple[Thing, Thing]:
    # In the order of their ids, so that two who take the same two never wait for each other.
    table: Any = fields.KINDS[kind]
    query = select(table).where(table.id.in_([kept_id, merged_id])).order_by(table.id).with_for_update()
    found = db.session.scalars(query, execution_options={"populate_existing": True}).all()
    by_id = {thing.id: thing for thing in found}
    if len(by_id) != 2:
        raise Invalid("A merge takes two different ones of the same kind. Choose another one.")
    return by_id[kept_id], by_id[merged_id]


def _lies_in(inner: Thing, outer: Thing) -> bool:
    if isinstance(inner, Entry):
        return inner.id in hierarchy.below([outer.id])
    if isinstance(inner, Place):
        above, steps = inner.parent, 0
        while above is not None and steps < hierarchy.DEEPEST:
            if above.id == outer.id:
                return True
            above, steps = above.parent, steps + 1
    return False


def _require_public(kept: Entry, merged: Entry) -> None:
    if merged.status is Status.PUBLISHED and kept.status is not Status.PUBLISHED:
        raise Refused(
            "The entry that goes is public and the one that stays is not: its page would vanish. "
            "Publish the one that stays first, or turn the two round."
        )


def _state(merged: Thing) -> dict[str, Any]:
    if isinstance(merged, Entry):
        return {"status": merged.status.value, "withdrawn_reason": merged.withdrawn_reason}
    return {}


def _send_on(merged: Thing, kept: Thing) -> None:
    if isinstance(merged, Entry) and isinstance(kept, Entry):
        merged.status = Status.WITHDRAWN
        merged.withdrawn_reason = f"{kept.title} ({kept.pid})"
    merged.merged_into_id = kept.id


def _bring_back(merged: Thing, before: Mapping[str, Any]) -> None:
    merged.merged_into_id = None
    if isinstance(merged, Entry):
        merged.status, merged.withdrawn_reason = Status(before["status"]), before["withdrawn_reason"]
    db.session.flush()


def _printed(kept: Thing, merged: Thing) -> str | None:
    """Return the name under which the credits of the one that goes were printed, where that will be another."""
    if isinstance(kept, Agent) and isinstance(merged, Agent) and merged.name != kept.name:
        return merged.name
    return None


def _put_back(made: Merge, kept_links: Mapping[str, list[MergeLink]]) -> list[dict[str, Any]]:
    left: list[dict[str, Any]] = []
    for name, rows in kept_links.items():
        if name == names.LINK:
            continue
        link = links.named(made.kind, name)
        if link is None:
            left += [{"link": name, **one.row} for one in rows]
        else:
            missing = moving.put_back(made, rows, link, made.before["printed"])
            left += [{"link": name, **stored.plain(row)} for row in missing]
    return left


def _finish(made: Merge, kept: Thing, merged: Thing, account_id: int | None, comment: str) -> None:
    """Let both be saved, and the index hear of all that carries them."""
    db.session.expire_all()
    for thing in (kept, merged):
        if isinstance(thing, Entry):
            entries.save(thing, account_id, comment)
        else:
            authorities.save(thing, account_id, comment)
    shared_changes.add(_SHARED[made.kind], [kept.id, merged.id])
    duplicate_pairs.forget(PairKind(made.kind.value), merged.id)
    audit.record(
        f"{made.kind.value}.{'merge_undone' if made.undone_at else 'merged'}",
        made.kind.value,
        merged.pid,
        account_id,
        into=kept.pid,
        merge=made.id,
    )
