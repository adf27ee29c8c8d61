"""The index on a disk of its own that is filled up, and closed; run where one may mount (unshare -rm)."""

import subprocess
import sys
from datetime import date
from pathlib import Path

from sqlalchemy import update

import wsgi
from archive import clock, config, job_runner, jobs
from archive.db import db
from archive.jobs import Job
from archive.transactions import transaction
from catalogue import outbox
from catalogue.search import finding, index
from catalogue.search.query import SearchQuery
from tests import databases
from tests.catalogue import specimens

TODAY = date(2026, 11, 22)
DISK = "2m"


def main() -> None:
    """Go through both troubles; fail at the first thing that is wrong."""
    folder = Path(sys.argv[1])
    site = wsgi.create_app(config.read({"DATA_DIR": str(folder), "BASE_URL": "http://localhost"}))
    disk = folder / "search"
    disk.mkdir(exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk))
    with site.app_context():
        databases.make_tables(site)
        specimens.recording("Blauw uur")
        specimens.in_index()
        be_full(disk)
        print("full: well")
        be_closed(disk)
        print("closed: well")


def be_full(disk: Path) -> None:
    """Fill the disk to the last byte, save, ask for a rebuild; then make room."""
    filler = disk.parent / "search" / "filler"
    fill(filler)
    through_trouble("Groen")
    filler.unlink()
    heal("groen")


def be_closed(disk: Path) -> None:
    """Let nothing be written there any more; then again."""
    mount("-o", "remount,ro", str(disk))
    through_trouble("Rood")
    mount("-o", "remount,rw", str(disk))
    heal("rood")


def through_trouble(colour: str) -> None:
    specimens.recording(f"{colour} uur")
    with_rebuild = index.current().version()
    db.session.commit()
    with transaction():
        finding.queue_rebuild(with_rebuild)
    job_runner.run_due()
    assert found("blauw") == ("exact", 1), found("blauw")
    assert found(colour)[0] != "exact"
    assert (outbox.count() > 0, jobs.waiting()) == (True, 2), (outbox.count(), jobs.waiting())


def heal(word: str) -> None:
    with transaction():
        db.session.execute(update(Job).where(Job.state == jobs.JobState.WAITING).values(run_at=clock.now()))
    job_runner.run_due()
    assert found(word) == ("exact", 1), found(word)
    assert (outbox.count(), jobs.waiting()) == (0, 0)


def found(word: str) -> tuple[str, int]:
    result = finding.find(SearchQuery(q=word), TODAY)
    return result.rung, result.total


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    main()
