"""Plain questions: somebody on an instrument, two people together, years."""

import pytest

from catalogue.search import parsing, understanding
from tests.catalogue import written_questions


def understood(q: str) -> list[tuple[str, str]]:
    return [(text, written_questions.question(group)) for text, group in parsing.parse(q).narrower]


def test_somebody_on_an_instrument_is_tried_with_more_and_fewer_words():
    assert understood("Live Ben Webster op tenor sax") == [
        ("Live Ben Webster · tenor sax", "played(person:<live ben webster>, instrument:<tenor sax>)"),
        ("Live Ben Webster · tenor", "played(person:<live ben webster>, instrument:tenor) sax"),
        ("Ben Webster · tenor sax", "live played(person:<ben webster>, instrument:<tenor sax>)"),
        ("Ben Webster · tenor", "live played(person:<ben webster>, instrument:tenor) sax"),
        ("Webster · tenor sax", "live ben played(person:webster, instrument:<tenor sax>)"),
        ("Webster · tenor", "live ben played(person:webster, instrument:tenor) sax"),
    ]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("webster plays tenor", "played(person:webster, instrument:tenor)"),
        ("webster speelt de piano -live", "played(person:webster, instrument:piano) -live"),
        ("van de graaff op piano in Delft", "van? de? played(person:graaff, instrument:piano) in? delft"),
        ('"ben webster" on tenor', "played(person:<ben webster>, instrument:tenor)"),
        ("live on air webster on tenor", "played(person:<live on air webster>, instrument:tenor)"),
        ("ben webster met chet baker", "person:<ben webster> person:<chet baker>"),
    ],
)
def test_plain_questions_are_understood(q, first):
    assert understood(q)[0][1] == first


@pytest.mark.parametrize(
    ("q", "when"),
    [
        ("newport 1957", "1957"),
        ("newport 1955-1960", "1955–1960"),
        ("newport 1955..1960", "1955–1960"),
        ("newport 1955–60 live", "1955–1960"),
        ("newport 1955 - 1960", "1955–1960"),
        ("newport tussen 1955 en 1960", "1955–1960"),
        ("newport 1955 t/m 1960", "1955–1960"),
        ("newport jaren vijftig", "1950–1959"),
        ("newport jaren ’50", "1950–1959"),
        ("newport 1950s", "1950–1959"),
        ("newport in the fifties", "1950–1959"),
    ],
)
def test_years_among_the_words_are_understood(q, when):
    assert [text for text, _ in understood(q)] == [when]


def test_a_year_may_also_be_a_word():
    assert understood("newport 1957") == [("1957", "newport any{1957..1957 1957}")]
    assert understood("1955 tot 1957") == [("1955–1957", "any{1955..1957 {1955 tot 1957}}")]


def test_a_year_goes_with_what_else_is_understood():
    assert understood("webster on tenor 1957") == [
        ("webster · tenor · 1957", "played(person:webster, instrument:tenor) any{1957..1957 1957}"),
        ("1957", "webster on? tenor any{1957..1957 1957}"),
    ]
    assert understood("chet met ben 1957")[0] == (
        "chet + ben · 1957",
        "person:chet person:ben any{1957..1957 1957}",
    )


@pytest.mark.parametrize(
    "q",
    [
        "ben webster",
        "webster op",
        "op tenor",
        "met webster",
        "chet met",
        "chet met ben met kees",
        "chet met ben -live",
        "webster OR young on tenor",
        "(webster on tenor)",
        "newport 1955 live 1957",
        "opus 1612",
        "newport -1957",
        "jaar:1957",
        "1957*",
        "nja-1958/014",
        "woord op woord " * 10,
    ],
)
def test_other_questions_are_left_alone(q):
    assert understood(q) == []


def test_there_are_never_many_ways_to_understand():
    q = " op ".join(["een lang verhaal"] * 5)

    assert 0 < len(understood(q)) <= understanding.MAX_PLAYED
