"""Rights on record: claims come back as recorded, and the catalogue learns what follows from them."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from archive import assets
from archive.assets import AssetRole
from archive.audit import AuditEntry
from archive.db import db
from catalogue import entries, entry_files
from catalogue.entries import Entry, EntryKind, Reuse
from catalogue.pictures import Image, ImageType
from licensing import parties, rates, rights, statements
from licensing.claims import Basis, ClaimStatus, Layer, Use
from licensing.parties import Party, PartyKind, Payout, TaxProfile
from licensing.reasons import Verdict
from licensing.rights import RightsClaim
from licensing.vocabulary import COUNTRIES
from tests import counting

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
CONFIRMED = ClaimStatus.CONFIRMED


@pytest.fixture
def recording(app: Flask) -> Entry:
    """A recording with a master file and a rate card in force; nobody has looked into its rights."""
    rates.activate(rates.load(rates.CARD_OF_2026))
    entry = entries.add(EntryKind.RECORDING, "Blauw uur", NOW)
    give_file(entry)
    return entry


def give_file(entry: Entry) -> None:
    master = assets.keep(
        b"sound", role=AssetRole.MASTER, filename="a.wav", media_type="audio/wav", suffix=".wav", moment=NOW
    )
    entry_files.attach(entry.id, master)


def clear(entry: Entry, master: Basis = Basis.OWNED, **details) -> None:
    """Record the claims of a recording of which all is in order but perhaps the tape."""
    buma = parties.ensure(PartyKind.CMO, "Buma/Stemra")
    heirs = parties.ensure(PartyKind.ESTATE, "the heirs of Joop Terwindt")
    rights.record(entry, Layer.COMPOSITION, Basis.COLLECTIVE, CONFIRMED, NOW, party=buma)
    rights.record(entry, Layer.PERFORMANCE, Basis.REPRESENTED, CONFIRMED, NOW, party=heirs)
    rights.record(entry, Layer.MASTER, master, CONFIRMED, NOW, **details)


def test_a_claim_comes_back_as_it_was_recorded(recording: Entry) -> None:
    label = parties.add(PartyKind.ORGANISATION, "Noordwester", country="NL")
    rights.record(
        recording,
        Layer.MASTER,
        Basis.REPRESENTED,
        CONFIRMED,
        NOW,
        party=label,
        share_bp=5000,
        territory=["BE", "NL"],
        valid_to=date(2030, 1, 1),
        limits={"licence_commercial": "deny"},
        note_nl="Dossier 58-31.",
    )
    db.session.expire_all()

    (claim,) = rights.claims_of(recording.id)

    assert (claim.layer, claim.basis, claim.holder, claim.share_bp) == (
        Layer.MASTER,
        Basis.REPRESENTED,
        "Noordwester",
        5000,
    )
    assert (claim.territory, claim.valid_to) == (frozenset({"BE", "NL"}), date(2030, 1, 1))
    assert claim.limits == {Use.LICENCE_COMMERCIAL: Verdict.DENY}
    assert (claim.note("nl"), claim.note("en")) == ("Dossier 58-31.", None)


def test_many_entries_are_decided_about_in_as_many_queries_as_one(recording: Entry) -> None:
    clear(recording)
    more = [entries.add(EntryKind.RECORDING, f"Take {n}", NOW) for n in range(20)]
    picture = entries.add(EntryKind.IMAGE, "Publiek op de trap", NOW)
    db.session.add(Image(entry_id=picture.id, image_type=ImageType.POSTER))
    for entry in more:
        clear(entry)
    db.session.flush()

    with counting.statements() as asked:
        found = rights.decide_many([recording, *more, picture], Use.PRINT, TODAY, COUNTRIES["europe"])

    assert len(asked) == 4
    assert found[recording.id].verdict is Verdict.ALLOW
    assert all(
        found[entry.id] == rights.decide(entry, Use.PRINT, TODAY, COUNTRIES["europe"]) for entry in more
    )
    assert {found[entry.id].verdict for entry in (*more, picture)} == {Verdict.ASK}


def test_nothing_is_decided_about_no_entries(app: Flask) -> None:
    assert rights.decide_many([], Use.PRINT, TODAY, COUNTRIES["europe"]) == {}


def test_who_recorded_a_claim_is_in_the_audit_log(recording: Entry) -> None:
    rights.record(recording, Layer.MASTER, Basis.OWNED, CONFIRMED, NOW)

    logged = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "rights.claimed"))

    assert logged is not None
    assert (logged.object_id, logged.detail["layer"], logged.detail["basis"]) == (
        recording.pid,
        "master",
        "owned",
    )


@pytest.mark.parametrize(
    "details",
    [
        {"share_bp": 0},
        {"share_bp": 10_001},
        {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)},
        {"in_ms": 1000},
        {"in_ms": 2000, "out_ms": 1000},
    ],
)
def test_the_database_refuses_a_claim_that_cannot_be(recording: Entry, details: dict[str, object]) -> None:
    columns = {"territory": ["WW"], "limits": {}, "recorded_at": NOW} | details
    claim = RightsClaim(
        entry_id=recording.id, layer=Layer.MASTER, basis=Basis.OWNED, status=CONFIRMED, **columns
    )

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(claim)


def test_a_party_of_the_same_name_is_one_party(app: Flask) -> None:
    first, second = (parties.ensure(PartyKind.CMO, "Sena") for _ in range(2))

    assert first is second


def test_a_new_party_is_private_and_is_paid_nothing_until_somebody_says_how(app: Flask) -> None:
    party = parties.add(PartyKind.PERSON, "Noor Adriaanse")

    assert (party.tax_profile, party.payout, party.version) == (TaxProfile.PRIVATE, Payout.NONE, 0)


@pytest.mark.parametrize("columns", [{"ipi": "123"}, {"isni": "0000"}, {"country": "NLD"}])
def test_the_database_refuses_a_number_of_another_length(app: Flask, columns: dict[str, str]) -> None:
    with pytest.raises(IntegrityError):
        db.session.execute(insert(Party).values(kind=PartyKind.PERSON, name="Noor", **columns))


def test_a_cleared_recording_can_be_licensed_directly_from_the_lowest_price(recording: Entry) -> None:
    clear(recording)

    assert rights.refresh(recording, TODAY)

    assert (recording.reuse, recording.price_from_minor) == (Reuse.DIRECT, 1200)
    assert recording.rights_uri == statements.IN_COPYRIGHT


def test_refreshing_again_changes_nothing(recording: Entry) -> None:
    clear(recording)
    rights.refresh(recording, TODAY)

    assert not rights.refresh(recording, TODAY)


def test_without_any_claim_it_is_on_request_and_nobody_has_looked(recording: Entry) -> None:
    rights.refresh(recording, TODAY)

    assert (recording.reuse, recording.price_from_minor) == (Reuse.ON_REQUEST, None)
    assert recording.rights_uri == statements.NOT_EVALUATED


def test_a_cleared_recording_without_a_master_is_on_request(app: Flask) -> None:
    rates.activate(rates.load(rates.CARD_OF_2026))
    entry = entries.add(EntryKind.RECORDING, "Blauw uur", NOW)
    clear(entry)

    rights.refresh(entry, TODAY)

    assert (entry.reuse, entry.price_from_minor) == (Reuse.ON_REQUEST, None)


def test_out_of_commerce_is_for_listening_only(recording: Entry) -> None:
    clear(recording, Basis.OUT_OF_COMMERCE, notified_on=date(2025, 1, 15))

    rights.refresh(recording, TODAY)

    assert (recording.reuse, recording.price_from_minor) == (Reuse.LISTEN_ONLY, None)


def test_out_of_commerce_within_its_six_months_is_for_nothing_yet(recording: Entry) -> None:
    clear(recording, Basis.OUT_OF_COMMERCE, notified_on=date(2026, 10, 1))

    rights.refresh(recording, TODAY)

    assert recording.reuse is Reuse.NONE


def test_a_disputed_claim_takes_the_offer_away_again(recording: Entry) -> None:
    clear(recording)
    rights.refresh(recording, TODAY)
    rights.record(recording, Layer.MASTER, Basis.OWNED, ClaimStatus.DISPUTED, NOW)

    rights.refresh(recording, TODAY)

    assert (recording.reuse, recording.price_from_minor) == (Reuse.ON_REQUEST, None)


def test_without_a_rate_card_in_force_it_is_on_request(app: Flask) -> None:
    entry = entries.add(EntryKind.RECORDING, "Blauw uur", NOW)
    give_file(entry)
    clear(entry)

    rights.refresh(entry, TODAY)

    assert entry.reuse is Reuse.ON_REQUEST


def test_a_photograph_needs_its_photographer_only(app: Flask) -> None:
    rates.activate(rates.load(rates.CARD_OF_2026))
    picture = entries.add(EntryKind.IMAGE, "Publiek op de trap", NOW)
    give_file(picture)
    rights.record(picture, Layer.PHOTOGRAPH, Basis.PUBLIC_DOMAIN, CONFIRMED, NOW)

    rights.refresh(picture, TODAY)

    assert (picture.reuse, picture.price_from_minor) == (Reuse.DIRECT, 1000)
    assert picture.rights_uri == statements.PUBLIC_DOMAIN


def test_a_session_is_on_request_as_a_whole(app: Flask) -> None:
    session = entries.add(EntryKind.SESSION, "Nachtconcert", NOW)

    rights.refresh(session, TODAY)

    assert (session.reuse, session.price_from_minor) == (Reuse.ON_REQUEST, None)


def test_a_decision_about_an_entry_uses_its_claims_and_its_file(recording: Entry) -> None:
    clear(recording)

    assert rights.decide(recording, Use.LICENCE_SYNC, TODAY, COUNTRIES["europe"]).verdict is Verdict.ALLOW
    assert rights.decide(recording, Use.DATA_MINING_AI, TODAY, COUNTRIES["europe"]).verdict is Verdict.DENY


def test_a_claim_that_has_ended_changes_the_entry_when_the_job_looks(recording: Entry) -> None:
    clear(recording, valid_to=date(2020, 1, 1))
    recording.reuse = Reuse.DIRECT
    db.session.commit()

    rights.refresh_dated({})

    assert recording.reuse is Reuse.ON_REQUEST
