"""Full programmes of concerts as they are: 97 concerts, 1,006 pieces, 5,045 times that somebody played in one."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive import clock
from archive.db import db
from catalogue.credits import Credit
from catalogue.entries import Entry, EntryKind
from catalogue.importing import run

Report = dict[str, Any]


@pytest.fixture(scope="module")
def report(real_data: Path, shared_site: Flask) -> Report:
    path = real_data / "concerts" / "carnegie_jazz_programmes.jsonl"
    return run.write(path, None, lambda _done, _total: None, clock.now()).as_json()


@pytest.fixture(scope="module")
def source(real_data: Path) -> list[dict[str, Any]]:
    path = real_data / "concerts" / "carnegie_jazz_programmes.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_concert_comes_in(report: Report) -> None:
    assert (report["totals"]["rows"], report["totals"]["accepted"], report["totals"]["rejected"]) == (
        97,
        97,
        0,
    )
    assert {kind: counts["new"] for kind, counts in report["entries"].items()} == {
        "collection": 1,
        "session": 97,
    }


def test_every_piece_with_its_players_is_in_the_description(
    report: Report, source: list[dict[str, Any]]
) -> None:
    sessions = db.session.scalars(select(Entry).where(Entry.kind == EntryKind.SESSION)).all()
    described = "\n".join(entry.description_en or "" for entry in sessions)

    pieces = [piece for concert in source for piece in concert["program"]]
    assert (len(pieces), sum(len(piece["performers"]) for piece in pieces)) == (1006, 5045)
    assert all(piece["label"].strip() in described for piece in pieces)
    assert all(person["name"].strip() in described for piece in pieces for person in piece["performers"])


def test_whoever_played_has_a_credit_for_each_thing_they_played_once(
    report: Report, source: list[dict[str, Any]]
) -> None:
    played = {
        (concert["id"], person["id"])
        for concert in source
        for piece in concert["program"]
        for person in piece["performers"]
    }
    people = select(func.count()).select_from(
        select(Credit.entry_id, Credit.agent_id).where(Credit.agent_id.is_not(None)).distinct().subquery()
    )

    assert db.session.scalar(people) == len(played)
