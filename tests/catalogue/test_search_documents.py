"""Documents: what an entry may be found by, gathered from everything that belongs to it."""

import pytest
from flask import Flask

from archive import clock
from archive.db import db
from catalogue import agents, credits, entries, identifiers, releases, terms
from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.entry_files import Holding
from catalogue.recordings import LineUp
from catalogue.releases import Release, Track
from catalogue.search import collecting, dependants
from catalogue.search.document import Document, Name
from catalogue.terms import TermScheme
from tests import counting
from tests.catalogue import specimens


def document_of(entry: Entry) -> Document:
    (document,) = collecting.documents([entry.id])
    return document


def test_a_recording_carries_session_line_up_place_and_date_of_its_session(app: Flask):
    trumpet = specimens.instrument("trumpet", "trompet", "trumpet", "tp")
    joop = specimens.person("Joop Terwindt")
    night = specimens.session(
        "Nachtconcert",
        specimens.plays(joop, trumpet, leader=True, credited_as="Joe Terwind"),
        date="14 maart 1958",
        place_id=specimens.venue("Zaal Katendrecht", "Rotterdam").id,
        leader_text="Kwintet Joop Terwindt",
    )
    take = specimens.recording(
        "Blauw uur", specimens.did(specimens.person("Lies Hogendoorn"), Role.COMPOSER), at=night
    )

    document = document_of(take)

    assert document.titles == ("Blauw uur",)
    assert Name("Joe Terwind", "Joop Terwindt") in document.names
    assert {name.text for name in document.names} >= {
        "Joop Terwindt",
        "Lies Hogendoorn",
        "Kwintet Joop Terwindt",
    }
    assert {"trompet", "trumpet", "tp", "1958", "concert"} <= set(document.subjects)
    assert document.places == ("Zaal Katendrecht", "Rotterdam")
    assert (document.lo, document.hi, document.decades) == (19580314, 19580314, ("1950",))
    assert "Nachtconcert" in document.prose
    assert document.instruments == ("trumpet",)
    assert joop.pid in document.persons


def test_a_complete_line_up_of_its_own_takes_the_place_of_the_session_s(app: Flask):
    piano = specimens.instrument("piano", "piano", "piano")
    night = specimens.session("Nachtconcert", specimens.plays(specimens.person("Joop Terwindt"), piano))
    solo = specimens.recording(
        "Solo", specimens.plays(specimens.person("Lies Hogendoorn"), piano), at=night, lineup=LineUp.OWN
    )

    assert {name.text for name in document_of(solo).names} == {"Lies Hogendoorn"}


def test_every_other_name_of_a_person_is_there_with_the_one_that_is_shown(app: Flask):
    edgar = specimens.person("Edgar Wijngaarde")
    agents.add_name(edgar, "Eddy Wijngaard")
    entry = specimens.recording("Poging drie", specimens.did(edgar, Role.COMPOSER))

    assert Name("Eddy Wijngaard", "Edgar Wijngaarde") in document_of(entry).names


def test_numbers_of_the_entry_its_carriers_and_its_matrix_are_there(app: Flask):
    entry = specimens.recording("Noordwester", shelfmark="NR-0733", matrix_no="AM 12")
    identifiers.add_to_entry(entry.id, "isrc", "NL-A00-58-00001")
    db.session.add(Holding(entry_id=entry.id, shelfmark="BD 44", carrier_nl="band", carrier_en="tape"))
    db.session.flush()

    assert set(document_of(entry).marks) == {"NR-0733", entry.pid, "AM 12", "NL-A00-58-00001", "BD 44"}


def test_a_release_is_found_by_its_label_number_and_printed_tracks(app: Flask):
    label = agents.add(AgentKind.ORGANISATION, "Katendrecht Records")
    format = terms.ensure(TermScheme.FORMAT, "lp", "langspeelplaat", "long-playing record", [])
    release = specimens.publish(entries.add(EntryKind.RELEASE, "Nachtboot", clock.now()))
    db.session.add(
        Release(entry_id=release.id, label_id=label.id, catalogue_no="KR 101", format_id=format.id)
    )
    releases.replace_tracks(
        release.id, [Track(printed_title="Blauw uur"), Track(printed_title="De brug van Zuid")]
    )

    document = document_of(release)

    assert (document.kind, document.labels) == ("release", (label.pid,))
    assert Name("Katendrecht Records", "Katendrecht Records") in document.names
    assert "KR 101" in document.marks
    assert "Blauw uur / De brug van Zuid" in document.prose
    assert {"langspeelplaat", "long-playing record", "plaat"} <= set(document.subjects)


