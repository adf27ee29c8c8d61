"""The pages and addresses of listening: a press of a button; byte ranges for who holds the grant and nobody else."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from archive import accounts, clock, storage
from archive.accounts import Role
from archive.db import db
from catalogue.entries import Access, Entry
from licensing import grants, listening, streams, use_prices, wallet_links
from licensing.grants import Grant, GrantStatus
from licensing.small_prices import GrantKind
from licensing.supply_consents import SupplyConsent
from licensing.use_prices import FreeReason, PriceMode
from licensing.wallet import Wallet
from tests.licensing import hearing, wallets
from tests.licensing.wallets import euro


@dataclass
class Listener:
    """A visitor with a wallet in the browser."""

    app: Flask
    owner: Wallet
    browser: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.browser = self.app.test_client()
        self.browser.set_cookie("wallet", wallet_links.key_of(self.owner))
        db.session.commit()

    def press(self, entry: Entry, where: str = "listen", **changes: str | None) -> TestResponse:
        address = f"/nl/entries/{entry.pid}"
        page = self.browser.get("/nl/wallet").get_data(as_text=True)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        filled = {"csrf_token": token[1] if token else "", "consent": "1"} | changes
        sent = {name: value for name, value in filled.items() if value is not None}
        return self.browser.post(f"{address}/{where}", data=sent)

    def address(self, entry: Entry) -> str:
        """Press the button as the script does, and give the address of the sound."""
        self.press(entry)
        return str(self.browser.get(f"/nl/entries/{entry.pid}/listen/address").get_json()["address"])

    @property
    def balance(self) -> int:
        db.session.rollback()
        return db.session.get_one(Wallet, self.owner.id).balance_minor


@pytest.fixture
def entry(app: Flask) -> Entry:
    return hearing.recording()


@pytest.fixture
def listener(app: Flask, entry: Entry) -> Listener:
    return Listener(app, wallets.guest(500))


def the_grant() -> Grant:
    db.session.rollback()
    return db.session.scalars(select(Grant)).one()


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def body(answer: TestResponse) -> bytes:
    with answer:
        return answer.get_data()


def test_a_press_charges_and_leads_to_the_player(listener: Listener, entry: Entry) -> None:
    answer = listener.press(entry)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/nl/entries/{entry.pid}#player")
    assert listener.balance == 475


def test_pressed_again_it_costs_nothing_more(listener: Listener, entry: Entry) -> None:
    for _ in range(3):
        assert listener.press(entry).status_code == 303

    assert (listener.balance, count(Grant)) == (475, 1)


def test_without_the_tick_the_page_says_so_and_nothing_is_charged(listener: Listener, entry: Entry) -> None:
    answer = listener.press(entry, consent=None)

    assert answer.status_code == 422
    assert "Zet eerst het vinkje" in answer.get_data(as_text=True)
    assert (listener.balance, count(Grant), count(SupplyConsent)) == (500, 0, 0)


def test_the_box_of_consent_is_never_ticked_beforehand(listener: Listener, entry: Entry) -> None:
    page = listener.browser.get(f"/nl/entries/{entry.pid}/listen").get_data(as_text=True)

    boxes = re.findall(r'<input type="checkbox" name="consent"[^>]*>', page)
    assert boxes
    assert not [box for box in boxes if "checked" in box]


def test_another_price_than_was_shown_is_not_charged(listener: Listener, entry: Entry) -> None:
    answer = listener.press(entry, price_minor="20")

    assert answer.status_code == 409
    assert listener.balance == 500


def test_what_was_offered_stays_in_the_form(listener: Listener, entry: Entry) -> None:
    use_prices.set_price(entry, GrantKind.LISTEN, PriceMode.OPEN, euro(100), None, clock.now(), None)
    db.session.commit()

    answer = listener.press(entry, amount="0,50")

    assert answer.status_code == 422
    assert 'value="0,50"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("amount", ["veel", "1e9", "-1", "9" * 40, "1,005", "\x00"])
def test_no_amount_makes_the_server_fail(listener: Listener, entry: Entry, amount: str) -> None:
    use_prices.set_price(entry, GrantKind.LISTEN, PriceMode.OPEN, euro(100), None, clock.now(), None)
    db.session.commit()

    assert listener.press(entry, amount=amount, price_minor="١" * 3).status_code == 422


def test_the_script_gets_the_address_and_until_when(listener: Listener, entry: Entry) -> None:
    page = listener.browser.get(f"/nl/entries/{entry.pid}/listen").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token

    answer = listener.browser.post(
        f"/nl/entries/{entry.pid}/listen",
        data={"csrf_token": token[1], "consent": "1"},
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 200
    assert body(listener.browser.get(answer.get_json()["address"])) == hearing.SOUND


def test_the_fresh_address_never_costs_anything(listener: Listener, entry: Entry) -> None:
    answer = listener.browser.get(f"/nl/entries/{entry.pid}/listen/address")

    assert (answer.status_code, listener.balance) == (404, 500)


@pytest.mark.parametrize(
    ("asked", "status", "sent"),
    [
        ("bytes=0-99", 206, hearing.SOUND[:100]),
        ("bytes=500-599", 206, hearing.SOUND[500:600]),
        ("bytes=-50", 206, hearing.SOUND[-50:]),
        (f"bytes={len(hearing.SOUND)}-", 416, None),
    ],
    ids=["beginning", "middle", "end", "beyond"],
)
def test_granted_sound_streams_with_byte_ranges(
    listener: Listener, entry: Entry, asked: str, status: int, sent: bytes | None
) -> None:
    answer = listener.browser.get(listener.address(entry), headers={"Range": asked})

    assert answer.status_code == status
    assert sent is None or body(answer) == sent
    assert answer.headers["Content-Type"] in ("audio/mpeg", "text/html; charset=utf-8")


def test_sound_is_kept_by_no_cache_on_the_way(listener: Listener, entry: Entry) -> None:
    answer = listener.browser.get(listener.address(entry))
    body(answer)

    assert answer.headers["Cache-Control"] == "private, no-store"


# Lesson 35
def test_a_leaked_address_opens_nothing_for_anybody_else(
    app: Flask, listener: Listener, entry: Entry
) -> None:
    address = listener.address(entry)
    db.session.rollback()
    other = Listener(app, wallets.guest(500))

    assert app.test_client().get(address).status_code == 403
    assert other.browser.get(address).status_code == 403
    assert body(listener.browser.get(address)) == hearing.SOUND


# Lesson 35
def test_an_address_is_stale_after_two_hours(
    listener: Listener, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = listener.address(entry)
    monkeypatch.setattr(streams, "STREAM_LASTS", timedelta(seconds=-1))

    assert listener.browser.get(address).status_code == 410


# Lesson 35
def test_an_address_ends_with_its_grant(listener: Listener, entry: Entry) -> None:
    address = listener.address(entry)
    grants.move(the_grant(), GrantStatus.REVOKED, clock.now(), "the money went back")
    db.session.commit()

    assert listener.browser.get(address).status_code == 410


# Lesson 37
def test_the_address_of_a_cheap_grant_opens_no_other_recording(listener: Listener, entry: Entry) -> None:
    other = hearing.recording("Duur", "NR-9")
    use_prices.set_price(other, GrantKind.LISTEN, PriceMode.FIXED, euro(400), None, clock.now(), None)
    db.session.commit()
    address = listener.address(entry)
    copy = streams.token(the_grant())

    assert listener.browser.get(f"/nl/entries/{other.pid}/listen/address").status_code == 404
    assert listener.browser.get(f"/copies/{copy}.mp3").status_code == 403
    assert listener.browser.get(address.replace(".mp3", "x.mp3")).status_code == 403
    assert listener.browser.get("/sound/nothing.mp3").status_code == 403


def test_withdrawn_recordings_are_heard_no_more(listener: Listener, entry: Entry) -> None:
    address = listener.address(entry)
    db.session.rollback()
    entry.embargo_until = clock.now().date() + timedelta(days=2)
    db.session.commit()

    assert listener.browser.get(address).status_code == 404


def test_the_first_sound_is_noted(listener: Listener, entry: Entry) -> None:
    address = listener.address(entry)
    assert the_grant().started_at is None

    body(listener.browser.get(address))

    assert the_grant().started_at is not None


def test_a_start_that_fails_is_given_back_by_itself(listener: Listener, entry: Entry) -> None:
    address = listener.address(entry)
    sound = listening.sound_of(entry.id)
    assert sound is not None
    storage.vault().delete(sound.storage_key)
    db.session.commit()

    answer = listener.browser.get(address)

    assert answer.status_code == 503
    assert (the_grant().status, listener.balance) == (GrantStatus.REVERSED, 500)
    assert listener.browser.get(address).status_code == 410


def test_a_copy_to_keep_is_fetched_five_times_and_no_more(listener: Listener, entry: Entry) -> None:
    assert listener.press(entry, "copy").status_code == 303
    page = listener.browser.get(f"/nl/entries/{entry.pid}/listen").get_data(as_text=True)
    found = re.search(r'href="(/copies/[^"]+)"', page)
    assert found
    address = found[1]

    fetched = [listener.browser.get(address) for _ in range(6)]
    resumed = listener.browser.get(address, headers={"Range": "bytes=100-"})

    assert [body(each) == hearing.SOUND for each in fetched] == [True] * 5 + [False]
    assert fetched[-1].status_code == 410
    assert body(resumed) == hearing.SOUND[100:]
    assert "attachment" in fetched[0].headers["Content-Disposition"]
    assert (listener.balance, the_grant().used) == (250, 5)


def test_a_day_pass_opens_the_player_of_every_recording(app: Flask, entry: Entry) -> None:
    listener = Listener(app, wallets.guest(500))
    other = hearing.recording("Tweede", "NR-2")
    db.session.commit()

    assert listener.press(entry, "day-pass").status_code == 303
    page = listener.browser.get(f"/en/entries/{other.pid}/listen").get_data(as_text=True)
    assert "Hear it whole with your day pass" in page
    assert listener.press(other, consent=None).status_code == 303

    assert listener.balance == 0
    address = listener.browser.get(f"/nl/entries/{other.pid}/listen/address").get_json()["address"]
    assert body(listener.browser.get(address)) == hearing.SOUND


def test_without_credit_the_page_leads_to_it_and_back(app: Flask, entry: Entry) -> None:
    db.session.commit()
    browser = app.test_client()

    page = browser.get(f"/nl/entries/{entry.pid}/listen").get_data(as_text=True)

    assert 'href="/nl/wallet"' in page
    with browser.session_transaction() as kept:
        assert kept["heard_last"] == entry.pid


def test_what_the_rights_keep_closed_offers_nothing(app: Flask, listener: Listener, entry: Entry) -> None:
    entry.access = Access.ON_SITE
    db.session.commit()

    page = listener.browser.get(f"/nl/entries/{entry.pid}/listen").get_data(as_text=True)

    assert "<form" not in page.split("<main")[1]
    assert listener.press(entry).status_code == 409


def test_what_is_free_by_choice_is_heard_by_anybody_without_credit(app: Flask, entry: Entry) -> None:
    use_prices.set_price(
        entry, GrantKind.LISTEN, PriceMode.FREE, euro(0), FreeReason.PROMOTION, clock.now(), None
    )
    db.session.commit()
    address = f"/sound/free/{streams.free_token(entry)}.mp3"

    assert body(app.test_client().get(address)) == hearing.SOUND
    use_prices.set_price(entry, GrantKind.LISTEN, PriceMode.LISTED, euro(0), None, clock.now(), None)
    db.session.commit()
    assert app.test_client().get(address).status_code == 410


def test_my_listening_shows_what_was_opened_and_agreed_to(listener: Listener, entry: Entry) -> None:
    listener.press(entry)

    page = listener.browser.get("/en/my/listening").get_data(as_text=True)

    assert entry.title in page
    assert "€0.25" in page
    assert "2026-1" in page


def test_my_listening_shows_a_stranger_nothing(app: Flask, listener: Listener, entry: Entry) -> None:
    listener.press(entry)

    page = app.test_client().get("/en/my/listening").get_data(as_text=True)

    assert entry.title not in page


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    """A browser in which somebody of the licensing desk is signed in."""
    accounts.add("licenties@example.org", "Licenties", Role.LICENSING, "long enough to pass", clock.now())
    db.session.commit()
    browser = app.test_client()
    sign_in(browser)
    return browser


def sign_in(browser: FlaskClient) -> None:
    page = browser.get("/en/sign-in").get_data(as_text=True)
    said = {"email": "licenties@example.org", "password": "long enough to pass"}
    assert browser.post("/en/sign-in", data=said | token_in(page)).status_code == 303


def token_in(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return {"csrf_token": found[1] if found else ""}


def test_staff_let_people_pay_what_they_want_from_a_floor(clerk: FlaskClient, entry: Entry) -> None:
    db.session.commit()
    address = f"/en/desk/entries/{entry.pid}/listening"
    said = {"kind": "listen", "mode": "open", "amount": "1,50"} | token_in(
        clerk.get(address).get_data(as_text=True)
    )

    assert clerk.post(address, data=said).status_code == 303

    db.session.rollback()
    price = use_prices.of(entry.id, GrantKind.LISTEN, clock.now().date())
    assert (price.amount, price.mode) == (euro(150), PriceMode.OPEN)
    assert "Pay what you want, from €1.50" in clerk.get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "free"},
        {"mode": "fixed", "amount": "0"},
        {"mode": "free", "reason": "promotion", "amount": "1"},
        {"mode": "open", "amount": "veel"},
        {"kind": "pass", "mode": "listed"},
        {"kind": "download", "mode": "free", "reason": "promotion"},
    ],
)
def test_a_price_that_cannot_be_keeps_what_was_typed(
    clerk: FlaskClient, entry: Entry, wrong: dict[str, str]
) -> None:
    db.session.commit()
    address = f"/en/desk/entries/{entry.pid}/listening"
    token = token_in(clerk.get(address).get_data(as_text=True))

    answer = clerk.post(address, data={"kind": "listen"} | token | wrong)

    assert answer.status_code == 422
    assert f'value="{wrong.get("amount", "")}"' in answer.get_data(as_text=True)
    assert count(use_prices.UsePrice) == 0


def test_prices_are_for_the_licensing_desk_alone(listener: Listener, entry: Entry) -> None:
    assert listener.browser.get(f"/en/desk/entries/{entry.pid}/listening").status_code == 303
