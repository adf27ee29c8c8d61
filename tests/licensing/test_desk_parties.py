"""Rights holders at the desk: found, added, edited with their numbers checked, and made one."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.accounts import Role
from archive.db import db
from catalogue import entries
from catalogue.entries import EntryKind
from licensing import claim_history, consents, parties, rights
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.consents import ConsentKind, Given
from licensing.parties import Party, PartyKind, Payout, TaxProfile
from tests.catalogue import staff
from tests.licensing.test_desk_rights import page, send

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FORM = {
    "name": "Erven Terwindt",
    "kind": "estate",
    "country": "NL",
    "email": "erven@terwindt.example",
    "ipi": "00045620792",
    "isni": "0000 0001 2144 6296",
    "reg_no": "61234567",
    "vat_id": "nl 123456789.b01",
    "tax_profile": "private",
    "payout": "bank",
}


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client, Role.LICENSING)


@pytest.fixture
def heirs(app: Flask) -> Party:
    found = parties.add(PartyKind.ESTATE, "Erven Terwindt")
    db.session.commit()
    return found


def test_a_party_is_added_with_its_numbers_in_their_stored_form(desk: FlaskClient) -> None:
    send(desk, "/desk/parties/new", FORM)

    (party,) = parties.named("Erven Terwindt")
    assert (party.ipi, party.isni, party.vat_id) == ("00045620792", "0000000121446296", "NL123456789B01")
    assert (party.tax_profile, party.payout, party.country) == (TaxProfile.PRIVATE, Payout.BANK, "NL")
    assert "Erven Terwindt" in page(desk, "/desk/parties?q=terw")
    assert "Erven Terwindt" not in page(desk, "/desk/parties?q=jansen")


FAULTY = [
    ({"name": " "}, "name"),
    ({"kind": "band"}, "kind"),
    ({"ipi": "00045620793"}, "ipi"),
    ({"isni": "0000 0001 2144 6297"}, "isni"),
    ({"vat_id": "12"}, "vat_id"),
    ({"email": "nobody"}, "email"),
    ({"country": "ZZ"}, "country"),
    ({"tax_profile": "none"}, "tax_profile"),
    ({"payout": "cash"}, "payout"),
]


def test_a_faulty_party_comes_back_with_what_was_typed(desk: FlaskClient) -> None:
    for wrong, name in FAULTY:
        shown = send(desk, "/desk/parties/new", FORM | wrong, 422)

        assert f'id="{name}-error"' in shown
        assert "61234567" in shown
        assert parties.named("Erven Terwindt") == []


def test_two_who_edit_a_party_do_not_overwrite_each_other(desk: FlaskClient, heirs: Party) -> None:
    address = f"/desk/parties/{heirs.id}"

    send(desk, address, FORM | {"version": "0"})
    send(desk, address, FORM | {"version": "0", "reg_no": "1"}, 409)
    send(desk, address, FORM | {"version": "many"}, 409)

    db.session.refresh(heirs)
    assert (heirs.reg_no, heirs.version) == ("61234567", 1)


def test_a_merged_party_leads_to_the_other_which_holds_what_it_held(desk: FlaskClient, heirs: Party) -> None:
    entry = entries.add(EntryKind.RECORDING, "Blauw uur", NOW)
    double = parties.add(PartyKind.ESTATE, "Erven J. Terwindt")
    claim = rights.record(
        entry, Layer.PERFORMANCE, Basis.REPRESENTED, ClaimStatus.CONFIRMED, NOW, party=double
    )
    consents.add(entry, double, Given(ConsentKind.ARTIST, [], ["WW"], "QC-1"), NOW, None)
    db.session.commit()
    form = {"other": f"Erven J. Terwindt · {double.id}", "why": "zelfde adres"}

    assert "Say how you know" in send(desk, f"/desk/parties/{heirs.id}/merge", form | {"why": ""}, 422)
    send(desk, f"/desk/parties/{heirs.id}/merge", form)

    db.session.expire_all()
    assert (claim.party_id, consents.of(entry.id)[0].party_id) == (heirs.id, heirs.id)
    assert claim_history.of([claim.id])[-1].why == "zelfde adres"
    assert parties.current(double) is heirs
    assert parties.ensure(PartyKind.ESTATE, "Erven J. Terwindt") is heirs
    assert "Erven J. Terwindt" not in page(desk, "/desk/parties")
    assert f"/en/desk/parties/{heirs.id}" in page(desk, f"/desk/parties/{double.id}")
    send(desk, f"/desk/parties/{heirs.id}/merge", form, 409)


def test_a_party_is_merged_with_another_one_only(desk: FlaskClient, heirs: Party) -> None:
    for other in ("", "Niemand", "Iemand · 99999", str(heirs.id)):
        send(desk, f"/desk/parties/{heirs.id}/merge", {"other": other, "why": "x"}, 422)


def test_a_cataloguer_reads_the_list_and_no_more(client: FlaskClient, heirs: Party) -> None:
    staff.sign_in(client, Role.CATALOGUER)

    assert "Erven Terwindt" in page(client, "/desk/parties")
    assert client.get(f"/en/desk/parties/{heirs.id}").status_code == 403
