"""Sources: where a statement comes from. Discographers insist that each can be told."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive.db import Model, db


class Source(Model):
    """One cited publication, release, document or website."""

    id: Mapped[int] = mapped_column(primary_key=True)
    citation: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str | None]


class EntrySource(Model):
    """An entry's use of a source: for which field (None is the whole), and where in it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    field: Mapped[str | None]
    locator: Mapped[str | None]
    note: Mapped[str | None]

    source: Mapped[Source] = relationship()


def cite(entry_id: int, citation: str, *, locator: str | None = None, field: str | None = None) -> None:
    """Let an entry cite a source, once."""
    source = _ensure(citation)
    known = select(EntrySource.id).where(
        EntrySource.entry_id == entry_id,
        EntrySource.source_id == source.id,
        EntrySource.locator == locator,
        EntrySource.field == field,
    )
    if db.session.scalar(known) is None:
        db.session.add(EntrySource(entry_id=entry_id, source_id=source.id, field=field, locator=locator))
        db.session.flush()


def of_entry(entry_id: int) -> list[EntrySource]:
    """Return what an entry cites, with the sources, in one query."""
    query = (
        select(EntrySource).options(joinedload(EntrySource.source)).where(EntrySource.entry_id == entry_id)
    )
    return list(db.session.scalars(query.order_by(EntrySource.id)))


def replace(entry_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """Let an entry cite these sources and no others; a row holds citation, field, locator and note."""
    db.session.execute(delete(EntrySource).where(EntrySource.entry_id == entry_id))
    for row in rows:
        said = {name: row[name] or None for name in ("field", "locator", "note")}
        db.session.add(EntrySource(entry_id=entry_id, source_id=_ensure(row["citation"]).id, **said))
    db.session.flush()


def _ensure(citation: str) -> Source:
    source = db.session.scalar(select(Source).where(Source.citation == citation))
    if source is None:
        source = Source(citation=citation)
        db.session.add(source)
        db.session.flush()
    return source
