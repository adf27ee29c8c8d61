"""Real processes of one site, on ports and in a folder of their own, that can be killed at any moment and started
again.
"""

import os
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import requests
from flask import Flask
from sqlalchemy import NullPool, create_engine

import wsgi
from archive import clock, config, schema
from archive.db import db

ROOT = Path(__file__).resolve().parents[2]
END_SECONDS = 20.0
COMMAND_SECONDS = 90.0
POLL = 0.05
GLANCE = 0.005  # between two looks of who must not miss what is short
SOON = timedelta(minutes=2)
WORK_WITHIN = 5.0  # seconds that a killer waits for its program to do something


class Program:
    """One process: a command that can be started, killed and started again."""

    def __init__(self, command: list[str], environ: Mapping[str, str], log: Path) -> None:
        self._command, self._environ, self._log = command, dict(environ), log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environ,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill it, if it runs, as kill -9 does: it cannot finish, roll back or tell anybody."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(END_SECONDS)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None


# What comes every minute is never done; it counts while it is being done.
_ONCE = "(key IS NULL OR key NOT LIKE '%%, recurring')"  # the driver of PostgreSQL reads % as a placeholder


@dataclass(frozen=True)
class Site:
    """A folder with a database, and the three processes that work on it."""

    folder: Path
    environ: Mapping[str, str]
    address: str
    provider: str
    web: Program
    runner: Program
    sandbox: Program

    @property
    def settings(self) -> config.Settings:
        return config.read(self.environ)

    def program(self, *arguments: str) -> Program:
        """Prepare one more process of the site: a command that is to be killed."""
        return Program(flask(*arguments), self.environ, self.folder / "commands.txt")

    def command(self, *arguments: str) -> str:
        """Run a command to its end; return what it says. Fails when the command does."""
        done = subprocess.run(
            flask(*arguments), cwd=ROOT, env=dict(self.environ), capture_output=True, timeout=COMMAND_SECONDS
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout.decode()}{done.stderr.decode()}"
        return done.stdout.decode()

    @contextmanager
    def opened(self) -> Iterator[Flask]:
        """Look into the site's database from the test itself."""
        app = wsgi.create_app(self.settings)
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()

    def count(self, query: str) -> int:
        """Count in the database without holding anybody up, in any thread."""
        engine = create_engine(self.settings.database_url, poolclass=NullPool)
        with engine.connect() as connection:
            return int(connection.exec_driver_sql(query).scalar_one())

    def answers(self) -> bool:
        return does_answer(f"{self.address}/healthz")

    def is_opening_a_payment_page(self) -> bool:
        """Whether the web server has asked the provider for one and waits for the answer."""
        return bool(requests.get(f"{self.provider}/_sandbox/state", timeout=10).json()["keys_in_use"])

    def has_job_in_hand(self) -> bool:
        """Whether the job runner that runs now is in the middle of a job."""
        mine = f"state = 'running' AND runner LIKE '%%:{self.runner.pid}'"
        return self.count(f"SELECT count(*) FROM job WHERE {mine}") > 0  # noqa: S608 - our own words

    def is_indexing(self) -> bool:
        """Whether changes of entries wait for the index, or a job is under way."""
        return self.count("SELECT count(*) FROM index_change") > 0 or not self.is_idle()

    def is_idle(self) -> bool:
        """Whether nothing is left to be done in the next minutes."""
        soon = f"state = 'waiting' AND run_at < '{clock.now() + SOON:%Y-%m-%d %H:%M:%S}' AND {_ONCE}"
        return self.count(f"SELECT count(*) FROM job WHERE state = 'running' OR ({soon})") == 0  # noqa: S608


