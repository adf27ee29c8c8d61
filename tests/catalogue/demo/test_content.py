"""The demo's content: large and varied enough to show every part of the site, and at one with itself."""

from collections import Counter

import pytest

from catalogue import dates, instruments
from catalogue.agents import AgentKind
from catalogue.demo import reading, recipes, sound
from catalogue.demo.content import Content, lineup_of
from catalogue.entries import Reuse, Status
from catalogue.pictures import ImageType
from catalogue.places import PlaceKind
from catalogue.recording_sessions import SessionType

# Dates that stay words, because a source may say no more than that.
ONLY_WORDS = {
    "1 april 1964, tweede set",
    "1e kwartaal 1978",
    "Pinksteren 1960",
    "de winter dat het kanaal dichtlag",
    "oudejaarsnacht 1952",
    "vlak na de bevrijding",
    "week van 6 juni 1955",
    "z.d.",
    "z.j.",
}


@pytest.fixture(scope="module")
def content() -> Content:
    return reading.read()


def test_there_is_enough_of_everything(content: Content) -> None:
    kinds = Counter(agent.kind for agent in content.agents)
    venues = [place for place in content.places if place.kind is not PlaceKind.CITY]

    assert len(content.sessions) >= 44
    assert len(content.takes) >= 126
    assert len(content.images) >= 64
    assert kinds[AgentKind.PERSON] >= 64
    assert kinds[AgentKind.ENSEMBLE] >= 14
    assert kinds[AgentKind.ORGANISATION] >= 5
    assert len(venues) >= 16
    assert len(content.collections) >= 8


def test_every_sort_of_session_and_picture_is_there(content: Content) -> None:
    sessions = Counter(session.type for session in content.sessions)

    assert set(sessions) == set(SessionType) - {SessionType.UNKNOWN}
    assert sessions[SessionType.INTERVIEW] >= 4
    assert {image.type for image in content.images} == set(ImageType)


def test_every_status_is_there_and_most_is_published(content: Content) -> None:
    pieces = [*(take for _, take in content.takes), *content.images]
    statuses = Counter(piece.status for piece in pieces)

    assert set(statuses) == set(Status)
    assert statuses[Status.PUBLISHED] / len(pieces) > 0.9
    assert any(piece.embargo for piece in pieces)


def test_rights_are_spread_as_in_an_archive(content: Content) -> None:
    pieces = [*(take for _, take in content.takes), *content.images]
    reuse = Counter(content.situations[piece.rights].reuse for piece in pieces)
    percent = {state: 100 * reuse[state] / len(pieces) for state in Reuse}

    assert 50 <= percent[Reuse.DIRECT] <= 60
    assert 15 <= percent[Reuse.ON_REQUEST] <= 25
    assert 15 <= percent[Reuse.LISTEN_ONLY] <= 25
    assert 2 <= percent[Reuse.NONE] <= 8


def test_every_rights_situation_occurs(content: Content) -> None:
    used = {take.rights for _, take in content.takes} | {image.rights for image in content.images}

    assert used == set(content.situations)


def test_a_date_is_understood_or_means_to_stay_words(content: Content) -> None:
    texts = {
        *(session.date for session in content.sessions),
        *(take.date for _, take in content.takes if take.date),
        *(image.date for image in content.images),
        *(collection.date for collection in content.collections),
        *(work.year for work in content.works),
    }

    assert {text for text in texts if dates.read(text).edtf is None} <= ONLY_WORDS


def test_every_recording_has_a_line_up_of_known_instruments(content: Content) -> None:
    for session, take in content.takes:
        played = [code for part in lineup_of(session, take) for code in part.played]
        assert played, take.shelf
        assert all(instruments.find(code) for code in played)


def test_people_double_lead_hide_and_go_by_other_names(content: Content) -> None:
    parts = [part for session, take in content.takes for part in lineup_of(session, take)]

    assert any(len(part.played) > 1 for part in parts)
    assert any(part.leads for part in parts)
    assert any(part.name is None for part in parts)
    assert any(part.credited_as == "J. Terwindt" for part in parts)


def test_everything_is_told_in_two_languages_and_nothing_twice(content: Content) -> None:
    pieces = [*content.sessions, *(take for _, take in content.takes), *content.images, *content.collections]
    texts = [text for piece in pieces for text in (piece.nl, piece.en)]

    assert all(len(text) > 20 and text.endswith((".", "'", "?")) for text in texts)
    assert len(set(texts)) == len(texts)
    assert all(image.alt_nl and image.alt_en for image in content.images)


def test_the_design_s_own_examples_are_in_it(content: Content) -> None:
    takes = {
        take.shelf: (take.title, session.leader, content.situations[take.rights].reuse)
        for session, take in content.takes
    }

    assert takes["NR-0412"] == ("Blauw uur", "Kwintet Joop Terwindt", Reuse.DIRECT)
    assert takes["NR-0387"] == ("Regen op de kade", "Coba van Rhijn, Trio Bakboord", Reuse.DIRECT)
    assert takes["NR-0733"] == ("Noordwester", "Noordwester Groot Orkest", Reuse.DIRECT)
    assert takes["NR-0274"] == ("Achter het station", "Edgar Wijngaarde Kwartet", Reuse.DIRECT)
    assert takes["NR-0650"] == ("Poging drie", "Zeven Deuren", Reuse.DIRECT)
    assert takes["NR-0429"] == ("Eerste trein naar Utrecht", "De Houtman Stompers", Reuse.LISTEN_ONLY)
    assert takes["NR-0561"] == ("Wals voor Wieger", "Trio Lantinga", Reuse.ON_REQUEST)


def test_blauw_uur_runs_as_the_design_shows_it(content: Content) -> None:
    recipe = next(
        recipes.of_take(session, take) for session, take in content.takes if take.shelf == "NR-0412"
    )

    begins = [start // 1000 for start, _, label, _ in sound.chapters(recipe) if label != "applause"]
    assert begins == [0, 68, 182, 260, 331]
    assert sound.duration_ms(recipe) // 1000 == 402


def test_the_other_recordings_last_about_a_minute(content: Content) -> None:
    lengths = [sound.duration_ms(recipes.of_take(session, take)) for session, take in content.takes]

    assert sorted(lengths)[-2] < 80_000
    assert min(lengths) > 30_000
