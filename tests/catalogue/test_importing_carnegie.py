"""The concerts of Carnegie Hall as they are: who played together, and how often, comes out exactly."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

import wsgi
from archive import clock
from archive.db import db
from catalogue.agents import Agent
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind
from catalogue.identifiers import Identifier
from catalogue.importing import run
from catalogue.recording_sessions import RecordingSession, SessionType
from tests import databases
from tests.catalogue.importing_tables import counts

pytestmark = pytest.mark.real_data

PERFORMED = (Role.PERFORMER, Role.CONDUCTOR)


@pytest.fixture(scope="module")
def path(real_data: Path) -> Path:
    return real_data / "concerts" / "carnegie_jazz_concerts.jsonl.gz"


@pytest.fixture(scope="module")
def report(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The report of one import; the tests look at what it made and change nothing."""
    folder = tmp_path_factory.mktemp("carnegie")
    site = wsgi.create_app(databases.settings({"DATA_DIR": str(folder), "BASE_URL": "http://localhost"}))
    with site.app_context():
        databases.make_tables(site)
        yield run.write(path, None, _quiet, clock.now()).as_json()
        databases.close(site)


@pytest.fixture(scope="module")
def rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_every_concert_comes_in(report: dict[str, Any]) -> None:
    assert (report["totals"]["new"], report["totals"]["rejected"]) == (7492, 0)
    assert (report["totals"]["line_up_credits"], report["totals"]["name_strings"]) == (16701, 2854)
    concerts = select(func.count()).where(RecordingSession.session_type == SessionType.CONCERT)
    assert db.session.scalar(concerts) == 7492
    assert db.session.scalar(select(func.count()).where(Entry.date_lo.is_(None))) == 1  # the collection
    assert db.session.scalar(select(func.count(Agent.id))) == 2854


def test_every_pair_played_together_as_often_as_the_source_says(
    report: dict[str, Any], real_data: Path
) -> None:
    pairs = json.loads((real_data / "relevance" / "carnegie_coperformers.json").read_text(encoding="utf-8"))

    together = _together()

    assert len(pairs) == 2297
    said = {frozenset((pair["a_ch"], pair["b_ch"])): pair["n_concerts"] for pair in pairs}
    assert {pair: together.get(pair, 0) for pair in said} == said


def test_every_piece_can_be_found_in_the_words_of_its_concert(
    report: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    query = select(Entry.title, Entry.date_text, Entry.description_en).where(Entry.kind == EntryKind.SESSION)
    said: dict[tuple[str, str | None], str] = {}
    for title, date_text, description in db.session.execute(query):
        said[title, date_text] = said.get((title, date_text), "") + (description or "")

    assert sum(len(row["works"]) for row in rows) == 26071
    for row in rows:
        for piece in row["works"]:
            assert piece["title"].strip() in said[row["label"].strip(), row["date"]]
            assert (piece["composer"] or "") in said[row["label"].strip(), row["date"]]


def test_a_second_import_adds_nothing_at_all(report: dict[str, Any], path: Path) -> None:
    before = counts()

    again = run.write(path, None, _quiet, clock.now()).as_json()

    assert (again["totals"]["unchanged"], again["totals"]["new"], again["totals"]["changed"]) == (7492, 0, 0)
    assert counts() == before


def _together() -> dict[frozenset[str], int]:
    """Count for each two people, by their numbers at the source, the sessions at which both performed."""
    one, other = aliased(Credit), aliased(Credit)
    query = (
        select(one.agent_id, other.agent_id, func.count(one.entry_id.distinct()))
        .join(other, (other.entry_id == one.entry_id) & (other.agent_id > one.agent_id))
        .join(Entry, Entry.id == one.entry_id)
        .where(Entry.kind == EntryKind.SESSION, one.role.in_(PERFORMED), other.role.in_(PERFORMED))
        .group_by(one.agent_id, other.agent_id)
    )
    numbers = select(Identifier.agent_id, Identifier.value).where(Identifier.scheme == "carnegie_hall")
    number_of = dict(db.session.execute(numbers).tuples().all())
    return {
        frozenset((number_of[first], number_of[second])): count
        for first, second, count in db.session.execute(query)
    }


def _quiet(_done: int, _total: int) -> None:
    pass
