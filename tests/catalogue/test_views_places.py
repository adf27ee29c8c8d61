"""The list of places: what is in it, in what order, how it is limited to a letter, and nothing of what is hidden."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.pages import places as places_page
from tests import counting
from tests.catalogue import specimens
from tests.catalogue.plain_index import PlainIndex
from tests.catalogue.test_views_people import put_in
from tests.catalogue.test_views_site import text_of

TODAY = date(2026, 11, 22)


@pytest.fixture(params=["index", "database"])
def site(request: pytest.FixtureRequest, app: Flask) -> PlainIndex:
    """Two halls of one town with two nights and a night; the list must say the same with an index and without."""
    katendrecht, theatre = (specimens.venue(name, "Rotterdam") for name in ("Zaal Katendrecht", "'t Venster"))
    hidden = specimens.venue("Kelder", "Utrecht")
    for place in (katendrecht, katendrecht, theatre):
        specimens.session("Nachtconcert", place_id=place.id)
    specimens.session("Latere nacht", place_id=hidden.id, embargo_until=date(2999, 1, 1))
    return put_in(app, is_damaged=request.param == "database")


def test_places_stand_by_first_letter_with_how_much_was_made_there(
    client: FlaskClient, site: PlainIndex
) -> None:
    said = text_of(client.get("/en/places"))

    assert "3 places" in said
    for row in ("Rotterdam Town 3", "'t Venster Rotterdam 1", "Zaal Katendrecht Rotterdam 2"):
        assert row in said.replace("’", "'")
    assert said.index("Rotterdam Town") < said.index("Venster") < said.index("Zaal")


def test_a_letter_shows_its_places_alone_and_is_not_indexed(client: FlaskClient, site: PlainIndex) -> None:
    answer = client.get("/en/places?letter=T")

    assert "Venster" in text_of(answer)
    assert "Zaal Katendrecht" not in text_of(answer)
    assert answer.headers["X-Robots-Tag"] == "noindex, follow"
    assert "Zaal Katendrecht" in text_of(client.get("/en/places?letter=Q"))


def test_what_is_hidden_names_no_place(client: FlaskClient, site: PlainIndex) -> None:
    assert "Utrecht" not in text_of(client.get("/en/places"))


def test_a_place_leads_to_what_was_made_there(client: FlaskClient, site: PlainIndex) -> None:
    with client.application.test_request_context("/en/places"):
        page = places_page.make("Z", 1, TODAY)

    assert "Nachtconcert" in text_of(client.get(page.groups[0][1][0].url))


def test_the_list_goes_on_for_pages_and_costs_the_same(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        specimens.session("Nacht", place_id=specimens.venue(f"Zaal {number}", f"Stad {number}").id)
    put_in(app)
    with counting.statements() as few:
        client.get("/en/places?letter=Z")
    monkeypatch.setattr(places_page, "PAGE_SIZE", 4)
    with counting.statements() as whole:
        first = client.get("/en/places")

    assert text_of(first).count("Stad") >= 4
    assert "Zaal 4" not in text_of(first)
    assert "Zaal 4" in text_of(client.get("/en/places?page=99"))
    assert len(whole) == len(few)


def test_the_list_is_in_the_foot_of_the_pages_and_in_the_site_map(
    client: FlaskClient, site: PlainIndex
) -> None:
    assert 'href="/nl/places"' in client.get("/nl/").text
    assert "/nl/places</loc>" in client.get("/sitemap.xml").text


def test_without_places_it_says_so(client: FlaskClient) -> None:
    assert "No places yet" in text_of(client.get("/en/places"))
