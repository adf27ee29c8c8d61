"""What the import desk leaves to the runner, killed anywhere: begun again it ends where undisturbed work would have."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from archive import accounts, clock, job_runner, jobs
from archive.accounts import Account, Role
from archive.db import db
from archive.jobs import Job, JobState
from catalogue import outbox
from catalogue.entries import Entry, Status
from catalogue.importing import desk_jobs, intakes, run, undoing
from catalogue.importing.import_runs import ImportRun
from catalogue.importing.intakes import Intake, IntakeLine, IntakeState
from catalogue.search import finding, watching
from tests.catalogue.importing_tables import content, some_rows, written

# Runs in a process of its own that is killed in the middle of the work: no clean-up, no rollback, no goodbye.
KILLED = """
import os, signal, sys
import wsgi
from archive import job_runner
from catalogue.importing import desk_jobs, import_rows, run, undoing
from tests import databases
after, module, name = int(sys.argv[2]), sys.argv[3], sys.argv[4]
place = {"import_rows": import_rows, "undoing": undoing.Undo, "desk_jobs": desk_jobs}[module]
work = getattr(place, name)
def killing(*args, **more):
    global after
    after -= 1
    if after < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return work(*args, **more)
setattr(place, name, killing)
run.BATCH = undoing.BATCH = desk_jobs.PIECE = 5
site = wsgi.create_app(databases.settings({"DATA_DIR": sys.argv[1], "BASE_URL": "http://localhost"}))
with site.app_context():
    job_runner.run_due()
"""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 5)
    monkeypatch.setattr(undoing, "BATCH", 5)
    monkeypatch.setattr(desk_jobs, "PIECE", 5)
    monkeypatch.setattr(desk_jobs, "SECONDS_BETWEEN", 0.0)


@pytest.fixture
def intake(app: Flask, tmp_path: Path) -> Intake:
    """A file that was handed in, and is to be checked."""
    nel: Account = accounts.add(
        "nel@example.org", "Nel", Role.CATALOGUER, "paard batterij nietje", clock.now()
    )
    db.session.flush()
    path = written(tmp_path, some_rows())
    made = intakes.add(io.BytesIO(path.read_bytes()), "solos.csv", nel, clock.now())
    made.mapping = "wjd_solos"
    step(made, IntakeState.CHECKING, desk_jobs.CHECK_JOB)
    return made


def step(intake: Intake, to: IntakeState, job: str) -> None:
    intakes.move(intake, to)
    desk_jobs.enqueue(job, intake, intake.account_id or 0)
    db.session.commit()


def finish(intake: Intake) -> IntakeState:
    """Let the next runner take the work back and do it."""
    db.session.rollback()
    jobs.take_back()
    job_runner.run_due()
    db.session.rollback()
    db.session.refresh(intake)
    return intake.state


def killed(folder: Path, after: int, module: str, name: str) -> None:
    db.session.rollback()
    command = [sys.executable, "-c", KILLED, str(folder / "data"), str(after), module, name]
    assert subprocess.run(command, capture_output=True).returncode == -9
    assert JobState.RUNNING in db.session.scalars(select(Job.state)).all()


def test_a_dry_run_that_is_killed_is_done_again_and_tells_each_row_once(
    intake: Intake, tmp_path: Path
) -> None:
    killed(tmp_path, 3, "desk_jobs", "_insert_now")

    assert finish(intake) is IntakeState.CHECKED
    assert db.session.scalar(select(func.count()).select_from(IntakeLine)) == 24
    assert intake.found is not None
    assert intake.found["totals"]["new"] == 24
    assert db.session.scalar(select(Entry.id)) is None


def test_an_import_that_is_killed_goes_on_and_nothing_comes_in_twice(intake: Intake, tmp_path: Path) -> None:
    finish(intake)
    step(intake, IntakeState.RUNNING, desk_jobs.RUN_JOB)
    killed(tmp_path, 11, "import_rows", "keep_row")

    assert finish(intake) is IntakeState.DONE
    before = content()
    assert len(db.session.scalars(select(ImportRun.id)).all()) == 2
    assert db.session.scalar(select(func.count()).select_from(Entry)) == 1 + 6 + 12
    step(intake, IntakeState.CHECKING, desk_jobs.CHECK_JOB)
    assert finish(intake) is IntakeState.CHECKED
    assert intake.found is not None
    assert intake.found["totals"]["unchanged"] == 24
    assert content() == before


@pytest.mark.parametrize("after", [0, 2])
def test_an_undo_that_is_killed_goes_on_to_the_end(intake: Intake, tmp_path: Path, after: int) -> None:
    finish(intake)
    step(intake, IntakeState.RUNNING, desk_jobs.RUN_JOB)
    finish(intake)
    step(intake, IntakeState.UNDOING, desk_jobs.UNDO_JOB)
    killed(tmp_path, after, "undoing", "take_back")

    assert finish(intake) is IntakeState.UNDONE
    assert intake.undone == {"withdrawn": 19, "restored": 0, "left_count": 0, "left": []}
    assert set(db.session.scalars(select(Entry.status))) == {Status.WITHDRAWN}


def test_progress_is_told_while_the_work_goes_on(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    progress = desk_jobs._Progress.__call__

    def noted(self: desk_jobs._Progress, done: int, total: int) -> None:
        progress(self, done, total)
        told.append((intakes.get(intake.id).rows_done, total))

    monkeypatch.setattr(desk_jobs._Progress, "__call__", noted)
    finish(intake)

    assert told[0][0] < told[-1][0] == 24


def test_what_keeps_failing_is_told_and_goes_a_step_back(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(desk_jobs, "_keep_lines", broken)
    db.session.execute(update(Job).values(attempts=jobs.MAX_ATTEMPTS - 1))
    db.session.commit()

    assert finish(intake) is IntakeState.NEW
    assert "broken on our side" in (intake.problem or "")


def test_what_writes_the_index_is_never_left_to_the_runner_of_long_jobs(app: Flask) -> None:
    long = app.extensions["long_jobs"]

    assert set(desk_jobs.HANDLERS) <= long
    assert long.isdisjoint({outbox.JOB, finding.REBUILD_JOB, watching.JOB})
