"""Suggestions while somebody types: the right ones, by any name, in any order, with counts of what is public."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive import clock
from archive.db import db
from catalogue import agents, entries, terms
from catalogue.agents import AgentKind
from catalogue.entries import Status
from catalogue.pages import suggestions
from catalogue.search import counts
from catalogue.terms import TermScheme
from tests import counting
from tests.catalogue import specimens
from tests.catalogue.plain_index import PlainIndex


@pytest.fixture(scope="module")
def site(shared_site: Flask) -> Iterator[Flask]:
    """A small archive, and an index of it that is plainly right."""
    tenor = specimens.instrument("tenor_saxophone", "tenorsaxofoon", "tenor saxophone", "ts")
    hawk, hank = specimens.person("Coleman Hawkins"), specimens.person("Hank Hawthorne")
    hawk.born_edtf, hawk.died_edtf = "1904-11-21", "1969-05-19"
    agents.add_name(hawk, "Bean")
    band = agents.add(AgentKind.ENSEMBLE, "Hawk's Harlem Club")
    hall = specimens.venue("Hawaii", "Den Haag")
    for number in range(3):
        night = specimens.session(
            f"Hawaiian night {number}",
            specimens.plays(hawk, tenor),
            place_id=hall.id,
            date=str(1934 + number),
        )
        specimens.recording("Body and Soul", at=night)
    specimens.recording("Soul eyes", specimens.plays(hank, tenor), specimens.plays(band, tenor), date="1957")
    hidden = specimens.session(
        "Hawks in het geheim", specimens.plays(specimens.person("Hawk Verborgen"), tenor)
    )
    entries.move(hidden, Status.WITHDRAWN, None, "op verzoek")
    later = specimens.person("Hawkeye Later")
    specimens.session("Hawks straks", specimens.plays(later, tenor), embargo_until=date(2999, 1, 1))
    specimens.venue("Hawerkamp", "Haarlem")  # nothing was recorded there
    db.session.commit()
    shared_site.extensions["search_index"].close()
    shared_site.extensions["search_index"] = PlainIndex()
    return shared_site


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    return site.test_client()


def groups(visitor: FlaskClient, typed: str, lang: str = "en") -> dict[str, list[dict[str, Any]]]:
    answer = visitor.get("/api/v1/suggest", query_string={"q": typed, "lang": lang}).json
    return {group["kind"]: group["suggestions"] for group in answer["groups"]}


def labels(visitor: FlaskClient, typed: str, kind: str) -> list[str]:
    return [one["label"] for one in groups(visitor, typed).get(kind, [])]


@pytest.mark.parametrize("typed", ["hawki", "Hawkins, C", "coleman h", "BEAN", "Háwkins"])
def test_a_person_is_found_by_any_name_in_any_order(visitor: FlaskClient, typed: str):
    assert labels(visitor, typed, "person") == ["Coleman Hawkins"]


def test_people_are_told_apart_and_the_most_frequent_come_first(visitor: FlaskClient):
    first, second = groups(visitor, "haw")["person"]

    assert (first["label"], first["count"]) == ("Coleman Hawkins", 6)
    assert first["note"] == "tenor saxophone, 1904–1969"
    assert first["found"] is None
    assert (second["label"], second["count"]) == ("Hank Hawthorne", 1)


def test_another_name_that_answers_is_named(visitor: FlaskClient):
    (one,) = groups(visitor, "bea")["person"]

    assert one["found"] == "Found as Bean"


def test_every_kind_of_thing_has_a_group_of_its_own(visitor: FlaskClient):
    found = groups(visitor, "haw")

    assert list(found) == ["person", "ensemble", "place", "session"]
    assert [one["label"] for one in found["ensemble"]] == ["Hawk's Harlem Club"]
    assert [(one["label"], one["note"], one["count"]) for one in found["place"]] == [
        ("Hawaii", "Den Haag", 6)
    ]
    assert len(found["session"]) == 3
    assert "Hawaii" not in found["session"][0]["note"]  # the city, as on a card
    assert "Den Haag" in found["session"][0]["note"]


def test_instruments_are_found_in_both_languages_and_by_abbreviation(visitor: FlaskClient):
    for typed in ("tenor s", "tenorsax", "ts"):
        assert labels(visitor, typed, "instrument") == ["tenor saxophone"]
    assert groups(visitor, "ts")["instrument"][0]["found"] == "Found as ts"


def test_a_title_of_many_is_offered_once_with_its_number(visitor: FlaskClient):
    first, second = groups(visitor, "sou")["title"]

    assert (first["label"], first["count"]) == ("Body and Soul", 3)
    assert "title%3A%22Body+and+Soul%22" in first["url"]
    assert (second["label"], second["count"]) == ("Soul eyes", 1)
    assert second["url"].startswith("/en/entries/")


def test_every_suggestion_leads_somewhere(visitor: FlaskClient):
    for typed in ("haw", "sou", "ts", "bean"):
        for found in groups(visitor, typed, "nl").values():
            for one in found:
                assert one["url"].startswith("/nl/")
                assert visitor.get(one["url"]).status_code == 200


@pytest.mark.parametrize("typed", ["haw", "hawk v", "verb", "geheim", "later", "straks", "hawe"])
def test_nothing_hidden_is_ever_suggested(visitor: FlaskClient, typed: str):
    offered = str(groups(visitor, typed))

    assert not {word for word in ("Verborgen", "geheim", "Later", "straks", "Hawerkamp") if word in offered}


@pytest.mark.parametrize(
    "typed", ["", " ", "h", "!", "%", "\"'", "-", "zzzz", "h" * 5_000, "title:(x", "ﬁ\u0301\ud800"]
)
def test_whatever_is_typed_there_is_an_answer(visitor: FlaskClient, typed: str):
    answer = visitor.get("/api/v1/suggest", query_string={"q": typed.encode("utf-8", "surrogatepass")})

    assert answer.status_code == 200
    assert answer.json["groups"] == []
    assert answer.json["said"]


def test_the_answer_is_for_people_and_for_a_short_while(visitor: FlaskClient):
    answer = visitor.get("/api/v1/suggest?q=haw&lang=nl")

    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.cache_control.max_age == 60
    assert answer.json["q"] == "haw"
    assert answer.json["said"] == visitor.get("/api/v1/suggest?q=haw&lang=nl").json["said"]


def test_without_a_usable_index_nothing_is_suggested(site: Flask, visitor: FlaskClient):
    plain: PlainIndex = site.extensions["search_index"]
    plain.is_damaged, plain.made = True, plain.made + 1
    try:
        assert groups(visitor, "haw") == {}
    finally:
        plain.is_damaged, plain.made = False, plain.made + 1


def test_counts_are_kept_until_the_index_changes(site: Flask):
    plain: PlainIndex = site.extensions["search_index"]
    today = clock.now().date()
    before = counts.of("person", today)

    assert counts.of("person", today) is before
    plain.made += 1
    assert counts.of("person", today) is not before


def test_a_term_without_public_entries_is_not_offered(site: Flask, visitor: FlaskClient):
    terms.ensure(TermScheme.INSTRUMENT, "hawaiian_guitar", "hawaiigitaar", "Hawaiian guitar", [])
    db.session.commit()

    assert labels(visitor, "hawai", "instrument") == []


def test_suggestions_ask_the_database_few_questions(site: Flask):
    today = clock.now().date()
    with site.test_request_context("/en/"):
        suggestions.make("haw", "en", today)
        with counting.statements() as asked:
            suggestions.make("haw", "en", today)

    assert len(asked) <= 9, asked
