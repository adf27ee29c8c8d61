"""Works: a composition as distinct from who played it. Its composers are credits, its ISWC is an identifier."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model
from catalogue.entries import Entry


class Work(Model):
    """What a work adds to its entry."""

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    year_edtf: Mapped[str | None]  # of composition or first publication

    entry: Mapped[Entry] = relationship()
