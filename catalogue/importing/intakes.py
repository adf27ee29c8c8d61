"""Intakes: files handed in at the import desk, with what was chosen, what a dry run found and what became of them.

The file itself lies in the vault. The states are steps of one way; what runs is a job that can run twice without harm.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import storage
from archive.accounts import Account
from archive.db import Model, db, enum_column
from archive.errors import Invalid, NotFound, Refused
from catalogue.importing import readers
from catalogue.importing.tables import Table

MAX_BYTES = 15 << 20  # the web server takes no larger request; larger files come in by command
MAX_NAME = 200


class IntakeState(str, Enum):
    """How far an intake is."""

    NEW = "new"  # its columns are still to be mapped
    CHECKING = "checking"  # the dry run is a job that waits or runs
    CHECKED = "checked"  # the report of the dry run is there
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


MOVES: Mapping[IntakeState, frozenset[IntakeState]] = {
    IntakeState.NEW: frozenset({IntakeState.CHECKING}),
    IntakeState.CHECKING: frozenset({IntakeState.CHECKED, IntakeState.NEW}),
    IntakeState.CHECKED: frozenset({IntakeState.CHECKING, IntakeState.RUNNING}),
    IntakeState.RUNNING: frozenset({IntakeState.DONE, IntakeState.CHECKED}),
    IntakeState.DONE: frozenset({IntakeState.UNDOING, IntakeState.CHECKING}),
    IntakeState.UNDOING: frozenset({IntakeState.UNDONE, IntakeState.DONE}),
    IntakeState.UNDONE: frozenset({IntakeState.CHECKING}),
}
AT_WORK = frozenset({IntakeState.CHECKING, IntakeState.RUNNING, IntakeState.UNDOING})


class Intake(Model):
    """One file on its way in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str]
    storage_key: Mapped[str]
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]  # of file, in a word
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[IntakeState] = mapped_column(enum_column(IntakeState))
    mapping: Mapped[str | None]
    sheets: Mapped[list[str]]  # chosen; none: all that have the header
    header_row: Mapped[int | None]  # None: found out; 0: there is none
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]  # why the last job failed; a msgid, filled in by `details`
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    found: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # by the dry run
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # of the import
    undone: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # what the undo did and left
    ended_at: Mapped[datetime | None]


class LineState(str, Enum):
    """What the dry run says of a row."""

    GOOD = "good"
    LOOK = "look"
    REFUSED = "refused"


class IntakeLine(Model):
    """One row of the file after the dry run; `is_chosen` says whether it is to come in."""

    __table_args__ = (UniqueConstraint("intake_id", "line"), Index(None, "intake_id", "state", "line"))

    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id", ondelete="CASCADE"), index=True)
    line: Mapped[int] = mapped_column(BigInteger)  # see `tables.Table.where`
    key: Mapped[str]
    title: Mapped[str]
    state: Mapped[LineState] = mapped_column(enum_column(LineState))
    is_chosen: Mapped[bool]


class IntakeFinding(Model):
    """One thing that is to be mended or looked at in a row: the column, what it says, and why."""

    __table_args__ = (Index(None, "intake_id", "line"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id", ondelete="CASCADE"))
    line: Mapped[int] = mapped_column(BigInteger)
    column: Mapped[str]
    value: Mapped[str]
    message: Mapped[str]
    kind: Mapped[str]  # "refused", or why it deserves a look (`remarks.Look`)


def add(file: IO[bytes], filename: str, account: Account, moment: datetime) -> Intake:
    """Put a file into the vault. Raise Invalid, and keep nothing, for one that cannot be read as a table."""
    name = Path(filename.replace("\\", "/")).name.strip()[:MAX_NAME] or "table"
    with tempfile.NamedTemporaryFile(suffix=".intake") as copy:
        copyfileobj(file, copy)
        copy.flush()
        if copy.tell() > MAX_BYTES:
            raise Invalid(
                "The file is larger than %(limit)s MB. Split it, or let it be imported by command.",
                limit=MAX_BYTES >> 20,
            )
        table = readers.look(Path(copy.name))
        copy.seek(0)
        stored = storage.vault().put(copy, "")  # type: ignore[arg-type]  # a file like any other
    intake = Intake(
        filename=name,
        storage_key=stored.key,
        size=stored.size,
        sha256=stored.sha256,
        kind=table.kind,
        account_id=account.id,
        created_at=moment,
        state=IntakeState.NEW,
        sheets=[],
    )
    db.session.add(intake)
    db.session.flush()
    return intake


def get(intake_id: int) -> Intake:
    """Get an intake; raise NotFound."""
    intake = db.session.get(Intake, intake_id)
    if intake is None:
        raise NotFound("There is no import with this number. Look in the list of imports.")
    return intake


def newest(page: int, size: int) -> tuple[list[tuple[Intake, str | None]], int]:
    """Return a page of intakes with the names of who handed them in, the newest first, and how many there are."""
    total = db.session.scalar(select(func.count()).select_from(Intake)) or 0
    query = select(Intake, Account.name).outerjoin(Account, Account.id == Intake.account_id)
    rows = db.session.execute(query.order_by(Intake.id.desc()).limit(size).offset((page - 1) * size))
    return [(intake, name) for intake, name in rows], total


def same_file(intake: Intake) -> list[Intake]:
    """Return other intakes of the very same file, the newest first."""
    query = select(Intake).where(Intake.sha256 == intake.sha256, Intake.id != intake.id)
    return list(db.session.scalars(query.order_by(Intake.id.desc()).limit(5)))


def move(intake: Intake, to: IntakeState) -> None:
    """Take a step; raise Refused for one that cannot be taken from where the intake stands."""
    if to not in MOVES[intake.state]:
        raise Refused("This import is at another step by now. Look at how it stands.")
    intake.state = to
    if to in AT_WORK:
        intake.rows_done, intake.problem, intake.details = 0, None, None


@contextmanager
def opened(intake: Intake) -> Iterator[Table]:
    """Fetch the file from the vault and say how it is read."""
    with tempfile.NamedTemporaryFile(suffix=".intake") as copy:
        with storage.vault().open(intake.storage_key) as file:
            copyfileobj(file, copy)
        copy.flush()
        yield replace(readers.look(Path(copy.name)), name=intake.filename)


def counts(intake: Intake) -> dict[LineState, tuple[int, int]]:
    """Count the rows of each state: all, and those chosen."""
    query = (
        select(IntakeLine.state, func.count(), func.count().filter(IntakeLine.is_chosen))
        .where(IntakeLine.intake_id == intake.id)
        .group_by(IntakeLine.state)
    )
    found = {state: (total, chosen) for state, total, chosen in db.session.execute(query)}
    return {state: found.get(state, (0, 0)) for state in LineState}
