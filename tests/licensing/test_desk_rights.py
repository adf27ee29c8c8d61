"""The rights of an entry at the desk: the matrix for a day and a place, claims, consents and searches."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from archive.accounts import Role
from archive.db import db
from catalogue import entries
from catalogue.entries import Entry, EntryKind, Reuse
from licensing import consents, parties, rates, rights, searches
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.parties import Party, PartyKind
from licensing.searches import RightsSearch
from tests.catalogue import staff
from tests.licensing.test_rights import clear, give_file

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLAIM = {
    "layer": "master",
    "basis": "represented",
    "status": "confirmed",
    "party": "Noordwester",
    "new_party": "organisation",
    "share": "33,33",
    "territory": "nl be",
    "part_in": "",
    "part_out": "",
    "limit_licence_commercial": "deny",
    "evidence": "dossier 58-31",
    "why": "akte gevonden",
}


@pytest.fixture
def recording(app: Flask) -> Entry:
    """A recording with a master file, cleared for all but advertising."""
    rates.activate(rates.load(rates.CARD_OF_2026))
    entry = entries.add(EntryKind.RECORDING, "Blauw uur", NOW)
    give_file(entry)
    clear(entry)
    db.session.commit()
    return entry


@pytest.fixture
def photograph(app: Flask) -> tuple[Entry, Party]:
    """A photograph of ours with somebody in it who has not been asked."""
    rates.activate(rates.load(rates.CARD_OF_2026))
    entry = entries.add(EntryKind.IMAGE, "Coba van Rhijn", NOW)
    give_file(entry)
    sitter = parties.add(PartyKind.PERSON, "Coba van Rhijn")
    rights.record(entry, Layer.PHOTOGRAPH, Basis.OWNED, ClaimStatus.CONFIRMED, NOW)
    rights.record(entry, Layer.PORTRAIT, Basis.UNKNOWN, ClaimStatus.ASSERTED, NOW, party=sitter)
    rights.refresh(entry, NOW.date())
    db.session.commit()
    return entry, sitter


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client, Role.LICENSING)


def page(desk: FlaskClient, address: str) -> str:
    answer = desk.get(f"/en{address}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def send(desk: FlaskClient, address: str, form: dict, status: int = 303) -> str:
    token = staff.token_in(desk.get("/en/desk/parties").get_data(as_text=True))
    answer = desk.post(f"/en{address}", data=form | {"csrf_token": token})
    db.session.rollback()
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_the_table_shows_each_use_with_its_reasons(desk: FlaskClient, recording: Entry) -> None:
    shown = page(desk, f"/desk/rights/{recording.pid}")

    assert "The archive may license this for the heirs of Joop Terwindt." in shown
    assert "The heirs of Joop Terwindt must agree to this use." in shown
    assert "Data mining and the training of artificial intelligence are not allowed." in shown


def test_the_editor_of_an_entry_leads_to_its_rights(client: FlaskClient, recording: Entry) -> None:
    staff.sign_in(client, Role.CATALOGUER)

    assert f"/en/desk/rights/{recording.pid}" in page(client, f"/desk/entries/{recording.pid}")
    shown = page(client, f"/desk/rights/{recording.pid}")
    assert "Add a claim" not in shown
    assert client.get(f"/en/desk/rights/{recording.pid}/claims/new").status_code == 403


ASKED = [
    ("?territory=DE", '<option value="DE" selected>'),
    ("?territory=benelux&on=2030-01-01", 'value="2030-01-01"'),
    ("?territory=atlantis", "We do not know this territory"),
    ("?on=yesterday", "Write the day as 2026-11-22."),
    ("?part_in=2:00&part_out=1:00", "The part has to end after it begins."),
    ("?part_in=0:10&part_out=0:20", "Advertising"),
]


def test_day_place_and_part_can_be_chosen(desk: FlaskClient, recording: Entry) -> None:
    for query, said in ASKED:
        assert said in page(desk, f"/desk/rights/{recording.pid}{query}")


def test_a_claim_is_added_with_a_holder_who_was_not_known(desk: FlaskClient, recording: Entry) -> None:
    address = f"/desk/rights/{recording.pid}/claims/new"

    send(desk, address, CLAIM | {"layer": "broadcast", "part_in": "1:00", "part_out": "1:30,5"})

    claim = rights.rows_of(recording.id)[-1]
    assert (claim.party.name, claim.share_bp, claim.territory) == ("Noordwester", 3333, ["BE", "NL"])
    assert (claim.in_ms, claim.out_ms, claim.limits) == (60_000, 90_500, {"licence_commercial": "deny"})
    shown = page(desk, f"/desk/rights/{recording.pid}")
    assert "akte gevonden" in shown
    assert "dossier 58-31" in shown


def test_a_changed_claim_leaves_the_old_one_as_history(desk: FlaskClient, recording: Entry) -> None:
    master = rights.rows_of(recording.id)[-1]

    typed = page(desk, f"/desk/rights/claims/{master.id}")
    send(desk, f"/desk/rights/claims/{master.id}", CLAIM)

    assert '<option value="owned" selected>' in typed
    assert [row.status for row in rights.rows_of(recording.id)][-2:] == [
        ClaimStatus.SUPERSEDED,
        ClaimStatus.CONFIRMED,
    ]
    send(desk, f"/desk/rights/claims/{master.id}", CLAIM, 409)


FAULTY = [
    ({"share": "much"}, "A share is a number above 0"),
    ({"share": "100,01"}, "A share is a number above 0"),
    ({"territory": ""}, "Say in which countries"),
    ({"territory": "NL XX"}, "We do not know the country"),
    ({"layer": "smell"}, "Choose from the list."),
    ({"status": "superseded"}, "Choose from the list."),
    ({"valid_from": "soon"}, "Write the day as"),
    ({"part_in": "1:00"}, "Write both times"),
    ({"party": "Niemand", "new_party": ""}, "We do not know this party yet."),
    ({"party": "Sena · 99999"}, "There is no party with this number."),
    ({"party": ""}, "Say who holds this right"),
    ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "The last day lies before the first."),
]


def test_a_faulty_claim_comes_back_with_what_was_typed(desk: FlaskClient, recording: Entry) -> None:
    before = len(rights.rows_of(recording.id))

    for wrong, said in FAULTY:
        form = CLAIM | {"layer": "film"} | wrong
        shown = send(desk, f"/desk/rights/{recording.pid}/claims/new", form, 422)

        assert said in shown
        assert "dossier 58-31" in shown
    assert len(rights.rows_of(recording.id)) == before
    assert parties.named("Noordwester") == []


def test_a_claim_above_the_whole_is_refused_with_the_layer(desk: FlaskClient, recording: Entry) -> None:
    shown = send(desk, f"/desk/rights/{recording.pid}/claims/new", CLAIM, 409)

    assert "Together the claims would come to 133.33% of “Recording (master)”." in shown
    assert 'value="33,33"' in shown


def test_a_claim_is_disputed_with_its_reason_only(desk: FlaskClient, recording: Entry) -> None:
    master = rights.rows_of(recording.id)[-1]
    address = f"/desk/rights/claims/{master.id}/move"

    assert "Say why" in send(desk, address, {"to": "disputed", "why": ""}, 422)
    assert "Choose what becomes" in send(desk, address, {"to": "lost", "why": "x"}, 422)
    send(desk, address, {"to": "disputed", "why": "brief van de omroep"})

    db.session.refresh(master)
    assert master.status is ClaimStatus.DISPUTED
    assert "brief van de omroep" in page(desk, f"/desk/rights/{recording.pid}")


def test_a_consent_opens_the_sale_and_its_withdrawal_closes_it(
    desk: FlaskClient, photograph: tuple[Entry, Party]
) -> None:
    entry, sitter = photograph
    claim = rights.rows_of(entry.id)[-1]
    send(desk, f"/desk/rights/claims/{claim.id}/move", {"to": "confirmed", "why": "herkend"})
    form = {"party": f"Coba van Rhijn · {sitter.id}", "kind": "portrait", "territory": "WW"}
    address = f"/desk/rights/{entry.pid}/consents/new"

    assert "Fill in the number of the document" in send(desk, address, form, 422)
    send(desk, address, form | {"document_no": "QC-12", "uses": "licence_commercial"})
    db.session.refresh(entry)

    shown = page(desk, f"/desk/rights/{entry.pid}")
    assert "Coba van Rhijn has consented to this use in writing." in shown
    consent = consents.of(entry.id)[0]
    withdrawal = f"/desk/rights/consents/{consent.id}/withdraw"
    send(desk, withdrawal, {"why": ""}, 422)
    send(desk, withdrawal, {"why": "brief"})
    send(desk, withdrawal, {"why": "brief"}, 409)
    assert "Coba van Rhijn withdrew the consent to this use" in page(desk, f"/desk/rights/{entry.pid}")


FAULTY_CONSENTS = [
    ({"party": ""}, "Say who consents."),
    ({"kind": "fashion"}, "Choose from the list."),
    ({"territory": "Mars"}, "We do not know the country"),
    ({"uses": "everything"}, "Choose from the list."),
    ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "The last day lies before the first."),
]


def test_a_faulty_consent_comes_back(desk: FlaskClient, photograph: tuple[Entry, Party]) -> None:
    entry, _sitter = photograph
    form = {"party": "Coba van Rhijn", "kind": "portrait", "territory": "NL", "document_no": "QC-12"}

    for wrong, said in FAULTY_CONSENTS:
        assert said in send(desk, f"/desk/rights/{entry.pid}/consents/new", form | wrong, 422)
    assert consents.of(entry.id) == []


def test_a_search_is_written_down_for_good(desk: FlaskClient, recording: Entry) -> None:
    form = {
        "layer": "performance",
        "source": "database",
        "source_name": "EUIPO Orphan Works Database",
        "query": "Kwintet Terwindt",
        "result": "",
        "searched_on": "2026-11-01",
    }
    address = f"/desk/rights/{recording.pid}/searches/new"

    assert "EUIPO" in send(desk, address, form, 422)
    assert "cannot lie in the future" in send(
        desk, address, form | {"result": "niets", "searched_on": "2100-01-01"}, 422
    )
    send(desk, address, form | {"result": "niets"})

    (search,) = searches.of(recording.id)
    assert (search.account.name, search.result) == ("Marit", "niets")
    assert "Kwintet Terwindt" in page(desk, f"/desk/rights/{recording.pid}")
    with pytest.raises(DatabaseError):
        db.session.execute(update(RightsSearch).values(result="iets"))
    db.session.rollback()
    assert db.session.scalars(select(RightsSearch.result)).all() == ["niets"]


def test_what_changes_at_the_desk_is_what_buyers_see(desk: FlaskClient, recording: Entry) -> None:
    rights.refresh(recording, NOW.date())
    db.session.commit()
    assert recording.reuse is Reuse.DIRECT
    master = rights.rows_of(recording.id)[-1]

    send(desk, f"/desk/rights/claims/{master.id}/move", {"to": "superseded", "why": "vergissing"})

    db.session.refresh(recording)
    assert recording.reuse is Reuse.ON_REQUEST


def test_what_is_not_there_is_not_found(desk: FlaskClient, recording: Entry) -> None:
    for address in ("/desk/rights/none", "/desk/rights/claims/99999", "/desk/parties/99999"):
        assert desk.get(f"/en{address}").status_code == 404
