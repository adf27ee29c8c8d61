"""Performances at the desk: made, changed, with their deals; what is typed wrong is said and kept."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.accounts import Role
from archive.audit import AuditEntry
from archive.db import db
from archive.errors import Invalid
from catalogue import entries, performances
from catalogue.entries import Entry, EntryKind, Status
from catalogue.revisions import Revision
from licensing import box_offices, deal_payouts, deal_statements, deals, performance_forms, seasons
from licensing.money import Money
from tests.catalogue import staff, test_desk_editor
from tests.licensing import stage
from tests.licensing.stage import NOW, STARTS, STREAM
from tests.licensing.test_deals import DAY, ENDS
from tests.licensing.test_desk_rights import page, send

FORM = {
    "title": "Nachtconcert Terwindt",
    "starts_at": "2026-12-12T20:30",
    "ends_at": "2026-12-12T22:30",
    "opens_at": "2026-12-12T20:00",
    "viewing_until": "2026-12-19T23:59",
    "stream_url": STREAM,
    "floor": "7,50",
    "suggested": "12",
    "early": "5",
    "early_until": "2026-12-01T00:00",
    "quota": "80",
    "regions": "nl, be",
    "is_open": "1",
    "publish": "1",
}
DEAL = {
    "basis": "versus",
    "guarantee": "300",
    "share": "70",
    "costs": "Zaal en stream; 400\nStemmer; 90,00",
    "artists": "Joop Terwindt; joop@terwindt.example; 2; nl\nNel Oosthout; nel@oosthout.example; 1; en",
}


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client, Role.LICENSING)


def the_entry() -> Entry:
    return db.session.scalars(select(Entry).where(Entry.kind == EntryKind.PERFORMANCE)).one()


def test_a_performance_is_made_with_its_hours_and_tickets_and_put_on_the_site(desk: FlaskClient) -> None:
    send(
        desk,
        "/desk/performances/new",
        FORM | {"season_code": "winter", "season_title": "Winter", "season_floor": "20"},
    )

    entry = the_entry()
    found, office = performances.find(entry.id), box_offices.get(entry.id)
    assert found is not None
    assert (found.starts_at, entry.date_edtf, entry.status) == (STARTS, "2026-12-12", Status.PUBLISHED)
    assert (office.floor_minor, office.early_minor, office.quota, office.regions) == (
        750,
        500,
        80,
        ["NL", "BE"],
    )
    assert seasons.get("winter").floor == Money(2000, "EUR")
    assert "Nachtconcert Terwindt" in page(desk, "/desk/performances")
    assert 'value="2026-12-12T20:30"' in page(desk, f"/desk/performances/{entry.pid}")


def test_a_change_is_a_new_version_and_the_stream_stands_in_no_history(desk: FlaskClient) -> None:
    send(desk, "/desk/performances/new", FORM)
    pid, before = the_entry().pid, the_entry().version

    send(
        desk,
        f"/desk/performances/{pid}",
        FORM | {"title": "Nachtconcert", "ends_at": "2026-12-12T23:00", "quota": ""},
    )

    entry = the_entry()
    assert (entry.title, entry.version, box_offices.get(entry.id).quota) == ("Nachtconcert", before + 1, None)
    kept = [str(revision.snapshot) for revision in db.session.scalars(select(Revision))]
    kept += [str(action.detail) for action in db.session.scalars(select(AuditEntry))]
    assert any("2026-12-12T22:00:00" in text for text in kept)
    assert not any(STREAM in text for text in kept)


FAULTY = [
    ({"title": " "}, "title"),
    ({"title": "x" * 501}, "title"),
    ({"starts_at": ""}, "starts_at"),
    ({"starts_at": "morgen"}, "starts_at"),
    ({"starts_at": "2026-12-12T20:30+05:00"}, "starts_at"),
    ({"floor": "0"}, "floor"),
    ({"floor": "-1"}, "floor"),
    ({"floor": "gratis"}, "floor"),
    ({"suggested": "7"}, "suggested"),
    ({"early": ""}, "early"),
    ({"early": "7,50"}, "early"),
    ({"quota": "0"}, "quota"),
    ({"quota": "½"}, "quota"),
    ({"quota": "9" * 30}, "quota"),
    ({"regions": "NL XX"}, "regions"),
    ({"stream_url": "http://venue.example"}, "stream_url"),
    ({"stream_url": "javascript:alert(1)"}, "stream_url"),
    ({"stream_url": "https://[x"}, "stream_url"),
    ({"season_code": "Winter 2026"}, "season_code"),
]


@pytest.mark.parametrize(("changes", "field"), FAULTY)
def test_what_is_typed_wrong_is_said_at_its_field(changes: dict[str, str], field: str) -> None:
    form = FORM | changes

    with pytest.raises(Invalid) as refusal:
        (performance_forms.title(form), performance_forms.times(form), performance_forms.terms(form))

    assert refusal.value.details["field"] == field


def test_a_form_that_is_wrong_keeps_what_was_typed_and_makes_nothing(desk: FlaskClient) -> None:
    wrong = [
        ({"ends_at": "2026-12-12T20:30"}, "ends_at"),
        ({"viewing_until": "2026-12-12T22:00"}, "viewing_until"),
        ({"opens_at": "2026-12-20T20:00"}, "opens_at"),
        ({"season_code": "winter"}, "season_title"),
        ({"floor": "gratis"}, "floor"),
    ]

    for changes, field in wrong:
        shown = send(desk, "/desk/performances/new", FORM | changes, 422)
        assert f'id="{field}-error"' in shown
        assert all(typed in shown for typed in changes.values())
    assert db.session.scalar(select(Entry).where(Entry.kind == EntryKind.PERFORMANCE)) is None


def test_a_deal_is_written_down_stated_and_paid(desk: FlaskClient) -> None:
    entry = stage.performance()
    db.session.commit()
    address = f"/desk/performances/{entry.pid}"

    send(desk, f"{address}/deal", DEAL)
    deal = deals.find_of(entry.id)
    assert deal is not None
    assert (deal.costs_in_all, [artist.weight for artist in deal.artists]) == (Money(49_000, "EUR"), [2, 1])
    deal_statements.issue_when_due(deal, ENDS + DAY)
    db.session.commit()
    joop = deal.artists[0]
    paid = {"artist": str(joop.id), "paid_on": "2026-12-20", "bank_reference": "BANK 1", "form_key": "k"}

    assert "200.00 is owed" in send(desk, f"{address}/payouts", paid | {"amount": "201"}, 409)
    for _ in range(2):
        send(desk, f"{address}/payouts", paid | {"amount": "200"})

    assert [payout.amount_minor for payout in deal_payouts.of(joop.id)] == [20_000]


def test_a_deal_that_is_typed_wrong_is_said(desk: FlaskClient) -> None:
    entry = stage.performance()
    db.session.commit()
    wrong = [
        ({"basis": ""}, "basis"),
        ({"artists": ""}, "artists"),
        ({"artists": "Joop"}, "refusal"),
        ({"artists": "Joop; joop@x.example; veel"}, "artists"),
        ({"costs": "Zaal"}, "costs"),
        ({"costs": "Zaal; veel"}, "costs"),
        ({"costs": "Zaal; 0"}, "costs"),
        ({"guarantee": "-1"}, "guarantee"),
    ]

    for changes, field in wrong:
        shown = send(desk, f"/desk/performances/{entry.pid}/deal", DEAL | changes, 422)
        assert f"#{field}" in shown
    assert deals.find_of(entry.id) is None


def test_artists_read_their_sheet_by_link_without_an_account(app: Flask) -> None:
    entry = stage.performance()
    terms = deals.Terms(deals.Basis.PLUS, Money(10_000, "EUR"), 5000)
    artists = [deals.Artist("Joop Terwindt", "joop@terwindt.example", "nl", 1)]
    deal = deals.agree(entry, terms, artists, [("Zaal", Money(1000, "EUR"))], NOW, None)
    for number in range(20):
        stage.bought(entry, 1210, stage.viewer(number))
    deal_statements.issue_when_due(deal, ENDS + DAY)
    token = deals.link_token(deal.artists[0])
    db.session.commit()

    answer = app.test_client().get(f"/en/deals/{token}")

    shown = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "€200.00" in shown
    assert "€145.00" in shown  # 100 and half of 200 - 10 - 100
    assert "noor" not in shown.lower()


def test_texts_and_people_of_a_performance_are_edited_like_those_of_any_entry(client: FlaskClient) -> None:
    pid = stage.performance().pid
    db.session.commit()
    marit = staff.sign_in(client, Role.CATALOGUER)

    status, _shown = test_desk_editor.send(
        marit, pid, test_desk_editor.form(marit, pid, description_nl="Een avond.")
    )

    db.session.rollback()
    entry = entries.get(pid)
    assert (status, entry.description_nl, entry.date_edtf) == (303, "Een avond.", "2026-12-12")
    assert performances.find(entry.id) is not None


def test_cataloguers_and_the_public_see_nothing_of_it(client: FlaskClient) -> None:
    pid = stage.performance().pid
    db.session.commit()
    addresses = ("/en/desk/performances", "/en/desk/performances/new", f"/en/desk/performances/{pid}")

    assert {client.get(address).status_code for address in addresses} <= {302, 303, 401}
    staff.sign_in(client, Role.CATALOGUER)
    assert {client.get(address).status_code for address in addresses} == {403}
