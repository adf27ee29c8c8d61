"""The index and the database in step: changes, withdrawals, damage, two writers, a writer that is killed."""

import os
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from archive import job_runner, jobs
from archive.config import current
from archive.db import db
from archive.transactions import transaction
from catalogue import entries, outbox, pids
from catalogue.entries import Status
from catalogue.search import checking, folders, index, query, upkeep, whoosh_index
from catalogue.search.document import Document
from catalogue.search.index import SearchResult
from catalogue.search.query import SearchQuery
from catalogue.search.whoosh_index import WhooshIndex
from tests.catalogue import specimens

TODAY = date(2026, 11, 22)


def search(words: str) -> SearchResult:
    return index.current().search(query.read([("q", words)]), TODAY)


def folder() -> Path:
    root = Path(current().search_url.removeprefix("file://"))
    return root / (root / "current").read_text().strip()


def test_a_published_entry_is_found_once_the_job_has_run(app: Flask):
    entry = specimens.recording("Blauw uur")
    specimens.in_index()

    assert search("blauw").pids == (entry.pid,)
    assert outbox.next_batch(1) == []


def test_a_withdrawn_entry_is_found_no_longer(app: Flask):
    entry = specimens.recording("Blauw uur")
    specimens.in_index()

    entries.move(entry, Status.WITHDRAWN, None, "The family asked for it.")
    specimens.in_index()

    assert search("blauw").total == 0


def test_a_change_of_a_session_reaches_its_takes(app: Flask):
    night = specimens.session("Nachtconcert")
    take = specimens.recording("Blauw uur", at=night)
    specimens.in_index()

    night.place_id = specimens.venue("Zaal Katendrecht", "Rotterdam").id
    entries.save(night, None)
    specimens.in_index()

    assert set(search("katendrecht").pids) == {night.pid, take.pid}


def test_changes_stay_in_the_outbox_until_the_index_holds_them(app: Flask, monkeypatch: pytest.MonkeyPatch):
    specimens.recording("Blauw uur")
    specimens.in_index()
    entry = specimens.recording("Groen uur")
    db.session.commit()
    monkeypatch.setattr(WhooshIndex, "apply", _fail)

    job_runner.run_due()
    assert len(outbox.next_batch(10)) == 2

    monkeypatch.undo()
    with transaction():
        jobs.enqueue(outbox.JOB, {}, key="again")
    job_runner.run_due()
    assert search("groen").pids == (entry.pid,)


def test_while_another_process_writes_the_job_comes_back_later(app: Flask, monkeypatch: pytest.MonkeyPatch):
    specimens.recording("Blauw uur")
    specimens.in_index()
    monkeypatch.setattr(whoosh_index, "LOCK_TIMEOUT", 0.1)
    specimens.recording("Groen uur")
    db.session.commit()
    other = WhooshIndex(folder().parent)

    with other._folders.writing(timeout=1):
        job_runner.run_due()

    assert search("groen").total == 0
    assert jobs.waiting() == 1


def test_a_change_made_during_a_rebuild_is_not_lost(app: Flask, monkeypatch: pytest.MonkeyPatch):
    first = specimens.recording("Blauw uur")
    specimens.in_index()

    def change(_done: int) -> None:
        with transaction():
            first.title = "Groen uur"
            entries.save(first, None)

    upkeep.make_anew(change)
    job_runner.run_due()

    assert search("groen").pids == (first.pid,)
    assert search('"blauw uur"').rung != "exact"


def test_a_check_mends_what_differs(app: Flask):
    kept, changed, hidden = (specimens.recording(f"{colour} uur") for colour in ("Blauw", "Groen", "Rood"))
    specimens.in_index()
    index.current().apply((), [kept.pid])
    index.current().apply([Document(pid=pids.derive("stranger"), kind="work", titles=("Vreemd",))], ())
    with transaction():
        changed.title = "Geel uur"
        hidden.status = Status.REVIEW

    found = checking.check()

    assert (found.missing, found.outdated, found.surplus) == (1, 1, 2)
    assert set(search("uur").pids) == {kept.pid, changed.pid}
    assert checking.check().count == 0


def test_the_commands_say_what_they_did(app: Flask):
    specimens.recording("Blauw uur")
    db.session.commit()

    assert "made anew" in _run(app, "check").output
    assert "says what the database says" in _run(app, "check").output
    assert "holds 1 entr" in _run(app, "rebuild").output


def test_a_check_can_look_without_mending(app: Flask):
    pid = specimens.recording("Blauw uur").pid
    specimens.in_index()
    index.current().apply((), [pid])

    looked = app.test_cli_runner().invoke(args=["search", "check", "--dry-run"])

    assert (looked.exit_code, "1 missing, 0 outdated, 0 too many" in looked.output) == (1, True)
    assert search("blauw").total == 0
    assert "Mended: 1 missing" in _run(app, "check").output
    assert app.test_cli_runner().invoke(args=["search", "check", "--dry-run"]).exit_code == 0


def test_a_check_of_a_damaged_index_says_so_and_makes_it_anew(app: Flask):
    specimens.recording("Blauw uur")
    specimens.in_index()
    remove_folder(folder())

    looked = app.test_cli_runner().invoke(args=["search", "check", "--dry-run"])
    said = _run(app, "check").output

    assert (looked.exit_code, "cannot be used" in looked.output) == (1, True)
    assert "made anew and holds 1 entries" in said
    assert search("blauw").total == 1


