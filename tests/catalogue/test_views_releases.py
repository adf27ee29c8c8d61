"""Releases with their tracks, and works with their recordings, as people and machines meet them."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.db import db
from catalogue import agents, entries, releases, terms
from catalogue.agents import AgentKind
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.recordings import LineUp, Recording
from catalogue.releases import Release, Track
from catalogue.terms import EntryTerm, TermScheme
from catalogue.works import Work
from tests import counting
from tests.catalogue import specimens
from tests.catalogue.test_views_site import text_of

Record = dict[str, Entry]


def make_record() -> Record:
    """Make a record of two sides: a tune that the archive has a recording of, one that it has not, a medley."""
    tenor = specimens.instrument("tenor_saxophone", "tenorsaxofoon", "tenor saxophone")
    lies, joop = specimens.person("Lies Hogendoorn"), specimens.person("Joop Terwindt")
    work = specimens.publish(entries.add(EntryKind.WORK, "Blauw uur (compositie)", specimens.NOON))
    db.session.add(Work(entry_id=work.id, year_edtf="1957"))
    tune = specimens.recording("Blauw uur", date="1958", lineup=LineUp.OWN)
    db.session.get_one(Recording, tune.id).work_id = work.id
    secret = entries.add(EntryKind.RECORDING, "Nog geheim", specimens.NOON)
    db.session.add(Recording(entry_id=secret.id, lineup=LineUp.OWN, work_id=work.id))
    release = _release(tune, secret)
    parts = [
        specimens.plays(joop, tenor, leader=True, credited_as="J. Terwindt"),
        Credit(agent_id=lies.id, role=Role.COMPOSER, role_text="Written-By", tracks_text="A1"),
        specimens.plays(joop, tenor, tracks_text="A2 to B1", instrument_text="Tenor Saxophone [Solo]"),
        Credit(credited_as="Wim", role=Role.OTHER, role_text="Tea By"),
    ]
    for at, part in enumerate(parts):
        part.entry_id, part.position = release.id, at
        db.session.add(part)
    specimens.publish(release)
    db.session.commit()
    return {"work": work, "tune": tune, "secret": secret, "release": release}


def _release(tune: Entry, secret: Entry) -> Entry:
    release = entries.add(EntryKind.RELEASE, "Nachtconcerten", specimens.NOON)
    entries.set_date(release, "1959")
    label = agents.add(AgentKind.ORGANISATION, "Maasdisc")
    lp = terms.ensure(TermScheme.FORMAT, "lp", "Langspeelplaat", "LP", [])
    swing = terms.ensure(TermScheme.GENRE, "swing", "Swing", "Swing", [])
    db.session.add(EntryTerm(entry_id=release.id, term_id=swing.id))
    db.session.add(
        Release(
            entry_id=release.id,
            label_id=label.id,
            catalogue_no="MD 1203",
            format_id=lp.id,
            format_text="Vinyl, LP, Mono",
            country="Netherlands",
        )
    )
    known, unknown = {"recording_id": tune.id, "duration_ms": 402_000}, {"recording_id": secret.id}
    lines: list[dict[str, Any]] = [
        {"printed_title": "Eerste deel"},
        {"side": "A", "number": "A1", "printed_title": "Het blauwe uur", **known},
        {"side": "A", "number": "A2", "printed_title": "Nog een", **unknown},
        {"side": "B", "number": "B1", "printed_title": "Potpourri"},
        {"side": None, "number": None, "printed_title": "Deel een", "is_part": True},
    ]
    releases.replace_tracks(release.id, [Track(**line) for line in lines])
    return release


@pytest.fixture(scope="module")
def record(shared_site: Flask) -> Record:
    """One record for all who only look."""
    return make_record()


@pytest.fixture(scope="module")
def visitor(shared_site: Flask) -> FlaskClient:
    """Somebody who looks."""
    return shared_site.test_client()


def page_of(visitor: FlaskClient, entry: Entry, lang: str = "en") -> str:
    return visitor.get(f"/{lang}/entries/{entry.pid}").get_data(as_text=True)


def test_a_release_shows_its_tracks_by_side_with_their_makers_and_lengths(
    visitor: FlaskClient, record: Record
):
    page = text_of(visitor.get(f"/en/entries/{record['release'].pid}"))

    assert (
        "Tracks Side A Eerste deel A1 Het blauwe uur Composition: Lies Hogendoorn 6:42 A2 Nog een Side B B1 Potpourri"
        in page
    )
    assert "Potpourri Deel een" in page


def test_a_track_leads_to_its_recording_only_if_everybody_may_see_it(visitor: FlaskClient, record: Record):
    page = page_of(visitor, record["release"])

    assert f'<a href="/en/entries/{record["tune"].pid}">Het blauwe uur</a>' in page
    assert record["secret"].pid not in page


def test_a_release_says_its_label_number_format_country_and_genre(visitor: FlaskClient, record: Record):
    page = text_of(visitor.get(f"/en/entries/{record['release'].pid}"))

    assert "Label Maasdisc Catalogue number MD 1203 Format LP Vinyl, LP, Mono Country Netherlands" in page
    assert "Genre Swing" in page
    assert "Langspeelplaat" in text_of(visitor.get(f"/nl/entries/{record['release'].pid}"))


def test_a_label_leads_to_a_page_of_its_own(visitor: FlaskClient, record: Record):
    label = agents.ensure(AgentKind.ORGANISATION, "Maasdisc")

    assert f'<a href="/en/people/{label.pid}">Maasdisc</a>' in page_of(visitor, record["release"])
    assert visitor.get(f"/en/people/{label.pid}").status_code == 200


def test_parts_in_the_whole_release_say_for_which_tracks_and_in_whose_words(
    visitor: FlaskClient, record: Record
):
    page = text_of(visitor.get(f"/en/entries/{record['release'].pid}"))

    assert "Tenor saxophone Joop Terwindt leader, as “J. Terwindt” Joop Terwindt Solo, A2 to B1" in page
    assert "Tea By Wim" in page
    assert page.count("Lies Hogendoorn") == 1


def test_a_recording_names_the_releases_it_is_on_and_its_work(visitor: FlaskClient, record: Record):
    page = text_of(visitor.get(f"/en/entries/{record['tune'].pid}"))

    assert "On these releases Nachtconcerten Maasdisc, MD 1203, 1959, track A1" in page
    assert "Work Blauw uur (compositie)" in page


def test_a_work_shows_all_its_public_recordings_and_its_year(visitor: FlaskClient, record: Record):
    page = text_of(visitor.get(f"/en/entries/{record['work'].pid}"))

    assert "Recordings" in page
    assert "Blauw uur" in page
    assert "Nog geheim" not in page
    assert "Written in 1957" in page


def test_releases_recordings_and_works_point_at_each_other_as_data(visitor: FlaskClient, record: Record):
    release, tune, work = (
        visitor.get(f"/api/v1/entries/{record[name].pid}").json for name in ("release", "tune", "work")
    )

    assert (release["label"]["name"], release["catalogue_no"], release["format"]["code"]) == (
        "Maasdisc",
        "MD 1203",
        "lp",
    )
    assert [track["number"] for track in release["tracks"]] == [None, "A1", "A2", "B1", None]
    assert release["tracks"][1]["recording"] == {"pid": record["tune"].pid, "title": "Blauw uur"}
    assert release["tracks"][2]["recording"] is None
    assert [part["tracks"] for part in release["credits"]] == [None, "A1", "A2 to B1", None]
    assert release["credits"][1]["role_as_written"] == "Written-By"
    assert tune["releases"] == [{"pid": record["release"].pid, "title": "Nachtconcerten", "track": "A1"}]
    assert tune["work"] == {"pid": record["work"].pid, "title": "Blauw uur (compositie)"}
    assert work["year"] == "1957"
    assert work["recordings"] == [{"pid": record["tune"].pid, "title": "Blauw uur"}]


def test_pages_of_releases_and_works_take_few_queries(visitor: FlaskClient, record: Record):
    addresses = [f"/en/entries/{entry.pid}" for entry in record.values() if entry.status is Status.PUBLISHED]
    addresses += [f"/api/v1/entries/{record['release'].pid}"]
    db.session.commit()

    for address in addresses:
        with counting.statements() as seen:
            assert visitor.get(address).status_code == 200
        assert len(seen) <= 17, (address, len(seen))


def test_a_withdrawn_release_is_named_nowhere(app: Flask, client: FlaskClient):
    made = make_record()
    entries.move(made["release"], Status.WITHDRAWN, None, "Twice in the catalogue")
    db.session.commit()

    assert "Nachtconcerten" not in client.get(f"/en/entries/{made['tune'].pid}").get_data(as_text=True)
    assert client.get(f"/api/v1/entries/{made['tune'].pid}").json["releases"] == []
    assert client.get(f"/en/entries/{made['release'].pid}").status_code == 410


@pytest.mark.parametrize(
    "words",
    [
        "Maasdisc",
        "label:Maasdisc",
        "MD 1203",
        "Potpourri",
        "Joop Terwindt",
        "J. Terwindt",
        "Hogendoorn",
        "langspeelplaat",
        "LP swing",
    ],
)
def test_a_release_is_found_by_its_label_number_tracks_players_and_format(
    visitor: FlaskClient, record: Record, words: str
):
    specimens.in_index()

    found = visitor.get("/api/v1/search", query_string={"q": words, "kind": "release"}).json["items"]

    assert [item["pid"] for item in found] == [record["release"].pid]


def test_a_work_is_found_by_its_title(visitor: FlaskClient, record: Record):
    specimens.in_index()

    found = visitor.get("/api/v1/search?q=compositie&kind=work").json["items"]

    assert [item["pid"] for item in found] == [record["work"].pid]
