"""Answers from the database alone: the same entries as the index for plain questions, and nothing that is hidden."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from flask import Flask

from archive.db import db
from catalogue import agents
from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.entries import Reuse, Status
from catalogue.recording_sessions import RecordingSession
from catalogue.search import fallback, index, query
from catalogue.search.query import SearchQuery
from tests import counting
from tests.catalogue import specimens

TODAY = date(2026, 11, 22)


def ask(address: str) -> SearchQuery:
    return query.read(parse_qsl(address))


@pytest.fixture
def holdings(app: Flask) -> dict[str, str]:
    """A small catalogue; pids by name."""
    trumpet = specimens.instrument("trumpet", "trompet", "trumpet")
    joop, theo, lies = (
        specimens.person(name) for name in ("Joop Terwindt", "Theo van Aalst", "Lies Hogendoorn")
    )
    hall = specimens.venue("Zaal Katendrecht", "Rotterdam")
    fonds = specimens.collection("Fonds Katendrecht")
    fonds.reuse = Reuse.NONE
    series = specimens.collection("Serie banden", parent_id=fonds.id)
    label = agents.ensure(AgentKind.ORGANISATION, "Maasplaten")
    night = specimens.session(
        "Nachtconcert",
        specimens.plays(joop, trumpet, leader=True),
        date="1958",
        place_id=hall.id,
        parent_id=series.id,
    )
    db.session.get_one(RecordingSession, night.id).label_id = label.id
    take = specimens.recording(
        "Blauw uur", specimens.did(lies, Role.COMPOSER), at=night, date="14 maart 1958"
    )
    undated = specimens.recording("Zonder datum 100%", shelfmark="NR-0412")
    shot = specimens.picture("Terwindt in de kleedkamer", specimens.did(theo, Role.PHOTOGRAPHER), date="1961")
    draft = specimens.recording("Blauw concept")
    draft.status = Status.DRAFT
    waiting = specimens.recording("Blauw later")
    waiting.embargo_until = date(2027, 1, 1)
    specimens.in_index()
    found = {"fonds": fonds, "series": series, "night": night, "take": take, "undated": undated, "shot": shot}
    people = {"joop": joop, "theo": theo, "lies": lies, "label": label}
    places = {"hall": hall, "city": hall.parent}
    return {name: thing.pid for group in (found, people, places) for name, thing in group.items() if thing}


PLAIN = """
    q=blauw q=terwindt q=blauw+terwindt q=hogendoorn q=nothing kind=image kind=image&kind=session person={joop}
    person={joop}&with={lies} instrument=trumpet place={city}&kind=session place={hall}&kind=session collection={fonds}
    reuse=none decade=1960 decade=undated from=1959 to=1958 from=1950&to=1960 q=terwindt&kind=recording
    sort=oldest&from=1950 sort=newest&to=1970 sort=price
    q=blauw+-terwindt q=terwindt+-blauw q=terwindt+NOT+kleedkamer q=blauw+OR+kleedkamer q="blauw+uur"
    q=person:hogendoorn q=leader:terwindt q=instrument:trompet q=place:rotterdam q=label:maasplaten
    q=title:terwindt q=id:nr-0412 q=year:1958 q=year:1950..1960 q=year:1960.. leader={joop} label={label}
    plays={joop}/trumpet plays={lies}/trumpet place={city} place={hall} place={hall}&place={city}&kind=recording
"""
VALUES = "kind reuse place instrument person leader plays label decade collection"


def test_plain_questions_have_the_same_answers_as_in_the_index(holdings: dict[str, str]):
    for address in PLAIN.split():
        asked = ask(address.format(**holdings))
        from_database, from_index = fallback.search(asked, TODAY), index.current().search(asked, TODAY)

        assert sorted(from_database.pids) == sorted(from_index.pids), address
        assert from_database.total == from_index.total
        assert from_database.rung == "degraded"


def test_the_values_of_a_filter_are_counted_as_in_the_index(holdings: dict[str, str]):
    for name in VALUES.split():
        for address in ("", "q=terwindt", "kind=recording", "person={joop}", "q=quetzalcoatl"):
            asked = ask(address.format(**holdings))
            counted = fallback.values(asked, name, TODAY)

            assert sorted(counted) == sorted(index.current().values(asked, name, TODAY)), (name, address)
            assert [count for _, count in counted] == sorted((count for _, count in counted), reverse=True)


@pytest.mark.parametrize(
    "q", ["(((", 'x" OR', "NOT", "OR", "-", "year:x", "year:", "person:", "a" * 999, "* - '", "\\%_"]
)
def test_whatever_is_typed_is_answered(holdings: dict[str, str], q: str):
    assert fallback.search(query.read([("q", q)]), TODAY).rung == "degraded"


def test_drafts_and_embargoes_stay_hidden(holdings: dict[str, str]):
    for address in ("q=blauw", "", "q=concept", "q=later"):
        assert set(fallback.search(ask(address), TODAY).pids) <= set(holdings.values())


def test_signs_of_the_database_are_only_signs(holdings: dict[str, str]):
    for words, found in (("100%", ["undated"]), ("b_auw", []), ("bl%w", []), ("nr-0412", ["undated"])):
        assert fallback.search(SearchQuery(q=words), TODAY).pids == tuple(holdings[name] for name in found)


def test_an_answer_takes_two_queries(holdings: dict[str, str]):
    db.session.rollback()
    with counting.statements() as seen:
        fallback.search(ask("q=blauw+uur&kind=recording&from=1950"), TODAY)

    assert len(seen) == 2
