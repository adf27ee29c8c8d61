"""What helps on when a question is hardly answered: better words, how often each is there, the question less a word."""

from datetime import date
from pathlib import Path

import pytest

from catalogue.search import query
from catalogue.search.document import Document
from catalogue.search.engine import answering
from catalogue.search.index import SearchResult
from tests.catalogue.engine import making
from tests.catalogue.engine.making import document, person

TODAY = date(2026, 11, 22)
HAWKINS = [document(number, f"take {number}", bearers=(person("Coleman Hawkins"),)) for number in range(6)]
STATION = document(10, "Achter het station", prose=("Een trein",))
HIDDEN = document(11, "Xylofoon", bearers=(person("Lodewijk Zonneveld"),), embargo=20270101)
RARE = document(12, "Take it", bearers=(person("Colemann"),))
DELETED = document(13, "Kalimba", bearers=(person("Deodatus"),))


@pytest.fixture
def parts() -> list[list[Document]]:
    return [[*HAWKINS[:3], STATION, DELETED], [*HAWKINS[3:], HIDDEN, RARE]]


def ask(folder: Path, parts: list[list[Document]], q: str, today: date = TODAY) -> SearchResult:
    gone = [[doc for doc, one in enumerate(part) if one is DELETED] for part in parts]
    return answering.answer(making.state(folder, parts, gone), query.read([("q", q)]), today)


@pytest.mark.parametrize(
    ("q", "meant"),
    [
        ("hawkinz", "hawkins"),
        ("colman hawkinz", None),  # the name comes along as one spelt nearly so
        ("colman hawkinz take", "coleman hawkins take"),
        ("colemann", "coleman"),
        ('"hawkinz"', '"hawkins"'),
        ("person:hawkinz station*", None),
        ("hawkins", None),
        ("hawk", None),
        ("zawkins", None),
        ("quetzalcoatl", None),
    ],
)
def test_better_words_are_offered_where_more_answer_to_them(
    tmp_path: Path, parts: list[list[Document]], q: str, meant: str | None
):
    assert ask(tmp_path, parts, q).did_you_mean == meant


def test_a_wider_answer_tells_of_each_word_and_of_the_question_less_a_word(
    tmp_path: Path, parts: list[list[Document]]
):
    result = ask(tmp_path, parts, "hawkins station xylofoonspel")

    assert result.rung == "any"
    assert result.words == (("hawkins", 6), ("station", 1), ("xylofoonspel", 0))
    assert result.without == ()


def test_a_question_less_a_word_is_offered_with_its_count(tmp_path: Path, parts: list[list[Document]]):
    assert ask(tmp_path, parts, "coleman hawkins station").without == (("coleman hawkins", 6),)


@pytest.mark.parametrize("q", ["zonnevelt", "xylofon", "deodatuz", "lodewijk zonneveld take", "kalimba take"])
def test_no_hint_tells_of_what_is_hidden_or_deleted(tmp_path: Path, parts: list[list[Document]], q: str):
    result = ask(tmp_path, parts, q)

    assert result.did_you_mean is None
    assert {count for word, count in result.words if word != "take"} <= {0}
    assert {HIDDEN.pid, DELETED.pid}.isdisjoint(result.pids)


def test_what_was_hidden_is_offered_from_its_day_on(tmp_path: Path, parts: list[list[Document]]):
    assert ask(tmp_path, parts, "zonnevelt", date(2027, 1, 1)).did_you_mean == "zonneveld"


def test_an_identifier_is_never_corrected(tmp_path: Path):
    parts = [[document(1, "hawkins"), document(2, marks=("HAWKINZ",))]]

    assert ask(tmp_path, parts, "hawkinz").did_you_mean is None


def test_nothing_is_said_beside_a_plain_answer(tmp_path: Path, parts: list[list[Document]]):
    result = ask(tmp_path, parts, "coleman hawkins")

    assert (result.words, result.without, result.did_you_mean) == ((), (), None)
