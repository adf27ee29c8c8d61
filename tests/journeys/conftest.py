"""A site started as its user starts it, with the demo collection, and a real browser in front of it."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import browsers

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 480  # with the demo collection and its pictures and sound, on a busy machine
END_SECONDS = 90


@dataclass(frozen=True)
class Site:
    """A running site: its address and where its data lies."""

    address: str
    data: Path

    def password_of(self, role: str) -> tuple[str, str]:
        """Address and password of the demo's account with this role."""
        text = (self.data / "demo-accounts.txt").read_text(encoding="utf-8")
        found = re.search(rf"^{role}\s+(\S+)\s+(.+)$", text, re.MULTILINE)
        assert found, text
        return found[1], found[2]


# Both languages, schemes and sizes. Looking takes most of the time of the tests, so each file looks through one of
# the four; WINDOWS=all through all.
WINDOWS = [("nl", "light", "1280"), ("en", "dark", "390"), ("en", "dark", "1280"), ("nl", "light", "390")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Say through which windows a test looks."""
    if "window" in metafunc.fixturenames:
        chosen = WINDOWS if os.environ.get("WINDOWS") == "all" else windows_of(metafunc.module.__name__)
        metafunc.parametrize("window", chosen, ids="-".join, indirect=True)


def windows_of(module: str) -> list[tuple[str, str, str]]:
    """Choose one window for a file, always the same; the pages that everybody sees are looked at in two."""
    if module.endswith("test_pages"):
        return WINDOWS[:2]
    return [WINDOWS[sum(module.encode()) % len(WINDOWS)]]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if "SITE" in os.environ:
        # A site that runs already, and its DATA: saves the minute of loading while one writes tests.
        yield Site(os.environ["SITE"], Path(os.environ["DATA"]))
        return
    data = tmp_path_factory.mktemp("journey") / "var"
    shutil.copytree(demo_of(tmp_path_factory.getbasetemp()), data)
    port = free_port()
    log = (data.parent / "log.txt").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "archive.run", "--port", str(port), "--data", str(data)],
        cwd=ROOT,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONWARNINGS": "default"},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(address, process, Path(log.name))
        yield Site(address, data)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=END_SECONDS)
        log.close()


def demo_of(folder: Path) -> Path:
    """A folder with the demo collection: of all processes that test, the first loads it and the others wait."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    demo, env = folder / "demo", os.environ | {"DATA_DIR": str(folder / "demo.new")}
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not demo.exists():
            for command in (["database", "upgrade"], ["demo", "load"]):
                subprocess.run(
                    [sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT, env=env, check=True
                )
            (folder / "demo.new").rename(demo)
    return demo


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A page of a fresh visitor; a script error or a refusal by the content policy fails the test."""
    complaints: list[str] = []
    with browsers.visiting(chromium, base_url=site.address, locale="nl-NL", accept_downloads=True) as context:
        opened = context.new_page()
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on(
            "console",
            lambda said: complaints.append(said.text) if is_complaint(said.type, said.text) else None,
        )
        yield opened
    assert complaints == []


def is_complaint(kind: str, text: str) -> bool:
    # A page that is meant to be missing is reported as a failed load; that is no mistake.
    return kind == "error" and "Failed to load resource" not in text


def free_port() -> int:
    """A port whose next one is free too, for the payment sandbox."""
    while True:
        with closing(socket.socket()) as first, closing(socket.socket()) as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"the site did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
