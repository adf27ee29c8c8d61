"""The masters of entries with their copies: attached together, taken off together. One file may belong to several."""

from sqlalchemy import delete, select

from archive import jobs
from archive.assets import Asset, AssetRole
from archive.db import db
from catalogue.entry_files import EntryFile

CHANGED = "masters.changed"  # what may be done with an entry depends on its master; licensing does this job


def of(entry_id: int) -> list[Asset]:
    """Return the masters of an entry, the one that a licence delivers first."""
    wanted = select(Asset).join(EntryFile, EntryFile.asset_id == Asset.id)
    return list(
        db.session.scalars(
            wanted.where(EntryFile.entry_id == entry_id, Asset.role == AssetRole.MASTER).order_by(Asset.id)
        )
    )


def copies_of(*master_ids: int) -> dict[int, dict[AssetRole, Asset]]:
    """Return the copies of some masters by what they are for, in one query."""
    found: dict[int, dict[AssetRole, Asset]] = {master_id: {} for master_id in master_ids}
    for copy in db.session.scalars(select(Asset).where(Asset.derived_from_id.in_(master_ids))):
        found[copy.derived_from_id or 0][copy.role] = copy
    return found


def entries_with(asset_id: int) -> list[int]:
    """Return the entries that a file belongs to."""
    wanted = select(EntryFile.entry_id).where(EntryFile.asset_id == asset_id)
    return list(db.session.scalars(wanted.order_by(EntryFile.entry_id)))


def attach(entry_id: int, master: Asset) -> None:
    """Let a master and all copies made of it belong to an entry; what does already stays."""
    wanted = {master.id, *(copy.id for copy in copies_of(master.id)[master.id].values())}
    known = set(db.session.scalars(select(EntryFile.asset_id).where(EntryFile.entry_id == entry_id)))
    db.session.add_all(EntryFile(entry_id=entry_id, asset_id=each) for each in sorted(wanted - known))
    db.session.flush()
    if master.id not in known:
        jobs.enqueue(CHANGED, {"entry_id": entry_id})


def take_off(entry_id: int, master: Asset) -> None:
    """Let a master and its copies no longer belong to an entry; they stay in the vault."""
    gone = {master.id, *(copy.id for copy in copies_of(master.id)[master.id].values())}
    db.session.execute(delete(EntryFile).where(EntryFile.entry_id == entry_id, EntryFile.asset_id.in_(gone)))
    jobs.enqueue(CHANGED, {"entry_id": entry_id})
