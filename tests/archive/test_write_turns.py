"""Threads and processes write to SQLite one after another, without sleeping while the lock is free."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from sqlite3 import connect
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from archive import db as database
from archive.db import db
from archive.transactions import transaction

pytestmark = pytest.mark.sqlite
WRITERS, TIMES = 8, 10


def add_one(app: Flask) -> None:
    with app.app_context(), transaction():
        db.session.execute(text("UPDATE counter SET value = value + 1"))


@pytest.fixture
def counter(app: Flask) -> None:
    with transaction():
        db.session.execute(text("CREATE TABLE counter (value INTEGER)"))
        db.session.execute(text("INSERT INTO counter VALUES (0)"))


@pytest.mark.usefixtures("counter")
def test_no_write_of_many_threads_is_lost(app: Flask) -> None:
    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(lambda _number: add_one(app), range(WRITERS * TIMES)))

    assert db.session.scalar(text("SELECT value FROM counter")) == WRITERS * TIMES


@pytest.mark.usefixtures("counter")
def test_who_waits_for_another_thread_goes_on_as_soon_as_that_has_committed(app: Flask) -> None:
    seen: list[float] = []

    def write() -> None:
        add_one(app)
        seen.append(time.monotonic())

    with transaction():
        db.session.execute(text("UPDATE counter SET value = 5"))
        waiting = threading.Thread(target=write)
        waiting.start()
        time.sleep(0.4)
        assert seen == []
    waiting.join(5)

    assert len(seen) == 1
    db.session.rollback()
    assert db.session.scalar(text("SELECT value FROM counter")) == 6


@pytest.mark.usefixtures("counter")
def test_a_transaction_that_fails_ends_its_turn(app: Flask) -> None:
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text("UPDATE nothing SET value = 5"))

    ThreadPoolExecutor(1).submit(add_one, app).result(2)

    assert db.session.scalar(text("SELECT value FROM counter")) == 1


@pytest.mark.usefixtures("counter")
def test_a_connection_that_is_given_up_ends_its_turn(app: Flask) -> None:
    with database.writing():
        connection = db.engine.connect()
        connection.begin()
        connection.invalidate()
        connection.close()

    ThreadPoolExecutor(1).submit(add_one, app).result(2)

    assert db.session.scalar(text("SELECT value FROM counter")) == 1


# SQLite alone looks every 0.1 s after a third of a second, so it would come 0.05 s late on the average.
HELD_SECONDS, LATE_SECONDS = 0.35, 0.025


@pytest.mark.sqlite
@pytest.mark.usefixtures("counter")
def test_who_waits_for_another_process_goes_on_as_soon_as_that_has_committed(app: Flask) -> None:
    assert median(lateness(app) for _ in range(7)) < LATE_SECONDS


def lateness(app: Flask) -> float:
    """Let another process hold the lock for a while; say how long after that a write was done, in seconds."""
    other = connect(str(db.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as writers:
        writing = writers.submit(add_one, app)
        time.sleep(HELD_SECONDS)
        other.execute("COMMIT")
        given_back = time.monotonic()
        writing.result(5)
    other.close()
    return time.monotonic() - given_back


@pytest.mark.sqlite
@pytest.mark.usefixtures("counter")
def test_who_waits_too_long_for_another_process_is_told_so(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    other = connect(str(db.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(OperationalError, match="locked"):
        add_one(app)

    other.execute("ROLLBACK")
    other.close()
    add_one(app)
    assert db.session.scalar(text("SELECT value FROM counter")) == 1
