"""Concerts: a session each, with hall, people, what they did, and the programme."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive.db import db
from catalogue.agents import Agent
from catalogue.credits import Credit, Role
from catalogue.entries import Entry, EntryKind
from catalogue.identifiers import Identifier
from catalogue.importing import mapping as mappings
from catalogue.importing import plan, writing
from catalogue.importing.records import PlannedConcert
from catalogue.importing.remarks import Look
from catalogue.importing.rows import SourceRow
from catalogue.places import Place
from catalogue.recording_sessions import RecordingSession, SessionType
from tests.catalogue.importing_concerts import Concert, a_concert, a_player, some_concerts, written
from tests.catalogue.importing_tables import a_row, content, counts, imported
from tests.catalogue.importing_tables import written as written_solos

CARNEGIE = mappings.load("carnegie_concerts")


def planned(concert: Concert) -> PlannedConcert:
    head = plan.group(CARNEGIE, [SourceRow(1, concert["id"], concert)]).head
    assert isinstance(head, PlannedConcert)
    return head


def remarked(concert: Concert) -> list[tuple[Look, str]]:
    group = plan.group(CARNEGIE, [SourceRow(1, concert["id"], concert)])
    return [(remark.kind, remark.value) for remark in group.remarks]


def test_a_row_is_a_concert_in_a_hall_with_a_programme() -> None:
    works = [{"title": "Django", "composer": "John Lewis"}, {"title": "Selections", "composer": None}] * 2
    concert = planned(a_concert(7, works=works))

    assert (concert.title, concert.title_lang, concert.date_text) == ("Concert 7", "en", "1954-10-09")
    assert (concert.venue, concert.city) == ("Carnegie Hall, Main Hall", "New York")
    assert concert.description_en == "Programme: Django (John Lewis); Selections."
    assert concert.description_nl == "Programma: Django (John Lewis); Selections."


@pytest.mark.parametrize(
    ("hall", "name"),
    [
        ("Main Stage, Apollo Theater", "Apollo Theater"),
        ("Zankel Hall", "Carnegie Hall, Zankel Hall"),
        ("", None),
    ],
)
def test_a_hall_outside_the_house_keeps_its_own_name(hall: str, name: str | None) -> None:
    assert planned(a_concert(7, venue=hall)).venue == name


@pytest.mark.parametrize(
    ("words", "credits"),
    [
        (["piano", "vocalist"], [("prf", "piano", "piano", False), ("prf", "vocals", "vocalist", False)]),
        (["tenor"], [("prf", "vocals", "tenor", False)]),
        (["tenor_saxophone"], [("prf", "tenor_saxophone", "tenor saxophone", False)]),
        (["conductor"], [("cnd", None, "conductor", False)]),
        (["band_leader", "trumpet"], [("prf", "trumpet", "trumpet", True)]),
        (["band_leader"], [("prf", None, None, True)]),
        (["speaker"], [("prf", None, "speaker", False)]),
        (["lawnmower"], [("prf", None, "lawnmower", False)]),
        ([], [("prf", None, None, False)]),
    ],
)
def test_words_for_roles_become_roles_and_instruments(words: list[str], credits: list[Any]) -> None:
    found = planned(a_concert(7, a_player("Somebody", "1", *words))).credits

    assert [
        (each.role.value, each.instrument, each.instrument_text, each.leader) for each in found
    ] == credits


def test_a_word_that_nobody_knows_is_remarked_and_one_that_means_no_instrument_is_not() -> None:
    concert = a_concert(7, a_player("Somebody", "1", "lawnmower", "speaker", "piano"))

    assert remarked(concert) == [(Look.INSTRUMENT, "lawnmower")]


def test_people_that_cannot_be_read_are_remarked_and_the_concert_comes_in() -> None:
    concert = a_concert(7, performers="Somebody (p)")

    assert remarked(concert) == [(Look.UNREADABLE, "Somebody (p)")]
    assert planned(concert).credits == ()


def test_an_import_makes_sessions_places_people_and_credits(app: Flask, tmp_path: Path) -> None:
    report = imported(written(tmp_path, some_concerts()))

    assert {kind: each["new"] for kind, each in report["entries"].items()} == {"collection": 1, "session": 12}
    assert set(db.session.scalars(select(RecordingSession.session_type))) == {SessionType.CONCERT}
    halls = select(Place.name).join(Entry, Entry.place_id == Place.id).distinct()
    assert list(db.session.scalars(halls)) == ["Carnegie Hall, Main Hall"]
    assert concerts_of("1") == 12
    assert concerts_of("10") == 3


def test_two_people_of_one_name_stay_two(app: Flask, tmp_path: Path) -> None:
    one, other = a_player("John Lewis", "1", "piano"), a_player("John Lewis", "2", "drums")
    imported(written(tmp_path, [a_concert(1, one), a_concert(2, other), a_concert(3, one, other)]))

    assert (concerts_of("1"), concerts_of("2")) == (2, 2)
    assert db.session.scalar(select(func.count()).where(Agent.name == "John Lewis")) == 2


def test_one_person_under_two_names_is_one(app: Flask, tmp_path: Path) -> None:
    imported(
        written(tmp_path, [a_concert(1, a_player("Dizzy", "1")), a_concert(2, a_player("John Birks", "1"))])
    )

    assert concerts_of("1") == 2
    assert counts()["Agent"] == 1


def test_somebody_known_from_another_source_by_name_or_number_is_the_same(app: Flask, tmp_path: Path) -> None:
    imported(written_solos(tmp_path, [a_row(0, lineup="John Lewis (p); Percy Heath (b)")]))
    before = counts()["Agent"]
    imported(written(tmp_path, [a_concert(1, a_player("John Lewis", "1"), a_player("P. Heath", "2"))]))
    heath = select(Agent).where(Agent.name == "P. Heath")

    assert counts()["Agent"] == before + 1
    assert db.session.scalars(heath).one().id
    assert set(db.session.scalars(select(Identifier.scheme).where(Identifier.agent_id.is_not(None)))) == {
        "carnegie_hall",
        "wikidata",
    }


def test_a_name_of_somebody_with_another_wikidata_number_is_somebody_else(app: Flask, tmp_path: Path) -> None:
    imported(written(tmp_path, [a_concert(1, a_player("John Lewis", "1", qid="Q1"))]))
    db.session.execute(Identifier.__table__.delete().where(Identifier.scheme == "carnegie_hall"))
    db.session.commit()

    imported(
        written(
            tmp_path, [a_concert(2, a_player("John Lewis", "2", qid="Q2"), a_player("J.", "3", qid="Q1"))]
        )
    )

    assert counts()["Agent"] == 2
    assert concerts_of("3") == 2


def test_a_second_import_changes_nothing_and_a_changed_row_changes_its_concert(
    app: Flask, tmp_path: Path
) -> None:
    concerts = some_concerts()
    imported(written(tmp_path, concerts))
    before = counts(), content()

    again = imported(written(tmp_path, concerts))
    assert (again["totals"]["unchanged"], (counts(), content())) == (12, before)

    concerts[3] = a_concert(3, a_player("Guest", "77", "harpsichord"), venue="Zankel Hall", label="Another")
    changed = imported(written(tmp_path, concerts))

    assert (changed["totals"]["changed"], changed["entries"]["session"]["changed"]) == (1, 1)
    entry = db.session.scalars(select(Entry).where(Entry.title == "Another")).one()
    assert (entry.version, entry.place and entry.place.name) == (2, "Carnegie Hall, Zankel Hall")
    assert concerts_of("77") == 1


def test_an_import_that_fails_goes_on_where_it_was(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, some_concerts())
    monkeypatch.setattr("catalogue.importing.run.BATCH", 5)
    write, left = writing.Writer.write, [8]

    def failing(*args: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise OSError("the disk is full")
        return write(*args)

    monkeypatch.setattr(writing.Writer, "write", failing)
    with pytest.raises(OSError, match="disk"):
        imported(path)
    assert counts()["ImportRow"] == 5

    report = imported(path)

    assert (report["totals"]["new"], report["totals"]["unchanged"]) == (7, 5)
    assert db.session.scalar(select(func.count()).where(Entry.kind == EntryKind.SESSION)) == 12
    assert counts()["Agent"] == 6


def concerts_of(number: str) -> int:
    """Count the concerts of whoever has a number of the source."""
    db.session.rollback()
    query = (
        select(func.count(Credit.entry_id.distinct()))
        .join(Identifier, Identifier.agent_id == Credit.agent_id)
        .where(
            Identifier.scheme == "carnegie_hall", Identifier.value == number, Credit.role == Role.PERFORMER
        )
    )
    return db.session.scalar(query) or 0
