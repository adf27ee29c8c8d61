"""The public pages as people meet them: home, results, entries; in two languages and with few queries."""

import html
import re
from datetime import date
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive import accounts, clock
from archive.accounts import Role as StaffRole
from archive.db import db
from catalogue import agents, entries, relations
from catalogue.credits import Certainty, Role
from catalogue.entries import Entry, Reuse, Status
from catalogue.relations import RelationKind
from tests import counting
from tests.catalogue import specimens

PASSWORD = "een heel lang wachtwoord"


def text_of(response: TestResponse) -> str:
    """The words of a page, without its marks."""
    body = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", response.get_data(as_text=True))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture(scope="module")
def visitor(shared_site: Flask) -> FlaskClient:
    """Somebody looking at a small archive."""
    make_archive()
    return shared_site.test_client()


@pytest.fixture(scope="module")
def pid(visitor: FlaskClient) -> str:
    """The entry that everything is known of."""
    found: str = visitor.get("/api/v1/search?q=NR-0412").json["items"][0]["pid"]
    return found


@pytest.fixture
def blue_hour(app: Flask) -> Entry:
    """The same entry in an archive of its own, to be changed."""
    return make_archive()


def make_archive() -> Entry:
    """Make a take with everything that a page can show."""
    trumpet, drums = (
        specimens.instrument("trumpet", "trompet", "trumpet"),
        specimens.instrument("drums", "drums", "drums"),
    )
    joop, edgar = specimens.person("Joop Terwindt"), specimens.person("Edgar Wijngaarde")
    agents.add_name(edgar, "Eddy Wijngaard")
    fonds = specimens.collection("Zaal Katendrecht")
    night = specimens.session(
        "Nachtconcert",
        specimens.plays(joop, trumpet, leader=True),
        specimens.plays(edgar, trumpet, credited_as="E. Wijngaert", certainty=Certainty.PROBABLE),
        specimens.plays(None, drums),
        date="14 maart 1958",
        leader_text="Kwintet Joop Terwindt",
        place_id=specimens.venue("Zaal Katendrecht", "Rotterdam").id,
        parent_id=fonds.id,
    )
    entry = specimens.recording(
        "Blauw uur",
        specimens.did(specimens.person("Lies Hogendoorn"), Role.COMPOSER),
        at=night,
        duration_ms=402_000,
        shelfmark="NR-0412",
        parent_id=fonds.id,
        description_nl="Het kwintet speelt na middernacht.\n\nJe hoort <stoelen> schuiven.",
        price_from_minor=1800,
    )
    entry.reuse = Reuse.DIRECT
    specimens.recording("Poging drie", at=night, price_from_minor=1850)
    specimens.photo(
        specimens.picture("Terwindt in de kleedkamer", specimens.did(joop, Role.DEPICTED), at=night)
    )
    specimens.sound(entry)
    specimens.chapter(entry, 68_000, "Solo trompet", "Joop Terwindt")
    specimens.in_index()
    return entry


def test_the_home_page_counts_what_there_is_and_shows_what_is_new(visitor: FlaskClient, pid: str):
    page = text_of(visitor.get("/en/"))

    assert "2 recordings and 1 pictures of 1 concerts" in page
    assert "Blauw uur Kwintet Joop Terwindt Rotterdam, 14 March 1958 Ready to license from €18" in page
    assert "’50 4 pieces" in page or "’55 4 pieces" in page
    assert "Zaal Katendrecht" in page


def test_an_empty_archive_has_a_home_page_too(client: FlaskClient, app: Flask):
    assert client.get("/nl/").status_code == 200


def test_results_show_cards_filters_and_what_is_chosen(visitor: FlaskClient, pid: str):
    response = visitor.get("/en/search?q=terwindt&kind=recording&from=1955&to=1960")
    page = text_of(response)

    assert "2 results for terwindt" in page
    assert "from €18.50" in page
    assert "Recordings remove filter" in page
    assert "1955 to 1960 remove filter" in page
    assert 'value="image"' in response.get_data(as_text=True)


