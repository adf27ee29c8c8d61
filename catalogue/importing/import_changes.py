"""Which entries an import made or changed, and between which versions: what its undo goes by."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db
from catalogue.importing.import_runs import ImportRun


class ImportChange(Model):
    """One entry that a run made (`before` is 0) or changed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    before: Mapped[int]  # version of the entry
    after: Mapped[int]


@dataclass(frozen=True)
class Change:
    """What all runs of one intake did to an entry."""

    entry_id: int
    before: int
    after: int


def keep(run_id: int, changes: Sequence[Change]) -> None:
    """Note what a run has done in this transaction."""
    if changes:
        db.session.execute(insert(ImportChange), [{"run_id": run_id, **vars(change)} for change in changes])


def of_intake(intake_id: int) -> list[Change]:
    """Return what all runs of an intake did, the last made first: parts before what they are parts of."""
    query = (
        select(ImportChange.entry_id, func.min(ImportChange.before), func.max(ImportChange.after))
        .join(ImportRun, ImportRun.id == ImportChange.run_id)
        .where(ImportRun.intake_id == intake_id)
        .group_by(ImportChange.entry_id)
        .order_by(ImportChange.entry_id.desc())
    )
    return [Change(*said) for said in db.session.execute(query)]
