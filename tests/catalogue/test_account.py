"""The account of a researcher: what is kept, as a page and as a file, and erased for good."""

import json

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from archive import accounts, audit, clock
from archive.accounts import Account
from archive.db import db
from archive.jobs import Job
from archive.sign_in import SignInSession
from archive.sign_in_links import SignInLink
from archive.transactions import transaction
from catalogue import corrections, saved_searches
from catalogue.corrections import About, Correction
from catalogue.saved_searches import SavedSearch
from catalogue.search.query import SearchQuery
from catalogue.selections import Selection, SelectionItem
from tests import counting
from tests.catalogue import specimens, visitors
from tests.catalogue.visitors import post, words

ADDRESS = "coba@example.org"


def fill(browser: FlaskClient) -> str:
    """Keep something of each kind; return the pid of the entry."""
    entry = specimens.recording("Blauw uur")
    pid = entry.pid
    corrections.add(
        entry,
        About.REMARK,
        seen="",
        proposed="Louder!",
        source="I was there",
        lang="en",
        name="Coba",
        contact=ADDRESS,
        consent_at=clock.now(),
        created_at=clock.now(),
    )
    db.session.commit()
    visitors.sign_in_by_mail(browser, ADDRESS)
    post(browser, "/en/selections/collect", form_on="/en/account", pid=pid)
    with transaction():
        account = accounts.find(ADDRESS)
        assert account
        saved_searches.save(account, SearchQuery(q="trumpet"), "Trumpets", "en", clock.now())
    return pid


def count(*tables: type) -> list[int]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_the_page_shows_what_is_kept(client: FlaskClient, app: Flask) -> None:
    fill(client)

    with counting.statements() as seen:
        page = words(client.get("/en/account"))

    assert all(text in page for text in (ADDRESS, "Selection 1 piece", "Trumpets", "A mail a week"))
    assert len(seen) <= 8


def test_without_signing_in_there_is_no_account(client: FlaskClient) -> None:
    for page in ("account", "account/data.json", "account/erase", "searches/new?q=x"):
        assert "/en/sign-in/mail" in client.get(f"/en/{page}").location


def test_everything_can_be_taken_along(client: FlaskClient, app: Flask) -> None:
    pid = fill(client)

    answer = client.get("/en/account/data.json")

    said = answer.json
    assert said["account"]["email"] == ADDRESS
    assert said["selections"][0]["items"][0]["pid"] == pid
    assert said["saved_searches"][0]["question"] == "q=trumpet"
    assert said["suggestions"][0]["proposed"] == "Louder!"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_erasing_asks_once_more_and_leaves_nothing(client: FlaskClient, app: Flask) -> None:
    fill(client)
    client.get("/en/account/erase")
    assert count(Selection) == [1]

    answer = post(client, "/en/account/erase", form_on="/en/account/erase")

    assert answer.location == "/en/"
    assert count(Selection, SelectionItem, SavedSearch, SignInSession, SignInLink) == [0] * 5
    assert accounts.find(ADDRESS) is None
    (correction,) = db.session.scalars(select(Correction))
    assert (correction.proposed, correction.name, correction.contact) == ("Louder!", None, None)
    kept = json.dumps([job.payload for job in db.session.scalars(select(Job))])
    kept += json.dumps([account.email + account.name for account in db.session.scalars(select(Account))])
    assert ADDRESS not in kept
    assert audit.first_broken() is None
    assert "/en/sign-in/mail" in client.get("/en/account").location


def test_who_erased_everything_may_begin_anew(client: FlaskClient, app: Flask) -> None:
    fill(client)
    post(client, "/en/account/erase", form_on="/en/account/erase")

    visitors.sign_in_by_mail(client, ADDRESS)

    assert "Nothing kept yet" in words(client.get("/en/account"))


def test_staff_cannot_erase_themselves_here(app: Flask) -> None:
    marit = visitors.staff(app.test_client())

    answer = post(marit, "/en/account/erase", form_on="/en/account/erase")

    assert answer.status_code == 409
    assert accounts.find("marit@example.org") is not None


def test_a_researcher_has_no_business_at_the_desk(client: FlaskClient, app: Flask) -> None:
    visitors.sign_in_by_mail(client)

    assert client.get("/en/desk").status_code == 403
