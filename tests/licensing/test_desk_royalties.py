"""The pages of royalties at the desk: who may see them, what they show and refuse, how often they ask the database."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive import clock, job_runner
from archive.accounts import Role
from archive.db import db
from licensing import payouts, royalty_approval, royalty_statements
from licensing.parties import Party
from licensing.payout_terms import PayoutTerms
from licensing.royalty_statements import StatementStatus
from tests import counting
from tests.catalogue import staff
from tests.licensing import royalties
from tests.licensing.royalties import AFTER, IBAN, agree, close, holder, owed, played_by, sell, statement_of

DESK = "/en/desk/royalties"


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client, Role.LICENSING)


@pytest.fixture
def wim(app: Flask) -> Party:
    """A party with a recording that was licensed in the last quarter of 2026."""
    party = holder()
    agree(party)
    sell(played_by(party), 20000)
    db.session.commit()
    return party


@pytest.fixture
def january(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER)


def post(client: FlaskClient, page: str, action: str, **form: str) -> tuple[int, str]:
    """Send a form of a page; return the status and the page that is shown then."""
    token = staff.token_in(client.get(page).get_data(as_text=True))
    db.session.rollback()
    answer = client.post(action, data={"csrf_token": token, **form}, follow_redirects=True)
    db.session.rollback()
    return answer.status_code, answer.get_data(as_text=True)


def work() -> None:
    job_runner.run_due()
    db.session.rollback()


PAGES = ("", "/period?period=2026-Q4", "/reserve", "/parties/1", "/statements/R1", "/licences/L1")


@pytest.mark.parametrize("role", [Role.CATALOGUER, Role.BUYER])
def test_only_those_who_license_see_royalties(app: Flask, client: FlaskClient, role: Role) -> None:
    staff.sign_in(client, role)

    assert {client.get(DESK + page).status_code for page in PAGES} == {403}


def test_a_period_is_looked_at_closed_approved_and_paid(january: None, wim: Party, desk: FlaskClient) -> None:
    period = f"{DESK}/period?period=2026-Q4"
    assert "€80.00" in desk.get(period).get_data(as_text=True)

    post(desk, period, f"{DESK}/close", period="2026-Q4")
    work()
    number = statement_of(wim).number
    post(desk, period, f"{DESK}/periods/{statement_of(wim).period_id}/approve")
    page = f"{DESK}/statements/{number}"
    status, shown = post(
        desk, page, f"{page}/payouts", amount="80,00", paid_on="2027-01-04", bank_reference="TRX-1"
    )

    assert status == 200
    assert "TRX-1" in shown
    assert (owed(wim), statement_of(wim).status) == (0, StatementStatus.PAID_OUT)


def test_a_payment_that_is_refused_keeps_what_was_typed(january: None, wim: Party, desk: FlaskClient) -> None:
    royalty_approval.approve_all(close().id, AFTER, None)
    db.session.commit()
    page = f"{DESK}/statements/{statement_of(wim).number}"

    status, shown = post(
        desk, page, f"{page}/payouts", amount="80.01", paid_on="2027-01-04", bank_reference="TRX & 1"
    )

    assert status == 409
    assert 'value="80.01"' in shown
    assert 'value="TRX &amp; 1"' in shown
    assert owed(wim) == 8000


def test_no_input_breaks_the_form_of_a_payment(january: None, wim: Party, desk: FlaskClient) -> None:
    royalty_approval.approve_all(close().id, AFTER, None)
    db.session.commit()
    page = f"{DESK}/statements/{statement_of(wim).number}"
    amounts = [(amount, "2027-01-04") for amount in ("", "much", "-1", "1e9", "80,0001", "9" * 60)]
    days = [("80", day) for day in ("", "31-12-2026", "2027-13-01", "2027-01-03", "2027-01-05")]

    for amount, paid_on in amounts + days:
        form = {"amount": amount, "paid_on": paid_on, "bank_reference": "x"}
        assert post(desk, page, f"{page}/payouts", **form)[0] in (409, 422), form

    assert owed(wim) == 8000


def test_what_is_no_period_is_asked_again(desk: FlaskClient) -> None:
    for said in ("", "2026-Q9", "x" * 500, "2026-02-30/2026-03-01"):
        answer = desk.get(f"{DESK}/period", query_string={"period": said})

        assert answer.status_code == 422
        assert "Write a period as" in answer.get_data(as_text=True)


def test_a_period_that_is_not_over_is_not_closed(january: None, desk: FlaskClient) -> None:
    status, shown = post(desk, f"{DESK}/period?period=2027-Q1", f"{DESK}/close", period="2027-Q1")

    assert status == 409
    assert "not over yet" in shown


def test_the_list_for_the_bank_is_for_staff_and_written_down(
    january: None, wim: Party, desk: FlaskClient
) -> None:
    period = close()
    royalty_approval.approve_all(period.id, AFTER, None)
    db.session.commit()

    status, shown = post(desk, f"{DESK}/period?period=2026-Q4", f"{DESK}/periods/{period.id}/bank.csv")

    assert status == 200
    assert IBAN in shown


def test_an_account_number_is_shown_masked(wim: Party, desk: FlaskClient) -> None:
    page = desk.get(f"{DESK}/parties/{wim.id}").get_data(as_text=True)

    assert IBAN not in page
    assert "NL•• •••• 4300" in page


TERMS = {
    "valid_from": "2027-01-04",
    "commission": "12,5",
    "minimum": "50,00",
    "fees": "shared",
    "method": "bank",
    "iban": "NL91 ABNA 0417 1643 00",
    "account_holder": "W. Bakboord",
    "lang": "en",
    "self_billing": "1",
}


def test_terms_are_agreed_on_the_page_of_a_party(january: None, wim: Party, desk: FlaskClient) -> None:
    page = f"{DESK}/parties/{wim.id}"

    status, _shown = post(desk, page, f"{page}/terms", **TERMS)

    newest = db.session.query(PayoutTerms).order_by(PayoutTerms.id.desc()).first()
    assert newest is not None
    assert (status, newest.commission_bp, newest.minimum_minor, newest.iban) == (200, 1250, 5000, IBAN)
    assert newest.self_billing


WRONG_TERMS = (
    ("commission", "101"),
    ("commission", "-1"),
    ("commission", "NaN"),
    ("commission", "1,234"),
    ("commission", "Infinity"),
    ("minimum", "lots"),
    ("iban", "NL92 ABNA 0417 1643 00"),
    ("iban", ""),
    ("method", "cash"),
    ("method", "none"),
    ("fees", "nobody"),
    ("valid_from", "2027-01-03"),
    ("valid_from", "soon"),
)


def test_terms_that_cannot_be_are_said_on_the_page(january: None, wim: Party, desk: FlaskClient) -> None:
    page = f"{DESK}/parties/{wim.id}"

    for name, said in WRONG_TERMS:
        status, shown = post(desk, page, f"{page}/terms", **(TERMS | {name: said}))
        assert (status, "This was not done" in shown) == (422, True), (name, said)

    assert db.session.query(PayoutTerms).count() == 1


def test_a_reserve_is_released_at_the_desk(desk: FlaskClient) -> None:
    entry = played_by(None)
    sell(entry, 20000)
    wim = holder("Wim Bakboord")
    db.session.commit()
    form = {
        "kept": f"{entry.pid} performance",
        "party": "Wim  Bakboord",
        "share": "50",
        "why": "contract, file 12",
    }

    status, shown = post(desk, f"{DESK}/reserve", f"{DESK}/reserve", **form)

    assert status == 200
    assert owed(wim) == 3500
    assert "€35.00" in shown


WRONG_RELEASES = (
    ("kept", "x y"),
    ("kept", ""),
    ("party", "Nobody"),
    ("party", "9" * 30),
    ("share", "0"),
    ("share", "x"),
    ("why", ""),
)


def test_a_release_that_cannot_be_is_said_on_the_page(desk: FlaskClient) -> None:
    entry = played_by(None)
    sell(entry, 20000)
    wim = holder("Wim Bakboord")
    db.session.commit()
    form = {"kept": f"{entry.pid} performance", "party": "Wim Bakboord", "share": "50", "why": "contract"}

    for name, said in WRONG_RELEASES:
        status, shown = post(desk, f"{DESK}/reserve", f"{DESK}/reserve", **(form | {name: said}))
        assert (status, "This was not done" in shown) == (422, True), (name, said)

    assert owed(wim) == 0


def test_money_is_taken_back_once_however_often_the_form_is_sent(wim: Party, desk: FlaskClient) -> None:
    number = db.session.query(royalties.licences.Licence).one().number
    page = f"{DESK}/licences/{number}"
    key = re.search(r'name="form_key" value="([^"]+)"', desk.get(page).get_data(as_text=True))
    assert key

    for _ in range(2):
        status, _shown = post(
            desk, page, f"{page}/take-back", amount="50,00", why="refund 12", form_key=key[1]
        )
        assert status == 200

    assert owed(wim) == 6000


def test_what_cannot_be_taken_back_is_said_on_the_page(wim: Party, desk: FlaskClient) -> None:
    number = db.session.query(royalties.licences.Licence).one().number
    page = f"{DESK}/licences/{number}"

    for amount, why in (("200,01", "refund"), ("x", "refund"), ("0", "refund"), ("1", " ")):
        form = {"amount": amount, "why": why, "form_key": "k"}
        assert post(desk, page, f"{page}/take-back", **form)[0] == 422, form

    assert owed(wim) == 8000


def test_what_is_not_there_is_not_found(desk: FlaskClient) -> None:
    for page in ("/parties/999", "/statements/R0", "/statements/R0.pdf", "/licences/L0"):
        assert desk.get(DESK + page).status_code == 404


def asked(client: FlaskClient, page: str) -> int:
    client.get(page)  # what is asked once, by whoever comes first
    with counting.statements() as seen:
        assert client.get(page).status_code == 200
    return len(seen)


def parties(count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        party = holder(f"Houder {number}")
        agree(party)
        sell(played_by(party, f"Stuk {number}"), 20000)
        sell(played_by(None, f"Wees {number}"), 10000)
    db.session.commit()


@pytest.mark.parametrize("page", ["", "/reserve", "/period?period=2026-Q4"])
def test_a_page_asks_as_often_with_many_parties_as_with_few(
    january: None, desk: FlaskClient, page: str
) -> None:
    parties(2)
    few = asked(desk, DESK + page)

    parties(10, first=2)

    assert asked(desk, DESK + page) == few


def test_a_closed_period_asks_in_a_fixed_number_of_queries(
    january: None, app: Flask, desk: FlaskClient
) -> None:
    parties(12)
    royalty_approval.approve_all(close().id, AFTER, None)
    db.session.commit()
    for statement in royalty_statements.in_period(1)[:3]:
        payouts.record(statement.number, statement.closing, AFTER.date(), statement.number, AFTER, None)
    db.session.commit()

    assert asked(desk, f"{DESK}/period?period=2026-Q4") <= 12
    assert asked(desk, DESK) <= 12


def test_a_statement_of_many_lines_asks_as_often_as_one_of_few(
    january: None, wim: Party, desk: FlaskClient
) -> None:
    other = holder("Met veel")
    agree(other)
    for number in range(15):
        sell(played_by(other, f"Stuk {number}"), 5000)
    close()
    db.session.commit()
    few, many = (f"{DESK}/statements/{statement_of(party).number}" for party in (wim, other))

    assert asked(desk, many) == asked(desk, few)
