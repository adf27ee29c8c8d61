"""Threads of one process write to SQLite one after another, without sleeping while the lock is free."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from archive import db as database
from archive.db import db
from archive.transactions import transaction

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
    with pytest.raises(OperationalError), transaction():
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
