"""The job that looks for duplicates: what it finds, what speaks for and against, and what staff decided stays."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from archive import clock
from archive.db import db
from archive.transactions import transaction
from catalogue import agents, entries, places
from catalogue.agents import Agent, AgentKind
from catalogue.duplicate_pairs import DuplicatePair, PairKind, PairState
from catalogue.duplicates import deciding, refreshing
from catalogue.duplicates.alike import Alike
from catalogue.duplicates.entry_pairs import Common
from catalogue.entries import Entry, EntryKind, Status
from catalogue.identifiers import Identifier
from catalogue.importing import run
from catalogue.merges import MergeKind
from catalogue.merging import joining
from catalogue.merging.joining import Order
from catalogue.places import PlaceKind
from catalogue.releases import Release
from tests.catalogue import specimens
from tests.relevance import misspelt


@pytest.fixture
def greens(app: Flask) -> tuple[Agent, Agent]:
    """Eddie Green at the piano and Freddie Green on guitar, at one session; others bear their first names."""
    piano = specimens.instrument("piano", "piano", "piano", "p")
    guitar = specimens.instrument("guitar", "gitaar", "guitar", "g")
    eddie, freddie = specimens.person("Eddie Green"), specimens.person("Freddie Green")
    for name in ("Eddie Lang", "Freddie Keppard", "Eddie Heywood", "Freddie Hubbard"):
        specimens.person(name)
    specimens.session(
        "Nachtconcert", specimens.plays(eddie, piano), specimens.plays(freddie, guitar), date="14 maart 1958"
    )
    db.session.commit()
    return eddie, freddie


def look() -> list[DuplicatePair]:
    """Run the job and return what is open, the likeliest first."""
    with transaction():
        refreshing.call()
    refreshing.refresh({"job_id": 1})
    query = select(DuplicatePair).where(DuplicatePair.state == PairState.OPEN)
    return list(db.session.scalars(query.order_by(DuplicatePair.score.desc(), DuplicatePair.id)))


def test_two_who_played_together_are_shown_with_the_reason_to_keep_them_apart(
    greens: tuple[Agent, Agent],
) -> None:
    (pair,) = look()

    assert (pair.first_id, pair.second_id) == (greens[0].id, greens[1].id)
    assert pair.likeness == Alike.COMMON_NAMES.value
    assert [(one["speaks"], one["what"]) for one in pair.evidence] == [
        ("against", "together"),
        ("against", "other_instruments"),
    ]
    assert pair.score == 1


def test_a_misspelt_name_with_the_same_instrument_is_likely(app: Flask) -> None:
    tenor = specimens.instrument("tenor-saxophone", "tenorsaxofoon", "tenor saxophone")
    right, wrong = specimens.person("John Coltrane"), specimens.person("John Coltane")
    for title, player in (("Blue World", right), ("Blue Train", wrong)):
        specimens.session(title, specimens.plays(player, tenor), date="1957")
    right.born_edtf = wrong.born_edtf = "1926"
    db.session.commit()

    (pair,) = look()

    assert pair.score == 99
    assert {one["what"] for one in pair.evidence} == {"same_birth", "same_instrument"}


def test_namesakes_with_other_numbers_of_one_register_are_probably_two(app: Flask) -> None:
    for number in ("Q1", "Q2"):
        agent = agents.add(agents.AgentKind.PERSON, "Joe Burke")
        db.session.add(Identifier(scheme="wikidata", value=number, agent_id=agent.id))
    db.session.commit()

    (pair,) = look()

    assert (pair.likeness, pair.evidence) == (
        "same",
        [{"speaks": "against", "what": "other_identifier", "scheme": "wikidata"}],
    )


def test_what_staff_called_different_is_never_suggested_again(greens: tuple[Agent, Agent]) -> None:
    (pair,) = look()
    with transaction():
        deciding.call_different(pair.id, None, clock.now())

    assert look() == []
    with transaction():
        deciding.reopen(pair.id, None)
    assert len(look()) == 1


def test_looking_twice_changes_nothing_and_forgets_what_is_no_longer_alike(
    greens: tuple[Agent, Agent],
) -> None:
    before = [pair.id for pair in look()]

    assert [pair.id for pair in look()] == before
    with transaction():
        greens[1].name = "Frederick William Page"
    assert look() == []


def test_a_merge_takes_its_pair_off_the_queue(greens: tuple[Agent, Agent]) -> None:
    assert look()
    eddie, freddie = greens
    with transaction():
        joining.merge(MergeKind.AGENT, Order(eddie.id, freddie.id, {}, 0, 0), None)

    assert db.session.scalars(select(DuplicatePair)).all() == []
    assert look() == []


def test_places_are_compared_with_those_that_may_lie_beside_them(app: Flask) -> None:
    rotterdam = places.ensure(PlaceKind.CITY, "Rotterdam")
    utrecht = places.ensure(PlaceKind.CITY, "Utrecht")
    kept = places.ensure(PlaceKind.VENUE, "Zaal Katendrecht", rotterdam)
    double = places.ensure(PlaceKind.VENUE, "Zaal Katendrect", rotterdam)
    places.ensure(PlaceKind.VENUE, "Tivoli", utrecht)
    places.ensure(PlaceKind.VENUE, "Tivoli", rotterdam)
    db.session.commit()

    likely, doubtful = look()

    assert {likely.first_id, likely.second_id} == {kept.id, double.id}
    assert likely.kind is PairKind.PLACE
    assert [one["what"] for one in doubtful.evidence] == ["other_parent"]


def test_recordings_of_one_title_and_day_are_suggested_with_reasons(app: Flask) -> None:
    nights = [specimens.session("Nachtconcert", date="14 maart 1958") for _ in range(2)]
    first, second = (specimens.recording("Blauw uur", at=night, duration_ms=200_000) for night in nights)
    specimens.recording("Blauw uur", at=specimens.session("Later", date="1959"))
    db.session.commit()

    (pair,) = look()

    assert (pair.kind, pair.first_id, pair.second_id) == (PairKind.ENTRY, first.id, second.id)
    assert pair.likeness == Common.TITLE_AND_DAY.value
    assert [one["what"] for one in pair.evidence] == ["same_length", "other_session"]


def test_releases_of_one_label_and_number_are_suggested(app: Flask) -> None:
    label = agents.add(AgentKind.ORGANISATION, "Relax")
    first, second = (entries.add(EntryKind.RELEASE, "Nachtboot", clock.now()) for _ in range(2))
    for entry, number in ((first, "P 08057 L"), (second, "P 08.057-L")):
        db.session.add(Release(entry_id=entry.id, label_id=label.id, catalogue_no=number))
    db.session.commit()

    (pair,) = look()

    assert (pair.first_id, pair.second_id) == (first.id, second.id)
    assert [one["what"] for one in pair.evidence] == ["same_title"]


def test_entries_that_were_kept_apart_merged_or_withdrawn_are_not_suggested(app: Flask) -> None:
    def double() -> tuple[Entry, Entry]:
        nights = [specimens.session("Nachtconcert", date="14 maart 1958") for _ in range(2)]
        first, second = (specimens.recording(f"Stuk {nights[0].id}", at=night) for night in nights)
        return first, second

    (apart, _), (kept, merged), (_, withdrawn) = double(), double(), double()
    db.session.commit()
    pairs = {pair.first_id: pair.id for pair in look()}
    with transaction():
        deciding.call_different(pairs[apart.id], None, clock.now())
        entries.move(withdrawn, Status.WITHDRAWN, None, "op verzoek")
        joining.merge(MergeKind.ENTRY, Order(kept.id, merged.id, {}, kept.version, merged.version), None)
    open_pairs = db.session.scalars(
        select(DuplicatePair.first_id).where(DuplicatePair.state == PairState.OPEN)
    )

    assert kept.id not in set(open_pairs)
    assert look() == []


@pytest.mark.real_data
def test_all_close_names_of_a_real_table_are_suggested_once_it_is_in(app: Flask, real_data: Path) -> None:
    run.write(real_data / "recordings" / "wjd_solos.csv", None, lambda _done, _total: None, clock.now())
    names = {agent.name: agent.id for agent in db.session.scalars(select(Agent))}
    credited = [pair for pair in misspelt.pairs(real_data) if set(pair) <= names.keys()]

    people = [pair for pair in look() if pair.kind is PairKind.AGENT]
    found = {(pair.first_id, pair.second_id): pair for pair in people}

    missing = [pair for pair in credited if tuple(sorted(names[name] for name in pair)) not in found]
    assert missing == []
    assert len(credited) >= 30
    greens = found[tuple(sorted((names["Eddie Green"], names["Freddie Green"])))]
    assert greens.likeness == Alike.COMMON_NAMES.value
    assert "against" in {one["speaks"] for one in greens.evidence}
