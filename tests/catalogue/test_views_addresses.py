"""Lasting addresses, robots.txt, the site map, the bare host."""

from datetime import date
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.db import db
from catalogue import entries
from catalogue.entries import Status
from catalogue.views import addresses
from tests.catalogue import specimens

SPACE = {"s": addresses.MAP_NAMESPACE}


@pytest.mark.parametrize(
    ("accept", "leads_to"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "/en/entries/{pid}"),
        ("*/*", "/en/entries/{pid}"),
        ("application/json", "/api/v1/entries/{pid}"),
        ("application/ld+json", "/api/v1/entries/{pid}"),
        ("text/html;q=0.1, application/json", "/api/v1/entries/{pid}"),
        ("image/png", "/en/entries/{pid}"),
    ],
)
def test_a_lasting_address_leads_people_to_the_page_and_machines_to_the_data(
    shared_site: Flask, accept: str, leads_to: str
):
    entry = specimens.recording()
    db.session.commit()

    headers = {"Accept": accept, "Accept-Language": "en"}
    response = shared_site.test_client().get(f"/id/{entry.pid}", headers=headers)

    assert (response.status_code, response.location) == (303, leads_to.format(pid=entry.pid))
    assert {"Accept", "Accept-Language"} <= set(response.vary)
    assert 'rel="cite-as"' in ", ".join(response.headers.getlist("Link"))


def test_a_lasting_address_with_hyphens_or_capitals_leads_to_the_plain_one(client: FlaskClient, app: Flask):
    entry = specimens.recording()
    db.session.commit()
    typed = f"{entry.pid[:5]}-{entry.pid[5:]}".upper()

    response = client.get(f"/id/{typed}")

    assert (response.status_code, response.location) == (301, f"/id/{entry.pid}")


def test_a_withdrawn_entry_is_gone_and_keeps_its_title(client: FlaskClient, app: Flask):
    entry = specimens.recording("Blauw uur")
    entries.move(entry, Status.WITHDRAWN, None, "The heirs asked for it.")
    db.session.commit()

    page = client.get(f"/id/{entry.pid}")
    data = client.get(f"/id/{entry.pid}", headers={"Accept": "application/json"})

    assert (page.status_code, data.status_code) == (410, 410)
    assert "Blauw uur" in page.get_data(as_text=True)
    assert data.mimetype == "application/problem+json"


def test_the_bare_host_leads_home_in_the_language_of_the_browser(client: FlaskClient, app: Flask):
    assert client.get("/", headers={"Accept-Language": "en"}).location == "/en/"
    assert client.get("/", headers={"Accept-Language": "fr"}).location == "/nl/"


def test_robots_are_asked_to_leave_filtered_results_alone(client: FlaskClient, app: Flask):
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()

    assert {"Disallow: /*/search?*person=", "Disallow: /*/search?*from="} <= set(lines)
    assert "Sitemap: http://localhost/sitemap.xml" in lines
    assert "Disallow: /*/search/values/" in lines
    assert "Disallow: /*/search?*q=" not in lines


def test_the_site_map_lists_public_entries_in_both_languages_with_their_last_change(
    client: FlaskClient, app: Flask
):
    entry = specimens.recording()
    draft, waiting = specimens.recording("Concept"), specimens.recording("Later")
    draft.status, waiting.embargo_until = Status.DRAFT, date(2999, 1, 1)
    db.session.commit()

    root = ElementTree.fromstring(client.get("/sitemap.xml").data)  # noqa: S314 - our own answer

    assert [place.text for place in root.findall("s:url/s:loc", SPACE)] == [
        "http://localhost/nl/places",
        "http://localhost/en/places",
        f"http://localhost/nl/entries/{entry.pid}",
        f"http://localhost/en/entries/{entry.pid}",
    ]
    assert root.findtext("s:url/s:lastmod", namespaces=SPACE) == entry.public_at.isoformat(timespec="seconds")


def test_a_large_site_map_comes_in_parts(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(addresses, "MAP_SIZE", 2)
    pids = [specimens.recording(f"Stuk {number}").pid for number in range(3)]
    db.session.commit()

    index = ElementTree.fromstring(client.get("/sitemap.xml").data)  # noqa: S314
    parts = [place.text.removeprefix("http://localhost") for place in index.findall("s:sitemap/s:loc", SPACE)]
    listed = "".join(client.get(part).get_data(as_text=True) for part in parts)

    assert parts == ["/sitemap-1.xml", "/sitemap-2.xml"]
    assert all(f"/nl/entries/{pid}" in listed for pid in pids)
    assert client.get("/sitemap-3.xml").status_code == 404