def test_a_recording_is_found_by_the_title_and_composers_of_its_work(app: Flask):
    work = specimens.publish(entries.add(EntryKind.WORK, "Nachtmuziek voor de haven", clock.now()))
    credits.replace(work.id, [specimens.did(specimens.person("Lies Hogendoorn"), Role.COMPOSER)])
    take = specimens.recording("Haven", work_id=work.id)

    document = document_of(take)

    assert document.titles == ("Haven", "Nachtmuziek voor de haven")
    assert Name("Lies Hogendoorn", "Lies Hogendoorn") in document.names
    assert document.players == ()
    assert dependants.of_holders(dependants.holders([work.id])) == {take.id}


def test_a_take_that_is_called_after_its_work_does_not_say_it_twice(app: Flask):
    work = specimens.publish(entries.add(EntryKind.WORK, "Nachtmuziek voor de haven", clock.now()))

    assert document_of(specimens.recording("Intro: Nachtmuziek voor de Haven", work_id=work.id)).titles == (
        "Intro: Nachtmuziek voor de Haven",
    )


def test_a_work_that_is_not_public_lends_nothing(app: Flask):
    work = entries.add(EntryKind.WORK, "Geheim", clock.now())
    entries.save(work, None)

    assert document_of(specimens.recording("Haven", work_id=work.id)).titles == ("Haven",)


def test_who_is_on_some_tracks_of_a_release_was_not_there_with_the_others(app: Flask):
    trumpet = specimens.instrument("trumpet", "trompet", "trumpet")
    everywhere, once = specimens.person("Joop Terwindt"), specimens.person("Theo van Aalst")
    release = specimens.publish(entries.add(EntryKind.RELEASE, "Verzamelplaat", clock.now()))
    credits.replace(
        release.id,
        [specimens.plays(everywhere, trumpet), specimens.plays(once, trumpet, tracks_text="A1")],
    )

    document = document_of(release)

    assert document.players == (everywhere.pid,)
    assert set(document.persons) == {everywhere.pid, once.pid}


def test_collections_above_are_there_unless_they_are_hidden(app: Flask):
    fonds = specimens.collection("Fonds Katendrecht")
    series = specimens.collection("Serie banden", parent_id=fonds.id)
    entry = specimens.recording("Wals", parent_id=series.id)
    assert document_of(entry).collections == (series.pid, fonds.pid)

    fonds.status, fonds.withdrawn_reason = Status.WITHDRAWN, "asked"
    db.session.flush()

    assert document_of(entry).collections == (series.pid,)
    assert "Fonds Katendrecht" not in document_of(entry).prose


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEW, Status.WITHDRAWN])
def test_what_is_not_published_has_no_document(app: Flask, status: Status):
    entry = specimens.recording()
    entry.status = status
    db.session.flush()

    assert collecting.documents([entry.id]) == []


def test_a_digest_changes_with_anything_the_document_says(app: Flask):
    entry = specimens.recording(price_from_minor=1800)
    before = document_of(entry).digest
    assert document_of(entry).digest == before

    entry.price_from_minor = 3500

    assert document_of(entry).digest != before


def test_a_batch_takes_the_same_number_of_queries_whatever_its_size(app: Flask):
    piano = specimens.instrument("piano", "piano", "piano")

    def make(number: int) -> int:
        fonds = specimens.collection(f"Fonds {number}")
        hall = specimens.venue(f"Zaal {number}", f"Stad {number}")
        night = specimens.session(
            f"Nacht {number}", specimens.plays(specimens.person(f"Musicus {number}"), piano)
        )
        return specimens.recording(f"Stuk {number}", at=night, parent_id=fonds.id, place_id=hall.id).id

    def count(ids: list[int]) -> int:
        db.session.expire_all()
        db.session.expunge_all()
        with counting.statements() as seen:
            assert len(collecting.documents(ids)) == len(ids)
        return len(seen)

    ids = [make(number) for number in range(12)]

    assert count(ids[:2]) == count(ids) <= 12


def test_all_published_entries_come_in_batches(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(collecting, "BATCH", 2)
    pids = {specimens.recording(f"Stuk {number}").pid for number in range(5)}
    db.session.commit()

    batches = list(collecting.every_batch())

    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert {document.pid for batch in batches for document in batch} == pids


def test_a_hidden_session_lends_its_date_and_players_but_not_its_title(app: Flask):
    piano = specimens.instrument("piano", "piano", "piano")
    night = specimens.session(
        "Geheime nacht", specimens.plays(specimens.person("Lies Hogendoorn"), piano), date="1958"
    )
    take = specimens.recording("Wals", at=night)
    night.status = Status.REVIEW
    db.session.flush()

    document = document_of(take)

    assert "Geheime nacht" not in document.prose
    assert document.lo == 19580101
    assert {name.text for name in document.names} == {"Lies Hogendoorn"}
