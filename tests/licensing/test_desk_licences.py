"""The register of licences at the desk: each in its tab, found by its words, held and ended with a reason."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive import clock
from archive.accounts import Role
from archive.db import db
from licensing import licence_register, licences
from licensing.licence_register import Tab
from licensing.licences import Licence, LicenceStatus
from tests import counting
from tests.catalogue import staff
from tests.licensing import sales
from tests.licensing.sales import line_for

REGISTER = "/en/desk/licences"
TODAY = clock.now().date()


@pytest.fixture
def licence(app: Flask) -> Licence:
    return sold("Blauw uur")


def sold(title: str, ends_on: date | None = None) -> Licence:
    """Sell a licence that began a year ago."""
    order = sales.paid([line_for(sales.entry_for_sale(title, f"NR-{title}"))])
    (found,) = licences.of_order(order.id)
    found.starts_on, found.ends_on = TODAY - timedelta(days=365), ends_on
    db.session.commit()
    return found


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client, Role.LICENSING)


def in_tab(tab: Tab, words: str = "") -> list[Licence]:
    return [row.licence for row in licence_register.read(tab, words, TODAY).rows]


def decide(browser: FlaskClient, licence: Licence, do: str, why: str, seen: str = "") -> TestResponse:
    number, seen = licence.number, seen or licence.status.value
    db.session.rollback()
    token = staff.token_in(browser.get(f"{REGISTER}/{number}").get_data(as_text=True))
    form = {"csrf_token": token, "do": do, "why": why, "seen": seen}
    answer = browser.post(f"{REGISTER}/{number}/decide", data=form)
    db.session.rollback()
    return answer


@pytest.mark.parametrize(
    ("days", "tabs"),
    [
        (None, {Tab.VALID}),
        (0, {Tab.VALID, Tab.EXPIRING}),
        (60, {Tab.VALID, Tab.EXPIRING}),
        (61, {Tab.VALID}),
        (-1, {Tab.EXPIRED}),
    ],
)
def test_the_last_day_says_in_which_tab_a_licence_is(app: Flask, days: int | None, tabs: set[Tab]) -> None:
    found = sold("Blauw uur", None if days is None else TODAY + timedelta(days=days))

    assert {tab for tab in Tab if found in in_tab(tab)} == tabs | {Tab.ALL}
    assert {tab for tab, number in licence_register.counts(TODAY).items() if number} == tabs | {Tab.ALL}


def test_a_licence_is_held_put_in_force_again_and_revoked(marit: FlaskClient, licence: Licence) -> None:
    for do, status, tab in (
        ("suspend", LicenceStatus.SUSPENDED, Tab.SUSPENDED),
        ("resume", LicenceStatus.ACTIVE, Tab.VALID),
        ("revoke", LicenceStatus.REVOKED, Tab.REVOKED),
    ):
        assert decide(marit, licence, do, f"reden {do}").status_code == 303
        assert licence.status is status
        assert in_tab(tab) == [licence]

    page = marit.get(f"{REGISTER}/{licence.number}").get_data(as_text=True)
    for words in ("reden suspend", "reden resume", "reden revoke", "Marit", "Studio Lek"):
        assert words in page
    assert 'name="do"' not in page


@pytest.mark.parametrize(("do", "why"), [("revoke", "  "), ("revoke", "x" * 2001), ("nonsense", "nu")])
def test_what_cannot_be_decided_changes_nothing(
    marit: FlaskClient, licence: Licence, do: str, why: str
) -> None:
    assert decide(marit, licence, do, why).status_code == 422
    assert licence.status is LicenceStatus.ACTIVE


def test_the_second_of_two_sees_that_the_first_has_held_it(marit: FlaskClient, licence: Licence) -> None:
    licences.suspend(licence, "betwist", clock.now(), None)
    db.session.commit()

    answer = decide(marit, licence, "revoke", "inbreuk", seen="active")

    assert answer.status_code == 409
    assert "inbreuk" in answer.get_data(as_text=True)
    assert licence.status is LicenceStatus.SUSPENDED


@pytest.mark.parametrize("role", [Role.CATALOGUER, Role.RESEARCHER])
def test_the_register_is_for_those_who_work_on_licences(
    app: Flask, client: FlaskClient, licence: Licence, role: Role
) -> None:
    number = licence.number
    staff.sign_in(client, role)

    assert client.get(REGISTER).status_code == 403
    assert client.get(f"{REGISTER}/{number}").status_code == 403
    assert client.get("/en/desk/licences/L2026-99999").status_code == 403


def test_a_licence_is_found_by_number_code_title_and_buyer(marit: FlaskClient, licence: Licence) -> None:
    for words in (licence.number, licence.code.lower(), "blauw", "lek studio"):
        assert in_tab(Tab.ALL, words) == [licence]
    assert in_tab(Tab.ALL, "rood") == []
    for query in ("tab=x", "after=x", "before=²", "q=%25"):
        assert marit.get(f"{REGISTER}?{query}").status_code == 200
    assert marit.get(f"{REGISTER}/L2026-99999").status_code == 404


def test_pages_are_turned_and_ask_the_database_no_more_for_more(
    marit: FlaskClient, licence: Licence, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.session.rollback()
    marit.get(REGISTER)
    with counting.statements() as few:
        marit.get(REGISTER)
    for number in range(4):
        sold(f"Stuk {number}")
    db.session.rollback()
    with counting.statements() as many:
        marit.get(REGISTER)
    assert len(many) == len(few)

    monkeypatch.setattr(licence_register, "PAGE", 2)
    first = licence_register.read(Tab.ALL, "", TODAY)
    second = licence_register.read(Tab.ALL, "", TODAY, after=first.after)
    third = licence_register.read(Tab.ALL, "", TODAY, after=second.after)
    assert [len(page.rows) for page in (first, second, third)] == [2, 2, 1]
    assert (first.before, third.after) == ("", "")
    again = licence_register.read(Tab.ALL, "", TODAY, before=second.before)
    assert [row.licence.id for row in again.rows] == [row.licence.id for row in first.rows]
