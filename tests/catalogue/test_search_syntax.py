"""Signs in questions: which words must be there, which must not, and that nothing typed is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.search import syntax


def words_of(item: syntax.Item) -> str:
    return " ".join(reading[0][0] for reading in item.readings)


def clauses(q: str) -> list[list[str]]:
    return [[words_of(item) for item in clause] for clause in syntax.parse(q).clauses]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("blauw uur", [["blauw"], ["uur"]]),
        ("trompet OR bugel 1958", [["trompet", "bugel"], ["1958"]]),
        ('"blauw uur" live', [["blauw uur"], ["live"]]),
        ("“blauw uur”", [["blauw uur"]]),
        ("OR blauw", [["or"], ["blauw"]]),
        ("blauw OR", [["blauw"]]),
        ('"blauw uur', [["blauw"], ["uur"]]),
        ("( ) & !! -", []),
    ],
)
def test_signs_are_read_and_stray_ones_are_not(q, expected):
    assert clauses(q) == expected


def test_a_minus_excludes_and_a_hyphen_does_not():
    question = syntax.parse("-trompet jean-luc")

    assert [words_of(item) for item in question.excluded] == ["trompet"]
    assert [words_of(item) for clause in question.clauses for item in clause] == ["jeanluc"]


def test_a_star_begins_a_word_of_two_letters_or_more():
    assert syntax.parse("tromp*").clauses[0][0].is_beginning
    assert not syntax.parse("t*").clauses[0][0].is_beginning


def test_little_words_are_not_asked_for_unless_there_is_nothing_else():
    question = syntax.parse("de nacht van de")

    assert [clause[0].is_optional for clause in question.clauses] == [True, False, True, True]
    assert not syntax.parse("the the").clauses[0][0].is_optional


def test_the_last_word_may_be_read_as_a_beginning():
    begun = syntax.last_as_beginning(syntax.parse("blauw uu"))

    assert begun is not None
    assert [clause[0].is_beginning for clause in begun.clauses] == [False, True]
    assert syntax.last_as_beginning(syntax.parse('"blauw uu"')) is None


def test_a_question_can_be_written_again_with_other_words():
    assert syntax.with_words(syntax.parse("jon coltrne"), {"coltrne": "coltrane"}) == "jon coltrane"
    assert syntax.with_words(syntax.parse("jon OR coltrne"), {"coltrne": "coltrane"}) == ""


@given(st.text())
def test_any_text_can_be_read(q):
    question = syntax.parse(q)

    assert all(item.readings for clause in question.clauses for item in clause)
