"""The pages behind the links, and the desk's: what rights holder, buyer and staff see, and what their buttons do."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from archive import clock
from archive.accounts import Role
from archive.db import db
from archive.jobs import Job
from licensing import (
    clearance_links,
    clearance_needs,
    clearances,
    conversation,
    orders,
    quotes,
    reuse_requests,
    rights,
)
from licensing.claims import Basis, ClaimStatus, Layer, Use
from licensing.clearances import Clearance, ClearanceStatus
from licensing.conversation import Voice
from licensing.orders import Order
from licensing.quotes import Quote, QuoteStatus
from licensing.reasons import Verdict
from licensing.reuse_requests import ReuseRequest
from tests.catalogue import staff
from tests.licensing import negotiating
from tests.licensing.negotiating import NO

YES = {"reply": "yes", "name": "Ada Vos", "may_decide": "1"}
ACCEPT = {"name": "Noor Adriaanse", "consent": "1", "terms": "1", "terms_version": orders.TERMS_VERSION}


@pytest.fixture(autouse=True)
def _in_force(app: Flask) -> None:
    negotiating.prices()
    db.session.commit()


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """Somebody of the licensing desk, signed in."""
    return staff.sign_in(client, Role.LICENSING)


def token_of(client: FlaskClient, address: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).get_data(as_text=True))
    assert found
    return {"csrf_token": found[1]}


def post(client: FlaskClient, address: str, page: str, **form: str) -> tuple[int, str]:
    answer = client.post(address, data=form | token_of(client, page))
    db.session.rollback()
    return answer.status_code, answer.get_data(as_text=True)


def asked() -> tuple[Clearance, str]:
    clearance = negotiating.asked(
        negotiating.request(negotiating.piece(negotiating.heirs())), moment=clock.now()
    )
    return clearance, f"/nl/clearances/{clearance_links.key_of(clearance)}"


def sent() -> tuple[Quote, str]:
    quote = negotiating.sent(negotiating.request(negotiating.piece()), clock.now())
    return quote, f"/nl/quotes/{quotes.link_token(quote)}"


def test_the_question_says_what_who_where_and_how_long(client: FlaskClient) -> None:
    _clearance, page = asked()

    answer = client.get(page.replace("/nl/", "/en/"))
    text = answer.get_data(as_text=True)

    for said in ("Blauw uur", "Performers", "Documentary", "Europe", "5 years", "Studio Lek", "Slotscène"):
        assert said in text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noor@studio.example" not in text


def test_a_rights_holder_answers_and_then_reads_the_answer(client: FlaskClient) -> None:
    clearance, page = asked()

    status, _body = post(
        client,
        page,
        page,
        reply="conditions",
        words="Met naam.",
        fee="125,50",
        name="Ada Vos",
        may_decide="1",
    )

    assert status == 303
    assert (clearance.status, clearance.fee_minor) == (ClearanceStatus.GRANTED_WITH_CONDITIONS, 12_550)
    text = client.get(page).get_data(as_text=True)
    for said in ("Met naam.", "125,50", "Ada Vos"):
        assert said in text
    assert "<textarea" not in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reply": ""}, "reply"),
        ({"reply": "maybe"}, "reply"),
        ({"name": " "}, "name"),
        ({"may_decide": ""}, "may_decide"),
        ({"reply": "conditions"}, "words"),
        ({"reply": "conditions", "fee": "veel"}, "fee"),
        ({"reply": "conditions", "fee": "-5"}, "fee"),
    ],
)
def test_a_faulty_answer_is_shown_again_as_it_was_typed(
    client: FlaskClient, changes: dict[str, str], field: str
) -> None:
    clearance, page = asked()
    form = {name: said for name, said in (YES | changes).items() if said}

    status, text = post(client, page, page, **form)

    assert status == 422
    assert f'href="#{field}"' in text
    if "name" not in changes:
        assert 'value="Ada Vos"' in text
    assert clearance.status is ClearanceStatus.ASKED


def test_a_link_used_twice_shows_what_was_answered_and_changes_nothing(client: FlaskClient) -> None:
    clearance, page = asked()
    kept = token_of(client, page)
    client.post(page, data=YES | kept)

    answer = client.post(page, data=YES | {"reply": "no"} | kept, follow_redirects=True)

    db.session.rollback()
    assert clearance.status is ClearanceStatus.GRANTED
    assert answer.status_code == 200
    assert "<textarea" not in answer.get_data(as_text=True)


def test_an_expired_link_says_so_and_asks_for_a_new_one(client: FlaskClient) -> None:
    clearance, page = asked()
    clearance.link_expires_at = clock.now() - timedelta(hours=1)
    db.session.commit()

    answer = client.get(page)
    assert answer.status_code == 410
    assert post(client, page, page, **YES)[0] == 410
    assert post(client, f"{page}/new-link", page)[0] == 303
    assert clearance.status is ClearanceStatus.ASKED
    assert clearance.link_wanted_at is not None


def test_a_wrong_link_leads_nowhere(client: FlaskClient) -> None:
    assert client.get("/nl/clearances/0123456789abcdef").status_code == 404
    assert client.get("/nl/quotes/onzin").status_code == 404


def test_the_letters_carry_the_link_and_are_posted_by_the_job(app: Flask) -> None:
    clearance, page = asked()
    (job,) = db.session.scalars(select(Job).where(Job.name == clearance_links.POST_JOB))
    folder = app.config["SETTINGS"].data_dir / "mail"

    clearance_links.post_letter(job.payload | {"job_id": job.id})

    (letter,) = folder.glob("*.eml")
    text = letter.read_text(encoding="utf-8").replace("=\n", "")
    assert page in text
    assert "ada@vos.example" in text
    db.session.refresh(clearance)
    negotiating.answered(clearance, NO, clock.now())
    letter.unlink()
    clearance_links.post_letter(job.payload | {"job_id": job.id})
    assert list(folder.glob("*.eml")) == []


def test_the_page_of_a_quote_shows_lines_trace_vat_and_end(client: FlaskClient) -> None:
    quote, page = sent()

    text = client.get(page).get_data(as_text=True)

    for said in (
        quote.gross.show("nl"),
        quote.vat.show("nl"),
        quote.number,
        "Blauw uur",
        quote.terms_version,
    ):
        assert said in text


def test_accepting_leads_to_the_order_and_again_to_the_same(client: FlaskClient) -> None:
    quote, page = sent()
    kept = token_of(client, page)

    places = [client.post(f"{page}/accept", data=ACCEPT | kept).headers["Location"] for _ in range(2)]

    db.session.rollback()
    assert places[0] == places[1]
    assert quote.status is QuoteStatus.ACCEPTED
    assert client.get(places[0]).status_code == 200
    assert "/orders/" in client.get(page).get_data(as_text=True)


@pytest.mark.parametrize("missing", ["name", "consent", "terms"])
def test_accepting_takes_a_name_and_both_consents(client: FlaskClient, missing: str) -> None:
    quote, page = sent()
    form = {name: said for name, said in ACCEPT.items() if name != missing}

    status, text = post(client, f"{page}/accept", page, **form)

    assert (status, quote.status) == (422, QuoteStatus.SENT)
    assert f'href="#{missing}"' in text


def test_a_refused_acceptance_says_why_and_tells_staff_with_nothing_half_done(client: FlaskClient) -> None:
    quote, page = sent()
    rights.record(
        quote.lines[0].entry,
        Layer.DEPOSIT_CONTRACT,
        Basis.OWNED,
        ClaimStatus.CONFIRMED,
        clock.now(),
        party=negotiating.heirs("Familie Prins"),
        limits={Use.LICENCE_SYNC.value: Verdict.DENY.value},
    )
    db.session.commit()

    status, text = post(client, f"{page}/accept", page, **ACCEPT)

    assert status == 409
    assert "Familie Prins" in text
    assert quote.status is QuoteStatus.SENT
    assert db.session.scalar(select(func.count(Order.id))) == 0
    assert [m.voice for m in conversation.of(quote.request)] == [Voice.NOTE]


def test_a_buyer_declines(client: FlaskClient) -> None:
    quote, page = sent()

    assert post(client, f"{page}/decline", page, why="te duur")[0] == 303
    assert (quote.status, quote.answer) == (QuoteStatus.DECLINED, "te duur")
    assert post(client, f"{page}/decline", "/nl/sign-in", why="toch")[0] == 409


@pytest.mark.parametrize(("amount", "status"), [("10", 303), ("veel", 422), ("999999", 422), ("", 422)])
def test_a_buyer_offers_something_else(client: FlaskClient, amount: str, status: int) -> None:
    quote, page = sent()

    assert post(client, f"{page}/counter", page, amount=amount, words="Alleen Nederland.")[0] == status
    assert (quotes.counter_of(quote.id) is not None) == (status == 303)


def needing() -> ReuseRequest:
    return negotiating.request(negotiating.piece(negotiating.heirs()))


def test_the_desk_opens_asks_records_and_decides(desk: FlaskClient) -> None:
    made = needing()
    page = f"/nl/desk/requests/{made.number}/clearances"

    assert post(desk, f"{page}/open", page)[0] == 303
    (found,) = clearances.of_request(made.id)
    assert post(desk, f"/nl/desk/clearances/{found.id}/ask", page, offered="veel")[0] == 422
    assert post(desk, f"/nl/desk/clearances/{found.id}/ask", page, offered="75")[0] == 303
    assert (found.status, found.offered_minor) == (ClearanceStatus.ASKED, 7_500)
    assert post(desk, f"/nl/desk/clearances/{found.id}/waive", page, why="")[0] == 422
    answer = {"reply": "yes", "name": "Ada Vos", "evidence": "map 58"}
    assert post(desk, f"/nl/desk/clearances/{found.id}/record", page, **answer)[0] == 303
    assert found.status is ClearanceStatus.GRANTED
    assert "map 58" in desk.get(page).get_data(as_text=True)


def test_the_desk_keeps_what_was_typed_when_it_refuses(desk: FlaskClient) -> None:
    made = needing()
    (found,) = clearance_needs.open_for(made, clock.now())
    db.session.commit()
    page = f"/nl/desk/requests/{made.number}/clearances"

    status, text = post(desk, f"/nl/desk/clearances/{found.id}/record", page, reply="no", name="Ada Vos")

    assert status == 422
    assert 'value="Ada Vos"' in text


def test_the_desk_drafts_mends_and_sends_a_quote(desk: FlaskClient) -> None:
    made = negotiating.request(negotiating.piece())
    page = f"/nl/desk/requests/{made.number}/clearances"
    assert post(desk, f"/nl/desk/requests/{made.number}/quote", page)[0] == 303
    draft = quotes.find_draft(made.id)
    assert draft is not None
    address, line = f"/nl/desk/quotes/{draft.id}", draft.lines[0]

    def status(path: str, **form: str) -> int:
        return post(desk, f"{address}/{path}", address, **form)[0]

    assert status(f"lines/{line.id}", amount="10") == 422
    assert status(f"lines/{line.id}", amount="10", reason="vaste klant") == 303
    fee = {"kind": "research_fee", "entry_id": str(line.entry_id), "description": "Zoeken", "amount": "75"}
    assert status("lines", **fee) == 303
    assert status("lines", **(fee | {"kind": "licence_fee"})) == 422
    assert status("lines", **(fee | {"entry_id": "x"})) == 422
    assert status("message", message="Dag Noor", valid_days="0") == 422
    assert status("message", message="Dag Noor", valid_days="9") == 303
    assert (draft.net_minor, draft.valid_days) == (8_500, 9)
    assert status("send") == 303
    assert draft.status is QuoteStatus.SENT
    assert status("send") == 409
    assert desk.get(address).status_code == 200


def test_a_refusal_to_send_is_said_on_the_page(desk: FlaskClient) -> None:
    made = needing()
    draft = negotiating.drafted(made)
    db.session.commit()

    status, text = post(desk, f"/nl/desk/quotes/{draft.id}/send", f"/nl/desk/quotes/{draft.id}")

    assert status == 409
    assert 'role="alert"' in text


@pytest.mark.parametrize("path", ["requests/{number}/clearances", "quotes/{quote}"])
def test_the_desk_is_for_staff(client: FlaskClient, path: str) -> None:
    made = negotiating.request(negotiating.piece())
    draft = negotiating.drafted(made)
    db.session.commit()

    assert client.get(f"/nl/desk/{path.format(number=made.number, quote=draft.id)}").status_code == 303
    assert reuse_requests.get_by_number(made.number) is made
