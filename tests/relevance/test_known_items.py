"""Known items: how often the entry that somebody looks for stands first, by the way in which it is asked for."""

from functools import cache

import pytest

from tests.relevance import known_items, measuring, shelves
from tests.relevance.corpora import Corpus
from tests.relevance.measuring import Outcome

COLLECTIONS = [
    "demo",
    pytest.param("solos", marks=pytest.mark.real_data),
    pytest.param("concerts", marks=pytest.mark.real_data),
]

# Asked without any mistake, in words that stand in the entry, and enough of them to tell it from others.
CLEAN = (
    "exact title",
    "title and performer",
    "partial title",
    "last name first",
    "number",
    "instrument and person",
    "other language",
)
# Written in another way that must not matter: as good as the same asked cleanly.
FOLDED = {
    "name variant": "last name first",
    "without accents": "exact title",
    "other apostrophe": "exact title",
}
MIN_ITEMS = 6  # of a stratum, for a share of them to say anything

Outcomes = dict[str, list[Outcome]]


@cache
def measured(corpus: Corpus) -> Outcomes:
    items = known_items.of(corpus.name, shelves.of(corpus))
    return measuring.by_stratum(measuring.ask(items, corpus.find))


@pytest.fixture
def outcomes(request: pytest.FixtureRequest) -> Outcomes:
    corpus: Corpus = request.getfixturevalue(request.param)
    return measured(corpus)


def score(outcomes: Outcomes, stratum: str) -> measuring.Score:
    """The score of a stratum; skipped where the collection has too few of such questions."""
    if len(outcomes.get(stratum, [])) < MIN_ITEMS:
        pytest.skip(f"fewer than {MIN_ITEMS} questions of this kind can be drawn")
    return measuring.score(outcomes[stratum])


def told(outcomes: Outcomes, stratum: str) -> str:
    """Some of what went wrong, of the items that tuning may see."""
    wrong = measuring.misses(outcomes[stratum])[:8]
    return f"{stratum}: " + "; ".join(f"{one.item.q} (place {one.place}, {one.rung})" for one in wrong)


@pytest.mark.parametrize("outcomes", ["demo"], indirect=True)
def test_about_six_hundred_questions_are_drawn_and_a_third_is_held_out(outcomes: Outcomes) -> None:
    items = [one.item for stratum in outcomes.values() for one in stratum]

    assert len(items) >= 550
    assert 0.25 < sum(item.is_held_out for item in items) / len(items) < 0.42


@pytest.mark.parametrize("stratum", CLEAN)
@pytest.mark.parametrize("outcomes", COLLECTIONS, indirect=True)
def test_what_is_asked_for_cleanly_stands_first(outcomes: Outcomes, stratum: str) -> None:
    found = score(outcomes, stratum)

    assert found.success_at_1 >= 0.90, told(outcomes, stratum)
    assert found.mrr >= 0.93, told(outcomes, stratum)


@pytest.mark.parametrize("outcomes", COLLECTIONS, indirect=True)
def test_one_typo_costs_little(outcomes: Outcomes) -> None:
    assert score(outcomes, "one typo").mrr >= 0.85, told(outcomes, "one typo")


@pytest.mark.parametrize("stratum", FOLDED)
@pytest.mark.parametrize("outcomes", COLLECTIONS, indirect=True)
def test_other_spellings_are_found_as_well_as_the_clean_ones(outcomes: Outcomes, stratum: str) -> None:
    clean = score(outcomes, FOLDED[stratum]).mrr

    assert score(outcomes, stratum).mrr >= clean - 0.02, told(outcomes, stratum)


@pytest.mark.parametrize("outcomes", COLLECTIONS, indirect=True)
def test_hardly_a_question_that_has_an_answer_is_left_without(outcomes: Outcomes) -> None:
    answerable = [
        one for stratum in (*CLEAN, *FOLDED, "one typo", "two typos") for one in outcomes.get(stratum, [])
    ]
    empty = [one.item.q for one in answerable if one.total == 0]

    assert len(empty) <= 0.01 * len(answerable), empty


@pytest.mark.parametrize("outcomes", COLLECTIONS, indirect=True)
def test_what_was_held_out_of_tuning_is_found_as_well(outcomes: Outcomes) -> None:
    held_out = [one for stratum in CLEAN for one in outcomes.get(stratum, []) if one.item.is_held_out]
    found = measuring.score(held_out)

    assert found.success_at_1 >= 0.90
    assert found.mrr >= 0.93