@contextmanager
def made(folder: Path, database_url: str = "") -> Iterator[Site]:
    """Make a site with empty tables; none of its processes runs yet, and none is left at the end."""
    web, provider = free_ports()
    address, provider_address = f"http://127.0.0.1:{web}", f"http://127.0.0.1:{provider}"
    environ = environment(folder / "var", address, provider_address)
    if database_url:
        environ["DATABASE_URL"] = database_url
    secret = config.read(environ).stripe_webhook_secret
    sandbox = [
        *(sys.executable, "-m", "licensing.sandbox", "--port", str(provider)),
        *("--folder", str(folder / "sandbox"), "--webhook-url", f"{address}/webhooks/stripe"),
        *("--webhook-secret", secret),
    ]
    site = Site(
        folder,
        environ,
        address,
        provider_address,
        Program(flask("serve", "--port", str(web)), environ, folder / "web.txt"),
        Program(flask("jobs", "run"), environ, folder / "runner.txt"),
        Program(sandbox, environ, folder / "sandbox.txt"),
    )
    with site.opened():
        schema.upgrade()
        db.create_all()
    with ExitStack() as ends:
        for program in (site.sandbox, site.runner, site.web):
            ends.callback(program.kill)
        yield site


def environment(data: Path, address: str, provider: str) -> dict[str, str]:
    """What the processes of a site are told; nothing of the settings that the tests themselves run with."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    data.mkdir(parents=True)
    return kept | {
        "FLASK_APP": "wsgi",
        "DATA_DIR": str(data),
        "BASE_URL": address,
        "STRIPE_API_BASE": provider,
    }


def flask(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", *arguments]


class Killer(threading.Thread):
    """Kills a program at random moments and starts it again: so many times, and on until one kill has come in the
    middle of its work, unless it is `enough` or too late before.
    """

    def __init__(
        self, program: Program, is_at_work: Callable[[], bool], *, times: int, seed: int, until: float
    ) -> None:
        super().__init__(daemon=True)
        self.program, self.kills, self.at_work = program, 0, 0
        self.enough = threading.Event()
        self._is_at_work, self._chance = is_at_work, random.Random(seed)
        self._times, self._until = times, until

    def run(self) -> None:
        while not self._has_done_enough() and time.monotonic() < self._until:
            is_at_work = self._moment_to_strike() if self.at_work else self._first_sight_of_work()
            if self.enough.is_set():
                return
            self.program.kill()
            self.kills += 1
            self.at_work += is_at_work
            self.program.start()

    def _has_done_enough(self) -> bool:
        return self.kills >= self._times and self.at_work > 0

    def _first_sight_of_work(self) -> bool:
        """Wait for work and lose no moment then: what is short is over soon, and kills that hit none prove nothing."""
        return wait_until(self._is_time, self._until - time.monotonic(), poll=GLANCE)

    def _moment_to_strike(self) -> bool:
        """Wait for a random moment; say whether the program is at work then."""
        if self._chance.random() < 0.25:  # anywhere, be it while it starts
            self.enough.wait(self._chance.uniform(0, 3))
        else:
            wait_until(self._is_time, WORK_WITHIN)
            self.enough.wait(self._chance.uniform(0, 0.4))  # as long as such work takes, more or less
        return self._is_at_work()

    def _is_time(self) -> bool:
        return self.enough.is_set() or self._is_at_work()


@contextmanager
def killing(*killers: Killer) -> Iterator[None]:
    """Let killers do their work; none starts anything any more when the block has ended, however it ended."""
    for killer in killers:
        killer.start()
    try:
        yield
    finally:
        for killer in killers:
            killer.enough.set()
            killer.join()


def wait_until(holds: Callable[[], bool], seconds: float, *, poll: float = POLL) -> bool:
    """Wait until something holds; say whether it came to that in time."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(poll)
    return True


def does_answer(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def free_ports() -> tuple[int, int]:
    """A port whose next one is free too, for the payment sandbox."""
    while True:
        with closing(socket.socket()) as first, closing(socket.socket()) as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port, port + 1


def processes_of(session: int) -> dict[int, str]:
    """The commands of the processes of one session that are alive, by their ids, as /proc tells (proc(5))."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, _, _, own_session, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(own_session) == session and state != "Z":
                found[int(folder.name)] = command
    return found
