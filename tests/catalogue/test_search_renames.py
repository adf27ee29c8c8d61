"""Names that many entries share: whoever changes one need not think of the index, nor wait for it."""

import time
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, update

from archive import clock, job_runner, jobs
from archive.db import db
from archive.jobs import Job
from archive.transactions import transaction
from catalogue import agents, entries, outbox, shared_changes
from catalogue.agents import Agent
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.recordings import LineUp, Recording
from catalogue.search import collecting, index, query, upkeep, watching
from catalogue.shared_changes import Shared
from tests import counting
from tests.catalogue import specimens


def found(words: str, on: date | None = None) -> set[str]:
    """The entries found as of a day, today unless told."""
    result = index.current().search(query.read([("q", words)]), on or clock.now().date())
    return set(result.pids) if result.rung == "exact" else set()


def run_due() -> None:
    db.session.rollback()
    job_runner.run_due()


def test_a_renamed_person_is_found_by_the_new_name_wherever_it_played(app: Flask):
    trumpet = specimens.instrument("trumpet", "trompet", "trumpet")
    joop = specimens.person("Joop Terwindt")
    night = specimens.session("Nachtconcert", specimens.plays(joop, trumpet))
    take, other = specimens.recording("Blauw uur", at=night), specimens.recording("Zonder")
    specimens.in_index()

    with transaction():
        joop.name = "Willem Overgaauw"
    run_due()

    assert found("overgaauw") == {night.pid, take.pid}
    assert found("terwindt") == set()
    assert found("zonder") == {other.pid}
    assert shared_changes.count() == 0


def test_another_name_is_found_when_it_comes_and_no_longer_when_it_goes(app: Flask):
    lies = specimens.person("Lies Hogendoorn")
    take = specimens.recording("Blauw uur", specimens.did(lies, Role.COMPOSER))
    specimens.in_index()

    with transaction():
        agents.add_name(lies, "Elisabeth Oosterhuis")
    run_due()
    assert found("oosterhuis") == {take.pid}

    with transaction():
        lies.names.clear()
    run_due()
    assert found("oosterhuis") == set()


def test_two_persons_who_turn_out_to_be_one(app: Flask):
    one, two = specimens.person("Lies Hogendoorn"), specimens.person("E. Oosterhuis")
    agents.add_name(two, "Bep")
    first = specimens.recording("Blauw uur", specimens.did(one, Role.COMPOSER))
    second = specimens.recording("Groen uur", specimens.did(two, Role.COMPOSER))
    specimens.in_index()

    with transaction():
        for credit in db.session.query(Credit).filter_by(agent_id=two.id):
            credit.agent_id = one.id
        two.names[0].agent = one
    run_due()

    assert found("hogendoorn") == found("bep") == {first.pid, second.pid}
    assert found("oosterhuis") == set()


@pytest.mark.parametrize("column", ["name", "variants"])
def test_a_renamed_city_reaches_what_lies_in_it_and_what_was_made_there(app: Flask, column: str):
    hall = specimens.venue("Zaal Katendrecht", "Rotterdam")
    night = specimens.session("Nachtconcert", place_id=hall.id)
    take = specimens.recording("Blauw uur", at=night)
    specimens.in_index()

    with transaction():
        setattr(hall.parent, column, {"name": "Rotown", "variants": ["Rotown"]}[column])
    run_due()

    assert found("rotown") == {night.pid, take.pid}


def test_a_venue_that_moves_to_another_city(app: Flask):
    hall, elsewhere = specimens.venue("Zaal Oost", "Rotterdam"), specimens.venue("Oranjehal", "Amsterdam")
    take = specimens.recording("Blauw uur", place_id=hall.id)
    specimens.in_index()

    with transaction():
        hall.parent = elsewhere.parent
    run_due()

    assert found("amsterdam") == {take.pid}


def test_a_renamed_instrument(app: Flask):
    horn = specimens.instrument("horn", "hoorn", "horn")
    take = specimens.recording("Blauw uur", specimens.plays(specimens.person("Joop"), horn))
    specimens.in_index()

    with transaction():
        horn.aliases = ["mellofoon"]
    run_due()

    assert found("mellofoon") == {take.pid}


@pytest.mark.parametrize("is_many", [False, True], ids=["few", "many"])
def test_a_renamed_collection_reaches_all_that_lies_in_it(
    app: Flask, is_many: bool, monkeypatch: pytest.MonkeyPatch
):
    if is_many:
        monkeypatch.setattr(collecting, "BATCH", 2)
    fonds = specimens.collection("Fonds Katendrecht")
    series = specimens.collection("Serie banden", parent_id=fonds.id)
    takes = {specimens.recording(f"Band {number}", parent_id=series.id).pid for number in range(5)}
    specimens.in_index()

    with transaction():
        fonds.title = "Nalatenschap Overgaauw"
        entries.save(fonds, None)
    run_due()

    assert found("overgaauw") == {fonds.pid, series.pid, *takes}


def test_what_names_do_not_say_changes_nothing(app: Flask):
    joop = specimens.person("Joop Terwindt")
    hall = specimens.venue("Zaal Katendrecht", "Rotterdam")
    specimens.recording("Blauw uur", specimens.did(joop, Role.COMPOSER))
    specimens.in_index()

    with transaction():
        joop.bio_nl, joop.sort_name, hall.lat = "Trompettist.", "Terwindt, J.", 51.9

    assert shared_changes.count() == 0


def test_an_import_of_people_queues_no_change_of_each(app: Flask):
    with transaction():
        for number in range(50):
            agents.add_name(specimens.person(f"Speler {number}"), f"Player {number}")

    assert shared_changes.count() == 0


