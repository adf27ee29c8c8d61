"""Claims as staff make them: added, followed by others, disputed; never above the whole, also by two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from archive.audit import AuditEntry
from archive.db import db
from archive.errors import Invalid, Refused
from archive.transactions import transaction
from catalogue import entries
from catalogue.entries import Entry, EntryKind, Reuse
from licensing import claim_history, claiming, parties, rates, rights
from licensing.claiming import Said
from licensing.claims import Basis, ClaimStatus, Layer, Part, Use
from licensing.parties import Party, PartyKind
from licensing.reasons import Verdict
from licensing.rights import RightsClaim
from licensing.vocabulary import COUNTRIES
from tests.licensing.test_rights import give_file

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
ASSERTED, CONFIRMED, DISPUTED, SUPERSEDED = ClaimStatus
WORLD = COUNTRIES["world"]


@pytest.fixture
def recording(app: Flask) -> Entry:
    """A recording with a master file, on which nobody claims anything."""
    rates.activate(rates.load(rates.CARD_OF_2026))
    entry = entries.add(EntryKind.RECORDING, "Blauw uur", NOW)
    give_file(entry)
    return entry


@pytest.fixture
def label(app: Flask) -> Party:
    return parties.add(PartyKind.ORGANISATION, "Noordwester")


def said(layer: Layer = Layer.MASTER, basis: Basis = Basis.OWNED, **more) -> Said:
    return Said(layer, basis, **{"status": CONFIRMED} | more)


def clear(entry: Entry) -> None:
    """Own all layers of a recording."""
    for layer in (Layer.COMPOSITION, Layer.PERFORMANCE, Layer.MASTER):
        claiming.add(entry, said(layer), NOW, None)


def standing(entry: Entry) -> list[RightsClaim]:
    return [row for row in rights.rows_of(entry.id) if row.status is not SUPERSEDED]


def test_a_claim_is_handed_down_to_the_catalogue_at_once(recording: Entry) -> None:
    clear(recording)

    assert recording.reuse is Reuse.DIRECT


def test_a_changed_claim_follows_the_old_one_which_stays_as_history(recording: Entry, label: Party) -> None:
    first = claiming.add(recording, said(), NOW, None, "schenking")

    second = claiming.change(
        first, said(basis=Basis.REPRESENTED, party=label, share_bp=5000), NOW, None, "akte gevonden"
    )

    assert (first.status, first.basis, first.share_bp) == (SUPERSEDED, Basis.OWNED, 10_000)
    assert (second.supersedes_id, second.basis, second.party) == (first.id, Basis.REPRESENTED, label)
    steps = [(each.from_status, each.to_status, each.why) for each in claim_history.of([first.id, second.id])]
    assert steps == [
        (None, CONFIRMED, "schenking"),
        (CONFIRMED, SUPERSEDED, "akte gevonden"),
        (None, CONFIRMED, "akte gevonden"),
    ]
    assert db.session.scalar(select(AuditEntry.id).where(AuditEntry.action == "rights.claim_moved"))


def test_a_claim_that_was_changed_before_is_not_changed_again(recording: Entry) -> None:
    first = claiming.add(recording, said(), NOW, None)
    claiming.change(first, said(share_bp=5000), NOW, None, "half")

    with pytest.raises(Refused):
        claiming.change(first, said(share_bp=2500), NOW, None, "kwart")

    assert [row.share_bp for row in standing(recording)] == [5000]


def test_a_dispute_takes_the_offer_away_and_needs_a_reason(recording: Entry) -> None:
    clear(recording)
    claim = standing(recording)[0]

    with pytest.raises(Invalid):
        claiming.move(claim, DISPUTED, NOW, None, " ")
    claiming.move(claim, DISPUTED, NOW, None, "brief van de omroep")

    assert claim.status is DISPUTED
    assert recording.reuse is Reuse.ON_REQUEST


def test_what_is_history_stays_history(recording: Entry) -> None:
    claim = claiming.add(recording, said(), NOW, None)
    claiming.move(claim, SUPERSEDED, NOW, None, "vergissing")

    with pytest.raises(Refused):
        claiming.move(claim, CONFIRMED, NOW, None, "toch niet")


NL, BE, EARLIER, LATER = ["NL"], ["BE"], date(1999, 12, 31), date(2000, 1, 1)


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        ({"share_bp": 6000}, {"share_bp": 4000}, True),
        ({"share_bp": 6000}, {"share_bp": 4001}, False),
        ({"share_bp": 6000, "territory": NL}, {"share_bp": 6000, "territory": BE}, True),
        ({"share_bp": 6000, "territory": NL}, {"share_bp": 6000}, False),
        ({"share_bp": 6000, "territory": NL}, {"share_bp": 6000, "territory": [*NL, *BE]}, False),
        ({"share_bp": 6000, "valid_to": EARLIER}, {"share_bp": 6000, "valid_from": LATER}, True),
        ({"share_bp": 6000, "valid_to": LATER}, {"share_bp": 6000, "valid_from": LATER}, False),
        ({"share_bp": 6000, "valid_from": LATER}, {"share_bp": 6000}, False),
        ({}, {"layer": Layer.PERFORMANCE}, True),
        ({}, {"status": DISPUTED}, True),
        ({"layer": Layer.PORTRAIT}, {"layer": Layer.PORTRAIT}, True),
        ({}, {"part": Part(0, 1000)}, True),
        ({"part": Part(0, 1000)}, {"part": Part(0, 1000)}, False),
    ],
)
def test_no_more_than_the_whole_is_claimed_on_a_day_in_a_country(
    recording: Entry, first: dict, second: dict, fits: bool
) -> None:
    claiming.add(recording, said(**first), NOW, None)

    if fits:
        claiming.add(recording, said(**second), NOW, None)
    else:
        with pytest.raises(Refused):
            claiming.add(recording, said(**second), NOW, None)

    assert len(standing(recording)) == 1 + fits


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({"share_bp": 4000}, True),
        ({"share_bp": 4001}, False),
        ({"share_bp": 6000, "territory": NL}, False),
        ({"share_bp": 6000, "valid_from": LATER}, False),
        ({"share_bp": 6000, "status": DISPUTED}, True),
        ({"share_bp": 6000, "layer": Layer.LYRICS}, True),
    ],
)
def test_the_database_itself_holds_shares_below_the_whole(recording: Entry, more: dict, fits: bool) -> None:
    claiming.add(recording, said(share_bp=6000), NOW, None)
    row = {"layer": Layer.MASTER, "status": CONFIRMED, "territory": ["WW"]} | more
    rest = {"basis": Basis.OWNED, "limits": {}, "recorded_at": NOW, "entry_id": recording.id}

    if fits:
        db.session.execute(insert(RightsClaim).values(**row, **rest))
    else:
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(insert(RightsClaim).values(**row, **rest))


def test_a_dispute_is_not_settled_for_two_who_claim_the_whole(recording: Entry) -> None:
    claiming.add(recording, said(), NOW, None)
    other = claiming.add(recording, said(status=DISPUTED), NOW, None)

    with pytest.raises((Refused, IntegrityError)), db.session.begin_nested():
        claiming.move(other, CONFIRMED, NOW, None, "uitspraak")

    db.session.expire_all()
    assert other.status is DISPUTED


@pytest.mark.parametrize(
    "change", [{"share_bp": 1}, {"basis": Basis.UNKNOWN}, {"territory": ["NL"]}, {"evidence": "anders"}]
)
def test_what_a_claim_says_is_never_overwritten(recording: Entry, change: dict) -> None:
    claim = claiming.add(recording, said(), NOW, None)

    with pytest.raises(DatabaseError, match="never changed"), db.session.begin_nested():
        db.session.execute(update(RightsClaim).where(RightsClaim.id == claim.id).values(**change))
    with pytest.raises(DatabaseError, match="never changed"), db.session.begin_nested():
        db.session.delete(claim)


@pytest.mark.parametrize(
    "wrong",
    [
        {"territory": []},
        {"territory": ["XX"]},
        {"share_bp": 0},
        {"share_bp": 10_001},
        {"basis": Basis.REPRESENTED},
        {"basis": Basis.COLLECTIVE},
        {"valid_from": LATER, "valid_to": EARLIER},
        {"part": Part(2000, 1000)},
        {"part": Part(-1, 1000)},
    ],
)
def test_a_claim_that_cannot_be_is_refused_and_leaves_nothing(recording: Entry, wrong: dict) -> None:
    with pytest.raises(Invalid):
        claiming.add(recording, said(**wrong), NOW, None)

    assert rights.rows_of(recording.id) == []


def test_only_recordings_have_parts(app: Flask) -> None:
    picture = entries.add(EntryKind.IMAGE, "Publiek op de trap", NOW)

    with pytest.raises(Invalid):
        claiming.add(picture, said(Layer.PHOTOGRAPH, part=Part(0, 1000)), NOW, None)


def test_a_claim_on_a_part_narrows_that_part_and_the_whole_only(recording: Entry, label: Party) -> None:
    clear(recording)
    sample = said(Layer.BROADCAST, Basis.UNKNOWN, part=Part(60_000, 90_000), party=label)
    claiming.add(recording, sample, NOW, None)

    verdicts = [
        rights.decide(recording, Use.LICENCE_SYNC, TODAY, WORLD, part).verdict
        for part in (None, Part(61_000, 62_000), Part(0, 60_000), Part(90_000, 95_000))
    ]

    assert verdicts == [Verdict.ASK, Verdict.ASK, Verdict.ALLOW, Verdict.ALLOW]


def test_two_who_claim_at_once_do_not_exceed_the_whole(app: Flask, recording: Entry) -> None:
    entry_id, at_once = recording.id, Barrier(2)
    db.session.commit()

    def claim(_who: int) -> str:
        with app.app_context():
            at_once.wait(10)
            try:
                with transaction():
                    claiming.add(db.session.get_one(Entry, entry_id), said(share_bp=6000), NOW, None)
            except Refused:
                return "refused"
            finally:
                db.session.remove()
            return "claimed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(claim, range(2)))

    assert outcomes == ["claimed", "refused"]
    assert [row.share_bp for row in standing(recording)] == [6000]


def test_two_who_change_one_claim_at_once_leave_one_that_follows(app: Flask, recording: Entry) -> None:
    claim_id, at_once = claiming.add(recording, said(), NOW, None).id, Barrier(2)
    db.session.commit()

    def change(share_bp: int) -> str:
        with app.app_context():
            at_once.wait(10)
            try:
                with transaction():
                    claiming.change(claiming.get(claim_id), said(share_bp=share_bp), NOW, None, "anders")
            except Refused:
                return "refused"
            finally:
                db.session.remove()
            return "changed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(change, (2000, 3000)))

    db.session.expire_all()
    assert outcomes == ["changed", "refused"]
    assert len(standing(recording)) == 1


def test_days_of_a_claim_are_taken_as_they_are(recording: Entry) -> None:
    clear(recording)
    claim = standing(recording)[0]
    claiming.change(claim, said(claim.layer, valid_to=TODAY), NOW, None, "loopt af")

    today, tomorrow = (
        rights.decide(recording, Use.PRINT, day, WORLD).verdict for day in (TODAY, TODAY + timedelta(1))
    )

    assert (today, tomorrow) == (Verdict.ALLOW, Verdict.ASK)
