"""What disks do to the index: full, closed, gone, scrambled. Pages go on, the log says what to do, and all heals."""

import errno
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from archive import clock, job_runner, jobs
from archive.config import current
from archive.db import db
from archive.jobs import Job
from archive.transactions import transaction
from catalogue import outbox
from catalogue.search import checking, finding, index, query, upkeep, watching
from catalogue.search.folders import LOCK, POINTER, IndexFolders
from catalogue.search.index import DamagedIndexError
from tests.catalogue import specimens
from tests.journeys.crashing import ROOT

TODAY = date(2026, 11, 22)
FAULTS = {"full": errno.ENOSPC, "quota": errno.EDQUOT, "read-only": errno.EROFS, "not ours": errno.EACCES}


def found(words: str) -> tuple[str, int]:
    result = index.current().search(query.read([("q", words)]), TODAY)
    return result.rung, result.total


def root() -> Path:
    return Path(current().search_url.removeprefix("file://"))


def folders() -> list[str]:
    return sorted(path.name for path in root().iterdir() if path.name not in (POINTER, LOCK))


def run_all_now() -> None:
    """Do what waits, be it for later."""
    db.session.rollback()
    with transaction():
        db.session.execute(update(Job).where(Job.state == jobs.JobState.WAITING).values(run_at=clock.now()))
    job_runner.run_due()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Let the calls that put files on disk fail with an error; None: no longer."""
    fault: list[int | None] = [None]

    def failing(call: Callable[..., Any]) -> Callable[..., Any]:
        def fail(*arguments: Any, **options: Any) -> Any:
            if fault[0] is not None:
                raise OSError(fault[0], os.strerror(fault[0]))
            return call(*arguments, **options)

        return fail

    for name in ("fsync", "replace", "pwrite"):
        monkeypatch.setattr(os, name, failing(getattr(os, name)))
    return lambda number: fault.__setitem__(0, number)


@pytest.mark.parametrize("name", FAULTS)
def test_a_change_waits_until_the_disk_takes_it_and_meanwhile_the_old_state_answers(
    app: Flask, disk: Callable[[int | None], None], name: str, caplog: pytest.LogCaptureFixture
):
    specimens.recording("Blauw uur")
    specimens.in_index()
    specimens.recording("Groen uur")
    db.session.commit()

    disk(FAULTS[name])
    with caplog.at_level(logging.ERROR):
        job_runner.run_due()

    assert "cannot be written" in caplog.text
    assert "make room on its disk" in caplog.text
    assert (found("blauw"), outbox.count() > 0, jobs.waiting()) == (("exact", 1), True, 1)

    disk(None)
    run_all_now()
    assert (found("groen"), outbox.count(), jobs.waiting()) == (("exact", 1), 0, 0)


def test_a_rebuild_without_room_takes_no_room_and_comes_back(app: Flask, disk: Callable[[int | None], None]):
    specimens.recording("Blauw uur")
    specimens.in_index()
    before, version = folders(), index.current().version()
    with transaction():
        finding.queue_rebuild(version)

    disk(errno.ENOSPC)
    job_runner.run_due()
    disk(None)

    assert (found("blauw"), index.current().version(), jobs.waiting()) == (("exact", 1), version, 1)
    assert len(folders()) == len(before)
    run_all_now()
    assert index.current().version() != version


def test_a_rebuild_that_dies_is_begun_anew_and_its_leftovers_go(app: Flask):
    specimens.recording("Blauw uur")
    specimens.in_index()

    def die(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upkeep.make_anew(die)
    assert found("blauw") == ("exact", 1)
    upkeep.make_anew(lambda _done: None)

    kept = {(root() / POINTER).read_text()}
    assert found("blauw") == ("exact", 1)
    assert all(not (root() / name / "unfinished").exists() for name in folders())
    assert len(folders()) <= len(kept) + 1  # the one before is left to those who still open it


def test_while_another_rebuild_runs_a_second_one_waits_and_is_not_needed_then(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    specimens.recording("Blauw uur")
    specimens.in_index()
    monkeypatch.setattr("catalogue.search.whoosh_index.LOCK_TIMEOUT", 0.1)
    with transaction():
        finding.queue_rebuild(index.current().version())

    with IndexFolders(root(), 1).writing(timeout=1):
        job_runner.run_due()
    assert jobs.waiting() == 1

    upkeep.make_anew(lambda _done: None)
    rebuilt = index.current().version()
    run_all_now()
    assert (index.current().version(), jobs.waiting()) == (rebuilt, 0)


def remove_everything() -> None:
    shutil.rmtree(root())


def garble_pointer() -> None:
    (root() / POINTER).write_bytes(os.urandom(5_000))


def scramble_files() -> None:
    for path in (root() / (root() / POINTER).read_text()).iterdir():
        content = bytearray(path.read_bytes())
        content[len(content) // 2 :] = os.urandom(len(content) - len(content) // 2)
        path.write_bytes(content)


@pytest.mark.parametrize("damage", [remove_everything, garble_pointer, scramble_files])
def test_whoever_asks_a_damaged_index_is_answered_and_told_so_and_a_job_mends_it(
    app: Flask, client: FlaskClient, damage: Callable[[], None], caplog: pytest.LogCaptureFixture
):
    entry = specimens.recording("Blauw uur", specimens.plays(*player()))
    specimens.in_index()
    pid = entry.pid
    index.current().close()
    damage()

    assert not watching.is_usable()
    with caplog.at_level(logging.ERROR):
        page, data = (
            client.get("/en/search?q=blauw"),
            client.get("/api/v1/search?q=blauw&leader=x").get_json(),
        )

    assert (page.status_code, "does not work in full" in page.text) == (200, True)
    assert ([item["pid"] for item in data["items"]], data["rung"]) == ([pid], "degraded")
    assert "answering from the database until the job search.rebuild has made it anew" in caplog.text
    db.session.rollback()
    assert jobs.waiting() == 1
    job_runner.run_due()
    assert (found("blauw"), watching.is_usable()) == (("exact", 1), True)


def test_every_page_that_asks_the_index_answers_without_it(app: Flask, client: FlaskClient):
    agent, _trumpet = player()
    entry = specimens.recording("Blauw uur", specimens.plays(*player()))
    agent_pid, pid = agent.pid, entry.pid
    specimens.in_index()
    remove_everything()

    for path in (
        *("", "search", "search?q=blauw&decade=1950&from=1950", f"entries/{pid}"),
        *(
            f"search?leader={agent_pid}&page=3",
            f"search?plays={agent_pid}/trumpet",
            "search?label=x&sort=oldest",
        ),
    ):
        for lang in ("nl", "en"):
            assert client.get(f"/{lang}/{path}").status_code == 200, path


def test_an_index_nobody_asks_is_minded_by_a_job(app: Flask, caplog: pytest.LogCaptureFixture):
    specimens.recording("Blauw uur")
    specimens.in_index()
    watching.watch({})
    assert jobs.waiting() == 0
    remove_everything()

    watching.watch({})

    assert "it will be made anew" in caplog.text
    job_runner.run_due()
    assert found("blauw") == ("exact", 1)


def test_changes_whose_job_was_given_up_are_taken_up_again(app: Flask):
    specimens.recording("Blauw uur")
    db.session.commit()
    with transaction():
        db.session.execute(update(Job).values(state=jobs.JobState.FAILED, key=None))

    watching.watch({})
    job_runner.run_due()

    assert found("blauw") == ("exact", 1)


def test_a_check_notices_a_byte_that_no_question_has_touched(app: Flask):
    specimens.recording("Blauw uur")
    specimens.in_index()
    assert checking.check().count == 0
    scramble_files()
    index.current().close()

    with pytest.raises(DamagedIndexError):
        checking.check()


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs a disk of its own, by unshare(1)")
def test_a_real_disk_that_is_full_and_one_that_is_closed(tmp_path: Path):
    command = ["unshare", "-rm", sys.executable, "-m", "tests.catalogue.small_disk", str(tmp_path)]
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a disk of their own")

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert (done.stdout, done.returncode) == ("full: well\nclosed: well\n", 0), done.stderr


def player() -> tuple[Any, Any]:
    return specimens.person("Joop Terwindt"), specimens.instrument("trumpet", "trompet", "trumpet")
