"""The Weimar Jazz Database as it is: what comes out of 456 rows that nobody here wrote."""

import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

import wsgi
from archive import clock
from archive.audit import AuditEntry
from archive.db import Model, db
from catalogue import dates
from catalogue.agents import Agent, AgentKind
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind, Reuse, Status
from catalogue.identifiers import Identifier
from catalogue.importing import run
from catalogue.importing.import_rows import ImportRow
from catalogue.outbox import IndexChange
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import LineUp, Recording, Segment
from catalogue.revisions import Revision
from catalogue.sources import EntrySource, Source
from tests import databases

Report = dict[str, Any]


@pytest.fixture(scope="module")
def path(real_data: Path) -> Path:
    return real_data / "recordings" / "wjd_solos.csv"


@pytest.fixture(scope="module")
def report(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """The report of one import; the tests look at what it made and change nothing."""
    settings = databases.settings(
        {"DATA_DIR": str(tmp_path_factory.mktemp("wjd")), "BASE_URL": "http://localhost"}
    )
    site = wsgi.create_app(settings)
    with site.app_context():
        databases.make_tables(site)
        began = time.process_time()
        report = run.write(path, None, _quiet, clock.now()).as_json()
        yield {**report, "cpu_seconds": time.process_time() - began}
        databases.close(site)


@pytest.fixture(scope="module")
def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_read_and_counted(report: Report) -> None:
    assert report["totals"] == {
        "rows": 456,
        "accepted": 456,
        "rejected": 0,
        "left_out": 0,
        "new": 456,
        "changed": 0,
        "unchanged": 0,
        "held_back": 0,
        "line_up_credits": 2266,
        "name_strings": 497,
        "solos": 456,
        "credits": 1651,
        "tracks": 0,
    }
    assert {kind: counts["new"] for kind, counts in report["entries"].items()} == {
        "collection": 1,
        "session": 252,
        "recording": 345,
    }


def test_the_tables_hold_what_the_report_says(report: Report) -> None:
    by_kind = select(Entry.kind, func.count()).group_by(Entry.kind)

    assert dict(db.session.execute(by_kind).tuples().all()) == {
        EntryKind.COLLECTION: 1,
        EntryKind.SESSION: 252,
        EntryKind.RECORDING: 345,
    }
    assert (_count(Segment), _count(ImportRow)) == (456, 456)


def test_all_is_public_at_once_and_offered_on_request(report: Report) -> None:
    states = select(Entry.status, Entry.reuse).distinct()

    assert [tuple(state) for state in db.session.execute(states)] == [(Status.PUBLISHED, Reuse.ON_REQUEST)]
    assert db.session.scalar(select(func.count()).where(Entry.first_public_at.is_(None))) == 0


def test_the_date_of_every_row_holds_the_year_that_the_source_gives(
    report: Report, rows: list[dict[str, str]]
) -> None:
    for row in rows:
        entry = _recording_of(row)

        assert entry.date_text == row["recordingdate"]
        assert entry.date_edtf == dates.read(row["recordingdate"]).edtf
        assert (
            (entry.date_lo or 0) // 10_000
            <= int(row["recordingyear"])
            <= (entry.date_hi or 99_999_999) // 10_000
        )


def test_several_solos_of_one_take_are_one_recording(report: Report) -> None:
    entry = db.session.scalars(select(Entry).where(Entry.title == "Blue Seven")).one()
    solos = list(
        db.session.scalars(select(Segment).where(Segment.recording_id == entry.id).order_by(Segment.start_ms))
    )

    assert [solo.who for solo in solos] == ["Sonny Rollins"] * 3
    assert {(solo.label_nl, solo.label_en) for solo in solos} == {
        ("Solo tenorsaxofoon", "Tenor saxophone solo")
    }
    assert solos[0].end_ms is not None
    assert solos[0].start_ms < solos[0].end_ms <= solos[1].start_ms


def test_the_line_up_of_every_row_is_that_of_its_session(report: Report, rows: list[dict[str, str]]) -> None:
    for row in rows[::7]:
        recording = db.session.get_one(Recording, _recording_of(row).id)
        written = select(EntrySource.note).where(
            EntrySource.entry_id == recording.session_id, EntrySource.field == "credits"
        )

        assert recording.lineup is LineUp.SESSION
        assert db.session.scalars(written).all() == [row["lineup"]]


def test_names_instruments_and_spellings_are_kept(report: Report) -> None:
    players = select(Agent.name).join(Credit).where(Credit.role == Role.PERFORMER)
    names = set(db.session.scalars(players))

    assert {
        "John Coltane",
        "John Coltrane",
        "Wane Shorter",
        "DougWatkins",
        "Lenny White",
        "Joe Zawinul",
    } <= names
    assert not db.session.scalars(
        select(Credit).where(Credit.instrument_text == "ts", Credit.instrument_id.is_(None))
    ).all()
    spelt = select(Credit.instrument_text).where(
        Credit.instrument_text.in_(["trp", "tp", "Vc", "B", "electric p"])
    )
    assert set(db.session.scalars(spelt)) == {"trp", "tp", "Vc", "B", "electric p"}


def test_performers_are_on_sessions_and_composers_on_recordings(report: Report) -> None:
    found = select(Entry.kind, Credit.role).join(Credit).distinct()

    assert {tuple(each) for each in db.session.execute(found)} == {
        (EntryKind.SESSION, Role.PERFORMER),
        (EntryKind.SESSION, Role.ARRANGER),
        (EntryKind.RECORDING, Role.COMPOSER),
    }


def test_labels_sources_and_identifiers_come_along(report: Report) -> None:
    labels = select(func.count(Agent.id)).where(Agent.kind == AgentKind.ORGANISATION)
    unlabelled = select(func.count()).where(RecordingSession.label_id.is_(None))

    assert (db.session.scalar(labels), db.session.scalar(unlabelled)) == (68, 2)
    assert "Miles Smiles (Columbia, CS 65682)" in set(db.session.scalars(select(Source.citation)))
    assert _count(Identifier) == 302


def test_columns_without_a_place_are_kept_with_the_row(report: Report, rows: list[dict[str, str]]) -> None:
    kept = dict(db.session.execute(select(ImportRow.key, ImportRow.raw)).tuples().all())

    assert {row["id"]: row for row in rows} == kept
    assert report["kept_columns"]["chord_changes"] == 456
    assert len(report["kept_columns"]) == 19
    assert report["unexpected_columns"] == []


def test_the_report_names_what_a_person_should_look_at(report: Report) -> None:
    looks = report["to_look_at"]
    alike = {look["value"]: look["message"] for look in looks["names_alike"]}

    assert alike["John Coltane / John Coltrane"] == "one_slip"
    assert alike["Doug Watkins / DougWatkins"] == "same_letters"
    assert sum(look["count"] for look in looks["soloist_not_in_line_up"]) == 14
    assert "Membran Music Ltd / Membran Music Ltd. / Membran Music Ltd.." in [
        look["value"] for look in looks["labels_alike"]
    ]
    assert looks["unknown_instrument"] == looks["date_outside_year"] == []
    assert "04.20.1927" in [look["value"] for look in looks["date_doubtful"]]


def test_a_second_import_adds_nothing_at_all(report: Report, path: Path) -> None:
    tables: list[type[Model]] = [
        Entry,
        Agent,
        Credit,
        Segment,
        Revision,
        AuditEntry,
        IndexChange,
        ImportRow,
        Source,
    ]
    before = [_count(table) for table in tables]

    again = run.write(path, None, _quiet, clock.now()).as_json()

    assert (again["totals"]["unchanged"], again["totals"]["new"], again["totals"]["changed"]) == (456, 0, 0)
    assert [_count(table) for table in tables] == before


def test_it_is_done_in_seconds(report: Report) -> None:
    assert report["cpu_seconds"] < 20  # of this process: a busy machine is no fault of the import


def _recording_of(row: dict[str, str]) -> Entry:
    query = select(Entry).join(ImportRow, ImportRow.entry_id == Entry.id).where(ImportRow.key == row["id"])
    return db.session.scalars(query).one()


def _count(table: type[Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def _quiet(_done: int, _total: int) -> None:
    pass
