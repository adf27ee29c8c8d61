"""Work that follows a change: one row, written in the transaction of the change itself, done later by the
runner.

At most one runner does a job at a time: it takes a lease by a guarded update. When a runner dies the next one
on its machine takes its job back at once, any other after LEASE; so a handler must be able to run twice
without harm. A handler is called with no transaction open and wraps what it writes in `transaction()`, so
that slow work (mail, index, sound) never holds the write lock.
"""

import logging
import os
import socket
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Index,
    UniqueConstraint,
    delete,
    func,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from archive import clock
from archive.db import Model, db, enum_column
from archive.transactions import transaction

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8
FIRST_RETRY = timedelta(seconds=2)

Payload = dict[str, Any]
Handler = Callable[[Payload], None]


class JobState(str, Enum):
    """Waiting (also between two tries), being done, done, or given up."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Lane(str, Enum):
    """Which jobs a runner takes: long ones in one process leave another free for those that people wait for."""

    ALL = "all"
    SHORT = "short"
    LONG = "long"


class Job(Model):
    """One piece of work; two requests with one `key` fall together while the first is waiting."""

    __table_args__ = (
        UniqueConstraint("key"),
        Index(None, "state", "run_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None]  # only while waiting; taken off when the job starts
    state: Mapped[JobState] = mapped_column(enum_column(JobState))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    runner: Mapped[str | None]  # machine and process that last took it
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None]  # last line of the last failure


def init_app(
    app: Flask,
    handlers: Mapping[str, Handler],
    recurring: Mapping[str, timedelta] | None = None,
    *,
    are_long: bool = False,
) -> None:
    """Name the handlers of one floor, which of them come back after how long, and whether they may take minutes."""
    app.extensions.setdefault("job_handlers", {}).update(handlers)
    app.extensions.setdefault("recurring_jobs", {}).update(recurring or {})
    app.extensions.setdefault("long_jobs", set()).update(handlers if are_long else ())


def enqueue_recurring() -> None:
    """See to it that each recurring job is waiting; the runner calls this now and then."""
    recurring: dict[str, timedelta] = current_app.extensions["recurring_jobs"]
    with transaction():
        for name, interval in recurring.items():
            # Another key than for the job asked for at once, which must not wait for the next round.
            enqueue(name, {}, key=f"{name}, recurring", delay=interval)


def enqueue(name: str, payload: Payload, *, key: str | None = None, delay: timedelta = timedelta(0)) -> None:
    """Add a job to the caller's transaction. With a `key` that is waiting already, nothing is added."""
    if key is not None and db.session.scalar(select(Job.id).where(Job.key == key)) is not None:
        return
    moment = clock.now()
    job = Job(
        name=name, payload=payload, key=key, state=JobState.WAITING, created_at=moment, run_at=moment + delay
    )
    if key is None:
        db.session.add(job)
        db.session.flush()
        return
    with suppress(IntegrityError), db.session.begin_nested():  # another process was first: its job is ours
        db.session.add(job)


def run_next(lane: Lane = Lane.ALL) -> bool:
    """Do the next job of a lane that is due; say whether there was one."""
    job_id = _take(clock.now(), lane)
    if job_id is None:
        return False
    _do(job_id)
    return True


def take_back() -> None:
    """Let the jobs that a dead runner of this machine had in hand wait again; for runners, between two jobs.

    A job that may be what kills its runners keeps waiting for its lease, so that it cannot do so without pause.
    """
    in_hand = (Job.state == JobState.RUNNING) & (Job.attempts < MAX_ATTEMPTS)
    runners = db.session.scalars(select(Job.runner).where(in_hand).distinct()).all()
    db.session.rollback()
    dead = [runner for runner in runners if runner is not None and _has_died(runner)]
    if not dead:
        return
    with transaction():
        db.session.execute(
            update(Job)
            .where(in_hand, Job.runner.in_(dead))
            .values(state=JobState.WAITING, run_at=clock.now(), leased_until=None)
            .execution_options(synchronize_session=False)
        )


def waiting() -> int:
    """Count the jobs that are still to be done."""
    todo = Job.state.in_([JobState.WAITING, JobState.RUNNING])
    return db.session.scalar(select(func.count()).select_from(Job).where(todo)) or 0


def remove_done(before: datetime) -> None:
    """Forget the jobs that were done before a moment; what was given up stays until somebody has looked."""
    db.session.execute(delete(Job).where(Job.state == JobState.DONE, Job.ended_at < before))


def extend_lease(job_id: int) -> None:
    """Keep a long job ours for another LEASE; long handlers call it inside their transactions as they go."""
    db.session.execute(update(Job).where(Job.id == job_id).values(leased_until=clock.now() + LEASE))


def _take(moment: datetime, lane: Lane = Lane.ALL) -> int | None:
    due = (Job.state == JobState.WAITING) & (Job.run_at <= moment)
    abandoned = (Job.state == JobState.RUNNING) & (Job.leased_until < moment)
    query = select(Job.id).where(due | abandoned, _in(lane))
    job_id = db.session.scalar(query.order_by(Job.run_at, Job.id).limit(1))
    db.session.rollback()  # looked at without the write lock: an idle runner must not hold up those who write
    if job_id is None:
        return None
    with transaction():
        taken = db.session.execute(
            update(Job)
            .where(Job.id == job_id, due | abandoned)
            .values(
                state=JobState.RUNNING,
                key=None,
                attempts=Job.attempts + 1,
                leased_until=moment + LEASE,
                runner=_runner(os.getpid()),
            )
            .execution_options(synchronize_session=False)
        )
        return job_id if cast("CursorResult[Any]", taken).rowcount == 1 else None


def _in(lane: Lane) -> ColumnElement[bool]:
    if lane is Lane.ALL:
        return true()
    is_long = Job.name.in_(sorted(current_app.extensions["long_jobs"]))
    return is_long if lane is Lane.LONG else ~is_long


def _runner(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}"


def _has_died(runner: str) -> bool:
    pid = int(runner.rpartition(":")[2])
    if runner != _runner(pid):
        return False  # of another machine: only the end of its lease tells
    # This process asks between two jobs, so a job in its name was left by an earlier process of that number.
    return pid == os.getpid() or not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's, but alive
    return True


def _do(job_id: int) -> None:
    job = db.session.get_one(Job, job_id)
    name, payload = job.name, job.payload
    db.session.rollback()
    try:
        _handler(name)(payload | {"job_id": job_id})
    except Exception as error:
        # The runner must outlive every job; the failure is kept in the row and logged, and tried again.
        log.exception("job failed", extra={"job_id": job_id})
        db.session.rollback()
        with transaction():
            _note_failure(db.session.get_one(Job, job_id), error, clock.now())
    else:
        db.session.rollback()
        with transaction():
            _note_success(db.session.get_one(Job, job_id), clock.now())


def _handler(name: str) -> Handler:
    handlers: dict[str, Handler] = current_app.extensions["job_handlers"]
    return handlers[name]


def _note_success(job: Job, moment: datetime) -> None:
    job.state, job.ended_at, job.leased_until, job.error = JobState.DONE, moment, None, None


def _note_failure(job: Job, error: Exception, moment: datetime) -> None:
    job.error = "".join(traceback.format_exception_only(error)).strip()[-500:]
    job.leased_until = None
    if job.attempts >= MAX_ATTEMPTS:
        job.state, job.ended_at = JobState.FAILED, moment
    else:
        job.state, job.run_at = JobState.WAITING, moment + FIRST_RETRY * 4 ** (job.attempts - 1)
