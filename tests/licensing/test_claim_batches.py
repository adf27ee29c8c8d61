"""Claims on many entries: what changes is seen first, done as a job, and undone; later work of others stands."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive import jobs
from archive.accounts import Role
from archive.db import db
from archive.errors import Refused
from catalogue import entries
from catalogue.batches import BatchState, Origin, RowState
from catalogue.entries import Entry, EntryKind, Reuse
from licensing import claim_batch_work, claim_batches, claiming, parties, rates, rights
from licensing.claim_batches import ClaimBatch, Filling
from licensing.claiming import Said
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.parties import Party, PartyKind
from licensing.rights import RightsClaim
from tests.catalogue import staff
from tests.licensing.test_desk_rights import page, send
from tests.licensing.test_rights import give_file

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CONFIRMED, SUPERSEDED = ClaimStatus.CONFIRMED, ClaimStatus.SUPERSEDED
FORM = {"layer": "master", "basis": "owned", "status": "confirmed", "territory": "WW", "filling": "fill"}


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    return staff.sign_in(client, Role.LICENSING)


@pytest.fixture
def label(app: Flask) -> Party:
    return parties.add(PartyKind.ORGANISATION, "Noordwester")


@pytest.fixture
def takes(app: Flask, label: Party) -> list[Entry]:
    """Three recordings, cleared but for the tape; of the second the tape is a label's."""
    rates.activate(rates.load(rates.CARD_OF_2026))
    found = [entries.add(EntryKind.RECORDING, f"Take {number}", NOW) for number in range(3)]
    for entry in found:
        give_file(entry)
        for layer in (Layer.COMPOSITION, Layer.PERFORMANCE):
            rights.record(entry, layer, Basis.OWNED, CONFIRMED, NOW)
    rights.record(
        found[1], Layer.MASTER, Basis.REPRESENTED, CONFIRMED, NOW, party=label, evidence="contract 12"
    )
    for entry in found:
        rights.refresh(entry, NOW.date())
    db.session.commit()
    return found


def chosen(takes: list[Entry]) -> dict:
    return {"entry": [entry.pid for entry in takes]}


def work() -> None:
    """Let the job runner do what waits."""
    while jobs.run_next():
        pass
    db.session.rollback()
    db.session.expire_all()


def the_batch() -> ClaimBatch:
    db.session.rollback()
    return db.session.scalars(select(ClaimBatch).order_by(ClaimBatch.id.desc())).first()


def standing(entry: Entry, layer: Layer = Layer.MASTER) -> list[RightsClaim]:
    rows = rights.rows_of(entry.id)
    return [row for row in rows if row.layer is layer and row.status is not SUPERSEDED]


def states(batch: ClaimBatch) -> list[RowState]:
    return [row.state for row in claim_batches.rows(batch.id, list(RowState), 100)]


def press(desk: FlaskClient, to: str, status: int = 303) -> str:
    return send(desk, f"/desk/rights/batches/{the_batch().id}/step", {"to": to}, status)


def test_empty_layers_are_filled_and_the_change_is_seen_first(desk: FlaskClient, takes: list[Entry]) -> None:
    send(desk, "/desk/rights/batches/new", FORM | chosen(takes) | {"why": "schenking 2026"})

    seen = page(desk, f"/desk/rights/batches/{the_batch().id}")
    before = [len(standing(entry)) for entry in takes]
    press(desk, "apply")
    work()

    assert before == [0, 1, 0]
    assert "Record the claim on 2 entries" in seen
    assert "<strong>Allowed</strong>" in seen
    assert states(the_batch()) == [RowState.APPLIED, RowState.SAME, RowState.APPLIED]
    assert [standing(entry)[0].basis for entry in takes] == [Basis.OWNED, Basis.REPRESENTED, Basis.OWNED]
    assert {entry.reuse for entry in takes} == {Reuse.DIRECT}
    press(desk, "apply", 409)