def test_a_rename_that_is_rolled_back_queues_nothing(app: Flask):
    joop = specimens.person("Joop Terwindt")
    db.session.commit()

    def fail() -> None:
        with transaction():
            joop.name = "Willem"
            db.session.flush()
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        fail()

    assert (shared_changes.count(), jobs.waiting()) == (0, 0)


def test_names_cannot_be_changed_behind_the_back_of_the_index(app: Flask):
    with pytest.raises(RuntimeError, match="pass the index by"), transaction():
        db.session.execute(update(Agent).values(name="Everybody"))


def test_a_name_changed_twice_is_worked_through_once(app: Flask):
    joop = specimens.person("Joop Terwindt")
    db.session.commit()
    for name in ("Jaap Terwindt", "Jan Terwindt"):
        with transaction():
            joop.name = name

    assert len(shared_changes.next_batch(10)) == 1
    run_due()
    assert shared_changes.count() == 0


def much_played(count: int) -> Agent:
    """Somebody with so many recordings, all in the index."""
    joop = specimens.person("Joop Terwindt")
    db.session.commit()
    with transaction():
        add_recordings(joop, count)
    upkeep.make_anew(lambda _done: None)
    return joop


def add_recordings(agent: Agent, count: int) -> None:
    moment = clock.now()
    common = {"kind": EntryKind.RECORDING, "status": Status.PUBLISHED, "title": "Blauw uur", "alt_titles": []}
    common |= {"created_at": moment, "updated_at": moment, "first_public_at": moment}
    numbers = range(1_000, 1_000 + count)
    db.session.execute(insert(Entry), [common | {"id": number, "pid": f"p{number}"} for number in numbers])
    takes = [{"entry_id": number, "lineup": LineUp.OWN} for number in numbers]
    db.session.execute(insert(Recording), takes)
    written = {"agent_id": agent.id, "role": Role.COMPOSER, "position": 0}
    db.session.execute(insert(Credit), [written | {"entry_id": number} for number in numbers])


def test_five_thousand_entries_are_queued_as_one_row_and_followed_up_by_the_job(app: Flask):
    joop = much_played(5_000)
    began = time.monotonic()
    with counting.statements() as seen, transaction():
        joop.name = "Willem Overgaauw"
    took = time.monotonic() - began

    assert (shared_changes.count(), outbox.count()) == (1, 0)
    assert (len(seen) < 10, took < 0.5) == (True, True)
    run_due()
    assert index.current().search(query.read([("q", "overgaauw")]), clock.now().date()).total == 5_000
    assert found("terwindt") == set()


def test_a_rename_that_is_killed_half_way_goes_on_where_it_was(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(collecting, "BATCH", 20)
    joop = much_played(300)
    with transaction():
        joop.name = "Willem Overgaauw"
    steps = iter(range(12))
    take_in = upkeep.take_in

    def killed_at_the_twelfth(entry_ids: set[int]) -> None:
        if next(steps) == 11:
            raise KeyboardInterrupt
        take_in(entry_ids)

    monkeypatch.setattr(upkeep, "take_in", killed_at_the_twelfth)
    with pytest.raises(KeyboardInterrupt):
        job_runner.run_due()
    monkeypatch.setattr(upkeep, "take_in", take_in)
    db.session.rollback()
    (change,) = shared_changes.next_batch(10)
    assert change.reached == 1_000 + 11 * collecting.BATCH - 1

    with transaction():
        db.session.execute(update(Job).values(leased_until=clock.now() - timedelta(minutes=1)))
    run_due()
    assert index.current().search(query.read([("q", "overgaauw")]), clock.now().date()).total == 300
    assert shared_changes.count() == 0


def test_a_save_does_not_wait_for_a_rename(app: Flask):
    joop = much_played(50)
    with transaction():
        joop.name = "Willem Overgaauw"
        shared_changes.add(Shared.AGENT, [joop.id])
        saved = specimens.recording("Groen uur")
    pid = saved.pid
    db.session.rollback()

    upkeep._take_in_changes()

    assert found("groen") == {pid}
    assert shared_changes.count() > 0


def test_the_end_of_an_embargo_reaches_what_lies_in_the_collection_and_was_made_at_the_session(app: Flask):
    hidden = specimens.collection("Nalatenschap Overgaauw")
    night = specimens.session("Geheime nacht")
    hidden.embargo_until = night.embargo_until = clock.now().date() + timedelta(days=1)
    take = specimens.recording("Blauw uur", at=night, parent_id=hidden.id)
    entries.save(night, None)
    entries.save(hidden, None)
    specimens.in_index()
    tomorrow = clock.now().date() + timedelta(days=2)
    assert found("overgaauw", tomorrow) == {hidden.pid}
    assert found("geheime", tomorrow) == {night.pid}

    with transaction():
        # As on the day: whoever asks now sees an embargo that has ended.
        hidden.embargo_until = night.embargo_until = clock.now().date()
    watching.watch({})
    run_due()

    assert found("overgaauw") == {hidden.pid, take.pid}
    assert found("geheime") == {night.pid, take.pid}


def test_each_end_of_an_embargo_is_looked_at_once(app: Flask):
    day = clock.now().date()
    for title, until in (("Past", -5), ("Today", 0), ("Tomorrow", 1)):
        specimens.recording(title).embargo_until = day + timedelta(days=until)
    specimens.recording("Always")
    db.session.flush()

    def ended(since: date | None, today: date) -> list[str]:
        chosen = watching.embargo_ended(since, today)
        return sorted(db.session.scalars(db.select(Entry.title).where(Entry.id.in_(chosen))))

    assert ended(None, day) == ["Past", "Today"]
    assert ended(day - timedelta(days=1), day) == ["Today"]
    assert ended(day, day) == []
    assert ended(day, day + timedelta(days=7)) == ["Tomorrow"]
