"""What imports have made: each row as it came, with its entry; each entry, with what the import said of it.

From these the next import knows what is new, what changed at the source, what the staff has changed since.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from catalogue import redirects
from catalogue.entries import Entry
from catalogue.importing.records import PlannedEntry
from catalogue.importing.rows import SourceRow


class ImportRow(Model):
    """One row of a source, kept whole: the columns with no place in the catalogue are only here."""

    __table_args__ = (UniqueConstraint("mapping", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mapping: Mapped[str]
    key: Mapped[str]
    digest: Mapped[str]  # of the cells
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)  # the recording
    session_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)  # the last that wrote it
    raw: Mapped[dict[str, Any]]  # the cells by column


class ImportedEntry(Model):
    """An entry that an import made: what it said last, and the version the entry had then."""

    __table_args__ = (UniqueConstraint("mapping", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mapping: Mapped[str]
    key: Mapped[str]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), unique=True)
    digest: Mapped[str]
    version: Mapped[int]  # a higher one of the entry: somebody has changed it since


@dataclass(frozen=True)
class KnownRow:
    """What an earlier import kept of a row."""

    id: int
    digest: str
    entry_id: int
    session_id: int


@dataclass(frozen=True)
class KnownEntry:
    """What an earlier import said of an entry, and the version the entry had then."""

    digest: str
    version: int


@dataclass(frozen=True)
class Known:
    """All that earlier imports with one mapping have made."""

    rows: dict[str, KnownRow] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)  # of entries, by their key
    entries: dict[int, KnownEntry] = field(default_factory=dict)  # by the id of the entry


def known(mapping: str) -> Known:
    """Read what earlier imports with this mapping have made, in three queries."""
    found = Known()
    rows = select(ImportRow.key, ImportRow.id, ImportRow.digest, ImportRow.entry_id, ImportRow.session_id)
    for key, *said in db.session.execute(rows.where(ImportRow.mapping == mapping)):
        found.rows[key] = KnownRow(*said)
    made = select(ImportedEntry.key, ImportedEntry.entry_id, ImportedEntry.digest, ImportedEntry.version)
    merged = redirects.all_of(Entry)
    for key, entry_id, digest, version in db.session.execute(made.where(ImportedEntry.mapping == mapping)):
        stays = found.ids[key] = merged.get(entry_id, entry_id)
        # Two that were merged have been changed by the staff since both of their versions.
        is_one_of_two = stays in found.entries or stays != entry_id
        found.entries[stays] = KnownEntry(digest, 0 if is_one_of_two else version)
    return found


def kept(row_ids: list[int]) -> list[SourceRow]:
    """Return rows as an earlier import kept them; their line is not known (0)."""
    if not row_ids:
        return []
    query = select(ImportRow.key, ImportRow.raw).where(ImportRow.id.in_(row_ids)).order_by(ImportRow.id)
    return [SourceRow(0, key, cells) for key, cells in db.session.execute(query)]


def version_now(entry_id: int) -> int:
    """Return the version an entry has at this moment."""
    return db.session.scalars(select(Entry.version).where(Entry.id == entry_id)).one()


def names_of(entry_ids: list[int]) -> list[str]:
    """Return title and pid of entries, for a report."""
    query = select(Entry.title, Entry.pid).where(Entry.id.in_(entry_ids)).order_by(Entry.id)
    return [f"{title} ({pid})" for title, pid in db.session.execute(query)]


def keep_entry(mapping: str, planned: PlannedEntry, entry: Entry, *, is_new: bool) -> None:
    """Note what an import has just said of an entry; the entry is saved already."""
    said = {"key": planned.key, "digest": planned.digest, "version": entry.version}
    if is_new:
        db.session.add(ImportedEntry(mapping=mapping, entry_id=entry.id, **said))
    else:
        db.session.execute(update(ImportedEntry).where(ImportedEntry.entry_id == entry.id).values(**said))


def keep_row(mapping: str, row: SourceRow, known: KnownRow | None, ids: tuple[int, int, int]) -> None:
    """Keep a row as it came, in place of what it said before; `ids` are of recording, session and run."""
    entry_id, session_id, run_id = ids
    said = {
        "digest": row.digest,
        "raw": dict(row.cells),
        "entry_id": entry_id,
        "session_id": session_id,
        "run_id": run_id,
    }
    if known is None:
        db.session.add(ImportRow(mapping=mapping, key=row.key, **said))
    else:
        db.session.execute(update(ImportRow).where(ImportRow.id == known.id).values(**said))
