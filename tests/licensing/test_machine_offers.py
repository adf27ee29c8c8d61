"""Offers for machines: an entry's JSON and its schema.org say the terms, where to get a licence, and its price."""

import json
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from archive.db import db
from catalogue.entries import Entry, EntryKind
from licensing import machine_offers, rates
from licensing.claims import Basis, Layer
from tests.licensing.test_offers import claim, published, ticket


@pytest.fixture(autouse=True)
def card(app: Flask) -> None:
    g.lang = "en"
    rates.activate(rates.load(rates.CARD_OF_2026))


@pytest.fixture
def picture() -> Entry:
    entry = published(EntryKind.IMAGE, "Backstage <1958>")
    claim(entry, Layer.PHOTOGRAPH, Basis.REPRESENTED, "the heirs of Anton Visser")
    entry.rights_uri, entry.credit_line = "http://rightsstatements.org/vocab/InC/1.0/", "Photo: Anton Visser"
    db.session.commit()
    return entry


def block(app: Flask, entry: Entry) -> Any:
    """The schema.org block on the entry's page, as a search engine reads it."""
    html = ticket(app, entry)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_the_page_carries_what_search_engines_ask_of_a_licensable_picture(app: Flask, picture: Entry) -> None:
    said = block(app, picture)

    assert (said["@type"], said["name"]) == ("ImageObject", "Backstage <1958>")
    assert said["license"] == "http://rightsstatements.org/vocab/InC/1.0/"
    assert said["acquireLicensePage"] == f"http://localhost/en/entries/{picture.pid}#licence"
    assert said["creditText"] == "Photo: Anton Visser"
    assert said["copyrightNotice"] == "© the heirs of Anton Visser"


def test_maker_and_picture_of_the_page_are_in_it(app: Flask, picture: Entry) -> None:
    with app.test_request_context("/en/"):
        app.preprocess_request()
        said = machine_offers.markup(picture.pid, "Anton Visser", f"/pictures/{picture.pid}/preview")

    assert said["creator"]["name"] == "Anton Visser"
    assert said["contentUrl"] == f"http://localhost/pictures/{picture.pid}/preview"


def test_each_package_is_an_offer_with_the_price_of_the_page(app: Flask, picture: Entry) -> None:
    html, said = ticket(app, picture), block(app, picture)

    prices = {offer["name"]: (offer["price"], offer["priceCurrency"]) for offer in said["offers"]}
    assert prices["Picture on a website"] == ("23.23", "EUR")
    for offer in said["offers"]:
        assert offer["@type"] == "Offer"
        assert offer["priceSpecification"]["valueAddedTaxIncluded"] is True
        assert f"€{offer['price']}" in html
        assert re.search(rf"/en/entries/{picture.pid}\?package=\w+#licence$", offer["url"])


def test_the_interface_says_the_same_as_the_page(app: Flask, client: FlaskClient, picture: Entry) -> None:
    page = block(app, picture)

    said = client.get(f"/api/v1/entries/{picture.pid}?lang=en").get_json()["licensing"]

    for name in ("license", "acquireLicensePage", "creditText", "copyrightNotice"):
        assert said[name] == page[name]
    totals = [f"{offer['total_minor'] / 100:.2f}" for offer in said["offers"]]
    assert totals == [offer["price"] for offer in page["offers"]]
    assert all(offer["net_minor"] + offer["vat_minor"] == offer["total_minor"] for offer in said["offers"])


def test_what_is_out_of_commerce_has_no_offer_and_no_page_to_get_a_licence(app: Flask) -> None:
    entry = published()
    claim(entry, Layer.MASTER, Basis.OUT_OF_COMMERCE, notified_on=date(2025, 1, 15))
    db.session.commit()

    said = block(app, entry)

    assert "offers" not in said
    assert "acquireLicensePage" not in said


def test_a_holder_that_nobody_knows_is_not_named(app: Flask) -> None:
    entry = published()
    claim(entry, Layer.MASTER, Basis.UNKNOWN)
    db.session.commit()

    assert "copyrightNotice" not in block(app, entry)
