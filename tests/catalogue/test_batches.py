"""A batch changes many entries as one thing: what was shown is done, later edits stand, and it can be undone."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive import accounts, clock, job_runner, jobs
from archive.accounts import Role as StaffRole
from archive.audit import first_broken
from archive.db import db
from archive.errors import Refused
from archive.jobs import Job
from archive.transactions import transaction
from catalogue import agents, batch_work, batches, credits, entries, outbox, places, restoring, snapshots
from catalogue.agents import AgentKind
from catalogue.batches import Batch, BatchEntry, BatchState, Origin, RowState
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.operations import Action, Operation, Reason
from catalogue.outbox import IndexChange
from catalogue.places import PlaceKind
from catalogue.revisions import Revision
from catalogue.terms import Term, TermScheme
from tests import counting

EVERYTHING = Origin(entry_ids=select(Entry.id))


@pytest.fixture
def account_id(app: Flask) -> int:
    with transaction():
        return accounts.add(
            "marit@example.org", "Marit", StaffRole.CATALOGUER, "paard batterij nietje", clock.now()
        ).id


def some(count: int, **fields: Any) -> list[int]:
    with transaction():
        made = [entries.add(EntryKind.IMAGE, f"Foto {at}", clock.now(), **fields) for at in range(count)]
        for entry in made:
            entries.save(entry, None, "made")
        return [entry.id for entry in made]


def begun(operation: Operation, account_id: int, origin: Origin = EVERYTHING) -> int:
    with transaction():
        number = batches.begin(origin, operation, account_id, "why", clock.now()).id
    job_runner.run_due()
    return number


def applied(operation: Operation, account_id: int, origin: Origin = EVERYTHING) -> int:
    number = begun(operation, account_id, origin)
    apply(number, account_id)
    return number


def apply(number: int, account_id: int, *, run: bool = True) -> None:
    with transaction():
        batches.apply(batches.get(number), account_id, clock.now())
    if run:
        job_runner.run_due()


def undo(number: int, account_id: int, reason: str | None = None) -> None:
    with transaction():
        batches.undo(batches.get(number), account_id, clock.now(), "undone", reason)
    job_runner.run_due()


def counts(number: int) -> dict[str, int]:
    db.session.rollback()
    return {state.value: total for state, total in batches.counts(number).items()}


def edit(entry_id: int, **fields: Any) -> None:
    with transaction():
        entry = db.session.get_one(Entry, entry_id)
        for name, value in fields.items():
            setattr(entry, name, value)
        entries.save(entry, None, "edited")


def everything() -> dict[int, str]:
    db.session.rollback()
    said = snapshots.of(list(db.session.scalars(select(Entry))))
    return {
        number: json.dumps(
            {name: value for name, value in each.items() if name not in restoring.NOT_DESCRIBED}
        )
        for number, each in said.items()
    }


def with_people(ids: list[int]) -> tuple[int, int]:
    """Give entries a term and somebody; return the ids of another term and of somebody else."""
    with transaction():
        terms = [
            Term(scheme=TermScheme.SUBJECT, code=code, label_nl=code, label_en=code, aliases=[])
            for code in ("harbour", "stage")
        ]
        db.session.add_all(terms)
        coba, joop = (agents.add(AgentKind.PERSON, name) for name in ("Coba", "Joop"))
        for entry_id in ids:
            credits.replace(entry_id, [Credit(agent_id=coba.id, role=Role.DEPICTED, region={"x": 1})])
            entries.save(db.session.get_one(Entry, entry_id), None)
        db.session.flush()
        return terms[1].id, joop.id


def test_what_was_shown_is_done_and_undone(app: Flask, account_id: int) -> None:
    ids = some(7)
    term_id, agent_id = with_people(ids)
    with transaction():
        place_id = places.ensure(PlaceKind.VENUE, "Bimhuis").id
        parent = entries.add(EntryKind.COLLECTION, "Nalatenschap", clock.now())
        entries.save(parent, None)
        parent_id = parent.id
    pictures = Origin(entry_ids=select(Entry.id).where(Entry.kind == EntryKind.IMAGE))
    before = everything()

    for operation in (
        Operation(Action.SET, "credit_line", "Foto: Nel"),
        Operation(Action.REPLACE, "title", "Foto", "Opname"),
        Operation(Action.ADD_TERM, target=term_id),
        Operation(Action.ADD_CREDIT, target=agent_id, role="pht"),
        Operation(Action.PLACE, target=place_id),
        Operation(Action.COLLECTION, target=parent_id),
        Operation(Action.DATE, text="voorjaar 1961"),
        Operation(Action.ACCESS, text="closed"),
    ):
        number = begun(operation, account_id, pictures)
        shown = {row.entry_id: row.after or {} for row in batches.rows(number, [RowState.CHANGES], 100)}
        apply(number, account_id)
        now = {entry_id: json.loads(said) for entry_id, said in everything().items()}

        assert counts(number) == {"applied": 7}
        assert all(
            now[entry_id][name] == said[name]
            for entry_id, said in shown.items()
            for name in said
            if said and name not in ("terms", "credits")
        )
        undo(number, account_id)
        assert counts(number) == {"undone": 7}
        assert everything() == before
    assert first_broken() is None


def test_history_and_index_follow(app: Flask, account_id: int) -> None:
    ids = some(3)
    with transaction():
        outbox.remove(list(db.session.scalars(select(IndexChange.id))))

    number = begun(Operation(Action.SET, "credit_line", "Foto: Nel"), account_id)
    apply(number, account_id, run=False)
    batch_work.work({"batch_id": number, "job_id": 0})

    assert sorted(db.session.scalars(select(IndexChange.entry_id))) == ids
    kept = db.session.scalars(select(Revision).where(Revision.version == 2)).all()
    assert {(row.entry_id, row.account_id, row.comment) for row in kept} == {
        (each, account_id, "why") for each in ids
    }


def test_an_entry_saved_after_the_preview_is_reported_not_overwritten(app: Flask, account_id: int) -> None:
    ids = some(3)
    number = begun(Operation(Action.SET, "credit_line", "Foto: Nel"), account_id)
    edit(ids[1], credit_line="Foto: een ander")

    apply(number, account_id)

    assert counts(number) == {"applied": 2, "overtaken": 1}
    assert db.session.get_one(Entry, ids[1]).credit_line == "Foto: een ander"


def test_a_later_edit_stands_when_a_batch_is_undone(app: Flask, account_id: int) -> None:
    ids = some(3, credit_line="Foto: vroeger")
    number = applied(Operation(Action.SET, "credit_line", "Foto: Nel"), account_id)
    edit(ids[2], title="Nader bekeken")

    undo(number, account_id)

    assert counts(number) == {"undone": 2, "kept": 1}
    assert [db.session.get_one(Entry, each).credit_line for each in ids] == [
        "Foto: vroeger",
        "Foto: vroeger",
        "Foto: Nel",
    ]


def test_batches_are_undone_one_after_the_other(app: Flask, account_id: int) -> None:
    ids = some(2)
    first, second, third = (
        applied(Operation(Action.SET, field, "x"), account_id)
        for field in ("shelfmark", "extent", "credit_line")
    )
    undo(third, account_id)
    edit(ids[1], title="Nader bekeken")

    undo(second, account_id)
    undo(first, account_id)

    assert counts(second) == counts(first) == {"undone": 1, "kept": 1}
    kept = [db.session.get_one(Entry, each) for each in ids]
    assert [(entry.shelfmark, entry.extent, entry.credit_line) for entry in kept] == [
        (None, None, None),
        ("x", "x", None),
    ]


def test_what_says_it_already_and_what_cannot_are_left_alone(app: Flask, account_id: int) -> None:
    ids = some(2)
    edit(ids[0], credit_line="Foto: Nel")
    with transaction():
        entries.save(entries.add(EntryKind.SESSION, "Blauw uur", clock.now()), None)

    number = begun(Operation(Action.SET, "image.alt_nl", "Een trap"), account_id)
    other = applied(Operation(Action.SET, "credit_line", "Foto: Nel"), account_id)

    assert counts(number) == {"refused": 3}  # two without the row of an image, one of another kind
    assert counts(other) == {"applied": 2, "same": 1}
    assert {row.reason for row in batches.rows(number, [RowState.REFUSED], 9)} == {Reason.NOT_OF_KIND}
    assert db.session.get_one(Entry, ids[0]).version == 2


def test_publishing_is_undone_by_withdrawing(app: Flask, account_id: int) -> None:
    ids = some(2)
    number = applied(Operation(Action.STATUS, text="published"), account_id)
    assert {db.session.get_one(Entry, each).status for each in ids} == {Status.PUBLISHED}

    undo(number, account_id, "Te vroeg gepubliceerd")

    assert counts(number) == {"undone": 2}
    for each in ids:
        entry = db.session.get_one(Entry, each)
        assert (entry.status, entry.withdrawn_reason) == (Status.WITHDRAWN, "Te vroeg gepubliceerd")


@pytest.mark.parametrize("fails_after", [1, 2, 3])
def test_a_job_that_is_killed_goes_on_and_doubles_nothing(
    app: Flask, account_id: int, monkeypatch: pytest.MonkeyPatch, fails_after: int
) -> None:
    monkeypatch.setattr(batch_work, "AT_ONCE", 2)
    some(7)
    number = begun(Operation(Action.REPLACE, "title", "Foto", "Foto Foto"), account_id)
    apply(number, account_id, run=False)
    real, calls = jobs.extend_lease, []

    def dying(job_id: int) -> None:
        calls.append(job_id)
        if len(calls) > fails_after:
            raise KeyboardInterrupt
        real(job_id)

    monkeypatch.setattr(jobs, "extend_lease", dying)
    with pytest.raises(KeyboardInterrupt):
        job_runner.run_due()
    assert counts(number)["applied"] == fails_after * 2
    monkeypatch.setattr(jobs, "extend_lease", real)
    jobs.take_back()
    job_runner.run_due()

    assert counts(number) == {"applied": 7}
    titles = db.session.scalars(select(Entry.title)).all()
    assert all(title.count("Foto") == 2 for title in titles)
    assert set(db.session.scalars(select(Entry.version))) == {2}
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 14
    assert db.session.scalar(select(Batch.state)) is BatchState.APPLIED


def test_one_that_the_database_refuses_does_not_hold_up_the_others(
    app: Flask, account_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = some(5)
    number = begun(Operation(Action.SET, "credit_line", "Foto: Nel"), account_id)
    with transaction():
        row = db.session.scalars(select(BatchEntry).where(BatchEntry.entry_id == ids[2])).one()
        row.after = {"date_lo": 20, "date_hi": 10}

    apply(number, account_id)

    assert counts(number) == {"applied": 4, "refused": 1}
    assert batches.rows(number, [RowState.REFUSED], 9)[0].reason is Reason.NOT_SAVED
    assert db.session.scalar(select(func.count()).where(Job.name == batches.JOB, Job.error.is_not(None))) == 0


def test_applying_twice_is_refused(app: Flask, account_id: int) -> None:
    some(2)
    number = applied(Operation(Action.SET, "credit_line", "Foto: Nel"), account_id)

    with pytest.raises(Refused), transaction():
        batches.apply(batches.get(number), account_id, clock.now())
    undo(number, account_id)
    with pytest.raises(Refused), transaction():
        batches.undo(batches.get(number), account_id, clock.now(), "", None)


@pytest.mark.parametrize(
    "operation", [Operation(Action.SET, "extent", "x"), Operation(Action.STATUS, text="review")]
)
def test_more_entries_take_no_more_statements(app: Flask, account_id: int, operation: Operation) -> None:
    asked = []
    for count in (3, 40):
        ids = some(count)
        number = begun(operation, account_id, Origin(entry_ids=select(Entry.id).where(Entry.id.in_(ids))))
        apply(number, account_id, run=False)
        db.session.rollback()
        with counting.statements() as seen:
            batch_work.work({"batch_id": number, "job_id": 0})
        # The audit log is a chain: each of its rows takes a statement of its own.
        asked.append(sum(not statement.startswith("INSERT INTO audit_entry") for statement in seen))
        assert counts(number) == {"applied": count}

    assert asked[0] == asked[1] <= 45


def test_too_many_are_refused(app: Flask, account_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    some(3)
    monkeypatch.setattr(batches, "MAX_ENTRIES", 2)

    for origin in (EVERYTHING, Origin(question=[("q", "foto")], total=3)):
        with pytest.raises(Refused), transaction():
            batches.begin(origin, Operation(Action.DATE), account_id, "", clock.now())


def test_nothing_chosen_is_refused(app: Flask, account_id: int) -> None:
    with pytest.raises(Refused), transaction():
        batches.begin(EVERYTHING, Operation(Action.DATE), account_id, "", clock.now())