def test_a_name_variant_that_answers_is_named(visitor: FlaskClient, pid: str):
    body = visitor.get("/en/search?q=eddy").get_data(as_text=True)

    assert "Found as <mark>Eddy</mark> Wijngaard" in body


def test_an_empty_answer_offers_the_question_without_filters(visitor: FlaskClient, pid: str):
    page = text_of(visitor.get("/en/search?q=blauw+uur&kind=work"))

    assert "Nothing found" in page
    assert "Kind (1)" in page


def test_a_page_beyond_the_last_is_the_last(visitor: FlaskClient, pid: str):
    assert "Page 1 of 1" in text_of(visitor.get("/en/search?page=300"))


def test_an_entry_page_says_who_where_when_and_what(visitor: FlaskClient, pid: str):
    page = text_of(visitor.get(f"/en/entries/{pid}"))

    assert "blauw uur Kwintet Joop Terwindt" in page
    assert "Concert recording, Zaal Katendrecht, Rotterdam. 14 March 1958." in page
    assert "Trumpet Joop Terwindt leader Edgar Wijngaarde as “E. Wijngaert”, probably" in page
    assert "Drums unknown" in page
    assert "Composition Lies Hogendoorn" in page
    assert "1:08 Solo trompet Joop Terwindt" in page
    assert "fragment, whole recording 6:42" in page
    assert "Only in Dutch" in page
    assert "Je hoort <stoelen> schuiven." in page
    assert "Delivered as WAV 48 kHz/24 bit" in page
    assert "Terwindt, J. (1958, March 14). Blauw uur [Concert recording]. Nachtregister (NR-0412)." in page
    assert "From the same session" in page


def test_an_entry_page_speaks_dutch_where_dutch_is_asked(visitor: FlaskClient, pid: str):
    page = text_of(visitor.get(f"/nl/entries/{pid}"))

    assert "14 maart 1958" in page
    assert "Trompet Joop Terwindt" in page
    assert "Only in Dutch" not in page


def test_pages_of_pictures_sessions_and_collections_show_what_they_hold(visitor: FlaskClient, pid: str):
    def first(kind: str) -> str:
        found: str = visitor.get(f"/api/v1/search?kind={kind}").json["items"][0]["pid"]
        return found

    picture = visitor.get(f"/en/entries/{first('image')}").get_data(as_text=True)
    session, collection = (
        text_of(visitor.get(f"/en/entries/{first(kind)}")) for kind in ("session", "collection")
    )

    assert 'alt="A trumpeter"' in picture
    assert session.index("Recordings") < session.index("Poging drie") < session.index("Pictures")
    assert "Sessions" in collection


def test_the_trail_leads_back_to_the_results_somebody_comes_from(visitor: FlaskClient, pid: str):
    came_from = "http://localhost/en/search?q=blauw&page=2"
    body = visitor.get(f"/en/entries/{pid}", headers={"Referer": came_from}).get_data(as_text=True)
    elsewhere = visitor.get(
        f"/en/entries/{pid}", headers={"Referer": "http://evil.example/en/search?q=x"}
    ).get_data(as_text=True)

    assert '<a href="/en/search?q=blauw&amp;page=2">Back to the results</a>' in body
    assert "evil.example" not in elsewhere


def test_a_withdrawn_entry_says_so_with_its_last_title(client: FlaskClient, blue_hour: Entry):
    entries.move(blue_hour, Status.WITHDRAWN, None, "The heirs asked for it.")
    db.session.commit()

    response = client.get(f"/en/entries/{blue_hour.pid}")

    assert response.status_code == 410
    assert "Blauw uur" in text_of(response)


@pytest.mark.parametrize("pid", ["nr000", "nope", "nrxxxxxxxxxxx", "%00", "..", "é"])
def test_an_unknown_entry_is_not_found(visitor: FlaskClient, pid: str):
    assert visitor.get(f"/en/entries/{quote(pid)}").status_code in (400, 404)


