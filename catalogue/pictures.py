"""Images as entries: photographs, posters, sleeves, programmes, clippings."""

from collections.abc import Collection
from enum import Enum

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, enum_column
from catalogue.entries import Entry


class ImageType(str, Enum):
    """What sort of picture."""

    PHOTOGRAPH = "photograph"
    POSTER = "poster"
    SLEEVE = "sleeve"
    PROGRAMME = "programme"
    CLIPPING = "clipping"


class Image(Model):
    """What a picture adds to its entry."""

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    image_type: Mapped[ImageType] = mapped_column(enum_column(ImageType))
    technique_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    alt_nl: Mapped[str | None]  # what is to be seen, for those who cannot see it
    alt_en: Mapped[str | None]

    entry: Mapped[Entry] = relationship(foreign_keys=[entry_id])

    def alt(self, lang: str) -> str:
        """Return what is to be seen, in the other language if need be, else nothing."""
        first, second = (self.alt_nl, self.alt_en) if lang == "nl" else (self.alt_en, self.alt_nl)
        return first or second or ""


def types_of(entry_ids: Collection[int]) -> dict[int, ImageType]:
    """Say what sort of picture each of some entries is, in one query; what is no picture is left out."""
    if not entry_ids:
        return {}
    query = select(Image.entry_id, Image.image_type).where(Image.entry_id.in_(entry_ids))
    return {entry_id: image_type for entry_id, image_type in db.session.execute(query)}  # noqa: C416 - rows are no tuples to mypy
