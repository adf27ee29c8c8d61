"""Which files belong to which entry, and the carriers they were made from."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.assets import Asset, AssetRole
from archive.db import Model, db


class EntryFile(Model):
    """A stored file of an entry."""

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)

    asset: Mapped[Asset] = relationship()


class Holding(Model):
    """A physical carrier in the archive: tape, disc, print, negative."""

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    shelfmark: Mapped[str | None] = mapped_column(index=True)
    carrier_nl: Mapped[str]  # "¼-inch band, 19 cm/s, volspoor mono"
    carrier_en: Mapped[str]
    generation: Mapped[str | None]  # original, copy, access copy
    condition_nl: Mapped[str | None]
    condition_en: Mapped[str | None]
    location: Mapped[str | None]  # for staff only
    extent: Mapped[str | None]  # how long or how much, as the source writes it: "01:00:00?", "2 reels"
    note: Mapped[str | None]  # what else the source says of the carrier


@dataclass
class Files:
    """The files of one entry by what they are for."""

    by_role: dict[AssetRole, Asset] = field(default_factory=dict)

    @property
    def master(self) -> Asset | None:
        """The file that a licence delivers."""
        return self.by_role.get(AssetRole.MASTER)

    @property
    def fragment(self) -> Asset | None:
        """The part of a sound that everybody may hear."""
        return self.by_role.get(AssetRole.FRAGMENT)

    @property
    def preview(self) -> Asset | None:
        """The picture for the screen."""
        return self.by_role.get(AssetRole.PREVIEW)

    @property
    def thumbnail(self) -> Asset | None:
        """The small picture for lists."""
        return self.by_role.get(AssetRole.THUMBNAIL)


def attach(entry_id: int, *assets: Asset) -> None:
    """Let files belong to an entry."""
    for asset in assets:
        db.session.add(EntryFile(entry_id=entry_id, asset_id=asset.id))
    db.session.flush()


def of(*entry_ids: int) -> dict[int, Files]:
    """Return the files of some entries, in one query."""
    found = {entry_id: Files() for entry_id in entry_ids}
    query = (
        select(EntryFile.entry_id, Asset)
        .join(Asset, Asset.id == EntryFile.asset_id)
        .where(EntryFile.entry_id.in_(entry_ids))
        .order_by(Asset.id)
    )
    for entry_id, asset in db.session.execute(query):
        found[entry_id].by_role.setdefault(asset.role, asset)
    return found


def with_master(entry_ids: Collection[int]) -> set[int]:
    """Say which of some entries have a master, in one query."""
    query = (
        select(EntryFile.entry_id)
        .join(Asset, Asset.id == EntryFile.asset_id)
        .where(EntryFile.entry_id.in_(entry_ids), Asset.role == AssetRole.MASTER)
    )
    return set(db.session.scalars(query))


def carriers(entry_id: int) -> list[Holding]:
    """Return the physical carriers of an entry."""
    return list(db.session.scalars(select(Holding).where(Holding.entry_id == entry_id).order_by(Holding.id)))


def replace_carriers(entry_id: int, wanted: Iterable[tuple[int | None, dict[str, Any]]]) -> None:
    """Let an entry have these carriers: what is known by its id is changed, what has none is new, the rest goes."""
    known = {holding.id: holding for holding in carriers(entry_id)}
    for holding_id, columns in wanted:
        holding = known.pop(holding_id, None) if holding_id is not None else None
        if holding is None:
            holding = Holding(entry_id=entry_id)
            db.session.add(holding)
        for name, value in columns.items():
            setattr(holding, name, value)
    for gone in known.values():
        db.session.delete(gone)
    db.session.flush()
