"""Processes that are minded: started again when they die, ever later, and all ended together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import processes
from archive.processes import Child, StartError

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def children() -> Iterator[list[Child]]:
    made: list[Child] = []
    yield made
    for child in made:
        if child.process is not None:
            child.process.kill()
            child.process.wait()


def started(children: list[Child], code: str = "import time; time.sleep(60)") -> Child:
    child = Child("test", [sys.executable, "-c", code], os.environ)
    child.start()
    children.append(child)
    return child


def die(child: Child) -> int:
    assert child.process is not None
    child.process.kill()
    child.process.wait()
    return child.process.pid


def exists(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def test_what_dies_is_started_again(children: list[Child], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "FIRST_PAUSE", 0.0)
    child = started(children)
    before = die(child)
    child.mind()
    child.mind()

    assert child.is_running
    assert child.process is not None
    assert child.process.pid != before


def test_what_keeps_dying_is_started_ever_later(
    children: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [100.0]
    monkeypatch.setattr(processes.time, "monotonic", lambda: moment[0])
    child = started(children)
    pauses = []
    for _ in range(8):
        die(child)
        child.mind()
        before = moment[0]
        while not child.is_running:
            moment[0] += 0.25
            child.mind()
        pauses.append(moment[0] - before)

    assert pauses == [0.5, 1, 2, 4, 8, 10, 10, 10]


def test_after_a_good_hour_the_pause_is_short_again(
    children: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [100.0]
    monkeypatch.setattr(processes.time, "monotonic", lambda: moment[0])
    child = started(children)
    for _ in range(2):
        die(child)
        child.mind()
        moment[0] += 3600
        child.mind()
        moment[0] += 3600
    assert child._pause == 1.0


def test_all_are_ended_together(children: list[Child]) -> None:
    running = [started(children) for _ in range(3)]
    processes.stop_all(running)

    assert not any(child.is_running for child in running)


def test_what_does_not_listen_is_made_to_end(children: list[Child], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "END_WITHIN", 0.2)
    child = started(
        children, "import signal, time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(60)"
    )
    time.sleep(0.3)
    processes.stop_all([child])

    assert child.process is not None
    assert child.process.returncode in (-signal.SIGKILL, -signal.SIGTERM)


def test_what_never_started_needs_no_end() -> None:
    processes.stop_all([Child("test", SLEEP, os.environ)])


@pytest.mark.parametrize(("status", "done"), [(0, True), (3, False)])
def test_a_command_says_whether_it_did_its_work(status: int, done: bool) -> None:
    command = [sys.executable, "-c", f"raise SystemExit({status})"]

    assert processes.run_to_end(command, os.environ, threading.Event()) is done


def test_a_command_ends_when_we_are_told_to_stop() -> None:
    stop = threading.Event()
    stop.set()

    with pytest.raises(StartError, match="told to stop"):
        processes.run_to_end(SLEEP, os.environ, stop)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_what_is_minded_ends_with_its_minder_even_when_that_is_killed() -> None:
    code = (
        "import os, sys, time; from archive import processes;"
        "print(processes.start([sys.executable, '-c', 'import time; time.sleep(60)'], os.environ).pid, flush=True);"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=processes.ROOT) as minder:
        assert minder.stdout is not None
        pid = int(minder.stdout.readline())
        assert exists(pid)
        minder.kill()
        minder.wait()

    until = time.monotonic() + 60
    while exists(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not exists(pid)
