"""Processes that one process minds: started, started again when they die, ended together."""

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

import click

from archive.app import ROOT

FIRST_PAUSE = 0.5  # seconds before a process that died is started again; doubled each time
LONGEST_PAUSE = 10.0
WELL_AFTER = 60.0  # a process that ran so long was well: the next pause is the first again
END_WITHIN = 25.0  # the web server gives its readers 20 seconds
POLL = 0.05

PR_SET_PDEATHSIG = 1  # linux/prctl.h


class StartError(Exception):
    """The site cannot be started; the message says why and what to do."""


class Child:
    """One process: a command that should be running."""

    def __init__(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self.name = name
        self._command = command
        self._environ = environ
        self._pause = FIRST_PAUSE
        self._started_at = 0.0
        self._again_at: float | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        self._again_at = None
        self._started_at = time.monotonic()
        self.process = start(self._command, self._environ)

    def mind(self) -> None:
        """Start it again when it has died, after a pause that grows."""
        moment = time.monotonic()
        if self._again_at is not None:
            if moment >= self._again_at:
                self.start()
        elif self.process is not None and self.process.poll() is not None:
            if moment - self._started_at > WELL_AFTER:
                self._pause = FIRST_PAUSE
            click.echo(f"The {self.name} ended ({self.process.returncode}); it starts again.", err=True)
            self._again_at = moment + self._pause
            self._pause = min(LONGEST_PAUSE, self._pause * 2)

    @property
    def is_running(self) -> bool:
        """Whether there is such a process now."""
        return self.process is not None and self.process.poll() is None


def start(command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process in the project's folder; it is told to end when we die, however we die."""
    return subprocess.Popen(  # noqa: S603 - our own commands
        command, env=dict(environ), cwd=ROOT, preexec_fn=_end_with_parent if sys.platform == "linux" else None
    )


def run_to_end(command: Sequence[str], environ: Mapping[str, str], stop: threading.Event) -> bool:
    """Run a command and say whether it did its work; raise StartError when `stop` ends it."""
    process = start(command, environ)
    while process.poll() is None:
        if stop.wait(POLL):
            process.terminate()
            process.wait(END_WITHIN)
            raise StartError("it was told to stop")
    return process.returncode == 0


def stop_all(children: Sequence[Child]) -> None:
    """End all processes: ask, wait, insist."""
    running = [child.process for child in children if child.process is not None and child.is_running]
    for process in running:
        process.send_signal(signal.SIGTERM)
    until = time.monotonic() + END_WITHIN
    for process in running:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_parent() -> None:
    # A killed parent cannot end its children; on Linux the kernel does (prctl(2)).
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