def test_nobody_writes_what_another_has_overtaken(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upkeep, "TURN_TIMEOUT", 0.1)
    specimens.recording("Blauw uur")
    specimens.in_index()
    specimens.recording("Groen uur")
    db.session.commit()

    with folders.locked(current().data_dir / upkeep.TURNS, 1):  # another process reads entries to write them
        job_runner.run_due()

    assert (outbox.count() > 0, jobs.waiting()) == (True, 1)


def test_the_job_stands_in_line_again_when_it_has_worked_for_long(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(upkeep, "LONGEST_SECONDS", 0.0)
    monkeypatch.setattr(upkeep, "CHANGES_AT_ONCE", 1)
    for colour in ("Blauw", "Groen", "Rood"):
        specimens.recording(f"{colour} uur")
    db.session.commit()

    assert job_runner.run_due() > 3
    assert search("uur").total == 3
    assert outbox.count() == 0


def truncate_all(where: Path) -> None:
    for path in where.iterdir():
        os.truncate(path, path.stat().st_size // 2)


def empty_all(where: Path) -> None:
    for path in where.iterdir():
        os.truncate(path, 0)


def scramble_segments(where: Path) -> None:
    for path in where.glob("*.seg"):
        path.write_bytes(os.urandom(path.stat().st_size))


def scramble_toc(where: Path) -> None:
    for path in where.glob("*.toc"):
        path.write_bytes(b"\x00" * 64)


def remove_segments(where: Path) -> None:
    for path in where.glob("*.seg"):
        path.unlink()


def remove_toc(where: Path) -> None:
    for path in where.glob("*.toc"):
        path.unlink()


def remove_folder(where: Path) -> None:
    shutil.rmtree(where)


def remove_root(where: Path) -> None:
    shutil.rmtree(where.parent)


def remove_pointer(where: Path) -> None:
    (where.parent / "current").unlink()


def point_nowhere(where: Path) -> None:
    (where.parent / "current").write_text("1-nowhere")


DAMAGE = [truncate_all, empty_all, scramble_segments, scramble_toc, remove_segments, remove_toc, remove_folder,
          remove_root, remove_pointer, point_nowhere]  # fmt: skip


@pytest.mark.parametrize("is_open", [False, True], ids=["cold", "live"])
def test_a_damaged_index_never_gives_an_empty_answer_and_is_mended(
    app: Flask, client: FlaskClient, is_open: bool
):
    entry = specimens.recording("Blauw uur", shelfmark="NR-0412")
    specimens.in_index()

    for damage in DAMAGE:
        if is_open:
            assert search("nothing like it").total == 0
        else:
            index.current().close()
        damage(folder())
        during = client.get("/api/v1/search?q=blauw").json
        db.session.rollback()
        job_runner.run_due()
        with transaction():
            entries.save(entry, None)
        job_runner.run_due()
        index.current().close()
        after = client.get("/api/v1/search?q=blauw").json

        assert [found["pid"] for found in during["items"]] == [entry.pid], damage
        assert [found["pid"] for found in after["items"]] == [entry.pid], damage
        assert (after["rung"], after["facets"]["kind"][0]["count"]) == ("exact", 1), damage


def test_a_rebuild_asked_for_twice_is_done_once(app: Flask):
    specimens.recording("Blauw uur")
    specimens.in_index()
    version = index.current().version()
    upkeep.make_anew(lambda _done: None)
    rebuilt = index.current().version()

    upkeep.rebuild({"version": version, "job_id": 0})

    assert index.current().version() == rebuilt


WRITE_FOR_EVER = """
import itertools, sys
from pathlib import Path
from catalogue import pids
from catalogue.search.document import Document
from catalogue.search.whoosh_index import WhooshIndex

whoosh = WhooshIndex(Path(sys.argv[1]))
for number in itertools.count():
    whoosh.apply([Document(pid=pids.derive(f"{number} {n}"), kind="work", titles=("Stuk",)) for n in range(5)], ())
    print(number, flush=True)
"""


def test_a_writer_that_is_killed_leaves_an_index_that_works(tmp_path: Path):
    whoosh = WhooshIndex(tmp_path)
    whoosh.rebuild(
        [[Document(pid=pids.derive("first"), kind="work", titles=("Eerste",))]], lambda _done: None
    )

    with subprocess.Popen(
        [sys.executable, "-c", WRITE_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.1)
        writer.kill()

    assert whoosh.search(SearchQuery(q="eerste"), TODAY).total == 1
    assert whoosh.search(SearchQuery(q="stuk"), TODAY).total >= 5
    whoosh.apply([Document(pid=pids.derive("last"), kind="work", titles=("Laatste",))], ())
    assert whoosh.search(SearchQuery(q="laatste"), TODAY).total == 1


def _fail(*_args: object) -> None:
    raise OSError(28, "No space left on device")


def _run(app: Flask, command: str) -> Result:
    result = app.test_cli_runner().invoke(args=["search", command])
    assert result.exit_code == 0, result.output
    return result
