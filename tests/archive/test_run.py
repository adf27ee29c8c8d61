"""`make run`: what is started with which settings, and that it all comes up, stays up and goes."""

import argparse
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive import run
from archive.app import ROOT
from tests.archive.conftest import PASSWORD
from tests.archive.test_serving import free_port


def place(tmp_path: Path, port: int = 8000, **environ: str) -> run.Place:
    return run.read_place(
        argparse.Namespace(port=port, data=str(tmp_path / "data"), host="127.0.0.1"), environ
    )


def test_addresses_follow_from_the_port(tmp_path: Path) -> None:
    here = place(tmp_path, 9000)

    assert here.environ["BASE_URL"] == "http://127.0.0.1:9000"
    assert here.environ["STRIPE_API_BASE"] == "http://127.0.0.1:9001"
    assert here.settings.data_dir == tmp_path / "data"


def test_what_is_set_stays_as_it_is_set(tmp_path: Path) -> None:
    here = place(tmp_path, BASE_URL="https://example.org", SITE_NAME="Jazzarchief", DATA_DIR="/elsewhere")

    assert here.settings.base_url == "https://example.org"
    assert here.settings.site_name == "Jazzarchief"
    assert here.environ["DATA_DIR"] == str(tmp_path / "data")


def test_the_sandbox_runs_only_without_a_key_of_the_provider(tmp_path: Path) -> None:
    own = place(tmp_path, STRIPE_SECRET_KEY="sk_test_x", STRIPE_WEBHOOK_SECRET="whsec_x")

    assert "payment sandbox" in run.commands(place(tmp_path))
    assert "payment sandbox" not in run.commands(own)
    assert "STRIPE_API_BASE" not in own.environ


def test_long_jobs_have_a_runner_of_their_own(tmp_path: Path) -> None:
    said = run.commands(place(tmp_path))

    assert said["job runner"][-2:] == ["--only", "short"]
    assert said["runner of long jobs"][-2:] == ["--only", "long"]


def test_the_sandbox_shares_a_secret_with_the_site(tmp_path: Path) -> None:
    here = place(tmp_path)

    assert here.settings.stripe_webhook_secret in run.commands(here)["payment sandbox"]


@pytest.mark.parametrize("loads", [True, False])
def test_an_empty_site_gets_the_demo_collection_until_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loads: bool
) -> None:
    here, loaded = place(tmp_path), []
    monkeypatch.setattr(run.frontend, "is_current", lambda *_: True)
    monkeypatch.setattr(run.processes, "run_to_end", lambda command, *_: loaded.append(command[-2:]) or loads)

    run.prepare(here, threading.Event())
    assert here.demo_mark.exists() is not loads
    run.prepare(here, threading.Event())

    assert loaded == [["demo", "load"]] * 2  # still without an account, so still new


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A data folder of a site that has been started before: tables and an account, so no demo is loaded."""
    folder = tmp_path / "data"
    environ = os.environ | {"DATA_DIR": str(folder), "FLASK_APP": "wsgi"}
    flask = [sys.executable, "-m", "flask"]
    subprocess.run([*flask, "database", "upgrade"], env=environ, cwd=ROOT, check=True)
    add = [*flask, "accounts", "add", "anna@example.org", "--role", "admin"]
    subprocess.run(add, env=environ, cwd=ROOT, check=True, input=PASSWORD, text=True)
    return folder


@pytest.fixture
def running(prepared: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    command = [sys.executable, "-m", "archive.run", "--port", str(port), "--data", str(prepared)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        yield process, port
        process.kill()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_site_comes_up_restarts_what_dies_and_goes_without_a_trace(
    running: tuple[subprocess.Popen[str], int],
) -> None:
    process, port = running
    assert process.stdout is not None
    said = list(itertools.takewhile(lambda line: not line.startswith("Ctrl-C"), process.stdout))
    assert any(f"http://127.0.0.1:{port}/" in line for line in said)

    (web, *_others) = children(process.pid)
    os.kill(web, signal.SIGKILL)
    wait_for(lambda: web not in children(process.pid))
    wait_for(lambda: is_ready(port))

    last = children(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert [pid for pid in last if Path(f"/proc/{pid}").exists()] == []


def test_a_taken_port_is_told_with_a_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-m", "archive.run", "--port", str(port), "--data", str(tmp_path / "data")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert result.returncode == 1
    assert f"port {port} is in use" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_setting_that_cannot_be_is_told_by_its_name(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "archive.run", "--data", str(tmp_path / "data")],
        cwd=ROOT,
        env=os.environ | {"SECRET_KEY": "short"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, "SECRET_KEY" in result.stderr, "Traceback" in result.stderr) == (
        1,
        True,
        False,
    )
