"""Rate cards at the desk: handed in, read, compared, put in force from a day, and from then on frozen."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive import clock
from archive.accounts import Role
from archive.audit import AuditEntry
from archive.db import db
from licensing import rate_comparison, rate_files, rates
from licensing.rate_comparison import Change
from licensing.rates import CardStatus, RateCard
from licensing.vocabulary import FURTHER
from tests.catalogue import staff

TEXT = rates.CARD_OF_2026.read_text(encoding="utf-8")
NEXT = (
    TEXT.replace('"2026-2"', '"2027-1"')
    .replace("2026-07-01", "2027-01-01")
    .replace('price = "95.00", in', 'price = "99.00", in')
)
TOMORROW = clock.now().date() + timedelta(days=1)


@pytest.fixture
def clerk(app: Flask, client: FlaskClient) -> Iterator[FlaskClient]:
    """A member of staff for licences; the card of 2026 is in force."""
    rates.activate(rates.load(rates.CARD_OF_2026))
    db.session.commit()
    staff.sign_in(client, Role.LICENSING)
    yield client
    db.session.rollback()


def hand_in(clerk: FlaskClient, text: str = NEXT) -> TestResponse:
    file = (io.BytesIO(text.encode()), "card.toml")
    return post(clerk, "/en/desk/rates", file=file)


def post(clerk: FlaskClient, address: str, **form: object) -> TestResponse:
    token = staff.token_in(clerk.get("/en/desk/rates").get_data(as_text=True))
    return clerk.post(address, data={"csrf_token": token, **form})


def card(version: str) -> RateCard:
    db.session.rollback()
    return rates.get(version)


def test_a_file_that_is_handed_in_is_a_draft_by_which_nothing_is_sold(clerk: FlaskClient) -> None:
    answer = hand_in(clerk)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/desk/rates/2027-1")
    page = clerk.get("/en/desk/rates/2027-1").get_data(as_text=True)
    assert "nothing is sold by it yet" in page
    assert card("2027-1").status is CardStatus.DRAFT
    assert (found := rates.active_on(TOMORROW)) is not None
    assert found.version == "2026-2"


def test_a_file_with_mistakes_comes_back_with_each_of_them_and_its_line(clerk: FlaskClient) -> None:
    answer = hand_in(clerk, NEXT.replace('"99.00"', '"much"').replace('world = "2.6"', 'world = "0"'))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    lines = NEXT.splitlines()
    for text, says in (('"99.00"', "much is not an amount"), ('world = "2.6"', "must be positive")):
        number = next(at for at, line in enumerate(lines, 1) if text in line)
        assert f"Line {number}: " in page
        assert says in page
    assert len(rates.all_versions()) == 1


@pytest.mark.parametrize("text", ["", "\0", "a=[", "<b>", "x" * 70_000])
def test_any_other_file_is_refused(clerk: FlaskClient, text: str) -> None:
    assert hand_in(clerk, text).status_code == 422


def test_a_version_in_force_cannot_be_handed_in_again(clerk: FlaskClient) -> None:
    answer = hand_in(clerk, TEXT.replace('price = "95.00", in', 'price = "99.00", in'))

    assert answer.status_code == 409
    assert "2026-2 is frozen" in answer.get_data(as_text=True)


def test_a_draft_is_put_in_force_from_a_day_and_the_card_before_it_ends_the_day_before(
    clerk: FlaskClient,
) -> None:
    hand_in(clerk)

    answer = post(clerk, "/en/desk/rates/2027-1/activate", day=TOMORROW.isoformat())

    assert answer.status_code == 303
    assert (card("2027-1").status, card("2027-1").valid_from) == (CardStatus.ACTIVE, TOMORROW)
    assert card("2026-2").valid_to == clock.now().date()
    who = db.session.scalars(
        select(AuditEntry.account_id).where(AuditEntry.action == "rates.activated")
    ).all()
    assert who[-1] is not None


@pytest.mark.parametrize("day", ["", "soon", "2020-01-01", "2026-02-30"])
def test_a_day_that_is_past_or_none_changes_nothing(clerk: FlaskClient, day: str) -> None:
    hand_in(clerk)

    assert post(clerk, "/en/desk/rates/2027-1/activate", day=day).status_code == 422

    assert card("2027-1").status is CardStatus.DRAFT
    assert card("2026-2").status is CardStatus.ACTIVE


def test_a_card_in_force_is_neither_put_in_force_again_nor_thrown_away(clerk: FlaskClient) -> None:
    for what in ("activate", "discard"):
        assert post(clerk, f"/en/desk/rates/2026-2/{what}", day=TOMORROW.isoformat()).status_code == 409

    assert card("2026-2").status is CardStatus.ACTIVE


def test_a_card_is_retired_after_a_day(clerk: FlaskClient) -> None:
    assert post(clerk, "/en/desk/rates/2026-2/retire", day=TOMORROW.isoformat()).status_code == 303

    assert card("2026-2").valid_to == TOMORROW
    assert rates.active_on(TOMORROW + timedelta(days=1)) is None


def test_a_draft_is_thrown_away(clerk: FlaskClient) -> None:
    hand_in(clerk)

    assert post(clerk, "/en/desk/rates/2027-1/discard").status_code == 303

    assert clerk.get("/en/desk/rates/2027-1").status_code == 404


def test_the_tables_of_a_card_say_what_it_says(clerk: FlaskClient) -> None:
    page = clerk.get("/en/desk/rates/2026-2").get_data(as_text=True)

    assert "Netherlands, 5 years, up to 30 seconds" in page
    assert "€95.00" in page
    assert "Company or brand" in page
    assert "Podcast episode" in page


def test_what_gets_dearer_is_shown_and_what_stays_is_counted(clerk: FlaskClient) -> None:
    hand_in(clerk)

    page = clerk.get("/en/desk/rates/compare?before=2026-2&after=2027-1").get_data(as_text=True)

    assert "Documentary, Europe, 5 years, up to 30 seconds" in page
    assert "€180.50" in page
    assert "€188.10" in page
    assert "Podcast, Europe" not in page


def test_only_staff_for_licences_sees_and_changes_prices(app: Flask, client: FlaskClient) -> None:
    staff.sign_in(client, Role.CATALOGUER)

    token = staff.token_in(client.get("/en/desk").get_data(as_text=True))
    assert client.get("/en/desk/rates").status_code == 403
    answer = client.post("/en/desk/rates/2026-2/retire", data={"csrf_token": token, "day": "2030-01-01"})
    assert answer.status_code == 403


def test_a_version_that_is_not_there_is_not_found(clerk: FlaskClient) -> None:
    assert clerk.get("/en/desk/rates/1999-1").status_code == 404
    assert clerk.get("/en/desk/rates/compare?before=x").status_code == 404


def test_the_first_and_second_card_of_2026_compare_as_expected() -> None:
    old, new = (rate_files.read(file.read_bytes()) for file in rates.CARDS)

    found = rate_comparison.compare(old, new)

    assert {example.change for example in found if example.package} == {Change.NEW}
    plain = [example for example in found if not example.package and not set(example.answers) & set(FURTHER)]
    assert {example.change for example in plain} == {Change.SAME, Change.NEVER}


def test_a_comparison_with_itself_changes_nothing() -> None:
    card_of_2026 = rate_files.read(TEXT)

    found = rate_comparison.compare(card_of_2026, card_of_2026)

    assert {example.change for example in found} == {Change.SAME, Change.NEVER}
