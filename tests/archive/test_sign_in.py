"""Signing in: who may, for how long, and what a stolen or planted cookie is worth."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from archive import accounts, clock, sign_in
from archive.accounts import Account, Role
from archive.audit import AuditEntry
from archive.db import db
from archive.sign_in import SignInSession
from archive.transactions import transaction
from archive.views import sign_in as views
from tests.archive.conftest import PASSWORD

FORM = "/en/sign-in"
DESK = "/en/desk"


def token(visitor: FlaskClient) -> str:
    return visitor.get("/en/").get_data(as_text=True)


def post(visitor: FlaskClient, path: str = FORM, **fields: str) -> TestResponse:
    return visitor.post(path, data={"csrf_token": token(visitor), **fields})


def enter(
    visitor: FlaskClient, email: str = "anna@example.org", password: str = PASSWORD, after: str = ""
) -> TestResponse:
    return post(visitor, email=email, password=password, after=after)


def is_in(visitor: FlaskClient) -> bool:
    return visitor.get(DESK).status_code == 200


def sessions() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SignInSession)) or 0


def move_back(**columns: timedelta) -> None:
    with transaction():
        for name, by in columns.items():
            db.session.execute(update(SignInSession).values({name: clock.now() - by}))


def test_staff_who_sign_in_come_to_the_desk(visitor: FlaskClient, cataloguer: Account) -> None:
    answer = enter(visitor)

    assert (answer.status_code, answer.location) == (303, DESK)
    assert is_in(visitor)


def test_others_come_to_the_home_page(visitor: FlaskClient, house: Flask) -> None:
    with transaction():
        accounts.add("bob@example.org", "Bob", Role.BUYER, PASSWORD, clock.now())

    assert enter(visitor, "bob@example.org").location == "/en/"


def test_the_address_is_read_in_any_case(visitor: FlaskClient, cataloguer: Account) -> None:
    assert enter(visitor, " Anna@Example.ORG ").status_code == 303


def test_one_comes_back_to_the_page_one_wanted(visitor: FlaskClient, cataloguer: Account) -> None:
    wanted = visitor.get(f"{DESK}?status=draft").location
    assert wanted == "/en/sign-in?after=/en/desk?status%3Ddraft"
    page = visitor.get(wanted).get_data(as_text=True)
    after = re.search(r'name="after"[^>]* value="([^"]*)"', page)
    assert after is not None

    assert enter(visitor, after=after[1]).location == "/en/desk?status=draft"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.com/",
        "//example.com/",
        "/\\example.com",
        "\\/example.com",
        "/\t/example.com",
        "javascript:alert(1)",
        " /x",
        "/x\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(visitor: FlaskClient, cataloguer: Account, elsewhere: str) -> None:
    assert enter(visitor, after=elsewhere).location == DESK


@pytest.mark.parametrize(
    ("email", "password"), [("anna@example.org", "wrong"), ("nobody@example.org", PASSWORD)]
)
def test_wrong_and_unknown_get_the_same_answer(
    visitor: FlaskClient, cataloguer: Account, email: str, password: str
) -> None:
    answer = enter(visitor, email, password)

    assert answer.status_code == 422
    assert "do not belong together" in answer.get_data(as_text=True)
    assert sessions() == 0


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org", "closed@example.org"])
def test_known_unknown_and_closed_accounts_cost_one_hash_each(
    cataloguer: Account, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = accounts.add("closed@example.org", "", Role.ADMIN, PASSWORD, clock.now())
    closed.disabled_at = clock.now()
    db.session.flush()
    hashed: list[str] = []
    verify = accounts._fits
    monkeypatch.setattr(accounts, "_fits", lambda stored, word: hashed.append(stored) or verify(stored, word))

    accounts.authenticate(email, "not the password")

    assert len(hashed) == 1


def test_a_closed_account_cannot_be_entered_nor_used_on(visitor: FlaskClient, cataloguer: Account) -> None:
    enter(visitor)
    cataloguer.disabled_at = clock.now()
    db.session.commit()

    assert not is_in(visitor)
    assert enter(visitor).status_code == 422


def test_missing_fields_are_named(visitor: FlaskClient, house: Flask) -> None:
    answer = post(visitor, email="", password="")

    assert answer.status_code == 422
    assert "Fill in your e-mail address." in answer.get_data(as_text=True)


def test_a_copied_cookie_is_dead_after_signing_out(
    visitor: FlaskClient, cataloguer: Account, house: Flask
) -> None:
    enter(visitor)
    cookie = visitor.get_cookie("sid")
    assert cookie is not None
    thief = house.test_client()
    thief.set_cookie("sid", cookie.value)
    assert is_in(thief)

    assert post(visitor, "/en/sign-out").status_code == 303

    assert not is_in(thief)
    assert not is_in(visitor)
    assert sessions() == 0


def test_a_session_planted_beforehand_is_not_the_one_that_gets_in(
    visitor: FlaskClient, cataloguer: Account, house: Flask
) -> None:
    enter(visitor)
    planted = visitor.get_cookie("sid")
    assert planted is not None
    victim = house.test_client()
    victim.set_cookie("sid", planted.value)

    enter(victim)

    fresh = victim.get_cookie("sid")
    assert fresh is not None
    assert fresh.value != planted.value
    assert not is_in(visitor)


def test_the_form_token_of_before_is_worth_nothing_after(visitor: FlaskClient, cataloguer: Account) -> None:
    before = token(visitor)
    enter(visitor)

    assert visitor.post("/en/sign-out", data={"csrf_token": before}).status_code == 400


def test_the_database_does_not_hold_what_the_cookie_holds(visitor: FlaskClient, cataloguer: Account) -> None:
    enter(visitor)
    cookie = visitor.get_cookie("sid")
    assert cookie is not None

    assert cookie.value != db.session.scalars(select(SignInSession.key_hash)).one()
    assert len(cookie.value) >= 43  # 256 bits


def test_the_cookie_is_for_this_site_and_its_server_only(visitor: FlaskClient, cataloguer: Account) -> None:
    cookies = [value for value in enter(visitor).headers.getlist("Set-Cookie") if value.startswith("sid=")]

    assert len(cookies) == 1
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Lax" in cookies[0]
    assert "Domain" not in cookies[0]


def test_over_tls_the_cookie_is_bound_to_the_host(house: Flask, cataloguer: Account) -> None:
    visitor = house.test_client()
    base = "https://localhost"
    body = {
        "email": "anna@example.org",
        "password": PASSWORD,
        "csrf_token": visitor.get("/en/", base_url=base).text,
    }
    answer = visitor.post(FORM, data=body, base_url=base, headers={"Referer": f"{base}{FORM}"})

    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("__Host-sid="))
    assert "Secure" in cookie
    assert "Path=/" in cookie


def test_a_session_ends_half_an_hour_after_its_last_use(visitor: FlaskClient, cataloguer: Account) -> None:
    enter(visitor)
    move_back(seen_at=timedelta(minutes=29))
    assert is_in(visitor)  # and counts as seen again
    move_back(seen_at=timedelta(minutes=31))

    assert not is_in(visitor)


def test_using_a_session_keeps_it_alive(visitor: FlaskClient, cataloguer: Account) -> None:
    enter(visitor)
    move_back(seen_at=timedelta(minutes=20))
    is_in(visitor)

    db.session.rollback()
    seen = db.session.scalars(select(SignInSession.seen_at)).one()
    assert clock.now() - seen < timedelta(minutes=1)


def test_a_session_ends_after_twelve_hours_however_busy(visitor: FlaskClient, cataloguer: Account) -> None:
    enter(visitor)
    move_back(created_at=timedelta(hours=12, minutes=1))

    assert not is_in(visitor)


def test_sessions_that_ran_out_are_removed(visitor: FlaskClient, cataloguer: Account) -> None:
    enter(visitor)
    move_back(seen_at=timedelta(minutes=31))
    with transaction():
        sign_in.remove_ended(clock.now())

    assert sessions() == 0


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.CATALOGUER, 403), (Role.LICENSING, 200), (Role.ADMIN, 200), (Role.RESEARCHER, 403)],
)
def test_a_page_for_one_role_is_closed_to_the_others(house: Flask, role: Role, status: int) -> None:
    house.add_url_rule("/money", "money", sign_in.staff_only(Role.LICENSING)(lambda: "open"))
    with transaction():
        accounts.add("eve@example.org", "Eve", role, PASSWORD, clock.now())
    visitor = house.test_client()
    enter(visitor, "eve@example.org")

    assert visitor.get("/money").status_code == status


def test_without_a_form_token_nothing_is_accepted(visitor: FlaskClient, cataloguer: Account) -> None:
    answer = visitor.post(FORM, data={"email": "anna@example.org", "password": PASSWORD})

    assert answer.status_code == 400
    assert sessions() == 0


def test_another_visitors_form_token_is_not_accepted(
    visitor: FlaskClient, house: Flask, cataloguer: Account
) -> None:
    foreign = token(house.test_client())
    token(visitor)

    answer = visitor.post(
        FORM, data={"email": "anna@example.org", "password": PASSWORD, "csrf_token": foreign}
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://["},
        {"Origin": "nonsense"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_post_from_another_site_is_refused(
    visitor: FlaskClient, cataloguer: Account, headers: dict[str, str]
) -> None:
    body = {"email": "anna@example.org", "password": PASSWORD, "csrf_token": token(visitor)}

    assert visitor.post(FORM, data=body, headers=headers).status_code == 403
    assert sessions() == 0


def test_a_post_from_our_own_page_is_accepted(visitor: FlaskClient, cataloguer: Account) -> None:
    body = {"email": "anna@example.org", "password": PASSWORD, "csrf_token": token(visitor)}
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}

    assert visitor.post(FORM, data=body, headers=headers).status_code == 303


@pytest.fixture
def few_attempts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(views, "ATTEMPTS_PER_ACCOUNT", 3)
    monkeypatch.setattr(views, "ATTEMPTS_PER_ADDRESS", 5)
    return


def attempt(
    house: Flask, address: str, email: str = "anna@example.org", agent: str = "x", word: str = "no"
) -> int:
    visitor = house.test_client()
    body = {"email": email, "password": word, "csrf_token": token(visitor)}
    headers = {"User-Agent": agent, "X-Forwarded-For": agent}
    return visitor.post(FORM, data=body, headers=headers, environ_base={"REMOTE_ADDR": address}).status_code


@pytest.mark.usefixtures("few_attempts")
def test_guessing_at_one_account_is_stopped_wherever_it_comes_from(house: Flask, cataloguer: Account) -> None:
    answers = [
        attempt(house, f"192.0.2.{number}", word=PASSWORD if number == 3 else "no") for number in range(4)
    ]

    assert answers == [422, 422, 422, 429]


@pytest.mark.usefixtures("few_attempts")
def test_guessing_from_one_address_is_stopped_whatever_it_guesses_at(house: Flask) -> None:
    answers = [
        attempt(house, "192.0.2.1", f"a{number}@example.org", agent=str(number)) for number in range(6)
    ]

    assert answers == [422, 422, 422, 422, 422, 429]


@pytest.mark.usefixtures("few_attempts")
def test_one_subscriber_of_ipv6_is_one_address(house: Flask) -> None:
    answers = [attempt(house, f"2001:db8::{number:x}", f"a{number}@example.org") for number in range(6)]

    assert answers[-1] == 429


@pytest.mark.usefixtures("few_attempts")
def test_those_who_know_their_password_are_not_stopped(house: Flask, cataloguer: Account) -> None:
    assert {attempt(house, "192.0.2.1", word=PASSWORD) for _ in range(8)} == {303}


@pytest.mark.usefixtures("few_attempts")
def test_a_right_password_does_not_wipe_out_wrong_guesses(house: Flask, cataloguer: Account) -> None:
    guesses = ["no", "no", PASSWORD, "no", "no"]

    assert [attempt(house, "192.0.2.1", word=word) for word in guesses] == [422, 422, 303, 422, 429]


@pytest.mark.usefixtures("few_attempts")
def test_who_is_stopped_learns_for_how_long(house: Flask, visitor: FlaskClient) -> None:
    for _ in range(3):
        enter(visitor, password="no")
    answer = enter(visitor, password="no")

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 300


def test_signing_in_is_written_into_the_audit_log(visitor: FlaskClient, cataloguer: Account) -> None:
    enter(visitor)

    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.account_id) == ("account.signed_in", cataloguer.id)


@pytest.mark.parametrize("cookie", ["", "ä", "\ud800", "a" * 5000, '"\\377"', "x; sid=y", "%00"])
def test_an_odd_cookie_is_nobody(visitor: FlaskClient, house: Flask, cookie: str) -> None:
    answer = visitor.get(
        DESK, headers={"Cookie": f"sid={cookie}".encode("utf-8", "surrogatepass").decode("latin-1")}
    )

    assert answer.status_code == 303


@pytest.mark.parametrize("field", ["email", "password", "after"])
@pytest.mark.parametrize("value", ["ä", "\0", "a" * 100_000, "😀", "\ufffe", "' OR 1=1 --", "{{7*7}}"])
def test_odd_input_is_refused_with_a_form_not_an_error(
    visitor: FlaskClient, cataloguer: Account, field: str, value: str
) -> None:
    fields = {"email": "anna@example.org", "password": "wrong", "after": "", field: value}

    assert post(visitor, **fields).status_code == 422
