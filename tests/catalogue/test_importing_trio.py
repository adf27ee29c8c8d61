"""The Jazz Trio Database as it is: ten sheets of a workbook that nobody here wrote, one recording in each row."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive import clock
from archive.db import db
from catalogue.agents import Agent
from catalogue.credits import Credit
from catalogue.entries import Entry, EntryKind
from catalogue.identifiers import Identifier
from catalogue.importing import run
from catalogue.recordings import Recording

Report = dict[str, Any]


@pytest.fixture(scope="module")
def report(real_data: Path, shared_site: Flask) -> Report:
    path = real_data / "recordings" / "jazz_trio_corpus_chronology.xlsx"
    return run.write(path, None, lambda _done, _total: None, clock.now()).as_json()


def test_every_recording_of_every_sheet_comes_in(report: Report) -> None:
    assert {key: report["totals"][key] for key in ("rows", "accepted", "rejected", "new")} == {
        "rows": 3071,
        "accepted": 3071,
        "rejected": 0,
        "new": 3071,
    }
    assert {kind: counts["new"] for kind, counts in report["entries"].items()} == {
        "collection": 1,
        "session": 475,
        "recording": 3071,
    }


def test_what_is_no_recording_is_told(report: Report) -> None:
    assert report["sheets_left_out"] == ["Notes", "TEMPLATE"]
    assert report["filler_rows"] == 7891
    assert [(each["sheet"], each["line"]) for each in report["above_header"][:2]] == [
        ("McCoy Tyner", 1),
        ("Kenny Barron", 1),
    ]
    assert len(report["to_look_at"]["identifier_of_several"]) == 5


def test_columns_of_single_instruments_are_a_line_up_with_its_leader(report: Report) -> None:
    entry = db.session.scalars(
        select(Entry).where(Entry.kind == EntryKind.RECORDING, Entry.title == "Peruvian Blue")
    ).one()
    recording = db.session.get_one(Recording, entry.id)
    credits = db.session.execute(
        select(Agent.name, Credit.instrument_text, Credit.leader)
        .join(Agent, Agent.id == Credit.agent_id)
        .where(Credit.entry_id == recording.session_id)
        .order_by(Credit.position)
    ).all()

    assert [tuple(credit) for credit in credits] == [
        ("Kenny Barron", "piano", True),
        ("David Williams", "bass", False),
        ("Albert “Tootie” Heath", "drums", False),
    ]
    assert (entry.date_lo, recording.duration_ms) == (19740314, 593_026)


def test_each_recording_has_its_number_its_length_and_its_date(report: Report) -> None:
    kinds = select(func.count()).select_from(Entry).where(Entry.kind == EntryKind.RECORDING)

    assert db.session.scalar(select(func.count()).where(Identifier.scheme == "mbid")) == 3071
    assert db.session.scalar(select(func.count()).where(Recording.duration_ms.is_not(None))) == 3071
    assert db.session.scalar(kinds.where(Entry.date_lo.is_not(None))) == 3071
