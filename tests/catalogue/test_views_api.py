"""The open API: the shape of its answers, the same order as the page, tags, languages, refusals."""

import re
from datetime import date
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.db import db
from catalogue import entries, identifiers, sources
from catalogue.credits import Role
from catalogue.entries import Entry, Reuse, Status
from tests.catalogue import specimens


@pytest.fixture
def take(app: Flask) -> Entry:
    """One take of a night, fully described."""
    trumpet = specimens.instrument("trumpet", "trompet", "trumpet")
    night = specimens.session(
        "Nachtconcert",
        specimens.plays(specimens.person("Joop Terwindt"), trumpet, leader=True),
        date="14 maart 1958",
        leader_text="Kwintet Joop Terwindt",
        place_id=specimens.venue("Zaal Katendrecht", "Rotterdam").id,
    )
    entry = specimens.recording(
        "Blauw uur",
        specimens.did(specimens.person("Lies Hogendoorn"), Role.COMPOSER),
        at=night,
        duration_ms=402_000,
        description_nl="Na middernacht.",
        price_from_minor=1800,
    )
    entry.reuse = Reuse.DIRECT
    specimens.sound(entry)
    specimens.chapter(entry, 0, "Thema")
    identifiers.add_to_entry(entry.id, "mbid", "df52f125")
    sources.cite(entry.id, "Jaarboek 1958", locator="p. 12")
    specimens.in_index()
    return entry


def test_a_search_answers_in_the_promised_shape(client: FlaskClient, take: Entry):
    answer = client.get("/api/v1/search?q=blauw&lang=en").json

    assert {"total", "page", "items", "facets", "rung", "did_you_mean"} <= answer.keys()
    assert (answer["total"], answer["page"], answer["rung"], answer["did_you_mean"]) == (1, 1, "exact", None)
    item = answer["items"][0]
    assert (item["pid"], item["kind"], item["title"]) == (take.pid, "recording", "Blauw uur")
    assert item["price_from"] == {"minor": 1800, "currency": "EUR"}
    assert answer["facets"]["instrument"] == [{"value": "trumpet", "label": "trumpet", "count": 1}]
    assert answer["facets"]["place"][0]["label"] in ("Rotterdam", "Zaal Katendrecht")


def test_a_search_says_how_it_was_read_and_counts_all_it_knows(client: FlaskClient, take: Entry):
    specimens.recording("Uur zonder datum")
    specimens.in_index()

    dated = client.get("/api/v1/search?from=1950&to=1960").json
    widened = client.get("/api/v1/search?q=blauw+klokhuis").json
    nothing = client.get("/api/v1/search?q=blauw&kind=image").json

    assert (dated["total"], dated["certain"], dated["undated"]) == (2, 2, 1)
    assert (dated["sizes"]["place"], dated["sizes"]["kind"]) == (2, 2)
    assert (widened["rung"], widened["understood"], widened["ignored"]) == ("any", [], [])
    assert {"word": "klokhuis", "count": 0} in widened["words"]
    assert widened["without"] == [{"q": "blauw", "count": 1}]
    assert (nothing["total"], nothing["unfiltered"]) == (0, {"kind": 1})


def test_all_values_of_a_filter_are_data_too_in_the_language_asked_for(client: FlaskClient, take: Entry):
    answer = client.get("/api/v1/search/values/instrument?lang=nl&q=uur&instrument=trumpet").json

    value = {"value": "trumpet", "label": "trompet", "count": 1, "selected": True}
    assert answer == {
        "name": "instrument",
        "label": "Instrument",
        "total": 1,
        "page": 1,
        "page_size": 100,
        "values": [value],
    }


def test_page_and_api_give_the_same_entries_in_the_same_order(client: FlaskClient, take: Entry):
    night = specimens.session("Tweede nacht", date="1961")
    for number in range(30):
        specimens.recording(f"Uur {number}", at=night, date=str(1950 + number))
    specimens.in_index()

    for address in (
        "search?q=uur",
        "search?sort=oldest&page=2",
        "search?kind=recording&from=1955&sort=newest",
        "search",
    ):
        on_page = re.findall(
            r'<h2><a href="/en/entries/(\w+)">', client.get(f"/en/{address}").get_data(as_text=True)
        )
        in_api = [item["pid"] for item in client.get(f"/api/v1/{address}").json["items"]]

        assert on_page == in_api != []


def test_an_entry_is_described_in_full_in_both_languages(client: FlaskClient, take: Entry):
    answer = client.get(f"/api/v1/entries/{take.pid}").json

    assert answer["title"] == "Blauw uur"
    assert answer["date"] == {
        "text": "14 maart 1958",
        "edtf": "1958-03-14",
        "earliest": "1958-03-14",
        "latest": "1958-03-14",
    }
    assert answer["description"] == {"nl": "Na middernacht.", "en": None}
    assert [(credit["role"], credit["agent"]["name"]) for credit in answer["credits"]] == [
        ("prf", "Joop Terwindt"),
        ("cmp", "Lies Hogendoorn"),
    ]
    assert answer["session"]["announced_as"] == "Kwintet Joop Terwindt"
    assert answer["segments"][0]["label"] == {"nl": "Thema", "en": "Thema"}
    assert answer["identifiers"][0]["url"] == "https://musicbrainz.org/recording/df52f125"
    assert answer["sources"][0]["citation"] == "Jaarboek 1958"
    assert answer["rights"]["reuse"] == "direct"
    assert answer["files"][0]["url"] == f"http://localhost/media/{take.pid}/fragment.mp3"
    assert answer["license"].startswith("https://creativecommons.org/publicdomain/zero/")
    assert answer["links"]["acquireLicensePage"] == f"http://localhost/en/entries/{take.pid}#offers"


def test_an_answer_that_has_not_changed_is_not_sent_again(client: FlaskClient, take: Entry):
    for address in (f"/api/v1/entries/{take.pid}", "/api/v1/search?q=blauw"):
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304

    take.title = "Groen uur"
    entries.save(take, None)
    specimens.in_index()
    assert client.get(f"/api/v1/entries/{take.pid}", headers={"If-None-Match": tag}).status_code == 200


def test_refusals_are_problems_in_json(client: FlaskClient, take: Entry):
    unknown = client.get("/api/v1/entries/nr0")
    entries.move(take, Status.WITHDRAWN, None, "The heirs asked for it.")
    db.session.commit()
    withdrawn = client.get(f"/api/v1/entries/{take.pid}")

    assert (unknown.status_code, unknown.mimetype) == (404, "application/problem+json")
    assert (withdrawn.status_code, withdrawn.mimetype) == (410, "application/problem+json")
    assert withdrawn.json["last_title"] == "Blauw uur"


def test_what_is_under_embargo_is_not_in_the_api(client: FlaskClient, take: Entry):
    take.embargo_until = date(2999, 1, 1)
    entries.save(take, None)
    specimens.in_index()

    assert client.get(f"/api/v1/entries/{take.pid}").status_code == 404
    assert client.get("/api/v1/search?q=blauw").json["total"] == 0


def test_odd_questions_are_answered(client: FlaskClient, take: Entry):
    for q in (
        '"',
        "*",
        "-",
        "OR OR OR",
        "a" * 500,
        "\u202e\u0000"[:1],
        "😀",
        "((",
        "AND NOT",
        "~",
        "title:",
        "x\ny",
    ):
        assert client.get(f"/api/v1/search?q={quote(q)}&page=9999&kind=x").status_code == 200
