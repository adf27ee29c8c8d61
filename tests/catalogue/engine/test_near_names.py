"""Names spelt nearly as they were asked for come along, behind those spelt so; words that are no names do not."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from catalogue.search import ladder, names, parsing
from catalogue.search.document import Document, Part
from catalogue.search.engine import answering, near_names
from catalogue.search.engine.shape import CATALOGUE, Shape
from catalogue.search.names import Name
from catalogue.search.query import SearchQuery
from tests.catalogue.engine import making
from tests.catalogue.engine.making import document, person

PEOPLE = (
    "Wayne Shorter", "Wane Shorter", "DougWatkins", "Doug Watkins", "Curley Russel", "Curly Russell", "John Coltrane",
    "Coltane John", "Ann Burton", "Anna Burton", "Miles Davis", "Miles David", "Julian Priester", "Julian Euell",
)  # fmt: skip


def near(folder: Path, documents: Sequence[Document], q: str) -> list[str]:
    """Give the first titles of what bears nearly the name in a question."""
    state = making.state(folder, [documents])
    name = asked(q)
    found = near_names.docs(state, state.segments[0].segment, name) if name else np.empty(0, np.int32)
    return [documents[doc].titles[0] for doc in found.tolist()]


def asked(q: str) -> Name | None:
    return names.asked(next(ladder.attempts(parsing.parse(q))))


@pytest.fixture
def documents() -> list[Document]:
    return [document(number, name, bearers=(person(name),)) for number, name in enumerate(PEOPLE)]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("wayne shorter", ["Wane Shorter"]),
        ("Wane Shorter", ["Wayne Shorter"]),
        ("shorter wayne", ["Wane Shorter"]),
        ("doug watkins", ["DougWatkins"]),
        ("DougWatkins", ["Doug Watkins"]),
        ("curly russell", ["Curley Russel"]),
        ("person:(curley russel)", ["Curly Russell"]),
        ("john coltrane", ["Coltane John"]),
        ("julian priester", []),
    ],
)
def test_a_name_brings_those_spelt_nearly_so(
    tmp_path: Path, documents: list[Document], q: str, expected: list[str]
):
    found = near(tmp_path, documents, q)

    assert found == expected


@pytest.mark.parametrize("q", ["wayne", "curly", "davis", "burton"])
def test_a_single_word_brings_nothing_but_itself(tmp_path: Path, documents: list[Document], q: str):
    assert near(tmp_path, documents, q) == []


@pytest.mark.parametrize(
    "q",
    [
        "wayne OR shorter",
        "wayne shorter -live",
        "short*",
        "1958",
        "title:(wayne shorter)",
        '"wayne shorter"',
        "a long row of five words",
    ],
)
def test_some_questions_hold_no_name(q: str):
    assert asked(q) is None


def test_a_slip_in_both_words_is_the_most(tmp_path: Path):
    documents = [
        document(1, "One", bearers=(person("Wyne Sorter"),)),
        document(2, "Two", bearers=(person("Wyn Sorter"),)),
    ]

    assert near(tmp_path, documents, "wayne shorter") == ["One"]


def test_both_words_must_be_of_one_name(tmp_path: Path):
    two_people = document(1, "Two", bearers=(person("Wane Coltrane"), person("John Shorter")))

    assert near(tmp_path, [two_people], "wayne shorter") == []


def test_words_of_titles_and_prose_are_no_names(tmp_path: Path):
    documents = [document(1, "Wane Shorter", prose=("Wane Shorter",), bearers=(person("Nobody"),))]

    assert near(tmp_path, documents, "wayne shorter") == []


def test_a_name_asked_of_leaders_is_looked_for_among_leaders(tmp_path: Path):
    led = document(1, "Led", bearers=(person("Wane Shorter", part=Part.LEADER),))
    played = document(2, "Played", bearers=(person("Wane Shorter"),))

    assert near(tmp_path, [led, played], "leader:(wayne shorter)") == ["Led"]


def test_short_words_are_taken_to_the_letter(tmp_path: Path):
    documents = [
        document(1, "One", bearers=(person("Ray Brown"),)),
        document(2, "Two", bearers=(person("Roy Brown"),)),
    ]

    assert near(tmp_path, documents, "ray brown") == []


def test_an_index_may_leave_near_names_out(tmp_path: Path, documents: list[Document]):
    shape = Shape(counted=CATALOGUE.counted, kept=CATALOGUE.kept, near_names=False)
    today = date(2026, 1, 1)
    found, without = (
        answering.answer(
            making.state(tmp_path, [documents], shape=one), SearchQuery(q="wayne shorter"), today
        ).total
        for one in (CATALOGUE, shape)
    )

    assert (found, without) == (2, 1)


def test_what_else_is_asked_stays_beside_the_name():
    name = asked("wayne shorter year:1964")

    assert name is not None
    assert (name.words, len(name.others)) == (("wayne", "shorter"), 1)
