"""Who played with whom at Carnegie Hall: 2,297 pairs whose concerts others have counted, found as they counted them."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import wsgi
from archive import clock
from archive.db import db
from catalogue.agents import Agent
from catalogue.identifiers import Identifier
from catalogue.importing import run
from catalogue.pages import people_pair
from catalogue.search import fallback_companions, finding, index, upkeep
from catalogue.search.query import SearchQuery
from tests import databases

pytestmark = pytest.mark.real_data

CONCERTS = Path("concerts/carnegie_jazz_concerts.jsonl.gz")
PAIRS = Path("relevance/carnegie_coperformers.json")
SAMPLE = 40  # every so many pairs are also looked at on their own page

Pair = dict[str, Any]


@pytest.fixture(scope="module")
def site(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site with all concerts, imported as staff would."""
    settings = databases.settings(
        {"DATA_DIR": str(tmp_path_factory.mktemp("carnegie")), "BASE_URL": "http://localhost"}
    )
    made = wsgi.create_app(settings)
    with made.app_context():
        databases.make_tables(made)
        run.write(real_data / CONCERTS, "carnegie_concerts", lambda *_: None, clock.now())
        upkeep.make_anew(lambda _done: None)
        yield made
        databases.close(made)


@pytest.fixture(scope="module")
def pairs(real_data: Path) -> list[Pair]:
    found: list[Pair] = json.loads((real_data / PAIRS).read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def people(site: Flask) -> dict[str, Agent]:
    """Agents by their number at Carnegie Hall."""
    query = (
        select(Identifier.value, Agent)
        .join(Agent, Agent.id == Identifier.agent_id)
        .where(Identifier.scheme == "carnegie_hall")
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def test_every_pair_has_the_concerts_and_years_that_were_counted(
    people: dict[str, Agent], pairs: list[Pair], today: date
):
    wrong, companies = [], {}
    for pair in pairs:
        first, second = people[pair["a_ch"]].pid, people[pair["b_ch"]].pid
        if first not in companies:
            companies[first] = {one.pid: one for one in index.current().companions(first, today)}
        one = companies[first][second]
        counted = (one.occasions, str(one.first_year), str(one.last_year))
        if counted != (pair["n_concerts"], pair["y0"], pair["y1"]):
            wrong.append((pair, one))

    assert len(pairs) == 2_297
    assert wrong == []


def test_the_search_for_two_finds_as_many_concerts(
    site: Flask, people: dict[str, Agent], pairs: list[Pair], today: date
):
    wrong = []
    with site.test_request_context():
        for pair in pairs:
            chosen = (
                ("kind", ("session",)),
                ("person", (people[pair["a_ch"]].pid,)),
                ("with", (people[pair["b_ch"]].pid,)),
            )
            total = finding.find(SearchQuery(filters=chosen), today).total
            if total != pair["n_concerts"]:
                wrong.append((pair, total))

    assert wrong == []


def test_the_page_of_two_lists_as_many(site: Flask, people: dict[str, Agent], pairs: list[Pair], today: date):
    with site.test_request_context("/en/"):
        for pair in pairs[::SAMPLE]:
            page = people_pair.make(people[pair["a_ch"]], people[pair["b_ch"]], "en", today)
            assert (page.total, len(page.sessions)) == (pair["n_concerts"], pair["n_concerts"])
            assert (str(page.first_year), str(page.last_year)) == (pair["y0"], pair["y1"])


def test_without_an_index_the_same_people_were_there(
    people: dict[str, Agent], pairs: list[Pair], today: date
):
    for pair in pairs[::SAMPLE]:
        one = people[pair["a_ch"]]
        assert set(fallback_companions.companions(one.id, today)) == set(
            index.current().companions(one.pid, today)
        )


@pytest.fixture(scope="module")
def today() -> date:
    return clock.now().date()
