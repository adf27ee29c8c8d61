"""Choices: whatever a request says, each question ends up with one answer that is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from licensing import choices
from licensing.choices import LONGEST, Choice
from licensing.vocabulary import (
    DIMENSIONS_OF,
    FURTHER,
    IMAGE,
    OPTIONS,
    ORDINARY,
    SOUND,
    USES_OF,
    duration_of,
    further_of,
)

DEFAULTS = {"use": "documentary", "territory": "europe", "term": "5_years", "duration": "30s"}

anything = st.dictionaries(st.sampled_from([*OPTIONS, "lang", "q"]), st.text(max_size=60))


def test_an_empty_request_gets_the_defaults() -> None:
    settled, misread = choices.settle(Choice.read({}), SOUND, DEFAULTS)

    assert (settled.answers(), misread) == (DEFAULTS, ())


def test_what_is_known_is_taken() -> None:
    asked = MultiDict([("use", "book"), ("term", "1_year"), ("q", "trumpet")])

    settled, misread = choices.settle(Choice.read(asked), SOUND, DEFAULTS)

    assert settled.answers() == DEFAULTS | {"use": "book", "term": "1_year"}
    assert misread == ()


def test_an_unknown_answer_becomes_the_default_and_is_told() -> None:
    settled, (misread,) = choices.settle(Choice.read({"territory": "moon"}), SOUND, DEFAULTS)

    assert settled.answers() == DEFAULTS
    assert (misread.question, misread.value, misread.chosen) == ("territory", "moon", "europe")


def test_a_use_of_pictures_is_not_one_of_sound() -> None:
    _settled, (misread,) = choices.settle(Choice.read({"use": "web"}), SOUND, DEFAULTS)

    assert misread.value == "web"


def test_a_question_about_pictures_is_not_asked_about_sound() -> None:
    settled, _misread = choices.settle(Choice.read({"size": "full"}), SOUND, DEFAULTS)

    assert "size" not in settled.answers()


def test_an_ordinary_circumstance_need_not_be_mentioned_and_an_unusual_one_is_kept() -> None:
    asked = {"user_class": "commercial", "audience": "ordinary", "placement": "inside"}

    settled, _misread = choices.settle(Choice.read(asked), SOUND, DEFAULTS)

    assert settled.answers() == DEFAULTS | {"user_class": "commercial"}
    assert settled.user_class == "commercial"
    assert choices.settle(Choice.read({}), SOUND, DEFAULTS)[0].user_class == "editorial"


def test_copies_count_for_what_is_printed_and_an_audience_for_anything_else() -> None:
    asked = {"audience": "large", "print_run": "large"}

    film, _ = choices.settle(Choice.read(asked), SOUND, DEFAULTS)
    book, _ = choices.settle(Choice.read(asked | {"use": "book"}), SOUND, DEFAULTS)

    assert film.answers() == DEFAULTS | {"audience": "large"}
    assert book.answers() == DEFAULTS | {"use": "book", "print_run": "large"}


def test_a_package_answers_everything_and_an_unknown_one_is_told() -> None:
    packages = {"film": DEFAULTS | {"territory": "netherlands"}}

    taken, nothing = choices.settle(
        Choice.read({"package": "film", "term": "1_year"}), SOUND, DEFAULTS, packages
    )
    settled, (misread,) = choices.settle(Choice.read({"package": "opera"}), SOUND, DEFAULTS, packages)

    assert taken.answers() == DEFAULTS | {"territory": "netherlands", "package": "film"}
    assert (nothing, taken.package) == ((), "film")
    assert (settled.answers(), misread.value) == (DEFAULTS, "opera")


@pytest.mark.parametrize(
    ("length_ms", "answer"),
    [(1, "30s"), (30_000, "30s"), (30_001, "2min"), (120_000, "2min"), (120_001, "whole")],
)
def test_an_excerpt_is_as_much_music_as_it_lasts(length_ms: int, answer: str) -> None:
    assert duration_of(length_ms) == answer


def test_each_kind_of_asset_has_at_most_four_questions_and_each_one_answer_that_is_marked() -> None:
    for asset_type, use in ((SOUND, "documentary"), (IMAGE, "book")):
        dimensions = DIMENSIONS_OF[asset_type]
        choice = Choice((("use", use), *((code, next(iter(OPTIONS[code]))) for code in dimensions)))

        asked = choices.questions(choice, asset_type)

        assert [question.code for question in asked if not question.is_further] == ["use", *dimensions]
        assert len(dimensions) <= 3
        assert [[option.is_selected for option in question.options].count(True) for question in asked] == [
            1
        ] * len(asked)


@given(anything)
def test_a_settled_choice_has_one_known_answer_per_question_whatever_came_in(args: dict[str, str]) -> None:
    settled, misread = choices.settle(Choice.read(args), SOUND, DEFAULTS)

    answers = settled.answers()
    first, unusual = ["use", *DIMENSIONS_OF[SOUND]], [code for code in FURTHER if code in answers]
    assert list(answers) == [*first, *unusual]
    assert set(unusual) <= set(further_of(answers["use"]))
    assert all(answers[code] != ORDINARY[code] for code in unusual)
    assert answers["use"] in USES_OF[SOUND]
    assert all(answers[code] in OPTIONS[code] for code in DIMENSIONS_OF[SOUND])
    assert all(len(found.value) <= LONGEST for found in misread)


@given(anything)
def test_settling_again_changes_nothing_and_complains_no_more(args: dict[str, str]) -> None:
    settled, _ = choices.settle(Choice.read(args), SOUND, DEFAULTS)

    assert choices.settle(settled, SOUND, DEFAULTS) == (settled, ())
