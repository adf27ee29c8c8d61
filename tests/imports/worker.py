"""One input brought into an empty catalogue and indexed, in a process of its own: counts, processor time, memory.

Time is that of the processor, of this process and of those that it starts, so that other work on the machine says
nothing.
"""

import json
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

import wsgi
from archive import clock, job_runner
from catalogue.importing import run
from tests import databases

EVERY = 5000  # rows of which the time is told apart, to see that it does not grow


def bring_in(paths: list[Path], mapping: str | None) -> dict[str, Any]:
    """Import files and index them; return what docs/imports.md says of them."""
    with tempfile.TemporaryDirectory() as folder:
        site = wsgi.create_app(databases.settings({"DATA_DIR": folder, "BASE_URL": "http://localhost"}))
        with site.app_context():
            databases.make_tables(site)
            began, pieces = seconds(), Pieces()
            reports = [run.write(path, mapping, pieces, clock.now()).as_json() for path in paths]
            imported, import_peak = seconds(), peak_mb()
            job_runner.run_due()
            indexed = seconds()
    return {
        "rows": sum(report["totals"]["rows"] for report in reports),
        "accepted": sum(report["totals"]["accepted"] for report in reports),
        "refused": sum(report["totals"]["rejected"] for report in reports),
        "to_look_at": sum(
            look["count"] for report in reports for looks in report["to_look_at"].values() for look in looks
        ),
        "import_seconds": round(imported - began, 1),
        "index_seconds": round(indexed - imported, 1),
        "import_peak_mb": import_peak,
        "peak_mb": peak_mb(),
        "pieces": pieces.seconds,
    }


def seconds() -> float:
    """Return the processor time of this process and of all it has waited for."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def peak_mb() -> int:
    """Return the most memory that this process, or any that it has waited for, has held."""
    return (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        >> 10
    )


class Pieces:
    """The processor time of each EVERY rows."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._since = seconds()
        self._next = EVERY

    def __call__(self, done: int, _total: int) -> None:
        if done >= self._next:
            now = seconds()
            self.seconds.append(round(now - self._since, 2))
            self._since, self._next = now, self._next + EVERY


if __name__ == "__main__":
    said = json.loads(sys.argv[1])
    print(json.dumps(bring_in([Path(path) for path in said["paths"]], said["mapping"])))
