"""A PostgreSQL of our own for as long as a run lasts, on a socket in the work folder and on no network."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.engines.engine import CannotRunError

# Where packages put programs that are not on the path, newest last.
FOLDERS = "/usr/lib/postgresql/*/bin"
USER = "benchmark"
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
# As a site would run it: what is committed is on disk.
DURABLE = {"listen_addresses": "", "shared_buffers": "256MB"}
START_SECONDS = 60
STOP_SECONDS = 60


def version() -> str:
    """Name the server; raise CannotRunError."""
    told = subprocess.run([_program("postgres"), "--version"], capture_output=True, text=True, check=True)
    number = re.search(r"\d+(?:\.\d+)*", told.stdout)
    return f"PostgreSQL {number[0] if number else ''}"


@contextmanager
def running(folder: Path, chosen: Mapping[str, str] = SETTINGS) -> Iterator[None]:
    """Start a cluster kept in a folder, let clients find it by their settings, and end it; raise CannotRunError."""
    data, sockets = folder / "data", folder / "sockets"
    for part in (data, sockets):
        part.mkdir(parents=True, exist_ok=True)
    _give_away(folder, data, sockets)
    if not (data / "PG_VERSION").exists():
        _initialise(data)
    settings = [f"--{name}={value}" for name, value in chosen.items()]
    server = _spawn([_program("postgres"), "-D", str(data), "-k", str(sockets), *settings], folder / "log")
    try:
        _wait(server, sockets, folder / "log")
        os.environ.update(PGHOST=str(sockets), PGUSER=USER, PGDATABASE="postgres")
        yield
    finally:
        server.send_signal(signal.SIGINT)  # without waiting for clients, which SIGTERM would
        server.wait(STOP_SECONDS)


def _program(name: str) -> str:
    candidates = sorted(Path("/").glob(f"{FOLDERS[1:]}/{name}"), key=lambda path: float(path.parts[-3]))
    found = shutil.which(name) or (str(candidates[-1]) if candidates else None)
    if found is None:
        raise CannotRunError(f"there is no program {name} on this machine")
    return found


def _initialise(data: Path) -> None:
    arguments = ["-D", str(data), "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    log = data.parent / "log"
    if _spawn([_program("initdb"), *arguments], log).wait():
        raise CannotRunError(f"initdb failed; see {log}")


def _spawn(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(command, stdout=output, stderr=output, user=_user(), cwd=log.parent)


def _user() -> str | None:
    """Return who runs the server: it refuses to be run by root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _give_away(*folders: Path) -> None:
    user = _user()
    if user is not None:
        for folder in folders:
            shutil.chown(folder, user)
            folder.chmod(0o700 if folder.name == "data" else 0o755)


def _wait(server: subprocess.Popen[bytes], sockets: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_listening(sockets):
        if server.poll() is not None or time.monotonic() > deadline:
            raise CannotRunError(f"PostgreSQL did not start; see {log}")
        time.sleep(0.1)


def _is_listening(sockets: Path) -> bool:
    status = sockets.parent / "data" / "postmaster.pid"
    return any(sockets.glob(".s.PGSQL.*")) and status.read_text().rstrip().endswith("ready")
