"""Jobs: written with the change, done once at a time, tried again, never lost."""

import multiprocessing
import os
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from archive import clock, job_runner, jobs, sign_in
from archive.db import db
from archive.jobs import Job, JobState, Lane
from archive.transactions import transaction
from tests import databases
from tests.archive.conftest import build

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def done(house: Flask) -> list[dict[str, Any]]:
    """A handler "note" that keeps the payloads it was given."""
    payloads: list[dict[str, Any]] = []
    jobs.init_app(house, {"note": payloads.append})
    return payloads


def enqueue(payload: dict[str, Any] | None = None, name: str = "note", **how: Any) -> None:
    with transaction():
        jobs.enqueue(name, payload or {}, **how)


def only_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def bring_forward() -> None:
    """Let waiting jobs be due and leases be over."""
    with transaction():
        past = clock.now() - timedelta(hours=1)
        db.session.execute(update(Job).values(run_at=past))
        db.session.execute(update(Job).where(Job.leased_until.is_not(None)).values(leased_until=past))


def test_a_job_is_done_with_its_payload_and_id(done: list[dict[str, Any]]) -> None:
    enqueue({"colour": "cobalt"})

    assert jobs.run_next()

    assert done == [{"colour": "cobalt", "job_id": only_job().id}]
    assert only_job().state is JobState.DONE


