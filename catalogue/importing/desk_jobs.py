"""What the import desk leaves to the runner: the dry run, the import, the undo. Each says how far it is, holds on
to its job, and can be killed anywhere and begun again.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, insert, select

from archive import clock, jobs
from archive.db import db
from archive.errors import DomainError, NotFound
from archive.jobs import Job, Payload
from archive.transactions import transaction
from catalogue.importing import intakes, nested, run, saved_mappings, undoing
from catalogue.importing.headers import Choice
from catalogue.importing.intakes import Intake, IntakeFinding, IntakeLine, IntakeState, LineState
from catalogue.importing.rows import SourceRow
from catalogue.importing.work import Work

CHECK_JOB, RUN_JOB, UNDO_JOB = "import.check", "import.run", "import.undo"
SECONDS_BETWEEN = 1.0  # two notes of how far the work is
PIECE = 2000  # rows of a report written at once
MOST_SHOWN = 300  # characters of a value in the report


def enqueue(name: str, intake: Intake, account_id: int) -> None:
    """Leave work on an intake to the runner."""
    jobs.enqueue(name, {"intake_id": intake.id, "account_id": account_id})


def check(payload: Payload) -> None:
    """Do the dry run of an intake, and keep what it says of each row."""
    with _at_work(payload, IntakeState.CHECKING, IntakeState.NEW) as intake:
        if intake is None:
            return
        choice = _choice(intake, frozenset())
        with intakes.opened(intake) as table, run.checked(table, None, choice, _Progress(payload)) as work:
            report = work.report.as_json()
            _keep_lines(intake.id, work)
        with transaction():
            intake.found = report
            intakes.move(intake, IntakeState.CHECKED)


def bring_in(payload: Payload) -> None:
    """Import the rows that were chosen."""
    with _at_work(payload, IntakeState.RUNNING, IntakeState.CHECKED) as intake:
        if intake is None:
            return
        left_out = select(IntakeLine.line).where(
            IntakeLine.intake_id == intake.id, ~IntakeLine.is_chosen, IntakeLine.state != LineState.REFUSED
        )
        choice = _choice(intake, frozenset(db.session.scalars(left_out)))
        with intakes.opened(intake) as table:
            report = run.write_table(table, None, choice, _Progress(payload), clock.now(), intake.id)
        with transaction():
            intake.report, intake.ended_at = report.as_json(), clock.now()
            intakes.move(intake, IntakeState.DONE)


def take_back(payload: Payload) -> None:
    """Undo an import."""
    with _at_work(payload, IntakeState.UNDOING, IntakeState.DONE) as intake:
        if intake is None:
            return
        comment = f"Import of {intake.filename} undone"
        report = undoing.undo(intake.id, payload["account_id"], comment, _Progress(payload))
        with transaction():
            intake.undone, intake.ended_at = report, clock.now()
            intakes.move(intake, IntakeState.UNDONE)


@contextmanager
def _at_work(payload: Payload, state: IntakeState, back_to: IntakeState) -> Iterator[Intake | None]:
    """Give the intake, or None when the work was done before. What refuses the work takes the intake a step back."""
    intake = intakes.get(payload["intake_id"])
    if intake.state is not state:
        yield None
        return
    try:
        yield intake
    except DomainError as refusal:
        _step_back(
            payload, back_to, refusal.message, {key: str(value) for key, value in refusal.details.items()}
        )
    except Exception:
        if _is_last_try(payload["job_id"]):
            _step_back(
                payload, back_to, "Something is broken on our side. Tell whoever keeps the site running.", {}
            )
        raise


def _step_back(payload: Payload, to: IntakeState, problem: str, details: dict[str, Any]) -> None:
    db.session.rollback()
    with transaction():
        intake = intakes.get(payload["intake_id"])
        intakes.move(intake, to)
        intake.problem, intake.details = problem, details


def _is_last_try(job_id: int) -> bool:
    db.session.rollback()
    attempts = db.session.scalar(select(Job.attempts).where(Job.id == job_id))
    return attempts is None or attempts >= jobs.MAX_ATTEMPTS


def _choice(intake: Intake, left_out: frozenset[int]) -> Choice:
    mapping = saved_mappings.find(intake.mapping or "")
    if mapping is None:
        raise NotFound("The mapping of this import is no longer there. Map the columns again.")
    return Choice(mapping, tuple(intake.sheets), intake.header_row, left_out)


class _Progress:
    """Writes down how far the work is, now and then, and keeps the job ours."""

    def __init__(self, payload: Payload) -> None:
        self._intake_id, self._job_id = payload["intake_id"], payload["job_id"]
        self._said_at = 0.0

    def __call__(self, done: int, total: int) -> None:
        if done < total and time.monotonic() - self._said_at < SECONDS_BETWEEN:
            return
        with transaction():
            intake = intakes.get(self._intake_id)
            intake.rows_done, intake.rows_total = done, total
            jobs.extend_lease(self._job_id)
        self._said_at = time.monotonic()


def _keep_lines(intake_id: int, work: Work) -> None:
    """Keep what the dry run says of each row, in place of what an earlier one said."""
    with transaction():
        db.session.execute(delete(IntakeFinding).where(IntakeFinding.intake_id == intake_id))
        db.session.execute(delete(IntakeLine).where(IntakeLine.intake_id == intake_id))
    findings = list(_findings(work))
    to_look_at = {finding["line"] for finding in findings}
    _insert(IntakeFinding, intake_id, findings)
    _insert(IntakeLine, intake_id, _lines(work, to_look_at))


def _findings(work: Work) -> Iterator[dict[str, Any]]:
    for rejection in work.surveyed.rejected:
        yield {**vars(rejection), "value": rejection.value[:MOST_SHOWN], "kind": LineState.REFUSED.value}
    for remark in work.report.remarks:
        if remark.line:
            yield {**vars(remark), "value": remark.value[:MOST_SHOWN], "kind": remark.kind.value}


def _lines(work: Work, to_look_at: set[int]) -> Iterator[dict[str, Any]]:
    for key in work.surveyed.sessions:
        for row in work.surveyed.rows_of(key):
            state = LineState.LOOK if row.line in to_look_at else LineState.GOOD
            yield {
                "line": row.line,
                "key": row.key,
                "title": _title(work, row),
                "state": state,
                "is_chosen": True,
            }
    refused: dict[int, str] = defaultdict(str)
    for rejection in work.surveyed.rejected:
        refused[rejection.line] = refused[rejection.line] or rejection.value
    for line, value in refused.items():
        yield {
            "line": line,
            "key": "",
            "title": value[:MOST_SHOWN],
            "state": LineState.REFUSED,
            "is_chosen": False,
        }


def _title(work: Work, row: SourceRow) -> str:
    column = work.surveyed.mapping.column("title")
    return (nested.text(row.cells.get(column)) or row.key)[:MOST_SHOWN]


def _insert(table: type[IntakeLine | IntakeFinding], intake_id: int, rows: Any) -> None:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append({"intake_id": intake_id, **row})
        if len(waiting) >= PIECE:
            _insert_now(table, waiting)
            waiting = []
    _insert_now(table, waiting)


def _insert_now(table: type[IntakeLine | IntakeFinding], rows: list[dict[str, Any]]) -> None:
    if rows:
        with transaction():
            db.session.execute(insert(table), rows)


HANDLERS = {CHECK_JOB: check, RUN_JOB: bring_in, UNDO_JOB: take_back}