def test_a_pid_as_people_copy_it_leads_to_the_page(visitor: FlaskClient, pid: str):
    response = visitor.get(f"/en/entries/{pid.upper()}")

    assert (response.status_code, response.location) == (301, f"/en/entries/{pid}")


@pytest.mark.parametrize("state", ["draft", "embargo"])
def test_what_is_not_public_yet_is_for_staff_only(client: FlaskClient, blue_hour: Entry, state: str):
    if state == "draft":
        blue_hour.status = Status.REVIEW
    else:
        blue_hour.embargo_until = date(2999, 1, 1)
    accounts.add("staff@example.org", "Anna", StaffRole.CATALOGUER, PASSWORD, clock.now())
    db.session.commit()

    assert client.get(f"/en/entries/{blue_hour.pid}").status_code == 404
    sign_in(client, "staff@example.org")
    seen_by_staff = client.get(f"/en/entries/{blue_hour.pid}")

    assert seen_by_staff.status_code == 200
    assert "Only staff can see this page." in text_of(seen_by_staff)
    assert seen_by_staff.cache_control.no_store


def test_a_buyer_does_not_see_drafts(client: FlaskClient, blue_hour: Entry):
    blue_hour.status = Status.DRAFT
    accounts.add("buyer@example.org", "Bea", StaffRole.BUYER, PASSWORD, clock.now())
    db.session.commit()

    sign_in(client, "buyer@example.org")

    assert client.get(f"/en/entries/{blue_hour.pid}").status_code == 404


def test_pages_take_a_fixed_number_of_queries(client: FlaskClient, blue_hour: Entry):
    night = specimens.session("Tweede nacht", date="1960")
    for number in range(8):
        specimens.recording(f"Stuk {number}", at=night)
    specimens.in_index()
    addresses = ["/en/", "/en/search", "/en/search?q=terwindt&kind=recording", f"/en/entries/{blue_hour.pid}",
                 f"/en/entries/{night.pid}", "/api/v1/search?q=stuk", f"/api/v1/entries/{blue_hour.pid}"]  # fmt: skip

    for address in addresses:
        with counting.statements() as seen:
            assert client.get(address).status_code == 200
        assert len([statement for statement in seen if not statement.startswith("BEGIN")]) <= 17, address


def sign_in(client: FlaskClient, email: str) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    response = client.post("/en/sign-in", data={"email": email, "password": PASSWORD})
    assert response.status_code == 303


def test_only_what_can_be_licensed_counts_under_use(client: FlaskClient, app: Flask):
    night = specimens.session("Tweede nacht", date="1960")
    specimens.recording("Late dienst", at=night)
    specimens.in_index()

    answer = client.get("/api/v1/search").json

    assert {item["kind"]: item["reuse"] for item in answer["items"]} == {
        "session": None,
        "recording": "on_request",
    }
    assert [(value["value"], value["count"]) for value in answer["facets"]["reuse"]] == [("on_request", 1)]


def test_an_entry_names_what_it_is_a_cover_of_and_what_covers_it(client: FlaskClient, blue_hour: Entry):
    other = specimens.recording("Blauw uur, later")
    hidden = specimens.recording("Blauw uur, verborgen")
    entries.move(hidden, Status.WITHDRAWN, None, "een vergissing")
    kind = RelationKind.COVER_OF
    relations.replace(other.id, [(kind, blue_hour.id)])
    relations.replace(hidden.id, [(kind, blue_hour.id)])
    db.session.commit()

    assert ">Blauw uur, later</a>" in client.get(f"/en/entries/{blue_hour.pid}").get_data(as_text=True)
    assert "verborgen" not in client.get(f"/en/entries/{blue_hour.pid}").get_data(as_text=True)
    assert "<dt>Cover of</dt>" in client.get(f"/en/entries/{other.pid}").get_data(as_text=True)
