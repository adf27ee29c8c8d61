"""The public check: what a licence is worth, for people and programs, never whose it is, and not for guessing."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.db import db
from licensing import agreements, licences, orders
from licensing.licences import Licence
from licensing.orders import Order
from licensing.views import licence_checks
from tests.licensing import sales
from tests.licensing.sales import NOW, line_for


@pytest.fixture
def order(app: Flask) -> Order:
    """A paid order of two pieces."""
    found = sales.paid([line_for(sales.entry_for_sale(title, title)) for title in ("Stuk 1", "Stuk 2")])
    db.session.commit()
    return found


@pytest.fixture
def licence(order: Order) -> Licence:
    return licences.of_order(order.id)[0]


def page(client: FlaskClient, code: str) -> str:
    db.session.rollback()
    return client.get(f"/en/licences/{code}").get_data(as_text=True)


def test_it_says_valid_suspended_and_revoked_but_not_why(client: FlaskClient, licence: Licence) -> None:
    code = licence.code
    assert "This licence is valid" in page(client, code)

    licences.suspend(licence, "betwist door Studio Lek", NOW, None)
    db.session.commit()
    assert "This licence is suspended" in page(client, code)

    licences.revoke(licence, "gebruikt in reclame", NOW, None)
    db.session.commit()
    said = page(client, code)
    assert "This licence has been revoked" in said
    for secret in ("gebruikt in reclame", "Studio Lek", "Noor", "Slotscène"):
        assert secret not in said


@pytest.mark.parametrize(
    ("days", "standing"),
    [({"starts_on": date(2099, 1, 1), "ends_on": None}, "not_yet"),
     ({"starts_on": date(2020, 1, 1), "ends_on": date(2020, 12, 31)}, "expired")],
)  # fmt: skip
def test_it_says_not_yet_and_expired(
    client: FlaskClient, licence: Licence, days: dict[str, date | None], standing: str
) -> None:
    for name, day in days.items():
        setattr(licence, name, day)
    code = licence.code
    db.session.commit()

    assert client.get(f"/licences/{code}.json").json["standing"] == standing


def test_it_says_by_which_licence_another_one_was_replaced(client: FlaskClient, order: Order) -> None:
    first, second = licences.of_order(order.id)
    second.supersedes_id = first.id
    licences.supersede(first, f"extended by {second.number}", NOW, None)
    code, number = first.code, second.number
    db.session.commit()

    assert number in page(client, code)
    answer = client.get(f"/licences/{code}.json").json
    assert (answer["standing"], answer["replaced_by"]) == ("replaced", number)


def test_programs_get_json_and_odrl_by_asking_for_them(client: FlaskClient, licence: Licence) -> None:
    code = licence.code
    db.session.rollback()

    as_json = client.get(f"/licences/{code}", headers={"Accept": "application/json"})
    as_odrl = client.get(f"/licences/{code}", headers={"Accept": "application/ld+json"})
    for_people = client.get(f"/licences/{code}", headers={"Accept": "text/html"})

    assert as_json.json["standing"] == "valid"
    assert as_odrl.mimetype == "application/ld+json"
    assert as_odrl.json["@type"] == "Agreement"
    assert as_odrl.json == client.get(f"/licences/{code}.jsonld").json
    assert for_people.status_code == 302


def test_no_answer_to_a_program_tells_whose_the_licence_is(client: FlaskClient, licence: Licence) -> None:
    code = licence.code
    db.session.rollback()

    for address in (f"/licences/{code}.json", f"/licences/{code}.jsonld"):
        said = client.get(address).get_data(as_text=True)
        for secret in ("Studio Lek", "Noor", "Slotsc", "noor@", "18050", "180.5"):
            assert secret not in said


def test_the_licensee_gets_the_whole_terms_by_the_link_of_the_order(
    client: FlaskClient, order: Order
) -> None:
    token = orders.link_token(order)
    db.session.rollback()

    terms = client.get(f"/nl/orders/{token}/agreement.jsonld").json

    assert [policy["assignee"]["dcterms:title"] for policy in terms] == ["Studio Lek"] * 2
    assert client.get(f"/nl/orders/{token}x/agreement.jsonld").status_code == 404


def test_the_code_of_an_agreement_shows_each_of_its_licences(client: FlaskClient, order: Order) -> None:
    agreement = agreements.of_order(order.id)
    assert agreement is not None
    code, numbers = agreement.code, [licence.number for licence in licences.of_order(order.id)]

    said = page(client, code)
    answer = client.get(f"/licences/{code}.json").json

    assert all(number in said for number in numbers)
    assert [one["number"] for one in answer["licences"]] == numbers
    assert "Studio Lek" not in said


@pytest.mark.parametrize("code", ["2222-2222-2222", "x", "a" * 300, "'; --", "7KQM-2XPD-9RTW-2222"])
def test_an_unknown_code_is_not_found(client: FlaskClient, licence: Licence, code: str) -> None:
    db.session.rollback()

    for address in (f"/en/licences/{code}", f"/licences/{code}.json", f"/licences/{code}.jsonld"):
        assert client.get(address).status_code == 404


def test_who_tries_too_many_codes_has_to_wait_even_for_a_right_one(
    client: FlaskClient, licence: Licence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(licence_checks, "CHECKS", 3)
    monkeypatch.setattr(licence_checks, "WINDOW", timedelta(days=3650))
    code = licence.code
    db.session.rollback()

    statuses = [client.get("/en/licences/2222-2222-2222").status_code for _ in range(4)]

    assert statuses == [404, 404, 404, 429]
    assert client.get(f"/licences/{code}.json").status_code == 429


@pytest.mark.parametrize(("lang", "word"), [("en", "Revocation"), ("nl", "Intrekken")])
def test_anybody_can_read_before_they_agree_what_all_licences_say(
    client: FlaskClient, lang: str, word: str
) -> None:
    answer = client.get(f"/{lang}/licences/terms")

    assert answer.status_code == 200
    assert f"<h2>{word}</h2>" in answer.text
    assert "{" not in answer.text.split("<main")[1].split("</main>")[0]
