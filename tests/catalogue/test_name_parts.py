"""Names found by the beginnings of their words, and the table of them kept in step."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from archive.db import db
from catalogue import agents, folding, name_parts, places
from catalogue.agents import AgentKind
from catalogue.name_parts import NamePart
from catalogue.places import PlaceKind

NAMES = (
    "Coleman Hawkins",
    "Coba van Rhijn",
    "M'Boom",
    "J.J. Johnson",
    "Björn Łaska",
    "Eddie “Lockjaw” Davis",
)


@pytest.fixture
def people(app: Flask) -> dict[str, str]:
    return {agents.add(AgentKind.PERSON, name).pid: name for name in NAMES}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("col", "Coleman Hawkins"),
        ("Hawk", "Coleman Hawkins"),
        ("coleman hawkins", "Coleman Hawkins"),
        ("Hawkins, C", "Coleman Hawkins"),
        ("hawkins, coleman", "Coleman Hawkins"),
        ("van rh", "Coba van Rhijn"),
        ("Rhijn, Coba v", "Coba van Rhijn"),
        ("m'b", "M'Boom"),
        ("boom", "M'Boom"),
        ("jj", "J.J. Johnson"),
        ("J. J. Joh", "J.J. Johnson"),
        ("laska b", "Björn Łaska"),
        ("LOCKJAW", "Eddie “Lockjaw” Davis"),
    ],
)
def test_a_name_is_found_by_the_beginning_of_its_words_in_any_order(
    people: dict[str, str], typed: str, name: str
):
    assert [match.name for match in name_parts.find(typed)] == [name]


@pytest.mark.parametrize("typed", ["", "c", "h c", "awkins", "hawkins x", "!?", "col rhijn", "%", "_o"])
def test_what_begins_no_word_or_is_too_short_finds_nothing(people: dict[str, str], typed: str):
    assert name_parts.find(typed) == []


def test_another_name_leads_to_its_bearer(app: Flask):
    hawkins = agents.add(AgentKind.PERSON, "Coleman Hawkins")
    agents.add_name(hawkins, "Bean")

    assert [(match.pid, match.name) for match in name_parts.find("bea")] == [(hawkins.pid, "Bean")]


def test_new_names_of_a_place_take_the_place_of_those_it_had(app: Flask):
    city = places.ensure(PlaceKind.CITY, "Den Haag")
    city.variants = ["The Hague"]
    db.session.flush()
    city.variants = ["'s-Gravenhage", "’s-Gravenhage"]
    db.session.flush()

    assert name_parts.find("hague") == []
    assert {(match.pid, match.is_place) for match in name_parts.find("gravenh")} == {(city.pid, True)}
    assert name_parts.find("den ha")[0].name == "Den Haag"


def test_a_renamed_agent_is_found_by_the_new_name_and_the_others(app: Flask):
    hawkins = agents.add(AgentKind.PERSON, "Colman Hawkins")
    agents.add_name(hawkins, "Bean")
    hawkins.name = "Coleman Hawkins"
    db.session.flush()

    assert name_parts.find("colman") == []
    assert [match.name for match in name_parts.find("cole")] == ["Coleman Hawkins"]
    assert [match.name for match in name_parts.find("bean")] == ["Bean"]


def test_a_name_that_moves_or_goes_takes_its_parts_along(app: Flask):
    first, second = (agents.add(AgentKind.PERSON, name) for name in ("Coleman Hawkins", "C. Hawkins"))
    agents.add_name(first, "Bean")
    agents.add_name(first, "Hawk")
    bean, hawk = first.names
    second.names.append(bean)
    first.names.remove(hawk)
    db.session.flush()

    assert [match.pid for match in name_parts.find("bean")] == [second.pid]
    assert {match.name for match in name_parts.find("hawk")} == {"Coleman Hawkins", "C. Hawkins"}


def test_filling_an_old_table_gives_what_was_kept_in_step(people: dict[str, str]):
    agents.add_name(agents.ensure(AgentKind.PERSON, "Coleman Hawkins"), "Bean")
    places.ensure(PlaceKind.CITY, "Den Haag").variants = ["The Hague"]
    db.session.flush()
    columns = select(NamePart.part, NamePart.name, NamePart.agent_pid, NamePart.place_pid)
    kept = sorted(map(str, db.session.execute(columns)))
    db.session.execute(delete(NamePart))

    name_parts.fill(db.session.connection())

    assert sorted(map(str, db.session.execute(columns))) == kept
    assert kept


@given(st.lists(st.text(min_size=1, max_size=12), max_size=14).map(" ".join))
def test_every_name_is_found_by_itself(shared_site: Flask, name: str):
    if not name.strip() or len(folding.words(name)) > name_parts.MAX_WORDS:
        return
    place = places.ensure(PlaceKind.VENUE, name)
    words = name_parts.words_of(name)

    found = {match.pid for match in name_parts.find(name)}

    is_long_enough = any(len(word) >= name_parts.SHORTEST for word in words)
    assert (place.pid in found) == is_long_enough
    db.session.rollback()


def test_a_line_up_pasted_as_a_name_does_not_fill_the_table(app: Flask):
    agents.add(AgentKind.PERSON, " ".join(f"word{number}" for number in range(100)))

    assert db.session.scalar(select(func.count(NamePart.id))) == name_parts.MAX_WORDS
