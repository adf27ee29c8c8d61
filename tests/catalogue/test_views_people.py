"""The page of one person and the page of two, as people and machines meet them; and nothing of what is hidden."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive import clock
from archive.db import db
from catalogue import agents, entries
from catalogue.agents import Agent, AgentKind, NameKind
from catalogue.credits import Role
from catalogue.entries import Entry, Status
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import LineUp
from catalogue.search import fallback_companions, index
from tests import counting
from tests.catalogue import specimens
from tests.catalogue.plain_index import PlainIndex
from tests.catalogue.test_views_site import text_of


@pytest.fixture
def joop(app: Flask) -> Agent:
    """A trumpeter with two nights, a loose take, a guest, and things that are not public."""
    trumpet = specimens.instrument("trumpet", "trompet", "trumpet")
    bugle = specimens.instrument("flugelhorn", "bugel", "flugelhorn")
    bass = specimens.instrument("double_bass", "contrabas", "double bass")
    joop, edgar, lies = (
        specimens.person(name) for name in ("Joop Terwindt", "Edgar Wijngaarde", "Lies Hogendoorn")
    )
    joop.born_edtf, joop.died_edtf = "1926-05-01", "1988"
    joop.bio_nl = "Begon in de havens.\n\nBleef daar."
    agents.add_name(joop, "Joe Terwind", NameKind.STAGE)
    here = specimens.venue("Zaal Katendrecht", "Rotterdam")
    line_up = [specimens.plays(joop, trumpet, leader=True), specimens.plays(edgar, bass)]
    first = specimens.session("Nachtconcert", *line_up, date="14 maart 1958", place_id=here.id)
    specimens.recording("Blauw uur", specimens.did(lies, Role.COMPOSER), at=first)
    specimens.recording(
        "Te gast", specimens.plays(joop, bugle), specimens.plays(lies, bass), at=first, lineup=LineUp.OWN
    )
    specimens.session(
        "Oudejaarsnacht", specimens.plays(joop, bugle), specimens.plays(edgar, bass), date="31 december 1961"
    )
    specimens.recording(
        "Losse opname", specimens.plays(joop, trumpet), specimens.plays(edgar, bass), date="1955"
    )
    specimens.picture("Op het dak", specimens.did(joop, Role.DEPICTED), specimens.did(edgar, Role.DEPICTED))
    hidden_ones(joop, trumpet)
    return joop


def hidden_ones(joop: Agent, trumpet: object) -> None:
    """A withdrawn night, and one under embargo, with people who are on nothing else."""
    ghost = specimens.person("Bep Verborgen")
    shadow = specimens.person("Sjaak Schaduw")
    gone = specimens.session(
        "Ingetrokken nacht", specimens.plays(joop, trumpet), specimens.plays(ghost, trumpet)
    )
    entries.move(gone, Status.WITHDRAWN, None, "op verzoek")
    specimens.session(
        "Latere nacht",
        specimens.plays(joop, trumpet),
        specimens.plays(shadow, trumpet),
        embargo_until=date(2999, 1, 1),
    )


@pytest.fixture(params=["index", "database"])
def engine(request: pytest.FixtureRequest, app: Flask, joop: Agent) -> PlainIndex:
    """Every page must say the same with an index and without one."""
    return put_in(app, is_damaged=request.param == "database")


def put_in(app: Flask, *, is_damaged: bool = False) -> PlainIndex:
    """Let the site ask an index that is plainly right, or that cannot be used."""
    db.session.commit()
    app.extensions["search_index"].close()
    plain = PlainIndex()
    plain.is_damaged = is_damaged
    app.extensions["search_index"] = plain
    return plain


def pid_of(name: str) -> str:
    return specimens.person(name).pid


def test_a_page_tells_who_it_is_what_they_play_and_when(client: FlaskClient, joop: Agent, engine: PlainIndex):
    page = text_of(client.get(f"/en/people/{joop.pid}"))

    assert "joop terwindt" in page
    assert "Trumpet, flugelhorn, born 1 May 1926, died 1988. 6 pieces in the register, 1955–1961." in page
    assert "Joe Terwind (on stage)" in page
    assert (
        "Recordings 3 with Joop Terwindt Pictures 1 with Joop Terwindt Sessions 2 with Joop Terwindt" in page
    )
    assert "Begon in de havens. Bleef daar." in page
    assert "trumpet 3 pieces flugelhorn 2 pieces" in page


def test_company_is_listed_with_times_and_years(client: FlaskClient, joop: Agent, engine: PlainIndex):
    response = client.get(f"/en/people/{joop.pid}")
    page = text_of(response).replace("double bass ", "")  # what they play only the index knows at no cost

    assert "Edgar Wijngaarde 3 1955–1961 Lies Hogendoorn 1 1958" in page
    assert f'href="/en/people/{joop.pid}/with/{pid_of("Edgar Wijngaarde")}"' in response.get_data(
        as_text=True
    )


def test_two_people_have_a_page_with_every_time_in_order(
    client: FlaskClient, joop: Agent, engine: PlainIndex
):
    page = text_of(client.get(f"/en/people/{joop.pid}/with/{pid_of('Edgar Wijngaarde')}"))

    assert "joop terwindt and edgar wijngaarde 3 times together in the register, 1955–1961." in page
    assert page.index("14 March 1958") < page.index("Oudejaarsnacht")
    assert "14 March 1958 Nachtconcert Concert, Zaal Katendrecht, Rotterdam, 1 recording" in page
    assert "Joop Terwindt trumpet Edgar Wijngaarde double bass" in page
    assert page.index("Recordings without a session 1 1955 Losse opname") > page.index("31 December 1961")


def test_a_guest_on_one_take_was_there_that_night(client: FlaskClient, joop: Agent, engine: PlainIndex):
    page = text_of(client.get(f"/nl/people/{pid_of('Lies Hogendoorn')}/with/{joop.pid}"))

    assert "Nachtconcert" in page
    assert "Lies Hogendoorn contrabas Joop Terwindt" in page


@pytest.mark.parametrize("address", ["/nl/people/{}", "/api/v1/people/{}/companions"])
@pytest.mark.parametrize("name", ["Bep Verborgen", "Sjaak Schaduw"])
def test_who_is_on_nothing_public_is_not_found(
    client: FlaskClient, engine: PlainIndex, name: str, address: str
):
    assert client.get(address.format(pid_of(name))).status_code == 404


def test_nothing_hidden_counts_or_shows(client: FlaskClient, joop: Agent, engine: PlainIndex):
    edgar = pid_of("Edgar Wijngaarde")
    addresses = [
        f"/nl/people/{joop.pid}",
        f"/nl/people/{joop.pid}?name=bep",
        f"/nl/people/{joop.pid}/with/{edgar}",
    ]
    addresses += [f"/api/v1/people/{joop.pid}/companions", f"/api/v1/people/{joop.pid}/with/{edgar}"]

    for address in addresses:
        body = client.get(address).get_data(as_text=True)
        assert not {word for word in ("Verborgen", "Schaduw", "Ingetrokken", "Latere nacht") if word in body}

    together = client.get(f"/nl/people/{joop.pid}/with/{pid_of('Bep Verborgen')}")
    assert together.status_code == 404


def test_a_hidden_session_lends_its_line_up_but_not_its_name(app: Flask, client: FlaskClient):
    trumpet = specimens.instrument("trumpet", "trompet", "trumpet")
    ann, bob = specimens.person("Ann Ander"), specimens.person("Bob Bekend")
    night = specimens.session("Besloten nacht", specimens.plays(ann, trumpet), specimens.plays(bob, trumpet))
    specimens.recording("Wel te horen", at=night)
    specimens.recording("Ook te horen", at=night)
    entries.move(night, Status.WITHDRAWN, None, "besloten")
    put_in(app)

    body = client.get(f"/en/people/{ann.pid}/with/{bob.pid}").get_data(as_text=True)

    assert "Besloten" not in body
    assert "Wel te horen" in body
    assert client.get(f"/api/v1/people/{ann.pid}/with/{bob.pid}").json["total"] == 1


@pytest.mark.parametrize("other", ["nr0000000000000", "x", "SELF"])
def test_a_pair_that_is_none_is_not_found(client: FlaskClient, joop: Agent, engine: PlainIndex, other: str):
    response = client.get(f"/api/v1/people/{joop.pid}/with/{joop.pid if other == 'SELF' else other}")

    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"


def test_people_are_found_within_the_company_by_any_of_their_names(
    client: FlaskClient, joop: Agent, engine: PlainIndex
):
    agents.add_name(specimens.person("Edgar Wijngaarde"), "Eddy Vine")
    db.session.commit()

    names = [
        [
            one["name"]
            for one in client.get(f"/api/v1/people/{joop.pid}/companions?name={typed}").json["companions"]
        ]
        for typed in ("vin", "wijng", "hogend", "terwindt")
    ]

    assert names == [["Edgar Wijngaarde"], ["Edgar Wijngaarde"], ["Lies Hogendoorn"], []]
    assert "Nobody here is called “zzz”" in text_of(client.get(f"/en/people/{joop.pid}?name=zzz"))


def test_the_data_of_a_pair_says_what_the_page_says(client: FlaskClient, joop: Agent, engine: PlainIndex):
    edgar = pid_of("Edgar Wijngaarde")
    answer = client.get(f"/api/v1/people/{joop.pid}/with/{edgar}")

    assert (answer.json["total"], answer.json["first_year"], answer.json["last_year"]) == (3, 1955, 1961)
    assert [one["title"] for one in answer.json["sessions"]] == ["Nachtconcert", "Oudejaarsnacht"]
    assert answer.json["sessions"][1]["played"] == {joop.pid: ["flugelhorn"], edgar: ["double_bass"]}
    assert [one["title"] for one in answer.json["recordings"]] == ["Losse opname"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert (
        client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    )


def test_a_label_has_a_page_too(app: Flask, client: FlaskClient, joop: Agent):
    label = agents.add(AgentKind.ORGANISATION, "Nachtplaten")
    night = db.session.query(RecordingSession).order_by(RecordingSession.entry_id).first()
    assert night
    night.label_id = label.id
    put_in(app)

    page = text_of(client.get(f"/en/people/{label.pid}"))

    assert "Organisation. 3 pieces in the register, 1958." in page
    assert "Nobody else is named" in page


def test_without_an_index_the_page_says_so_and_asks_for_a_new_one(
    app: Flask, client: FlaskClient, joop: Agent
):
    put_in(app, is_damaged=True)

    assert "counted another way" in text_of(client.get(f"/en/people/{joop.pid}"))
    db.session.rollback()
    assert db.session.execute(db.text("SELECT count(*) FROM job WHERE name = 'search.rebuild'")).scalar() == 1


def test_a_long_company_is_cut_and_can_be_seen_whole(app: Flask, client: FlaskClient):
    bass = specimens.instrument("double_bass", "contrabas", "double bass")
    band = [specimens.plays(specimens.person(f"Speler {number:03}"), bass) for number in range(61)]
    specimens.session("Groot orkest", *band, date="1950")
    put_in(app)
    address = f"/en/people/{pid_of('Speler 000')}"

    first, whole = client.get(address), client.get(f"{address}?all=1")

    assert first.get_data(as_text=True).count("/with/") == 50
    assert "Show all 60" in text_of(first)
    assert whole.get_data(as_text=True).count("/with/") == 60
    assert whole.headers["X-Robots-Tag"] == "noindex, follow"
    assert "X-Robots-Tag" not in first.headers


def test_one_address_counts_for_two_people(client: FlaskClient, joop: Agent, engine: PlainIndex):
    edgar = pid_of("Edgar Wijngaarde")
    first, second = sorted((joop.pid, edgar))
    canonical = f'<link rel="canonical" href="http://localhost/en/people/{first}/with/{second}">'

    for one, other in ((first, second), (second, first)):
        assert canonical in client.get(f"/en/people/{one}/with/{other}").get_data(as_text=True)
    assert client.get(f"/en/people/{first.upper()}").headers["Location"] == f"/en/people/{first}"


def test_a_line_up_leads_to_the_people_in_it(client: FlaskClient, joop: Agent, engine: PlainIndex):
    entry = db.session.scalar(db.select(Entry).where(Entry.title == "Nachtconcert"))
    assert entry

    assert f'<a href="/en/people/{joop.pid}">' in client.get(f"/en/entries/{entry.pid}").get_data(
        as_text=True
    )


def test_the_database_lists_the_same_company_as_the_index(app: Flask, joop: Agent):
    put_in(app)
    today = clock.now().date()

    for person in db.session.scalars(db.select(Agent)):
        assert fallback_companions.companions(person.id, today) == index.current().companions(
            person.pid, today
        )


def test_the_pages_ask_the_database_few_questions(app: Flask, client: FlaskClient, joop: Agent):
    put_in(app)
    edgar = pid_of("Edgar Wijngaarde")
    for address, most in ((f"/nl/people/{joop.pid}", 10), (f"/nl/people/{joop.pid}/with/{edgar}", 8)):
        client.get(address)
        with counting.statements() as asked:
            client.get(address)
        assert len(asked) <= most, asked
