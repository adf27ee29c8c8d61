"""What the demo tells, as the catalogue has it afterwards. All tests read one site."""

from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

import wsgi
from archive import clock
from archive.db import db
from catalogue import entries, entry_files, identifiers
from catalogue.agents import Agent
from catalogue.credits import Role
from catalogue.demo import load
from catalogue.entries import Access, Entry, EntryKind, Status
from catalogue.pages import pieces
from catalogue.places import Place
from catalogue.recording_sessions import SessionType
from catalogue.recordings import LineUp, Segment
from catalogue.sources import EntrySource, Source
from tests import databases
from tests.catalogue.demo.cut import SHELVES, SMALL, AtOnce, entry_of, silently, tiny


@pytest.fixture(autouse=True, scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site with a small demo, its files of a few bytes."""
    site = wsgi.create_app(databases.settings({"DATA_DIR": str(tmp_path_factory.mktemp("demo"))}))
    with site.app_context():
        databases.make_tables(site)
        load.load(silently, SMALL, AtOnce(tiny))
        yield site
        databases.close(site)


def test_everything_told_becomes_an_entry_of_its_kind() -> None:
    kinds = Counter(db.session.scalars(select(Entry.kind).where(Entry.is_demo)))

    assert kinds == {
        EntryKind.COLLECTION: len(SMALL.collections),
        EntryKind.WORK: len(SMALL.works),
        EntryKind.SESSION: len(SMALL.sessions),
        EntryKind.RECORDING: 7,
        EntryKind.IMAGE: 2,
    }


def test_every_recording_has_a_line_up() -> None:
    found = pieces.find(Entry.kind == EntryKind.RECORDING)

    assert len(found) == 7
    assert all(any(credit.role is Role.PERFORMER for credit in piece.credits) for piece in found)


def test_an_unknown_player_is_an_instrument_without_a_name() -> None:
    (piece,) = pieces.find(Entry.shelfmark == "NR-0412")
    unknown = [credit for credit in piece.credits if credit.agent is None]

    assert [credit.instrument.code for credit in unknown if credit.instrument] == ["drums"]


def test_doubling_is_a_row_for_each_instrument_and_a_star_leads() -> None:
    (piece,) = pieces.find(Entry.shelfmark == "NR-0450")
    leaders = [credit for credit in piece.credits if credit.leader]

    assert [
        (credit.agent.name, credit.instrument.code)
        for credit in leaders
        if credit.agent and credit.instrument
    ] == [
        ("Mies Overgaauw", "alto_saxophone"),
        ("Mies Overgaauw", "clarinet"),
    ]


def test_a_name_is_kept_as_printed() -> None:
    (piece,) = pieces.find(Entry.shelfmark == "NR-0103")

    assert {credit.credited_as for credit in piece.credits if credit.credited_as} == {
        "Nol Verbrugh and his Orchestra",
        "S. Montezinos",
        "Ida Pels",
    }


def test_composers_come_with_the_work() -> None:
    (piece,) = pieces.find(Entry.shelfmark == "NR-0412")

    assert [agent.name for agent in piece.agents(Role.COMPOSER)] == ["Lies Hogendoorn"]
    assert piece.recording is not None
    assert piece.recording.lineup is LineUp.SESSION
    assert db.session.get_one(Entry, piece.recording.work_id).title == "Blauw uur"


def test_an_interview_has_its_own_line_up_on_the_recording() -> None:
    (piece,) = pieces.find(Entry.shelfmark == "NR-0954")

    assert piece.session is not None
    assert piece.session.session_type is SessionType.INTERVIEW
    assert piece.recording is not None
    assert piece.recording.lineup is LineUp.OWN
    assert [agent.name for agent in piece.agents(Role.INTERVIEWEE)] == ["Raúl Isenia"]


def test_a_picture_says_what_is_to_be_seen_of_whom_and_by_whom() -> None:
    (piece,) = pieces.find(Entry.shelfmark == "NR-1001")

    assert [agent.name for agent in piece.agents(Role.PHOTOGRAPHER)] == ["Theo van Aalst"]
    assert [agent.name for agent in piece.agents(Role.DEPICTED)] == ["Wim Bakboord"]
    assert piece.image is not None
    assert piece.image.alt("en") == "Double bass player with glasses, his hand high on the neck"


def test_statuses_are_as_told() -> None:
    statuses = {shelf: entry_of(shelf).status for shelf in SHELVES}

    assert statuses["NR-0800"] is Status.DRAFT
    assert statuses["NR-0471"] is Status.REVIEW
    assert statuses["NR-0954"] is Status.WITHDRAWN
    assert entry_of("NR-0954").withdrawn_reason
    assert not entries.is_public(entry_of("NR-0905"), clock.now().date())  # under embargo
    assert Counter(statuses.values())[Status.PUBLISHED] == 6


def test_what_nobody_may_use_is_heard_at_the_archive_only() -> None:
    assert entry_of("NR-0905").access is Access.ON_SITE
    assert entry_of("NR-0412").access is Access.PREVIEW


def test_carriers_sources_and_numbers_are_there() -> None:
    entry = entry_of("NR-0103")
    (carrier,) = entry_files.carriers(entry.id)
    cited = db.session.execute(
        select(Source.citation, EntrySource.locator)
        .join(EntrySource, EntrySource.source_id == Source.id)
        .where(EntrySource.entry_id == entry.id)
    ).tuples()

    assert carrier.carrier_en == "Shellac disc, 25 cm, 78 rpm"
    assert [*cited] == [("Stoomfluit, matrijzenregister 1934-1949 (fotokopie)", "p. 18")]
    assert [(found.scheme, found.value) for found in identifiers.of_entry(entry.id)] == [
        ("catalogue_no", "Stoomfluit 2211")
    ]


def test_people_go_by_all_their_names() -> None:
    agent = db.session.scalars(select(Agent).where(Agent.name == "Edgar Wijngaarde")).one()

    assert {known.name for known in agent.names} == {"E. Wijngaarde", "Edgar Wijngaarden", "Eddy Vine"}
    assert (agent.born_edtf, agent.died_edtf) == ("1924", "1989")


def test_a_room_lies_in_its_city() -> None:
    room = db.session.scalars(select(Place).where(Place.name == "Zaal Katendrecht")).one()

    assert room.city.name == "Rotterdam"
    assert room.city.lat == pytest.approx(51.92, abs=0.01)


def test_the_course_is_told_in_two_languages_with_the_soloist() -> None:
    entry = entry_of("NR-0412")
    stretches = db.session.scalars(
        select(Segment).where(Segment.recording_id == entry.id).order_by(Segment.start_ms)
    ).all()
    (solo,) = [stretch for stretch in stretches if stretch.label_en.endswith(" solo")][:1]

    assert stretches[0].label_nl in ("Inleiding", "Thema")
    assert solo.label_nl.startswith("Solo ")
    assert solo.who in {"Joop Terwindt", "Edgar Wijngaarde", "Lies Hogendoorn"}
