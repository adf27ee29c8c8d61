"""The undo of a whole import: what it made is withdrawn, what it changed says again what it said before.

Whatever somebody has edited, published, sold or come to rely on since stays as it is, and is told. The undo can be
killed anywhere: begun again it ends where an undisturbed one would have.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select, update

from archive import audit
from archive.db import db
from archive.transactions import transaction
from catalogue import entries, restoring
from catalogue.entries import Entry, EntryKind, Status
from catalogue.importing import import_changes, later_use
from catalogue.importing.import_changes import Change
from catalogue.importing.import_rows import ImportedEntry, ImportRow
from catalogue.revisions import Revision

BATCH = 100
MOST_TOLD = 1000

# Parts before what they are parts of, so that nothing is withdrawn that others still hang under.
ORDER = (
    EntryKind.RECORDING,
    EntryKind.IMAGE,
    EntryKind.RELEASE,
    EntryKind.SESSION,
    EntryKind.WORK,
    EntryKind.COLLECTION,
)
WHY = {
    "edited": _l("edited, published or withdrawn since"),
    "sale": _l("licensed, ordered or claimed since"),
    "entry": _l("other entries belong to it or refer to it"),
    "other": _l("files, lists or other work refer to it by now"),
}

Progress = Callable[[int, int], None]


class Undo:
    """What an undo has done so far."""

    def __init__(self, account_id: int | None, comment: str) -> None:
        self._account_id = account_id
        self._comment = comment
        self.withdrawn = self.restored = 0
        self.left: list[dict[str, Any]] = []
        self._left_count = 0

    def as_json(self) -> dict[str, Any]:
        """Return the report."""
        return {
            "withdrawn": self.withdrawn,
            "restored": self.restored,
            "left_count": self._left_count,
            "left": self.left,
        }

    def take_back(self, changes: Sequence[Change]) -> None:
        """Take back what was done to some entries of one kind; in a transaction."""
        ids = [change.entry_id for change in changes]
        found = {entry.id: entry for entry in db.session.scalars(select(Entry).where(Entry.id.in_(ids)))}
        imported = select(ImportedEntry.entry_id, ImportedEntry.digest).where(ImportedEntry.entry_id.in_(ids))
        said = dict(db.session.execute(imported).tuples().all())
        used = later_use.find(ids)
        made: list[Entry] = []
        for change in changes:
            entry = found[change.entry_id]
            if change.before == 0:
                if entry.id not in said:
                    self.withdrawn += 1  # by this undo, before it was cut short
                elif why := "edited" if entry.version != change.after else used.get(entry.id):
                    self._leave(entry, why)
                else:
                    made.append(entry)
            elif said.get(entry.id) == "":
                self.restored += 1
            elif entry.version != change.after:
                self._leave(entry, "edited")
            else:
                self._restore(entry, change)
        self._withdraw(made)

    def _leave(self, entry: Entry, why: str) -> None:
        self._left_count += 1
        if len(self.left) < MOST_TOLD:
            self.left.append({"pid": entry.pid, "title": entry.title, "why": why})

    def _restore(self, entry: Entry, change: Change) -> None:
        before = select(Revision.snapshot).where(
            Revision.entry_id == entry.id, Revision.version == change.before
        )
        restoring.restore(entry, db.session.scalars(before).one(), self._account_id, self._comment)
        # What the import said is forgotten, so that the same file would change the entry again.
        db.session.execute(
            update(ImportedEntry)
            .where(ImportedEntry.entry_id == entry.id)
            .values(digest="", version=entry.version)
        )
        db.session.execute(update(ImportRow).where(ImportRow.entry_id == entry.id).values(digest=""))
        self.restored += 1

    def _withdraw(self, made: Sequence[Entry]) -> None:
        if not made:
            return
        before = {entry.id: entry.status for entry in made}
        for entry in made:
            # Also a draft, which nobody outside has seen: its number is never given again.
            entry.status, entry.withdrawn_reason = Status.WITHDRAWN, self._comment
        entries.save_all(made, self._account_id, self._comment)
        audit.record_all(
            [entries.was_moved(entry, before[entry.id], self._account_id, self._comment) for entry in made]
        )
        ids = list(before)
        db.session.execute(
            delete(ImportRow).where(or_(ImportRow.entry_id.in_(ids), ImportRow.session_id.in_(ids)))
        )
        db.session.execute(delete(ImportedEntry).where(ImportedEntry.entry_id.in_(ids)))
        self.withdrawn += len(made)


def undo(intake_id: int, account_id: int | None, comment: str, progress: Progress) -> dict[str, Any]:
    """Undo all that the runs of an intake did, in transactions of BATCH entries; return the report."""
    changes = import_changes.of_intake(intake_id)
    undoing, done = Undo(account_id, comment), 0
    for batch in _batches(changes):
        with transaction():
            undoing.take_back(batch)
        done += len(batch)
        progress(done, len(changes))
    return undoing.as_json()


def _batches(changes: Iterable[Change]) -> Iterator[Sequence[Change]]:
    kind_of = _kinds([change.entry_id for change in changes])
    for kind in ORDER:
        yield from _in_pieces([change for change in changes if kind_of[change.entry_id] is kind])


def _in_pieces(changes: list[Change]) -> Iterator[Sequence[Change]]:
    for at in range(0, len(changes), BATCH):
        yield changes[at : at + BATCH]


def _kinds(ids: list[int]) -> dict[int, EntryKind]:
    found: dict[int, EntryKind] = {}
    for at in range(0, len(ids), 500):
        rows = db.session.execute(select(Entry.id, Entry.kind).where(Entry.id.in_(ids[at : at + 500])))
        found |= dict(rows.tuples().all())
    return found
