"""A full disk: what is written is refused, what is read is read, and with room again all is well, without a
restart.
"""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from archive import clock, job_runner, jobs, sign_in
from archive.accounts import Account
from archive.db import db
from archive.transactions import transaction
from tests.archive.test_sign_in import DESK, enter, is_in

pytestmark = pytest.mark.sqlite  # PostgreSQL's disk is another machine's

MORE_PAGES = 100_000


@pytest.fixture
def fill_up(house: Flask) -> Iterator[Callable[[bool], None]]:
    """Let the database be unable to grow by a page: SQLite then fails as on a full disk."""
    full = [False]

    def limit(connection: object, _record: object, _proxy: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count={pages if full[0] else MORE_PAGES}")  # type: ignore[attr-defined]

    def fill(is_full: bool) -> None:
        full[0] = is_full

    event.listen(db.engine, "checkout", limit)
    with house.app_context():
        yield fill
    event.remove(db.engine, "checkout", limit)


def write_much(_payload: object = None) -> None:
    with transaction():
        jobs.enqueue("never", {"long": "x" * 100_000})


def test_writes_are_unavailable_and_reads_go_on(
    house: Flask, visitor: FlaskClient, cataloguer: Account, fill_up: Callable[[bool], None]
) -> None:
    house.add_url_rule("/write", "write", lambda: str(write_much()))
    enter(visitor)

    fill_up(True)
    assert [visitor.get("/write").status_code for _ in range(25)] == [503] * 25
    assert visitor.get("/write").headers["Retry-After"]
    assert all(visitor.get(path).status_code == 200 for path in ("/en/", DESK, "/healthz"))

    fill_up(False)
    assert visitor.get("/write").status_code == 200
    assert is_in(visitor)


def test_a_mark_that_cannot_be_made_is_not_worth_the_page(
    visitor: FlaskClient,
    cataloguer: Account,
    fill_up: Callable[[bool], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    enter(visitor)
    with transaction():
        past = clock.now() - sign_in.TOUCH_EVERY * 2
        db.session.execute(update(sign_in.SignInSession).values(seen_at=past))
    db.session.remove()
    monkeypatch.setattr(sign_in, "_touch", lambda *_: write_much())
    fill_up(True)

    assert visitor.get(DESK).status_code == 200
    assert "a small mark was lost" in caplog.text


def test_a_job_that_finds_the_disk_full_is_done_later(house: Flask, fill_up: Callable[[bool], None]) -> None:
    jobs.init_app(house, {"write": write_much, "never": lambda _payload: None})
    with transaction():
        jobs.enqueue("write", {})
    db.session.remove()

    fill_up(True)
    jobs.run_next()
    db.session.remove()
    fill_up(False)
    with transaction():
        db.session.execute(update(jobs.Job).values(run_at=clock.now()))
    assert job_runner.run_due() == 2
