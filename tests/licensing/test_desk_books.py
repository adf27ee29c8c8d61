"""The books at the desk: what does not fit is seen, put right by a button or a reason, and never by nobody."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from archive import clock
from archive.accounts import Role
from archive.audit import AuditEntry
from archive.db import db
from licensing import anomalies, inbox, ledger, ledger_days
from licensing.ledger import AccountKind
from licensing.money import Money
from tests.catalogue import staff
from tests.licensing import royalties, sales

LINE = {"amount_minor": -250, "fee_minor": 0, "currency": "EUR", "type": "stripe_fee"}


@pytest.fixture
def marit(app: Flask, client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client, Role.LICENSING)


def file(kind: str, reference: str = "txn_1", **detail: object) -> int:
    anomalies.file(kind, reference, clock.now(), **detail)
    db.session.commit()
    return anomalies.open_ones()[-1].id


def press(browser: FlaskClient, number: int, what: str, **form: str) -> TestResponse:
    db.session.rollback()
    token = staff.token_in(browser.get(f"/en/desk/inbox/{number}").get_data(as_text=True))
    answer = browser.post(f"/en/desk/inbox/{number}/{what}", data=form | {"csrf_token": token})
    db.session.rollback()
    return answer


def open_kinds() -> list[str]:
    db.session.rollback()
    return [found.kind for found in anomalies.open_ones()]


@pytest.mark.parametrize("kind", sorted(inbox.KINDS))
def test_every_kind_says_what_it_is_and_what_to_do(marit: FlaskClient, kind: str) -> None:
    number = file(kind, **LINE)

    page = marit.get(f"/en/desk/inbox/{number}").get_data(as_text=True)

    assert inbox.KINDS[kind].title.replace("'", "&#39;") in page
    assert inbox.KINDS[kind].to_do.replace("'", "&#39;") in page
    assert ("/repair" in page) == bool(inbox.KINDS[kind].button)


def test_a_kind_without_words_is_shown_all_the_same(marit: FlaskClient) -> None:
    number = file("something_new", "B2026-00001")

    page = marit.get(f"/en/desk/inbox/{number}").get_data(as_text=True)

    assert "something_new" in page
    assert "B2026-00001" in page


def test_an_empty_inbox_says_so(marit: FlaskClient) -> None:
    assert "Nothing to look at" in marit.get("/en/desk/inbox").get_data(as_text=True)


def test_the_button_does_it_once_and_is_written_down(marit: FlaskClient) -> None:
    number = file("unbooked_line", **LINE)

    assert press(marit, number, "repair").status_code == 303
    token = staff.token_in(marit.get("/en/desk/ledger").get_data(as_text=True))
    again = marit.post(f"/en/desk/inbox/{number}/repair", data={"csrf_token": token})

    assert again.status_code == 303
    assert open_kinds() == []
    assert ledger.balance(AccountKind.FEES_EXPENSE, "EUR", "provider") == Money(250, "EUR")
    done = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "anomaly.done")
    assert db.session.scalar(done) == 1


def test_money_that_came_in_is_not_booked_as_a_fee(marit: FlaskClient) -> None:
    number = file("unbooked_line", **(LINE | {"amount_minor": 900}))

    refused = press(marit, number, "repair")

    assert refused.status_code == 409
    assert "not a fee" in refused.get_data(as_text=True)
    assert open_kinds() == ["unbooked_line"]


def test_nothing_leaves_the_inbox_without_a_reason(marit: FlaskClient) -> None:
    number = file("paid_twice", "pay_1", order="B2026-00001")

    refused = press(marit, number, "done", why="  ")
    assert (refused.status_code, open_kinds()) == (422, ["paid_twice"])
    assert press(marit, number, "done", why="x" * 1001).status_code == 422
    assert press(marit, number, "done", why="Sent back by transfer").status_code == 303

    assert open_kinds() == []
    assert "Sent back by transfer" in marit.get("/en/desk/inbox").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/en/desk/inbox/999", "/en/desk/inbox/x"])
def test_what_is_not_in_the_inbox_is_not_found(marit: FlaskClient, path: str) -> None:
    assert marit.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/en/desk/inbox", "/en/desk/ledger"])
def test_the_books_are_for_staff_of_the_licensing_desk(app: Flask, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 303
    assert staff.sign_in(client, Role.CATALOGUER).get(path).status_code == 403


def test_the_trial_balance_of_a_day_adds_up_and_can_be_proven(marit: FlaskClient) -> None:
    sales.paid([sales.line_for(sales.entry_for_sale())])
    ledger_days.close(sales.NOW + timedelta(days=1))
    db.session.commit()

    page = marit.get("/en/desk/ledger?on=2026-11-22&prove=1").get_data(as_text=True)

    assert "€218.41" in page
    assert "€180.50" in page
    assert re.search(r"All together, EUR.*€218\.41.*€218\.41", page)
    assert "these balances never change" in page
    assert ">Holds<" in page
    assert ">Wrong<" not in page
    assert "€218.41" not in marit.get("/en/desk/ledger?on=2026-11-21").get_data(as_text=True)


def test_each_account_says_whose_it_is_in_words(marit: FlaskClient) -> None:
    wim = royalties.holder()
    royalties.sell(royalties.played_by(wim), 20000)
    royalties.sell(royalties.played_by(None, "Wees"), 10000)
    sales.paid([sales.line_for(sales.entry_for_sale())])
    db.session.commit()

    page = marit.get("/en/desk/ledger").text

    for words in (
        "<td>Licences</td>",
        "<td>Netherlands, 21%</td>",
        "<td>Wim Bakboord</td>",
        "<td>Performers</td>",
    ):
        assert words in page
    assert "licence_fee" not in page
    assert "NL:2100" not in page


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0000-00-00", "2026-11-22x"])
def test_a_day_that_is_none_is_said_beside_the_field(marit: FlaskClient, day: str) -> None:
    answer = marit.get(f"/en/desk/ledger?on={day}")

    assert answer.status_code == 422
    assert "Write the day as" in answer.get_data(as_text=True)
    assert marit.get(f"/api/v1/ledger?on={day}").status_code == 422


def test_programs_of_staff_read_totals_and_accounts(marit: FlaskClient) -> None:
    sales.paid([sales.line_for(sales.entry_for_sale())])
    db.session.commit()

    answer = marit.get("/api/v1/ledger?on=2026-11-22")
    found = answer.get_json()

    assert found["totals"] == {"EUR": 0}
    assert {
        "kind": "revenue",
        "owner": "licence_fee",
        "currency": "EUR",
        "balance_minor": -18050,
    } in found["accounts"]
    assert sum(account["balance_minor"] for account in found["accounts"]) == 0
    assert answer.headers["Cache-Control"] == "no-store"


def test_programs_of_others_read_nothing(app: Flask, client: FlaskClient) -> None:
    assert client.get("/api/v1/ledger").status_code == 403
    assert staff.sign_in(client, Role.CATALOGUER).get("/api/v1/ledger").status_code == 403


def test_every_kind_that_is_filed_has_words() -> None:
    sources = (path.read_text(encoding="utf-8") for path in Path(inbox.__file__).parent.rglob("*.py"))
    filed = {kind for text in sources for kind in re.findall(r'anomalies\.file\(\s*"(\w+)"', text)}

    assert filed > {"transfer_short", "unknown_payment"}
    assert filed - set(inbox.KINDS) == set()
