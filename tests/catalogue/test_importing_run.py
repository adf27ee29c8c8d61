"""Imports into a database: once, again, changed, held back, in parts, and dry."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from archive import clock
from archive.db import db
from archive.errors import Invalid, Refused
from archive.transactions import transaction
from catalogue import entries
from catalogue.agents import Agent
from catalogue.entries import Entry, EntryKind, Reuse, Status
from catalogue.importing import import_runs, mapping, run
from catalogue.importing.import_runs import ImportRun
from catalogue.recordings import Segment
from tests.catalogue.importing_tables import (
    WJD,
    Rows,
    a_row,
    content,
    counts,
    dry,
    imported,
    some_rows,
    written,
)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 5)


def test_an_import_makes_collection_sessions_recordings_and_solos(app: Flask, tmp_path: Path) -> None:
    report = imported(written(tmp_path, some_rows()))

    assert {kind: each["new"] for kind, each in report["entries"].items()} == {
        "collection": 1,
        "session": 6,
        "recording": 12,
    }
    assert counts()["Segment"] == 24
    assert counts()["ImportRow"] == 24


def test_imported_entries_are_public_and_on_request(app: Flask, tmp_path: Path) -> None:
    imported(written(tmp_path, some_rows()))

    for entry in db.session.scalars(select(Entry)):
        assert (entry.status, entry.reuse, entry.version) == (Status.PUBLISHED, Reuse.ON_REQUEST, 1)
        assert entry.first_public_at is not None
        assert (entry.parent_id is None) == (entry.kind is EntryKind.COLLECTION)


def test_a_mapping_may_leave_entries_drafts(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "load", lambda _name: replace(WJD, publish=False))

    imported(written(tmp_path, some_rows()))

    assert set(db.session.scalars(select(Entry.status))) == {Status.DRAFT}


def test_a_second_import_changes_nothing(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, some_rows())
    imported(path)
    before = counts(), content()

    report = imported(path)

    assert (report["totals"]["unchanged"], report["totals"]["new"], report["totals"]["changed"]) == (24, 0, 0)
    assert (counts(), content()) == before


def test_the_same_rows_in_another_order_change_nothing(app: Flask, tmp_path: Path) -> None:
    imported(written(tmp_path, some_rows()))
    before = counts(), content()

    report = imported(written(tmp_path, some_rows()[::-1]))

    assert report["totals"]["unchanged"] == 24
    assert (counts(), content()) == before


def test_a_changed_row_updates_its_entry_and_no_other(app: Flask, tmp_path: Path) -> None:
    rows = some_rows()
    imported(written(tmp_path, rows))
    pids = set(db.session.scalars(select(Entry.pid)))

    report = imported(written(tmp_path, [a_row(0, solo_time="00:11-00:55"), *rows[1:]]))

    assert report["totals"]["changed"] == 1
    assert report["entries"]["recording"]["changed"] == 1
    assert report["entries"]["session"]["changed"] == 0
    assert db.session.scalar(select(Segment.start_ms).where(Segment.end_ms == 55_000)) == 11_000
    assert set(db.session.scalars(select(Entry.pid))) == pids
    assert sorted(db.session.scalars(select(Entry.version)))[-2:] == [1, 2]


def test_a_mended_line_up_changes_the_session_and_makes_no_other(app: Flask, tmp_path: Path) -> None:
    rows = some_rows()
    imported(written(tmp_path, rows))
    pids = set(db.session.scalars(select(Entry.pid)))
    mended = [{**row, "lineup": row["lineup"].replace("Soloist 3", "Sonny Rollins")} for row in rows]

    report = imported(written(tmp_path, mended))

    assert report["entries"]["session"]["changed"] == 1
    assert report["entries"]["session"]["new"] == 0
    assert set(db.session.scalars(select(Entry.pid))) == pids


def test_a_new_row_joins_the_session_it_belongs_to(app: Flask, tmp_path: Path) -> None:
    rows = some_rows()
    imported(written(tmp_path, rows))

    report = imported(written(tmp_path, [*rows, a_row(0, id="row-new", title="Another piece")]))

    assert (report["totals"]["new"], report["entries"]["session"]["new"]) == (1, 0)
    assert report["entries"]["recording"]["new"] == 1


def test_a_table_in_two_parts_gives_what_the_whole_gives(app: Flask, tmp_path: Path) -> None:
    rows = some_rows()
    imported(written(tmp_path, rows[:13], "one.csv"))
    imported(written(tmp_path, rows[13:], "two.csv"))

    report = imported(written(tmp_path, rows))

    assert report["totals"]["unchanged"] == 24
    assert {kind: each["unchanged"] for kind, each in report["entries"].items()} == {
        "collection": 1,
        "session": 6,
        "recording": 12,
    }


def test_what_the_staff_has_changed_is_held_back_and_told(app: Flask, tmp_path: Path) -> None:
    rows = some_rows()
    imported(written(tmp_path, rows))
    with transaction():
        entry = db.session.scalars(select(Entry).where(Entry.title == "Piece 0")).one()
        entry.title = "A better title"
        entries.save(entry, None, "mended")

    changed = written(tmp_path, [a_row(0, composer="Somebody Else"), *rows[1:]])
    reports = [imported(changed), imported(changed)]

    assert entries.get(entry.pid).title == "A better title"
    for report in reports:
        assert report["totals"]["held_back"] == report["entries"]["recording"]["held_back"] == 1
        assert report["to_look_at"]["changed_by_staff"][0]["value"] == f"A better title ({entry.pid})"


def test_what_only_the_staff_has_changed_is_left_alone(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, some_rows())
    imported(path)
    with transaction():
        entry = db.session.scalars(select(Entry).where(Entry.title == "Piece 0")).one()
        entry.title = "A better title"
        entries.save(entry, None, "mended")

    report = imported(path)

    assert report["totals"]["unchanged"] == 24
    assert entries.get(entry.pid).title == "A better title"


def test_rows_no_longer_in_the_file_are_told_and_stay(app: Flask, tmp_path: Path) -> None:
    rows = some_rows()
    imported(written(tmp_path, rows))
    before = counts(), content()

    report = imported(written(tmp_path, rows[:-1]))

    assert [look["value"] for look in report["to_look_at"]["no_longer_in_the_file"]] == ["row-23"]
    assert (counts(), content()) == before


def test_a_dry_run_says_the_same_numbers_and_writes_nothing(app: Flask, tmp_path: Path) -> None:
    rows = some_rows()
    path = written(tmp_path, rows)
    empty = counts()

    foretold = dry(path)
    assert counts() == empty
    assert _numbers(imported(path)) == _numbers(foretold)

    changed = written(tmp_path, [a_row(0, title="Another title"), *rows[1:-1]])
    foretold, before = dry(changed), counts()
    assert counts() == before
    assert _numbers(imported(changed)) == _numbers(foretold)


def test_a_run_that_another_has_taken_over_writes_no_more(app: Flask) -> None:
    with transaction():
        first = import_runs.begin("wjd_solos", "solos.csv", "", clock.now()).id
    with transaction():
        second = import_runs.begin("wjd_solos", "solos.csv", "", clock.now()).id

    with pytest.raises(Refused), transaction():
        import_runs.go_on(first, 50)
    with transaction():
        import_runs.go_on(second, 50)


def test_rows_that_cannot_be_used_are_rejected_with_what_to_do(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, [*some_rows(6), a_row(6, title=""), a_row(3), a_row(7, id="")])
    with path.open("a") as file:
        file.write("row-9,too,short\n")

    report = imported(path)

    assert [(each["line"], each["column"]) for each in report["rejected"]] == [
        (8, "title"),
        (9, "id"),
        (10, "id"),
        (11, ""),
    ]
    assert all(each["message"] for each in report["rejected"])
    assert (report["totals"]["accepted"], report["totals"]["rejected"]) == (6, 4)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "a header and no rows"),
        ([a_row(0, title="")], "None of the 1 rows can be used. The first, on line 2: title must"),
    ],
)
def test_a_table_with_nothing_to_import_is_refused(app: Flask, tmp_path: Path, rows: Rows, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        imported(written(tmp_path, rows))

    assert counts()["Entry"] == 0
    assert db.session.scalar(select(ImportRun.id)) is None


def test_a_title_above_the_header_is_skipped(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, some_rows())
    path.write_text("Solos of the nineteen-fifties\n\n" + path.read_text())

    assert imported(path)["totals"]["accepted"] == 24


def test_a_run_keeps_its_report(app: Flask, tmp_path: Path) -> None:
    report = imported(written(tmp_path, some_rows()))
    kept = db.session.scalars(select(ImportRun)).one()

    assert kept.totals == report["totals"]
    assert (kept.filename, kept.sha256) == ("solos.csv", report["sha256"])
    assert kept.ended_at is not None


def _numbers(report: dict[str, Any]) -> dict[str, Any]:
    return {key: report[key] for key in ("totals", "entries", "rejected", "to_look_at", "kept_columns")}


def test_a_new_take_joins_a_session_that_is_held_back(app: Flask, tmp_path: Path) -> None:
    rows = some_rows()
    imported(written(tmp_path, rows))
    with transaction():
        session = db.session.scalars(select(Entry).where(Entry.title == "[Opnamesessie voor Record 0]")).one()
        session.title = "Radio concert"
        entries.save(session, None, "mended")

    more = [*rows, a_row(0, id="row-new", title="Another piece", recordbib="LP 1", composer="Newcomer")]
    report = imported(written(tmp_path, more))

    assert report["entries"]["session"]["held_back"] == 1
    assert (report["entries"]["recording"]["new"], report["totals"]["new"]) == (1, 1)
    assert entries.get(session.pid).title == "Radio concert"


def test_an_entry_that_is_held_back_adds_no_agents(app: Flask, tmp_path: Path) -> None:
    rows = some_rows()
    imported(written(tmp_path, rows))
    with transaction():
        entry = db.session.scalars(select(Entry).where(Entry.title == "Piece 0")).one()
        entries.save(entry, None, "looked at")

    imported(written(tmp_path, [a_row(0, composer="Nobody Yet"), *rows[1:]]))

    assert db.session.scalar(select(Agent.id).where(Agent.name == "Nobody Yet")) is None