def test_undoing_lets_stand_again_what_stood(desk: FlaskClient, takes: list[Entry], label: Party) -> None:
    send(desk, "/desk/rights/batches/new", FORM | chosen(takes) | {"filling": "replace", "basis": "unknown"})
    press(desk, "apply")
    work()
    assert [standing(entry)[0].basis for entry in takes] == [Basis.UNKNOWN] * 3
    assert {entry.reuse for entry in takes} == {Reuse.ON_REQUEST}

    press(desk, "undo")
    work()

    assert [len(standing(entry)) for entry in takes] == [0, 1, 0]
    (tape,) = standing(takes[1])
    assert (tape.basis, tape.party, tape.status, tape.evidence) == (
        Basis.REPRESENTED,
        label,
        CONFIRMED,
        "contract 12",
    )
    assert takes[1].reuse is Reuse.DIRECT
    assert set(states(the_batch())) == {RowState.UNDONE}


def test_what_somebody_records_meanwhile_stands(desk: FlaskClient, takes: list[Entry]) -> None:
    send(desk, "/desk/rights/batches/new", FORM | chosen(takes))
    claiming.add(takes[0], Said(Layer.BROADCAST, Basis.UNKNOWN, CONFIRMED), NOW, None)
    db.session.commit()
    press(desk, "apply")
    work()
    assert states(the_batch()) == [RowState.OVERTAKEN, RowState.SAME, RowState.APPLIED]

    claiming.move(standing(takes[2])[0], ClaimStatus.DISPUTED, NOW, None, "brief")
    db.session.commit()
    press(desk, "undo")
    work()

    assert states(the_batch()) == [RowState.OVERTAKEN, RowState.SAME, RowState.KEPT]
    assert standing(takes[2])[0].status is ClaimStatus.DISPUTED


def test_a_job_that_runs_twice_makes_each_claim_once(desk: FlaskClient, takes: list[Entry]) -> None:
    send(desk, "/desk/rights/batches/new", FORM | chosen(takes))
    press(desk, "apply")
    number = the_batch().id
    db.session.rollback()

    for _time in range(2):
        claim_batch_work.work({"batch_id": number, "job_id": 0})

    db.session.expire_all()
    assert [len(standing(entry)) for entry in takes] == [1, 1, 1]
    assert the_batch().state is BatchState.APPLIED


def test_many_entries_are_looked_at_by_the_job(app: Flask, desk: FlaskClient, takes: list[Entry]) -> None:
    ids = select(Entry.id).where(Entry.kind == EntryKind.RECORDING)
    account = db.session.scalars(select(claim_batches.Account.id)).first()
    said = Said(Layer.MASTER, Basis.OWNED, CONFIRMED)
    claim_batches.begin(Origin(entry_ids=ids), Filling.REPLACE, said, account, "", NOW)
    db.session.commit()
    assert "0 of 3 entries" in page(desk, f"/desk/rights/batches/{the_batch().id}")

    work()

    assert states(the_batch()) == [RowState.CHANGES] * 3
    assert claim_batches.turns(the_batch().id)[("print", "ask", "allow")] == 2


def test_a_batch_without_entries_or_with_a_faulty_claim_is_refused(
    desk: FlaskClient, takes: list[Entry]
) -> None:
    assert "Nothing is chosen" in send(desk, "/desk/rights/batches/new", FORM, 409)
    faulty = FORM | chosen(takes) | {"territory": "Mars", "evidence": "dossier 58-31"}
    shown = send(desk, "/desk/rights/batches/new", faulty, 422)

    assert "We do not know the country" in shown
    assert "dossier 58-31" in shown
    assert db.session.scalars(select(ClaimBatch)).all() == []


def test_a_batch_that_was_left_is_not_done(desk: FlaskClient, takes: list[Entry]) -> None:
    send(desk, "/desk/rights/batches/new", FORM | chosen(takes))
    press(desk, "drop")

    press(desk, "apply", 409)

    with pytest.raises(Refused):
        claim_batches.undo(the_batch(), 1, NOW)
    assert "Dropped" in page(desk, "/desk/rights/batches")
