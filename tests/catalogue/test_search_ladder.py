"""How a question is widened, step by step, and what stays as strict as it was asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.search import ladder, parsing
from catalogue.search.index import ANY, EXACT, FUZZY, PREFIX
from tests.catalogue import written_questions


def steps(q: str) -> list[tuple[str, str, bool]]:
    attempts = ladder.attempts(parsing.parse(q))
    return [(step.rung, written_questions.question(step.group), step.is_lenient) for step in attempts]


def widest(q: str) -> str | None:
    return next((question for rung, question, _ in steps(q) if rung == ANY), None)


def test_a_question_is_widened_from_exact_to_any_word():
    assert steps("de blauwe nacht") == [
        (EXACT, "de? blauwe nacht", False),
        (PREFIX, "de? blauwe nacht*", False),
        (FUZZY, "de? blauwe nacht", True),
        (ANY, "de? any{blauwe nacht}", False),
        (ANY, "de? any{blauwe nacht}", True),
    ]


def test_narrower_readings_come_first_and_say_how_they_were_understood():
    first, second, *_ = ladder.attempts(parsing.parse("webster op tenor"))

    assert (first.rung, first.understood) == (EXACT, "webster · tenor")
    assert (second.rung, second.understood) == (EXACT, "")


@pytest.mark.parametrize(
    ("q", "rungs"),
    [
        ("", [EXACT]),
        ("x", [EXACT]),
        ("uur", [EXACT, PREFIX]),
        ("uur*", [EXACT]),
        ('"het uur"', [EXACT, ANY]),
        ("id:nja1958", [EXACT, PREFIX]),
        ("jaar:1958", [EXACT]),
        ("-uur", [EXACT]),
        ("nachten*", [EXACT, FUZZY]),
        ("19588 77", [EXACT, PREFIX, ANY]),
    ],
)
def test_steps_that_change_nothing_are_left_out(q, rungs):
    assert list(dict.fromkeys(rung for rung, _, _ in steps(q))) == rungs


@pytest.mark.parametrize(
    ("q", "question"),
    [
        ("blauw uur -nacht jaar:1958", "1958..1958 any{blauw uur} -nacht"),
        ("id:nja blauw uur", "id:nja any{blauw uur}"),
        ("person:webster blauw uur", "person:webster any{blauw uur}"),
        ("person:webster blauw", None),
        ('"blauw van uur" nacht', 'any{"blauw van uur" blauw uur nacht}'),
        ("(trompet OR bugel) blauw", "any{any{trompet bugel} blauw}"),
        ("trompet OR bugel", None),
        ("person:(ben webster)", "any{person:ben person:webster}"),
        ("Coltrane,John live*", "any{coltrane john live*}"),
        ("blauw blauw", None),
        ("de nacht", None),
        ("de het", "any{de het}"),
    ],
)
def test_any_word_keeps_what_is_refused_and_what_was_asked_of_a_field(q, question):
    assert widest(q) == question


def test_the_words_of_a_phrase_may_be_spelt_alike_once_they_stand_alone():
    assert steps('"blauwe nacht"')[1:] == [
        (ANY, 'any{"blauwe nacht" blauwe nacht}', False),
        (ANY, 'any{"blauwe nacht" blauwe nacht}', True),
    ]


def test_the_last_word_typed_is_the_one_that_may_be_begun():
    assert (PREFIX, "blauw any{uur nach*}", False) in steps("blauw (uur OR nach)")
    assert (PREFIX, "blauw person:<ben web>* -uur", False) in steps("blauw person:(ben web) -uur")
    assert (PREFIX, "nacht de*", False) in steps("nacht de")


@given(st.text())
def test_every_question_is_asked_as_it_is(q):
    parsed = parsing.parse(q)

    assert ladder.Attempt(EXACT, parsed.question) in list(ladder.attempts(parsed))