def test_a_rolled_back_change_leaves_no_job(done: list[dict[str, Any]]) -> None:
    def change_and_fail() -> None:
        with transaction():
            jobs.enqueue("note", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()

    assert not jobs.run_next()
    assert done == []


def test_requests_with_one_key_fall_together_while_waiting(done: list[dict[str, Any]]) -> None:
    enqueue(key="index")
    enqueue(key="index")

    assert job_runner.run_due() == 1


def test_a_key_is_free_again_once_its_job_began(done: list[dict[str, Any]]) -> None:
    enqueue(key="index")
    jobs.run_next()
    enqueue(key="index")

    assert jobs.run_next()


def test_a_delayed_job_waits(done: list[dict[str, Any]]) -> None:
    enqueue(delay=timedelta(minutes=1))

    assert not jobs.run_next()
    assert jobs.waiting() == 1


def test_a_failing_job_is_tried_again_ever_later_and_then_given_up(house: Flask) -> None:
    def fail(_payload: dict[str, Any]) -> None:
        raise OSError("no such luck")

    jobs.init_app(house, {"fail": fail})
    enqueue(name="fail")
    delays = []
    for _ in range(jobs.MAX_ATTEMPTS - 1):
        before = clock.now()
        jobs.run_next()
        delays.append(round((only_job().run_at - before).total_seconds()))
        assert only_job().state is JobState.WAITING
        bring_forward()
    jobs.run_next()

    assert delays == [2, 8, 32, 128, 512, 2048, 8192]
    assert only_job().state is JobState.FAILED
    assert only_job().error == "OSError: no such luck"


def test_what_a_failing_job_wrote_is_rolled_back(house: Flask) -> None:
    def write_and_fail(_payload: dict[str, Any]) -> None:
        with transaction():
            jobs.enqueue("other", {})
            raise ValueError

    jobs.init_app(house, {"fail": write_and_fail})
    enqueue(name="fail")
    jobs.run_next()

    assert only_job().name == "fail"


def test_a_job_nobody_knows_is_kept_for_somebody_to_look_at(house: Flask) -> None:
    enqueue(name="unheard-of")

    jobs.run_next()

    assert only_job().error == "KeyError: 'unheard-of'"


def _runner_that_hangs(data_dir: str) -> None:
    site = build(databases.settings({"DATA_DIR": data_dir}))
    jobs.init_app(site, {"note": lambda _payload: time.sleep(60)})
    with site.app_context():
        jobs.run_next()


def test_the_job_of_a_killed_runner_is_taken_over_when_its_lease_ends(
    done: list[dict[str, Any]], data_dir: Path
) -> None:
    enqueue()
    runner = SPAWN.Process(target=_runner_that_hangs, args=(str(data_dir),))
    runner.start()
    while only_job().state is not JobState.RUNNING:
        time.sleep(0.02)
    runner.kill()
    runner.join()
    assert not jobs.run_next()
    bring_forward()

    assert jobs.run_next()
    assert len(done) == 1
    assert only_job().attempts == 2


def in_the_hands_of(runner: str, **how: Any) -> None:
    enqueue()
    jobs._take(clock.now())
    with transaction():
        db.session.execute(update(Job).values(runner=runner, **how))


def pid_of_the_dead() -> int:
    process = SPAWN.Process(target=int)
    process.start()
    process.join()
    assert process.pid is not None
    return process.pid


def test_the_job_of_a_killed_runner_is_taken_back_at_once_by_the_next_on_its_machine(
    done: list[dict[str, Any]],
) -> None:
    in_the_hands_of(jobs._runner(pid_of_the_dead()))

    jobs.take_back()

    assert jobs.run_next()
    assert len(done) == 1
    assert only_job().attempts == 2


def test_a_runner_takes_back_what_an_earlier_process_of_its_number_had_in_hand(house: Flask) -> None:
    in_the_hands_of(jobs._runner(os.getpid()))

    jobs.take_back()

    assert only_job().state is JobState.WAITING


@pytest.mark.parametrize(
    "runner", [jobs._runner(os.getppid()), f"elsewhere:{os.getpid()}"], ids=["alive", "elsewhere"]
)
def test_no_job_is_taken_from_a_runner_that_lives_or_is_on_another_machine(house: Flask, runner: str) -> None:
    in_the_hands_of(runner)

    jobs.take_back()

    assert only_job().state is JobState.RUNNING


def test_a_job_whose_runners_died_again_and_again_waits_for_its_lease(house: Flask) -> None:
    in_the_hands_of(jobs._runner(os.getpid()), attempts=jobs.MAX_ATTEMPTS)

    jobs.take_back()

    assert only_job().state is JobState.RUNNING


def test_a_runner_takes_back_what_was_left_before_it_does_anything(
    done: list[dict[str, Any]], house: Flask
) -> None:
    stop = threading.Event()
    in_the_hands_of(jobs._runner(os.getpid()))
    jobs.init_app(house, {"note": lambda payload: (done.append(payload), stop.set())})

    job_runner.run(stop)

    assert len(done) == 1


def test_a_long_job_keeps_its_lease_by_extending_it(house: Flask) -> None:
    enqueue(delay=-timedelta(minutes=5))
    job_id = jobs._take(clock.now() - timedelta(minutes=3))  # its lease is over already
    assert job_id is not None
    with transaction():
        jobs.extend_lease(job_id)

    assert jobs._take(clock.now()) is None


def test_two_runners_in_threads_never_do_one_job_twice(house: Flask) -> None:
    seen: list[int] = []

    def slowly(payload: dict[str, Any]) -> None:
        seen.append(payload["job_id"])
        time.sleep(0.002)

    jobs.init_app(house, {"slow": slowly})
    with transaction():
        for _ in range(30):
            jobs.enqueue("slow", {})

    def run() -> None:
        with house.app_context():
            job_runner.run_due()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == len(set(seen)) == 30


def _runner(data_dir: str, folder: str) -> None:
    site = build(databases.settings({"DATA_DIR": data_dir}))
    # Making a file that exists already fails, so a job done twice would not end as done.
    jobs.init_app(
        site, {"mark": lambda payload: (Path(folder) / str(payload["job_id"])).touch(exist_ok=False)}
    )
    with site.app_context():
        job_runner.run_due()


def test_two_runners_in_processes_never_do_one_job_twice(
    house: Flask, data_dir: Path, tmp_path: Path
) -> None:
    with transaction():
        for _ in range(40):
            jobs.enqueue("mark", {})
    marks = tmp_path / "marks"
    marks.mkdir()

    runners = [SPAWN.Process(target=_runner, args=(str(data_dir), str(marks))) for _ in range(2)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()

    states = db.session.execute(
        select(Job.state, Job.attempts, func.count()).group_by(Job.state, Job.attempts)
    )
    assert [tuple(row) for row in states] == [(JobState.DONE, 1, 40)]
    assert len(list(marks.iterdir())) == 40


def test_a_runner_of_one_lane_leaves_the_jobs_of_the_other(done: list[dict[str, Any]], house: Flask) -> None:
    jobs.init_app(house, {"long": done.append}, are_long=True)
    for name in ("long", "note", "long"):
        enqueue({"from": name}, name=name)

    assert job_runner.run_due(Lane.SHORT) == 1
    assert job_runner.run_due(Lane.LONG) == 2
    assert [payload["from"] for payload in done] == ["note", "long", "long"]
    enqueue(name="long")
    enqueue(name="note")
    assert job_runner.run_due() == 2


def test_short_jobs_are_done_while_a_long_one_is_at_work(done: list[dict[str, Any]], house: Flask) -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(_payload: dict[str, Any]) -> None:
        begun.set()
        assert ended.wait(30)

    def run() -> None:
        with house.app_context():
            job_runner.run_due(Lane.LONG)

    jobs.init_app(house, {"work": work}, are_long=True)
    enqueue(name="work")
    enqueue({"colour": "cobalt"})
    runner = threading.Thread(target=run)
    runner.start()
    assert begun.wait(30)

    assert job_runner.run_due(Lane.SHORT) == 1
    assert [payload["colour"] for payload in done] == ["cobalt"]
    assert jobs.waiting() == 1
    ended.set()
    runner.join()
    db.session.rollback()
    assert jobs.waiting() == 0


def test_a_recurring_job_waits_once_however_often_it_is_asked_for(
    done: list[dict[str, Any]], house: Flask
) -> None:
    jobs.init_app(house, {}, recurring={"note": timedelta(minutes=5)})

    jobs.enqueue_recurring()
    jobs.enqueue_recurring()

    job = db.session.scalars(select(Job).where(Job.name == "note")).one()
    assert job.run_at > clock.now() + timedelta(minutes=4)


def test_a_job_that_comes_round_can_be_asked_for_at_once(done: list[dict[str, Any]], house: Flask) -> None:
    jobs.init_app(house, {}, recurring={"note": timedelta(days=1)})
    jobs.enqueue_recurring()

    enqueue({"why": "somebody asks"}, key="note")
    job_runner.run_due()

    assert [payload["why"] for payload in done] == ["somebody asks"]


def test_the_runner_stops_between_two_jobs(house: Flask) -> None:
    stop = threading.Event()
    jobs.init_app(house, {"stop": lambda _payload: stop.set()})
    enqueue(name="stop")
    enqueue(name="stop")

    job_runner.run(stop)

    states = sorted(state.value for state in db.session.scalars(select(Job.state).where(Job.name == "stop")))
    assert states == ["done", "waiting"]


def test_keeping_house_forgets_old_jobs_and_keeps_failures(done: list[dict[str, Any]]) -> None:
    enqueue()
    enqueue(name="unheard-of")
    job_runner.run_due()
    with transaction():
        db.session.execute(update(Job).values(ended_at=clock.now() - timedelta(days=31)))

    job_runner.keep_house(clock.now())

    assert only_job().name == "unheard-of"


def test_the_runner_outlives_a_database_that_cannot_be_used(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    monkeypatch.setattr(job_runner, "TROUBLE_SECONDS", 0.01)
    db.session.execute(select(1))
    troubles = []

    def trouble(_moment: object) -> None:
        troubles.append(1)
        stop.set()
        db.session.execute(select(sign_in.SignInSession))

    db.drop_all()
    monkeypatch.setattr(job_runner, "CHORES", {trouble: timedelta(hours=1)})

    job_runner.run(stop)

    assert troubles == [1]
