"""Signing in by a link in a mail: once, for a while, on any device, and telling nobody who has an account."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from archive import accounts, clock, job_runner, sign_in, sign_in_links
from archive.accounts import Account, Role
from archive.db import db
from archive.jobs import Job
from archive.sign_in import SignInSession
from archive.sign_in_links import SignInLink
from archive.transactions import transaction
from archive.views import sign_in_by_mail as views
from tests.archive.conftest import PASSWORD
from tests.archive.test_mail import outbox

FORM = "/en/sign-in/mail"


def post(visitor: FlaskClient, path: str = FORM, **fields: str) -> TestResponse:
    token = visitor.get("/en/").get_data(as_text=True)
    return visitor.post(path, data={"csrf_token": token, **fields})


def ask(visitor: FlaskClient, email: str = "coba@example.org", **fields: str) -> str:
    """Ask for a link; return the path in the mail, or nothing when none came."""
    before = len(outbox())
    answer = post(visitor, email=email, **fields)
    assert (answer.status_code, answer.location) == (303, "/en/sign-in/mail/sent")
    job_runner.run_due()
    sent = outbox()[before:]
    if not sent:
        return ""
    body = sent[-1].get_body(("plain",))
    assert body
    found = re.search(r"http://localhost(/\S+)", body.get_content())
    assert found
    return found[1]


def roles() -> list[str]:
    db.session.rollback()
    return [account.role.value for account in db.session.scalars(select(Account))]


def sessions() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SignInSession)) or 0


def test_a_link_signs_in_on_the_device_that_opens_it(house: Flask, visitor: FlaskClient) -> None:
    link = ask(visitor)
    phone = house.test_client()

    shown = phone.get(link)
    entered = post(phone, link)

    assert shown.status_code == 200
    assert (entered.status_code, entered.location) == (303, "/en/account")
    assert (sessions(), roles()) == (1, ["researcher"])


def test_looking_at_a_link_does_not_use_it_up(visitor: FlaskClient) -> None:
    link = ask(visitor)

    for _ in range(3):
        assert visitor.get(link).status_code == 200
    assert sessions() == 0

    assert post(visitor, link).status_code == 303


def test_a_link_works_once(house: Flask, visitor: FlaskClient) -> None:
    link = ask(visitor)
    post(visitor, link)

    second = post(house.test_client(), link)

    assert second.status_code == 410
    assert "Ask for a new one" in second.get_data(as_text=True)
    assert sessions() == 1
    assert visitor.get(link).status_code == 410


def test_a_link_ends_after_half_an_hour(visitor: FlaskClient) -> None:
    link = ask(visitor)
    with transaction():
        db.session.execute(update(SignInLink).values(expires_at=clock.now() - timedelta(seconds=1)))

    assert post(visitor, link).status_code == 410
    assert roles() == []


def test_the_key_is_kept_nowhere(visitor: FlaskClient) -> None:
    key = ask(visitor).rsplit("/", 1)[1]

    kept = json.dumps([job.payload for job in db.session.scalars(select(Job))])
    link = db.session.scalars(select(SignInLink)).one()

    assert key not in kept
    assert key not in (link.seed, link.key_hash)


def test_a_mail_that_is_posted_twice_is_one_mail(house: Flask, visitor: FlaskClient) -> None:
    ask(visitor)
    job = db.session.scalars(select(Job)).one()
    payload = job.payload | {"job_id": job.id}
    db.session.rollback()
    (first,) = outbox()

    sign_in_links.post(payload)

    (second,) = outbox()
    assert second["Message-ID"] == first["Message-ID"]
    assert [part.get_content() for part in second.iter_parts()] == [
        part.get_content() for part in first.iter_parts()
    ]


def test_known_and_unknown_addresses_get_the_same_answer(house: Flask, visitor: FlaskClient) -> None:
    with transaction():
        accounts.ensure_researcher("known@example.org", clock.now())
        closed = accounts.ensure_researcher("closed@example.org", clock.now())
        closed.disabled_at = clock.now()
        accounts.add("staff@example.org", "Anna", Role.CATALOGUER, PASSWORD, clock.now())
    names = ("known", "unknown", "closed", "staff")

    answers = [post(visitor, email=f"{name}@example.org") for name in names]

    assert len({(answer.status_code, answer.location, answer.get_data()) for answer in answers}) == 1


def test_staff_get_no_link_but_a_reminder_of_their_password(house: Flask, visitor: FlaskClient) -> None:
    with transaction():
        accounts.add("staff@example.org", "Anna", Role.CATALOGUER, PASSWORD, clock.now())

    assert ask(visitor, "staff@example.org") == "/en/sign-in"


def test_a_link_of_before_somebody_joined_the_staff_opens_nothing(house: Flask, visitor: FlaskClient) -> None:
    link = ask(visitor, "anna@example.org")
    with transaction():
        accounts.add("anna@example.org", "Anna", Role.ADMIN, PASSWORD, clock.now())

    assert post(visitor, link).status_code == 410
    assert sessions() == 0


def test_a_closed_account_gets_no_mail(visitor: FlaskClient, house: Flask) -> None:
    with transaction():
        accounts.ensure_researcher("closed@example.org", clock.now()).disabled_at = clock.now()

    assert ask(visitor, "closed@example.org") == ""


@pytest.mark.parametrize(
    "email", ["", "no address", "a@b", "x" * 300 + "@example.org", "a@example.org\r\nBcc: b@c.nl"]
)
def test_what_is_no_address_comes_back_with_what_was_typed(visitor: FlaskClient, email: str) -> None:
    answer = post(visitor, email=email)

    assert answer.status_code == 422
    assert outbox() == []


def test_one_comes_back_to_the_page_one_wanted_but_nowhere_else(house: Flask, visitor: FlaskClient) -> None:
    for wanted, reached in {
        "/en/searches/new?q=x": "/en/searches/new?q=x",
        "//evil.example": "/en/account",
        "https://evil.example/": "/en/account",
    }.items():
        assert post(visitor, ask(visitor, after=wanted)).location == reached


def test_a_mailbox_is_not_flooded(visitor: FlaskClient) -> None:
    for _ in range(views.LINKS_FOR_MAILBOX):
        ask(visitor)

    answer = post(visitor, email="Coba@example.org")

    assert answer.status_code == 429
    assert len(outbox()) == views.LINKS_FOR_MAILBOX


def test_one_machine_cannot_write_to_everybody(visitor: FlaskClient) -> None:
    answers = [
        post(visitor, email=f"p{number}@example.org").status_code
        for number in range(views.LINKS_FOR_ADDRESS + 1)
    ]

    assert answers[-1] == 429
    assert set(answers[:-1]) == {303}


def test_researchers_stay_signed_in_for_weeks_and_staff_do_not(house: Flask, visitor: FlaskClient) -> None:
    with transaction():
        accounts.add("staff@example.org", "Anna", Role.CATALOGUER, PASSWORD, clock.now())
    post(visitor, ask(visitor))
    post(house.test_client(), "/en/sign-in", email="staff@example.org", password=PASSWORD)
    with transaction():
        db.session.execute(update(SignInSession).values(seen_at=clock.now() - timedelta(days=1)))

    with transaction():
        sign_in.remove_ended(clock.now())

    assert sessions() == 1


def test_old_links_and_their_addresses_are_forgotten(visitor: FlaskClient) -> None:
    ask(visitor)

    with transaction():
        sign_in_links.remove_old(
            clock.now() + sign_in_links.LASTS + sign_in_links.KEPT + timedelta(seconds=1)
        )

    assert db.session.scalar(select(func.count()).select_from(SignInLink)) == 0


def test_an_erased_account_leaves_no_address(house: Flask, data_dir: Path) -> None:
    account = accounts.ensure_researcher("coba@example.org", clock.now())

    accounts.erase(account, clock.now())

    assert "coba" not in account.email + account.name
    assert accounts.find("coba@example.org") is None
