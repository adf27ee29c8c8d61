"""Import runs: when which file came in, by which mapping, and what became of it."""

from datetime import datetime
from enum import Enum
from typing import Any, cast

from sqlalchemy import JSON, CursorResult, ForeignKey, update
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db, enum_column
from archive.errors import Refused


class RunState(str, Enum):
    """A run that was killed stays running until the next one with its mapping takes over."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class ImportRun(Model):
    """One run of an import that wrote something or meant to; dry runs leave no row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    mapping: Mapped[str] = mapped_column(index=True)
    filename: Mapped[str]
    sha256: Mapped[str]  # of the file
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    state: Mapped[RunState] = mapped_column(enum_column(RunState))
    rows_done: Mapped[int] = mapped_column(default=0)
    totals: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    intake_id: Mapped[int | None] = mapped_column(ForeignKey("intake.id"), index=True)  # None: by command


def begin(
    mapping: str, filename: str, sha256: str, moment: datetime, intake_id: int | None = None
) -> ImportRun:
    """Begin a run and take over from any other with this mapping: after this they can write no more."""
    db.session.execute(
        update(ImportRun)
        .where(ImportRun.mapping == mapping, ImportRun.state == RunState.RUNNING)
        .values(state=RunState.INTERRUPTED, ended_at=moment)
    )
    run = ImportRun(
        mapping=mapping,
        intake_id=intake_id,
        filename=filename,
        sha256=sha256,
        started_at=moment,
        state=RunState.RUNNING,
    )
    db.session.add(run)
    db.session.flush()
    return run


def go_on(run_id: int, rows_done: int) -> None:
    """Note how far a run is, first in each of its transactions; raise Refused when another took over."""
    ours = db.session.execute(
        update(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.state == RunState.RUNNING)
        .values(rows_done=rows_done)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", ours).rowcount != 1:
        raise Refused("Another import with this mapping has begun in the meantime and goes on with the work.")


def end(run_id: int, state: RunState, moment: datetime, report: dict[str, Any] | None) -> None:
    """End a run with its report."""
    totals = report["totals"] if report else None
    db.session.execute(
        update(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.state == RunState.RUNNING)
        .values(state=state, ended_at=moment, totals=totals, report=report)
        .execution_options(synchronize_session=False)
    )
